//! Purposes. Not here: their legal bases (`basis`), how long (`keep`), other uses (`use_also`).

use indexmap::IndexMap;

use super::arms;
use super::names::Kind;
use super::section::{Section, Word, word_of};
use super::{Reader, codes};
use crate::name::{CategoryName, ControllerName, PurposeName};
use crate::policy::model::{
    AfterWithdrawal, Answers, Archive, Arm, Basis, Channel, Controller, Decides, Erasure, Purpose,
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
        let (basis, arms) = self.basis(section);
        let retention = self.retention(section, "keep", &[]);
        let (starts, occasion) = self.starts(section, &basis, &retention);
        let (controller, answers) = self.answers(section, leading);
        let data = self.data(section, "data", &codes::purpose::UNKNOWN_DATA);
        self.only_with_consent(section, &basis, &arms);
        let mut purpose = Purpose {
            title: self.text_or_name(section, "title", name.as_str()),
            description: self.text(section, "description"),
            controller,
            answers,
            arms,
            serves_law: self.text(section, "serves-law"),
            uses_also: self.uses_also(section),
            combines: self.known(section, "combines", Kind::Source, &codes::purpose::UNKNOWN_SOURCE),
            only: self.only(section, &data),
            profiling: section.truth("profiling").unwrap_or(false),
            research: section.truth("research").unwrap_or(false),
            reconfirm: section.every("reconfirm"),
            wordings: section.wholes("wordings"),
            unsubscribe: section.truth("unsubscribe").unwrap_or(false),
            people: self.known(section, "people", Kind::People, &codes::purpose::UNKNOWN_PEOPLE),
            data,
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
            frozen: self.frozen_data(section),
            off: self.text(section, "off"),
            basis,
            retention,
            name,
            arm: None,
        };
        arms::rules(&mut purpose, section.has("starts"));
        purpose
    }

    /// Who answers: a controller by name, or a word for one that differs by record.
    fn answers(&mut self, section: &Section<'_>, leading: &ControllerName) -> (ControllerName, Answers) {
        let Some(word) = section.word("controller") else { return (leading.clone(), Answers::Named) };
        match word.text {
            "the party to the contract" => (leading.clone(), Answers::PartyToContract),
            "the one consented to" => (leading.clone(), Answers::ConsentedTo),
            _ => {
                let known = self.known_one(word, Kind::Controller, &codes::purpose::UNKNOWN_CONTROLLER);
                (known.unwrap_or_else(|| leading.clone()), Answers::Named)
            }
        }
    }

    /// Consent is asked for again only where there is one.
    fn only_with_consent(&mut self, section: &Section<'_>, basis: &Basis, arms: &[Arm]) {
        let consented = basis.is_consent() || arms.iter().any(|arm| arm.basis.is_consent());
        let Some(word) = section.word("reconfirm").filter(|_| !consented && *basis != Basis::Missing) else {
            return;
        };
        let help = "remove it, or correct the basis".to_owned();
        let message = "there is no consent to ask for again";
        self.blame(word, &codes::purpose::IDLE_RECONFIRM, message, Some(help));
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
        if !inner.has("what") && !self.places.is_broken(&inner.at("what")) {
            let raised = codes::purpose::DECIDES_NOTHING.raise("it is not said what is decided");
            let raised = self.places.point_key(raised, &inner.path, "");
            self.found.push(raised.help("add `what = \"…\"`"));
        }
        Some(Decides {
            what: self.text(&inner, "what")?,
            logic: self.text(&inner, "logic"),
            effect: self.text(&inner, "effect"),
            allowed_by: self.text(&inner, "allowed-by"),
            human: self.text(&inner, "human"),
        })
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

/// A channel by its word.
pub(super) fn channel(word: &str) -> Option<Channel> {
    Channel::from_word(word)
}
