//! The vault itself: opening it, and running closures as transactions. Not here: what can be done
//! inside one (`impl Tx` in the file of each noun).

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use jiff::Timestamp as Instant;
use kept_core::ledger::{Durable, NoteError, Sequence, SigningKey};

use crate::database::Access;
use crate::fault::Fault;
use crate::flush::Flush;
use crate::keys::KeyStore;
use crate::keys::ring::{Database, FIRST_EPOCH, Keyring};
use crate::location::{Location, Settings};
use crate::memory::Memory;
use crate::migrate::{self, Schema};
use crate::pool::{Manner, Pool};
use crate::row::{bytes, instant, integer};
use crate::statements::{ALL, EPOCH_BEGIN, VAULT_CHECK, VAULT_MAKE};
use crate::together::{Failed, Logged, Together};
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
        let schema = {
            let mut loan = pool.lend(Access::Write, Manner::Alone, "open")?;
            migrate::migrate(loan.connection()?, location, now)?
        };
        let flush = match location {
            Location::Sqlite(path) => Some(Flush::new(path)?),
            Location::Postgres(_) => None,
        };
        let vault = Self { pool, ring, location: location.clone(), flush, memory: Arc::default() };
        vault.check_keys(now)?;
        if schema == Schema::Folding {
            vault.fold(now)?;
        }
        Ok(vault)
    }

    /// Moves what earlier versions wrote, some people at a time.
    fn fold(&self, now: Instant) -> Result<(), Fault> {
        while !self.write("fold", Tx::fold_some)? {}
        let mut loan = self.pool.lend(Access::Write, Manner::Alone, "open")?;
        migrate::finish(loan.connection()?, now)
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
        let mut together = Together::begin(self, (access, manner), name)?;
        // Alone it needs no mark to go back to: what fails undoes the whole.
        let marked = together.is_shared();
        let acted = together.run(marked, act);
        match acted {
            Ok(acted) => together.end().map(|()| acted).map_err(Failed::ended),
            Err(failed) => {
                if marked {
                    together.leave();
                }
                Err(failed)
            }
        }
    }

    pub(crate) fn flushed(&self) -> Result<(), Fault> {
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

/// They exist only now, when the entries are durable; so does what was left for afterwards.
pub(crate) fn receipts(logged: Logged) -> Vec<Durable> {
    logged.after.run();
    logged
        .entries
        .into_iter()
        .map(|(commitment, sequence)| Durable::after_commit(commitment, sequence))
        .collect()
}

/// Whether the store was made with these keys; `false` for a store just made.
fn has_check(tx: &mut Tx, check: &[u8; 32]) -> Result<bool, Fault> {
    match tx.one(VAULT_CHECK, &[])? {
        Some(row) if row.bytes(0)? == check => Ok(true),
        Some(_) => Err(Fault::WrongKeys),
        None => Ok(false),
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
