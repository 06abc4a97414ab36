//! Whether the machine's clock can be right: Kept's own store notes when it was last used, and what lies
//! before that or far after it is believed only when somebody says so. Data that go by a wrong clock do
//! not come back, and what is recorded before what was recorded earlier would not count.
//!
//! Not here: reading the clock, and how a service goes on while it leaps (`kept::clock`).

use jiff::SignedDuration;
use kept_core::ledger::SystemEntry;
use kept_core::ledger::system::SystemAct;
use kept_core::time::Instant;
use kept_vault::{Fault, Settings, Vault};

use crate::company::{Company, Opening, log_purpose};
use crate::failure::Failure;
use crate::in_turn::LEAD_MAX;

/// How long Kept may lie unused before it asks whether the clock is right, at most: who uses it every day says
/// less ([`Company::open_judging`]).
pub const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(31 * 24);

/// The name under which it is noted when Kept was last used.
const LAST: &str = "clock";

/// The name under which it is noted after which use the clock was doubted.
const DOUBTED: &str = "clock-doubted";

/// How old a note may be that is not made anew.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(1);

/// How the clock is taken when a company is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// For one act: a clock that can't be right is an error.
    Act,
    /// For a service, which has a time of its own: a clock that lies behind is no hindrance, the service
    /// begins with the last act.
    Service,
    /// Somebody says that the clock is right.
    Believed,
}

/// Why a clock can't be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// It says an instant before the last act.
    #[error(
        "the machine's clock says {said}, and kept was last used at {last}: nothing was done, since what is \
         recorded now would lie before what was recorded then\nhelp: set the clock right, or wait until then; \
         if it is right, say so once: `kept clock --is-right`"
    )]
    Behind {
        /// What the clock says.
        said: Instant,
        /// The last act.
        last: Instant,
    },
    /// It says an instant long after the last act.
    #[error(
        "the machine's clock says {said}, and kept was last used at {last}, {days} days before: nothing was \
         done, since data that go by a wrong clock do not come back\nhelp: set the clock right; if it is \
         right, say so once: `kept clock --is-right`"
    )]
    Ahead {
        /// What the clock says.
        said: Instant,
        /// The last act.
        last: Instant,
        /// How many days lie between.
        days: i64,
    },
}

/// Whether a clock can be right that says this after an act at `last`, and lies no further ahead of it than
/// `ahead_max`, nor than [`AHEAD_MAX`].
///
/// # Errors
/// [`Doubt`] says on which side.
pub fn judge(last: Option<Instant>, said: Instant, ahead_max: SignedDuration) -> Result<(), Doubt> {
    let Some(last) = last else { return Ok(()) };
    let ahead = said.duration_since(last);
    if ahead < -LEAD_MAX {
        return Err(Doubt::Behind { said, last });
    }
    if ahead > ahead_max.min(AHEAD_MAX) {
        return Err(Doubt::Ahead { said, last, days: ahead.as_hours() / 24 });
    }
    Ok(())
}

impl Company {
    /// As [`Company::open_with`], if the clock can be right: no further ahead of the last act than `ahead_max`,
    /// nor than [`AHEAD_MAX`]. A doubt is an entry of the ledger, dated by
    /// the last act, and so is the word that the clock is right all the same.
    ///
    /// # Errors
    /// [`Failure::Clock`]; else as for [`Company::open`].
    pub fn open_judging(
        opening: Opening,
        settings: Settings,
        (now, trust): (Instant, Trust),
        ahead_max: SignedDuration,
    ) -> Result<Self, Failure> {
        let mut last = None;
        let company = Self::open_after(opening, settings, now, |vault| {
            last = last_use(vault)?;
            at_opening(vault, (now, trust), (last, ahead_max))
        })?;
        if let Some(last) = last.filter(|_| trust != Trust::Believed) {
            company.last_turn.not_before(last);
        }
        company.note_use(now)?;
        Ok(company)
    }

