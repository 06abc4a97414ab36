//! Parties: controllers, recipients, joint control, disclosures on demand, and data held for others.

use indexmap::IndexMap;

use crate::name::{ControllerName, PurposeName, RecipientName, RoleName};
use crate::policy::model::{DataRef, OccasionKind, Retention, Text};
use crate::time::{Day, Span, Zone};

/// Who is responsible (Art. 4(7), 13(1)(a)).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Controller {
    /// Its name in the policy.
    pub id: ControllerName,
    /// Its legal or trade name.
    pub name: String,
    /// Whether `name` is a trade name only (as published).
    pub trade_name: bool,
    /// The word that the published notice uses for it, where that is not `controller`:
    /// `processor`, `verwerker` (as published).
    pub called: Option<String>,
    /// Numbers under which it is registered: `siren`, `vat`, `kvk`.
    pub registered: IndexMap<String, String>,
    /// Two-letter country code: its law, holidays and authority.
    pub country: Option<String>,
    /// Postal address.
    pub post: Option<String>,
    /// E-mail address for questions and requests.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Data protection officer's contact (13(1)(b)).
    pub officer: Option<String>,
    /// Why there is no officer (37(1)), where the policy says so.
    pub no_officer: Option<Text>,
    /// Representative in the Union (Art. 27).
    pub representative: Option<String>,
    /// The zone in which its days are counted; by default its country's.
    pub zone: Zone,
    /// The supervisory authority's country code (Art. 77); by default its own.
    pub authority: Option<String>,
    /// Other companies of the group for which it speaks, in words: `its subsidiaries`.
    pub affiliates: Option<Text>,
    /// Whether all of those are named somewhere in the policy.
    pub affiliates_named: bool,
    /// Whether it is a public authority (6(1) last sentence, 37(1)(a)).
    pub public_authority: bool,
}

/// A recipient (Art. 4(9), 13(1)(e)).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Recipient {
    /// Its name in the policy.
    pub id: RecipientName,
    /// Its name, or the kind of recipients.
    pub name: Text,
    /// Processor, controller, joint controller, affiliate or authority.
    pub role: RecipientRole,
    /// Country code of the place of processing.
    pub country: Option<String>,
    /// Country code of its seat, where that is another.
    pub seat: Option<String>,
    /// Purposes for which it may receive data; empty means as the purposes say.
    pub purposes: Vec<PurposeName>,
    /// The only data that it may receive; empty means as the purposes say.
    pub data: Vec<DataRef>,
    /// The safeguard for a transfer: `standard contractual clauses of 2021`.
    pub safeguard: Option<Text>,
    /// Where a copy of the safeguard may be had (13(1)(f)).
    pub copy: Option<Text>,
    /// The purpose for which the person has to have consented before data go to it (49(1)(a)).
    #[serde(default)]
    pub transfer_consent: Option<PurposeName>,
    /// The date of the processing agreement (Art. 28(3)).
    pub contract: Option<Day>,
    /// The date of the due diligence done before the first release (28(1)).
    pub due_diligence: Option<Day>,
    /// The instructions it is bound to (28(3)(a)), in words.
    pub instructions: Option<Text>,
    /// Settings under which it is used: `IP addresses are shortened, no sharing`.
    pub settings: Option<Text>,
    /// Why a place outside the Union is necessary.
    pub necessity: Option<Text>,
    /// When data go to it, where not always: `if you agreed`.
    pub only_if: Option<Text>,
    /// The controller of this policy that it is, where one gives data to another.
    #[serde(default)]
    pub controller: Option<ControllerName>,
    /// The occasion that it must be linked to: it receives what is held of that one and nothing else.
    #[serde(default)]
    pub linked_to: Option<OccasionKind>,
    /// Whether only members whose certificate is in force receive data.
    #[serde(default)]
    pub certified_members: bool,
    /// Who they are, where it is a kind of recipients; then a disclosure names one of them.
    #[serde(default)]
    pub members: IndexMap<String, Member>,
}

