//! Rights, objection, withdrawal and complaints, and how to use them.

use kept_core::notice::{
    About, Authority, ContactWay, Fact, HandlingFact, Part, RegimeFact, RightFact, Said, StatementId,
};
use kept_core::policy::model::{Agent, InsideFirst, Purpose, Regime};
use kept_core::time::Span;
use kept_core::timeline::Right;

use crate::notice::compose::{Composer, contact_term};
use crate::notice::document::{Block, Inline, Line, Row};
use crate::words::{capital, readable};

/// The list of supervisory authorities that the European Data Protection Board keeps.
const AUTHORITIES: &str = "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en";

/// The section on rights: what they are, then how to use them.
pub(super) fn blocks(composer: &Composer<'_>, said: &[&Said<'_>]) -> Vec<Block> {
    vec![Block::Rows(Row::grouped(said.iter().map(|one| row(composer, one))))]
}

fn row(composer: &Composer<'_>, said: &Said<'_>) -> (String, Line) {
    let words = composer.words;
    let spans = match &said.fact {
        Fact::RequestWays { ways, channels } => how(composer, ways, channels),
        fact => vec![Inline::text(text(composer, fact).unwrap_or_default())],
    };
    let term = match &said.fact {
        Fact::Right(right, _) | Fact::RightRule(right, _) => words.right(*right),
        Fact::AfterDeath => words.word("label-after-death"),
        Fact::ErasureEnds(_) => words.word("label-erasure-ends"),
        Fact::RequestWays { .. } => words.word("label-how"),
        Fact::Reply { .. } => words.word("label-reply"),
        Fact::Fee { .. } | Fact::Handling(HandlingFact::ExtraCopy(_)) => words.word("label-fee"),
        Fact::Handling(HandlingFact::Inquiries(_)) => words.word("label-inquiries"),
        Fact::Handling(HandlingFact::Agent(_)) => words.word("label-agent"),
        Fact::Handling(_) => words.word("label-no-retaliation"),
        _ => words.word("label-identity"),
    };
    (term, Line { statement: Some(said.statement.id.clone()), spans })
}

fn how(composer: &Composer<'_>, ways: &[(ContactWay, &str)], channels: &[String]) -> Vec<Inline> {
    let words = composer.words;
    let mut spans = Vec::new();
    if !ways.is_empty() {
        spans.push(Inline::text(words.word("how-lead")));
    }
    for (way, at) in ways {
        let term = words.word(contact_term(*way));
        let label = words.say("label", &[("label", term.into())]);
        spans.push(Inline::text(format!("\n{label} ")));
        spans.push(match way {
            ContactWay::Email => Inline::mail(at),
            ContactWay::Post => Inline::text(postal(composer, at)),
            ContactWay::Phone => Inline::phone(at),
            ContactWay::Website => Inline::web(at),
        });
    }
    // A way that stands above with its address is not said twice.
    let is_said = |channel: &str| {
        ways.iter().any(|(way, _)| match way {
            ContactWay::Email => matches!(channel, "email" | "e-mail"),
            ContactWay::Post => matches!(channel, "post" | "letter"),
            ContactWay::Phone => matches!(channel, "phone" | "telephone"),
            ContactWay::Website => false,
        })
    };
    let channels: Vec<_> = channels.iter().filter(|channel| !is_said(channel)).collect();
    if !channels.is_empty() {
        let channels: Vec<_> = channels.iter().map(|one| words.of_family("via", one)).collect();
        let said = words.say("how-channels", &[("channels", words.or(&channels).into())]);
        let line_break = if ways.is_empty() { "" } else { "\n" };
        spans.push(Inline::text(format!("{line_break}{said}")));
    }
    spans
}

fn postal(composer: &Composer<'_>, at: &str) -> String {
    let name = composer.policy.controller().map_or("", |who| who.name.as_str());
    format!("{name}, {at}")
}

/// A right or a rule about rights, as running text.
pub(super) fn text(composer: &Composer<'_>, fact: &Fact<'_>) -> Option<String> {
    let (words, policy) = (composer.words, composer.policy);
    Some(match fact {
        Fact::Right(right, purposes) => right_text(composer, *right, purposes),
        Fact::AfterDeath => words.word("right-after-death"),
        Fact::ErasureEnds(data) => {
            let data = words.and(&words.data(policy, data));
            words.say("right-erasure-ends", &[("data", data.into())])
        }
        Fact::Reply { promised, never_extended } => reply(composer, *promised, *never_extended),
        Fact::RightRule(_, fact) => beyond(composer, fact),
        Fact::Handling(fact) => handling(composer, fact),
        Fact::Fee { never: true } => words.word("fee-never"),
        Fact::Fee { never: false } => words.word("fee-law"),
        Fact::ProofOfIdentity(when) => {
            let when = words.text(policy, when);
            // A whole sentence of the policy's own speaks for itself.
            if when.ends_with('.') { when } else { words.say("identity", &[("when", when.into())]) }
        }
        _ => return None,
    })
}

