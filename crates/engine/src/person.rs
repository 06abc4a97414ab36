//! Finding a person over all stores: by the identifiers given, and by the unique ones that a store
//! adds. Two people under one identifier are a refusal, never a guess (decision 10).

pub mod looks;

use std::collections::{BTreeMap, BTreeSet};

use kept_connect::{Found, Via};
use kept_core::identifier::{Identifier, is_unique};
use kept_core::ledger::Durable;
use kept_core::name::{IdentifierKind, StoreName, TableName};
use kept_core::plan::{PersonRows, Relation, Row, key_text};
use kept_core::policy::Policy;
use kept_core::policy::model::{FieldType, Store};
use kept_core::policy::naming::shown;

use crate::desk::Whom;
use crate::remembered::Remembered;
use crate::report::{FoundIn, Unreached};
use looks::Looks;

/// What a row was found by that an earlier erasure left: [`FoundIn::by`].
pub const FOUND_EARLIER: &str = "an earlier request";

/// A row that the caller picked among several people.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pick {
    /// The store.
    pub store: StoreName,
    /// The table.
    pub table: TableName,
    /// The row's key, as reports show it.
    pub key: String,
}

/// Why a person can't be told from others.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonRefusal {
    /// No store of the policy knows identifiers of this kind.
    #[error("people are found by {known}; `{}` is no identifier of this policy", shown(kind.as_str()))]
    UnknownKind {
        /// The kind.
        kind: IdentifierKind,
        /// The kinds that some store knows.
        known: String,
    },
    /// Several people have this identifier in one table.
    #[error("{count} people in `{store}.{table}` have this `{kind}`; pick one by its key: {picks}")]
    FoundTwice {
        /// The kind of identifier.
        kind: IdentifierKind,
        /// The store.
        store: StoreName,
        /// The table.
        table: TableName,
        /// How many.
        count: usize,
        /// What to type for each.
        picks: String,
    },
    /// The identifiers belong to several people in Kept's own store.
    #[error("these identifiers belong to {count} people in kept's own store; name one person's only")]
    SeveralSubjects {
        /// How many.
        count: usize,
    },
    /// Nobody is known by these identifiers.
    #[error(
        "nobody is known by these identifiers, neither in kept's own store nor in the company's: look for a \
         slip of the keyboard, or name the person by another identifier"
    )]
    Unknown,
    /// The number is nobody's, or of somebody who was erased.
    #[error("kept knows nobody of this number, or erased them")]
    NoNumber,
    /// The row is nobody's who can be told from others.
    #[error(
        "the row is not there, is no person's, or holds no identifier that is one person's alone; name the person \
         by an identifier"
    )]
    NoRow,
    /// Kept's own record may be of either of several people.
    #[error(
        "kept's own record knows somebody by an identifier that several people have; nobody can tell which of \
         them it is about: give the others an identifier of their own in the store"
    )]
    RecordOfEither,
    /// The row is not of the person whom the identifiers name.
    #[error("the row is not of a person who has these identifiers; leave one of the two out")]
    OtherRow,
    /// No identifier is one person's alone.
    #[error(
        "none of these identifiers is one person's alone; name an e-mail address, or an account's or customer's number"
    )]
    NotUnique,
    /// The identifiers lead to several people of one table.
    #[error(
        "these identifiers lead to {count} people in `{store}.{table}`; pick one or, if they are one person, each: {picks}"
    )]
    SeveralPeople {
        /// The store.
        store: StoreName,
        /// The table.
        table: TableName,
        /// How many.
        count: usize,
        /// What to type.
        picks: String,
    },
}

/// A person as found, with everything read of them.
#[derive(Debug, Default)]
pub struct Located {
    /// Where and by what.
    pub found: Vec<FoundIn>,
    /// The rows, store by store.
    pub rows: BTreeMap<StoreName, PersonRows>,
    /// Stores that could not be asked.
    pub unreached: Vec<Unreached>,
    /// Every identifier now known that is no other person's too, the given ones first.
    pub identifiers: Vec<Identifier>,
    /// Identifiers that several people of one table have, of whom one was picked: they tell nobody apart, so
    /// that nothing is filed by them.
    pub ambiguous: Vec<Identifier>,
}

