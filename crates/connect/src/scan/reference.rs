//! Where columns lead: by foreign keys, and where there is none by names, types and values.
//!
//! Whether values are keys of another table is asked of the database for a hundred of them at most.
//! What a way means is `role`'s.

use std::collections::BTreeSet;

use kept_core::plan::Value;

use super::Sure;
use super::column::Judged;
use super::sample::Seen;
use super::values::Pattern;
use super::{What, words};
use crate::engine::{Mode, Session};
use crate::fault::StoreFault;
use crate::schema::{Class, Column, Schema, Table};
use crate::sql::Statement;

/// The most questions about values, whatever the number of tables.
const QUESTIONS_MAX: usize = 2_000;

/// A column that leads to another table.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    /// The table, by its place in the schema.
    pub(super) from: usize,
    /// The table that it leads to.
    pub(super) to: usize,
    /// The column, the first of several.
    pub(super) column: String,
    /// Whether the database itself says so.
    pub(super) is_key: bool,
    /// The column and value that say that it leads there, where it leads to several tables.
    pub(super) when: Option<(String, String)>,
    /// Whether it must always lead somewhere.
    pub(super) is_required: bool,
    pub(super) sure: Sure,
    pub(super) reason: String,
}

struct Finder<'s, 'a> {
    session: &'s mut Session,
    schema: &'a Schema,
    seen: &'a [Seen<'a>],
    judged: &'a [Judged],
    asked: usize,
    found: Vec<Reference>,
    /// Columns of which another column says to which table they lead, and no table here has that name.
    elsewhere: BTreeSet<(usize, String)>,
}

