//! The cells of the record's rows, in words.
//!
//! `rows` fills the row of each kind of processing. Not here: which rows there are
//! (`kept_core::register`).

use std::collections::BTreeMap;

use kept_core::name::RoleName;
use kept_core::policy::Policy;
use kept_core::policy::model::{Arm, Basis, DataRef, Member, OccasionKind, People, Purpose, Recipient};
use kept_core::register::{Activity, Charge, Destination, Protection, Transfer};

use crate::register::sheet::{Column, Row};
use crate::words::{Words, capital, readable, within};

mod keep;
mod rows;

/// A policy and the words in which its record is said.
pub(super) struct Cells<'a> {
    pub(super) policy: &'a Policy,
    pub(super) words: &'a Words,
}

impl Cells<'_> {
    /// The row of a processing for the company's own purposes.
    pub(super) fn activity(&self, one: &Activity<'_>) -> Row {
        let mut cells = BTreeMap::new();
        let controllers: Vec<_> = one.controllers.iter().map(|who| who.name.clone()).collect();
        let joint = one.joint.iter().map(|joint| self.words.text(self.policy, &joint.with));
        cells.insert(Column::Controller, controllers.into_iter().chain(joint).collect());
        cells.insert(Column::People, self.people(&one.people));
        cells.insert(Column::Data, self.data(&one.data));
        cells.insert(Column::Recipients, self.recipients(&one.recipients));
        cells.insert(Column::Transfers, self.transfers(&one.transfers));
        let sources = one.sources.iter().map(|source| {
            let source = self.words.text(self.policy, &source.name);
            self.words.say("register-from", &[("source", source.into())])
        });
        cells.entry(Column::Data).or_default().extend(sources);
        self.subject(&one.subject, &mut cells);
        cells.retain(|_, said| !said.is_empty());
        Row { id: one.path.clone(), kind: one.subject.word(), cells }
    }

    /// The row of a processing for others.
    pub(super) fn charge(&self, charge: &Charge<'_>) -> Row {
        let (words, policy, custody) = (self.words, self.policy, charge.custody);
        let text = |text| words.text(policy, text);
        let mut cells = BTreeMap::new();
        cells.insert(Column::Activity, vec![capital(&text(&custody.title))]);
        let customer = match (&custody.customer, &custody.under) {
            (Some(customer), Some(under)) => {
                let facts = [("customer", text(customer).into()), ("under", text(under).into())];
                words.say("register-customer", &facts)
            }
            (Some(one), None) | (None, Some(one)) => text(one),
            (None, None) => words.word("register-unsaid"),
        };
        cells.insert(Column::Controller, vec![capital(&customer)]);
        cells.insert(
            Column::Purpose,
            custody.tasks.iter().map(|task| capital(&words.of_family("task", task))).collect(),
        );
        cells.insert(Column::Data, self.data(&custody.data));
        cells.insert(Column::Recipients, self.recipients(&charge.recipients));
        cells.insert(Column::Transfers, self.transfers(&charge.transfers));
        let mut keep = self.retention(&custody.retention, None);
        if let Some(then) = &custody.then {
            keep = words.say("register-then", &[("period", keep.into()), ("then", text(then).into())]);
        }
        cells.insert(Column::Keep, vec![keep]);
        let requests = custody.requests.as_ref().map(|one| {
            let facts = [("requests", text(one).into())];
            words.say("register-requests-passed", &facts)
        });
        let protection = custody.protection.as_ref().map(text);
        cells.insert(Column::Measures, protection.into_iter().chain(requests).collect());
        cells.retain(|_, said| !said.is_empty());
        Row { id: charge.path.clone(), kind: "custody", cells }
    }

    fn people(&self, people: &[&People]) -> Vec<String> {
        people.iter().map(|one| self.words.people(self.policy, &[one])).collect()
    }

    fn data(&self, data: &[DataRef]) -> Vec<String> {
        let said = self.words.data(self.policy, data);
        said.iter().map(|one| capital(one)).collect()
    }

    fn recipients(&self, recipients: &[&Recipient]) -> Vec<String> {
        if recipients.is_empty() {
            return vec![self.words.word("register-none")];
        }
        recipients.iter().map(|one| self.recipient(one)).collect()
    }

    fn recipient(&self, one: &Recipient) -> String {
        let words = self.words;
        let mut details = vec![words.recipient_role(one.role)];
        details.extend(one.country.as_ref().map(|code| words.country(code)));
        let facts =
            [("name", words.text(self.policy, &one.name).into()), ("details", details.join(", ").into())];
        let said = words.say("register-recipient", &facts);
        let said = match one.members.is_empty() {
            true => said,
            false => {
                let members: Vec<String> =
                    one.members.values().map(|member| self.member(one, member)).collect();
                let facts = [("recipient", said.into()), ("members", members.join("; ").into())];
                words.say("register-recipient-members", &facts)
            }
        };
        let Some(condition) = &one.only_if else { return said };
        let condition = words.text(self.policy, condition);
        words.say("register-recipient-if", &[("recipient", said.into()), ("condition", condition.into())])
    }

    /// A member with the dates of its certificate, where only certified ones receive.
    fn member(&self, of: &Recipient, member: &Member) -> String {
        let words = self.words;
        let name = member.name.as_str();
        match (of.certified_members, member.certified, member.until) {
            (false, ..) => name.to_owned(),
            (true, None, _) => words.say("register-member-uncertified", &[("name", name.into())]),
            (true, Some(from), None) => {
                let facts = [("name", name.into()), ("from", words.date(from).into())];
                words.say("register-member-since", &facts)
            }
            (true, Some(from), Some(until)) => {
                let from = words.date(from);
                let facts =
                    [("name", name.into()), ("from", from.into()), ("until", words.date(until).into())];
                words.say("register-member-until", &facts)
            }
        }
    }

    fn transfers(&self, transfers: &[Transfer<'_>]) -> Vec<String> {
        if transfers.is_empty() {
            return vec![self.words.word("register-none")];
        }
        transfers.iter().map(|one| self.transfer(one)).collect()
    }

    fn transfer(&self, one: &Transfer<'_>) -> String {
        let words = self.words;
        let to = match one.to {
            Destination::Recipient(recipient) => words.text(self.policy, &recipient.name),
            Destination::Store(store) => {
                words.say("register-store", &[("name", readable(store.name.as_str()).into())])
            }
        };
        let facts = [
            ("to", to.into()),
            ("country", words.country(one.country).into()),
            ("protection", self.protection(&one.protection).into()),
        ];
        words.say("register-transfer", &facts)
    }

    fn protection(&self, protection: &Protection<'_>) -> String {
        let words = self.words;
        match protection {
            Protection::Safeguard(text) => {
                words.say("register-safeguard", &[("safeguard", words.text(self.policy, text).into())])
            }
            Protection::Unsaid => words.word("register-unprotected"),
            Protection::Adequate(decision, named) => {
                let number = ("decision", self.decision(decision.decision).into());
                let adequate = if decision.is_limited() {
                    let scope = if words.knows("adequacy", decision.scope) {
                        words.of_family("adequacy", decision.scope)
                    } else {
                        decision.scope.to_owned()
                    };
                    words.say("register-adequate-limited", &[number, ("scope", scope.into())])
                } else {
                    words.say("register-adequate", &[number])
                };
                let named = named.map(|text| words.text(self.policy, text));
                std::iter::once(adequate).chain(named).collect::<Vec<_>>().join("; ")
            }
        }
    }

    /// The number of a decision as this language writes it: `2002/2/EC` is `2002/2/CE` in French.
    fn decision(&self, number: &str) -> String {
        let (union, community) = (self.words.word("union-eu"), self.words.word("union-ec"));
        number.replace("EU", &union).replace("EC", &community)
    }

    /// The bases of a purpose: one, or one for each part of the people.
    fn bases(&self, purpose: &Purpose) -> Vec<String> {
        if purpose.arms.is_empty() {
            return vec![self.basis(&purpose.basis)];
        }
        purpose.arms.iter().map(|arm| self.arm(arm)).collect()
    }

    fn arm(&self, arm: &Arm) -> String {
        let words = self.words;
        let kinds = arm.people.iter().filter_map(|kind| self.policy.people.get(kind));
        let kinds: Vec<&People> = kinds.collect();
        let mut who = match kinds.is_empty() {
            true => words.word("register-arm-others"),
            false => words.people(self.policy, &kinds),
        };
        if let Some(during) = arm.during {
            let during = words.word(match during {
                OccasionKind::Contract => "register-during-contract",
                OccasionKind::Request => "register-during-request",
                OccasionKind::Consent => "register-during-consent",
                OccasionKind::Collection => "register-during-collection",
            });
            who = words.say("register-arm-during", &[("who", who.into()), ("during", during.into())]);
        }
        let facts = [("who", capital(&who).into()), ("basis", self.basis(&arm.basis).into())];
        words.say("register-arm", &facts)
    }

    /// A basis with its article, and the law, task or interest.
    fn basis(&self, basis: &Basis) -> String {
        let words = self.words;
        let (article, text) = match basis {
            Basis::Consent { explicit: false } => ("register-article-consent", None),
            Basis::Consent { explicit: true } => ("register-article-explicit", None),
            Basis::Contract => ("register-article-contract", None),
            Basis::LegalObligation(law) => ("register-article-legal-obligation", Some(law)),
            Basis::VitalInterest(interest) => ("register-article-vital-interest", Some(interest)),
            Basis::PublicTask(task) => ("register-article-public-task", Some(task)),
            Basis::LegitimateInterest(interest) => ("register-article-legitimate-interest", Some(interest)),
            Basis::Missing => return words.basis_in_short(basis),
        };
        let short = ("basis", capital(&words.basis_in_short(basis)).into());
        let article = ("article", words.word(article).into());
        match text {
            None => words.say("register-basis-article", &[short, article]),
            Some(text) => {
                let text = ("text", words.text(self.policy, text).into());
                words.say("register-basis-text", &[short, article, text])
            }
        }
    }

    /// Special categories among the data of a purpose, each with the condition of Art. 9(2).
    fn special(&self, purpose: &Purpose) -> Vec<String> {
        let mut said = Vec::new();
        let mut seen = Vec::new();
        for datum in &purpose.data {
            let category = self.policy.data.get(&datum.category).filter(|one| !seen.contains(&&one.name));
            let Some((category, special)) = category.and_then(|one| Some((one, one.special.as_ref()?)))
            else {
                continue;
            };
            seen.push(&category.name);
            let special = ("special", self.words.of_family("special", special).into());
            let condition = purpose.special.iter().find(|(name, _)| *name == category.name);
            said.push(match condition {
                Some((_, article)) => {
                    let facts = [special, ("article", self.words.article(article).into())];
                    self.words.say("register-special-allowed", &facts)
                }
                None => self.words.say("register-special", &[special]),
            });
        }
        said
    }

    /// Roles by their names, and what somebody needs to hold one.
    fn readers(&self, roles: &[RoleName]) -> String {
        let words = self.words;
        let said = roles.iter().map(|name| {
            let role = self.policy.roles.get(name);
            let title = role.and_then(|role| role.title.as_ref());
            let title = title.map_or_else(
                || words.of_family("staff", name.as_str()),
                |title| within(&words.text(self.policy, title)),
            );
            match role.filter(|role| !role.needs.is_empty()) {
                None => title,
                Some(role) => {
                    let needs: Vec<_> = role.needs.iter().map(|need| words.of_family("need", need)).collect();
                    let facts = [("role", title.into()), ("needs", words.commas(&needs).into())];
                    words.say("register-needs", &facts)
                }
            }
        });
        words.and(&said.collect::<Vec<_>>())
    }
}
