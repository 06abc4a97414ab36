//! The test of a data set that is said to be anonymous: whether somebody who holds the source can lead
//! one of its records back to fewer people than the least.
//!
//! It knows nothing of how the records were made, and takes a value of the source for a record's where
//! it could be: as it is, in any of the forms that the policy names, or where the record says nothing.
//! Not here: what becomes of a set that fails, which is personal data (Art. 4(5)).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::coarse::{Coarse, LEFT_OUT};
use super::records::{Raw, raw, said};
use super::{Contribution, Unmade};
use crate::policy::model::DataRef;

/// What the test found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Relinked {
    /// How many records were tried.
    pub records: u64,
    /// How many lead to fewer people than the least. One that fits nobody is among them: a part of it may
    /// be somebody's all the same, and what can't be tested is not shown to be anonymous.
    pub linked: u64,
    /// The fewest people to whom a record leads; 0 where it leads to none.
    pub fewest: u64,
}

impl Relinked {
    /// Whether there are records, and nobody can be told.
    pub fn is_anonymous(&self) -> bool {
        self.records > 0 && self.linked == 0
    }
}

/// Tries to lead every record back to the people of the source.
///
/// # Errors
/// [`Unmade::TooMany`] where somebody's rows combine too often.
pub fn test(
    rows: &[Vec<String>],
    (columns, coarser): (&[DataRef], &BTreeMap<&DataRef, &[Coarse]>),
    least: usize,
    people: &[Contribution],
) -> Result<Relinked, Unmade> {
    let source = raw(columns, people)?;
    let mut by_row: BTreeMap<&Vec<String>, u64> = BTreeMap::new();
    for row in rows {
        let known = by_row.entry(row).or_default();
        *known = known.saturating_add(1);
    }
    let fits: Vec<BTreeMap<&String, BTreeSet<usize>>> = (0..columns.len())
        .map(|place| {
            let steps = columns.get(place).and_then(|column| coarser.get(column)).copied().unwrap_or(&[]);
            fitting(by_row.keys().filter_map(|row| row.get(place)).collect(), (place, steps), &source)
        })
        .collect();
    let mut found = Relinked { fewest: u64::MAX, ..Relinked::default() };
    for (row, count) in by_row {
        let people = led_to(row, &fits, &source);
        found.records = found.records.saturating_add(count);
        found.fewest = found.fewest.min(people);
        if people < u64::try_from(least).unwrap_or(u64::MAX) {
            found.linked = found.linked.saturating_add(count);
        }
    }
    if found.records == 0 {
        found.fewest = 0;
    }
    Ok(found)
}

/// For each value that a column shows, the source's records that may be meant.
fn fitting<'r>(
    shown: BTreeSet<&'r String>,
    (place, steps): (usize, &[Coarse]),
    source: &[Raw],
) -> BTreeMap<&'r String, BTreeSet<usize>> {
    let mut fits: BTreeMap<&String, BTreeSet<usize>> =
        shown.into_iter().map(|value| (value, BTreeSet::new())).collect();
    for (number, (_, values)) in source.iter().enumerate() {
        let value = values.get(place).and_then(Option::as_ref);
        let forms = steps.iter().map(|step| Some(*step)).chain([None]);
        let forms: BTreeSet<String> =
            forms.map(|step| said(value, step)).chain([LEFT_OUT.to_owned()]).collect();
        for form in forms {
            if let Some(fitting) = fits.get_mut(&form) {
                fitting.insert(number);
            }
        }
    }
    fits
}

/// To how many people a record leads.
fn led_to(row: &[String], fits: &[BTreeMap<&String, BTreeSet<usize>>], source: &[Raw]) -> u64 {
    let mut sets: Vec<&BTreeSet<usize>> =
        row.iter().zip(fits).filter_map(|(value, fits)| fits.get(value)).collect();
    sets.sort_by_key(|set| set.len());
    let Some((smallest, others)) = sets.split_first() else { return 0 };
    let all = smallest.iter().filter(|number| others.iter().all(|set| set.contains(number)));
    let people: BTreeSet<usize> =
        all.filter_map(|number| source.get(*number)).map(|(person, _)| *person).collect();
    u64::try_from(people.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
