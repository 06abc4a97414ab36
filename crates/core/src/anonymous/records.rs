//! Records of which nobody can be told: every value is said as coarsely as it takes for each combination
//! of all columns to be that of enough people, and what still stands out is left out.
//!
//! Every column counts as one by which somebody may be found: whoever holds the source holds them all.
//! Records come in the order of their values, which tells nothing of where they stood. Not here: the
//! test of the result (`relink`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::coarse::Coarse;
use super::{Contribution, NOTHING, Unmade};
use crate::policy::model::DataRef;

/// Of how many records one may be left out before values are said more coarsely.
const ONE_OF: usize = 20;

/// What records are made of.
#[derive(Clone, Debug)]
pub struct Design<'a> {
    /// The columns.
    pub columns: &'a [DataRef],
    /// How a column's values may be said, from the finest on; one that is not named is said as it is.
    pub coarser: BTreeMap<&'a DataRef, &'a [Coarse]>,
    /// How many people share each combination of values at least.
    pub least: usize,
    /// Columns of which those who are alike in all others must have several values: a group of people
    /// who share one illness tells it of each.
    pub distinct: BTreeMap<&'a DataRef, usize>,
}

/// Records that still have to pass the test.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Records {
    /// The columns.
    pub columns: Vec<DataRef>,
    /// How each column's values are said; `None` for as they are.
    pub said: Vec<Option<Coarse>>,
    /// The records.
    #[serde(skip)]
    pub rows: Vec<Vec<String>>,
    /// How many were left out.
    pub left_out: u64,
}

/// A person's record: whose, and its values.
pub(super) type Raw = (usize, Vec<Option<String>>);

/// Every record that people bring, with the person's number.
pub(super) fn raw(columns: &[DataRef], people: &[Contribution]) -> Result<Vec<Raw>, Unmade> {
    let mut all = Vec::new();
    for (number, person) in people.iter().enumerate() {
        let records = person.combinations(columns)?.into_iter().map(|one| one.values);
        let says_something = |values: &Vec<Option<String>>| values.iter().any(Option::is_some);
        all.extend(records.filter(says_something).map(|values| (number, values)));
    }
    Ok(all)
}

/// How a value is said.
pub(super) fn said(value: Option<&String>, coarse: Option<Coarse>) -> String {
    match (value, coarse) {
        (None, _) => NOTHING.to_owned(),
        (Some(value), None) => value.trim().to_owned(),
        (Some(value), Some(coarse)) => coarse.say(value),
    }
}

/// Records that say the same, with the people whose they are and how many there are.
#[derive(Default)]
struct Alike {
    people: BTreeSet<usize>,
    records: usize,
}

type Classes = BTreeMap<Vec<String>, Alike>;

/// Makes records without names.
///
/// # Errors
/// [`Unmade::TooMany`] where somebody's rows combine too often.
pub fn make(design: &Design<'_>, people: &[Contribution]) -> Result<Records, Unmade> {
    let raw = raw(design.columns, people)?;
    let mut levels = vec![0usize; design.columns.len()];
    loop {
        let mut classes = design.classes(&levels, &raw);
        let left_out = design.leave_out(&mut classes);
        let next = if left_out > raw.len() / ONE_OF { design.next(&levels, &raw) } else { None };
        let Some(next) = next else {
            let rows = classes.into_iter().flat_map(|(row, alike)| std::iter::repeat_n(row, alike.records));
            return Ok(Records {
                columns: design.columns.to_vec(),
                said: design.steps(&levels),
                rows: rows.collect(),
                left_out: u64::try_from(left_out).unwrap_or(u64::MAX),
            });
        };
        if let Some(level) = levels.get_mut(next) {
            *level += 1;
        }
    }
}

impl Design<'_> {
    fn steps(&self, levels: &[usize]) -> Vec<Option<Coarse>> {
        let step = |(column, level): (&DataRef, &usize)| self.coarser.get(column)?.get(*level).copied();
        self.columns.iter().zip(levels).map(step).collect()
    }

    fn classes(&self, levels: &[usize], raw: &[Raw]) -> Classes {
        let steps = self.steps(levels);
        let mut classes = Classes::new();
        for (person, values) in raw {
            let row = values.iter().zip(&steps).map(|(value, step)| said(value.as_ref(), *step)).collect();
            let alike = classes.entry(row).or_default();
            alike.people.insert(*person);
            alike.records += 1;
        }
        classes
    }

    /// Takes out what stands out, again and again until nothing does: whoever is left out may leave
    /// others with too few values among them. How many records went.
    fn leave_out(&self, classes: &mut Classes) -> usize {
        let mut gone = 0;
        let mut drop = |classes: &mut Classes, keep: &dyn Fn(&Vec<String>, &Alike) -> bool| {
            let before = classes.len();
            classes.retain(|row, alike| {
                let stays = keep(row, alike);
                gone += if stays { 0 } else { alike.records };
                stays
            });
            classes.len() < before
        };
        drop(classes, &|_, alike| alike.people.len() >= self.least);
        loop {
            let mut again = false;
            for (place, least) in self.distinct_places() {
                let values = values_beside(classes, place);
                let keep = |row: &Vec<String>, _: &Alike| {
                    values.get(&without(row, place)).is_some_and(|values| values.len() >= least)
                };
                again |= drop(classes, &keep);
            }
            if !again {
                return gone;
            }
        }
    }

    fn distinct_places(&self) -> Vec<(usize, usize)> {
        let place = |(column, least): (&&DataRef, &usize)| {
            Some((self.columns.iter().position(|one| one == *column)?, *least))
        };
        self.distinct.iter().filter_map(place).collect()
    }

    /// The column to say more coarsely: of those that can be, the one with the most values.
    fn next(&self, levels: &[usize], raw: &[Raw]) -> Option<usize> {
        let steps = self.steps(levels);
        let count = |place: usize| {
            let step = steps.get(place).copied().flatten();
            let value = |(_, values): &Raw| values.get(place).map(|value| said(value.as_ref(), step));
            raw.iter().filter_map(value).collect::<BTreeSet<String>>().len()
        };
        let can = |place: &usize| {
            let more = self.columns.get(*place).and_then(|column| self.coarser.get(column));
            let next = levels.get(*place).map_or(usize::MAX, |level| level.saturating_add(1));
            more.is_some_and(|steps| next < steps.len())
        };
        (0..self.columns.len()).filter(can).max_by_key(|place| (count(*place), usize::MAX - place))
    }
}

/// A record without one column.
fn without(row: &[String], place: usize) -> Vec<String> {
    let others = row.iter().enumerate().filter(|(at, _)| *at != place);
    others.map(|(_, value)| value.clone()).collect()
}

/// The values of a column among the records that are alike in all others.
fn values_beside(classes: &Classes, place: usize) -> BTreeMap<Vec<String>, BTreeSet<String>> {
    let mut found: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for row in classes.keys() {
        found.entry(without(row, place)).or_default().extend(row.get(place).cloned());
    }
    found
}
