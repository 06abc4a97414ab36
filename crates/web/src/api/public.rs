//! What anybody may read: the notice, the ledger as published, what the API is.

use std::path::{Component, Path};

use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use kept_core::name::Language;
use serde::Deserialize;

use super::Service;
use super::body::Asked;
use super::problem::Problem;
use crate::notice::{Format, notice as written};

/// What the notice's page may load: its own styles, and nothing from elsewhere.
pub(super) const CONTENT_SECURITY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn home() -> Redirect {
    Redirect::temporary("/notice")
}

/// In which language.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    lang: Option<String>,
}

pub(super) async fn notice(
    State(service): State<Service>,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let accepted =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepted = accepted.to_owned();
    let page = service.0.desk.run(move |company, _| {
        let languages = &company.policy().notice.languages;
        let has = |code: &str| languages.iter().find(|own| own.as_str() == code).cloned();
        let chosen = match &wanted.lang {
            Some(code) => has(code).ok_or_else(|| no_language(languages))?,
            None => preferred(&accepted)
                .find_map(has)
                .or_else(|| languages.first().cloned())
                .ok_or_else(|| no_language(languages))?,
        };
        let html = written(company.policy(), &chosen, Format::Html)
            .map_err(|error| super::desk::Trouble::Fault(error.to_string()))?;
        Ok((html, chosen))
    });
    let (html, language) = page.await?;
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    if let Ok(language) = HeaderValue::from_str(language.as_str()) {
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    Ok(response)
}

/// The languages that a reader prefers, in the order written; browsers write them by weight.
pub(super) fn preferred(accepted: &str) -> impl Iterator<Item = &str> {
    accepted.split(',').map(|part| part.split([';', '-']).next().unwrap_or_default().trim())
}

fn no_language(languages: &[Language]) -> Problem {
    let known: Vec<&str> = languages.iter().map(Language::as_str).collect();
    Problem::new(StatusCode::NOT_FOUND, "no-language", "the notice does not appear in this language")
        .mend(format!("ask for one of {}", known.join(", ")))
}

pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/vnd.oai.openapi+json;version=3.1")], super::openapi::TEXT)
        .into_response()
}

/// Whether the service can do its work.
pub(super) async fn health(State(service): State<Service>) -> Result<&'static str, Problem> {
    service.0.desk.run(|company, _| Ok(company.duty_last("health").map(drop)?)).await.map(|()| "ok\n")
}

/// A file of the published ledger.
pub(super) async fn ledger(
    State(service): State<Service>,
    UrlPath(path): UrlPath<String>,
) -> Result<Response, Problem> {
    let asked = Path::new(&path);
    let is_plain = asked.components().all(|part| matches!(part, Component::Normal(_)));
    let file = service.0.ledger.join(asked);
    let bytes = if is_plain {
        tokio::task::spawn_blocking(move || std::fs::read(file)).await.ok().and_then(Result::ok)
    } else {
        None
    };
    let bytes = bytes.ok_or_else(nowhere)?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}

fn nowhere() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", "nothing is here")
        .mend("/openapi.json says what is where")
}

pub(super) async fn not_found() -> Problem {
    nowhere()
}

pub(super) async fn not_allowed() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "this path takes another method")
        .mend("/openapi.json says which")
}
