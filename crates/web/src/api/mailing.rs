//! Messages as they are sent, and the page behind the link in each: whoever has the link stops the next
//! message without signing in. Opening the page changes nothing, so that programs which look at links
//! unsubscribe nobody; its button, and a mail program's one click (RFC 8058), do.

use std::net::Ipv6Addr;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use kept_core::name::{ControllerName, Language, PurposeName};
use kept_core::time::Instant;
use kept_engine::applications::May;
use kept_engine::company::Company;
use kept_engine::mailing::{Addressed, Mailing};
use serde::{Deserialize, Serialize};

use super::Service;
use super::body::{Asked, Body, Nothing, Person, Way};
use super::caller::{Admitted, Caller};
use super::desk::Trouble;
use super::problem::Problem;
use crate::notice::html::{STYLE, Writer};
use crate::words::Words;

/// What the page may load and where its button may lead: its own styles, and here.
const CONTENT_SECURITY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The button is the page's one thing to do: as large as the text beside it is long, and easy to hit (WCAG
/// 2.5.5 asks for 44 pixels).
const BUTTON: &str = "form{margin-top:2rem}form button{font:inherit;font-weight:600;min-height:3rem;padding:.75rem 1.5rem;border:2px solid currentColor;border-radius:.5rem;background:CanvasText;color:Canvas;cursor:pointer}form button:focus-visible{outline:3px solid currentColor;outline-offset:3px}";

/// The hosts that are this machine: between it and itself nothing needs encryption.
const OWN: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Where people reach the service: links in messages begin with it.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Base(String);

impl TryFrom<String> for Base {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() <= 200 && is_base(&text) {
            Ok(Self(text.trim_end_matches('/').to_owned()))
        } else {
            Err("an address begins with https://")
        }
    }
}

/// Whether links may begin with an address: `https`, or `http` to this very machine; a host, perhaps a
/// port and a path, and nothing that would end up in a header or lead elsewhere.
pub(super) fn is_base(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"'?#@\\".contains(&byte));
    let Some(uri) = text.parse::<Uri>().ok().filter(|_| plain) else { return false };
    let Some(authority) = uri.authority() else { return false };
    let host = authority.host();
    let secure = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => OWN.iter().any(|own| own.eq_ignore_ascii_case(host)),
        _ => false,
    };
    let port = authority.as_str().strip_prefix(host).is_some_and(|port| port.is_empty() || is_port(port));
    secure && is_host(host) && port && !text.split('%').skip(1).any(hides_control)
}

fn is_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            host.starts_with(|sign: char| sign.is_ascii_alphanumeric())
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        }
    }
}

fn is_port(port: &str) -> bool {
    let digits =
        port.strip_prefix(':').filter(|digits| digits.starts_with(|sign: char| sign.is_ascii_digit()));
    digits.is_some_and(|digits| digits.parse::<u16>().is_ok_and(|port| port > 0))
}

/// Whether what stands behind a `%` is a control character, or no character at all.
fn hides_control(behind: &str) -> bool {
    let byte = behind.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    byte.is_none_or(|byte| byte.is_ascii_control())
}

/// A message that is about to be sent.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Send {
    message: String,
    purpose: PurposeName,
    channel: Way,
    controller: Option<ControllerName>,
    template: String,
    reached_at: Base,
    people: Vec<Person>,
    actor: Option<String>,
}

/// Whether it may be sent to somebody, and with which link.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct To {
    allowed: bool,
    words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unsubscribe: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Headers>,
}

/// The headers of an e-mail by which mail programs show a button of their own (RFC 2369, RFC 8058).
#[derive(Serialize)]
struct Headers {
    #[serde(rename = "List-Unsubscribe")]
    list: String,
    #[serde(rename = "List-Unsubscribe-Post")]
    post: &'static str,
}

/// Whether it may be sent, in the order of the people.
#[derive(Serialize)]
pub(super) struct Sent {
    people: Vec<To>,
    entry: u64,
}

pub(super) async fn send(
    State(service): State<Service>,
    caller: Caller,
    _: Asked<Nothing>,
    Body(body): Body<Send>,
) -> Result<Json<Sent>, Problem> {
    let Send { message, purpose, channel: Way(channel), controller, template, reached_at, people, actor } =
        body;
    let people = people.into_iter().map(Person::whom).collect::<Result<Vec<_>, _>>()?;
    let scope = (May::Decide, vec![purpose.clone()]);
    let mut mailing = Mailing { message, purpose, channel, controller, template, people, actor };
    let work = move |company: &mut Company, caller: &Admitted, now: Instant| {
        mailing.controller = caller.controller(mailing.controller.take())?;
        mailing.actor.get_or_insert_with(|| caller.application.name.clone());
        let mut people: Vec<_> = mailing.people.iter_mut().collect();
        company.recognise(&mut people, Some(&mailing.purpose), now)?;
        Ok(company.address(&mailing, now)?)
    };
    let mailed = service.run(caller, scope, work).await?;
    let to = |Addressed { allowed, words, article, link }: Addressed| {
        let link = link.map(|link| format!("{}/unsubscribe/{link}", reached_at.0));
        let headers = link
            .as_ref()
            .map(|link| Headers { list: format!("<{link}>"), post: "List-Unsubscribe=One-Click" });
        To { allowed, words, article, unsubscribe: link, headers }
    };
    Ok(Json(Sent { people: mailed.people.into_iter().map(to).collect(), entry: mailed.entry }))
}

/// The page that asks: nothing is changed by opening it.
pub(super) async fn ask(
    State(service): State<Service>,
    Path(link): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let accepted = accepted(&headers);
    let page = service.0.desk.run(move |company, _| {
        let words = words(company, query.as_deref().and_then(wanted), &accepted)?;
        let purpose = company.link_purpose(&link);
        Ok(page(company, &words, purpose.as_ref(), true))
    });
    Ok(shown(page.await?))
}

