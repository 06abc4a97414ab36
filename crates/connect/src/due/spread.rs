//! Of whose rows a run might take something if nothing that other tables tell of the same people kept it, and by
//! what earlier versions of the policy said.
//!
//! Not here: who of them does stand in other tables, and what becomes of their rows (`kept-engine`).

use kept_core::plan::Key;
use kept_core::plan::due::{Candidates, may_be_due};

use crate::due::people::{Page, page};
use crate::due::{Question, render, schema};
use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::Map;

/// The tables of whose people other tables, or earlier versions, may tell something, each with the rows concerned.
/// Empty for most stores.
///
/// # Errors
/// As the store answers.
pub fn may_go(session: &mut Session, question: &Question<'_>) -> Result<Vec<Candidates>, StoreFault> {
    let schema = schema(session)?.with_places(question.store);
    let map = Map::new(question.store, &schema)?;
    let ways = render::ways(&map);
    Ok(may_be_due(question.history, question.store, &ways, question.at, question.reach))
}

/// The next of these rows of a table, after one of them or from the first on, and whose they are. Rows of
/// people who are excepted are not among them.
///
/// # Errors
/// As the store answers.
pub fn people(
    session: &mut Session,
    question: &Question<'_>,
    of: &Candidates,
    after: Option<&Key>,
    count: u32,
) -> Result<Page, StoreFault> {
    let schema = schema(session)?.with_places(question.store);
    let map = Map::new(question.store, &schema)?;
    let dues = std::slice::from_ref(&of.due);
    page(session, (question, &map), dues, (&of.due.table, &of.rows), (after, count))
}