/// Finds a person and reads their rows in every store that can be reached: by the identifiers, and by
/// the rows that an earlier erasure left.
///
/// # Errors
/// [`PersonRefusal`] when an identifier's kind is unknown or it is two people's.
pub fn locate(
    policy: &Policy,
    stores: &mut dyn Looks,
    whom: &Whom,
    remembered: &[Remembered],
    receipt: &Durable,
) -> Result<Located, PersonRefusal> {
    let Whom { identifiers: given, picks } = whom;
    if !given.is_empty() {
        Kinds::of(policy).check(given)?;
    }
    let (persons, down) = (BTreeMap::new(), BTreeSet::new());
    let mut search = Search { policy, stores, picks, receipt, located: Located::default(), persons, down };
    let mut queue: Vec<(Identifier, String)> =
        given.iter().map(|identifier| (identifier.clone(), identifier.kind().to_string())).collect();
    for row in remembered {
        queue.extend(search.recall(row));
    }
    let mut asked: BTreeSet<Identifier> = BTreeSet::new();
    while let Some((identifier, by)) = queue.pop() {
        if asked.insert(identifier.clone()) {
            queue.extend(search.ask_all(&identifier, &by)?);
            if !search.located.ambiguous.contains(&identifier) {
                search.located.identifiers.push(identifier);
            }
        }
    }
    search.one_person()?;
    Ok(search.located)
}

/// The kinds of identifiers by which people are found.
pub(crate) struct Kinds {
    /// Those that are named to who asks: the stores', or the policy's fields where there is no store.
    named: BTreeSet<IdentifierKind>,
    /// The fields of the policy that may tell one person from others: by them Kept itself may know people.
    fields: BTreeSet<IdentifierKind>,
}

impl Kinds {
    pub(crate) fn of(policy: &Policy) -> Self {
        let tables = policy.stores.values().flat_map(|store| store.tables.values());
        let stores = tables.flat_map(|table| table.identifies.keys().cloned()).collect();
        let fields = policy.data.values().flat_map(|category| category.fields.values());
        let tells = fields.filter(|field| may_identify(field.kind));
        let fields: BTreeSet<_> = tells.map(|field| IdentifierKind::from(field.name.as_str())).collect();
        let named = if policy.stores.is_empty() { fields.clone() } else { stores };
        Self { named, fields }
    }

    /// Refuses identifiers of other kinds.
    pub(crate) fn check(&self, given: &[Identifier]) -> Result<(), PersonRefusal> {
        let is_known = |kind| self.named.contains(kind) || self.fields.contains(kind);
        let Some(stranger) = given.iter().find(|one| !is_known(one.kind())) else { return Ok(()) };
        // By the others somebody is told from several at the most, and never found alone.
        let alone: Vec<&IdentifierKind> = self.named.iter().filter(|kind| is_unique(kind)).collect();
        let offered = if alone.is_empty() { self.named.iter().collect() } else { alone };
        let names: Vec<String> = offered.into_iter().map(|kind| format!("`{kind}`")).collect();
        let known = if names.is_empty() { "nothing yet".to_owned() } else { names.join(", ") };
        Err(PersonRefusal::UnknownKind { kind: stranger.kind().clone(), known })
    }
}

/// Whether values of a type may tell one person from others. Amounts, days and choices are many
/// people's: whoever is looked for by them is no person, and "nothing was found" would be no answer.
fn may_identify(kind: FieldType) -> bool {
    match kind {
        FieldType::PersonName
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Organisation
        | FieldType::IpAddress
        | FieldType::Account
        | FieldType::Text => true,
        FieldType::PostalAddress
        | FieldType::Password
        | FieldType::CardNumber
        | FieldType::Date
        | FieldType::DateTime
        | FieldType::Number
        | FieldType::Money
        | FieldType::Truth
        | FieldType::Choice
        | FieldType::FreeText
        | FieldType::File => false,
    }
}

struct Search<'a> {
    policy: &'a Policy,
    stores: &'a mut dyn Looks,
    picks: &'a [Pick],
    receipt: &'a Durable,
    located: Located,
    persons: BTreeMap<StoreName, Vec<Found>>,
    down: BTreeSet<StoreName>,
}

