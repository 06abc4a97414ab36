//! Retention runs over the stores.
//!
//! The rows are found by the compiled conditions, the same that the audit counts with. Not here:
//! those conditions (`kept_core::plan::due`) and their SQL (`kept_connect::due`), and what runs will take
//! later (`forecast`).

use kept_connect::due::{self, Exceptions, Foreseen, Question, Refusal};
use kept_core::ledger::entry::Found;
use kept_core::ledger::{Commitment, Durable, Kind, Outcome};
use kept_core::name::{PurposeName, StoreName, TableName};
use kept_core::plan::decide::Occasioned;
use kept_core::plan::due::Reach;
use kept_core::policy::Policy;
use kept_core::policy::model::Store;
use kept_core::policy::naming::NameOf;
use kept_core::standing::PolicyHistory;
use kept_core::time::Instant;
use kept_vault::sweep::Turn;

use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::foreseen::{ForeseenOwn, Unit};
use crate::own::{self, OwnGone};
use crate::own_swept::own_store;
use crate::report::Unreached;
use crate::report::sweep::{SweepReport, SweptRule, SweptStore, SweptTable};
use crate::spread::{Asked, and_these};
use crate::stores::unreached;
use crate::sweep_ones::Ones;
use crate::turn::{self, Held, Occasion};

/// What a retention run is to do.
#[derive(Clone, Debug, Default)]
pub struct SweepOrder {
    /// As of when; now where none is said. Another instant only for counting.
    pub at: Option<Instant>,
    /// Only rows that this purpose has let go.
    pub purpose: Option<PurposeName>,
    /// Who approved that data without a ground go too.
    pub approver: Option<String>,
    /// Rewrite SQLite files, and clean the tables of PostgreSQL, afterwards.
    pub vacuum: bool,
}

/// One store's part of a run: what was done, what was found afterwards, and what broke it off.
type Part = (SweptStore, Found, Option<Unreached>);

impl SweepOrder {
    pub(crate) fn occasioned(&self) -> Occasioned {
        if self.approver.is_some() { Occasioned::SweepWithoutGround } else { Occasioned::Sweep }
    }

    fn reach(&self) -> Reach {
        if self.approver.is_some() { Reach::WithoutGround } else { Reach::Ended }
    }
}

const STOPPED: &str = "a hold or restriction came in between, or another run took the turn: the run \
                       ended early, and the next one goes on";

const UNSCRUBBED: &str =
    "a reader is in the way: deleted bytes stay in the write-ahead log until it has gone";

const UNCOUNTED: &str = "rows that never had a ground could not be counted; `kept audit` counts them";

