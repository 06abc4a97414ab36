//! Which grounds a value of a row leans on.
//!
//! A row that names a contract or request leans on its grounds; a row with dates of its own, or
//! whose owner has them, leans on the grounds of that row; a datum tied to no occasion leans on
//! all of them (semantics 1).

use std::collections::BTreeMap;

use crate::name::{PurposeName, TableName};
use crate::plan::due::tells;
use crate::plan::observe::{named_occasion, occasion_of};
use crate::plan::{Key, PersonRows, Relation, Row, TableRows};
use crate::policy::Policy;
use crate::policy::model::{DataRef, OccasionKind, Purpose, Store, Table};
use crate::standing::{Ground, Stage, Standing};
use crate::timeline::Occasion;

/// The grounds of one person, indexed for the rows of one store.
#[derive(Debug)]
pub struct Leaning<'a> {
    policy: &'a Policy,
    map: &'a Store,
    rows: &'a PersonRows,
    by_occasion: BTreeMap<(RuleName<'a>, &'a Occasion), &'a Ground>,
    strongest: BTreeMap<RuleName<'a>, &'a Ground>,
    holds: Vec<&'a Ground>,
    by_key: BTreeMap<&'a TableName, BTreeMap<String, &'a Row>>,
}

/// A purpose, or one of its arms by its place.
type RuleName<'a> = (&'a PurposeName, Option<usize>);

/// What a purpose says of a value.
#[derive(Clone, Copy, Debug)]
pub enum Lean<'a> {
    /// This ground, of the occasion that the row belongs to.
    On(&'a Ground),
    /// The purpose needs the value, and no event tells whether it began for this occasion.
    NothingKnown(&'a Purpose),
}

impl Lean<'_> {
    /// Whether it is a hold that was released: it says nothing of why data are held now.
    pub fn is_ended_hold(&self) -> bool {
        matches!(self, Self::On(ground) if ground.purpose().is_none() && ground.stage() == Stage::Ended)
    }
}

impl<'a> Leaning<'a> {
    /// Indexes a standing for the rows of a store.
    pub fn new(policy: &'a Policy, map: &'a Store, rows: &'a PersonRows, standing: &'a Standing) -> Self {
        let mut leaning = Self {
            policy,
            map,
            rows,
            by_occasion: BTreeMap::new(),
            strongest: BTreeMap::new(),
            holds: Vec::new(),
            by_key: BTreeMap::new(),
        };
        for ground in &standing.grounds {
            match ground.purpose() {
                Some(purpose) => leaning.index(purpose, ground),
                None => leaning.holds.push(ground),
            }
        }
        for table in &rows.tables {
            let keys = table.rows.iter().map(|row| (super::key_text(&row.key), row)).collect();
            leaning.by_key.insert(&table.table, keys);
        }
        leaning
    }

    fn index(&mut self, purpose: &'a PurposeName, ground: &'a Ground) {
        let rule = (purpose, ground.id.arm);
        self.by_occasion.insert((rule, &ground.id.occasion), ground);
        let strongest = self.strongest.entry(rule).or_insert(ground);
        if strength(ground) > strength(strongest) {
            *strongest = ground;
        }
    }

