//! Recipients and places: who receives data, where, and what protects them there.

use kept_core::notice::{Fact, RecipientFact, Said};
use kept_core::policy::model::{Place, Recipient, Text};

use crate::notice::compose::Composer;
use crate::notice::document::{Block, Inline, Table, TableRow};
use crate::words::{capital, within};

/// The table of recipients, then what limits each.
pub(super) fn recipients(composer: &Composer<'_>, said: &[&Said<'_>]) -> Vec<Block> {
    let words = composer.words;
    let head = ["column-recipient", "column-role", "column-country"];
    let mut blocks = vec![Block::Table(Table {
        caption: words.word("recipients-lead"),
        head: head.iter().map(|key| words.word(key)).collect(),
        rows: said.iter().filter_map(|one| row(composer, one)).collect(),
    })];
    let limits = said.iter().filter(|one| matches!(one.fact, Fact::RecipientLimits(..)));
    let limits: Vec<_> = limits.map(|one| composer.line(one)).collect();
    if !limits.is_empty() {
        blocks.push(Block::List(limits));
    }
    blocks
}

fn row(composer: &Composer<'_>, said: &Said<'_>) -> Option<TableRow> {
    let Fact::Recipient(recipient) = &said.fact else { return None };
    let words = composer.words;
    let country = match &recipient.country {
        Some(code) => words.country(code),
        None => words.word("country-unknown"),
    };
    let country = match &recipient.seat {
        Some(seat) if recipient.seat != recipient.country => {
            let seat = words.country(seat);
            words.say("country-seat", &[("country", country.into()), ("seat", seat.into())])
        }
        _ => country,
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
            let (key, places) = composer.where_in(("places-prefer", "places-prefer-in"), &transfers.prefer);
            words.say(key, &[("places", places.into())])
        }
        Fact::OtherPlaces(transfers) => {
            let needs = transfers.otherwise.iter().map(|need| words.of_family("otherwise", need));
            let needs = needs.map(|need| words.say("list-item", &[("item", need.into())]));
            let applies: Vec<_> =
                transfers.applies.iter().map(|when| words.of_family("applies", when)).collect();
            let lead = if applies.is_empty() {
                words.word("places-otherwise")
            } else {
                words.say("places-otherwise-when", &[("when", words.or(&applies).into())])
            };
            let lines: Vec<_> = std::iter::once(lead).chain(needs).collect();
            lines.join("\n")
        }
        Fact::SafeguardCopy(text) => composer.with("safeguards-copy", "where", text),
        Fact::Place(place) => self::place(composer, place),
        Fact::RecipientLimits(recipient, fact) => limit(composer, recipient, fact),
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
        let safeguard = ("safeguard", composer.clause(text).into());
        said.push(match &recipient.copy {
            Some(copy) => {
                words.say("safeguard-with-copy", &[safeguard, ("copy", composer.clause(copy).into())])
            }
            None => words.say("safeguard", &[safeguard]),
        });
    }
    if let Some(text) = &recipient.necessity {
        said.push(composer.with("safeguard-necessity", "reason", text));
    }
    if let Some(name) = &recipient.transfer_consent {
        said.push(words.say("safeguard-consent", &[("purpose", words.purpose(policy, name).into())]));
    }
    capital(&said.join(" "))
}

/// A promise about where some data are.
fn place(composer: &Composer<'_>, place: &Place) -> String {
    let words = composer.words;
    let about = |key: &str, places: String| {
        let title = capital(&words.text(composer.policy, &place.title));
        words.say(key, &[("place", title.into()), ("places", places.into())])
    };
    let mut said = Vec::new();
    if !place.only.is_empty() {
        let (key, places) = composer.where_in(("place-only", "place-only-in"), &place.only);
        said.push(about(key, places));
    }
    if !place.prefer.is_empty() {
        let (key, places) = composer.where_in(("place-prefer", "place-prefer-in"), &place.prefer);
        said.push(about(key, places));
    }
    if !place.otherwise.is_empty() {
        let needs: Vec<_> = place.otherwise.iter().map(|need| words.of_family("otherwise", need)).collect();
        said.push(words.say("place-otherwise", &[("needs", words.and(&needs).into())]));
    }
    if !place.options.is_empty() {
        let options: Vec<_> = place.options.values().map(|codes| composer.places(codes)).collect();
        said.push(about("place-options", words.or(&options)));
    }
    if let Some(who) = &place.chosen_by {
        said.push(composer.with("place-chosen", "who", who));
    }
    said.join(" ")
}

/// What limits a recipient, as running text.
fn limit(composer: &Composer<'_>, recipient: &Recipient, fact: &RecipientFact<'_>) -> String {
    let words = composer.words;
    let name = ("recipient", capital(&words.text(composer.policy, &recipient.name)).into());
    match fact {
        RecipientFact::Data => {
            let data = composer.data_listed(&recipient.data);
            words.say("recipient-data", &[name, ("data", data.into())])
        }
        RecipientFact::OnlyIf(when) => {
            words.say("recipient-only-if", &[name, ("when", condition(composer, when).into())])
        }
        RecipientFact::Instructions(what) => {
            words.say("recipient-instructions", &[name, ("what", composer.clause(what).into())])
        }
        RecipientFact::Settings(what) => {
            words.say("recipient-settings", &[name, ("what", composer.clause(what).into())])
        }
    }
}

/// A condition with its "if", which the policy may have written or left out.
fn condition(composer: &Composer<'_>, when: &Text) -> String {
    let when = within(&composer.clause(when));
    let first = when.split_whitespace().next().unwrap_or_default().replace('\'', "’");
    let known = composer.words.word("recipient-condition-words");
    if known.split_whitespace().any(|word| word == first) {
        return when;
    }
    composer.words.say("recipient-condition", &[("when", when.into())])
}
