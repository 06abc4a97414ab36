//! From rows to events: what a person's rows in a store say happened, and when.
//!
//! The policy says which column tells which event; a column that is NULL or unreadable says what
//! the policy says it says, never more (semantics 4). Not here: how rows are read
//! (`kept-connect`).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::name::ColumnName;
use crate::plan::label;
use crate::plan::{PersonRows, Relation, Row, TableRows, Value, key_text};
use crate::policy::model::{Consent, DataRef, EventSource, Nulls, OccasionKind, Store, Table};
use crate::time::reading::{Reading, read};
use crate::time::{Instant, Zone};
use crate::timeline::{Event, EventId, Happening, Occasion, Scope};

/// The events that these rows tell, as known since `read_at`. Rows that only mention the person
/// tell nothing. `first_id` keeps the events of several stores apart.
pub fn observe(map: &Store, rows: &PersonRows, read_at: Instant, first_id: u64) -> Vec<Event> {
    let mut observer =
        Observer { map, rows, read_at, next_id: EventId::FIRST_FROM_STORES + first_id, events: Vec::new() };
    for (table, found) in rows.tables.iter().filter_map(|found| Some((map.tables.get(&found.table)?, found)))
    {
        for row in found.rows.iter().filter(|row| !matches!(row.relation, Relation::Mentions(_))) {
            observer.row(table, found, row);
        }
    }
    observer.presence();
    observer.events
}

/// What an event read from a row is about: the contract or request that the row names, the person
/// whose row it is, or the row itself.
pub fn occasion_of(map: &Store, table: &Table, found: &TableRows, row: &Row) -> Occasion {
    if let Some(named) = named_occasion(table, found, row) {
        return named;
    }
    if table.person.is_some() {
        return Occasion::Person;
    }
    Occasion::Record { store: map.name.clone(), table: table.name.clone(), key: key_text(&row.key).into() }
}

/// The occasion that a column of the row names.
pub(super) fn named_occasion(table: &Table, found: &TableRows, row: &Row) -> Option<Occasion> {
    let (kind, column) = table.occasion.as_ref()?;
    let value = found.cell(row, column).filter(|value| !value.is_null() && !value.is_unread())?;
    let number: Arc<str> = value.shown().into();
    match kind {
        OccasionKind::Contract => Some(Occasion::Contract(number)),
        OccasionKind::Request => Some(Occasion::Request((&*number).into())),
        OccasionKind::Consent | OccasionKind::Collection => None,
    }
}

/// The categories of data that a table's columns hold, each once.
pub(super) fn categories(table: &Table) -> Vec<DataRef> {
    let names: BTreeSet<_> = table.columns.values().map(|datum| datum.category.clone()).collect();
    names.into_iter().map(DataRef::whole).collect()
}

struct Observer<'a> {
    map: &'a Store,
    rows: &'a PersonRows,
    read_at: Instant,
    next_id: u64,
    events: Vec<Event>,
}

