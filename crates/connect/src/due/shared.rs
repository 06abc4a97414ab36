//! What a count asks of each row again and again, found once: conditions within its conditions that are alike,
//! and on SQLite the dates that they read.
//!
//! A count of a table asks some ten things for each statement, and each asks what every other statement keeps: so
//! the same dates of the same row are compared hundreds of times. Here they become columns of subqueries, one
//! within the other, and each condition names those within. Not here: how a condition is written (`render`).

use std::collections::{BTreeMap, BTreeSet};

use kept_core::name::ColumnName;
use kept_core::plan::due::{Cell, Condition, Related, RowRef, THIS};
use kept_core::policy::model::Engine;

use crate::schema::Column;

/// How deep subqueries stand within each other at most.
const LEVELS_MAX: usize = 4;

/// How many columns one of them adds at most.
const COLUMNS_MAX: usize = 200;

/// Of how many parts a condition is at least that becomes a column.
const PARTS_MIN: usize = 2;

/// Conditions that become columns, by their form ([`form`]); each level may name those that come after it.
type Levels = Vec<BTreeMap<String, Condition>>;

/// Columns that a statement adds to the rows of a table.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Conditions, by their form; those of a level may name what comes after it.
    levels: Vec<Vec<(String, Condition, String)>>,
    /// Columns of the table that are read as dates.
    dates: Vec<(ColumnName, String)>,
}

/// Under which names such columns stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Of conditions, by their form.
    pub(super) conditions: BTreeMap<String, String>,
    /// Of dates, by the column that is read.
    pub(super) dates: BTreeMap<ColumnName, String>,
}

impl Names {
    /// The column that tells a condition.
    pub(super) fn of(&self, condition: &Condition) -> Option<&str> {
        if self.conditions.is_empty() {
            return None;
        }
        self.conditions.get(&form(condition)?).map(String::as_str)
    }
}

impl Shared {
    pub(super) fn new(levels: Levels, dates: BTreeSet<ColumnName>) -> Self {
        let named = |(depth, level): (usize, BTreeMap<String, Condition>)| {
            let named = level.into_iter().enumerate();
            named.map(|(place, (form, one))| (form, one, format!("{PREFIX}c{depth}_{place}"))).collect()
        };
        let dates = dates.into_iter().enumerate();
        Self {
            levels: levels.into_iter().enumerate().map(named).collect(),
            dates: dates.map(|(place, column)| (column, format!("{PREFIX}d{place}"))).collect(),
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.levels.is_empty() && self.dates.is_empty()
    }

    /// The names of all.
    pub(super) fn names(&self) -> Names {
        self.names_from(0)
    }

    /// The names of those that a level's conditions may use.
    pub(super) fn names_from(&self, level: usize) -> Names {
        let conditions = self.levels.iter().skip(level).flatten();
        Names {
            conditions: conditions.map(|(form, _, name)| (form.clone(), name.clone())).collect(),
            dates: self.dates.iter().cloned().collect(),
        }
    }

    /// The conditions of a level, with their names; none after the last.
    pub(super) fn level(&self, level: usize) -> Option<impl Iterator<Item = (&Condition, &str)>> {
        Some(self.levels.get(level)?.iter().map(|(_, condition, name)| (condition, name.as_str())))
    }

    /// The columns that are read as dates, with their names.
    pub(super) fn dates(&self) -> &[(ColumnName, String)] {
        &self.dates
    }
}

/// How the names of added columns begin.
const PREFIX: &str = "kept_";

/// Whether a table has columns of its own that an added one could be taken for.
pub(super) fn clash(columns: &[Column]) -> bool {
    let begins =
        |name: &str| name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX));
    columns.iter().any(|column| begins(&column.name))
}

/// What keeps an engine from putting each expression of a subquery in the place of its every name.
pub(super) fn apart(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => " LIMIT -1",
        Engine::Postgres => " OFFSET 0",
        // It would write all of them into a table of its own.
        Engine::Mariadb => "",
    }
}