impl Company {
    /// Counts what a retention run would take. Nothing is changed.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn count_due(
        &mut self,
        order: &SweepOrder,
        now: Instant,
        progress: &mut dyn FnMut(&StoreName),
    ) -> Result<SweepReport, Failure> {
        self.check_purpose(order)?;
        let entry = self.entry(Kind::Audited, now)?;
        let ((), receipt) =
            self.act("count_due", |_| Ok(((), Act { entry: entry.clone(), subject: None })))?;
        let at = order.at.unwrap_or(now);
        let mut report = self.each_store(at, true, progress, |company, policy, name, map| {
            let (place, history) = ((policy, name, map), &company.history.clone());
            let mut exceptions = company.exceptions(name, map, &receipt)?;
            let asked = [question((policy, history, map), at, order, &exceptions)];
            let asked = Asked { questions: &asked, limit: None };
            let spread = company.foresee_spread(place, (asked, &[at]), order, &receipt, now)?;
            let (spread, more) = match spread {
                Ok(told) => told,
                Err(down) => return Ok(Err(down)),
            };
            let ones = match order.purpose {
                // A run for one purpose leaves them alone.
                Some(_) => None,
                None => {
                    let ones = company.foresee_ones(place, (order.occasioned(), &[at]), &receipt, now)?;
                    Some(ones.and(spread))
                }
            };
            and_these(&mut exceptions, more);
            let question = question((policy, history, map), at, order, &exceptions);
            let connector = match company.stores.get(policy, name) {
                Ok(connector) => connector,
                Err(down) => return Ok(Err(down)),
            };
            let told = due::foresee(connector.session(), &question).map_err(|fault| unreached(name, &fault));
            let mut counted = told.map(|told| counted(name, &told, order));
            if let (Some(ones), Ok(counted)) = (ones, &mut counted) {
                counted.one_by_one = ones.at.iter().map(|foreseen| foreseen.changed).sum();
                counted.notes.extend(ones.notes());
                counted.left += ones.left;
                counted.refusals.extend(ones.refusals);
            }
            Ok(counted)
        })?;
        if order.purpose.is_none() {
            let ForeseenOwn { at: tallies, untold } = self.foresee_own(&[at], Unit::Values, &receipt, now)?;
            let of = |record: bool| -> u64 {
                let lines = tallies.iter().flatten();
                let mine = lines.filter(|((table, _), _)| (table.as_str() == own::RECORD) == record);
                mine.map(|(_, rows)| rows).sum()
            };
            let values = of(false) + self.count_unscreened(at)?;
            let mut gone = OwnGone { values, events: of(true), untold, ..OwnGone::default() };
            for over in self.foresee_records(&[at], &receipt, now)? {
                gone = gone.and(&over);
            }
            report.stores.extend(own_store(gone));
        }
        Ok(report)
    }

    /// Carries out a retention run: each store's part between an `intended` and a `done` entry.
    ///
    /// # Errors
    /// A fault of Kept's own store, or an `at` that is not now.
    pub fn sweep(
        &mut self,
        order: &SweepOrder,
        now: Instant,
        progress: &mut dyn FnMut(&StoreName),
    ) -> Result<SweepReport, Failure> {
        self.check_purpose(order)?;
        // What came after another day counts too: a hold, a consent, a correction of the day itself.
        if order.at.is_some_and(|at| at != now) {
            return Err(Failure::Refused(
                "a retention run takes what is due now: count as of another day by a dry run".to_owned(),
            ));
        }
        // A run that broke off is told both ways: what it did, and that the store is to be asked again.
        let mut broken = Vec::new();
        let mut report = self.each_store(now, false, progress, |company, policy, name, map| {
            let (turn, _alive) = match turn::take(&company.vault, company.beside_keys(), (name, now))? {
                Ok(taken) => taken,
                Err(problem) => return Ok(Err(Unreached { store: name.clone(), problem })),
            };
            company.reached("turn-taken");
            let receipt = company.sweep_entry(name, Kind::SweepIntended, None, now)?;
            let (place, history) = ((policy, name, map), &company.history.clone());
            let mut ones = company.sweep_ones(place, order, &receipt, now)?;
            if let Some(problem) = ones.refusal() {
                let down = Unreached { store: name.clone(), problem };
                return company.broke_off((name, &turn), down, &receipt, now);
            }
            let mut exceptions = company.exceptions(name, map, &receipt)?;
            let asked = question((policy, history, map), now, order, &exceptions);
            match company.sweep_spread(place, (&asked, order), &receipt, &mut ones, now)? {
                Ok(more) => and_these(&mut exceptions, more),
                Err(down) => return company.broke_off((name, &turn), down, &receipt, now),
            }
            let question = question((policy, history, map), now, order, &exceptions);
            let kept = match company.keep_proofs_of_rows(place, &question, &receipt, now)? {
                Ok(kept) => kept.and(ones.kept),
                Err(down) => return company.broke_off((name, &turn), down, &receipt, now),
            };
            company.reached("proofs-kept");
            let swept = company.sweep_store((policy, name), &question, order, (turn, &receipt, now))?;
            let swept = swept.map(|(mut swept, found, why)| {
                swept.notes.extend(kept.note());
                broken.extend(why);
                with_ones(swept, found, &ones)
            });
            let found = swept.as_ref().ok().map(|(_, found)| *found);
            company.sweep_entry(name, Kind::SweepDone, Some((receipt.commitment(), found)), now)?;
            Ok(swept.map(|(swept, _)| swept))
        })?;
        report.unreached.extend(broken);
        if order.purpose.is_none() {
            self.sweep_kept(&mut report, now)?;
            if report.unreached.is_empty() {
                self.duty_done(crate::status::SWEEP, now)?;
            }
        }
        Ok(report)
    }

    /// Gives the turn back and says in the ledger that the store was not swept.
    fn broke_off(
        &mut self,
        (name, turn): (&StoreName, &Turn),
        down: Unreached,
        receipt: &Durable,
        now: Instant,
    ) -> Result<Result<SweptStore, Unreached>, Failure> {
        self.vault.write("release_sweep", |tx| tx.release_sweep(turn).map_err(Failure::from))?;
        self.sweep_entry(name, Kind::SweepDone, Some((receipt.commitment(), None)), now)?;
        Ok(Err(down))
    }

    /// Refuses a purpose that the policy does not have: nothing would ever go.
    fn check_purpose(&self, order: &SweepOrder) -> Result<(), Failure> {
        let stranger = order.purpose.as_ref().filter(|name| !self.policy().purposes.contains_key(*name));
        match stranger {
            Some(name) => Err(Failure::no_such(self.policy(), NameOf::Purpose, name.as_str())),
            None => Ok(()),
        }
    }

    /// Kept's own values that nothing keeps any more.
    fn sweep_kept(&mut self, report: &mut SweepReport, now: Instant) -> Result<(), Failure> {
        let unscreened = self.sweep_unscreened(now)?;
        if !self.has_due(now)? && !self.has_records_due(now)? {
            report.stores.extend(own_store(OwnGone { values: unscreened, ..OwnGone::default() }));
            return Ok(());
        }
        let name = StoreName::from(own::STORE);
        let receipt = self.sweep_entry(&name, Kind::SweepIntended, None, now)?;
        let mut gone = self.sweep_own(&receipt, now)?;
        gone.values += unscreened;
        let gone = gone.and(&self.sweep_records(&receipt, now)?);
        let found = Found { changed: gone.all(), left: 0 };
        self.sweep_entry(&name, Kind::SweepDone, Some((receipt.commitment(), Some(found))), now)?;
        report.stores.extend(own_store(gone));
        Ok(())
    }

    /// One store's part, while the turn is ours.
    fn sweep_store(
        &mut self,
        (policy, name): (&Policy, &StoreName),
        question: &Question<'_>,
        order: &SweepOrder,
        (turn, receipt, now): (Turn, &Durable, Instant),
    ) -> Result<Result<Part, Unreached>, Failure> {
        let occasion = Occasion::new(&policy.digest, question.at, question.only, question.reach);
        let (mut held, recalled) = Held::new(&self.vault, turn, (occasion, now), receipt)?;
        let connector = match self.stores.get(policy, name) {
            Ok(connector) => connector,
            Err(down) => {
                held.end(false, now)?;
                return Ok(Err(down));
            }
        };
        let session = connector.session();
        let swept = due::sweep(session, question, &recalled, &mut held);
        let is_whole = |swept: &due::Swept| !swept.stopped && swept.broken.is_none();
        held.end(swept.as_ref().is_ok_and(is_whole), now)?;
        let ended = swept.and_then(|swept| {
            let mut notes = Vec::new();
            if swept.stopped {
                notes.push(STOPPED.to_owned());
            }
            let (mut told, mut found) = swept_store(name, &swept.tables, Vec::new());
            let broken = swept.broken.as_ref().map(|fault| unreached(name, fault));
            if broken.is_some() {
                found.left = found.left.max(1);
                told.left = found.left;
            }
            if !session.scrub().unwrap_or(false) {
                notes.push(UNSCRUBBED.to_owned());
            }
            if order.approver.is_none() {
                match due::count_groundless(session, question) {
                    Ok(groundless) => add_groundless(groundless, &mut told.tables),
                    Err(_) => notes.push(UNCOUNTED.to_owned()),
                }
            }
            if order.vacuum {
                notes.extend(due::vacuum(session, question.store, &swept.tables)?);
            }
            told.notes = notes;
            Ok((told, found, broken))
        });
        Ok(ended.map_err(|fault| unreached(name, &fault)))
    }

    fn each_store(
        &mut self,
        at: Instant,
        dry_run: bool,
        progress: &mut dyn FnMut(&StoreName),
        mut each: impl FnMut(
            &mut Self,
            &Policy,
            &StoreName,
            &Store,
        ) -> Result<Result<SweptStore, Unreached>, Failure>,
    ) -> Result<SweepReport, Failure> {
        let policy = self.policy().clone();
        let mut report = SweepReport { at, dry_run, stores: Vec::new(), unreached: Vec::new() };
        for (name, map) in &policy.stores {
            progress(name);
            match each(self, &policy, name, map)? {
                Ok(swept) => report.stores.push(swept),
                Err(down) => report.unreached.push(down),
            }
        }
        Ok(report)
    }

    fn sweep_entry(
        &self,
        store: &StoreName,
        kind: Kind,
        follows: Option<(&Commitment, Option<Found>)>,
        now: Instant,
    ) -> Result<Durable, Failure> {
        let mut entry = self.entry(kind, now)?;
        entry.store = Some(store.clone());
        entry.outcome = Outcome::Intended;
        if let Some((commitment, found)) = follows {
            entry.follows = Some(*commitment);
            entry.found = found;
            entry.outcome = if found.is_some() { Outcome::Done } else { Outcome::Failed };
        }
        let ((), receipt) = self.act("sweep", |_| Ok(((), Act { entry: entry.clone(), subject: None })))?;
        Ok(receipt)
    }
}

