//! What is recorded about a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::audience::Member;
use crate::error::Error;

/// One person: by identifiers of kinds that the policy knows, by a row of a store, or by both where several
/// people have the identifiers.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The identifiers; under `person` stands Kept's own number.
    #[serde(flatten)]
    pub identifiers: BTreeMap<String, String>,
    /// The row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<Row>,
}

/// A row of a company's store, by the policy's names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The store.
    pub store: String,
    /// The table.
    pub table: String,
    /// The row's key; the parts of a key of several columns with `/` between them.
    pub key: String,
}

impl Person {
    /// A person by one identifier: `Person::by("customer-number", "4711")`.
    pub fn by(kind: &str, value: &str) -> Self {
        Self { identifiers: BTreeMap::from([(kind.to_owned(), value.to_owned())]), row: None }
    }

    /// A person by an e-mail address.
    pub fn email(address: &str) -> Self {
        Self::by("email", address)
    }
}

impl From<Member> for Person {
    /// Whoever an audience gave.
    fn from(member: Member) -> Self {
        match member {
            Member::Person(number) => Self::by("person", &number),
            Member::Row(row) => Self { identifiers: BTreeMap::new(), row: Some(row) },
        }
    }
}

impl std::fmt::Debug for Person {
    /// Identifiers reach no log: only their kinds.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.identifiers.keys()).finish()
    }
}

/// What is said beside an act.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// When it happened (RFC 3339); now where it is left out.
    pub happened_at: Option<String>,
    /// Who records it: the ledger keeps a keyed pseudonym. The application where it is left out.
    pub actor: Option<String>,
    /// The same key and act are done once and answered alike.
    pub idempotency_key: Option<String>,
    /// Only say what it would come to.
    pub dry_run: bool,
}

/// What happened, or what a person said.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Act {
    /// Data were collected.
    Collect(Collection),
    /// An event of the policy happened: `contract-end`, `last-contact`.
    Event {
        /// Which.
        event: String,
        /// What it is about; the person where it is left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        about: Option<Occasion>,
        /// Which data; all where none is named.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        data: Vec<String>,
    },
    /// A recipient begins or ends to look after a contract.
    Link {
        /// Which recipient.
        recipient: String,
        /// The contract's number.
        contract: String,
        /// Whether it ends.
        ended: bool,
    },
    /// The person was told of a version of the notice.
    Told {
        /// Its digest.
        version: String,
    },
    /// The person agreed to what a later version changed.
    Agreed {
        /// Its digest.
        version: String,
    },
    /// The person died.
    Died {},
    /// Somebody reported that the person is a child under the age.
    GuardianReported {},
    /// Such a report did not hold.
    ReportDismissed {
        /// What showed it.
        ground: String,
        /// Who decided.
        approver: String,
    },
    /// Consent was given.
    GiveConsent(Consent),
    /// Consent was withdrawn.
    WithdrawConsent {
        /// For this purpose.
        purpose: String,
        /// Only for these channels; wholly where none is named.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        channels: Vec<String>,
    },
    /// The person objected.
    Object {
        /// To this purpose; to all that can be objected to where none is named.
        #[serde(skip_serializing_if = "Option::is_none")]
        purpose: Option<String>,
    },
    /// An objection was decided.
    DecideObjection {
        /// To this purpose.
        purpose: String,
        /// Why it is rejected; it is upheld where nothing is said.
        #[serde(skip_serializing_if = "Option::is_none")]
        rejected: Option<Rejection>,
    },
    /// Processing is restricted.
    Restrict {
        /// Which data; all where none is named.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        data: Vec<String>,
        /// `accuracy`, `unlawful`, `claim`, `objection`.
        reason: String,
        /// When somebody looks at it again (`2026-12-31`).
        #[serde(skip_serializing_if = "Option::is_none")]
        review_on: Option<String>,
    },
    /// The person was told that a restriction will be lifted.
    TellOfLifting {
        /// Its number.
        case: String,
    },
    /// A restriction is lifted.
    Lift {
        /// Its number.
        case: String,
    },
    /// Data are held for a named reason.
    PlaceHold {
        /// Which data.
        data: Vec<String>,
        /// Why.
        reason: String,
        /// Who approved it.
        approver: String,
        /// When somebody looks at it again (`2026-12-31`).
        review_on: String,
    },
    /// A hold is released.
    ReleaseHold {
        /// Its number.
        case: String,
    },
}