impl Search<'_> {
    /// Asks every store for an identifier and reads what it finds; gives the further unique
    /// identifiers that the rows hold.
    fn ask_all(
        &mut self,
        identifier: &Identifier,
        by: &str,
    ) -> Result<Vec<(Identifier, String)>, PersonRefusal> {
        let mut further = Vec::new();
        for (name, map) in &self.policy.stores {
            let asks = map.tables.values().any(|table| table.identifies.contains_key(identifier.kind()));
            if !asks || self.down.contains(name) {
                continue;
            }
            let found = match self.find(name, map, identifier) {
                Ok(found) => found,
                Err(unreached) => {
                    self.down.insert(name.clone());
                    self.located.unreached.push(unreached);
                    continue;
                }
            };
            let new = self.picked(name, identifier, found)?;
            if new.is_empty() {
                continue;
            }
            for found in &new {
                self.located.found.push(FoundIn {
                    store: name.clone(),
                    table: found.table.clone(),
                    key: key_text(&found.key),
                    kind: found.kind.clone(),
                    by: by.to_owned(),
                });
            }
            self.persons.entry(name.clone()).or_default().extend(new);
            further.extend(self.read(name, map));
        }
        Ok(further)
    }

    /// Takes in a row that an earlier erasure left, if it is still there and nobody picked another
    /// one of its table; gives the unique identifiers that the person's rows hold.
    fn recall(&mut self, row: &Remembered) -> Vec<(Identifier, String)> {
        let Some(map) = self.policy.stores.get(&row.store).filter(|_| !self.down.contains(&row.store)) else {
            return Vec::new();
        };
        let Some(table) = map.tables.get(&row.table) else { return Vec::new() };
        let key = key_text(&row.key);
        let mut picks = self.picks.iter().filter(|pick| pick.store == row.store && pick.table == row.table);
        if picks.clone().next().is_some() && !picks.any(|pick| pick.key == key) {
            return Vec::new();
        }
        let via = Via { kind: "earlier-request".into(), column: "".into(), from: None };
        let found = Found { table: row.table.clone(), key: row.key.clone(), kind: table.person.clone(), via };
        if self.knows(&row.store, &found) {
            // Remembered in two ways: left by an erasure, and listed for a restriction.
            return Vec::new();
        }
        self.persons.entry(row.store.clone()).or_default().push(found);
        let further = self.read(&row.store, map);
        let read = self.located.rows.get(&row.store);
        let mut tables = read.iter().flat_map(|rows| &rows.tables).filter(|read| read.table == row.table);
        if !tables.any(|read| read.rows.iter().any(|read| read.key == row.key)) {
            if let Some(persons) = self.persons.get_mut(&row.store) {
                persons.pop();
            }
            return Vec::new();
        }
        self.located.found.push(FoundIn {
            store: row.store.clone(),
            table: row.table.clone(),
            key,
            kind: table.person.clone(),
            by: FOUND_EARLIER.to_owned(),
        });
        further
    }

    fn find(
        &mut self,
        name: &StoreName,
        map: &Store,
        identifier: &Identifier,
    ) -> Result<Vec<Found>, Unreached> {
        self.stores.find(self.policy, (name, map), identifier, self.receipt)
    }

    /// The rows that are new, after the caller's pick where a table has several people.
    fn picked(
        &mut self,
        name: &StoreName,
        identifier: &Identifier,
        found: Vec<Found>,
    ) -> Result<Vec<Found>, PersonRefusal> {
        let mut by_table: BTreeMap<TableName, Vec<Found>> = BTreeMap::new();
        for one in found {
            by_table.entry(one.table.clone()).or_default().push(one);
        }
        let mut chosen = Vec::new();
        for (table, mut rows) in by_table {
            let people = rows.iter().filter(|row| row.kind.is_some()).count();
            if people > 1 {
                let is_picked = |row: &Found| {
                    self.picks.iter().any(|pick| {
                        pick.store == *name && pick.table == table && pick.key == key_text(&row.key)
                    })
                };
                if !rows.iter().any(is_picked) {
                    return Err(found_twice(name, &table, identifier, &rows));
                }
                // Others may have been led to by another identifier of the same row, which is asked for in turn.
                let direct = rows.iter().filter(|row| row.kind.is_some() && row.via.from.is_none()).count();
                rows.retain(is_picked);
                if direct > 1 && !self.located.ambiguous.contains(identifier) {
                    self.located.ambiguous.push(identifier.clone());
                }
            }
            chosen.extend(rows.into_iter().filter(|row| !self.knows(name, row)));
        }
        Ok(chosen)
    }

    /// Refuses where the identifiers, together, lead to several rows of one person table that
    /// nobody picked: two people must never become one by a slip of the keyboard.
    fn one_person(&self) -> Result<(), PersonRefusal> {
        for (store, persons) in &self.persons {
            let tables: BTreeSet<&TableName> =
                persons.iter().filter(|found| found.kind.is_some()).map(|found| &found.table).collect();
            for table in tables {
                let rows: Vec<&Found> = persons.iter().filter(|found| found.table == *table).collect();
                let is_picked = |row: &&Found| {
                    let key = key_text(&row.key);
                    self.picks
                        .iter()
                        .any(|pick| pick.store == *store && pick.table == *table && pick.key == key)
                };
                if rows.len() > 1 && !rows.iter().all(is_picked) {
                    let words = |row: &&Found| format!("--pick {store}.{table}={}", key_text(&row.key));
                    let picks: Vec<String> = rows.iter().take(10).map(words).collect();
                    return Err(PersonRefusal::SeveralPeople {
                        store: store.clone(),
                        table: table.clone(),
                        count: rows.len(),
                        picks: picks.join(" "),
                    });
                }
            }
        }
        Ok(())
    }

    fn knows(&self, store: &StoreName, row: &Found) -> bool {
        let key = key_text(&row.key);
        self.located
            .found
            .iter()
            .any(|known| known.store == *store && known.table == row.table && known.key == key)
    }

    /// Reads everything of the person in a store, and gives the unique identifiers in it.
    fn read(&mut self, name: &StoreName, map: &Store) -> Vec<(Identifier, String)> {
        let persons = self.persons.get(name).map_or(&[][..], Vec::as_slice);
        match self.stores.read(self.policy, (name, map), persons, self.receipt) {
            Ok(rows) => {
                let further = identifiers_in(name, map, &rows);
                self.located.rows.insert(name.clone(), rows);
                further
            }
            Err(unreached) => {
                self.down.insert(name.clone());
                self.located.unreached.push(unreached);
                Vec::new()
            }
        }
    }
}

