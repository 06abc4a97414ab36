//! The rows that the conditions of their own table can't decide.
//!
//! Not here: of which purposes other tables may tell (`elsewhere`), and which earlier versions of the policy still
//! bind (`bound`).

use std::collections::BTreeSet;

use super::Compiler;
use crate::plan::due::bound::Bound;
use crate::plan::due::condition::Condition;
use crate::plan::due::elsewhere;
use crate::plan::due::ground::Source;
use crate::plan::due::routes::{Rows, Ways};
use crate::plan::due::tell::Clock;
use crate::plan::due::{Candidates, Hanging, Reach};
use crate::policy::Policy;
use crate::policy::model::{Store, Table};
use crate::standing::history::PolicyHistory;
use crate::time::Instant;

/// What may be due where purposes told elsewhere keep nothing, and by what earlier versions of the policy said:
/// of the tables that have such.
pub(in crate::plan::due) fn may_be_due(
    history: &PolicyHistory,
    map: &Store,
    ways: &Ways,
    at: Instant,
    reach: Reach,
) -> Vec<Candidates> {
    let policy: &Policy = &history.at(at).policy;
    let open = &elsewhere::open(policy, map, ways);
    let unbound = Bound::default();
    let bound = &Bound::new(history, map, ways, at);
    let concerned: Vec<&Table> =
        map.tables.values().filter(|table| !bound.is_empty() || open.contains_key(&table.name)).collect();
    let compiled = |open, bound| {
        let source = Source { policy, map, ways, clock: Clock::new(at, policy.zone()) };
        let (hanging, taken) = (Hanging::AsItStands, &BTreeSet::new());
        let mut compiler =
            Compiler { source, reach, hanging, taken, only: None, open, bound, rows: Rows::new() };
        concerned.iter().map(|table| compiler.table(table)).collect::<Vec<_>>()
    };
    let plain = if bound.is_empty() { Vec::new() } else { compiled(open, &unbound) };
    let candidates = compiled(open, bound).into_iter().enumerate().filter_map(|(place, due)| {
        let due = due?;
        let plain = plain.get(place).and_then(Option::as_ref);
        let by_version = plain.is_some_and(|plain| *plain != due);
        let rows = match plain.filter(|_| !open.contains_key(&due.table)) {
            Some(plain) => due.does_beyond(plain),
            None => due.does(),
        };
        (rows != Condition::Never).then_some(Candidates { due, rows, by_version })
    });
    candidates.collect()
}
