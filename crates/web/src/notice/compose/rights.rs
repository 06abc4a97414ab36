//! Rights, objection, withdrawal and complaints, and how to use them.

use kept_core::notice::{Authority, ContactWay, Fact, Said, StatementId};
use kept_core::policy::model::Purpose;
use kept_core::time::Span;
use kept_core::timeline::Right;

use crate::notice::compose::{Composer, contact_term};
use crate::notice::document::{Block, Inline, Line, Row};

/// The section on rights: what they are, then how to use them.
pub(super) fn blocks(composer: &Composer<'_>, said: &[&Said<'_>]) -> Vec<Block> {
    vec![Block::Rows(said.iter().map(|one| row(composer, one)).collect())]
}

fn row(composer: &Composer<'_>, said: &Said<'_>) -> Row {
    let words = composer.words;
    let spans = match &said.fact {
        Fact::RequestWays(ways) => how(composer, ways),
        fact => vec![Inline::text(text(composer, fact).unwrap_or_default())],
    };
    let term = match &said.fact {
        Fact::Right(right, _) => words.right(*right),
        Fact::AfterDeath => words.word("label-after-death"),
        Fact::ErasureEnds(_) => words.word("label-erasure-ends"),
        Fact::RequestWays(_) => words.word("label-how"),
        Fact::Reply(_) => words.word("label-reply"),
        Fact::Fee { .. } => words.word("label-fee"),
        _ => words.word("label-identity"),
    };
    Row { term, line: Line { statement: Some(said.statement.id.clone()), spans } }
}

fn how(composer: &Composer<'_>, ways: &[(ContactWay, &str)]) -> Vec<Inline> {
    let words = composer.words;
    let mut spans = vec![Inline::text(words.word("how-lead"))];
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
        Fact::Reply(Some(span)) if is_under_a_month(*span) => {
            words.say("reply-promise", &[("span", words.span(*span).into())])
        }
        Fact::Reply(_) => words.word("reply-law"),
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
    let names = purposes.iter().map(|purpose| words.text(composer.policy, &purpose.title));
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