fn reply(composer: &Composer<'_>, promised: Option<Span>, never_extended: bool) -> String {
    let words = composer.words;
    match promised.filter(|span| is_under_a_month(*span)) {
        Some(span) => {
            let key = if never_extended { "reply-promise-never-more" } else { "reply-promise" };
            words.say(key, &[("span", words.span(span).into())])
        }
        None if never_extended => words.word("reply-law-never-more"),
        None => words.word("reply-law"),
    }
}

/// What is promised of one right beyond the law.
fn beyond(composer: &Composer<'_>, fact: &RightFact<'_>) -> String {
    let (words, policy) = (composer.words, composer.policy);
    let with_span = |key, span: Span| words.say(key, &[("span", words.span(span).into())]);
    match fact {
        RightFact::Text(text) => composer.sentence(text),
        RightFact::Only(only) => composer.with("right-only", "only", only),
        RightFact::Covers(uses) => {
            let mut uses: Vec<_> = uses.iter().map(|one| words.of_family("covers", one)).collect();
            // The long ones last, so that none is read as a part of the one before.
            uses.sort_by_key(|said| said.chars().count());
            words.say("right-covers", &[("uses", words.and(&uses).into())])
        }
        RightFact::Yourself(place) => composer.with("right-yourself", "where", place),
        RightFact::Reply(span, []) => with_span("right-reply", *span),
        RightFact::Reply(span, data) => {
            let data = words.and(&words.data(policy, data));
            words.say("right-reply-data", &[("span", words.span(*span).into()), ("data", data.into())])
        }
        RightFact::Backups(span) => with_span("right-backups", *span),
        RightFact::LookBack(span) => with_span("right-look-back", *span),
    }
}

/// How rights are used, as running text.
fn handling(composer: &Composer<'_>, fact: &HandlingFact<'_>) -> String {
    let words = composer.words;
    match fact {
        HandlingFact::Inquiries(span) => words.say("inquiries", &[("span", words.span(*span).into())]),
        HandlingFact::ExtraCopy(fee) => composer.with("extra-copy", "fee", fee),
        HandlingFact::Agent(agent) => self::agent(composer, agent),
        HandlingFact::NoRetaliation(text) | HandlingFact::Withdrawal(text) => composer.sentence(text),
        HandlingFact::InsideFirst(InsideFirst::Required) => words.word("inside-first-required"),
        HandlingFact::InsideFirst(_) => words.word("inside-first-asked"),
        HandlingFact::AuthorityByResidence => words.word("authority-residence"),
        HandlingFact::AuthorityNamed { name, post } => {
            let at = post.map(|post| format!(", {post}")).unwrap_or_default();
            let name = format!("{name}{at}");
            format!("{}.", words.say("authority", &[("name", name.into())]).trim_end_matches('.'))
        }
    }
}

/// The same with its links.
pub(super) fn handling_line(composer: &Composer<'_>, id: &StatementId, fact: &HandlingFact<'_>) -> Line {
    let mut line = Line::said(id, handling(composer, fact));
    if matches!(fact, HandlingFact::AuthorityByResidence) {
        line.spans.extend([Inline::text(" "), Inline::web(AUTHORITIES)]);
    }
    line
}

