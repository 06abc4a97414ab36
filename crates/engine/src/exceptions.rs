//! People whom sweeps look at one by one: held, restricted or contested, or with grounds that only
//! Kept's own record tells of (decision 13). Their rows are looked up when they become so, and again
//! whenever a store is swept.
//!
//! Not here: the set itself (`kept_vault::exception`), and what a sweep does with each (`sweep`).

use std::collections::BTreeMap;
use std::time::{Duration, Instant as Clock};

use kept_core::admission::Act;
use kept_core::identifier::Identifier;
use kept_core::ledger::Durable;
use kept_core::name::{StoreName, TableName};
use kept_core::plan::{Key, Relation};
use kept_core::standing::{KeepState, Mark, Purposed, Standing};
use kept_core::time::Instant;
use kept_core::timeline::{Happening, Timeline};
use kept_vault::{SubjectId, Tx};

use crate::company::Company;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::marks::InStep;
use crate::person::{Located, locate};
use crate::record::Recorded;
use crate::remembered::Remembered;
use crate::sweep_ones::is_sure;

/// How long an act waits for the pages of sweeps that are at work.
const PAGE_WAIT: Duration = Duration::from_millis(1_500);

/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What is said of stores that could not be asked.
const LATER: &str = "what was recorded stands; a store that could not be asked is not swept until the \
                     person's rows in it are known, and is brought in step by `kept resume`";

impl Company {
    /// Puts a person among the exceptions, or takes them off, in the transaction of the act that
    /// changed it: a sweep at work stops before its next page.
    pub(crate) fn except(
        &self,
        tx: &mut Tx,
        subject: SubjectId,
        (timeline, standing): (&Timeline, &Standing),
        (known, now): (bool, Instant),
    ) -> Result<(), Failure> {
        let guarded = is_guarded(standing);
        if self.is_excepted(timeline, standing) {
            let is_new = tx.put_exception(subject, now)?;
            // Of somebody whom no store knows no page can hold a row.
            if guarded || (is_new && known) {
                tx.stop_sweeps()?;
            }
        } else if tx.is_exception(subject)? && !self.marks_rows() {
            // Where rows may bear a mark, whoever takes the marks off lets the person go (`marks`).
            tx.remove_exception(subject)?;
        }
        Ok(())
    }

    /// What follows an act in the company's stores, once it is durable.
    pub(crate) fn follow(
        &mut self,
        whom: &Whom,
        (act, subject): (&Act, SubjectId),
        receipt: &Durable,
        recorded: &mut Recorded,
        now: Instant,
    ) -> Result<(), Failure> {
        let guards = matches!(
            act,
            Act::PlaceHold { .. }
                | Act::Restrict { .. }
                | Act::Object { .. }
                | Act::ReportGuardian
                | Act::DismissReport { .. }
        );
        let moves_marks = self.marks_rows() && matches!(act, Act::Restrict { .. } | Act::Lift { .. });
        let withdraws = matches!(act, Act::WithdrawConsent { .. } | Act::Object { .. } | Act::Died)
            || self.is_recorded_in_a_column(act);
        // No column knows of a review: until the person's rows are listed they would count as not reviewed.
        let reviews = matches!(act, Act::Happened { event, .. } if event.as_str() == "reviewed");
        // Whoever else is excepted is looked up when a store is swept.
        if self.policy().stores.is_empty() || !(guards || withdraws || moves_marks || reviews) {
            return Ok(());
        }
        let located = match self.relocate(subject, Some(whom), receipt)? {
            Ok(Some(located)) => located,
            Ok(None) => return self.release(subject, &InStep::default(), None, now),
            Err(problem) => {
                recorded.notes.push(problem);
                return Ok(());
            }
        };
        let in_step = self.list_in_step(subject, &located, (receipt, now), recorded)?;
        recorded.notes.extend(in_step.shared.iter().cloned());
        self.reached("listed");
        recorded.unreached.clone_from(&located.unreached);
        if !located.unreached.is_empty() {
            recorded.notes.push(LATER.to_owned());
        }
        if withdraws {
            self.keep_proofs(subject, &located, now)?;
            self.write_withdrawals(subject, &located, recorded, now)?;
        }
        if self.is_recorded_in_a_column(act) {
            self.note_untold_gifts((act, subject), &located, recorded, now)?;
        }
        if guards {
            recorded.notes.extend(self.wait_for_pages(now)?);
        }
        self.release(subject, &in_step, Some(&located), now)
    }

