//! The vault itself: opening it, and running closures as transactions. Not here: what can be done
//! inside one (`impl Tx` in the file of each noun).

use std::thread;
use std::time::Duration;

use jiff::Timestamp as Instant;

use crate::database::{Access, Connection, Pool};
use crate::fault::Fault;
use crate::keys::KeyStore;
use crate::keys::ring::{Database, Keyring};
use crate::location::{Location, Settings};
use crate::migrate;
use crate::row::bytes;
use crate::statements::{ALL, VAULT_CHECK, VAULT_MAKE};
use crate::transaction::Tx;

/// How often an act that met a passing failure is tried.
const TRIES: u32 = 3;

/// Kept's own store. It may be shared by threads and by processes.
#[derive(Debug)]
pub struct Vault {
    pub(crate) pool: Pool,
    pub(crate) ring: Keyring,
    pub(crate) location: Location,
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
        let ring = open_ring(&pool, keys)?;
        {
            let mut loan = pool.lend("open")?;
            migrate::migrate(loan.connection()?, location, now)?;
        }
        let vault = Self { pool, ring, location: location.clone() };
        vault.check_keys()?;
        Ok(vault)
    }

    fn check_keys(&self) -> Result<(), Fault> {
        let check = self.ring.check();
        self.write("check_keys", |tx| match tx.one(VAULT_CHECK, &[])? {
            Some(row) if row.bytes(0)? == check => Ok(()),
            Some(_) => Err(Fault::WrongKeys),
            None => tx.execute_one(VAULT_MAKE, &[bytes(check)]),
        })
    }

    /// Prepares every statement that the vault has, and returns how many they are: a check of the
    /// schema, without touching a row.
    ///
    /// # Errors
    /// The first statement that the engine does not take.
    pub fn check_statements(&self) -> Result<usize, Fault> {
        let mut loan = self.pool.lend("check_statements")?;
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
        act: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.attempt(Access::Write, name, act)
    }

    /// Runs a closure over one snapshot, in which nothing can be changed.
    ///
    /// # Errors
    /// The closure's own, or a [`Fault`].
    pub fn read<T, E: From<Fault>>(
        &self,
        name: &'static str,
        act: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.attempt(Access::Read, name, act)
    }

    fn attempt<T, E: From<Fault>>(
        &self,
        access: Access,
        name: &'static str,
        mut act: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
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
        act: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, Failed<E>> {
        let mut loan = self.pool.lend(name).map_err(|fault| Failed::ForGood(fault.into()))?;
        let connection = loan.connection().map_err(Failed::of)?;
        let answer = run(connection, &self.ring, (access, name), act);
        if answer.is_err() && !connection.roll_back() {
            loan.spoil();
        }
        answer
    }
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

fn run<T, E: From<Fault>>(
    connection: &mut Connection,
    ring: &Keyring,
    (access, name): (Access, &'static str),
    act: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, Failed<E>> {
    connection.begin(access, name).map_err(Failed::of)?;
    let mut tx = Tx::new(connection, ring);
    let value = match act(&mut tx) {
        Ok(value) => value,
        Err(error) if tx.met_passing_fault() => return Err(Failed::Passing(error)),
        Err(error) => return Err(Failed::ForGood(error)),
    };
    drop(tx);
    match connection.commit(name) {
        Ok(()) => Ok(value),
        // A connection lost during commit leaves open whether it was done: not tried again.
        Err(fault @ Fault::Busy { .. }) => Err(Failed::Passing(fault.into())),
        Err(fault) => Err(Failed::ForGood(fault.into())),
    }
}

fn open_ring(pool: &Pool, keys: Box<dyn KeyStore>) -> Result<Keyring, Fault> {
    let mut loan = pool.lend("open")?;
    let state = match migrate::version(loan.connection()?)? {
        None => Database::Fresh,
        Some(_) => Database::InUse,
    };
    Keyring::open(keys, state)
}
