//! The vault itself: opening it, and running closures as transactions. Not here: what can be done
//! inside one (`impl Tx` in the file of each noun).

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use jiff::Timestamp as Instant;
use kept_core::ledger::{Commitment, Durable, NoteError, Sequence, SigningKey};

use crate::database::{Access, Connection};
use crate::fault::Fault;
use crate::flush::Flush;
use crate::keys::KeyStore;
use crate::keys::ring::{Database, FIRST_EPOCH, Keyring};
use crate::location::{Location, Settings};
use crate::memory::Memory;
use crate::migrate;
use crate::pool::{Ended, Loan, Manner, Pool};
use crate::row::{bytes, instant, integer};
use crate::statements::{ALL, EPOCH_BEGIN, VAULT_CHECK, VAULT_MAKE};
use crate::transaction::Tx;
use crate::waiter::Waiter;

/// How often an act that met a passing failure is tried.
const TRIES: u32 = 3;

/// Kept's own store. It may be shared by threads and by processes.
#[derive(Debug)]
pub struct Vault {
    pub(crate) pool: Pool,
    pub(crate) ring: Arc<Keyring>,
    pub(crate) location: Location,
    /// None where the engine makes commits durable by itself.
    flush: Option<Flush>,
    pub(crate) memory: Arc<Memory>,
}

impl Vault {
    /// Opens the store, makes it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// When the database can't be reached, is no vault or holds a schema that this version does
    /// not know ([`Fault::UnknownSchema`]), or when the keys are missing or another store's.
    pub fn open(
        location: &Location,
        keys: Box<dyn KeyStore>,
        settings: Settings,
        now: Instant,
    ) -> Result<Self, Fault> {
        let pool = Pool::new(location.clone(), settings);
        let ring = Arc::new(open_ring(&pool, keys)?);
        {
            let mut loan = pool.lend(Access::Write, Manner::Alone, "open")?;
            migrate::migrate(loan.connection()?, location, now)?;
        }
        let flush = match location {
            Location::Sqlite(path) => Some(Flush::new(path)?),
            Location::Postgres(_) => None,
        };
        let vault = Self { pool, ring, location: location.clone(), flush, memory: Arc::default() };
        vault.check_keys(now)?;
        Ok(vault)
    }

    fn check_keys(&self, now: Instant) -> Result<(), Fault> {
        let check = self.ring.check();
        let known = |tx: &mut Tx| Ok::<_, Fault>(has_check(tx, &check)? && tx.current_key().map(|()| true)?);
        if self.read("check_keys", known)? {
            return Ok(());
        }
        self.write("make_check", |tx| {
            if has_check(tx, &check)? {
                return Ok(());
            }
            tx.execute_one(EPOCH_BEGIN, &[integer(FIRST_EPOCH), instant(now)])?;
            tx.execute_one(VAULT_MAKE, &[bytes(check)])
        })
    }

    /// The receipt for an entry that is in the ledger already: for work that another process began.
    ///
    /// # Errors
    /// [`Fault::Missing`] when there is no such entry about people.
    pub fn receipt(&self, of: Sequence) -> Result<Durable, Fault> {
        let commitment = self.read("receipt", |tx| tx.commitment(of))?;
        Ok(Durable::after_commit(commitment, of))
    }

    /// The key that signs the ledger's checkpoints, under the ledger's own name (its origin).
    ///
    /// # Errors
    /// [`Fault::KeyMissing`], or [`Fault::Origin`] where the name can't be a key's.
    pub fn signing_key(&self, origin: &str) -> Result<SigningKey, Fault> {
        let seed = self.ring.signer()?;
        SigningKey::from_seed(origin, seed.expose()).map_err(|_: NoteError| Fault::Origin)
    }

    /// Prepares every statement that the vault has, and returns how many they are: a check of the
    /// schema, without touching a row.
    ///
    /// # Errors
    /// The first statement that the engine does not take.
    pub fn check_statements(&self) -> Result<usize, Fault> {
        let mut loan = self.pool.lend(Access::Read, Manner::Alone, "check_statements")?;
        let connection = loan.connection()?;
        ALL.iter().try_for_each(|statement| connection.prepare(*statement))?;
        Ok(ALL.len())
    }

