//! Transfers outside the European Economic Area, each with what protects the data there.
//!
//! Not here: whether that protection is enough, which `kept check` judges.

use crate::law::adequacy::{self, Adequacy};
use crate::law::country::is_in_eea;
use crate::policy::model::{Recipient, Store, Text};
use crate::time::Day;

/// Data that leave the European Economic Area (Art. 44).
#[derive(Clone, Debug, PartialEq)]
pub struct Transfer<'p> {
    /// To whom or what.
    pub to: Destination<'p>,
    /// The code of the country.
    pub country: &'p str,
    /// What protects them there.
    pub protection: Protection<'p>,
}

/// Where data go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Destination<'p> {
    /// A recipient.
    Recipient(&'p Recipient),
    /// A database of the company that stands elsewhere, or whose operator does.
    Store(&'p Store),
}

/// What protects data elsewhere (30(1)(e)).
#[derive(Clone, Debug, PartialEq)]
pub enum Protection<'p> {
    /// A decision of the Commission (Art. 45), and the safeguard that the policy names beside it.
    Adequate(Adequacy, Option<&'p Text>),
    /// A safeguard (Art. 46), or the exception of Art. 49, in the policy's words.
    Safeguard(&'p Text),
    /// The policy names nothing.
    Unsaid,
}

/// Where a recipient takes data: its place, and its seat where that is elsewhere too.
pub(super) fn of_recipient(recipient: &Recipient, on: Day) -> Vec<Transfer<'_>> {
    let places = [recipient.country.as_deref(), recipient.seat.as_deref()];
    let safeguard = recipient.safeguard.as_ref();
    outside(places)
        .map(|country| Transfer {
            to: Destination::Recipient(recipient),
            country,
            protection: protection(country, safeguard, on),
        })
        .collect()
}

/// Where a database stands, and the seat of whoever runs it.
pub(super) fn of_store(store: &Store, on: Day) -> Vec<Transfer<'_>> {
    outside([store.server.as_deref(), store.seat.as_deref()])
        .map(|country| Transfer {
            to: Destination::Store(store),
            country,
            protection: protection(country, None, on),
        })
        .collect()
}

/// The countries of these that are outside the Economic Area, each once.
fn outside(places: [Option<&str>; 2]) -> impl Iterator<Item = &str> {
    let [first, second] = places.map(|place| place.filter(|code| !is_in_eea(code)));
    first.into_iter().chain(second.filter(|code| Some(*code) != first))
}

fn protection<'p>(country: &str, safeguard: Option<&'p Text>, on: Day) -> Protection<'p> {
    match (adequacy::on(country, on), safeguard) {
        (Some(decision), named) => Protection::Adequate(decision, named),
        (None, Some(named)) => Protection::Safeguard(named),
        (None, None) => Protection::Unsaid,
    }
}
