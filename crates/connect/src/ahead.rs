//! Reading ahead: the looks at many people of one store, answered by few statements.
//!
//! While a session reads ahead, a look finds what was read before; what else it asks for is noted and
//! answered with nothing. [`fetch`] then asks for everything noted at once, and whoever missed something looks
//! again. So each look is the very one that would be carried out for this person alone. Not here: what is
//! looked for (`find`, `walk`, `share`), and who looks again until nothing is missed (`kept-engine`).

use std::collections::{BTreeMap, BTreeSet};

use kept_core::identifier::Identifier;
use kept_core::ledger::Durable;
use kept_core::name::{IdentifierKind, TableName};
use kept_core::plan::{PersonRows, Value};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::engine::{Mode, Rows, Session};
use crate::fault::StoreFault;
use crate::find::{self, Found};
use crate::map::{Map, Table};
use crate::read;
use crate::rows;
use crate::schema::Column;

/// From now on a session answers from what was read ahead; nothing has been yet.
pub fn begin(session: &mut Session) {
    session.ahead = Some(Box::default());
}

/// Ends it; what was read ahead is forgotten.
pub fn end(session: &mut Session) {
    session.ahead = None;
}

/// Whether something was missed since this was asked last.
pub fn has_missed(session: &mut Session) -> bool {
    session.ahead.as_mut().is_some_and(|ahead| std::mem::take(&mut ahead.has_missed))
}

/// Finds a person as [`find::find`] does, from what was read ahead.
///
/// # Errors
/// [`StoreFault::NoColumn`] where the map names what is not there.
pub fn find(
    session: &mut Session,
    map: &Map<'_>,
    by: &Identifier,
    _: &Durable,
) -> Result<Vec<Found>, StoreFault> {
    find::find(session, map, by)
}

/// Reads what hangs on a person's rows as [`read::read`] does, from what was read ahead.
///
/// # Errors
/// [`StoreFault::NoColumn`] where the map names what is not there.
pub fn read(
    session: &mut Session,
    map: &Map<'_>,
    persons: &[Found],
    _: &Durable,
) -> Result<PersonRows, StoreFault> {
    read::read(session, map, persons)
}

/// Asks the store for everything that was missed, in one snapshot; whether there was anything.
///
/// # Errors
/// As the store answers; what was missed stays so.
pub fn fetch(session: &mut Session, map: &Map<'_>) -> Result<bool, StoreFault> {
    let Some(mut ahead) = session.ahead.take() else { return Ok(false) };
    let mut fetched = Ok(false);
    if ahead.misses() {
        // Without its notes the session asks the store itself.
        session.by_need(true);
        fetched = session.transaction(Mode::Look, |session| ahead.fetch(session, map)).map(|()| true);
        session.by_need(false);
    }
    session.ahead = Some(ahead);
    fetched
}

/// What was read ahead, and what is to be read next.
#[derive(Default)]
pub(crate) struct Ahead {
    tables: Vec<ByColumns>,
    people: Vec<ByIdentifier>,
    has_missed: bool,
}

impl std::fmt::Debug for Ahead {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Ahead").field("has_missed", &self.has_missed).finish_non_exhaustive()
    }
}

/// Where the rows lie that have some values, by these as bytes.
type Places = BTreeMap<Vec<u8>, Vec<usize>>;

/// Rows of a table by the values of some columns.
struct ByColumns {
    table: TableName,
    columns: Vec<String>,
    rows: Rows,
    known: Places,
    wanted: BTreeMap<Vec<u8>, Vec<Value>>,
}

/// Rows of a table by an identifier in the column of its kind.
struct ByIdentifier {
    table: TableName,
    kind: IdentifierKind,
    rows: Rows,
    known: BTreeMap<String, Vec<usize>>,
    wanted: BTreeMap<String, Identifier>,
}

impl Ahead {
    /// The rows whose columns are one of these, as far as they were read.
    pub(crate) fn rows(&mut self, table: &Table<'_>, columns: &[&Column], values: &[&[Value]]) -> Rows {
        let place = self.place(table, columns);
        let Some(read) = self.tables.get_mut(place) else { return Rows::new() };
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for tuple in values {
            let name = rows::exact(tuple);
            if let Some(places) = read.known.get(&name) {
                found.extend(places);
            } else {
                read.wanted.entry(name).or_insert_with(|| tuple.to_vec());
                self.has_missed = true;
            }
        }
        found.into_iter().filter_map(|place| read.rows.get(place)).cloned().collect()
    }

    /// The rows that have an identifier, as far as they were read.
    pub(crate) fn matches(&mut self, table: &Table<'_>, identifier: &Identifier) -> Rows {
        let (name, kind) = (&table.policy.name, identifier.kind());
        let known = self.people.iter().position(|one| one.table == *name && one.kind == *kind);
        let place = known.unwrap_or_else(|| {
            let (table, kind) = (name.clone(), kind.clone());
            let (known, wanted) = (BTreeMap::new(), BTreeMap::new());
            self.people.push(ByIdentifier { table, kind, rows: Rows::new(), known, wanted });
            self.people.len() - 1
        });
        let Some(read) = self.people.get_mut(place) else { return Rows::new() };
        let Some(places) = read.known.get(identifier.raw()) else {
            read.wanted.insert(identifier.raw().to_owned(), identifier.clone());
            self.has_missed = true;
            return Rows::new();
        };
        places.iter().filter_map(|place| read.rows.get(*place)).cloned().collect()
    }