    /// Runs a closure as the only writer, and commits what it did, durably.
    ///
    /// The closure may run more than once, so it has no effect but through its [`Tx`]. When it
    /// returns an error nothing is changed.
    ///
    /// # Errors
    /// The closure's own, or a [`Fault`].
    pub fn write<T, E: From<Fault>>(
        &self,
        name: &'static str,
        act: impl FnMut(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.act(name, act).map(|acted| acted.value)
    }

    /// Like [`Vault::write`], and hands out the receipts of the entries that the closure logged:
    /// they exist only now, when the entries are durable.
    ///
    /// # Errors
    /// The closure's own, or a [`Fault`].
    pub fn act<T, E: From<Fault>>(
        &self,
        name: &'static str,
        act: impl FnMut(&mut Tx) -> Result<T, E>,
    ) -> Result<Acted<T>, E> {
        self.acted((Access::Write, Manner::Alone), name, act)
    }

    /// Like [`Vault::act`], for acts that take no longer than a request: others of the kind that wait to
    /// write meanwhile do so in the same transaction, and all are committed together. What an act does is
    /// undone by itself when it fails.
    ///
    /// # Errors
    /// The closure's own, or a [`Fault`].
    pub fn act_among_others<T, E: From<Fault>>(
        &self,
        name: &'static str,
        act: impl FnMut(&mut Tx) -> Result<T, E>,
    ) -> Result<Acted<T>, E> {
        self.acted((Access::Write, Manner::AmongOthers), name, act)
    }

    /// Runs a closure over one snapshot, in which nothing can be changed.
    ///
    /// # Errors
    /// The closure's own, or a [`Fault`].
    pub fn read<T, E: From<Fault>>(
        &self,
        name: &'static str,
        act: impl FnMut(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        self.acted((Access::Read, Manner::Alone), name, act).map(|acted| acted.value)
    }

    fn acted<T, E: From<Fault>>(
        &self,
        (access, manner): (Access, Manner),
        name: &'static str,
        mut act: impl FnMut(&mut Tx) -> Result<T, E>,
    ) -> Result<Acted<T>, E> {
        let mut tries = 1;
        loop {
            // What failed among others is tried alone: only its own failure is its own.
            let manner = if tries == 1 { manner } else { Manner::Alone };
            match self.once((access, manner), name, &mut act) {
                Err(Failed::Passing(_)) if tries < TRIES => {
                    thread::sleep(Duration::from_millis(5 << tries));
                    tries += 1;
                }
                Ok((value, logged)) => return Ok(Acted { value, receipts: receipts(logged) }),
                Err(Failed::Passing(error) | Failed::ForGood(error)) => return Err(error),
            }
        }
    }

    fn once<T, E: From<Fault>>(
        &self,
        (access, manner): (Access, Manner),
        name: &'static str,
        act: &mut impl FnMut(&mut Tx) -> Result<T, E>,
    ) -> Result<(T, Logged), Failed<E>> {
        let mut loan = self.pool.lend(access, manner, name).map_err(|fault| Failed::ForGood(fault.into()))?;
        let mut connection = loan.take().map_err(Failed::of)?;
        let shared = loan.is_shared();
        let begun = if shared { connection.mark(name) } else { connection.begin(access, name) };
        if let Err(fault) = begun {
            give_back(&mut loan, connection);
            return Err(Failed::of(fault));
        }
        // A closure that panics takes its connection along: the transaction is undone by that.
        let version = if access == Access::Write { connection.version() } else { None };
        let memory = version.map(|version| {
            self.memory.begin(version);
            Arc::clone(&self.memory)
        });
        let mut tx = Tx::new(connection, &self.ring, memory);
        let answer = act(&mut tx);
        let passing = tx.met_passing_fault();
        let (mut connection, logged) = tx.into_parts();
        let failed = |error| if passing { Failed::Passing(error) } else { Failed::ForGood(error) };
        let answer = match answer {
            Err(error) if !shared => {
                give_back(&mut loan, connection);
                return Err(failed(error));
            }
            answer => answer.map_err(failed),
        };
        let kept = match (shared, answer.is_ok()) {
            (false, _) => Ok(()),
            (true, true) => connection.keep_marked(name),
            (true, false) => connection.undo_marked(name),
        };
        if let Err(fault) = kept {
            self.memory.clear();
            give_back(&mut loan, connection);
            return answer.and_then(|_| Err(Failed::of(fault)));
        }
        match answer {
            Ok(value) => self.ended(loan, connection, name).map(|()| (value, logged)),
            Err(failed) => {
                if let Some(connection) = loan.hand_on(connection, None) {
                    // Whatever comes of the others' acts, they are told.
                    let _ = self.commit(loan, connection, name);
                }
                Err(failed)
            }
        }
    }

    /// Waits until what was done is durable, by whoever commits it.
    fn ended<E: From<Fault>>(
        &self,
        mut loan: Loan<'_>,
        connection: Connection,
        name: &'static str,
    ) -> Result<(), Failed<E>> {
        let own = Waiter::new();
        let Some(connection) = loan.hand_on(connection, Some(&own)) else {
            drop(loan);
            return match own.wait() {
                Ended::Durable => Ok(()),
                Ended::Undone => Err(Failed::Passing(Fault::Busy { act: name }.into())),
                Ended::Lost => Err(Failed::ForGood(Fault::Lost.into())),
                Ended::NotFlushed => self.flushed().map_err(|fault| Failed::ForGood(fault.into())),
            };
        };
        match self.commit(loan, connection, name) {
            Ok(()) => Ok(()),
            // A connection lost during commit leaves open whether it was done: no second try.
            Err(fault @ Fault::Busy { .. }) => Err(Failed::Passing(fault.into())),
            Err(fault) => Err(Failed::ForGood(fault.into())),
        }
    }

    /// Commits for all whose acts the transaction holds, and tells the others.
    fn commit(
        &self,
        mut loan: Loan<'_>,
        mut connection: Connection,
        name: &'static str,
    ) -> Result<(), Fault> {
        let committed = connection.commit(name);
        if committed.is_err() {
            // One act may have kept in memory what another of the same transaction had written.
            self.memory.clear();
        }
        give_back(&mut loan, connection);
        let mut others = loan.acts();
        // The next writer begins while this one waits for the disk.
        drop(loan);
        let to_flush = match committed {
            Ok(to_flush) => to_flush,
            Err(fault) => {
                others.tell(if matches!(fault, Fault::Lost) { Ended::Lost } else { Ended::Undone });
                return Err(fault);
            }
        };
        let flushed = if to_flush { self.flushed() } else { Ok(()) };
        others.tell(if flushed.is_ok() { Ended::Durable } else { Ended::NotFlushed });
        flushed
    }

    fn flushed(&self) -> Result<(), Fault> {
        self.flush.as_ref().map_or(Ok(()), Flush::durable)
    }
}

/// What a transaction did.
#[derive(Clone, Debug)]
pub struct Acted<T> {
    /// What the closure returned.
    pub value: T,
    /// A receipt for each entry that it logged, in order.
    pub receipts: Vec<Durable>,
}

/// The entries of a transaction.
type Logged = Vec<(Commitment, Sequence)>;

/// They exist only now, when the entries are durable.
fn receipts(logged: Logged) -> Vec<Durable> {
    logged.into_iter().map(|(commitment, sequence)| Durable::after_commit(commitment, sequence)).collect()
}

/// An attempt that failed.
enum Failed<E> {
    /// It may do better in a moment.
    Passing(E),
    /// It won't.
    ForGood(E),
}

impl<E: From<Fault>> Failed<E> {
    fn of(fault: Fault) -> Self {
        if fault.is_passing() { Self::Passing(fault.into()) } else { Self::ForGood(fault.into()) }
    }
}

/// Whether the store was made with these keys; `false` for a store just made.
fn has_check(tx: &mut Tx, check: &[u8; 32]) -> Result<bool, Fault> {
    match tx.one(VAULT_CHECK, &[])? {
        Some(row) if row.bytes(0)? == check => Ok(true),
        Some(_) => Err(Fault::WrongKeys),
        None => Ok(false),
    }
}

/// Undoes what is still open, and keeps a connection that is of no more use from coming back.
fn give_back(loan: &mut Loan<'_>, mut connection: Connection) {
    if connection.roll_back() {
        loan.put(connection);
    }
}

fn open_ring(pool: &Pool, keys: Box<dyn KeyStore>) -> Result<Keyring, Fault> {
    let mut loan = pool.lend(Access::Read, Manner::Alone, "open")?;
    let state = match migrate::version(loan.connection()?)? {
        None => Database::Fresh,
        Some(_) => Database::InUse,
    };
    Keyring::open(keys, state)
}
