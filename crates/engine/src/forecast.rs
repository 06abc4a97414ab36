//! What retention runs will take later, month by month, as the stores stand now.
//!
//! Not here: the runs and their dry runs (`sweep`), and what is foreseen of people who are looked at one by one
//! (`foreseen`, `spread`).

use kept_connect::due::{self, Question, TableCount};
use kept_core::ledger::{Durable, Kind};
use kept_core::name::StoreName;
use kept_core::policy::Policy;
use kept_core::policy::model::Store;
use kept_core::time::{Day, Instant};

use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::foreseen::{Tally, Unit};
use crate::own;
use crate::own_records;
use crate::report::Unreached;
use crate::report::sweep::{ForecastLine, ForecastMonth, ForecastReport};
use crate::spread::{Asked, and_these};
use crate::stores::unreached;
use crate::sweep::{SweepOrder, question};

/// The most months that a forecast tells apart; beyond, the rest is one.
const MONTHS_MAX: usize = 120;

impl Company {
    /// What falls due until a day, month by month, as the stores stand now.
    ///
    /// # Errors
    /// A fault of Kept's own store, or a day in the past.
    pub fn forecast(&mut self, until: Day, now: Instant) -> Result<ForecastReport, Failure> {
        if until < self.policy().zone().day_of(now) {
            return Err(Failure::Refused(
                "the last day of a forecast lies in the past: name today or a later day".to_owned(),
            ));
        }
        let entry = self.entry(Kind::Audited, now)?;
        let ((), receipt) =
            self.act("forecast", |_| Ok(((), Act { entry: entry.clone(), subject: None })))?;
        let policy = self.policy().clone();
        let zone = policy.zone();
        let days = month_ends(zone.day_of(now), until);
        let instants: Vec<Instant> = days.iter().map(|day| zone.end_of(*day)).collect();
        let mut months: Vec<ForecastMonth> =
            days.iter().map(|day| ForecastMonth { until: *day, lines: Vec::new() }).collect();
        let mut down = Vec::new();
        for (name, map) in &policy.stores {
            match self.forecast_store((&policy, name, map), &instants, &receipt, now)? {
                Ok(tallies) => add_months(name, tallies.into_iter(), &mut months),
                Err(one) => down.push(one),
            }
        }
        let mut own = self.foresee_own(&instants, Unit::Records, &receipt, now)?.at;
        for (tally, over) in own.iter_mut().zip(self.foresee_records(&instants, &receipt, now)?) {
            tally.extend(own_records::tally(&over));
        }
        add_months(&StoreName::from(own::STORE), own.into_iter(), &mut months);
        for month in &mut months {
            month.lines.sort_by_key(|line| std::cmp::Reverse(line.rows));
        }
        Ok(ForecastReport { months, unreached: down })
    }

    /// How many rows each statement lets go in a store, by each of these instants.
    fn forecast_store(
        &mut self,
        place @ (policy, name, map): (&Policy, &StoreName, &Store),
        instants: &[Instant],
        receipt: &Durable,
        now: Instant,
    ) -> Result<Result<Vec<Tally>, Unreached>, Failure> {
        let (order, history) = (SweepOrder::default(), &self.history.clone());
        let mut exceptions = self.exceptions(name, map, receipt)?;
        let each = |at: &Instant| question((policy, history, map), *at, &order, &exceptions);
        let questions: Vec<Question<'_>> = instants.iter().map(each).collect();
        let asked = Asked { questions: &questions, limit: None };
        let (spread, more) = match self.foresee_spread(place, (asked, instants), &order, receipt, now)? {
            Ok(told) => told,
            Err(down) => return Ok(Err(down)),
        };
        let ones = self.foresee_ones(place, (order.occasioned(), instants), receipt, now)?.and(spread);
        and_these(&mut exceptions, more);
        let question = question((policy, history, map), now, &order, &exceptions);
        let told = self.stores.get(policy, name).and_then(|connector| {
            due::forecast(connector.session(), &question, instants).map_err(|fault| unreached(name, &fault))
        });
        Ok(told.map(|told| {
            let ones = ones.at.into_iter().map(|foreseen| foreseen.due);
            told.iter().zip(ones).map(|((_, counts), ones)| tally(counts, ones)).collect()
        }))
    }
}

/// The last day of each month from `from` on, the last of them `until`.
fn month_ends(from: Day, until: Day) -> Vec<Day> {
    let mut days = Vec::new();
    let mut day = from.last_of_month();
    while day < until && days.len() < MONTHS_MAX {
        days.push(day);
        let Ok(next) = day.tomorrow() else { break };
        day = next.last_of_month();
    }
    days.push(until);
    days
}

/// What is due in a store by the set, with what is due of people looked at one by one.
fn tally(counts: &[TableCount], mut ones: Tally) -> Tally {
    for table in counts {
        for rule in &table.rules {
            *ones.entry((table.table.clone(), rule.statement.clone())).or_default() += rule.due;
        }
    }
    ones
}

/// What each month adds to the one before.
fn add_months(store: &StoreName, told: impl Iterator<Item = Tally>, months: &mut [ForecastMonth]) {
    let mut before = Tally::new();
    for (tally, month) in told.zip(months) {
        for ((table, statement), due) in tally {
            let known = before.insert((table.clone(), statement.clone()), due).unwrap_or(0);
            if let Some(rows) = due.checked_sub(known).filter(|rows| *rows > 0) {
                month.lines.push(ForecastLine { store: store.clone(), table, statement, rows });
            }
        }
    }
}