    /// Writes down a person's rows, and brings their marks in step before a store counts as listed.
    pub(crate) fn list_in_step(
        &mut self,
        subject: SubjectId,
        located: &Located,
        (receipt, now): (&Durable, Instant),
        said: &mut Recorded,
    ) -> Result<InStep, Failure> {
        if self.marks_rows() {
            // No sweep takes the rows while they are marked.
            self.vault.write("list_keys", |tx| put_keys(tx, subject, &keys_of(located)))?;
        }
        let in_step = self.write_marks(subject, located, (receipt, now), said)?;
        self.list(subject, located, &in_step, now)?;
        Ok(in_step)
    }

    /// Whether an act gives a consent that some store has a column for.
    fn is_recorded_in_a_column(&self, act: &Act) -> bool {
        let given: Vec<&kept_core::name::PurposeName> = match act {
            Act::GiveConsent(consent) => vec![&consent.purpose],
            Act::Collect(collection) => collection.consents.iter().map(|consent| &consent.purpose).collect(),
            _ => return false,
        };
        let tables = self.policy().stores.values().flat_map(|store| store.tables.values());
        let mut columns = tables.flat_map(|table| table.consents.keys());
        columns.any(|purpose| given.contains(&purpose))
    }

    /// Looks an excepted person up again: by every identifier that Kept knows, by what the caller
    /// said, and by the rows that are listed. `None` where no store can know the person; words where
    /// the person can't be told from others.
    pub(crate) fn relocate(
        &mut self,
        subject: SubjectId,
        said: Option<&Whom>,
        receipt: &Durable,
    ) -> Result<Result<Option<Located>, String>, Failure> {
        let known =
            self.vault.read("identifiers", |tx| tx.identifiers(subject, receipt).map_err(Failure::from))?;
        if let Some(said) = said {
            // Whoever is to be looked up again must be known by more than digests.
            self.complete(subject, &known, said)?;
        }
        let listed = self
            .vault
            .read("store_keys_of", |tx| tx.store_keys_of(subject, receipt).map_err(Failure::from))?;
        let mut identifiers = said.map(|whom| whom.identifiers.clone()).unwrap_or_default();
        for one in known {
            if let Ok(identifier) = Identifier::new(one.kind, &one.canonical)
                && !identifiers.contains(&identifier)
            {
                identifiers.push(identifier);
            }
        }
        let mut picks = said.map(|whom| whom.picks.clone()).unwrap_or_default();
        let mut rows = self.remembered(subject, receipt)?;
        rows.extend(self.person_rows(listed));
        // Where several people have an identifier of theirs, their rows tell which of them is meant.
        picks.extend(rows.iter().map(Remembered::pick));
        let policy = self.policy().clone();
        let whom = match self.in_stores(&Whom { identifiers, picks }) {
            Some(whom) => whom,
            None if rows.is_empty() => return Ok(Ok(None)),
            None => Whom { identifiers: Vec::new(), picks: Vec::new() },
        };
        Ok(locate(&policy, &mut self.stores, &whom, &rows, receipt)
            .map(Some)
            .map_err(|refusal| refusal.to_string()))
    }

    /// Of the rows of a person those that are the person: from them the others are found.
    fn person_rows(&self, listed: Vec<(StoreName, TableName, Key)>) -> Vec<Remembered> {
        let policy = self.policy();
        let is_person = |store: &StoreName, table: &TableName| {
            let table = policy.stores.get(store).and_then(|store| store.tables.get(table));
            table.is_some_and(|table| table.person.is_some())
        };
        let persons = listed.into_iter().filter(|(store, table, _)| is_person(store, table));
        persons.map(|(store, table, key)| Remembered { store, table, key }).collect()
    }

