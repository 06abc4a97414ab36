//! Figures by group. A cell of fewer people than the least is left out, and so many others with it
//! that none is found by subtracting what is shown from the total.
//!
//! A sum is shown only where no single person makes up half of it or more, and where those who have a value at
//! all are no fewer than the least. Not here: records (`records`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::amount::Amount;
use super::coarse::Coarse;
use super::{Contribution, NOTHING, Unmade};
use crate::policy::model::DataRef;

/// What figures are made of.
#[derive(Clone, Debug)]
pub struct Figures<'a> {
    /// The fields by which people are grouped.
    pub by: &'a [DataRef],
    /// The fields that are summed.
    pub sums: &'a [DataRef],
    /// How much of a field's value is said, where it is less than all.
    pub coarser: BTreeMap<&'a DataRef, Coarse>,
    /// The fewest people of a cell.
    pub least: usize,
}

/// A cell that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The group: one value for each field, empty where people have none.
    pub group: Vec<String>,
    /// How many people are in it.
    pub people: u64,
    /// The sums, field by field; `None` where nobody has a value, too few have, or one person makes up half
    /// of it or more.
    pub sums: Vec<Option<String>>,
}

/// All of them together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Total {
    /// How many people.
    pub people: u64,
    /// The sums; `None` where a part of it is not shown.
    pub sums: Vec<Option<String>>,
}

/// Figures that may be shown to anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The fields by which people are grouped.
    pub by: Vec<DataRef>,
    /// The fields that are summed.
    pub sums: Vec<DataRef>,
    /// The fewest people of a cell.
    pub least: u64,
    /// The cells, in the order of their groups.
    pub cells: Vec<Cell>,
    /// Whether others were left out.
    pub incomplete: bool,
    /// All together; `None` where they are fewer than the least, or somebody is in several cells.
    pub total: Option<Total>,
}

/// A cell before anybody looks at its size: for each person, the sums; `None` where the person has no value.
#[derive(Default)]
struct Draft(BTreeMap<usize, Vec<Option<Amount>>>);

impl Draft {
    fn people(&self) -> usize {
        self.0.len()
    }

    /// What people have of a sum; nobody who has nothing is among them.
    fn values(&self, place: usize) -> impl Iterator<Item = Amount> + '_ {
        self.0.values().filter_map(move |sums| sums.get(place).copied().flatten())
    }

    /// Which sums may not be told although people have some of it: the total would tell them.
    fn closed<'s>(&'s self, sums: &'s [Option<String>]) -> impl Iterator<Item = usize> + 's {
        let hidden = (0..).zip(sums).filter(|(_, sum)| sum.is_none()).map(|(place, _): (usize, _)| place);
        hidden.filter(|place| self.values(*place).next().is_some())
    }
}

/// Counts people and sums their numbers, group by group.
///
/// # Errors
/// [`Unmade`] where a value can't be summed, or somebody's rows combine too often.
pub fn count(figures: &Figures<'_>, people: &[Contribution]) -> Result<Shown, Unmade> {
    let mut drafts: BTreeMap<Vec<String>, Draft> = BTreeMap::new();
    let mut all = Draft::default();
    let mut overlap = false;
    for (number, person) in people.iter().enumerate() {
        let combinations = person.combinations(figures.by)?;
        let mut groups: BTreeMap<Vec<String>, Vec<&_>> = BTreeMap::new();
        for one in &combinations {
            groups.entry(figures.group(&one.values)).or_default().push(one);
        }
        overlap |= groups.len() > 1;
        for (group, rows) in groups {
            let sums = figures.sums_of(person, &rows)?;
            drafts.entry(group).or_default().0.insert(number, sums);
        }
        all.0.insert(number, figures.sums_of(person, &[])?);
    }
    let shown = figures.show(&drafts, &all)?;
    // Where somebody is in several cells, what these come to together less the total is that person's.
    Ok(if overlap { Shown { total: None, ..shown } } else { shown })
}

