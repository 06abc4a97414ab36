//! Counting what is due: for the audit, the forecast and dry runs. One read-only snapshot, one scan
//! of each table for all its statements at once.

use kept_core::name::{PurposeName, TableName};
use kept_core::plan::Value;
use kept_core::plan::due::{Condition, Rule, THIS, TableDue};
use kept_core::time::{Day, Instant};

use crate::due::{Question, Renderer, compile, schema, zones};
use crate::engine::{Mode, Session};
use crate::fault::StoreFault;
use crate::map::Map;
use crate::sql::Statement;

/// What was counted in one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableCount {
    /// The table, by its policy name.
    pub table: TableName,
    /// Its personal rows.
    pub rows: u64,
    /// Rows that nothing keeps: they go, or become empty shells where kept rows hang on them.
    pub going: u64,
    /// Rows that stay, of which columns are emptied.
    pub emptied: u64,
    /// Rows that go into the archive.
    pub to_archive: u64,
    /// Rows with data on which nothing was ever founded.
    pub without_ground: u64,
    /// Rows that have no owner although the policy says who owns them.
    pub ownerless: u64,
    /// Each statement at work here.
    pub rules: Vec<RuleCount>,
}

/// What was counted of one statement in one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCount {
    /// The purpose.
    pub purpose: PurposeName,
    /// The statement: `purpose.billing.keep`.
    pub statement: String,
    /// Rows that hold data which it has let go and nothing else keeps.
    pub due: u64,
    /// Those of them that were due at the previous run already.
    pub overdue: u64,
    /// The oldest date among the rows that are due, where the row or its owner tells one.
    pub oldest: Option<Day>,
    /// How many people's rows are due, where each row is one.
    pub people: Option<u64>,
    /// Rows that are kept because a fact is missing.
    pub unknown: u64,
    /// Rows that belong into the archive and are not there.
    pub to_archive: u64,
    /// Those of them that belonged there at the previous run already.
    pub archive_overdue: u64,
    /// Rows with data for which it never began, and nothing else ever did.
    pub without_ground: u64,
}

/// Counts what is due at the question's instant. Writes nothing; a user who may only read is
/// enough.
///
/// # Errors
/// As the store answers; [`StoreFault::NoTable`] and [`StoreFault::NoColumn`] where the map names
/// what is not there.
pub fn count(session: &mut Session, question: &Question<'_>) -> Result<Vec<TableCount>, StoreFault> {
    let schema = schema(session)?;
    let map = Map::new(question.store, &schema)?;
    session.transaction(Mode::Look, |session| count_in(session, question, &map))
}

/// Counts what will be due at each of some later instants, as the columns stand now: what comes
/// between is not foreseen.
///
/// # Errors
/// As [`count`].
pub fn forecast(
    session: &mut Session,
    question: &Question<'_>,
    instants: &[Instant],
) -> Result<Vec<(Instant, Vec<TableCount>)>, StoreFault> {
    let schema = schema(session)?;
    let map = Map::new(question.store, &schema)?;
    session.transaction(Mode::Look, |session| {
        let each = instants.iter().map(|at| {
            let question = Question { at: *at, grace_from: None, ..*question };
            Ok((*at, count_in(session, &question, &map)?))
        });
        each.collect()
    })
}

/// [`count`] within a transaction that is open already.
pub(crate) fn count_in(
    session: &mut Session,
    question: &Question<'_>,
    map: &Map<'_>,
) -> Result<Vec<TableCount>, StoreFault> {
    let dues = compile(question, map, question.at);
    let before = question.grace_from.map(|at| compile(question, map, at)).unwrap_or_default();
    let both: Vec<TableDue> = dues.iter().chain(&before).cloned().collect();
    let renderer = Renderer::new(session, map, zones(question), question.exceptions, &both)?;
    let mut counts = Vec::new();
    for due in &dues {
        let earlier = before.iter().find(|earlier| earlier.table == due.table);
        counts.push(count_table(session, &renderer, map, due, earlier)?);
    }
    Ok(counts)
}

/// A SELECT of filtered counts over one table.
struct Counting<'r, 'm> {
    renderer: &'r Renderer<'m>,
    statement: Statement,
    columns: usize,
}

