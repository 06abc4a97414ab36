//! Facts made into a document: each statement a sentence, row or list item of its language.
//!
//! `short` is the first layer, `form` the notice beside a form; the other modules hold the sections
//! of their subject. Not here: order and ids, which come with the facts, and markup, which the
//! renderers add.

use kept_core::name::PersonKind;
use kept_core::notice::{
    ContactWay, Fact, Notice, PublishingFact, Said, Scope, ScopeError, SectionKind, StatementId, Weight,
    build, narrow,
};
use kept_core::policy::Policy;
use kept_core::policy::model::{DataRef, NoticeLink, Purpose, Text};

use crate::notice::document::{Block, Document, Inline, Line, Row, Section, Target};
use crate::words::{Words, capital, within};

mod cookies;
mod custody;
mod data;
mod elsewhere;
mod form;
mod promises;
mod purposes;
mod rights;
mod short;
mod who;

/// The notice of a policy as a document in the language of the words.
pub fn document(policy: &Policy, words: &Words) -> Document {
    whole(policy, words, &Scope::Whole)
}

/// The notice for some people, for one form, or for data from elsewhere.
///
/// # Errors
/// [`ScopeError`] when the policy has no such people, form or source.
pub fn document_for(policy: &Policy, words: &Words, scope: &Scope) -> Result<Document, ScopeError> {
    let narrowed = narrow(policy, scope)?;
    Ok(match scope {
        Scope::Form(id) => form::document(&Composer { policy: &narrowed, words }, id),
        _ => whole(&narrowed, words, scope),
    })
}

/// The bases of a purpose in words, with whom each is for.
pub(super) fn basis(policy: &Policy, words: &Words, purpose: &Purpose) -> String {
    purposes::basis(&Composer { policy, words }, purpose)
}

fn whole(policy: &Policy, words: &Words, scope: &Scope) -> Document {
    let notice = build(policy);
    let composer = Composer { policy, words };
    let mut sections = vec![short::section(&composer, &notice)];
    let rest = notice.sections.iter().filter(|section| section.kind != SectionKind::Introduction);
    sections.extend(rest.map(|section| Section {
        anchor: title_key(section.kind),
        title: words.word(title_key(section.kind)),
        blocks: composer.blocks(section),
    }));
    Document {
        language: words.language().as_str().to_owned(),
        title: composer.title(scope),
        subtitle: composer.version(),
        introduction: composer.introduction(&notice, scope),
        skip: words.word("skip"),
        contents: Some(words.word("contents")),
        sections,
    }
}

/// A policy and the words in which it is said.
struct Composer<'a> {
    policy: &'a Policy,
    words: &'a Words,
}

