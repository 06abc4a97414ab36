//! The first layer: who, what for, your rights, how to reach us, on one screen.
//!
//! Everything here is said again in full below, under its statement's id; so nothing here is an
//! anchor of its own.

use kept_core::notice::{Notice, SectionKind};
use kept_core::policy::model::Purpose;
use kept_core::timeline::Right;

use crate::notice::compose::{Composer, title_key};
use crate::notice::document::{Block, Inline, Line, Section, Table, TableRow, Target};
use crate::words::capital;

/// The short section of a notice.
pub(super) fn section(composer: &Composer<'_>, notice: &Notice<'_>) -> Section {
    let mut blocks = vec![who(composer)];
    if notice.section(SectionKind::Purposes).is_some() {
        blocks.extend(purposes(composer));
    }
    blocks.push(rights(composer, notice));
    blocks.push(contact(composer));
    Section { anchor: "section-short", title: composer.words.word("short-title"), blocks }
}

fn plain(spans: Vec<Inline>) -> Block {
    Block::Paragraph(Line { statement: None, spans })
}

pub(super) fn who(composer: &Composer<'_>) -> Block {
    let count = u32::try_from(composer.policy.controllers.len()).unwrap_or(u32::MAX);
    let facts = [("names", composer.controllers().into()), ("count", count.into())];
    plain(vec![Inline::text(composer.words.say("short-who", &facts))])
}

/// The purposes on which a short page can say more than their names.
const ROOM: usize = 6;

/// A table with basis and period where there are few purposes, else their names alone: the first
/// layer is one screen.
fn purposes(composer: &Composer<'_>) -> Vec<Block> {
    let (words, policy) = (composer.words, composer.policy);
    let link = |purpose: &Purpose| {
        let to = Target::Anchor(format!("purpose.{}", purpose.name));
        Inline::Link { text: words.text(policy, &purpose.title), to }
    };
    let title = words.word("short-purposes");
    if policy.purposes.len() > ROOM {
        let label = words.say("label", &[("label", title.into())]);
        let items = policy.purposes.values();
        let items = items.map(|purpose| Line { statement: None, spans: vec![link(purpose)] });
        return vec![plain(vec![Inline::Strong(label)]), Block::List(items.collect())];
    }
    let rows = policy.purposes.values().map(|purpose| {
        let basis = Inline::text(capital(&bases(composer, purpose)));
        let kept = Inline::text(capital(&words.retention_in_short(policy, purpose)));
        TableRow { statement: None, cells: vec![vec![link(purpose)], vec![basis], vec![kept]] }
    });
    let head = ["column-purpose", "column-basis", "column-kept"];
    let head = head.iter().map(|key| words.word(key)).collect();
    vec![Block::Table(Table { caption: title, head, rows: rows.collect() })]
}

/// The bases of a purpose in a word or two each.
fn bases(composer: &Composer<'_>, purpose: &Purpose) -> String {
    let mut said: Vec<String> = Vec::new();
    for basis in purpose.bases() {
        let word = composer.words.basis_in_short(basis);
        if !said.contains(&word) {
            said.push(word);
        }
    }
    composer.words.or(&said)
}

fn rights(composer: &Composer<'_>, notice: &Notice<'_>) -> Block {
    let words = composer.words;
    let rights = acts(composer, notice.section(SectionKind::Withdrawal).is_some());
    let said = rights.map(|rights| words.say("short-rights", &[("rights", rights.into())]));
    let to = Target::Anchor(title_key(SectionKind::Rights).to_owned());
    plain(vec![
        Inline::text(said.map_or_else(String::new, |said| format!("{said} "))),
        Inline::Link { text: words.word("short-rights-link"), to },
    ])
}

pub(super) fn contact(composer: &Composer<'_>) -> Block {
    let words = composer.words;
    let email = composer.policy.controller().and_then(|who| who.email.as_deref());
    let Some(email) = email else {
        return plain(vec![Inline::text(words.word("short-contact-none"))]);
    };
    plain(vec![
        Inline::text(words.word("short-contact")),
        Inline::text(" "),
        Inline::mail(email),
        Inline::text("."),
    ])
}

/// What the rights let people do: `to see your data, to have them corrected …`; `None` where the
/// policy names only some rights, which are then said below.
pub(super) fn acts(composer: &Composer<'_>, with_withdrawal: bool) -> Option<String> {
    let words = composer.words;
    let mut rights = vec![
        Right::Access,
        Right::Rectification,
        Right::Erasure,
        Right::Restriction,
        Right::Portability,
        Right::Objection,
    ];
    if let Some(named) = &composer.policy.rights.named {
        rights.retain(|right| named.contains(right));
    }
    if with_withdrawal {
        rights.push(Right::Withdrawal);
    }
    // The acts refer to each other ("them"), and the first names the data.
    if rights.first() != Some(&Right::Access) {
        return None;
    }
    let rights: Vec<_> = rights.into_iter().map(|right| words.right_as_act(right)).collect();
    Some(words.and(&rights))
}
