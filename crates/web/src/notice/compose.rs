//! Facts made into a document: each statement a sentence, row or list item of its language.
//!
//! `short` is the first layer, `purposes` and `rights` are the long sections. Not here: order and
//! ids, which come with the facts, and markup, which the renderers add.

use std::collections::BTreeSet;

use kept_core::notice::{ContactWay, Fact, Said, SectionKind, StatementId, Weight, build};
use kept_core::policy::Policy;
use kept_core::policy::model::{Category, DataRef, Frozen, Table};

use crate::notice::document::{self, Block, Document, Inline, Line, Row, Section, TableRow};
use crate::words::{Words, capital, readable, within};

mod elsewhere;
mod purposes;
mod rights;
mod short;

/// The notice of a policy as a document in the language of the words.
pub fn document(policy: &Policy, words: &Words) -> Document {
    let notice = build(policy);
    let composer = Composer { policy, words };
    let mut sections = vec![short::section(&composer, &notice)];
    let rest = notice.sections.iter().filter(|section| section.kind != SectionKind::Introduction);
    sections.extend(rest.map(|section| Section {
        anchor: title_key(section.kind),
        title: words.word(title_key(section.kind)),
        blocks: composer.blocks(section),
    }));
    let introduction = notice.section(SectionKind::Introduction);
    Document {
        language: words.language().as_str().to_owned(),
        title: composer.title(),
        subtitle: policy
            .notice
            .version
            .map(|day| words.say("version-line", &[("date", words.date(day).into())])),
        introduction: introduction.map_or_else(Vec::new, |section| composer.blocks(section)),
        skip: words.word("skip"),
        contents: words.word("contents"),
        sections,
    }
}

/// A policy and the words in which it is said.
struct Composer<'a> {
    policy: &'a Policy,
    words: &'a Words,
}

