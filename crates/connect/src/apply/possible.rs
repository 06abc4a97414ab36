//! What of a plan a store can take: columns that can't be emptied and references that can't be let go stay, and
//! do not stand in the way of everything else of the person. For retention runs, which do as much as they can;
//! an erasure that somebody asked for is refused as a whole instead, so that they learn of it.

use kept_core::name::ColumnName;
use kept_core::plan::{Action, Step, StorePlan};

use super::Refused;
use super::work::{detached, emptied};
use crate::map::Map;

/// What of a plan a store can take.
#[derive(Clone, Debug, PartialEq)]
pub struct Possible {
    /// The plan without what stays.
    pub plan: StorePlan,
    /// What stays, each column once.
    pub stuck: Vec<Stuck>,
}

/// A column that stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// Which, why, and how to mend it.
    pub why: Refused,
    /// In how many rows.
    pub rows: u64,
}

/// Takes out of a plan what the store's schema refuses. A table that the schema does not have stays in it: the
/// plan is then refused as before.
pub fn possible(map: &Map<'_>, plan: &StorePlan) -> Possible {
    let mut stuck: Vec<Stuck> = Vec::new();
    let mut steps = Vec::with_capacity(plan.steps.len());
    for step in &plan.steps {
        let mut note = |why: Refused| {
            let rows = u64::try_from(step.keys.len()).unwrap_or(u64::MAX);
            match stuck.iter_mut().find(|known| known.why == why) {
                Some(known) => known.rows = known.rows.saturating_add(rows),
                None => stuck.push(Stuck { why, rows }),
            }
        };
        if let Some(action) = able(map, step, &mut note) {
            steps.push(Step { action, ..step.clone() });
        }
    }
    Possible { plan: StorePlan { store: plan.store.clone(), steps }, stuck }
}

/// What of a step can be done; none where nothing is left of it.
fn able(map: &Map<'_>, step: &Step, note: &mut dyn FnMut(Refused)) -> Option<Action> {
    let Ok(table) = map.table(&step.table) else { return Some(step.action.clone()) };
    let mut without = |names: &[ColumnName], ask: &dyn Fn(&[ColumnName]) -> Result<(), Refused>| {
        let is_able = |name: &&ColumnName| match ask(std::slice::from_ref(*name)) {
            Ok(()) => true,
            Err(why) => {
                note(why);
                false
            }
        };
        names.iter().filter(is_able).cloned().collect::<Vec<ColumnName>>()
    };
    let empties = |names: &[ColumnName]| emptied(map.schema, table, names).map(drop);
    let lets_go = |names: &[ColumnName]| detached(map.schema, table, names).map(drop);
    match &step.action {
        Action::Empty { columns } => {
            let columns = without(columns, &empties);
            (!columns.is_empty()).then_some(Action::Empty { columns })
        }
        Action::Detach { links, columns } => {
            let (links, columns) = (without(links, &lets_go), without(columns, &empties));
            (!links.is_empty() || !columns.is_empty()).then_some(Action::Detach { links, columns })
        }
        action => Some(action.clone()),
    }
}
