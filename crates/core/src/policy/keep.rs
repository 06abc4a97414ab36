//! Retention sentences: `3 years after the last contact`, `for the contract, then 10 years in the
//! archive`, as values. The grammar is in `grammar`; what a sentence makes of a person's events is
//! in `ending`.
//!
//! A `keep` is a chain of stages. A stage's last day is a clamped, non-decreasing function of one
//! event's day, or the first or latest of several; so it can be inverted into a cutoff (decision 2).

use crate::name::EventKind;
use crate::policy::model::OccasionKind;
use crate::time::Span;

pub mod ending;
pub mod grammar;

/// A whole retention sentence.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Keep {
    /// The stages in order; never empty.
    pub stages: Vec<Stage>,
    /// The longest it may last after its start.
    pub at_most: Option<Span>,
    /// Whether the data are anonymised at the end instead of erased.
    pub then_anonymised: bool,
    /// The sentence as written.
    pub written: String,
}

/// One stage of a retention sentence.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stage {
    /// Until when it lasts.
    pub limit: Limit,
    /// How data are held in it.
    pub phase: Phase,
}

/// How data are held in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// In use.
    Live,
    /// Kept apart, for archive roles only.
    Archive,
    /// Kept, not used.
    Locked,
}

/// Until when a stage lasts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Limit {
    /// `until contract-end`.
    Until(When),
    /// `3 years after the last contact`.
    After(Span, When),
    /// `for the contract`.
    For(OccasionKind),
    /// `for the calendar year of the request`.
    CalendarYearOf(OccasionKind),
    /// `then 2 years`: counted from the end of the stage before, or from the start.
    More(Span),
}

/// One event, or the first or latest of several.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum When {
    /// One event.
    Event(EventKind),
    /// Whichever comes first.
    FirstOf(Vec<EventKind>),
    /// Whichever comes last.
    LatestOf(Vec<EventKind>),
}

impl When {
    /// The events it names.
    pub fn events(&self) -> &[EventKind] {
        match self {
            Self::Event(event) => std::slice::from_ref(event),
            Self::FirstOf(events) | Self::LatestOf(events) => events,
        }
    }
}

impl Stage {
    /// Whether the stage counts from an event or waits for it.
    pub fn names(&self, event: &EventKind) -> bool {
        match &self.limit {
            Limit::Until(when) | Limit::After(_, when) => when.events().contains(event),
            Limit::For(occasion) => end_event(*occasion) == *event,
            Limit::CalendarYearOf(occasion) => start_event(*occasion) == *event,
            Limit::More(_) => false,
        }
    }
}

/// The event that ends an occasion of this kind (`for the contract` ends with `contract-end`).
pub fn end_event(occasion: OccasionKind) -> EventKind {
    EventKind::from(match occasion {
        OccasionKind::Contract => "contract-end",
        OccasionKind::Request => "request-closed",
        OccasionKind::Consent => "consent-end",
        OccasionKind::Collection => "collection",
    })
}

/// The event that starts an occasion of this kind.
pub fn start_event(occasion: OccasionKind) -> EventKind {
    EventKind::from(match occasion {
        OccasionKind::Contract => "contract-start",
        OccasionKind::Request => "request-received",
        OccasionKind::Consent => "consent-given",
        OccasionKind::Collection => "collection",
    })
}
