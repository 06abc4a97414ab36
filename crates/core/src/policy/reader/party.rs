//! Recipients, rights, places, roles, duties and forms.

use indexmap::IndexMap;

use super::names::Kind;
use super::section::Section;
use super::{Reader, codes};
use crate::name::{PurposeName, RecipientName, RoleName};
use crate::policy::model::{Duty, Form, Recipient, RecipientRole, Rights, Role, Transfers};

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
        Recipient {
            name: self.text_or_name(section, "name", id.as_str()),
            role: match section.word("role").map(|word| word.text) {
                Some("controller") => RecipientRole::Controller,
                Some("authority") => RecipientRole::Authority,
                _ => RecipientRole::Processor,
            },
            country: section.string("country"),
            seat: None,
            data: Vec::new(),
            copy: None,
            due_diligence: None,
            instructions: None,
            settings: None,
            only_if: None,
            purposes: self.known(section, "purposes", Kind::Purpose, &codes::recipient::UNKNOWN_PURPOSE),
            safeguard: self.text(section, "safeguard"),
            contract: section.day("contract"),
            necessity: self.text(section, "necessity"),
            id,
        }
    }

    pub(super) fn rights(&mut self, root: &Section<'_>) -> Rights {
        let section = root.section("rights");
        let erasure = section.section("erasure");
        Rights {
            reply: section.length("reply"),
            never_a_fee: section.word("fee").is_some_and(|word| word.text == "never"),
            identity: self.text(&section, "identity"),
            erasure_ends: self.data(&erasure, "ends", &codes::rights::UNKNOWN_DATA),
            ..Rights::default()
        }
    }

    pub(super) fn transfers(&mut self, root: &Section<'_>) -> Option<Transfers> {
        if !root.has_table("transfers") {
            return None;
        }
        let section = root.section("transfers");
        let statement = self.text(&section, "statement").unwrap_or_else(|| {
            let raised = codes::transfers::NO_STATEMENT
                .raise("`[transfers]` does not say what the notice tells about places");
            let raised = self.places.point_key(raised, "transfers", "");
            self.found.push(raised.help("write `statement = \"…\"`"));
            self.text_at(section.at("statement"), "")
        });
        Some(Transfers {
            statement,
            prefer: section.strings("prefer"),
            otherwise: section.strings("otherwise"),
            copy: None,
            applies: Vec::new(),
        })
    }

    pub(super) fn roles(&mut self, root: &Section<'_>) -> IndexMap<RoleName, Role> {
        let mut roles = IndexMap::new();
        for (name, section) in root.section("role").sections() {
            let name = RoleName::from(name.text);
            let purposes = self.known(&section, "purposes", Kind::Purpose, &codes::role::UNKNOWN_PURPOSE);
            let title = self.text(&section, "title");
            roles.insert(name.clone(), Role { name, title, purposes, needs: section.strings("needs") });
        }
        roles
    }

    pub(super) fn duties(&mut self, root: &Section<'_>) -> IndexMap<String, Duty> {
        let mut duties = IndexMap::new();
        for (name, section) in root.section("duty").sections() {
            let duty = Duty {
                id: name.text.to_owned(),
                what: self.text_or_name(&section, "what", name.text),
                owner: section.string("owner"),
                every: section.length("every"),
                due: None,
                before: None,
                security: false,
                evidence: section.string("evidence"),
            };
            duties.insert(duty.id.clone(), duty);
        }
        duties
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
                forms.insert(
                    name.text.to_owned(),
                    Form { id: name.text.to_owned(), purpose, fields, title, consents },
                );
            }
        }
        forms
    }
}
