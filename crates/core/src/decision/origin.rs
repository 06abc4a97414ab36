//! What the terms of a source forbid to be done with the data that came from it.
//!
//! Not here: which values came from there (`plan::label`, and the events of collections), and what is
//! joined (`gate`).

use std::collections::BTreeSet;

use crate::policy::Policy;
use crate::policy::model::{DataSource, NeverUse, PeopleRead, Purpose, Recipient};

/// A use of data.
#[derive(Clone, Copy, Debug)]
pub struct Used<'a> {
    /// For what.
    pub purpose: &'a Purpose,
    /// Whether people of the staff ask, and not a program alone.
    pub by_people: bool,
    /// Whether something is given in return.
    pub paid: bool,
    /// The recipient that they go to, if they leave.
    pub to: Option<&'a Recipient>,
}

/// The sources of which no data may be used so.
pub fn barred(policy: &Policy, used: &Used<'_>) -> BTreeSet<String> {
    policy.sources.values().filter(|source| forbids(source, used)).map(|source| source.id.clone()).collect()
}

fn forbids(source: &DataSource, used: &Used<'_>) -> bool {
    let limits = &source.limits;
    let never = |what: &NeverUse| match what {
        NeverUse::Advertising => used.purpose.is_marketing(),
        NeverUse::Profiling => used.purpose.profiling,
        NeverUse::Sale => used.paid,
    };
    let people = match limits.people_read {
        PeopleRead::ByRole => false,
        PeopleRead::WithConsent => used.by_people && !used.purpose.basis.is_consent(),
        PeopleRead::Never => used.by_people,
    };
    let is_elsewhere = used.to.is_some_and(|to| !limits.only_to.contains(&to.id));
    people
        || limits.never.iter().any(never)
        || (!limits.only_for.is_empty() && !limits.only_for.contains(&used.purpose.name))
        || (!limits.only_to.is_empty() && is_elsewhere)
}
