//! The first layer: who, what for, your rights, how to reach us, on one screen.
//!
//! Everything here is said again in full below, under its statement's id; so nothing here is an
//! anchor of its own.

use kept_core::notice::{Notice, SectionKind};
use kept_core::timeline::Right;

use crate::notice::compose::{Composer, title_key};
use crate::notice::document::{Block, Inline, Line, Section, Table, TableRow, Target};
use crate::words::capital;

/// The short section of a notice.
pub(super) fn section(composer: &Composer<'_>, notice: &Notice<'_>) -> Section {
    let mut blocks = vec![who(composer)];
    if notice.section(SectionKind::Purposes).is_some() {
        blocks.push(Block::Table(purposes(composer)));
    }
    blocks.push(rights(composer, notice));
    blocks.push(contact(composer));
    Section { anchor: "section-short", title: composer.words.word("short-title"), blocks }
}

fn plain(spans: Vec<Inline>) -> Block {
    Block::Paragraph(Line { statement: None, spans })
}

fn who(composer: &Composer<'_>) -> Block {
    let count = u32::try_from(composer.policy.controllers.len()).unwrap_or(u32::MAX);
    let facts = [("names", composer.controllers().into()), ("count", count.into())];
    plain(vec![Inline::text(composer.words.say("short-who", &facts))])
}

fn purposes(composer: &Composer<'_>) -> Table {
    let (words, policy) = (composer.words, composer.policy);
    let rows = policy.purposes.values().map(|purpose| {
        let to = Target::Anchor(format!("purpose.{}", purpose.name));
        let link = Inline::Link { text: words.text(policy, &purpose.title), to };
        let basis = Inline::text(capital(&words.basis_in_short(&purpose.basis)));
        let kept = Inline::text(capital(&words.retention_in_short(policy, purpose)));
        TableRow { statement: None, cells: vec![vec![link], vec![basis], vec![kept]] }
    });
    let head = ["column-purpose", "column-basis", "column-kept"];
    Table {
        caption: words.word("short-purposes"),
        head: head.iter().map(|key| words.word(key)).collect(),
        rows: rows.collect(),
    }
}

fn rights(composer: &Composer<'_>, notice: &Notice<'_>) -> Block {
    let words = composer.words;
    let mut rights = vec![
        Right::Access,
        Right::Rectification,
        Right::Erasure,
        Right::Restriction,
        Right::Portability,
        Right::Objection,
    ];
    if notice.section(SectionKind::Withdrawal).is_some() {
        rights.push(Right::Withdrawal);
    }
    let rights: Vec<_> = rights.into_iter().map(|right| words.right_as_act(right)).collect();
    let to = Target::Anchor(title_key(SectionKind::Rights).to_owned());
    plain(vec![
        Inline::text(words.say("short-rights", &[("rights", words.and(&rights).into())])),
        Inline::text(" "),
        Inline::Link { text: words.word("short-rights-link"), to },
    ])
}

fn contact(composer: &Composer<'_>) -> Block {
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
