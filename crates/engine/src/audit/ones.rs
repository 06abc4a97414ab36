//! What an audit finds of people whom sweeps look at one by one: the counts of a store leave their rows out.
//!
//! Not here: the counts themselves (`kept_connect::due::count`), and what a run would do to each
//! (`crate::foreseen`, `crate::spread`).

use kept_connect::due::{Counted, Exceptions, Question, RuleCount};
use kept_core::ledger::Durable;
use kept_core::name::{StoreName, TableName};
use kept_core::policy::Policy;
use kept_core::policy::model::Store;

use crate::audit::why_uncounted;
use crate::company::Company;
use crate::failure::Failure;
use crate::foreseen::{ForeseenOnes, Tally};
use crate::report::Unreached;
use crate::spread::{self, Asked};
use crate::sweep::SweepOrder;

impl Company {
    /// Looks at those of a store: as of the audit's instant, and as of the last run that should have been. With
    /// them the rows of people who stand in several tables, which the counts are to leave out too.
    pub(super) fn audit_ones(
        &mut self,
        place: (&Policy, &StoreName, &Store),
        question: &Question<'_>,
        receipt: &Durable,
    ) -> Result<Result<(ForeseenOnes, Exceptions), Unreached>, Failure> {
        let now = question.at;
        let (all, order) = ([now, question.grace_from.unwrap_or(now)], SweepOrder::default());
        let asked = Asked { questions: &[*question], limit: Some(self.audit_limit) };
        let spread = self.foresee_spread(place, (asked, &all), &order, receipt, now)?;
        let (spread, more) = match spread {
            Ok(told) => told,
            Err(down) => return Ok(Err(down)),
        };
        let ones = self.foresee_ones(place, (order.occasioned(), &all), receipt, now)?;
        Ok(Ok((ones.and(spread), more)))
    }
}

/// Adds what was found of them to the counts of each statement.
pub(super) fn add(counted: &mut [Counted], ones: &ForeseenOnes) {
    let [now, before] = ones.at.as_slice() else { return };
    let tables = counted.iter_mut().filter_map(|(_, count)| count.as_mut().ok());
    for table in tables {
        let name = table.table.clone();
        let of = |tally: &Tally, rule: &RuleCount| {
            tally.get(&(name.clone(), rule.statement.clone())).copied().unwrap_or_default()
        };
        for rule in &mut table.rules {
            rule.due += of(&now.due, rule);
            rule.overdue += of(&before.due, rule);
            rule.to_archive += of(&now.to_archive, rule);
            rule.archive_overdue += of(&before.to_archive, rule);
            rule.unknown += of(&now.unknown, rule);
            rule.without_ground += of(&now.groundless, rule);
        }
    }
}

/// The tables in which somebody's rows can't be told from others', and those that could not be asked, with why.
pub(super) fn untold(ones: &ForeseenOnes) -> impl Iterator<Item = (TableName, String)> + '_ {
    let unasked = ones.unasked.iter().map(|(table, fault)| (table.clone(), why_uncounted(fault)));
    ones.unclear.iter().map(|(table, people)| (table.clone(), spread::unclear(*people))).chain(unasked)
}