    /// Every purpose that needs a datum of a row, with the ground it stands on; then the holds.
    pub fn of(&self, table: &'a Table, found: &TableRows, row: &Row, datum: &'a DataRef) -> Vec<Lean<'a>> {
        let purposes = self.policy.purposes.values().filter(|purpose| purpose.covers(datum));
        let rules = purposes.flat_map(Purpose::rules);
        let mut leans: Vec<Lean<'a>> =
            rules.filter_map(|purpose| self.on_purpose(purpose, table, found, row)).collect();
        leans.extend(self.holds.iter().filter(|hold| hold.covers(datum)).map(|hold| Lean::On(hold)));
        leans
    }

    /// Every purpose that needs a datum of a row, its arms apart: the occasion of which it asks, all of the person's
    /// where none is said, and what it says.
    pub fn asking(
        &self,
        table: &'a Table,
        found: &TableRows,
        row: &Row,
        datum: &DataRef,
    ) -> Vec<(&'a Purpose, Option<Occasion>, Lean<'a>)> {
        let purposes = self.policy.purposes.values().filter(|purpose| purpose.covers(datum));
        let asks = |rule: &'a Purpose| {
            let lean = self.on_purpose(rule, table, found, row)?;
            Some((rule, self.occasion(rule, table, found, row), lean))
        };
        purposes.flat_map(Purpose::rules).filter_map(asks).collect()
    }

    /// What a purpose says of one occasion.
    pub fn on_occasion(&self, purpose: &'a Purpose, occasion: &Occasion) -> Lean<'a> {
        self.ground_on(purpose, occasion).map_or(Lean::NothingKnown(purpose), Lean::On)
    }

    fn on_purpose(
        &self,
        purpose: &'a Purpose,
        table: &Table,
        found: &TableRows,
        row: &Row,
    ) -> Option<Lean<'a>> {
        if !self.is_about(purpose, table, row) {
            return None;
        }
        match self.occasion(purpose, table, found, row) {
            Some(occasion) => match self.ground_on(purpose, &occasion) {
                Some(ground) => Some(Lean::On(ground)),
                None if self.concerns(purpose) => Some(Lean::NothingKnown(purpose)),
                None => None,
            },
            None => match self.strongest.get(&name_of(purpose)) {
                Some(ground)
                    if !ground.keep.keeps()
                        && !purpose.must_be_shown()
                        && self.is_open_somewhere(purpose) =>
                {
                    Some(Lean::NothingKnown(purpose))
                }
                Some(ground) => Some(Lean::On(ground)),
                None if purpose.occasion != OccasionKind::Request && self.concerns(purpose) => {
                    Some(Lean::NothingKnown(purpose))
                }
                None => None,
            },
        }
    }

    /// The ground of an occasion. A consent is the person's: where an occasion's own events have not come,
    /// its rows lean on that.
    fn ground_on(&self, purpose: &'a Purpose, occasion: &Occasion) -> Option<&'a Ground> {
        let of = |occasion| self.by_occasion.get(&(name_of(purpose), occasion)).copied();
        let own = of(occasion);
        if own.is_none() && purpose.basis.is_consent() { of(&Occasion::Person) } else { own }
    }

    /// Whether a purpose is about the kind of people to whom a row belongs: what is held of somebody
    /// as a prospect does not stay because the same person is a customer in another table.
    fn is_about(&self, purpose: &Purpose, table: &'a Table, row: &Row) -> bool {
        let mut kind = table.person.as_ref();
        let mut through = row.through.as_ref();
        for _ in 0..=self.rows.tables.len() {
            let (None, Some((name, key))) = (kind, through) else { break };
            kind = self.map.tables.get(name).and_then(|owner| owner.person.as_ref());
            let owner = self.by_key.get(name).and_then(|rows| rows.get(&super::key_text(key)));
            through = owner.and_then(|owner| owner.through.as_ref());
        }
        kind.is_none_or(|kind| purpose.is_about(kind))
    }

    fn concerns(&self, purpose: &Purpose) -> bool {
        let kinds: Vec<_> = self
            .map
            .tables
            .values()
            .filter_map(|table| {
                let person = table.person.as_ref()?;
                self.rows.table(&table.name).filter(|found| !found.rows.is_empty()).map(|_| person)
            })
            .collect();
        purpose.people.is_empty()
            || kinds.is_empty()
            || kinds.iter().any(|kind| purpose.people.contains(kind))
    }

    /// The occasion of a purpose that a row belongs to, if it belongs to one.
    fn occasion(&self, purpose: &Purpose, table: &Table, found: &TableRows, row: &Row) -> Option<Occasion> {
        let nobody = || purpose.basis.is_consent().then_some(Occasion::Person);
        if table.occasion.as_ref().is_some_and(|(kind, _)| *kind == purpose.occasion) {
            return named_occasion(table, found, row);
        }
        if tells(purpose, table) {
            return Some(occasion_of(self.map, table, found, row));
        }
        let mut through: Option<&(TableName, Key)> = row.through.as_ref();
        for _ in 0..=self.rows.tables.len() {
            let Some((name, key)) = through else { return nobody() };
            let table = self.map.tables.get(name)?;
            let found = self.rows.table(name)?;
            let owner = self.by_key.get(name)?.get(&super::key_text(key))?;
            if tells(purpose, table) {
                return Some(occasion_of(self.map, table, found, owner));
            }
            through = owner.through.as_ref();
        }
        nobody()
    }

    /// Whether the person has a row that tells of the purpose and of whose occasion nothing is
    /// known: it may be running.
    fn is_open_somewhere(&self, purpose: &Purpose) -> bool {
        let tables =
            self.rows.tables.iter().filter_map(|found| Some((self.map.tables.get(&found.table)?, found)));
        tables.filter(|(table, _)| tells(purpose, table)).any(|(table, found)| {
            let own = found.rows.iter().filter(|row| !matches!(row.relation, Relation::Mentions(_)));
            own.map(|row| occasion_of(self.map, table, found, row))
                .any(|occasion| !self.by_occasion.contains_key(&(name_of(purpose), &occasion)))
        })
    }
}

fn name_of(rule: &Purpose) -> RuleName<'_> {
    (&rule.name, rule.arm.map(|arm| arm.place))
}

/// What keeps counts most, what is in use before what is archived, then what keeps longest: kept for
/// good, kept until a day, unknown, over, never.
fn strength(ground: &Ground) -> (bool, u8, Option<crate::time::Instant>) {
    use crate::standing::KeepState;
    let in_use = ground.keep.keeps() && ground.stage() != Stage::Archived;
    match &ground.keep {
        KeepState::Until(None, _) => (in_use, 4, None),
        KeepState::Until(until, _) => (in_use, 3, *until),
        KeepState::Unknown(_) => (in_use, 2, None),
        KeepState::Ended(at, _) => (in_use, 1, Some(*at)),
        KeepState::Never(_) => (in_use, 0, None),
    }
}