/// What is asked several times in these conditions.
pub(super) fn levels(asked: &[Condition]) -> Levels {
    let mut levels = Levels::new();
    let mut chosen: BTreeSet<String> = BTreeSet::new();
    let mut trees: Vec<Condition> = asked.to_vec();
    let mut is_root_open = true;
    while levels.len() < LEVELS_MAX {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for tree in &trees {
            visit(tree, is_root_open, &mut |key, _| {
                *times.entry(key.to_owned()).or_default() += 1;
                !chosen.contains(key)
            });
        }
        let mut level: BTreeMap<String, Condition> = BTreeMap::new();
        for tree in &trees {
            visit(tree, is_root_open, &mut |key, condition| {
                if chosen.contains(key) {
                    return false;
                }
                let is_repeated = times.get(key).is_some_and(|times| *times > 1);
                let has_room = level.len() < COLUMNS_MAX || level.contains_key(key);
                if is_repeated && has_room {
                    level.insert(key.to_owned(), condition.clone());
                }
                !(is_repeated && has_room)
            });
        }
        if level.is_empty() {
            break;
        }
        chosen.extend(level.keys().cloned());
        // What is left are the parts of those just chosen: whatever else was repeated is among them.
        trees = level.values().cloned().collect();
        is_root_open = false;
        levels.push(level);
    }
    levels
}

/// Goes through the conditions that can be columns of a row, the outermost first, and into one where it is told to.
fn visit(condition: &Condition, is_open: bool, each: &mut dyn FnMut(&str, &Condition) -> bool) {
    if is_open
        && let Some(key) = form(condition)
        && !each(&key, condition)
    {
        return;
    }
    match condition {
        Condition::All(all) | Condition::Any(all) => all.iter().for_each(|one| visit(one, true, each)),
        Condition::Not(inner) => visit(inner, true, each),
        _ => {}
    }
}

/// A condition as one text, where it can be a column: of several parts, and of this row alone. Two that bind other
/// rows under other names, and else are alike, have one form.
pub(super) fn form(condition: &Condition) -> Option<String> {
    let is_large = match condition {
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) => parts(condition) >= PARTS_MIN,
        Condition::Exists(_) => true,
        _ => false,
    };
    if !is_large {
        return None;
    }
    let mut rows = vec![THIS];
    let mut is_closed = true;
    let renamed = renamed(condition, &mut rows, &mut is_closed);
    is_closed.then(|| format!("{renamed:?}"))
}

fn parts(condition: &Condition) -> usize {
    match condition {
        Condition::All(all) | Condition::Any(all) => all.iter().map(parts).sum(),
        Condition::Not(inner) => parts(inner),
        Condition::Exists(_) => PARTS_MIN,
        _ => 1,
    }
}

/// The condition with the rows that it binds itself numbered by their order.
fn renamed(condition: &Condition, rows: &mut Vec<RowRef>, is_closed: &mut bool) -> Condition {
    let mut row = |row: RowRef, rows: &[RowRef]| match rows.iter().position(|known| *known == row) {
        Some(place) => RowRef(place),
        None => {
            *is_closed = false;
            row
        }
    };
    let mut cell = |cell: &Cell, rows: &[RowRef]| Cell { row: row(cell.row, rows), ..cell.clone() };
    match condition {
        Condition::Always => Condition::Always,
        Condition::Never => Condition::Never,
        Condition::Null(one) => Condition::Null(cell(one, rows)),
        Condition::Unread(one) => Condition::Unread(cell(one, rows)),
        Condition::Date(one) => Condition::Date(cell(one, rows)),
        Condition::Before(one, until) => Condition::Before(cell(one, rows), *until),
        Condition::Is(one, text) => Condition::Is(cell(one, rows), text.clone()),
        Condition::Same(one, other) => Condition::Same(cell(one, rows), cell(other, rows)),
        Condition::NotBefore { cell: one, than, by_day } => {
            Condition::NotBefore { cell: cell(one, rows), than: cell(than, rows), by_day: *by_day }
        }
        Condition::Excepted(one, table) => Condition::Excepted(row(*one, rows), table.clone()),
        Condition::Taken(one, table, column) => {
            Condition::Taken(row(*one, rows), table.clone(), column.clone())
        }
        Condition::All(all) => Condition::All(all.iter().map(|one| renamed(one, rows, is_closed)).collect()),
        Condition::Any(all) => Condition::Any(all.iter().map(|one| renamed(one, rows, is_closed)).collect()),
        Condition::Not(inner) => Condition::Not(Box::new(renamed(inner, rows, is_closed))),
        Condition::Exists(related) => {
            let on = related.on.iter().map(|(own, outer)| (own.clone(), cell(outer, rows))).collect();
            rows.push(related.row);
            let place = RowRef(rows.len() - 1);
            let holds = renamed(&related.holds, rows, is_closed);
            Condition::Exists(Box::new(Related { row: place, table: related.table.clone(), on, holds }))
        }
    }
}