impl Counting<'_, '_> {
    fn comma(&mut self) {
        self.statement.push(if self.columns == 0 { "SELECT " } else { ", " });
        self.columns += 1;
    }

    fn of(&mut self, condition: &Condition) -> Result<(), StoreFault> {
        self.comma();
        if *condition == Condition::Never {
            self.statement.push("0");
            return Ok(());
        }
        self.statement.push("count(*) FILTER (WHERE ");
        self.renderer.condition(&mut self.statement, condition)?;
        self.statement.push(")");
        Ok(())
    }

    fn oldest(&mut self, rule: &Rule) -> Result<(), StoreFault> {
        self.comma();
        match rule.dated.as_ref().filter(|_| rule.due != Condition::Never) {
            None => self.statement.push("NULL"),
            Some(dated) => {
                let day = self.renderer.day(dated)?;
                self.statement.push(&format!("min({day}) FILTER (WHERE "));
                self.renderer.condition(&mut self.statement, &rule.due)?;
                self.statement.push(")")
            }
        };
        Ok(())
    }

    fn rule(&mut self, rule: &Rule, earlier: Option<&Rule>) -> Result<(), StoreFault> {
        let overdue = |part: &dyn Fn(&Rule) -> Condition| {
            earlier.map_or_else(|| part(rule), |earlier| Condition::all([part(rule), part(earlier)]))
        };
        self.of(&rule.due)?;
        self.of(&overdue(&|rule| rule.due.clone()))?;
        self.oldest(rule)?;
        self.of(&rule.unknown)?;
        self.of(&rule.to_archive)?;
        self.of(&overdue(&|rule| rule.to_archive.clone()))?;
        self.of(&rule.without_ground)
    }
}

const PER_RULE: usize = 7;

fn count_table(
    session: &mut Session,
    renderer: &Renderer<'_>,
    map: &Map<'_>,
    due: &TableDue,
    earlier: Option<&TableDue>,
) -> Result<TableCount, StoreFault> {
    let mut counting = Counting { renderer, statement: Statement::new(map.schema.engine), columns: 0 };
    let emptied = Condition::any(due.empties.iter().map(kept_core::plan::due::Emptying::when));
    let archived = due.archives.as_ref().map_or(Condition::Never, |archiving| archiving.when.clone());
    let emptied = Condition::all([emptied, due.due.clone().negated()]);
    let whole = [&due.personal, &due.due, &emptied, &archived, &due.without_ground, &due.ownerless];
    for condition in whole {
        counting.of(condition)?;
    }
    for rule in &due.rules {
        let same = earlier.and_then(|earlier| earlier.rules.iter().find(|one| one.purpose == rule.purpose));
        // A rule that had nothing to say then had let nothing go.
        counting.rule(rule, same)?;
    }
    counting.statement.push(" FROM ");
    renderer.from(&mut counting.statement, &due.table, THIS)?;
    let rows = session.query(&counting.statement)?;
    let row = rows.into_iter().next().unwrap_or_default();
    let number = |place: usize| match row.get(place) {
        Some(Value::Integer(count)) => u64::try_from(*count).unwrap_or_default(),
        _ => 0,
    };
    let is_person = renderer.table(&due.table)?.policy.person.is_some();
    let rules = due.rules.iter().enumerate().map(|(index, rule)| {
        let at = |place: usize| whole.len() + index * PER_RULE + place;
        RuleCount {
            purpose: rule.purpose.clone(),
            statement: rule.statement.clone(),
            due: number(at(0)),
            overdue: number(at(1)),
            oldest: row.get(at(2)).and_then(|value| value.shown().parse().ok()),
            people: is_person.then(|| number(at(0))),
            unknown: number(at(3)),
            to_archive: number(at(4)),
            archive_overdue: number(at(5)),
            without_ground: number(at(6)),
        }
    });
    Ok(TableCount {
        table: due.table.clone(),
        rows: number(0),
        going: number(1),
        emptied: number(2),
        to_archive: number(3),
        without_ground: number(4),
        ownerless: number(5),
        rules: rules.collect(),
    })
}
