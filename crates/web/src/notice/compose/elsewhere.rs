//! Recipients and places: who receives data, where, and what protects them there.

use kept_core::notice::{Fact, Said};
use kept_core::policy::model::Recipient;

use crate::notice::compose::Composer;
use crate::notice::document::{Block, Inline, Table, TableRow};
use crate::words::capital;

/// The table of recipients.
pub(super) fn recipients(composer: &Composer<'_>, said: &[&Said<'_>]) -> Block {
    let words = composer.words;
    let head = ["column-recipient", "column-role", "column-country"];
    Block::Table(Table {
        caption: words.word("recipients-lead"),
        head: head.iter().map(|key| words.word(key)).collect(),
        rows: said.iter().filter_map(|one| row(composer, one)).collect(),
    })
}

fn row(composer: &Composer<'_>, said: &Said<'_>) -> Option<TableRow> {
    let Fact::Recipient(recipient) = &said.fact else { return None };
    let words = composer.words;
    let country = match &recipient.country {
        Some(code) => words.country(code),
        None => words.word("country-unknown"),
    };
    let cell = |text: String| vec![Inline::text(capital(&text))];
    Some(TableRow {
        statement: Some(said.statement.id.clone()),
        cells: vec![
            cell(words.text(composer.policy, &recipient.name)),
            cell(words.recipient_role(recipient.role)),
            cell(country),
        ],
    })
}

/// A statement about places, as running text.
pub(super) fn text(composer: &Composer<'_>, fact: &Fact<'_>) -> Option<String> {
    let (words, policy) = (composer.words, composer.policy);
    Some(match fact {
        Fact::Transfers(transfers) => words.text(policy, &transfers.statement),
        Fact::PreferredPlaces(transfers) => {
            let places: Vec<_> = transfers.prefer.iter().map(|code| words.country(code)).collect();
            words.say("places-prefer", &[("places", words.and(&places).into())])
        }
        Fact::OtherPlaces(transfers) => {
            let needs = transfers.otherwise.iter().map(|need| words.of_family("otherwise", need));
            let needs = needs.map(|need| words.say("list-item", &[("item", need.into())]));
            let lines: Vec<_> = std::iter::once(words.word("places-otherwise")).chain(needs).collect();
            lines.join("\n")
        }
        Fact::Safeguard(recipient) => safeguard(composer, recipient),
        _ => return None,
    })
}

fn safeguard(composer: &Composer<'_>, recipient: &Recipient) -> String {
    let (words, policy) = (composer.words, composer.policy);
    let name = ("recipient", words.text(policy, &recipient.name).into());
    let place = match &recipient.country {
        Some(code) => words.say("safeguard-country", &[name, ("country", words.country(code).into())]),
        None => words.say("safeguard-place", &[name]),
    };
    let mut said = vec![place];
    if let Some(text) = &recipient.safeguard {
        let text = words.text(policy, text).trim_end_matches('.').to_owned();
        said.push(words.say("safeguard", &[("safeguard", text.into())]));
    }
    if let Some(text) = &recipient.necessity {
        let text = words.text(policy, text).trim_end_matches('.').to_owned();
        said.push(words.say("safeguard-necessity", &[("reason", text.into())]));
    }
    capital(&said.join(" "))
}
