//! People who stand in several tables, of the same store or of several: what one table tells of them may keep
//! their rows in another, which no condition on that table's rows can see. Those of them of whom something may
//! be due are looked at one by one; and so are those of whom something began under an earlier version of the policy
//! that lets go of it earlier.
//!
//! Not here: whose rows those are (`kept_core::plan::due::may_be_due`), and people who are looked at one by one
//! for what Kept's own record tells (`exceptions`).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kept_connect::due::people::Page;
use kept_connect::due::spread::{may_go, people};
use kept_connect::due::{Exceptions, Question};
use kept_connect::{Session, StoreFault};
use kept_core::ledger::Durable;
use kept_core::name::{StoreName, TableName};
use kept_core::plan::due::Candidates;
use kept_core::plan::{Key, key_text};
use kept_core::policy::Policy;
use kept_core::policy::model::Store;
use kept_core::time::Instant;
use kept_core::timeline::Timeline;
use kept_vault::SubjectId;

use crate::case_file::CaseFile;
use crate::company::Company;
use crate::failure::Failure;
use crate::foreseen::ForeseenOnes;
use crate::overtaken::Basis;
use crate::person::looks::{Maps, Namesakes, Schemas, locate_all};
use crate::person::{Located, PersonRefusal};
use crate::remembered::Remembered;
use crate::report::Unreached;
use crate::stores::unreached;
use crate::sweep::SweepOrder;
use crate::sweep_ones::{One, Ones};

/// How many rows are looked at together.
const PAGE: u32 = 500;

/// Somebody who stands in several tables.
pub(crate) struct Spread {
    subject: Option<SubjectId>,
    located: Located,
    timeline: Timeline,
    basis: Basis,
}

/// Who was found, while they are gone through.
#[derive(Default)]
struct Walk {
    /// Their rows, by which the set leaves them alone.
    exceptions: Exceptions,
    seen: BTreeSet<(TableName, String)>,
    /// By table, people of whom nobody can tell now which rows of others are theirs.
    unclear: BTreeMap<TableName, u64>,
    /// Tables that could not be asked, with why.
    unasked: Vec<(TableName, StoreFault)>,
}

/// Of whom something may be due, and when.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'q> {
    /// As of these instants.
    pub(crate) questions: &'q [Question<'q>],
    /// How long a question may take, for whoever goes on without a table that could not be asked. Without a limit
    /// no table may be left out.
    pub(crate) limit: Option<Duration>,
}

/// A store's map, with its policy.
type Place<'p> = (&'p Policy, &'p StoreName, &'p Store);

