//! Purposes with their legal bases.

use indexmap::IndexMap;

use super::names::Kind;
use super::section::{Section, Word, word_of};
use super::tree::{Node, Value};
use super::{Reader, codes};
use crate::name::{CategoryName, ControllerName, PurposeName};
use crate::policy::keys;
use crate::policy::model::{
    AfterWithdrawal, Answers, Archive, Basis, Channel, Controller, Decides, Erasure, Purpose, Text,
};
use crate::time::Span;

impl Reader<'_> {
    pub(super) fn purposes(
        &mut self,
        root: &Section<'_>,
        controllers: &IndexMap<ControllerName, Controller>,
    ) -> IndexMap<PurposeName, Purpose> {
        let leading =
            controllers.keys().next().cloned().unwrap_or_else(|| ControllerName::from("controller"));
        let sections = root.section("purpose").sections();
        let special = special_kinds(root);
        sections
            .into_iter()
            .map(|(name, section)| {
                let name = PurposeName::from(name.text);
                let purpose = self.purpose(name.clone(), &section, &leading, &special);
                (name, purpose)
            })
            .collect()
    }

    fn purpose(
        &mut self,
        name: PurposeName,
        section: &Section<'_>,
        leading: &ControllerName,
        special: &[(CategoryName, String)],
    ) -> Purpose {
        let basis = self.basis(section);
        let retention = self.retention(section);
        let (starts, occasion) = self.starts(section, &basis, &retention);
        let controller = section.word("controller");
        Purpose {
            title: self.text_or_name(section, "title", name.as_str()),
            description: self.text(section, "description"),
            controller: controller
                .and_then(|word| self.known_one(word, Kind::Controller, &codes::purpose::UNKNOWN_CONTROLLER))
                .unwrap_or_else(|| leading.clone()),
            answers: Answers::default(),
            arms: Vec::new(),
            serves_law: None,
            uses_also: Vec::new(),
            only: Vec::new(),
            profiling: false,
            research: false,
            reconfirm: None,
            unsubscribe: false,
            people: self.known(section, "people", Kind::People, &codes::purpose::UNKNOWN_PEOPLE),
            data: self.data(section, "data", &codes::purpose::UNKNOWN_DATA),
            marketing: section.words("marketing").iter().filter_map(|word| channel(word.text)).collect(),
            starts,
            occasion,
            recipients: self.known(
                section,
                "recipients",
                Kind::Recipient,
                &codes::purpose::UNKNOWN_RECIPIENT,
            ),
            archive: self.archive(section),
            after_withdrawal: self.after_withdrawal(section),
            erasure: self.erasure(section),
            special: self.special(&section.section("special"), special),
            required: self.text(section, "required"),
            decides: self.decides(section),
            off: self.text(section, "off"),
            basis,
            retention,
            name,
        }
    }

    /// The basis; of several the first, unless one is consent, which allows least.
    fn basis(&mut self, section: &Section<'_>) -> Basis {
        let Some(node) = section.node("basis") else { return Basis::Missing };
        let path = section.at("basis");
        let written = written_bases(node);
        let bases: Vec<Basis> = written.iter().filter_map(|one| self.one_basis(one, &path)).collect();
        if written.len() > 1 {
            self.two_bases(section, &written);
        } else if bases.is_empty() {
            // What stood in it may have been reported as unknown.
            if written.is_empty() && !self.places.has_below(&path) {
                let help = format!("name one of {}", crate::policy::suggest::listed(keys::BASES));
                let raised = codes::purpose::UNKNOWN_BASIS.raise("the basis is empty");
                self.found.push(self.places.point(raised, &path, "").help(help));
            }
            self.places.mark_broken(path);
        }
        let consent = bases.iter().find(|basis| basis.is_consent());
        consent.or(bases.first()).cloned().unwrap_or(Basis::Missing)
    }

    pub(super) fn one_basis(&mut self, written: &WrittenBasis<'_>, path: &str) -> Option<Basis> {
        let word = written.word;
        Some(match word.text {
            "consent" => Basis::Consent { explicit: written.says == Some("explicit") },
            "explicit-consent" => Basis::Consent { explicit: true },
            "contract" => Basis::Contract,
            "legal-obligation" => Basis::LegalObligation(self.basis_text(written, path)),
            "vital-interest" => Basis::VitalInterest(self.basis_text(written, path)),
            "public-task" => Basis::PublicTask(self.basis_text(written, path)),
            "legitimate-interest" => Basis::LegitimateInterest(self.basis_text(written, path)),
            other => {
                let help = crate::policy::suggest::help(other, keys::BASES.iter().copied());
                let message = format!("`{other}` is not a legal basis");
                self.blame(word, &codes::purpose::UNKNOWN_BASIS, message, help);
                return None;
            }
        })
    }

    /// What a basis names; empty where it names nothing, which the check reports.
    fn basis_text(&mut self, written: &WrittenBasis<'_>, path: &str) -> Text {
        let path = format!("{path}.{}", written.word.text);
        match written.says {
            Some(says) => self.text_at(path, says),
            None => Text { path, written: String::new() },
        }
    }

    fn two_bases(&mut self, section: &Section<'_>, written: &[WrittenBasis<'_>]) {
        let name = section.path.rsplit('.').next().unwrap_or_default();
        let split: Vec<String> = written
            .iter()
            .map(|one| format!("`[purpose.{name}-{0}]` with `basis = \"{0}\"`", one.word.text))
            .collect();
        let message =
            format!("the purpose `{name}` names {} bases; one basis leads a purpose", written.len());
        let raised = codes::purpose::TWO_BASES.raise(message);
        let raised = self.places.point(raised, &section.at("basis"), "");
        self.found.push(raised.help(format!("split it: {}", split.join(" and "))));
    }

    fn archive(&mut self, section: &Section<'_>) -> Option<Archive> {
        if !section.has_table("archive") {
            return None;
        }
        let inner = section.section("archive");
        Some(Archive {
            reason: self.text(&inner, "reason"),
            roles: self.known(&inner, "roles", Kind::Role, &codes::purpose::UNKNOWN_ROLE),
        })
    }

    fn after_withdrawal(&mut self, section: &Section<'_>) -> AfterWithdrawal {
        let Some(word) = section.word("after-withdrawal") else { return AfterWithdrawal::Erase };
        let text = word.text.trim();
        if text == "erase" {
            return AfterWithdrawal::Erase;
        }
        match text.strip_prefix("locked ").map(Span::parse) {
            Some(Ok(span)) => AfterWithdrawal::Locked(span),
            _ => {
                let help = "write `erase`, or a length such as `locked 30 days`".to_owned();
                let message = format!("`{text}` does not say what withdrawal does");
                self.blame(word, &codes::purpose::BAD_WITHDRAWAL, message, Some(help));
                AfterWithdrawal::Erase
            }
        }
    }

    fn erasure(&mut self, section: &Section<'_>) -> Erasure {
        if section.word("on-erasure").is_some_and(|word| word.text == "ends") {
            return Erasure::Ends;
        }
        let inner = section.section("on-erasure");
        self.text(&inner, "stays").map_or(Erasure::ByBasis, Erasure::Stays)
    }

    /// Conditions by category; a kind of special category stands for all categories of that kind.
    fn special(
        &mut self,
        section: &Section<'_>,
        special: &[(CategoryName, String)],
    ) -> Vec<(CategoryName, String)> {
        let mut conditions = Vec::new();
        for (name, entry) in section.entries() {
            let Some(point) = word_of(&entry.node) else { continue };
            let matching: Vec<&CategoryName> = special
                .iter()
                .filter(|(category, kind)| category.as_str() == name.text || kind == name.text)
                .map(|(category, _)| category)
                .collect();
            if matching.is_empty() {
                let known = special.iter().flat_map(|(category, kind)| [category.as_str(), kind]);
                let help = crate::policy::suggest::help(name.text, known).or_else(|| {
                    Some("a category of special data says `special = \"health\"` or the like".to_owned())
                });
                let message =
                    format!("`{}` is neither special data of this policy nor a kind of them", name.text);
                self.places.mark_broken(section.path.clone());
                self.blame(name, &codes::purpose::UNKNOWN_SPECIAL, message, help);
            }
            if !is_condition(point.text) {
                let help = "name a point of Art. 9(2): `9(2)(a)` to `9(2)(j)`".to_owned();
                let message = format!("`{}` is not a condition of Art. 9(2)", point.text);
                self.places.mark_broken(section.path.clone());
                self.blame(point, &codes::purpose::BAD_CONDITION, message, Some(help));
                continue;
            }
            conditions.extend(matching.into_iter().map(|category| (category.clone(), point.text.to_owned())));
        }
        conditions
    }

    fn decides(&mut self, section: &Section<'_>) -> Option<Decides> {
        if !section.has_table("decides") {
            let what = self.text(section, "decides")?;
            return Some(Decides { what, logic: None, effect: None, allowed_by: None, human: None });
        }
        let inner = section.section("decides");
        Some(Decides {
            what: self.text(&inner, "what")?,
            logic: self.text(&inner, "logic"),
            effect: self.text(&inner, "effect"),
            allowed_by: self.text(&inner, "allowed-by"),
            human: self.text(&inner, "human"),
        })
    }
}