impl Composer<'_> {
    fn title(&self) -> String {
        if let Some(title) = &self.policy.notice.title {
            return self.words.text(self.policy, title);
        }
        self.words.say("title", &[("name", self.controllers().into())])
    }

    fn controllers(&self) -> String {
        let names: Vec<_> = self.policy.controllers.values().map(|one| one.name.clone()).collect();
        self.words.and(&names)
    }

    fn blocks(&self, section: &kept_core::notice::Section<'_>) -> Vec<Block> {
        let said: Vec<&Said<'_>> = section.parts.iter().flat_map(|part| &part.said).collect();
        match section.kind {
            SectionKind::Purposes => purposes::blocks(self, &section.parts),
            SectionKind::Data => self.data(&said),
            SectionKind::Recipients => vec![elsewhere::recipients(self, &said)],
            SectionKind::Rights => rights::blocks(self, &said),
            SectionKind::Contact => {
                vec![Block::Rows(said.iter().filter_map(|one| self.contact(one)).collect())]
            }
            SectionKind::People | SectionKind::Meanings | SectionKind::Safeguards => {
                vec![Block::List(said.iter().map(|one| self.line(one)).collect())]
            }
            _ => said.iter().map(|one| Block::Paragraph(self.line(one))).collect(),
        }
    }

    /// A statement as running text.
    fn line(&self, said: &Said<'_>) -> Line {
        let (words, policy) = (self.words, self.policy);
        let id = &said.statement.id;
        let text = match &said.fact {
            Fact::Introduction(text) => words.text(policy, text),
            Fact::Identity(who) => {
                let details = words.registrations(who);
                let name = ("name", who.name.as_str().into());
                if details.is_empty() {
                    words.say("who-bare", &[name])
                } else {
                    words.say("who", &[name, ("details", details.join(", ").into())])
                }
            }
            Fact::Representative(_, contact) => return self.reached(id, "who-representative", contact),
            Fact::Officer(_, contact) => return self.reached(id, "who-officer", contact),
            Fact::People(people) => words.people(policy, &[people]),
            Fact::MinimumAge(people, age) => {
                let who = words.text(policy, &people.who);
                words.say("minimum-age", &[("age", u32::from(*age).into()), ("who", who.into())])
            }
            Fact::Form(form) => {
                let facts = [
                    ("form", words.text(policy, &form.title).into()),
                    ("fields", words.apart(&words.data(policy, &form.fields)).into()),
                    ("purpose", words.purpose(policy, &form.purpose).into()),
                ];
                words.say("form", &facts)
            }
            Fact::Event(event) => {
                let acts: Vec<_> = event.acts.iter().map(|act| words.of_family("act", act)).collect();
                let name = capital(&words.event(policy, &event.kind));
                words.say("meaning", &[("event", name.into()), ("acts", words.or(&acts).into())])
            }
            Fact::AutomatedDecision(purpose, decides) => {
                let purpose = words.text(policy, &purpose.title);
                let facts = [("purpose", purpose.into()), ("words", words.decides(policy, decides).into())];
                words.say("automated", &facts)
            }
            Fact::Duty(duty) => {
                let what = capital(words.text(policy, &duty.what).trim_end_matches('.'));
                let what = ("what", what.into());
                match duty.every {
                    Some(span) => words.say("duty-every", &[what, ("every", words.every(span).into())]),
                    None => words.say("duty", &[what]),
                }
            }
            Fact::Frozen(_, table, frozen) => self.frozen(table, frozen),
            Fact::Version(day) => words.say("version-line", &[("date", words.date(*day).into())]),
            Fact::Changes(weight, ways) => {
                let ways: Vec<_> = ways.iter().map(|way| words.of_family("way", way)).collect();
                let key = match weight {
                    Weight::Minor => "changes-minor",
                    Weight::Significant => "changes-significant",
                };
                words.say(key, &[("ways", words.and(&ways).into())])
            }
            Fact::Authority(_, authority) => return rights::authority(self, id, authority.as_ref()),
            fact => rights::text(self, fact).or_else(|| elsewhere::text(self, fact)).unwrap_or_default(),
        };
        Line::said(id, text)
    }

    fn data(&self, said: &[&Said<'_>]) -> Vec<Block> {
        let words = self.words;
        let (mut rows, mut forms) = (Vec::new(), Vec::new());
        for one in said {
            match &one.fact {
                Fact::Data(category) => rows.push(self.category(one, category)),
                _ => forms.push(self.line(one)),
            }
        }
        let mut blocks = Vec::new();
        if !rows.is_empty() {
            let head = ["column-data", "column-fields", "column-source"];
            blocks.push(Block::Table(document::Table {
                caption: words.word("data-lead"),
                head: head.iter().map(|key| words.word(key)).collect(),
                rows,
            }));
        }
        if !forms.is_empty() {
            blocks.push(Block::List(forms));
        }
        blocks
    }

    fn category(&self, said: &Said<'_>, category: &Category) -> TableRow {
        let (words, policy) = (self.words, self.policy);
        let mut title = vec![Inline::text(capital(&words.text(policy, &category.title)))];
        if let Some(special) = &category.special {
            let special = words.say("data-special", &[("special", readable(special).into())]);
            title.push(Inline::text(format!(" ({special})")));
        }
        let fields = category.fields.values();
        let fields: Vec<_> = fields.map(|field| within(&words.field(policy, category, field))).collect();
        let source = match &category.collected {
            Some(text) => words.text(policy, text),
            None => words.and(&words.sources(category)),
        };
        let cell = |text: String| vec![Inline::text(capital(&text))];
        TableRow {
            statement: Some(said.statement.id.clone()),
            cells: vec![title, cell(words.commas(&fields)), cell(source)],
        }
    }

    fn contact(&self, said: &Said<'_>) -> Option<Row> {
        let Fact::Contact(who, way, at) = &said.fact else { return None };
        let mut spans = vec![match way {
            ContactWay::Email => Inline::mail(at),
            ContactWay::Post => Inline::text(format!("{}, {at}", who.name)),
            ContactWay::Phone => Inline::phone(at),
            ContactWay::Website => Inline::web(at),
        }];
        if self.policy.controllers.len() > 1 && *way != ContactWay::Post {
            spans.push(Inline::text(format!(" ({})", who.name)));
        }
        let line = Line { statement: Some(said.statement.id.clone()), spans };
        Some(Row { term: self.words.word(contact_term(*way)), line })
    }

    /// A contact in words, its e-mail addresses as links.
    fn reached(&self, id: &StatementId, key: &str, contact: &str) -> Line {
        let said = self.words.say(key, &[("contact", contact.into())]);
        let spans = said.split_inclusive(' ').flat_map(|word| {
            let address = word.trim_matches(|letter: char| " <>(),;".contains(letter));
            match word.split_once(address).filter(|_| address.contains('@')) {
                Some((before, after)) => {
                    vec![Inline::text(before), Inline::mail(address), Inline::text(after)]
                }
                None => vec![Inline::text(word)],
            }
        });
        Line { statement: Some(id.clone()), spans: spans.collect() }
    }

    fn frozen(&self, table: &Table, frozen: &Frozen) -> String {
        let (words, policy) = (self.words, self.policy);
        let categories: BTreeSet<_> =
            table.columns.values().map(|datum| DataRef::whole(datum.category.clone())).collect();
        let categories: Vec<_> = categories.into_iter().collect();
        let data = if categories.is_empty() {
            words.word("frozen-records")
        } else {
            words.and(&words.data(policy, &categories))
        };
        let law = words.text(policy, &frozen.law).trim_end_matches('.').to_owned();
        words.say("frozen", &[("data", capital(&data).into()), ("law", law.into())])
    }

    /// Data of a purpose: categories in one line, or a line each where single fields are named.
    fn data_of(&self, data: &[DataRef]) -> String {
        let said: Vec<_> = self.words.data(self.policy, data).into_iter().collect();
        if data.iter().all(|datum| datum.field.is_none()) {
            return capital(&self.words.and(&said));
        }
        capital(&self.words.apart(&said))
    }
}

fn contact_term(way: ContactWay) -> &'static str {
    match way {
        ContactWay::Email => "contact-email",
        ContactWay::Post => "contact-post",
        ContactWay::Phone => "contact-phone",
        ContactWay::Website => "contact-website",
    }
}

/// The key of a section's title, which is its anchor too.
fn title_key(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Introduction | SectionKind::Who => "section-who",
        SectionKind::People => "section-people",
        SectionKind::Data => "section-data",
        SectionKind::Purposes => "section-purposes",
        SectionKind::Meanings => "section-meanings",
        SectionKind::Recipients => "section-recipients",
        SectionKind::Transfers => "section-transfers",
        SectionKind::AutomatedDecisions => "section-automated-decisions",
        SectionKind::Safeguards => "section-safeguards",
        SectionKind::Rights => "section-rights",
        SectionKind::Withdrawal => "section-withdrawal",
        SectionKind::Objection => "section-objection",
        SectionKind::Authority => "section-authority",
        SectionKind::Changes => "section-changes",
        SectionKind::Contact => "section-contact",
    }
}