impl Recipient {
    /// The names by which data are given: its own, or those of its members, `partners.north`.
    pub fn receivers(&self) -> impl Iterator<Item = (RecipientName, Option<&Member>)> {
        let member = |(id, member)| (RecipientName::from(format!("{}.{id}", self.id)), Some(member));
        std::iter::once((self.id.clone(), None)).chain(self.members.iter().map(member))
    }
}

/// One of several recipients of a kind (`[recipient.*.members]`).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Since when it is certified.
    pub certified: Option<Day>,
    /// The last day of its certificate; `None` means that none is known.
    pub until: Option<Day>,
}

impl Member {
    /// Whether its certificate is in force on a day.
    pub fn is_certified(&self, on: Day) -> bool {
        self.certified.is_some_and(|since| since <= on) && self.until.is_none_or(|until| on <= until)
    }
}

/// Whether a recipient acts for the controller or for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum RecipientRole {
    /// On the controller's instructions (Art. 28).
    Processor,
    /// For its own purposes.
    Controller,
    /// Deciding together with the controller (Art. 26).
    Joint,
    /// Another company of the controller's group.
    Affiliate,
    /// A public authority.
    Authority,
}

/// Joint control (`[joint.*]`, Art. 26).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Joint {
    /// Its name in the policy.
    pub id: String,
    /// With whom, in words.
    pub with: Text,
    /// The essence of the arrangement (26(2)).
    pub essence: Option<Text>,
    /// The purposes that are decided together.
    pub purposes: Vec<PurposeName>,
}

/// A way in which data leave on demand (`[disclosure.*]`): authorities, courts, claims.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Disclosure {
    /// Its name in the policy.
    pub id: String,
    /// What it is, in words.
    pub title: Text,
    /// To whom: `authority`, or a recipient's name.
    pub to: Vec<String>,
    /// The data that may go; empty means what is demanded and allowed.
    pub data: Vec<DataRef>,
    /// The bases it may rest on, one chosen and reasoned at each release.
    pub bases: Vec<crate::policy::model::Basis>,
    /// What is needed before: `legal reference`, `scope`, `approval by legal`.
    pub needs: Vec<String>,
    /// When the person is told.
    pub tell: Option<Tell>,
    /// That a release may be kept from the person.
    pub secrecy: Option<Secrecy>,
}

/// That releases of a way may be kept from the person, as a law allows (14(5)(d), 23).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Secrecy {
    /// The roles of staff that read what is kept from the person, and nobody else.
    pub roles: Vec<RoleName>,
    /// The law that allows it.
    pub law: Option<Text>,
}

/// When a person is told of a disclosure.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Tell {
    /// How long before; `Span::ZERO` means before, without a figure.
    pub before: Span,
    /// Unless this holds.
    pub unless: Option<Text>,
    /// When it is told after all.
    pub then: Option<Text>,
}

/// Data held for somebody else, as a processor (`[custody.*]`, Art. 28, 30(2)).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Custody {
    /// Its name in the policy.
    pub id: String,
    /// What it is, in words.
    pub title: Text,
    /// The kind of people for whom the data are held: `customer`.
    pub customer: Option<Text>,
    /// The agreement under which they are held.
    pub under: Option<Text>,
    /// The data, where the policy declares them.
    pub data: Vec<DataRef>,
    /// What is done with them.
    pub tasks: Vec<String>,
    /// How long.
    pub retention: Retention,
    /// What becomes of them then: `return or erase` (28(3)(g)).
    pub then: Option<Text>,
    /// What is done with requests of people: `pass on in 2 working days` (28(3)(e)).
    pub requests: Option<Text>,
    /// How they are protected, in words.
    pub protection: Option<Text>,
    /// Sub-processors.
    pub recipients: Vec<RecipientName>,
}
