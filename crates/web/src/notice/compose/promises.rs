//! What the organisation promises: messages, decisions, what it never does, measures, own records.

use std::collections::BTreeSet;

use kept_core::notice::{Fact, NeverFact, Said};
use kept_core::policy::model::{
    DataRef, Duty, Frozen, Message, MessageClass, NeverTo, OwnRecord, Retention, Role, Table,
};

use crate::notice::compose::Composer;
use crate::notice::document::{Block, Line, Row};
use crate::words::capital;

/// Records of requests and consents, term by term.
pub(super) fn own(composer: &Composer<'_>, said: &[&Said<'_>]) -> Block {
    let words = composer.words;
    let rows = said.iter().filter_map(|one| {
        let Fact::Own(record, retention) = &one.fact else { return None };
        let text = match retention {
            // A record has a gender of its own in French, unlike data.
            Retention::Keep(keep) => {
                words.say("own-keep", &[("period", words.period(composer.policy, keep).into())])
            }
            _ => words.retention_from(composer.policy, retention, None),
        };
        Some((words.word(own_term(*record)), Line::said(&one.statement.id, text)))
    });
    Block::Rows(Row::grouped(rows))
}

fn own_term(record: OwnRecord) -> &'static str {
    match record {
        OwnRecord::ConsentProof => "own-consent-proof",
        OwnRecord::Disclosures => "own-disclosures",
        OwnRecord::IdentityPapers => "own-identity-papers",
        OwnRecord::Refusals => "own-refusals",
        OwnRecord::Requests => "own-requests",
        OwnRecord::Log => "own-log",
    }
}

/// A promise as running text.
pub(super) fn text(composer: &Composer<'_>, fact: &Fact<'_>) -> Option<String> {
    let (words, policy) = (composer.words, composer.policy);
    Some(match fact {
        Fact::Message(message) => self::message(composer, message),
        Fact::AutomatedDecision(purpose, decides) => {
            let purpose = words.text(policy, &purpose.title);
            let facts = [("purpose", purpose.into()), ("words", words.decides(policy, decides).into())];
            words.say("automated", &facts)
        }
        Fact::NoAutomatedDecisions => words.word("no-automated"),
        Fact::DecisionsOnlyForContract => words.word("decisions-only-for-contract"),
        Fact::NoProfiling => words.word("no-profiling"),
        Fact::Never(fact) => never(composer, fact),
        Fact::Duty(duty) => self::duty(composer, duty),
        Fact::Role(role) => self::role(composer, role),
        Fact::Frozen(_, table, frozen) => self::frozen(composer, table, frozen),
        _ => return None,
    })
}

fn message(composer: &Composer<'_>, message: &Message) -> String {
    let (words, policy) = (composer.words, composer.policy);
    let key = match message.class {
        MessageClass::Essential => "message-essential",
        MessageClass::Marketing => "message-marketing",
    };
    let facts = [
        ("message", words.text(policy, &message.title).into()),
        ("purpose", words.purpose(policy, &message.purpose).into()),
    ];
    let mut said = vec![words.say(key, &facts)];
    if let Some(why) = &message.why {
        said.push(composer.with("message-why", "why", why));
    }
    if !message.channels.is_empty() {
        let channels: Vec<_> = message.channels.iter().map(|one| words.channel(*one)).collect();
        said.push(words.say("message-channels", &[("channels", words.or(&channels).into())]));
    }
    if !message.people.is_empty() {
        let people = composer.people(&message.people);
        said.push(words.say("message-people", &[("people", people.into())]));
    }
    said.join(" ")
}

fn never(composer: &Composer<'_>, fact: &NeverFact<'_>) -> String {
    let words = composer.words;
    words.word(match fact {
        NeverFact::Sell => "never-sell",
        NeverFact::DiscloseTo(NeverTo::AnyoneButAuthorities) => "never-disclose-anyone",
        NeverFact::DiscloseTo(NeverTo::Controllers) => "never-disclose-controllers",
        NeverFact::DiscloseTo(NeverTo::ControllersButAuthorities) => "never-disclose-controllers-but",
        NeverFact::Track => "never-track",
        NeverFact::Profile => "never-profile",
        NeverFact::DecideAutomatically => "never-decide",
        NeverFact::Leave(places) => {
            return words.say("never-leave", &[("places", composer.places(places).into())]);
        }
        NeverFact::Other(text) => return composer.sentence(text),
    })
}

fn duty(composer: &Composer<'_>, duty: &Duty) -> String {
    let words = composer.words;
    let what = ("what", capital(&composer.clause(&duty.what)).into());
    match (duty.every, &duty.before, duty.due) {
        (Some(span), ..) => words.say("duty-every", &[what, ("every", words.every(span).into())]),
        (None, Some(before), _) => {
            words.say("duty-before", &[what, ("before", composer.clause(before).into())])
        }
        (None, None, Some(day)) => words.say("duty-due", &[what, ("date", words.date(day).into())]),
        (None, None, None) => words.say("duty", &[what]),
    }
}

fn role(composer: &Composer<'_>, role: &Role) -> String {
    let (words, policy) = (composer.words, composer.policy);
    let name = match &role.title {
        Some(title) => words.text(policy, title),
        None => words.of_family("staff", role.name.as_str()),
    };
    let name = ("role", capital(&name).into());
    let needs: Vec<_> = role.needs.iter().map(|need| words.of_family("need", need)).collect();
    let needs = ("needs", words.and(&needs).into());
    if role.purposes.is_empty() {
        return words.say("role-needs", &[name, needs]);
    }
    let purposes: Vec<_> =
        role.purposes.iter().map(|one| words.quoted(&words.purpose(policy, one))).collect();
    let may = words.say("role", &[name, ("purposes", words.and(&purposes).into())]);
    if role.needs.is_empty() { may } else { format!("{may} {}", words.say("role-and-needs", &[needs])) }
}

fn frozen(composer: &Composer<'_>, table: &Table, frozen: &Frozen) -> String {
    let (words, policy) = (composer.words, composer.policy);
    let categories: BTreeSet<_> =
        table.columns.values().map(|datum| DataRef::whole(datum.category.clone())).collect();
    let categories: Vec<_> = categories.into_iter().collect();
    let data = if categories.is_empty() {
        words.word("frozen-records")
    } else {
        words.and(&words.data(policy, &categories))
    };
    let law = composer.clause(&frozen.law);
    words.say("frozen", &[("data", capital(&data).into()), ("law", law.into())])
}