/// What a run did by the set, with what it did one by one.
fn with_ones(mut swept: SweptStore, mut found: Found, ones: &Ones) -> (SweptStore, Found) {
    found.changed += ones.changed;
    found.left += ones.left;
    swept.one_by_one = ones.changed;
    swept.left += ones.left;
    swept.refusals.extend(ones.refusals.iter().cloned());
    swept.notes.extend(ones.note());
    swept.notes.extend(ones.marks());
    (swept, found)
}

pub(crate) fn question<'q>(
    (policy, history, store): (&'q Policy, &'q PolicyHistory, &'q Store),
    at: Instant,
    order: &'q SweepOrder,
    exceptions: &'q Exceptions,
) -> Question<'q> {
    Question {
        policy,
        history,
        store,
        at,
        grace_from: None,
        reach: order.reach(),
        exceptions,
        only: order.purpose.as_ref(),
    }
}

/// What the second look found of a run.
fn swept_store(store: &StoreName, swept: &[due::SweptTable], notes: Vec<String>) -> (SweptStore, Found) {
    let mut found = Found { changed: 0, left: 0 };
    let table = |swept: &due::SweptTable| {
        let rules = swept.before.rules.iter().filter(|rule| rule.due > 0);
        SweptTable {
            table: swept.before.table.clone(),
            deleted: swept.gone,
            emptied: swept.emptied(),
            detached: swept.detached,
            archived: swept.before.to_archive.saturating_sub(swept.after.to_archive),
            // Asked by counts alone: a run acts on what once had a ground.
            without_ground: 0,
            rules: rules
                .map(|rule| SweptRule {
                    statement: rule.statement.clone(),
                    rows: rule.due,
                    oldest: rule.oldest,
                })
                .collect(),
        }
    };
    let mut tables: Vec<SweptTable> = swept.iter().map(table).collect();
    for (table, one) in tables.iter().zip(swept) {
        found.changed += table.deleted + table.emptied + table.detached + table.archived;
        found.left += one.left();
    }
    let refusals = swept.iter().flat_map(refusals).collect();
    tables.retain(|table| table.deleted + table.emptied + table.detached + table.archived > 0);
    (SweptStore { store: store.clone(), tables, one_by_one: 0, left: found.left, refusals, notes }, found)
}