    /// Writes down the keys of a person's rows, store by store, and that they are known.
    fn list(
        &self,
        subject: SubjectId,
        located: &Located,
        in_step: &InStep,
        now: Instant,
    ) -> Result<(), Failure> {
        let policy = self.policy();
        // While another store is down the person may have identifiers that only it knows.
        let sure = |store: &&StoreName| is_sure(policy, store, located) && !in_step.behind.contains(*store);
        let stores = policy.stores.keys().filter(sure);
        let stores: Vec<StoreName> = stores.cloned().collect();
        let keys = keys_of(located);
        self.vault.write("list_rows", |tx| {
            put_keys(tx, subject, &keys)?;
            for store in &stores {
                tx.put_listing(store, subject, now)?;
            }
            Ok::<_, Failure>(())
        })
    }

    /// Waits until no sweep is at a page that it began before the exceptions changed: each reads
    /// their version before its next one, and stops. What to say where one does not end.
    fn wait_for_pages(&self, now: Instant) -> Result<Vec<String>, Failure> {
        let began = Clock::now();
        let mut busy: Vec<StoreName> = self.policy().stores.keys().cloned().collect();
        loop {
            let passed = jiff::SignedDuration::try_from(began.elapsed()).unwrap_or_default();
            let at = now.checked_add(passed).unwrap_or(now);
            let mut still = Vec::new();
            for store in busy {
                let until =
                    self.vault.read("sweep_until", |tx| tx.sweep_until(&store, at).map_err(Failure::from))?;
                if until.is_some() {
                    still.push(store);
                }
            }
            if still.is_empty() || began.elapsed() > PAGE_WAIT {
                let words = |store: &StoreName| {
                    format!(
                        "a sweep of `{store}` is at work: it stops before its next page, and what its current one has taken already is gone"
                    )
                };
                return Ok(still.iter().map(words).collect());
            }
            busy = still;
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

/// A person's rows, by store and table.
type Keys = BTreeMap<(StoreName, TableName), Vec<Key>>;

fn put_keys(tx: &mut Tx, subject: SubjectId, keys: &Keys) -> Result<(), Failure> {
    for ((store, table), keys) in keys {
        tx.put_store_keys(subject, (store, table), keys)?;
    }
    Ok(())
}

/// The keys of a person's rows, those that only mention the person left out.
fn keys_of(located: &Located) -> Keys {
    let mut keys = Keys::new();
    for (store, rows) in &located.rows {
        for found in &rows.tables {
            let own = found.rows.iter().filter(|row| !matches!(row.relation, Relation::Mentions(_)));
            keys.entry((store.clone(), found.table.clone()))
                .or_default()
                .extend(own.map(|row| row.key.clone()));
        }
    }
    keys.retain(|_, keys| !keys.is_empty());
    keys
}

/// Whether a hold, a restriction or a contest protects some of the person's data.
pub(crate) fn is_guarded(standing: &Standing) -> bool {
    let holds = standing.grounds.iter().any(|ground| {
        matches!(ground.id.purpose, Purposed::Hold(_)) && matches!(ground.keep, KeepState::Until(..))
    });
    let contested = standing.grounds.iter().any(|ground| ground.marks.iter().any(Mark::is_undecided));
    holds || contested || !standing.restrictions.is_empty()
}

/// Whether Kept's own record tells of grounds that no column of a store knows, or of an erasure that
/// waited for the end of a hold or a restriction: no column knows that the person asked.
pub(crate) fn tells_grounds(timeline: &Timeline) -> bool {
    let mut waited = timeline.events().iter().skip_while(|event| {
        !matches!(event.what, Happening::HoldPlaced { .. } | Happening::Restricted { .. })
    });
    if waited.any(|event| event.what == Happening::ErasureRequested) {
        return true;
    }
    timeline.events().iter().any(|event| {
        matches!(
            event.what,
            Happening::Dated { .. }
                | Happening::Collected { .. }
                | Happening::ConsentGiven { .. }
                | Happening::ConsentWithdrawn { .. }
                | Happening::Objected { .. }
                | Happening::ObjectionUpheld { .. }
                | Happening::RefusalFound { .. }
                | Happening::Died
                | Happening::GuardianReported
                | Happening::ReportDismissed { .. }
        )
    })
}
