//! Whose rows that tell of a consent the next run takes: what they tell is to be kept elsewhere before.
//!
//! Not here: what is kept of it (`kept-engine`), and the run (`sweep`).

use kept_core::name::TableName;
use kept_core::plan::Key;
use kept_core::plan::due::{Cell, Condition, THIS};

use crate::due::people::{Page, page};
use crate::due::{Question, compile, schema};
use crate::engine::Session;
use crate::fault::StoreFault;
use crate::map::Map;

/// The next due rows of a table that tell of a consent, after one of them or from the first on, and whose
/// they are. Rows of people who are excepted are not among them.
///
/// # Errors
/// As the store answers.
pub fn going(
    session: &mut Session,
    question: &Question<'_>,
    name: &TableName,
    after: Option<&Key>,
    count: u32,
) -> Result<Page, StoreFault> {
    let schema = schema(session)?.with_places(question.store);
    let map = Map::new(question.store, &schema)?;
    let plain = compile(question, &map, question.at);
    let Some(due) = plain.iter().find(|due| due.table == *name) else { return Ok(Page::default()) };
    let consents = map.table(name)?.policy.consents.values();
    let told = consents.flat_map(|consent| std::iter::once(&consent.given).chain(&consent.withdrawn));
    let told = told.map(|column| Condition::Null(Cell::new(THIS, name, column)).negated());
    let asked = Condition::all([due.due.clone(), Condition::any(told)]);
    page(session, (question, &map), &plain, (name, &asked), (after, count))
}