/// What was not done in a table, and why: what the store refused, and what it left without a word.
fn refusals(swept: &due::SweptTable) -> Vec<String> {
    // A column that can't be emptied is a refusal only where a row is left that wants it.
    let unemptied = swept.after.emptied + swept.after.held;
    let told = swept.refusals.iter().filter(|one| one.constraint.is_some() || unemptied > 0);
    let rows = |one: &Refusal| if one.constraint.is_some() { one.rows } else { unemptied };
    let mut words: Vec<String> = told.map(|one| refusal_words(one, rows(one))).collect();
    let refused = |act: due::Act| swept.refusals.iter().any(|one| one.act == act);
    let silent = [
        (swept.ignored, "is still there", "are still there"),
        (if refused(due::Act::Empty) { 0 } else { unemptied }, "was not emptied", "were not emptied"),
        (
            if refused(due::Act::Archive) { 0 } else { swept.after.to_archive },
            "was not archived",
            "were not archived",
        ),
    ];
    for (rows, one, several) in silent.into_iter().filter(|(rows, ..)| *rows > 0) {
        let (noun, verb) = if rows == 1 { ("row", one) } else { ("rows", several) };
        words.push(format!(
            "{rows} {noun} of `{}` {verb} although the database reported no error: look at its triggers and rules",
            swept.before.table
        ));
    }
    words.extend(unread(&swept.before.table, swept.after.unread));
    words
}