impl Composer<'_> {
    fn title(&self, scope: &Scope) -> String {
        let name = ("name", self.controllers().into());
        match (scope, &self.policy.notice.title) {
            (Scope::Elsewhere(_), _) => self.words.say("title-elsewhere", &[name]),
            (_, Some(title)) => self.words.text(self.policy, title),
            (_, None) => self.words.say("title", &[name]),
        }
    }

    fn version(&self) -> Option<String> {
        let (words, notice) = (self.words, &self.policy.notice);
        match (notice.version, &notice.version_month) {
            (Some(day), _) => Some(words.say("version-line", &[("date", words.date(day).into())])),
            (None, Some(month)) => {
                Some(words.say("version-line-month", &[("month", words.month_of_year(month).into())]))
            }
            (None, None) => None,
        }
    }

    /// The policy's own words, after a line that says for whom the page is where it is not for all.
    fn introduction(&self, notice: &Notice<'_>, scope: &Scope) -> Vec<Block> {
        let line = match scope {
            Scope::Whole | Scope::Form(_) => None,
            Scope::People(kind) => {
                let people = within(&self.people(std::slice::from_ref(kind)));
                Some(self.words.say("scope-people", &[("people", people.into())]))
            }
            Scope::Elsewhere(_) => Some(self.words.word("scope-elsewhere")),
        };
        let introduction = notice.section(SectionKind::Introduction);
        let said = introduction.map_or_else(Vec::new, |section| self.blocks(section));
        line.map(|line| Block::Paragraph(Line::plain(line))).into_iter().chain(said).collect()
    }

    fn controllers(&self) -> String {
        let names: Vec<_> = self.policy.controllers.values().map(|one| one.name.clone()).collect();
        self.words.and(&names)
    }

    fn blocks(&self, section: &kept_core::notice::Section<'_>) -> Vec<Block> {
        let said: Vec<&Said<'_>> = section.parts.iter().flat_map(|part| &part.said).collect();
        match section.kind {
            SectionKind::Purposes => purposes::blocks(self, &section.parts),
            SectionKind::Custody => custody::blocks(self, &section.parts),
            SectionKind::Regimes => rights::regimes(self, &section.parts),
            SectionKind::Data => data::blocks(self, &said),
            SectionKind::Cookies => cookies::blocks(self, &said),
            SectionKind::Statistics => cookies::statistics(self, &said),
            SectionKind::Disclosures => custody::disclosures(self, &said),
            SectionKind::Recipients => elsewhere::recipients(self, &said),
            SectionKind::Own => vec![promises::own(self, &said)],
            SectionKind::Rights => rights::blocks(self, &said),
            SectionKind::Contact => {
                vec![Block::Rows(Row::grouped(said.iter().filter_map(|one| self.contact(one))))]
            }
            SectionKind::People
            | SectionKind::Children
            | SectionKind::Sources
            | SectionKind::Meanings
            | SectionKind::Messages
            | SectionKind::Never
            | SectionKind::Safeguards
            | SectionKind::Links => {
                vec![Block::List(said.iter().map(|one| self.line(one)).collect())]
            }
            _ => said.iter().map(|one| Block::Paragraph(self.line(one))).collect(),
        }
    }

    /// A statement as running text.
    fn line(&self, said: &Said<'_>) -> Line {
        let id = &said.statement.id;
        let text = match &said.fact {
            Fact::Introduction(text) => self.words.text(self.policy, text),
            Fact::Representative(_, contact) => return self.reached(id, "who-representative", contact),
            Fact::Officer(_, contact) => return self.reached(id, "who-officer", contact),
            Fact::Authority(_, authority) => return rights::authority(self, id, authority.as_ref()),
            Fact::Handling(fact) => return rights::handling_line(self, id, fact),
            Fact::Publishing(PublishingFact::Link(link)) => return self.link(id, link),
            fact => self.sentence_of(fact),
        };
        Line::said(id, text)
    }

    fn sentence_of(&self, fact: &Fact<'_>) -> String {
        who::text(self, fact)
            .or_else(|| data::text(self, fact))
            .or_else(|| cookies::text(self, fact))
            .or_else(|| promises::text(self, fact))
            .or_else(|| rights::text(self, fact))
            .or_else(|| elsewhere::text(self, fact))
            .or_else(|| self.about_the_notice(fact))
            .unwrap_or_default()
    }

    fn about_the_notice(&self, fact: &Fact<'_>) -> Option<String> {
        let words = self.words;
        Some(match fact {
            Fact::Event(event) => {
                let acts: Vec<_> = event.acts.iter().map(|act| words.of_family("act", act)).collect();
                let name = capital(&words.event(self.policy, &event.kind));
                words.say("meaning", &[("event", name.into()), ("acts", words.or(&acts).into())])
            }
            Fact::Version(_) | Fact::Publishing(PublishingFact::VersionMonth(_)) => self.version()?,
            Fact::Changes(weight, ways) => {
                let ways: Vec<_> = ways.iter().map(|way| words.of_family("way", way)).collect();
                let key = match weight {
                    Weight::Minor => "changes-minor",
                    Weight::Significant => "changes-significant",
                };
                words.say(key, &[("ways", words.and(&ways).into())])
            }
            Fact::Publishing(PublishingFact::ChangesBefore(span)) => {
                words.say("changes-before", &[("span", words.span(*span).into())])
            }
            Fact::Publishing(PublishingFact::Prevails(language)) => {
                let language = words.of_family("language", language.as_str());
                words.say("prevails", &[("language", language.into())])
            }
            _ => return None,
        })
    }

    fn link(&self, id: &StatementId, link: &NoticeLink) -> Line {
        let text = capital(&self.words.text(self.policy, &link.title));
        let to = Target::Web(link.url.clone());
        Line { statement: Some(id.clone()), spans: vec![Inline::Link { text, to }] }
    }

    fn contact(&self, said: &Said<'_>) -> Option<(String, Line)> {
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
        Some((self.words.word(contact_term(*way)), line))
    }

    /// A contact in words, its e-mail addresses as links.
    fn reached(&self, id: &StatementId, key: &str, contact: &str) -> Line {
        Line { statement: Some(id.clone()), spans: self.reached_spans(key, contact) }
    }

    fn reached_spans(&self, key: &str, contact: &str) -> Vec<Inline> {
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
        spans.collect()
    }

    /// Data of a purpose, as a line of their own.
    fn data_of(&self, data: &[DataRef]) -> String {
        capital(&self.data_listed(data))
    }

    /// Data within a sentence: `billing data and identification data (name, e-mail address)`.
    fn data_listed(&self, data: &[DataRef]) -> String {
        self.words.data_in_a_list(&self.words.data(self.policy, data))
    }

    /// Kinds of people, with a capital: the policy's words, or the name where it declares none.
    fn people(&self, kinds: &[PersonKind]) -> String {
        let known: Vec<_> = kinds.iter().filter_map(|kind| self.policy.people.get(kind)).collect();
        let unknown = kinds.iter().filter(|kind| !self.policy.people.contains_key(*kind));
        let mut said = Vec::new();
        if !known.is_empty() {
            said.push(self.words.people(self.policy, &known));
        }
        said.extend(unknown.map(|kind| within(&self.words.titled("people", kind.as_str()))));
        capital(&self.words.any_of(&said))
    }

    /// Countries and regions within a sentence.
    fn places(&self, codes: &[String]) -> String {
        let places: Vec<_> = codes.iter().map(|code| self.words.country(code)).collect();
        self.words.and(&places)
    }

    /// Where data are: with the second key, of a sentence that says it with a preposition, where every
    /// place has one (`in the European Union`), else with the first, of one that lists names.
    fn where_in<'k>(&self, keys: (&'k str, &'k str), codes: &[String]) -> (&'k str, String) {
        let within: Vec<String> = codes.iter().filter_map(|code| self.words.place_within(code)).collect();
        if within.len() == codes.len() {
            return (keys.1, self.words.and(&within));
        }
        (keys.0, self.places(codes))
    }

    /// A text of the policy to stand within a sentence, without its own full stop.
    fn clause(&self, text: &Text) -> String {
        self.words.text(self.policy, text).trim_end().trim_end_matches('.').to_owned()
    }

    /// A text of the policy as a sentence of its own.
    fn sentence(&self, text: &Text) -> String {
        let said = capital(self.words.text(self.policy, text).trim_end());
        let ends = said.ends_with(['.', '!', '?', '…', ':', ')']);
        if ends { said } else { format!("{said}.") }
    }

    /// A sentence around one text of the policy.
    fn with(&self, key: &str, name: &str, text: &Text) -> String {
        self.words.say(key, &[(name, self.clause(text).into())])
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
        SectionKind::Children => "section-children",
        SectionKind::Data => "section-data",
        SectionKind::Sources => "section-sources",
        SectionKind::Purposes => "section-purposes",
        SectionKind::Meanings => "section-meanings",
        SectionKind::Messages => "section-messages",
        SectionKind::Cookies => "section-cookies",
        SectionKind::Statistics => "section-statistics",
        SectionKind::Disclosures => "section-disclosures",
        SectionKind::Custody => "section-custody",
        SectionKind::Recipients => "section-recipients",
        SectionKind::Transfers => "section-transfers",
        SectionKind::AutomatedDecisions => "section-automated-decisions",
        SectionKind::Never => "section-never",
        SectionKind::Own => "section-own",
        SectionKind::Safeguards => "section-safeguards",
        SectionKind::Rights => "section-rights",
        SectionKind::Withdrawal => "section-withdrawal",
        SectionKind::Objection => "section-objection",
        SectionKind::Regimes => "section-regimes",
        SectionKind::Authority => "section-authority",
        SectionKind::Changes => "section-changes",
        SectionKind::Links => "section-links",
        SectionKind::Contact => "section-contact",
    }
}
