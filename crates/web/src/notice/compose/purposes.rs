//! The long section on purposes: each under its own heading, term by term.

use kept_core::notice::{Fact, Part, Said};
use kept_core::policy::model::{AfterWithdrawal, Erasure, Purpose};

use crate::notice::compose::Composer;
use crate::notice::document::{Block, Inline, Line, Row};
use crate::words::{capital, within};

/// One part a purpose.
pub(super) fn blocks(composer: &Composer<'_>, parts: &[Part<'_>]) -> Vec<Block> {
    parts.iter().filter_map(|part| one(composer, part)).collect()
}

fn one(composer: &Composer<'_>, part: &Part<'_>) -> Option<Block> {
    let purpose = part.purpose?;
    let (opening, rest) = part.said.split_first()?;
    let (words, policy) = (composer.words, composer.policy);
    let mut blocks = Vec::new();
    if let Some(text) = &purpose.description {
        blocks.push(Block::Paragraph(Line::plain(words.text(policy, text))));
    }
    let mut rows = unfiled(composer, purpose);
    rows.extend(rest.iter().filter_map(|said| row(composer, said)));
    blocks.push(Block::Rows(rows));
    let title = words.text(policy, &purpose.title);
    Some(Block::Part { statement: opening.statement.id.clone(), title, blocks })
}

/// What belongs to the opening statement: the people, and the controller where there are several.
fn unfiled(composer: &Composer<'_>, purpose: &Purpose) -> Vec<Row> {
    let (words, policy) = (composer.words, composer.policy);
    let plain = |key, text: String| Row { term: words.word(key), line: Line::plain(text) };
    let mut rows = Vec::new();
    let people: Vec<_> = purpose.people.iter().filter_map(|kind| policy.people.get(kind)).collect();
    if !people.is_empty() {
        rows.push(plain("label-people", words.people(policy, &people)));
    }
    if policy.controllers.len() > 1
        && let Some(who) = policy.controllers.get(&purpose.controller)
    {
        rows.push(plain("label-controller", who.name.clone()));
    }
    rows
}

fn row(composer: &Composer<'_>, said: &Said<'_>) -> Option<Row> {
    let (key, text) = sentence(composer, &said.fact)?;
    let line = Line { statement: Some(said.statement.id.clone()), spans: vec![Inline::text(text)] };
    Some(Row { term: composer.words.word(key), line })
}

/// The term and the sentence of a fact about a purpose.
fn sentence(composer: &Composer<'_>, fact: &Fact<'_>) -> Option<(&'static str, String)> {
    let (words, policy) = (composer.words, composer.policy);
    Some(match fact {
        Fact::Shut(_, why) => {
            ("label-shut", words.say("shut", &[("reason", words.text(policy, why).into())]))
        }
        Fact::Basis(purpose) => ("label-basis", capital(&words.basis(policy, &purpose.basis))),
        Fact::Special(purpose) => ("label-special", special(composer, purpose)),
        Fact::PurposeData(purpose) => ("label-data", composer.data_of(&purpose.data)),
        Fact::Required(_, text) => ("label-required", capital(&words.text(policy, text))),
        Fact::Channels(purpose) => {
            let channels = purpose.marketing.iter().map(|channel| words.channel(*channel));
            let channels = words.or(&channels.collect::<Vec<_>>());
            ("label-channels", words.say("channels", &[("channels", channels.into())]))
        }
        Fact::Recipients(_, recipients) => {
            let names = recipients.iter().map(|one| within(&words.text(policy, &one.name)));
            ("label-recipients", capital(&words.and(&names.collect::<Vec<_>>())))
        }
        Fact::Retention(purpose) => ("label-keep", words.retention(policy, purpose)),
        Fact::AfterWithdrawal(purpose) => ("label-withdrawal", after_withdrawal(composer, purpose)),
        Fact::ArchivePeriod(..) => ("label-archive", words.word("archive-period")),
        Fact::ArchiveReaders(_, archive) => {
            let roles = archive.roles.iter().map(|role| words.of_family("staff", role.as_str()));
            let roles = ("roles", words.and(&roles.collect::<Vec<_>>()).into());
            let text = match &archive.reason {
                Some(reason) => {
                    let reason = words.text(policy, reason);
                    let reason = ("reason", reason.trim_end_matches('.').to_owned().into());
                    words.say("archive-readers-reason", &[roles, reason])
                }
                None => words.say("archive-readers", &[roles]),
            };
            ("label-archive-readers", text)
        }
        Fact::Erasure(purpose) => ("label-erasure", erasure(composer, purpose)?),
        _ => return None,
    })
}

fn special(composer: &Composer<'_>, purpose: &Purpose) -> String {
    let words = composer.words;
    let conditions = purpose.special.iter().map(|(category, article)| {
        let category = words.category(composer.policy, category);
        let facts = [("category", category.into()), ("article", article.as_str().into())];
        words.say("special", &facts)
    });
    capital(&words.and(&conditions.collect::<Vec<_>>()))
}

fn after_withdrawal(composer: &Composer<'_>, purpose: &Purpose) -> String {
    let words = composer.words;
    match purpose.after_withdrawal {
        AfterWithdrawal::Erase => words.word("withdrawal-erase"),
        AfterWithdrawal::Locked(span) => words.say("withdrawal-locked", &[("span", words.span(span).into())]),
    }
}

fn erasure(composer: &Composer<'_>, purpose: &Purpose) -> Option<String> {
    let words = composer.words;
    match &purpose.erasure {
        Erasure::ByBasis => None,
        Erasure::Ends => Some(words.word("erasure-ends")),
        Erasure::Stays(reason) => {
            let reason = words.text(composer.policy, reason);
            Some(words.say("erasure-stays", &[("reason", reason.into())]))
        }
    }
}
