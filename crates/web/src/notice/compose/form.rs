//! The notice beside a form: what Art. 13 asks for at the moment of collection, and the wording of
//! the boxes by which people consent.
//!
//! The policy is already cut down to the form. Not here: the form's markup, which is the website's.

use kept_core::notice::{SectionKind, build};
use kept_core::policy::model::{Basis, DataRef, Field, Form, Origin, Purpose};

use crate::notice::compose::{Composer, data, purposes, short};
use crate::notice::document::{Block, Document, Inline, Line, Row, Section};
use crate::words::{capital, within};

/// The notice beside a form.
pub(super) fn document(composer: &Composer<'_>, id: &str) -> Document {
    let words = composer.words;
    let form = composer.policy.forms.get(id);
    let name = form.map(|form| words.text(composer.policy, &form.title)).unwrap_or_default();
    let mut sections = vec![section(composer, "section-short", "short-title", asked(composer, form))];
    let uses = uses(composer, form);
    if !uses.is_empty() {
        sections.push(section(composer, "section-form-use", "section-form-use", uses));
    }
    if let Some(form) = form.filter(|form| !form.consents.is_empty()) {
        sections.push(section(composer, "section-form-consents", "form-consents", boxes(composer, form)));
    }
    sections.push(section(composer, "section-form-rights", "section-form-rights", rights(composer)));
    Document {
        language: words.language().as_str().to_owned(),
        title: words.say("title-form", &[("form", name.into())]),
        subtitle: composer.version(),
        introduction: Vec::new(),
        skip: words.word("skip"),
        contents: None,
        sections,
    }
}

fn section(composer: &Composer<'_>, anchor: &'static str, title: &str, blocks: Vec<Block>) -> Section {
    Section { anchor, title: composer.words.word(title), blocks }
}

/// Who asks, and for what.
fn asked(composer: &Composer<'_>, form: Option<&Form>) -> Vec<Block> {
    let (words, policy) = (composer.words, composer.policy);
    let fields: Vec<_> = form.map(|form| fields(composer, form)).unwrap_or_default();
    let mut blocks = vec![short::who(composer)];
    for controller in policy.controllers.values() {
        if let Some(officer) = &controller.officer {
            let spans = composer.reached_spans("who-officer", officer);
            blocks.push(Block::Paragraph(Line { statement: None, spans }));
        }
    }
    if !fields.is_empty() {
        let said = words.say("form-asks", &[("fields", words.commas(&fields).into())]);
        blocks.push(Block::Paragraph(Line::plain(said)));
    }
    blocks
}

/// The fields by their own names: beside the form they need no category. A category that is asked
/// for whole is said by its fields, or by its name where it has none.
fn fields(composer: &Composer<'_>, form: &Form) -> Vec<String> {
    let (words, policy) = (composer.words, composer.policy);
    let mut names: Vec<String> = Vec::new();
    for datum in &form.fields {
        let category = policy.data.get(&datum.category);
        let known = category.iter().flat_map(|category| {
            let asked = category.fields.values().filter(|field| asks_for(datum, field));
            asked.map(|field| data::field(composer, category, field))
        });
        let mut known: Vec<_> = known.collect();
        if known.is_empty() {
            known.push(within(&words.category(policy, &datum.category)));
        }
        known.retain(|name| !names.contains(name));
        names.extend(known);
    }
    names
}

/// Whether a form that asks for `datum` asks people for `field`: what is observed or derived
/// belongs to a category, but nobody fills it in.
fn asks_for(datum: &DataRef, field: &Field) -> bool {
    match &datum.field {
        Some(name) => *name == field.name,
        None => field.origin == Origin::Given,
    }
}

/// Each purpose that needs no box: on which basis, who receives the data, how long, and whether
/// they must be given.
fn uses(composer: &Composer<'_>, form: Option<&Form>) -> Vec<Block> {
    let unasked = |purpose: &&Purpose| form.is_none_or(|form| !form.consents.contains(&purpose.name));
    let purposes = composer.policy.purposes.values().filter(unasked);
    purposes.map(|purpose| part(composer, purpose, one(composer, purpose))).collect()
}

fn part(composer: &Composer<'_>, purpose: &Purpose, blocks: Vec<Block>) -> Block {
    Block::Part { statement: None, title: composer.words.text(composer.policy, &purpose.title), blocks }
}

fn one(composer: &Composer<'_>, purpose: &Purpose) -> Vec<Block> {
    let (words, policy) = (composer.words, composer.policy);
    let plain = |key: &str, text: String| (words.word(key), Line::plain(text));
    let mut rows = vec![plain("label-basis", purposes::basis(composer, purpose))];
    if let Some(text) = &purpose.required {
        rows.push(plain("label-required", composer.sentence(text)));
    }
    let receives = policy
        .recipients
        .values()
        .filter(|one| purpose.recipients.contains(&one.id) || one.purposes.contains(&purpose.name));
    let names: Vec<_> = receives.map(|one| words.name_within(policy, &one.name)).collect();
    if !names.is_empty() {
        rows.push(plain("label-recipients", capital(&words.and(&names))));
    }
    rows.push(plain("label-keep", words.retention(policy, purpose)));
    vec![Block::Rows(Row::grouped(rows))]
}

/// The purposes that people may agree to, each with the wording of its box, and that none needs to
/// be ticked where the form serves a purpose without consent.
fn boxes(composer: &Composer<'_>, form: &Form) -> Vec<Block> {
    let (words, policy) = (composer.words, composer.policy);
    let boxes = form.consents.iter().map(|name| {
        let purpose = policy.purposes.get(name);
        let controller = purpose.and_then(|one| policy.controllers.get(&one.controller));
        let who = controller.map_or_else(|| composer.controllers(), |one| one.name.clone());
        let facts = [("name", who.into()), ("purpose", words.purpose(policy, name).into())];
        let wording = Block::Boxes(vec![Line::plain(words.say("form-consent", &facts))]);
        match purpose {
            Some(purpose) => {
                let blocks = one(composer, purpose).into_iter().chain([wording]).collect();
                part(composer, purpose, blocks)
            }
            None => wording,
        }
    });
    let mut blocks: Vec<_> = boxes.collect();
    let own = policy.purposes.get(&form.purpose);
    let rests_on_consent =
        own.is_some_and(|one| one.bases().any(|basis| matches!(basis, Basis::Consent { .. })));
    if !rests_on_consent && !form.consents.contains(&form.purpose) {
        blocks.push(Block::Paragraph(Line::plain(words.word("form-no-consent"))));
    }
    blocks
}

fn rights(composer: &Composer<'_>) -> Vec<Block> {
    let words = composer.words;
    let notice = build(composer.policy);
    let acts = short::acts(composer, notice.section(SectionKind::Withdrawal).is_some());
    let said = acts.map(|acts| words.say("form-rights", &[("rights", acts.into())])).unwrap_or_default();
    let more = Inline::text(format!(" {}", words.word("form-more")));
    vec![
        Block::Paragraph(Line { statement: None, spans: vec![Inline::text(said), more] }),
        short::contact(composer),
    ]
}
