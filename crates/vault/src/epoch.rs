//! Epochs of keys: what an old copy of the database holds opens only with the key of its epoch,
//! and that key is destroyed some time after the next epoch began. So an erasure reaches copies
//! that nobody remembers. Not here: how long an epoch lasts (the engine's settings).

use jiff::Timestamp as Instant;
use kept_core::ledger::SystemEntry;
use kept_core::ledger::system::SystemAct;
use kept_core::name::PurposeName;

use crate::fault::Fault;
use crate::row::{Row, bytes, instant, integer, text};
use crate::statements::{
    BUCKET_LIST, BUCKET_REKEY, DAY_KEY_LIST, DAY_KEY_REWRAP, EPOCH_BEGIN, EPOCH_CURRENT, EPOCH_DESTROY,
    EPOCH_END, EPOCH_LIST, SUBJECT_SCRUBBED,
};
use crate::transaction::Tx;
use crate::vault::Vault;

/// An epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Its number, from 1.
    pub number: i64,
    /// When it began.
    pub begun_at: Instant,
    /// When the next one began.
    pub ended_at: Option<Instant>,
    /// When its key was destroyed.
    pub destroyed_at: Option<Instant>,
    last_erasure: Option<i64>,
}

impl Vault {
    /// Begins the next epoch: every bucket key and day key is wrapped anew, in one transaction,
    /// which also logs it. Returns the new epoch's number.
    ///
    /// # Errors
    /// When the key store or the store fails; then the old epoch goes on.
    pub fn begin_epoch(&self, now: Instant, log_purpose: &PurposeName) -> Result<i64, Fault> {
        self.write("begin_epoch", |tx| {
            let old = tx.current_epoch()?;
            let new = old + 1;
            // First of all in the key store, durably: a crash leaves a key that nothing uses yet.
            self.ring.make_epoch(new)?;
            let last = tx.last_number("erasure")?;
            tx.execute_one(EPOCH_END, &[integer(old), instant(now), integer(last)])?;
            tx.execute_one(EPOCH_BEGIN, &[integer(new), instant(now)])?;
            tx.rewrap_buckets(new)?;
            tx.rewrap_day_keys(new)?;
            let what = SystemAct::KeyEpochBegun { epoch: new.unsigned_abs() };
            tx.log_system(SystemEntry { at: now, what }, log_purpose)?;
            Ok(new)
        })
    }

    /// Destroys the key of an ended epoch, and logs it. Copies of the database from that time or
    /// before open no more, and what was erased in it counts as scrubbed.
    ///
    /// # Errors
    /// [`Fault::EpochInUse`] for the current epoch, or while an older one has its key.
    pub fn destroy_epoch(&self, number: i64, now: Instant, log_purpose: &PurposeName) -> Result<(), Fault> {
        let epochs = self.read("epochs", Tx::epochs)?;
        let of_number = epochs.iter().find(|epoch| epoch.number == number);
        let epoch = of_number.ok_or(Fault::Missing { what: "epoch" })?;
        if epoch.destroyed_at.is_some() {
            return Ok(());
        }
        let older = epochs.iter().any(|epoch| epoch.number < number && epoch.destroyed_at.is_none());
        let Some(last) = epoch.last_erasure.filter(|_| !older) else {
            return Err(Fault::EpochInUse { number });
        };
        // The key first: the ledger never says destroyed of a key that is there.
        self.memory.clear();
        self.ring.destroy_epoch(number)?;
        self.write("destroy_epoch", |tx| {
            tx.execute_one(EPOCH_DESTROY, &[integer(number), instant(now)])?;
            tx.execute(SUBJECT_SCRUBBED, &[instant(now), integer(last)])?;
            let what = SystemAct::KeyEpochDestroyed { epoch: number.unsigned_abs() };
            tx.log_system(SystemEntry { at: now, what }, log_purpose).map(drop)
        })
    }
}

impl Tx {
    /// Every epoch, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn epochs(&mut self) -> Result<Vec<Epoch>, Fault> {
        self.query(EPOCH_LIST, &[])?.iter().map(epoch).collect()
    }

    /// The number of the epoch in which keys are wrapped.
    pub(crate) fn current_epoch(&mut self) -> Result<i64, Fault> {
        self.one(EPOCH_CURRENT, &[])?.ok_or(Fault::Missing { what: "epoch" })?.integer(0)
    }

    /// Makes sure that the current epoch's key is there.
    pub(crate) fn current_key(&mut self) -> Result<(), Fault> {
        let epoch = self.current_epoch()?;
        self.ring.epoch(epoch).map(drop)
    }

    fn rewrap_buckets(&mut self, epoch: i64) -> Result<(), Fault> {
        let mut last = 0;
        loop {
            let rows = self.query(BUCKET_LIST, &[integer(last)])?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.integer(0)?;
            for row in &rows {
                let id = row.integer(0)?;
                let key = self.bucket_key(id, row.integer(1)?, row.bytes(2)?)?;
                let wrapped = self.wrap_bucket_key(id, epoch, &key)?;
                self.execute_one(BUCKET_REKEY, &[integer(id), bytes(wrapped), integer(epoch)])?;
            }
        }
    }

    fn rewrap_day_keys(&mut self, epoch: i64) -> Result<(), Fault> {
        let mut last = (String::new(), i64::MIN);
        loop {
            let rows = self.query(DAY_KEY_LIST, &[text(last.0), integer(last.1)])?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = (end.text(0)?.to_owned(), end.integer(1)?);
            for row in &rows {
                let (purpose, day) = (PurposeName::from(row.text(0)?), row.integer(1)?);
                let key = self.unwrap_day_key((&purpose, day), row.integer(2)?, row.bytes(3)?)?;
                let wrapped = bytes(self.wrap_day_key((&purpose, day), epoch, &key)?);
                let purpose = text(purpose.as_str());
                self.execute_one(DAY_KEY_REWRAP, &[purpose, integer(day), integer(epoch), wrapped])?;
            }
        }
    }
}

fn epoch(row: &Row) -> Result<Epoch, Fault> {
    Ok(Epoch {
        number: row.integer(0)?,
        begun_at: row.instant(1)?,
        ended_at: row.instant_or_null(2)?,
        last_erasure: row.integer_or_null(3)?,
        destroyed_at: row.instant_or_null(4)?,
    })
}