impl Company {
    /// Takes what is due of those who stand in several tables, and adds their rows to those that the set leaves
    /// alone. A run for one purpose leaves them as they are.
    pub(crate) fn sweep_spread(
        &mut self,
        place: Place<'_>,
        (question, order): (&Question<'_>, &SweepOrder),
        receipt: &Durable,
        ones: &mut Ones,
        now: Instant,
    ) -> Result<Result<Exceptions, Unreached>, Failure> {
        let asked = Asked { questions: &[*question], limit: None };
        let walked = self.each_spread(place, asked, receipt, now, &mut |company, spread| {
            let Some(rows) = spread.located.rows.get(place.1).filter(|_| order.purpose.is_none()) else {
                return Ok(());
            };
            ones.spread += 1;
            let Spread { subject, located, timeline, basis } = spread;
            let one = One { subject: *subject, located, timeline, basis: *basis };
            if let Err(problem) = company.take_ones_rows(place, (one, rows, order), receipt, ones, now)? {
                ones.left += 1;
                ones.refusals.push(problem);
            }
            Ok(())
        })?;
        Ok(walked.map(|walk| {
            ones.left += walk.unclear.values().sum::<u64>();
            ones.refusals.extend(walk.refusals());
            walk.exceptions
        }))
    }

    /// What runs at some instants would do to those who stand in several tables, and the rows that the set leaves
    /// alone therefore. The questions tell of whom something may be due.
    pub(crate) fn foresee_spread(
        &mut self,
        place: Place<'_>,
        (asked, instants): (Asked<'_>, &[Instant]),
        order: &SweepOrder,
        receipt: &Durable,
        now: Instant,
    ) -> Result<Result<(ForeseenOnes, Exceptions), Unreached>, Failure> {
        let mut ones = ForeseenOnes::at(instants);
        let walked = self.each_spread(place, asked, receipt, now, &mut |company, spread| {
            let Some(rows) = spread.located.rows.get(place.1) else { return Ok(()) };
            ones.spread += 1;
            let asked = (order.occasioned(), instants);
            match company.plans_of(place, (rows, &spread.timeline), asked, now) {
                Some(plans) => ones.add(&plans),
                None => ones.untold += 1,
            }
            Ok(())
        })?;
        Ok(walked.map(|walk| {
            ones.left += walk.unclear.values().sum::<u64>();
            ones.refusals.extend(walk.refusals());
            ones.unclear = walk.unclear;
            ones.unasked = walk.unasked;
            (ones, walk.exceptions)
        }))
    }

    /// Goes through those who stand in several tables and of whom something may be due at one of these instants,
    /// each once.
    fn each_spread(
        &mut self,
        (policy, name, _): Place<'_>,
        asked: Asked<'_>,
        receipt: &Durable,
        now: Instant,
        each: &mut dyn FnMut(&mut Self, &Spread) -> Result<(), Failure>,
    ) -> Result<Result<Walk, Unreached>, Failure> {
        let (mut walk, mut schemas) = (Walk::default(), None);
        for question in asked.questions {
            let tables = self.stores.get(policy, name).and_then(|connector| {
                may_go(connector.session(), question).map_err(|fault| unreached(name, &fault))
            });
            let tables = match tables {
                Ok(tables) => tables,
                Err(down) => return Ok(Err(down)),
            };
            if tables.is_empty() {
                continue;
            }
            let schemas = schemas.get_or_insert_with(|| Schemas::of(policy, &mut self.stores));
            let maps = schemas.maps(policy);
            for table in &tables {
                let mut after: Option<Key> = None;
                loop {
                    let page = match self.page_of((policy, name), (question, table), (&after, asked.limit)) {
                        Ok(Ok(page)) => page,
                        Ok(Err(fault)) if asked.limit.is_some() => {
                            walk.unasked.push((table.due.table.clone(), fault));
                            break;
                        }
                        Ok(Err(fault)) => return Ok(Err(unreached(name, &fault))),
                        Err(down) => return Ok(Err(down)),
                    };
                    let Some(last) = page.last else { break };
                    after = Some(last);
                    let people = page.people.into_iter().filter(|(table, key)| !walk.knows(table, key));
                    let rows: Vec<Remembered> =
                        people.map(|(table, key)| Remembered { store: name.clone(), table, key }).collect();
                    let page = (rows.as_slice(), &maps, table.by_version);
                    self.spread_page(policy, page, (receipt, now), &mut walk, each)?;
                }
            }
        }
        Ok(Ok(walk))
    }

    fn page_of(
        &mut self,
        (policy, name): (&Policy, &StoreName),
        (question, table): (&Question<'_>, &Candidates),
        (after, limit): (&Option<Key>, Option<Duration>),
    ) -> Result<Result<Page, StoreFault>, Unreached> {
        let session = self.stores.get(policy, name)?.session();
        let ask = |session: &mut Session| people(session, question, table, after.as_ref(), PAGE);
        Ok(match limit {
            Some(limit) => session.with_statement_limit(limit, ask),
            None => ask(session),
        })
    }

    /// Those of a page who stand in several tables.
    fn spread_page(
        &mut self,
        policy: &Policy,
        (rows, maps, by_version): (&[Remembered], &Maps<'_>, bool),
        (receipt, now): (&Durable, Instant),
        walk: &mut Walk,
        each: &mut dyn FnMut(&mut Self, &Spread) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let located = locate_all(policy, (&mut self.stores, maps), (rows, Namesakes::Picked), receipt);
        for (row, located) in rows.iter().zip(located) {
            // A row of somebody of the same page may have led here.
            if walk.knows(&row.table, &row.key) {
                continue;
            }
            let theirs = match self.spread_of((row, by_version), located, now)? {
                Stands::Once => continue,
                Stands::Untold => {
                    *walk.unclear.entry(row.table.clone()).or_default() += 1;
                    Vec::new()
                }
                // Whoever is looked at one by one anyway is no matter of this.
                Stands::Excepted(located) => rows_in(&row.store, &located),
                Stands::Several(spread) => {
                    each(self, &spread)?;
                    rows_in(&row.store, &spread.located)
                }
            };
            walk.except((row.table.clone(), row.key.clone()));
            theirs.into_iter().for_each(|row| walk.except(row));
        }
        Ok(())
    }

    fn spread_of(
        &self,
        (row, by_version): (&Remembered, bool),
        located: Result<Located, PersonRefusal>,
        now: Instant,
    ) -> Result<Stands, Failure> {
        let Ok(located) = located else { return Ok(Stands::Untold) };
        if !located.unreached.is_empty() {
            return Ok(Stands::Untold);
        }
        let once = located.found.iter().all(|found| found.store == row.store && found.table == row.table);
        if once && !by_version {
            return Ok(Stands::Once);
        }
        // Whose the rows in the other table are, of those who have the identifier in this one, nobody can tell.
        if !once && !located.ambiguous.is_empty() {
            return Ok(Stands::Untold);
        }
        let nobody = self.of_nobody()?;
        let subject = self.subject_of(&located)?;
        if let Some(subject) = subject
            && self.vault.read("is_exception", |tx| tx.is_exception(subject).map_err(Failure::from))?
        {
            return Ok(Stands::Excepted(Box::new(located)));
        }
        let (timeline, basis) = match subject {
            Some(subject) => self.known_of(subject, &located, &CaseFile::default(), now)?,
            None => (self.timeline_of(None, &located, &CaseFile::default(), now)?, nobody),
        };
        Ok(Stands::Several(Box::new(Spread { subject, located, timeline, basis })))
    }
}

/// The rows of a store by which a person was found.
fn rows_in(store: &StoreName, located: &Located) -> Vec<(TableName, Key)> {
    let tables = located.rows.get(store).map(|rows| rows.tables.as_slice()).unwrap_or_default();
    let rows = tables.iter().flat_map(|table| table.rows.iter().map(move |row| (&table.table, &row.key)));
    let is_found = |(table, key): &(&TableName, &Key)| {
        let key = key_text(key);
        located.found.iter().any(|one| one.store == *store && one.table == **table && one.key == key)
    };
    rows.filter(is_found).map(|(table, key)| (table.clone(), key.clone())).collect()
}

/// Where a person stands.
enum Stands {
    /// In this table alone, whose conditions decide.
    Once,
    /// Nobody can tell now.
    Untold,
    /// Wherever it is, they are looked at one by one already.
    Excepted(Box<Located>),
    /// In several tables, or in one by what an earlier version of the policy may decide.
    Several(Box<Spread>),
}

impl Walk {
    fn knows(&self, table: &TableName, key: &Key) -> bool {
        self.seen.contains(&(table.clone(), key_text(key)))
    }

    fn except(&mut self, (table, key): (TableName, Key)) {
        if self.seen.insert((table.clone(), key_text(&key))) {
            self.exceptions.entry(table).or_default().push(key);
        }
    }

    /// Why rows were left.
    fn refusals(&self) -> impl Iterator<Item = String> + '_ {
        self.unclear
            .iter()
            .map(|(table, people)| format!("`{table}`: {}; their rows are left", unclear(*people)))
    }
}

/// What is said of those of whom nobody can tell which rows are theirs.
pub(crate) fn unclear(people: u64) -> String {
    format!(
        "{people} people may stand in other tables too, and which rows there are theirs can't be told: a store \
         could not be asked, or several people of one table have their identifiers"
    )
}

/// Adds rows to those that the set leaves alone.
pub(crate) fn and_these(exceptions: &mut Exceptions, more: Exceptions) {
    for (table, keys) in more {
        exceptions.entry(table).or_default().extend(keys);
    }
}