fn agent(composer: &Composer<'_>, agent: &Agent) -> String {
    let parts = [
        agent.proof.as_ref().map(|text| composer.with("agent-proof", "proof", text)),
        agent.person_confirms.as_ref().map(|text| composer.with("agent-confirms", "how", text)),
        agent.papers.as_ref().map(|text| composer.with("agent-papers", "what", text)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Rights under other laws: one part a law.
pub(super) fn regimes(composer: &Composer<'_>, parts: &[Part<'_>]) -> Vec<Block> {
    parts.iter().filter_map(|part| regime(composer, part)).collect()
}

fn regime(composer: &Composer<'_>, part: &Part<'_>) -> Option<Block> {
    let About::Regime(regime) = part.about else { return None };
    let (opening, rest) = part.said.split_first()?;
    let (mut text, mut rows) = (Vec::new(), Vec::new());
    for said in rest {
        let Fact::Regime(_, fact) = &said.fact else { continue };
        let id = &said.statement.id;
        match fact {
            RegimeFact::Opening => {}
            RegimeFact::Text(words) => text.push(Block::Paragraph(Line::said(id, composer.sentence(words)))),
            fact => rows.push(regime_row(composer, id, fact)),
        }
    }
    if !rows.is_empty() {
        text.push(Block::Rows(Row::grouped(rows)));
    }
    let title = regime_title(composer, regime);
    Some(Block::Part { statement: Some(opening.statement.id.clone()), title, blocks: text })
}

/// For whom: by the region's name where there is a word for it, else in the policy's words.
fn regime_title(composer: &Composer<'_>, regime: &Regime) -> String {
    let words = composer.words;
    let region = words.country(&regime.region);
    if region == regime.region {
        return capital(&words.text(composer.policy, &regime.people));
    }
    words.say("regime-title", &[("region", region.into())])
}

fn regime_row(composer: &Composer<'_>, id: &StatementId, fact: &RegimeFact<'_>) -> (String, Line) {
    let words = composer.words;
    let listed = |family, names: &[String]| {
        let names: Vec<_> = names.iter().map(|one| words.of_family(family, one)).collect();
        format!("{}.", capital(&words.commas(&names)))
    };
    let within = |span: Span| words.say("regime-within", &[("span", words.span(span).into())]);
    let (key, text) = match fact {
        RegimeFact::Rights(rights) => ("label-regime-rights", listed("ask", rights)),
        RegimeFact::Methods(methods) => ("label-regime-methods", listed("via", methods)),
        RegimeFact::Confirm(span, true) => ("label-regime-confirm", {
            let days = words.say("span-working-days", &[("count", span.whole_days().into())]);
            words.say("regime-within", &[("span", days.into())])
        }),
        RegimeFact::Confirm(span, false) => ("label-regime-confirm", within(*span)),
        RegimeFact::Reply(span) => ("label-reply", within(*span)),
        RegimeFact::LookBack(span) => {
            ("label-look-back", words.say("regime-look-back", &[("span", words.span(*span).into())]))
        }
        RegimeFact::Verification(text) => ("label-verification", composer.sentence(text)),
        RegimeFact::Sells(true) => ("label-sells", words.word("regime-sells")),
        RegimeFact::Sells(false) => ("label-sells", words.word("regime-sells-not")),
        RegimeFact::Sensitive(true) => ("label-sensitive", words.word("regime-sensitive")),
        RegimeFact::Sensitive(false) => ("label-sensitive", words.word("regime-sensitive-not")),
        RegimeFact::Opening | RegimeFact::Text(_) => ("label-people", readable("")),
    };
    (words.word(key), Line::said(id, text))
}

/// Whether a promise is stricter than the law's month; else the law is what counts (12(3)).
fn is_under_a_month(span: Span) -> bool {
    span.whole_months() == 0 && span.whole_days() < 28
}

fn right_text(composer: &Composer<'_>, right: Right, purposes: &[&Purpose]) -> String {
    let words = composer.words;
    match right {
        Right::Access => words.word("right-access-text"),
        Right::Rectification => words.word("right-rectification-text"),
        Right::Erasure => words.word("right-erasure-text"),
        Right::Restriction => words.word("right-restriction-text"),
        Right::Portability if purposes.is_empty() => words.word("right-portability-none"),
        Right::Portability => named(composer, "right-portability-text", purposes),
        Right::Withdrawal => named(composer, "right-withdrawal-text", purposes),
        Right::Objection => objection(composer, purposes),
    }
}

fn objection(composer: &Composer<'_>, purposes: &[&Purpose]) -> String {
    let (marketing, interest): (Vec<&Purpose>, Vec<&Purpose>) =
        purposes.iter().partition(|purpose| purpose.is_marketing());
    let mut said = Vec::new();
    if !marketing.is_empty() {
        said.push(named(composer, "right-objection-marketing", &marketing));
    }
    if !interest.is_empty() {
        said.push(named(composer, "right-objection-interest", &interest));
    }
    if said.is_empty() {
        said.push(composer.words.word("right-objection-none"));
    }
    said.join("\n\n")
}

fn named(composer: &Composer<'_>, key: &str, purposes: &[&Purpose]) -> String {
    let words = composer.words;
    let names = purposes.iter().map(|purpose| words.quoted(&words.text(composer.policy, &purpose.title)));
    let names = words.and(&names.collect::<Vec<_>>());
    words.say(key, &[("purposes", names.into())])
}

/// Where people may complain, with the authority's address.
pub(super) fn authority(composer: &Composer<'_>, id: &StatementId, authority: Option<&Authority>) -> Line {
    let words = composer.words;
    let mut spans = Vec::new();
    match authority {
        Some(authority) => {
            let text = words.say("authority", &[("name", authority.name.into())]);
            spans.push(Inline::text(text));
            if let Some(address) = authority.address {
                spans.push(Inline::text(format!(", {address}")));
            }
            let website = authority.website.map(Inline::web);
            let email = authority.email.map(Inline::mail);
            let phone = authority.phone.map(Inline::phone);
            for link in [website, email, phone].into_iter().flatten() {
                spans.extend([Inline::text(", "), link]);
            }
            spans.push(Inline::text(". "));
        }
        None => spans.push(Inline::text(format!("{} ", words.word("authority-any")))),
    }
    spans.push(Inline::text(words.word("authority-elsewhere")));
    Line { statement: Some(id.clone()), spans }
}