    fn place(&mut self, table: &Table<'_>, columns: &[&Column]) -> usize {
        let is_same = |read: &ByColumns| {
            read.table == table.policy.name
                && read.columns.len() == columns.len()
                && read.columns.iter().zip(columns).all(|(name, column)| *name == column.name)
        };
        self.tables.iter().position(is_same).unwrap_or_else(|| {
            let columns = columns.iter().map(|column| column.name.clone()).collect();
            let (known, wanted) = (BTreeMap::new(), BTreeMap::new());
            let table = table.policy.name.clone();
            self.tables.push(ByColumns { table, columns, rows: Rows::new(), known, wanted });
            self.tables.len() - 1
        })
    }

    fn misses(&self) -> bool {
        self.tables.iter().any(|read| !read.wanted.is_empty())
            || self.people.iter().any(|read| !read.wanted.is_empty())
    }

    fn fetch(&mut self, session: &mut Session, map: &Map<'_>) -> Result<(), StoreFault> {
        for read in self.tables.iter_mut().filter(|read| !read.wanted.is_empty()) {
            read.fetch(session, map)?;
        }
        for read in self.people.iter_mut().filter(|read| !read.wanted.is_empty()) {
            read.fetch(session, map)?;
        }
        Ok(())
    }
}

impl ByColumns {
    fn fetch(&mut self, session: &mut Session, map: &Map<'_>) -> Result<(), StoreFault> {
        let table = map.table(&self.table)?;
        let columns = self.columns.iter().map(|name| map.schema.need_column(table.shape, name));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let tuples: Vec<&[Value]> = self.wanted.values().map(Vec::as_slice).collect();
        let found = rows::select_where(session, table, &columns, &tuples)?;
        let (mut known, alone) = self.attribute(table, &columns, found);
        for name in alone {
            let Some(tuple) = self.wanted.get(&name) else { continue };
            let first = self.rows.len();
            self.rows.extend(rows::select_where(session, table, &columns, &[tuple.as_slice()])?);
            known.insert(name, (first..self.rows.len()).collect());
        }
        self.known.append(&mut known);
        self.wanted.clear();
        Ok(())
    }

    /// Brings rows together with the values that they were asked by. Where a database may find values equal
    /// that are not the same, it alone tells: those are to be asked one by one.
    fn attribute(
        &mut self,
        table: &Table<'_>,
        columns: &[&Column],
        found: Rows,
    ) -> (Places, BTreeSet<Vec<u8>>) {
        let mut groups: BTreeMap<String, Vec<&Vec<u8>>> = BTreeMap::new();
        for (name, tuple) in &self.wanted {
            groups.entry(alike(tuple)).or_default().push(name);
        }
        let mut known: Places = self.wanted.keys().map(|name| (name.clone(), Vec::new())).collect();
        let several = groups.values().filter(|group| group.len() > 1);
        let mut alone: BTreeSet<Vec<u8>> = several.flatten().map(|name| (*name).clone()).collect();
        for row in found {
            let cells = rows::cells(table, &row, columns.iter().copied());
            let name = cells.as_deref().map(rows::exact);
            if let Some(places) = name.and_then(|name| known.get_mut(&name)) {
                places.push(self.rows.len());
                self.rows.push(row);
                continue;
            }
            match cells.and_then(|cells| groups.get(&alike(&cells))) {
                Some(group) => alone.extend(group.iter().map(|name| (*name).clone())),
                None => alone.extend(self.wanted.keys().cloned()),
            }
        }
        (known, alone)
    }
}

/// Values as a text that is the same wherever some database may find them equal: without regard to case,
/// accents, blanks at the end and how a number is spelt.
fn alike(values: &[Value]) -> String {
    let mut out = String::new();
    for value in values {
        let mut text = value.shown();
        if !matches!(value, Value::Integer(_)) {
            text = text.nfkd().filter(|sign| !is_combining_mark(*sign)).collect::<String>().to_lowercase();
            text = text.trim_end().to_owned();
            if text.contains('.') {
                text = text.trim_end_matches('0').trim_end_matches('.').to_owned();
            }
        }
        out.push_str(&text);
        out.push('\u{0}');
    }
    out
}

impl ByIdentifier {
    fn fetch(&mut self, session: &mut Session, map: &Map<'_>) -> Result<(), StoreFault> {
        let table = map.table(&self.table)?;
        let Some(name) = table.policy.identifies.get(&self.kind) else { return Ok(()) };
        let column = map.schema.need_column(table.shape, name.as_str())?;
        let sought: Vec<Identifier> = self.wanted.values().cloned().collect();
        for (raw, row) in find::rows_of(session, map, (table, column), &sought)? {
            self.known.entry(raw).or_default().push(self.rows.len());
            self.rows.push(row);
        }
        for raw in std::mem::take(&mut self.wanted).into_keys() {
            self.known.entry(raw).or_default();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_database_may_find_equal_is_alike() {
        let text = |text: &str| alike(&[Value::Text(text.to_owned())]);
        assert_eq!(text("Ann"), text("ann"));
        assert_eq!(text("Zoé "), text("zoe"));
        assert_eq!(text("1.50"), text("1.5"));
        assert_eq!(text("7"), alike(&[Value::Integer(7)]));
        assert_ne!(text("ann"), text("anne"));
    }
}