fn found_twice(
    store: &StoreName,
    table: &TableName,
    identifier: &Identifier,
    rows: &[Found],
) -> PersonRefusal {
    let picks: Vec<String> =
        rows.iter().take(10).map(|row| format!("--pick {store}.{table}={}", key_text(&row.key))).collect();
    PersonRefusal::FoundTwice {
        kind: identifier.kind().clone(),
        store: store.clone(),
        table: table.clone(),
        count: rows.len(),
        picks: picks.join(" or "),
    }
}

/// The unique identifiers in the rows that are the person, or by which the person was found.
fn identifiers_in(store: &StoreName, map: &Store, rows: &PersonRows) -> Vec<(Identifier, String)> {
    let mut known = Vec::new();
    for found in &rows.tables {
        let Some(table) = map.tables.get(&found.table) else { continue };
        let is_own = |row: &&Row| match row.relation {
            Relation::Person(_) => true,
            Relation::Owned => row.through.is_none(),
            Relation::Shared { .. } | Relation::Mentions(_) => false,
        };
        for row in found.rows.iter().filter(is_own) {
            for (kind, column) in &table.identifies {
                let value = found.cell(row, column);
                let value = value.filter(|value| !value.is_null() && !value.is_unread());
                let identifier = value.and_then(|value| Identifier::new(kind.clone(), &value.shown()).ok());
                if let Some(identifier) = identifier.filter(Identifier::is_unique) {
                    known.push((identifier, format!("{kind} from {store}.{}", found.table)));
                }
            }
        }
    }
    known
}