impl Observer<'_> {
    fn row(&mut self, table: &Table, found: &TableRows, row: &Row) {
        let about = occasion_of(self.map, table, found, row);
        // What is told of the person's own row concerns everything of theirs.
        let data = if table.person.is_some() { Vec::new() } else { categories(table) };
        for (kind, source) in &table.events {
            let (event, of) = (kind.clone(), table.person.clone());
            let (at, what) = match self.told(table, found, row, source) {
                Told::At(at) => (at, Happening::Dated { event, of }),
                Told::Unknown => (Instant::MIN, Happening::NotKnown { event, of }),
                Told::NotYet => continue,
            };
            self.push(at, about.clone(), data.clone(), what);
        }
        self.party(table, found, row, &about);
        self.consents(table, found, row);
    }

    /// Whose the contract of a row is, where the row tells.
    fn party(&mut self, table: &Table, found: &TableRows, row: &Row, about: &Occasion) {
        let Some(name) = label::controller(self.map, self.rows, (table, found, row)) else { return };
        if matches!(about, Occasion::Contract(_)) {
            let (purposes, controller) = (Vec::new(), Some(name.into()));
            let what = Happening::Collected { purposes, source: None, controller };
            self.push(Instant::MIN, about.clone(), Vec::new(), what);
        }
    }

    fn told(&self, table: &Table, found: &TableRows, row: &Row, source: &EventSource) -> Told {
        match source {
            EventSource::Column { column, null, or } => {
                let cell = |column: &ColumnName| {
                    found.cell(row, column).map_or(Reading::CannotTell, |value| read(value, &self.map.zone))
                };
                let reading = match (cell(column), or) {
                    (Reading::Nothing, Some(other)) => cell(other),
                    (reading, _) => reading,
                };
                Told::from(reading, *null)
            }
            EventSource::Aggregate { latest, table: owned, column, null } => {
                let Some(owned) = self.rows.table(owned) else { return Told::from(Reading::Nothing, *null) };
                let hangs = |candidate: &&Row| {
                    let mut above = self.rows.above(candidate);
                    above.any(|(found, above)| found.table == table.name && above.key == row.key)
                };
                let mine = owned.rows.iter().filter(hangs);
                let values: Vec<&Value> =
                    mine.filter_map(|candidate| owned.cell(candidate, column)).collect();
                Told::from(aggregate(&values, *latest, &self.map.zone), *null)
            }
        }
    }

    fn consents(&mut self, table: &Table, found: &TableRows, row: &Row) {
        let controller = label::controller(self.map, self.rows, (table, found, row));
        let recorded = table.consents.iter().filter(|(_, consent)| records(found, row, consent));
        for (purpose, consent) in recorded {
            let told = |column: &ColumnName| found.cell(row, column).map(|value| read(value, &self.map.zone));
            let act = |withdrawn: bool| match withdrawn {
                true => Happening::ConsentWithdrawn { purpose: purpose.clone(), channels: Vec::new() },
                false => Happening::ConsentGiven {
                    purpose: purpose.clone(),
                    wording: None,
                    channels: Vec::new(),
                    proof: None,
                    scope: controller
                        .clone()
                        .map(|name| Box::new(Scope { controller: Some(name.into()), sources: Vec::new() })),
                },
            };
            let dates = [(false, Some(&consent.given)), (true, consent.withdrawn.as_ref())];
            for (withdrawn, column) in dates {
                match column.and_then(told) {
                    Some(Reading::At(at)) => self.push(at, Occasion::Person, Vec::new(), act(withdrawn)),
                    Some(Reading::CannotTell) => {
                        let what = Happening::ConsentUnread { purpose: purpose.clone(), withdrawn };
                        self.push(Instant::MIN, Occasion::Person, Vec::new(), what);
                    }
                    Some(Reading::Nothing) | None => {}
                }
            }
        }
    }

    /// Says which categories of data were seen, and as what kind of person.
    fn presence(&mut self) {
        let own = self
            .rows
            .tables
            .iter()
            .filter(|found| found.rows.iter().any(|row| !matches!(row.relation, Relation::Mentions(_))));
        let tables: Vec<&Table> = own.filter_map(|found| self.map.tables.get(&found.table)).collect();
        let data: BTreeSet<DataRef> = tables.iter().flat_map(|table| categories(table)).collect();
        if data.is_empty() {
            return;
        }
        let mut kinds: BTreeSet<_> = BTreeSet::new();
        for found in &self.rows.tables {
            for row in &found.rows {
                if let Relation::Person(kind) = &row.relation {
                    kinds.insert(kind.clone());
                }
            }
        }
        let data: Vec<DataRef> = data.into_iter().collect();
        if kinds.is_empty() {
            self.push(Instant::MIN, Occasion::Person, data, Happening::Observed { person: None });
            return;
        }
        for kind in kinds {
            self.push(
                Instant::MIN,
                Occasion::Person,
                data.clone(),
                Happening::Observed { person: Some(kind) },
            );
        }
    }

    fn push(&mut self, happened_at: Instant, about: Occasion, data: Vec<DataRef>, what: Happening) {
        let id = EventId(self.next_id);
        self.next_id += 1;
        self.events.push(Event { id, happened_at, recorded_at: self.read_at, about, data, what });
    }
}

enum Told {
    At(Instant),
    NotYet,
    Unknown,
}

impl Told {
    fn from(reading: Reading, null: Nulls) -> Self {
        match (reading, null) {
            (Reading::At(at), _) => Self::At(at),
            (Reading::Nothing, Nulls::NotYet) => Self::NotYet,
            (Reading::Nothing, Nulls::Unknown) | (Reading::CannotTell, _) => Self::Unknown,
        }
    }
}

/// The latest or earliest of several readings: NULLs are left aside, one that can't be told spoils
/// the whole.
fn aggregate(values: &[&Value], latest: bool, zone: &Zone) -> Reading {
    let mut best: Option<Instant> = None;
    for value in values {
        match read(value, zone) {
            Reading::CannotTell => return Reading::CannotTell,
            Reading::Nothing => {}
            Reading::At(at) => {
                best = Some(best.map_or(at, |best| if latest { best.max(at) } else { best.min(at) }));
            }
        }
    }
    best.map_or(Reading::Nothing, Reading::At)
}

/// Whether a row is one that records a consent, where a table has a row for each purpose.
pub(crate) fn records(found: &TableRows, row: &Row, consent: &Consent) -> bool {
    consent.when.iter().all(|condition| {
        let value = found.cell(row, &condition.column);
        value.is_some_and(|value| value.shown() == condition.is)
    })
}