/// What stays in documents that can't be read, in words.
pub(crate) fn unread(table: &TableName, rows: u64) -> Option<String> {
    let noun = if rows == 1 { "row" } else { "rows" };
    (rows > 0).then(|| {
        format!(
            "{rows} {noun} of `{table}`: what is due lies in documents that can't be read and of which a part is kept; \
             it stays until they are mended, and `kept check --stores` tells the columns"
        )
    })
}

/// A refusal in words: names only.
fn refusal_words(refusal: &Refusal, rows: u64) -> String {
    let columns: Vec<String> = refusal.columns.iter().map(|column| format!("`{column}`")).collect();
    let why = match &refusal.constraint {
        Some(constraint) => constraint.to_string(),
        None => format!("{} can't be NULL; name what to write instead under `emptied`", columns.join(", ")),
    };
    format!("{rows} rows of `{}`: {why}", refusal.table)
}

/// Rows that never had a ground and were left alone: they are told, also where a run had nothing to do.
fn add_groundless(groundless: Vec<(TableName, u64)>, tables: &mut Vec<SweptTable>) {
    for (name, rows) in groundless {
        match tables.iter_mut().find(|table| table.table == name) {
            Some(table) => table.without_ground = rows,
            None => tables.push(SweptTable { without_ground: rows, ..untouched(name) }),
        }
    }
}

/// A table in which nothing is done.
pub(crate) fn untouched(table: TableName) -> SweptTable {
    SweptTable {
        table,
        deleted: 0,
        emptied: 0,
        detached: 0,
        archived: 0,
        without_ground: 0,
        rules: Vec::new(),
    }
}

fn counted(store: &StoreName, told: &[Foreseen], order: &SweepOrder) -> SweptStore {
    let wanted = |purpose: &PurposeName| order.purpose.as_ref().is_none_or(|only| only == purpose);
    let table = |told: &Foreseen| {
        let rules = told.count.rules.iter();
        let rules = rules.filter(|rule| rule.due > 0 && wanted(&rule.purpose));
        SweptTable {
            deleted: told.deleted,
            emptied: told.emptied,
            detached: told.detached,
            archived: told.archived,
            without_ground: if order.approver.is_some() { 0 } else { told.count.without_ground },
            rules: rules
                .map(|rule| SweptRule {
                    statement: rule.statement.clone(),
                    rows: rule.due,
                    oldest: rule.oldest,
                })
                .collect(),
            ..untouched(told.count.table.clone())
        }
    };
    let busy = |table: &SweptTable| {
        table.deleted + table.emptied + table.detached + table.archived + table.without_ground > 0
    };
    let documents = told.iter().filter_map(|told| unread(&told.count.table, told.count.unread));
    let rough = told.iter().filter(|told| !told.is_exact).map(|told| roughly(&told.count.table));
    SweptStore {
        one_by_one: 0,
        store: store.clone(),
        tables: told.iter().map(table).filter(busy).collect(),
        left: told.iter().map(|told| told.stuck).sum(),
        refusals: told.iter().filter(|told| told.stuck > 0).map(stuck).collect(),
        notes: documents.chain(rough).collect(),
    }
}

/// Rows that can't be emptied, in the words of a run that meets them.
fn stuck(told: &Foreseen) -> String {
    let refusal = Refusal {
        table: told.count.table.clone(),
        act: due::Act::Empty,
        rows: told.stuck,
        constraint: None,
        columns: told.columns.clone(),
    };
    refusal_words(&refusal, told.stuck)
}

fn roughly(table: &TableName) -> String {
    format!(
        "`{table}`: what hangs on its rows is too much to ask of this database at once: of those to delete, some may be emptied instead, where something hangs on them that is kept"
    )
}
