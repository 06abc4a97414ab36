//! The record of processing (Art. 30) as a value: what the company does for its own purposes
//! (30(1)) and what it does for others as a processor (30(2)).
//!
//! `build` makes the rows of a policy, `transfer` says where data leave the Economic Area and what
//! protects them there. Not here: words, pages and files (`kept-web`).

pub mod build;
pub mod transfer;

pub use build::build;
pub use transfer::{Destination, Protection, Transfer};

use crate::policy::Policy;
use crate::policy::model::{
    Archive, Basis, Controller, Cookie, CookieClass, Custody, DataRef, DataSource, Disclosure, Duty, Joint,
    OwnRecord, People, Purpose, Recipient, Retention, Statistics,
};

/// The whole record of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Register<'p> {
    /// The policy that it is made from.
    pub policy: &'p Policy,
    /// The controllers, each with its officer and representative (30(1)(a), 30(2)(a)).
    pub controllers: Vec<&'p Controller>,
    /// What is decided together with others (30(1)(a), 26).
    pub joint: Vec<&'p Joint>,
    /// The processing for the company's own purposes (30(1)).
    pub activities: Vec<Activity<'p>>,
    /// The processing for others (30(2)).
    pub custody: Vec<Charge<'p>>,
    /// Technical and organisational measures of security (30(1)(g), 30(2)(d), 32(1)).
    pub measures: Vec<&'p Duty>,
}

/// One processing for the company's own purposes.
#[derive(Clone, Debug, PartialEq)]
pub struct Activity<'p> {
    /// Its path in the policy, `purpose.billing`: the id of its row.
    pub path: String,
    /// What it is.
    pub subject: Subject<'p>,
    /// Who answers for it.
    pub controllers: Vec<&'p Controller>,
    /// With whom it is decided together.
    pub joint: Vec<&'p Joint>,
    /// The kinds of people (30(1)(c)).
    pub people: Vec<&'p People>,
    /// The data (30(1)(c)).
    pub data: Vec<DataRef>,
    /// Where they come from, beside the person.
    pub sources: Vec<&'p DataSource>,
    /// The recipients (30(1)(d)).
    pub recipients: Vec<&'p Recipient>,
    /// Where the data leave the Economic Area (30(1)(e)).
    pub transfers: Vec<Transfer<'p>>,
}

/// What a row of the record is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject<'p> {
    /// A purpose.
    Purpose(&'p Purpose),
    /// The archive of a purpose, which has readers and a reason of its own.
    Archive(&'p Purpose, &'p Archive),
    /// A way in which data leave on demand.
    Disclosure(&'p Disclosure),
    /// Cookies of one class, or of none, and those that belong to it.
    Cookies(Option<&'p CookieClass>, Vec<&'p Cookie>),
    /// Statistics of which the policy says that no personal data are left in them.
    Statistics(&'p Statistics),
    /// Records that Kept itself holds about people.
    Own(OwnRecord, &'p Retention),
}

/// One processing for others (30(2)).
#[derive(Clone, Debug, PartialEq)]
pub struct Charge<'p> {
    /// Its path in the policy, `custody.sample-database`.
    pub path: String,
    /// What is held, for whom, and what is done with it.
    pub custody: &'p Custody,
    /// The processors: the policy's own companies (30(2)(a)).
    pub processors: Vec<&'p Controller>,
    /// Sub-processors.
    pub recipients: Vec<&'p Recipient>,
    /// Where the data leave the Economic Area (30(2)(c)).
    pub transfers: Vec<Transfer<'p>>,
}

impl Subject<'_> {
    /// The word for what it is, for machines.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Purpose(_) => "purpose",
            Self::Archive(..) => "archive",
            Self::Disclosure(_) => "disclosure",
            Self::Cookies(..) => "cookies",
            Self::Statistics(_) => "statistics",
            Self::Own(..) => "own",
        }
    }

    /// The legal bases, where the policy states any.
    pub fn bases(&self) -> Vec<&Basis> {
        match self {
            Self::Purpose(purpose) if purpose.arms.is_empty() => vec![&purpose.basis],
            Self::Purpose(purpose) => purpose.arms.iter().map(|arm| &arm.basis).collect(),
            Self::Disclosure(disclosure) => disclosure.bases.iter().collect(),
            Self::Archive(..) | Self::Cookies(..) | Self::Statistics(_) | Self::Own(..) => Vec::new(),
        }
    }
}
