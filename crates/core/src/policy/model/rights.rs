//! How people use their rights (Art. 12, 15 to 22), and what the policy promises beyond the law.

use indexmap::IndexMap;

use crate::policy::model::{Basis, DataRef, Purpose, Text};
use crate::time::Span;
use crate::timeline::Right;

/// How people use their rights (`[rights]`).
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Rights {
    /// The reply limit that the policy promises; the law's month stands beside it (12(3)).
    pub reply: Option<Span>,
    /// The limit for any other inquiry.
    pub inquiries: Option<Span>,
    /// Whether the policy promises not to use the two further months of 12(3).
    pub never_extended: bool,
    /// Whether the policy promises never to ask a fee.
    pub never_a_fee: bool,
    /// The fee for further copies (15(3)), in words.
    pub extra_copy: Option<Text>,
    /// When proof of identity is asked for, in words.
    pub identity: Option<Text>,
    /// The ways by which requests are made, beside the controller's addresses.
    pub channels: Vec<String>,
    /// Categories that erasure ends although the law would let them stay (semantics 11).
    pub erasure_ends: Vec<DataRef>,
    /// The rights that the published notice names; `None` means all of them are said.
    pub named: Option<Vec<Right>>,
    /// What the policy says of single rights.
    pub by_right: IndexMap<Right, RightRule>,
    /// Rules for people under another law (`[rights-for.*]`).
    pub regimes: IndexMap<String, Regime>,
    /// How somebody acts for another (`[rights.agent]`).
    pub agent: Option<Agent>,
    /// Whether withdrawing consent is as easy as giving it, in words (7(3)).
    pub withdrawal: Option<Text>,
    /// How complaints are handled.
    pub complaint: Complaint,
    /// Whether nobody is treated worse for using a right.
    pub no_retaliation: Option<Text>,
}

/// What a policy says of one right.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RightRule {
    /// What is said of it, in words; for withdrawal they stand in [`Rights::withdrawal`].
    pub text: Option<Text>,
    /// A reply limit of its own.
    pub reply: Option<Span>,
    /// The data that this limit is promised for; empty means all.
    pub reply_data: Vec<DataRef>,
    /// The limit by which copies in backups are gone, from the request.
    pub backups: Option<Span>,
    /// A condition under which alone it is granted, cut below the law (as published):
    /// `outdated data`.
    pub only: Option<Text>,
    /// The article that the published notice cites for it.
    pub article: Option<String>,
    /// The uses that it is said to reach: `marketing`, `research`, `profiling`,
    /// `automated-decisions`, `interest`.
    pub covers: Vec<String>,
    /// How it is used alone, at any time: `in your account`.
    pub yourself: Option<Text>,
    /// How far back the answer looks, at least.
    pub look_back: Option<Span>,
}

/// Rights under another law (`[rights-for.california]`).
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Regime {
    /// Its name in the policy.
    pub id: String,
    /// For whom: `residents of US-CA`.
    pub people: Text,
    /// The region: `US-CA`.
    pub region: String,
    /// The reply limit.
    pub reply: Option<Span>,
    /// Within which the receipt is confirmed.
    pub confirm: Option<Span>,
    /// Whether that is counted in working days.
    #[serde(default)]
    pub confirm_working: bool,
    /// How far back an answer looks, at least.
    pub look_back: Option<Span>,
    /// What may be asked, in words.
    pub rights: Vec<String>,
    /// The ways by which it is asked.
    pub methods: Vec<String>,
    /// Whether personal data are sold or shared in that law's sense.
    pub sells: Option<bool>,
    /// Whether sensitive data are used beyond what that law allows without a choice.
    pub sensitive: Option<bool>,
    /// How the asker is verified.
    pub verification: Option<Text>,
    /// The only grounds on which an erasure may be refused; empty where that law is not this narrow.
    #[serde(default)]
    pub refuses: Vec<RefusalGround>,
    /// What is said of it.
    pub text: Option<Text>,
}

/// A ground on which data stay although their erasure was asked for, under a law that lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalGround {
    /// A legal duty needs them.
    LegalDuty,
    /// They are needed to provide the service.
    Service,
}

impl RefusalGround {
    /// The word of the policy language.
    pub fn word(self) -> &'static str {
        match self {
            Self::LegalDuty => "legal duty",
            Self::Service => "service",
        }
    }

    /// The ground on which a purpose keeps data against a request, as far as it is one of these.
    pub fn of(purpose: &Purpose) -> Option<Self> {
        match purpose.basis {
            Basis::LegalObligation(_) => Some(Self::LegalDuty),
            Basis::Contract => Some(Self::Service),
            _ => None,
        }
    }
}

/// How somebody acts for another (Art. 80(1); 11 CCR 7063).
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Agent {
    /// What proves the mandate.
    pub proof: Option<Text>,
    /// How the person confirms it.
    pub person_confirms: Option<Text>,
    /// What becomes of the papers.
    pub papers: Option<Text>,
}

/// How complaints are handled (Art. 77).
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Complaint {
    /// Whether people are asked, and not required, to write to the controller first.
    pub inside_first: InsideFirst,
    /// Which authority is named.
    pub authority: AuthorityNamed,
}

/// Whether a complaint inside the company comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum InsideFirst {
    /// Nothing said.
    #[default]
    Unsaid,
    /// People are asked to.
    Asked,
    /// People have to: below the law's floor (as published).
    Required,
}

/// Which authority a notice names.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum AuthorityNamed {
    /// The controller's.
    #[default]
    Controllers,
    /// That of the country where the person lives (77(1)).
    ByResidence,
    /// None (as published).
    None,
    /// This one, in the published words: a name and an address.
    AsPublished {
        /// Its name.
        name: String,
        /// Its address, as far as it is given.
        post: Option<String>,
    },
}
