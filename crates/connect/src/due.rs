//! Retention over a whole store: what is due, counted and carried out, by the set.
//!
//! The audit, the forecast, the dry run and the sweep ask the same compiled conditions
//! (`kept_core::plan::due`), with the same exceptions. Not here: which conditions those are, whose
//! rows are excepted (the engine knows holds and restrictions), and when a run happens.

use kept_core::name::{PurposeName, TableName};
use kept_core::plan::due::{self as compiled, Hanging, Reach, TableDue};
use kept_core::policy::Policy;
use kept_core::policy::model::{Engine, Store};
use kept_core::standing::PolicyHistory;
use kept_core::time::Instant;

pub mod consents;
pub mod count;
pub mod dates;
pub mod foresee;
pub(crate) mod functions;
pub mod look;
pub mod memory;
pub mod order;
pub mod people;
pub mod render;
mod shared;
pub mod spread;
pub mod sweep;
pub(crate) mod taken;

pub use count::{Counted, RuleCount, TableCount, count, count_each, count_groundless, forecast};
pub use foresee::{Foreseen, foresee};
pub use look::{RuleLook, TableLook};
pub use memory::Memory;
pub use render::{Exceptions, Renderer};
pub use sweep::{Act, PAGE, Progress, Refusal, Swept, SweptTable, Watch, sweep, vacuum};

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::Map;
use crate::schema::Schema;

/// What is asked of a store.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// The versions of the policy, of which earlier ones bind what began under them.
    pub history: &'a PolicyHistory,
    /// The store's map.
    pub store: &'a Store,
    /// The instant of the run; later than now only for forecasts and dry runs.
    pub at: Instant,
    /// What counts as overdue was due at this earlier instant already, the previous run's; without
    /// one, whatever is due is overdue.
    pub grace_from: Option<Instant>,
    /// Which data are taken.
    pub reach: Reach,
    /// Rows that must be left alone.
    pub exceptions: &'a Exceptions,
    /// Only what this purpose has let go; none for all of them.
    pub only: Option<&'a PurposeName>,
}

/// The compiled conditions of a question, in the policy's order of tables.
pub(crate) fn compile(question: &Question<'_>, map: &Map<'_>, at: Instant) -> Vec<TableDue> {
    let reach = (question.reach, Hanging::AsItStands);
    let dues = compiled::compile(question.policy, question.store, &render::ways(map), at, reach);
    match question.only {
        // Tables of which nothing is due for this purpose are not even looked at.
        Some(purpose) => {
            dues.into_iter().map(|due| due.only(purpose)).filter(TableDue::does_something).collect()
        }
        None => dues,
    }
}

/// The same for a run, where the keys of what is due in these tables were taken beforehand.
pub(crate) fn compile_taken(
    question: &Question<'_>,
    map: &Map<'_>,
    taken: &std::collections::BTreeSet<TableName>,
) -> Vec<TableDue> {
    let with = (question.reach, taken);
    let ways = render::ways(map);
    let dues = compiled::compile_taken(question.policy, question.store, &ways, question.at, with);
    let Some(purpose) = question.only else { return dues };
    // What was taken is that purpose's alone already.
    let narrowed = |due: TableDue| if taken.contains(&due.table) { due } else { due.only(purpose) };
    dues.into_iter().map(narrowed).filter(TableDue::does_something).collect()
}

/// How long a look at the schema counts as fresh: a run must not work on yesterday's.
const FRESH: std::time::Duration = std::time::Duration::from_mins(1);

/// The schema, looked at anew unless that was just done.
pub(crate) fn schema(session: &mut Session) -> Result<Schema, StoreFault> {
    if session.engine() == Engine::Postgres {
        // Long conditions over few rows: compiling them to machine code takes longer than they do.
        session.batch("SET jit = off")?;
    }
    session.schema_within(FRESH)
}

pub(crate) fn zones(question: &Question<'_>) -> dates::Zones {
    dates::Zones { store: question.store.zone.clone(), policy: question.policy.zone() }
}
