//! Recipients, roles and forms.

use indexmap::IndexMap;

use super::names::Kind;
use super::section::Section;
use super::{Reader, codes};
use crate::name::{PurposeName, RecipientName, RoleName};
use crate::policy::model::{Form, Member, OccasionKind, Recipient, RecipientRole, Role};

impl Reader<'_> {
    pub(super) fn recipients(&mut self, root: &Section<'_>) -> IndexMap<RecipientName, Recipient> {
        let sections = root.section("recipient").sections();
        sections
            .into_iter()
            .map(|(name, section)| {
                let id = RecipientName::from(name.text);
                (id.clone(), self.recipient(id, &section))
            })
            .collect()
    }

    fn recipient(&mut self, id: RecipientName, section: &Section<'_>) -> Recipient {
        let role = section.word("role").map_or(RecipientRole::Processor, |word| recipient_role(word.text));
        let own_will = matches!(role, RecipientRole::Controller | RecipientRole::Authority);
        if own_will && section.has("instructions") {
            let message = format!("`{id}` decides for itself, and `instructions` bind it");
            self.contradicts(section, "instructions", "role", &codes::recipient::INSTRUCTED, &message);
        }
        let members = self.members(section);
        Recipient {
            name: self.text_or_name(section, "name", id.as_str()),
            role,
            country: section.string("country"),
            seat: section.string("seat"),
            purposes: self.known(section, "purposes", Kind::Purpose, &codes::recipient::UNKNOWN_PURPOSE),
            data: self.data(section, "data", &codes::recipient::UNKNOWN_DATA),
            safeguard: self.text(section, "safeguard"),
            copy: self.text(section, "copy"),
            transfer_consent: section
                .word("transfer-consent")
                .and_then(|word| self.known_one(word, Kind::Purpose, &codes::recipient::UNKNOWN_PURPOSE)),
            contract: section.day("contract"),
            due_diligence: section.day("due-diligence"),
            instructions: self.text(section, "instructions"),
            settings: self.text(section, "settings"),
            necessity: self.text(section, "necessity"),
            only_if: self.text(section, "only-if"),
            controller: section.word("controller").and_then(|word| {
                self.known_one(word, Kind::Controller, &codes::recipient::UNKNOWN_CONTROLLER)
            }),
            linked_to: section.word("linked-to").map(|_| OccasionKind::Contract),
            certified_members: section.truth("certified-members").unwrap_or(false),
            members,
            id,
        }
    }

    /// Who the recipients of a kind are. A certificate that ends before it begins is reported, and never
    /// in force.
    fn members(&mut self, section: &Section<'_>) -> IndexMap<String, Member> {
        let mut members = IndexMap::new();
        for (id, section) in section.section("members").sections() {
            let (certified, until) = (section.day("certified"), section.day("until"));
            if certified.zip(until).is_some_and(|(since, until)| until < since) {
                let message = format!("the certificate of `{}` ends before it begins", id.text);
                self.contradicts(&section, "until", "certified", &codes::recipient::CERTIFICATE, &message);
            }
            let name = section.string("name").unwrap_or_else(|| id.text.to_owned());
            members.insert(id.text.to_owned(), Member { name, certified, until });
        }
        members
    }

    pub(super) fn roles(&mut self, root: &Section<'_>) -> IndexMap<RoleName, Role> {
        let mut roles = IndexMap::new();
        for (name, section) in root.section("role").sections() {
            let name = RoleName::from(name.text);
            let purposes = self.known(&section, "purposes", Kind::Purpose, &codes::role::UNKNOWN_PURPOSE);
            let title = self.title_or_family(&section, "staff", name.as_str());
            let needs = self.short_words(&section, "needs", "need");
            roles.insert(name.clone(), Role { name, title, purposes, needs });
        }
        roles
    }

    /// A form without a known purpose is reported and left out: nothing may be collected by it.
    pub(super) fn forms(&mut self, root: &Section<'_>) -> IndexMap<String, Form> {
        let mut forms = IndexMap::new();
        for (name, section) in root.section("form").sections() {
            let fields = self.data(&section, "fields", &codes::form::UNKNOWN_DATA);
            let title = self.text_or_name(&section, "title", name.text);
            let consents = self.known(&section, "consents", Kind::Purpose, &codes::form::UNKNOWN_PURPOSE);
            let Some(word) = section.word("purpose") else {
                if !self.places.is_broken(&section.at("purpose")) {
                    let raised =
                        codes::form::NO_PURPOSE.raise(format!("the form `{}` serves no purpose", name.text));
                    self.found.push(name.blame(raised).help("write `purpose = \"…\"`"));
                }
                continue;
            };
            let purpose: Option<PurposeName> =
                self.known_one(word, Kind::Purpose, &codes::form::UNKNOWN_PURPOSE);
            if let Some(purpose) = purpose {
                let (id, notice) = (name.text.to_owned(), section.has("notice"));
                forms.insert(id.clone(), Form { id, purpose, fields, title, consents, notice });
            }
        }
        forms
    }
}

fn recipient_role(word: &str) -> RecipientRole {
    match word {
        "controller" => RecipientRole::Controller,
        "joint" => RecipientRole::Joint,
        "affiliate" => RecipientRole::Affiliate,
        "authority" => RecipientRole::Authority,
        _ => RecipientRole::Processor,
    }
}