/// Every column that leads to another table.
///
/// # Errors
/// When the connection itself is lost.
pub(super) fn find(
    session: &mut Session,
    schema: &Schema,
    seen: &[Seen<'_>],
    judged: &[Judged],
) -> Result<Vec<Reference>, StoreFault> {
    let mut finder =
        Finder { session, schema, seen, judged, asked: 0, found: Vec::new(), elsewhere: BTreeSet::new() };
    for (place, table) in schema.tables.iter().enumerate().filter(|(_, table)| !table.is_view) {
        finder.keys(place, table);
        finder.several(place, table);
        for column in &table.columns {
            if !finder.is_known(place, column) && may_lead(column) {
                finder.guess(place, column)?;
            }
        }
    }
    Ok(finder.found)
}

/// Whether a column's type can hold keys.
fn may_lead(column: &Column) -> bool {
    matches!(column.class, Class::Integer | Class::Text | Class::Uuid | Class::Other | Class::Decimal)
        && !column.is_generated
        && !column.is_list
}

/// The one column of a table's key, where it has one.
fn only_key(table: &Table) -> Option<&Column> {
    let [only] = table.primary_key.as_slice() else { return None };
    table.columns.iter().find(|column| column.name == *only)
}

impl<'a> Finder<'_, 'a> {
    fn is_known(&self, from: usize, column: &Column) -> bool {
        let is_own = |name: &String| *name == column.name;
        let in_key = self
            .schema
            .tables
            .get(from)
            .is_some_and(|table| table.foreign_keys.iter().any(|key| key.columns.iter().any(is_own)));
        in_key
            || self.found.iter().any(|one| one.from == from && one.column == column.name)
            || self.elsewhere.contains(&(from, column.name.clone()))
    }

    /// The foreign keys.
    fn keys(&mut self, from: usize, table: &'a Table) {
        for key in &table.foreign_keys {
            let (Some(target), Some(column)) = (self.schema.target(key), key.columns.first()) else {
                continue;
            };
            let Some(to) = self.schema.tables.iter().position(|other| std::ptr::eq(other, target)) else {
                continue;
            };
            let is_required = table.columns.iter().any(|own| own.name == *column && !own.is_nullable);
            self.found.push(Reference {
                from,
                to,
                column: column.clone(),
                is_key: true,
                when: None,
                is_required,
                sure: Sure::Certain,
                reason: format!("a foreign key leads to `{}`", target.full_name()),
            });
        }
    }

    /// `owner_type` and `owner_id`: the one says to which table the other leads.
    fn several(&mut self, from: usize, table: &'a Table) {
        for (place, kind) in table.columns.iter().enumerate() {
            let mut stem = words::words(&kind.name);
            if !matches!(stem.last().map(String::as_str), Some("type" | "model" | "class" | "kind" | "table"))
            {
                continue;
            }
            stem.pop();
            let is_partner = |column: &&Column| {
                may_lead(column) && words::stem(&column.name).is_some_and(|own| own == stem)
            };
            let Some(column) =
                table.columns.iter().find(is_partner).filter(|column| !self.is_known(from, column))
            else {
                continue;
            };
            let values =
                self.seen.get(from).and_then(|seen| seen.values.get(place)).cloned().unwrap_or_default();
            // `customer_type` beside `customer_id` says of which type a customer is.
            let is_of_one = self.schema.tables.iter().any(|table| words::names_table(&stem, &table.name));
            let codes: Vec<String> = values.into_iter().filter(|value| is_code(value)).collect();
            if !is_of_one && codes.iter().any(|value| value.parse::<i64>().is_err()) {
                self.elsewhere.insert((from, column.name.clone()));
            }
            for value in codes {
                let Some(to) = self.named(&value) else { continue };
                let target = self.schema.tables.get(to).map(Table::full_name).unwrap_or_default();
                self.found.push(Reference {
                    from,
                    to,
                    column: column.name.clone(),
                    is_key: false,
                    when: Some((kind.name.clone(), value)),
                    is_required: !column.is_nullable,
                    sure: Sure::Likely,
                    reason: format!("`{}` names `{target}` in some rows", kind.name),
                });
            }
        }
    }

    /// The table that a word of a program names: `Customer`, `App\Models\Customer`.
    fn named(&self, value: &str) -> Option<usize> {
        let last = value.rsplit(['\\', ':', '.', '/']).next().unwrap_or(value);
        let stem = words::words(last);
        let mut exact = self.schema.tables.iter().enumerate().filter(|(_, table)| !table.is_view);
        exact
            .find(|(_, table)| words::of_table(last) == words::of_table(&table.name))
            .map(|(to, _)| to)
            .or_else(|| {
                let mut all = self.schema.tables.iter().enumerate().filter(|(_, table)| !table.is_view);
                all.find(|(_, table)| !stem.is_empty() && words::names_table(&stem, &table.name))
                    .map(|(to, _)| to)
            })
    }

    fn guess(&mut self, from: usize, column: &'a Column) -> Result<(), StoreFault> {
        let Some(table) = self.schema.tables.get(from) else { return Ok(()) };
        let is_whole_key = matches!(table.primary_key.as_slice(), [only] if *only == column.name);
        let stem = words::stem(&column.name);
        let stem = stem.or_else(|| {
            let all = words::words(&column.name);
            // A name of a person in a text column is no reference.
            (column.class != Class::Text).then_some(all)
        });
        let Some(stem) = stem else { return self.by_values(from, column, is_whole_key) };
        let by_name: Vec<usize> = self
            .targets(from, column)
            .filter(|(_, target)| words::names_table(&stem, &target.name))
            .map(|(to, _)| to)
            .collect();
        // `user_id` means `users` before it means `usermeta`.
        let is_exact = |to: &usize| {
            self.schema.tables.get(*to).is_some_and(|target| words::is_name_of(&stem, &target.name))
        };
        let exact: Vec<usize> = by_name.iter().copied().filter(is_exact).collect();
        let by_name = if exact.is_empty() { by_name } else { exact };
        if !by_name.is_empty() {
            let own = by_name.contains(&from) && is_whole_key;
            return if own { Ok(()) } else { self.best(from, column, &by_name, true) };
        }
        let says_person = words::part(&column.name) != words::Part::Untold;
        let is_marked = words::stem(&column.name).is_some();
        let is_mention = words::part(&column.name) == words::Part::Mention;
        if is_whole_key || !(says_person || is_marked) {
            return self.by_values(from, column, is_whole_key);
        }
        let people: Vec<usize> = self
            .targets(from, column)
            // Whoever owns a person's row is somebody else.
            .filter(|(to, target)| {
                self.looks_like_people(*to, target) && (*to != from || !says_person || is_mention)
            })
            .map(|(to, _)| to)
            .collect();
        if says_person {
            self.best(from, column, &people, true)
        } else {
            self.best(from, column, &people, false)
        }
    }

    /// Keys that can't be alike by chance: texts and UUIDs, whatever the column is called.
    fn by_values(&mut self, from: usize, column: &'a Column, is_whole_key: bool) -> Result<(), StoreFault> {
        const LENGTH_MIN: usize = 8;
        let tally = self.tally(from, column);
        let is_telling = tally.is_some_and(|tally| tally.length() >= LENGTH_MIN && tally.distinct >= 3);
        if is_whole_key || !matches!(column.class, Class::Text | Class::Uuid) || !is_telling {
            return Ok(());
        }
        let all: Vec<usize> = self.targets(from, column).map(|(to, _)| to).filter(|to| *to != from).collect();
        self.best(from, column, &all, false)
    }

    fn tally(&self, from: usize, column: &Column) -> Option<&'a super::values::Tally> {
        let seen = self.seen.get(from)?;
        let place = seen.table.columns.iter().position(|own| own.name == column.name)?;
        seen.tallies.get(place)
    }

    /// The tables whose key a column could hold by its type.
    fn targets(&self, from: usize, column: &'a Column) -> impl Iterator<Item = (usize, &'a Table)> + use<'a> {
        let _ = from;
        let class = column.class;
        self.schema.tables.iter().enumerate().filter(move |(_, table)| {
            !table.is_view
                && only_key(table).is_some_and(|key| {
                    key.class == class || class == Class::Other || key.class == Class::Other
                })
        })
    }

    fn looks_like_people(&self, place: usize, table: &Table) -> bool {
        let judged = self.judged.get(place);
        let has = |kinds: &[What]| judged.is_some_and(|judged| judged.has(kinds));
        words::is_people(&table.name)
            || (has(&[What::Email]) && has(&[What::Name, What::LastName, What::Login]))
    }

    /// The table whose keys most of the column's values are.
    fn best(
        &mut self,
        from: usize,
        column: &'a Column,
        to: &[usize],
        by_name: bool,
    ) -> Result<(), StoreFault> {
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        for place in to {
            let Some(target) = self.schema.tables.get(*place) else { continue };
            if let Some((hits, of)) = self.included(from, column, target)? {
                found.push((*place, hits, of));
            }
        }
        let asked = found.iter().any(|(_, _, of)| *of > 0);
        let share =
            |(_, hits, of): &(usize, usize, usize)| (hits * 1000).checked_div(*of).unwrap_or_default();
        let most = found.iter().map(share).max().unwrap_or_default();
        let enough = found.iter().any(|(_, _, of)| *of >= 5);
        let alike = found.iter().filter(|one| share(one) == most).count();
        if (asked && most < 500) || (!by_name && (most < 1000 || !enough || alike > 1)) {
            return Ok(());
        }
        let staff_first = words::part(&column.name) == words::Part::Mention;
        let name_of = |place: usize| self.schema.tables.get(place).map(Table::full_name).unwrap_or_default();
        let rank = |place: usize| words::is_staff(&name_of(place)) == staff_first;
        let best = found
            .iter()
            .filter(|one| share(one) == most)
            .max_by_key(|(place, hits, _)| (rank(*place), *hits, std::cmp::Reverse(*place)));
        let Some((to, hits, of)) = best.copied() else { return Ok(()) };
        // Staff before others where somebody is only mentioned: those of the same rank count.
        let alike = found.iter().filter(|one| share(one) == most && rank(one.0) == rank(to)).count();
        let target = name_of(to);
        let sure = match (by_name, of) {
            (true, 1..) if most >= 900 && alike == 1 => Sure::Likely,
            (false, _) if column.class != Class::Integer => Sure::Likely,
            _ => Sure::Guess,
        };
        let named = if by_name { format!("the name means `{target}`") } else { String::new() };
        let counted = format!("{hits} of {of} sampled values are keys of `{target}`");
        let reason = match (by_name, of) {
            (true, 0) => format!("{named}; there are no values to try it by"),
            (true, _) => format!("{named}; {counted}"),
            (false, _) => counted,
        };
        let is_required = !column.is_nullable;
        let column = column.name.clone();
        self.found.push(Reference { from, to, column, is_key: false, when: None, is_required, sure, reason });
        Ok(())
    }

    /// How many of some values of a column are keys of a table, of how many.
    fn included(
        &mut self,
        from: usize,
        column: &Column,
        target: &Table,
    ) -> Result<Option<(usize, usize)>, StoreFault> {
        let Some(key) = only_key(target) else { return Ok(None) };
        let Some(seen) = self.seen.get(from) else { return Ok(None) };
        let place = seen.table.columns.iter().position(|own| own.name == column.name);
        let values = place.and_then(|place| seen.values.get(place)).cloned().unwrap_or_default();
        let is_number = |value: &String| value.parse::<i64>().is_ok();
        let is_class = key.class != Class::Integer || values.iter().all(is_number);
        if values.is_empty() || self.asked >= QUESTIONS_MAX {
            return Ok(Some((0, 0)));
        }
        if !is_class || self.tally(from, column).is_some_and(|tally| tally.mostly(Pattern::Date, 90, 1)) {
            return Ok(Some((0, values.len())));
        }
        self.asked += 1;
        let typed = |value: &String| match value.parse::<i64>() {
            Ok(number) if matches!(key.class, Class::Integer | Class::Other | Class::Decimal) => {
                Value::Integer(number)
            }
            _ => Value::Text(value.clone()),
        };
        let rows: Vec<Vec<Value>> = values.iter().map(|value| vec![typed(value)]).collect();
        let rows: Vec<&[Value]> = rows.iter().map(Vec::as_slice).collect();
        let mut statement = Statement::with(self.schema.engine, "SELECT count(DISTINCT ");
        statement.name(&key.name).push(") FROM ").table(target).push(" WHERE ").one_of(&[key], &rows);
        match self.session.transaction(Mode::Look, |session| session.query(&statement)) {
            Ok(found) => {
                let count = found.first().and_then(|row| row.first()).map(Value::shown).unwrap_or_default();
                let hits = count.parse::<usize>().unwrap_or_default();
                Ok(Some((hits.min(values.len()), values.len())))
            }
            Err(lost @ (StoreFault::Unreachable { .. } | StoreFault::Cancelled)) => Err(lost),
            Err(_) => Ok(None),
        }
    }
}

/// A word of a program, and nothing that could be somebody's.
fn is_code(value: &str) -> bool {
    value.chars().count() <= 80
        && value
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '\\' | ':' | '.' | '/' | '_' | '-'))
}
