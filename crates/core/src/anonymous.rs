//! Figures and data sets of which nobody can be told (recital 26): what people bring to them, counted
//! in cells ([`cells`]) or made into records without names ([`records`]), and the test that leads a
//! published record back to nobody ([`relink`]).
//!
//! Not here: whose data may be used (`decision`), where they are read, and how a result is written.

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::model::DataRef;

pub mod amount;
pub mod cells;
pub mod coarse;
pub mod records;
pub mod relink;

/// The fewest people of a cell or of records that are alike, where the policy sets no other number.
pub const LEAST: usize = 5;

/// The most records that one person brings: what several tables hold of somebody is combined, and
/// combinations multiply.
pub const COMBINATIONS_MAX: usize = 10_000;

/// What stands for a value that was not there.
pub const NOTHING: &str = "";

/// The values of one row, field by field.
type Row = BTreeMap<DataRef, String>;

/// What one person brings. It is personal: its `Debug` hides it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contribution {
    /// Rows by the place that holds them, and by their number there.
    places: BTreeMap<String, BTreeMap<u64, Row>>,
}

impl std::fmt::Debug for Contribution {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rows: usize = self.places.values().map(BTreeMap::len).sum();
        write!(out, "{rows} rows of a person")
    }
}

/// One combination of a person's values, and the rows that it stands for.
#[derive(Clone, Default)]
pub(crate) struct Combination {
    /// The values, in the order of the fields that were asked for.
    pub(crate) values: Vec<Option<String>>,
    /// The rows by their place; places that hold none of the fields are not named.
    pub(crate) rows: BTreeMap<String, u64>,
}

/// Why figures or records can't be made. No value is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmade {
    /// Somebody's rows combine to more than [`COMBINATIONS_MAX`] records.
    #[error(
        "the rows of one person combine to more than {COMBINATIONS_MAX} records: name fields of fewer tables"
    )]
    TooMany,
    /// A value that is to be summed is no number, or the sum is too large.
    #[error("a value of `{0}` is no number, or the sum is too large: only numbers are summed")]
    NoNumber(DataRef),
}

impl Contribution {
    /// Adds a value: of which field, in which place (`shop.orders`) and in which row there.
    pub fn add(&mut self, place: &str, row: u64, field: DataRef, value: String) {
        let rows = self.places.entry(place.to_owned()).or_default();
        rows.entry(row).or_default().entry(field).or_insert(value);
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The place from which a field is taken: the first that holds it, so that what two places say of
    /// one thing counts once.
    fn place_of(&self, field: &DataRef) -> Option<&str> {
        let holds = |rows: &BTreeMap<u64, Row>| rows.values().any(|row| row.contains_key(field));
        self.places.iter().find(|(_, rows)| holds(rows)).map(|(place, _)| place.as_str())
    }

    /// Every combination of the person's values of these fields. Values of one row stay together;
    /// those of several tables are combined. Whoever has no such row is one combination of nothing.
    pub(crate) fn combinations(&self, fields: &[DataRef]) -> Result<Vec<Combination>, Unmade> {
        let from: Vec<Option<&str>> = fields.iter().map(|field| self.place_of(field)).collect();
        let places: BTreeSet<&str> = from.iter().flatten().copied().collect();
        let mut all = vec![Combination { values: vec![None; fields.len()], rows: BTreeMap::new() }];
        for place in places {
            let Some(rows) = self.places.get(place) else { continue };
            let mut next = Vec::new();
            for (number, row) in rows {
                let mut here = fields
                    .iter()
                    .zip(&from)
                    .map(|(field, from)| if *from == Some(place) { row.get(field) } else { None });
                let found: Vec<Option<&String>> = here.by_ref().collect();
                if found.iter().all(Option::is_none) {
                    continue;
                }
                for before in &all {
                    if next.len() >= COMBINATIONS_MAX {
                        return Err(Unmade::TooMany);
                    }
                    let mut one = before.clone();
                    for (value, found) in one.values.iter_mut().zip(&found) {
                        if let Some(found) = found {
                            *value = Some((*found).clone());
                        }
                    }
                    one.rows.insert(place.to_owned(), *number);
                    next.push(one);
                }
            }
            all = next;
        }
        Ok(all)
    }

    /// The values of a field in the rows that combinations stand for; all of its place where they
    /// stand for none of it.
    pub(crate) fn values_in(&self, field: &DataRef, of: &[&Combination]) -> Vec<&String> {
        let Some((place, rows)) = self.place_of(field).and_then(|place| self.places.get_key_value(place))
        else {
            return Vec::new();
        };
        let named: BTreeSet<u64> = of.iter().filter_map(|one| one.rows.get(place)).copied().collect();
        let is_named = |number: &u64| named.is_empty() || named.contains(number);
        rows.iter().filter(|(number, _)| is_named(number)).filter_map(|(_, row)| row.get(field)).collect()
    }
}
