//! Rows from which one above them tells its latest or earliest date.
//!
//! Not here: whether data ask of that date (`tellers`).

use std::collections::BTreeMap;

use super::{Decider, RowName};
use crate::name::EventKind;
use crate::plan::observe::occasion_of;
use crate::plan::{Row, TableRows, key_text};
use crate::policy::model::{EventSource, Table};
use crate::time::Instant;
use crate::time::reading::{Reading, read};
use crate::timeline::Occasion;

/// A date that a row above tells by a row.
pub(super) struct Gathered<'a> {
    /// The table of the row above.
    pub(super) table: &'a Table,
    pub(super) kind: &'a EventKind,
    /// What the row above tells of.
    pub(super) told: Occasion,
}

/// A row above, and the dates of the rows below it.
struct Above<'a> {
    row: &'a Row,
    dates: Vec<(Instant, &'a Row)>,
}

impl<'a> Above<'a> {
    /// The rows with the latest date, or with the earliest.
    fn last(&self, latest: bool) -> impl Iterator<Item = &'a Row> {
        let dates = self.dates.iter().map(|(at, _)| *at);
        let last = if latest { dates.max() } else { dates.min() };
        self.dates.iter().filter(move |(at, _)| Some(*at) == last).map(|(_, row)| *row)
    }
}

impl<'a> Decider<'a> {
    /// What rows above tell by each row that has the latest or earliest date of those below them.
    pub(super) fn gathered(&self) -> BTreeMap<RowName<'a>, Vec<Gathered<'a>>> {
        let mut all: BTreeMap<RowName<'a>, Vec<Gathered<'a>>> = BTreeMap::new();
        for found in &self.rows.tables {
            let Some(table) = self.map.tables.get(&found.table) else { continue };
            for (kind, source) in &table.events {
                let EventSource::Aggregate { latest, table: below, column, .. } = source else { continue };
                let Some(below) = self.rows.table(below) else { continue };
                let date = |row| match below.cell(row, column).map(|value| read(value, &self.map.zone)) {
                    Some(Reading::At(at)) => Some((at, row)),
                    _ => None,
                };
                for above in self.by_above(found, below.rows.iter().filter_map(date)) {
                    for row in above.last(*latest) {
                        let told = occasion_of(self.map, table, found, above.row);
                        let one = Gathered { table, kind, told };
                        all.entry((&below.table, key_text(&row.key))).or_default().push(one);
                    }
                }
            }
        }
        all
    }

    /// Dates by the rows of a table above theirs.
    fn by_above(
        &self,
        found: &'a TableRows,
        dates: impl Iterator<Item = (Instant, &'a Row)>,
    ) -> Vec<Above<'a>> {
        let mut all: BTreeMap<String, Above<'a>> = BTreeMap::new();
        for (at, row) in dates {
            for (_, above) in self.rows.above(row).filter(|(of, _)| of.table == found.table) {
                let group = all.entry(key_text(&above.key));
                group.or_insert(Above { row: above, dates: Vec::new() }).dates.push((at, row));
            }
        }
        all.into_values().collect()
    }
}