/// A basis as written: its word, and what it names.
pub(super) struct WrittenBasis<'a> {
    word: Word<'a>,
    says: Option<&'a str>,
}

pub(super) fn written_bases(node: &Node) -> Vec<WrittenBasis<'_>> {
    match &node.value {
        Value::List(nodes) => nodes.iter().flat_map(written_bases).collect(),
        Value::Table(table) => table
            .entries
            .iter()
            .map(|(name, entry)| WrittenBasis {
                word: Word { text: name, file: &entry.file, span: &entry.key },
                says: word_of(&entry.node).map(|word| word.text),
            })
            .collect(),
        _ => word_of(node).map(|word| WrittenBasis { word, says: None }).into_iter().collect(),
    }
}

/// The categories of special data and their kinds.
fn special_kinds(root: &Section<'_>) -> Vec<(CategoryName, String)> {
    let sections = root.section("data").sections();
    let special = |(name, section): (Word<'_>, Section<'_>)| {
        section.string("special").map(|kind| (CategoryName::from(name.text), kind))
    };
    sections.into_iter().filter_map(special).collect()
}

fn is_condition(text: &str) -> bool {
    let point = text.strip_prefix("9(2)(").and_then(|rest| rest.strip_suffix(')'));
    point.is_some_and(|point| point.len() == 1 && point.bytes().all(|byte| (b'a'..=b'j').contains(&byte)))
}

fn channel(word: &str) -> Option<Channel> {
    Some(match word {
        "email" => Channel::Email,
        "phone" => Channel::Phone,
        "sms" => Channel::Sms,
        "post" => Channel::Post,
        "social-media" => Channel::SocialMedia,
        "adverts" => Channel::Adverts,
        _ => return None,
    })
}