impl Figures<'_> {
    fn group(&self, values: &[Option<String>]) -> Vec<String> {
        let said = self.by.iter().zip(values).map(|(field, value)| match (value, self.coarser.get(field)) {
            (None, _) => NOTHING.to_owned(),
            (Some(value), Some(coarse)) => coarse.say(value),
            (Some(value), None) => value.trim().to_owned(),
        });
        said.collect()
    }

    fn sums_of(
        &self,
        person: &Contribution,
        of: &[&super::Combination],
    ) -> Result<Vec<Option<Amount>>, Unmade> {
        let sum = |field: &DataRef| {
            let values = person.values_in(field, of);
            if values.is_empty() {
                return Ok(None);
            }
            let add = |sum: Amount, value: &String| sum.plus(Amount::parse(value)?);
            let sum = values.into_iter().try_fold(Amount::default(), add);
            sum.map(Some).ok_or_else(|| Unmade::NoNumber(field.clone()))
        };
        self.sums.iter().map(sum).collect()
    }

    fn show(&self, drafts: &BTreeMap<Vec<String>, Draft>, all: &Draft) -> Result<Shown, Unmade> {
        let hidden = hidden(drafts, self.least);
        let mut cells = Vec::new();
        let mut closed: BTreeSet<usize> = BTreeSet::new();
        for (group, draft) in drafts.iter().filter(|(group, _)| !hidden.contains(*group)) {
            let sums = self.shown_sums(draft)?;
            closed.extend(draft.closed(&sums));
            cells.push(Cell { group: group.clone(), people: number(draft.people()), sums });
        }
        // What is left out can be had from the total as one figure: nobody may stand out in it.
        let mut rest = Draft::default();
        for (person, sums) in hidden.iter().filter_map(|group| drafts.get(group)).flat_map(|draft| &draft.0) {
            let known = rest.0.entry(*person).or_insert_with(|| vec![None; sums.len()]);
            for (known, more) in known.iter_mut().zip(sums) {
                *known = match (*known, *more) {
                    (Some(known), Some(more)) => known.plus(more).or(Some(known)),
                    (one, other) => one.or(other),
                };
            }
        }
        if rest.people() > 0 {
            let sums = self.shown_sums(&rest)?;
            closed.extend(rest.closed(&sums));
        }
        let total = if all.people() < self.least.max(1) {
            None
        } else {
            let mut sums = self.shown_sums(all)?;
            (0..).zip(&mut sums).filter(|(place, _)| closed.contains(place)).for_each(|(_, sum)| *sum = None);
            Some(Total { people: number(all.people()), sums })
        };
        Ok(Shown {
            by: self.by.to_vec(),
            sums: self.sums.to_vec(),
            least: number(self.least),
            cells,
            incomplete: !hidden.is_empty(),
            total,
        })
    }

    /// The sums of a cell, each only where enough people have a value and none of them makes up half of it.
    fn shown_sums(&self, draft: &Draft) -> Result<Vec<Option<String>>, Unmade> {
        let mut shown = Vec::new();
        for (place, field) in self.sums.iter().enumerate() {
            let each = || draft.values(place);
            if each().count() < self.least.max(1) {
                shown.push(None);
                continue;
            }
            let too_large = || Unmade::NoNumber(field.clone());
            let add = |sum: Option<Amount>, one: Amount| sum.and_then(|sum| sum.plus(one));
            let sum = each().fold(Some(Amount::default()), add).ok_or_else(too_large)?;
            let size = each().map(Amount::size).fold(Some(Amount::default()), add).ok_or_else(too_large)?;
            let largest = each().map(Amount::size).max().unwrap_or_default();
            shown.push((!largest.is_half_of(size)).then(|| sum.to_string()));
        }
        Ok(shown)
    }
}

/// The groups that are left out: those with too few people, and the smallest of the others until what
/// is left out is at least two cells with enough people between them.
fn hidden(drafts: &BTreeMap<Vec<String>, Draft>, least: usize) -> BTreeSet<Vec<String>> {
    let mut by_size: Vec<(usize, &Vec<String>)> =
        drafts.iter().map(|(group, draft)| (draft.people(), group)).collect();
    by_size.sort();
    let mut hidden = BTreeSet::new();
    let mut people: BTreeSet<usize> = BTreeSet::new();
    for (size, group) in by_size {
        let enough = hidden.is_empty() || (hidden.len() > 1 && people.len() >= least);
        if size >= least && enough {
            break;
        }
        hidden.insert(group.clone());
        people.extend(drafts.get(group).into_iter().flat_map(|draft| draft.0.keys()));
    }
    hidden
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