impl Act {
    pub(crate) fn path(&self) -> &'static str {
        match self {
            Self::Collect(_) => "/v1/collect",
            Self::Event { .. } => "/v1/events",
            Self::Link { .. } => "/v1/links",
            Self::Told { .. } => "/v1/told",
            Self::Agreed { .. } => "/v1/agreements",
            Self::Died {} => "/v1/deaths",
            Self::GuardianReported {} => "/v1/guardian-reports",
            Self::ReportDismissed { .. } => "/v1/guardian-reports/dismissed",
            Self::GiveConsent(_) => "/v1/consents",
            Self::WithdrawConsent { .. } => "/v1/consents/withdrawals",
            Self::Object { .. } => "/v1/objections",
            Self::DecideObjection { .. } => "/v1/objections/decisions",
            Self::Restrict { .. } => "/v1/restrictions",
            Self::TellOfLifting { .. } => "/v1/restrictions/told",
            Self::Lift { .. } => "/v1/restrictions/lifted",
            Self::PlaceHold { .. } => "/v1/holds",
            Self::ReleaseHold { .. } => "/v1/holds/released",
        }
    }

    /// What is said of it, without its name: the path says that.
    pub(crate) fn body(&self) -> Result<Value, Error> {
        match serde_json::to_value(self) {
            Ok(Value::Object(named)) => named.into_iter().next().map(|(_, body)| body).ok_or(Error::Strange),
            _ => Err(Error::Strange),
        }
    }
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// The person as such.
    Person,
    /// A contract, by its number.
    Contract(String),
    /// A request, by its number.
    Request(String),
}

/// Why an objection is rejected (Art. 21(1)).
#[derive(Clone, Debug, Serialize)]
pub struct Rejection {
    /// The compelling ground.
    pub ground: String,
    /// Who decided.
    pub approver: String,
    /// Whether the person was told, with the ways to complain.
    pub told: bool,
}

/// Data that were collected.
#[derive(Clone, Default, Serialize)]
pub struct Collection {
    /// For which purposes.
    pub purposes: Vec<String>,
    /// The values by `category.field`; the service seals each under the person's key.
    pub fields: BTreeMap<String, String>,
    /// The kind of people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<String>,
    /// How old the person is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<Age>,
    /// The source of the policy that they came from; the person where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Consents that were given with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<Consent>,
    /// Events that happened with it: `contract-start`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// What those are about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Occasion>,
    /// The digest of the notice's version that was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The controller of the policy that collects them; the leading one where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// The right that the person uses by it: `access`, `erasure` … A request is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
}

impl std::fmt::Debug for Collection {
    /// Values reach no log.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Collection")
            .field("purposes", &self.purposes)
            .field("fields", &self.fields.keys())
            .finish_non_exhaustive()
    }
}

/// How old a person is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Age {
    /// In years.
    Years(u8),
    /// The day of birth (`2001-12-31`).
    Born(String),
}

/// A consent.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Consent {
    /// For which purpose.
    pub purpose: String,
    /// By which channels; all that the purpose has where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// The number of the wording that was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wording: Option<u32>,
    /// How old the person is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<Age>,
    /// What shows it (Art. 7(1)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// The controller of the policy that it is given to, where several may answer for the purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// Sources whose data may be joined with others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// With a collection alone: its instant is the consent's own, and not the day on which it was entered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dated: bool,
}

/// What shows a consent.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Proof {
    /// The language in which it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// How it was given: `sign-up form`, `by phone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// The source of the policy that obtained it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The guardian who consents for a child.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardian: Option<String>,
    /// What the policy asks for as proof, by its name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub evidence: BTreeMap<String, String>,
}