    /// When Kept was last used, as far as it was noted.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn last_use(&self) -> Result<Option<Instant>, Failure> {
        last_use(&self.vault)
    }

    /// Notes that Kept is used; never less than was noted.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn note_use(&self, now: Instant) -> Result<(), Failure> {
        let is_new = |last: Option<Instant>| last.is_none_or(|last| now.duration_since(last) >= NOTED_EVERY);
        if !is_new(self.last_use()?) {
            return Ok(());
        }
        self.vault.write("note_use", |tx| match tx.duty_last(LAST)? {
            last if is_new(last) => Ok(tx.duty_done(LAST, now)?),
            _ => Ok(()),
        })
    }

    /// By when the clock was last doubted, as Kept took the time then.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn clock_doubted(&self) -> Result<Option<Instant>, Failure> {
        self.vault.read("clock_doubted", |tx| tx.duty_last(DOUBTED).map_err(Failure::from))
    }

    /// Notes in the ledger that the clock leapt while Kept was in use: once after each last use.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub fn doubt_clock(&self, said: Instant, now: Instant) -> Result<(), Failure> {
        doubted(&self.vault, said, now)
    }
}

fn last_use(vault: &Vault) -> Result<Option<Instant>, Failure> {
    vault.read("last_use", |tx| tx.duty_last(LAST).map_err(Failure::from))
}

/// The instant at which a company is opened.
fn at_opening(
    vault: &Vault,
    (now, trust): (Instant, Trust),
    (last, ahead_max): (Option<Instant>, SignedDuration),
) -> Result<Instant, Failure> {
    let (Err(doubt), Some(last)) = (judge(last, now, ahead_max), last) else { return Ok(now) };
    match (trust, doubt) {
        (Trust::Believed, _) => {
            believed(vault, last, now)?;
            Ok(now)
        }
        (Trust::Service, Doubt::Behind { .. }) => {
            doubted(vault, now, last)?;
            Ok(last)
        }
        (Trust::Act | Trust::Service, _) => {
            doubted(vault, now, last)?;
            Err(Failure::Clock(doubt))
        }
    }
}

fn doubted(vault: &Vault, said: Instant, last: Instant) -> Result<(), Failure> {
    vault.write("doubt_clock", |tx| {
        // One entry for each last use: a command that is tried again and again fills no ledger.
        if tx.duty_last(DOUBTED)? != Some(last) {
            tx.duty_done(DOUBTED, last)?;
            tx.log_system(SystemEntry { at: last, what: SystemAct::ClockDoubted { said } }, &log_purpose())?;
        }
        Ok::<(), Fault>(())
    })?;
    Ok(())
}

fn believed(vault: &Vault, last: Instant, now: Instant) -> Result<(), Failure> {
    vault.write("believe_clock", |tx| {
        tx.log_system(SystemEntry { at: now, what: SystemAct::ClockBelieved { last } }, &log_purpose())?;
        tx.duty_done(LAST, now)
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_believed_from_a_minute_before_the_last_act_to_a_month_after_it() {
        let last: Instant = "2026-11-22T12:00:00Z".parse().unwrap();
        let said = |seconds: i64| judge(Some(last), last + SignedDuration::from_secs(seconds), AHEAD_MAX);
        for seconds in [-60, 0, 1, 86_400, 31 * 86_400] {
            assert_eq!(said(seconds), Ok(()), "{seconds}");
        }
        assert!(matches!(said(-61), Err(Doubt::Behind { .. })));
        assert!(matches!(said(-86_400), Err(Doubt::Behind { .. })));
        assert!(matches!(said(31 * 86_400 + 1), Err(Doubt::Ahead { days: 31, .. })));
        assert!(matches!(said(365 * 86_400), Err(Doubt::Ahead { days: 365, .. })));
        assert_eq!(judge(None, last, AHEAD_MAX), Ok(()));
        // Whoever uses it every day says so, and nobody can say more than a month.
        let days = |ahead: i64, most: i64| {
            let day = |days: i64| SignedDuration::from_hours(24 * days);
            judge(Some(last), last + day(ahead), day(most)).is_ok()
        };
        assert_eq!([days(2, 2), days(3, 2), days(31, 90), days(32, 90)], [true, false, true, false]);
    }
}