/// The button of the page, and a mail program's one click.
pub(super) async fn stop(
    State(service): State<Service>,
    Path(link): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let accepted = accepted(&headers);
    let page = service.0.desk.run(move |company, now| {
        let words = words(company, query.as_deref().and_then(wanted), &accepted)?;
        company.work_for(None);
        let purpose = company.unsubscribe(&link, now)?;
        Ok(page(company, &words, purpose.as_ref(), false))
    });
    Ok(shown(page.await?))
}

/// The language that a link asks for by `lang=fr`. Programs that count clicks hang words of their own on links:
/// they stop nobody.
fn wanted(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("lang="))
}

fn accepted(headers: &HeaderMap) -> String {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    accepted.unwrap_or_default().to_owned()
}

/// The words of the language that is asked for, if the notice appears in it; else of the one that the
/// reader's browser prefers. Nobody is kept from stopping messages by a word that is none.
fn words(company: &Company, wanted: Option<&str>, accepted: &str) -> Result<Words, Trouble> {
    let languages = &company.policy().notice.languages;
    let has = |code: &str| languages.iter().find(|own| own.as_str() == code).cloned();
    let chosen = wanted.and_then(has).or_else(|| super::public::preferred(accepted).find_map(has));
    let chosen = chosen.or_else(|| languages.first().cloned());
    let chosen = chosen.unwrap_or_else(|| Language::from("en"));
    let words = Words::load(&chosen).map_err(|error| Trouble::Fault(error.to_string()))?;
    Ok(words.with(company.policy()))
}

/// The page, and how it is answered: with a button, that it is done, or that the link is none.
fn page(company: &Company, words: &Words, purpose: Option<&PurposeName>, asks: bool) -> (StatusCode, String) {
    let policy = company.policy();
    let declared = purpose.and_then(|purpose| policy.purposes.get(purpose));
    let controller = policy.controller().map(|controller| controller.name.clone()).unwrap_or_default();
    let title = words.say("unsubscribe-title", &[("controller", controller.into())]);
    let named = |key: &str| {
        declared.map(|purpose| words.say(key, &[("purpose", words.text(policy, &purpose.title).into())]))
    };
    let said = named(if asks { "unsubscribe-ask" } else { "unsubscribe-done" });
    let status = if said.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let button = (asks && said.is_some()).then(|| words.word("unsubscribe-button"));
    let said = said.unwrap_or_else(|| words.word("unsubscribe-unknown"));
    let mut page = Writer::default();
    page.out.push_str("<!DOCTYPE html>\n");
    page.within("html", &[("lang", words.language().as_str())], |page| {
        page.within("head", &[], |page| {
            page.void("meta", &[("charset", "utf-8")]);
            page.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
            page.void("meta", &[("name", "color-scheme"), ("content", "light dark")]);
            page.void("meta", &[("name", "robots"), ("content", "noindex")]);
            page.leaf("title", &[], &title);
            page.open("style", &[]);
            page.out.push_str(STYLE);
            page.out.push_str(BUTTON);
            page.close("style");
        });
        page.within("body", &[], |page| {
            page.within("main", &[], |page| {
                page.leaf("h1", &[], &title);
                page.leaf("p", &[("role", "status")], &said);
                if let Some(button) = &button {
                    // Without an address the form comes back to this page's own.
                    page.within("form", &[("method", "post")], |page| {
                        page.leaf("button", &[("type", "submit")], button);
                    });
                }
            });
        });
    });
    page.out.push('\n');
    (status, page.out)
}

fn shown((status, page): (StatusCode, String)) -> Response {
    let mut response = (status, Html(page)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    response
}

#[cfg(test)]
mod tests {
    use super::Base;

    fn base(text: &str) -> Result<String, &'static str> {
        Base::try_from(text.to_owned()).map(|base| base.0)
    }

    #[test]
    fn links_begin_with_https_or_with_this_very_machine() {
        for (given, kept) in [
            ("https://privacy.example.org/", "https://privacy.example.org"),
            ("https://example.org:8443/privacy/", "https://example.org:8443/privacy"),
            ("https://example.org/caf%C3%A9", "https://example.org/caf%C3%A9"),
            ("https://[2001:db8::1]", "https://[2001:db8::1]"),
            ("http://localhost", "http://localhost"),
            ("http://localhost:8080/kept", "http://localhost:8080/kept"),
            ("http://127.0.0.1:80", "http://127.0.0.1:80"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
        ] {
            assert_eq!(base(given).as_deref(), Ok(kept), "{given}");
        }
    }

    #[test]
    fn an_address_that_leads_elsewhere_or_breaks_a_header_is_refused() {
        for given in [
            "",
            "/x",
            "example.org",
            "https:",
            "https://",
            "https:///x",
            "https://:443",
            "https://x:",
            "https://x:0",
            "https://x:99999",
            "https://x:+1",
            "https://a@b",
            "https://a:b@b",
            "https://x\\y",
            "https://x/\\y",
            "https://x/%0d%0aBcc:a",
            "https://x/%7F",
            "https://x/%0",
            "https://x/%+d",
            "https://x/%zz",
            "https://x/\r\nBcc:a",
            "https://x y",
            "https://x/?a=b",
            "https://x/#a",
            "https://x/>,<mailto:a",
            "https://a,b",
            "https://[::1",
            "https://[x]",
            "http://example.org",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "ftp://localhost",
            "javascript://localhost/%0aalert",
        ] {
            assert_eq!(base(given), Err("an address begins with https://"), "{given}");
        }
        assert!(base(&format!("https://x/{}", "y".repeat(200))).is_err());
    }
}
