//! Entries of the ledger that lose their payload when their period is over: the leaf stays for ever, and what
//! it commits to goes, with the key of its day once nothing else of that day is left.
//!
//! Not here: which entries those are (`kept_core::standing::own`, `kept-engine`).

use kept_core::ledger::system::{SystemAct, SystemEntry};
use kept_core::ledger::{Durable, Sequence};
use kept_core::name::PurposeName;
use kept_core::time::{Day, Instant};

use crate::entry::DAY_SECONDS;
use crate::fault::Fault;
use crate::line::Recorded;
use crate::row::{integer, text};
use crate::statements::{
    COUNTER_PUT, COUNTER_READ, DAY_KEY_REMOVE, ENTRY_FORGET, ENTRY_SEALED, ENTRY_SEALED_OF, SET_ENTRY_REMOVE,
};
use crate::subject::SubjectId;
use crate::transaction::Tx;

/// An entry that still has its payload.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// Whom it is about, if it is about one whom Kept knows.
    pub subject: Option<SubjectId>,
    /// The day of its key, counted in UTC.
    pub day: Day,
    /// The entry; not opened where its keys are gone or its payload was changed.
    pub recorded: Recorded,
}

impl Tx {
    /// A page of the entries from a number on that still have their payload, in order.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sealed_entries(&mut self, from: Sequence, count: u32, _: &Durable) -> Result<Vec<Sealed>, Fault> {
        let from = i64::try_from(from.0).unwrap_or(i64::MAX);
        let rows = self.query(ENTRY_SEALED, &[integer(from), integer(i64::from(count))])?;
        let each = rows.into_iter().map(|mut row| {
            let subject = row.bytes_or_null(1)?.map(|_| SubjectId::from_row(&row, 1)).transpose()?;
            let day = day_named(row.integer(3)?, row.statement)?;
            let shut = Recorded {
                sequence: Sequence(row.integer(0)?.unsigned_abs()),
                purpose: PurposeName::from(row.text(2)?),
                leaf: crate::line::leaf(&row, 4)?,
                opened: None,
            };
            let recorded = match self.stored_line(&mut row)?.open() {
                Err(Fault::Sealed { .. }) => shut,
                opened => opened?,
            };
            Ok(Sealed { subject, day, recorded })
        });
        each.collect()
    }

    /// The day of the first entry from a number on that still has its payload. Nothing is opened.
    ///
    /// # Errors
    /// When the store fails.
    pub fn first_sealed(&mut self, from: Sequence) -> Result<Option<Day>, Fault> {
        let from = i64::try_from(from.0).unwrap_or(i64::MAX);
        let row = self.one(ENTRY_SEALED, &[integer(from), integer(1)])?;
        row.map(|row| day_named(row.integer(3)?, row.statement)).transpose()
    }

    /// The numbers of the entries about many in which a person is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn entries_about_many(&mut self, subject: SubjectId) -> Result<Vec<Sequence>, Fault> {
        Ok(self.sets_with(subject)?.into_iter().map(|number| Sequence(number.unsigned_abs())).collect())
    }

    /// Takes the payload of an entry away, and what it commits to of many. The leaf stays.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_payload(&mut self, of: Sequence) -> Result<(), Fault> {
        // This process may have the entry in memory, opened.
        self.forget_everybody();
        let number = [integer(i64::try_from(of.0).map_err(|_| Fault::Missing { what: "entry" })?)];
        self.execute(SET_ENTRY_REMOVE, &number)?;
        self.execute_one(ENTRY_FORGET, &number)
    }

    /// Destroys the key of a day's entries of a purpose, unless one of them, with a number from `between.0` on
    /// and below `between.1`, still has its payload; and says so in an entry that all can read. Whether it did.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_day(
        &mut self,
        (purpose, day): (&PurposeName, Day),
        between: (Sequence, Sequence),
        (log, now): (&PurposeName, Instant),
    ) -> Result<bool, Fault> {
        let number = number_of(day);
        let bound = |of: Sequence| integer(i64::try_from(of.0).unwrap_or(i64::MAX));
        let (name, number) = (text(purpose.as_str()), integer(number));
        let left = [bound(between.0), bound(between.1), name.clone(), number.clone()];
        if self.one(ENTRY_SEALED_OF, &left)?.is_some() {
            return Ok(false);
        }
        self.forget_everybody();
        if self.execute(DAY_KEY_REMOVE, &[name, number])? == 0 {
            return Ok(false);
        }
        self.made.days.remove(&(purpose.as_str().to_owned(), number_of(day)));
        let what = SystemAct::Pruned { purpose: purpose.clone(), day };
        self.log_system(SystemEntry { at: now, what }, log)?;
        Ok(true)
    }

    /// From which number on entries may lose their payload by the periods of this name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn pruned_to(&mut self, periods: &str) -> Result<Sequence, Fault> {
        let row = self.one(COUNTER_READ, &[text(pruned(periods))])?;
        let number = row.map_or(Ok(0), |row| row.integer(0))?;
        Ok(Sequence(number.unsigned_abs()))
    }

    /// Notes from which number on.
    ///
    /// # Errors
    /// When the store fails.
    pub fn put_pruned_to(&mut self, periods: &str, to: Sequence) -> Result<(), Fault> {
        let number = integer(i64::try_from(to.0).unwrap_or(i64::MAX));
        self.execute(COUNTER_PUT, &[text(pruned(periods)), number]).map(drop)
    }
}

fn pruned(periods: &str) -> String {
    format!("pruned/{periods}")
}

/// The day with the number by which entries are filed.
fn day_named(number: i64, statement: &'static str) -> Result<Day, Fault> {
    let at = Instant::from_second(number.saturating_mul(DAY_SECONDS));
    Ok(at.map_err(|_| Fault::Instant { statement })?.to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn number_of(day: Day) -> i64 {
    let start = day.to_zoned(jiff::tz::TimeZone::UTC);
    start.map_or(0, |start| start.timestamp().as_second().div_euclid(DAY_SECONDS))
}