/// The columns of this row that conditions read as dates.
pub(super) fn dates<'c>(asked: impl Iterator<Item = &'c Condition>) -> BTreeSet<ColumnName> {
    let mut found = BTreeSet::new();
    asked.for_each(|condition| collect_dates(condition, &mut found));
    found
}

fn collect_dates(condition: &Condition, found: &mut BTreeSet<ColumnName>) {
    let mut note = |cell: &Cell| {
        if cell.row == THIS {
            found.extend(std::iter::once(&cell.column).chain(&cell.or).cloned());
        }
    };
    match condition {
        Condition::Date(cell) | Condition::Before(cell, _) => note(cell),
        Condition::NotBefore { cell, than, .. } => {
            note(cell);
            note(than);
        }
        Condition::All(all) | Condition::Any(all) => all.iter().for_each(|one| collect_dates(one, found)),
        Condition::Not(inner) => collect_dates(inner, found),
        Condition::Exists(related) => collect_dates(&related.holds, found),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kept_core::name::TableName;
    use kept_core::time::Instant;

    fn cell(row: RowRef, column: &str) -> Cell {
        Cell::new(row, &TableName::from("t"), &ColumnName::from(column))
    }

    fn null(row: RowRef, column: &str) -> Condition {
        Condition::Null(cell(row, column))
    }

    fn both(one: &str, other: &str) -> Condition {
        Condition::All(vec![null(THIS, one), null(THIS, other)])
    }

    /// A row of another table whose column is empty, bound under this name.
    fn exists(row: usize, outer: RowRef) -> Condition {
        let row = RowRef(row);
        let on = vec![(ColumnName::from("owner"), cell(outer, "id"))];
        let related = Related { row, table: "u".into(), on, holds: null(row, "at") };
        Condition::Exists(Box::new(related))
    }

    #[test]
    fn conditions_that_bind_rows_under_other_names_are_alike_and_those_of_other_rows_are_no_column() {
        assert_eq!(form(&exists(3, THIS)), form(&exists(7, THIS)));
        assert!(form(&exists(3, THIS)).is_some());
        assert_eq!(form(&exists(3, RowRef(9))), None, "of a row that is bound elsewhere");
        assert_eq!(form(&null(THIS, "a")), None, "too small");
        assert_ne!(form(&both("a", "b")), form(&both("b", "a")));
    }

    #[test]
    fn what_is_asked_twice_becomes_a_column_once_and_what_lies_within_two_of_them_too() {
        let not = |one: Condition| Condition::Not(Box::new(one));
        let large = |column: &str| Condition::Any(vec![both("a", "b"), exists(3, THIS), null(THIS, column)]);
        let asked = [not(large("x")), large("x"), large("y"), not(large("y")), both("c", "d")];
        let levels = levels(&asked);
        let forms: Vec<BTreeSet<String>> =
            levels.iter().map(|level| level.keys().cloned().collect()).collect();
        let of =
            |conditions: &[Condition]| -> BTreeSet<String> { conditions.iter().filter_map(form).collect() };
        assert_eq!(forms, [of(&[large("x"), large("y")]), of(&[both("a", "b"), exists(8, THIS)])]);
        let names = Shared::new(levels, BTreeSet::new()).names();
        assert!(names.of(&large("x")).is_some() && names.of(&both("c", "d")).is_none());
    }

    #[test]
    fn dates_of_the_row_in_question_are_found_wherever_they_are_read() {
        let before = |row, column| Condition::Before(cell(row, column), Instant::UNIX_EPOCH);
        let inner = Condition::Exists(Box::new(Related {
            row: RowRef(2),
            table: "u".into(),
            on: Vec::new(),
            holds: Condition::All(vec![before(RowRef(2), "theirs"), before(THIS, "within")]),
        }));
        let asked = [Condition::Not(Box::new(before(THIS, "own"))), inner];
        let found: Vec<ColumnName> = dates(asked.iter()).into_iter().collect();
        assert_eq!(found, [ColumnName::from("own"), ColumnName::from("within")]);
    }
}
