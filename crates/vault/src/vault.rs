//! The vault itself: opening it, and running closures as transactions. Not here: what can be done
//! inside one (`impl Tx` in the file of each noun).

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use jiff::Timestamp as Instant;
use kept_core::ledger::{Commitment, Durable, NoteError, Sequence, SigningKey};

use crate::database::{Access, Connection, Loan, Pool};
use crate::fault::Fault;
use crate::flush::Flush;
use crate::keys::KeyStore;
use crate::keys::ring::{Database, FIRST_EPOCH, Keyring};
use crate::location::{Location, Settings};
use crate::memory::Memory;
use crate::migrate;
use crate::row::{bytes, instant, integer};
use crate::statements::{ALL, EPOCH_BEGIN, VAULT_CHECK, VAULT_MAKE};
use crate::transaction::Tx;

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
            let mut loan = pool.lend(Access::Write, "open")?;
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
        let mut loan = self.pool.lend(Access::Read, "check_statements")?;
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
        let (value, logged) = self.attempt(Access::Write, name, act)?;
        let receipts =
            logged.into_iter().map(|(commitment, sequence)| Durable::after_commit(commitment, sequence));
        Ok(Acted { value, receipts: receipts.collect() })
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
        self.attempt(Access::Read, name, act).map(|(value, _)| value)
    }

    fn attempt<T, E: From<Fault>>(
        &self,
        access: Access,
        name: &'static str,
        mut act: impl FnMut(&mut Tx) -> Result<T, E>,
    ) -> Result<(T, Logged), E> {
        let mut tries = 1;
        loop {
            match self.once(access, name, &mut act) {
                Err(Failed::Passing(_)) if tries < TRIES => {
                    thread::sleep(Duration::from_millis(5 << tries));
                    tries += 1;
                }
                Ok(value) => return Ok(value),
                Err(Failed::Passing(error) | Failed::ForGood(error)) => return Err(error),
            }
        }
    }

    fn once<T, E: From<Fault>>(
        &self,
        access: Access,
        name: &'static str,
        act: &mut impl FnMut(&mut Tx) -> Result<T, E>,
    ) -> Result<(T, Logged), Failed<E>> {
        let mut loan = self.pool.lend(access, name).map_err(|fault| Failed::ForGood(fault.into()))?;
        let mut connection = loan.take().map_err(Failed::of)?;
        if let Err(fault) = connection.begin(access, name) {
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
        let answer = match answer {
            Ok(value) => match connection.commit(name) {
                Ok(to_flush) => Ok((value, logged, to_flush)),
                // A connection lost during commit leaves open whether it was done: no second try.
                Err(fault @ Fault::Busy { .. }) => Err(Failed::Passing(fault.into())),
                Err(fault) => Err(Failed::ForGood(fault.into())),
            },
            Err(error) if passing => Err(Failed::Passing(error)),
            Err(error) => Err(Failed::ForGood(error)),
        };
        give_back(&mut loan, connection);
        // The next writer begins while this one waits for the disk.
        drop(loan);
        let (value, logged, to_flush) = answer?;
        if let Some(flush) = self.flush.as_ref().filter(|_| to_flush) {
            flush.durable().map_err(|fault| Failed::ForGood(fault.into()))?;
        }
        Ok((value, logged))
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
    let mut loan = pool.lend(Access::Read, "open")?;
    let state = match migrate::version(loan.connection()?)? {
        None => Database::Fresh,
        Some(_) => Database::InUse,
    };
    Keyring::open(keys, state)
}
