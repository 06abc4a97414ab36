//! What a run looks at before and after: rows that are due, and nothing else, so that its cost
//! follows what is due. Whole tables are counted by the audit alone (`count`).

use kept_core::name::{PurposeName, TableName};
use kept_core::plan::Value;
use kept_core::plan::due::{Condition, TableDue};
use kept_core::time::Day;

use crate::due::Renderer;
use crate::due::count::Counting;
use crate::engine::Session;
use crate::fault::StoreFault;

/// What is due in one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableLook {
    /// The table, by its policy name.
    pub table: TableName,
    /// Rows that nothing keeps: they go, or become empty shells where kept rows hang on them.
    pub going: u64,
    /// Those of them on which nothing hangs that stays: none is left after a run that did all.
    pub free: u64,
    /// Those of them that hold data which can be emptied.
    pub filled: u64,
    /// Those of them on which something hangs that stays, and that hold data: none is left after a run
    /// that did all. Not asked before a run.
    pub held: u64,
    /// Rows that stay, of which columns are emptied.
    pub emptied: u64,
    /// Rows that go into the archive.
    pub to_archive: u64,
    /// Rows of which something is to be emptied that lies in a document that can't be read, and stays.
    pub unread: u64,
    /// What each statement says of them; not asked after the run.
    pub rules: Vec<RuleLook>,
}

/// What one statement has let go in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLook {
    /// The purpose.
    pub purpose: PurposeName,
    /// The statement: `purpose.billing.keep`.
    pub statement: String,
    /// Rows that hold data which it has let go and nothing else keeps.
    pub due: u64,
    /// The oldest date among them, where the row or its owner tells one.
    pub oldest: Option<Day>,
}

/// How much a look asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// How many rows are due, and by which statements.
    Statements,
    /// How many rows are due.
    Rows,
}

impl TableLook {
    /// A table in which nothing is known to be due.
    pub(crate) fn nothing(due: &TableDue) -> Self {
        let rule = |rule: &kept_core::plan::due::Rule| RuleLook {
            purpose: rule.purpose.clone(),
            statement: rule.statement.clone(),
            due: 0,
            oldest: None,
        };
        Self {
            table: due.table.clone(),
            going: 0,
            free: 0,
            filled: 0,
            held: 0,
            emptied: 0,
            to_archive: 0,
            unread: 0,
            rules: due.rules.iter().map(rule).collect(),
        }
    }

    /// Whether there is anything to do.
    pub fn is_idle(&self) -> bool {
        self.going + self.emptied + self.to_archive + self.unread == 0
    }
}

/// Looks at the rows of a table that are due, within a transaction.
///
/// # Errors
/// As the store answers.
pub(crate) fn look(
    session: &mut Session,
    renderer: &Renderer<'_>,
    due: &TableDue,
    asks: Asks,
) -> Result<TableLook, StoreFault> {
    let mut found = TableLook::nothing(due);
    let going = renderer.decided(&due.due);
    let emptied = renderer.decided(&due.filled());
    let emptied = Condition::all([emptied, going.clone().negated()]);
    let archive = due.archives.as_ref().map_or(Condition::Never, |one| renderer.decided(&one.when));
    let unread = renderer.decided(&due.unread());
    let acts = Condition::any([going.clone(), emptied.clone(), archive.clone(), unread.clone()]);
    if acts == Condition::Never {
        return Ok(found);
    }
    // What every row looked at fulfils need not be asked again of each.
    let given = |condition: &Condition| renderer.decided(condition).given(&acts);
    let mut counting = Counting::new(renderer, session.engine());
    let filled = Condition::all([going.clone(), renderer.decided(&due.filled())]);
    for condition in [&going, &emptied, &archive, &filled, &unread] {
        let name = counting.find(&given(condition));
        counting.count(&name);
    }
    match asks {
        Asks::Rows => {
            let goes = renderer.decided(&due.goes);
            for condition in [&goes, &Condition::all([filled, goes.clone().negated()])] {
                let name = counting.find(&given(condition));
                counting.count(&name);
            }
        }
        Asks::Statements => {
            for rule in &due.rules {
                let name = counting.find(&given(&rule.due));
                counting.count(&name);
                counting.oldest(rule.dated.as_ref(), &name);
            }
        }
    }
    let statement = counting.statement(&due.table, Some(&acts))?;
    let rows = session.query(&statement)?;
    let row = rows.into_iter().next().unwrap_or_default();
    let number = |place: usize| match row.get(place) {
        Some(Value::Integer(count)) => u64::try_from(*count).unwrap_or_default(),
        _ => 0,
    };
    (found.going, found.emptied, found.to_archive, found.filled, found.unread) =
        (number(0), number(1), number(2), number(3), number(4));
    match asks {
        Asks::Rows => (found.free, found.held) = (number(5), number(6)),
        Asks::Statements => {
            found.free = found.going;
            for (index, rule) in found.rules.iter_mut().enumerate() {
                rule.due = number(5 + 2 * index);
                rule.oldest = row.get(6 + 2 * index).and_then(|day| day.shown().parse().ok());
            }
        }
    }
    Ok(found)
}
