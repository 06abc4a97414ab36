//! Counting what is due: for the audit, the forecast and dry runs. One read-only snapshot, one scan
//! of each table for all its statements at once.

use kept_core::name::{PurposeName, TableName};
use kept_core::plan::Value;
use kept_core::plan::due::{Condition, Dated, Rule, TableDue};
use kept_core::policy::model::Engine;
use kept_core::time::{Day, Instant};

use crate::due::render::Spellings;
use crate::due::shared::{self, Shared, apart};
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
    /// Rows that nothing keeps: they go, or become empty shells where kept rows hang on them. Those that
    /// are such shells already are not counted.
    pub going: u64,
    /// Rows that stay, of which columns are emptied.
    pub emptied: u64,
    /// Rows that go into the archive.
    pub to_archive: u64,
    /// Rows of which something is to be emptied that lies in a document that can't be read, and stays.
    pub unread: u64,
    /// Rows with data on which nothing was ever founded.
    pub without_ground: u64,
    /// Rows that have no owner although the policy says who owns them.
    pub ownerless: u64,
    /// Each statement at work here.
    pub rules: Vec<RuleCount>,
}

/// What came of counting a table.
pub type Counted = (TableName, Result<TableCount, StoreFault>);

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
    /// The oldest date among the rows that belong into the archive and are not there.
    pub archive_oldest: Option<Day>,
    /// Rows with data for which it never began, and nothing else ever did.
    pub without_ground: u64,
    /// Rows that are kept by a criterion, and whose review is overdue.
    pub unreviewed: u64,
    /// The oldest date among them from which a review counts.
    pub unreviewed_oldest: Option<Day>,
    /// Rows that are kept on a consent of which nobody can read whether it was given, or withdrawn.
    pub unread: u64,
}

/// Counts what is due at the question's instant. Writes nothing; a user who may only read is
/// enough.
///
/// # Errors
/// As the store answers; [`StoreFault::NoTable`] and [`StoreFault::NoColumn`] where the map names
/// what is not there.
pub fn count(session: &mut Session, question: &Question<'_>) -> Result<Vec<TableCount>, StoreFault> {
    let schema = schema(session)?.with_places(question.store);
    let map = Map::new(question.store, &schema)?;
    session.transaction(Mode::Look, |session| count_in(session, question, &map))
}

/// The same, where a table that can't be counted keeps no other from being counted, and for somebody who waits:
/// `watch` hears of each table before it is scanned, with how many were and how many there are.
///
/// # Errors
/// [`StoreFault::Unreachable`], and as the store answers before the first table is counted.
pub fn count_each(
    session: &mut Session,
    question: &Question<'_>,
    watch: &mut dyn FnMut(&TableName, usize, usize),
) -> Result<Vec<Counted>, StoreFault> {
    let schema = schema(session)?.with_places(question.store);
    let map = Map::new(question.store, &schema)?;
    session.transaction(Mode::Look, |session| {
        let mut tables = Tables::new(question, &map);
        let dues = std::mem::take(&mut tables.dues);
        let mut all = Vec::new();
        for (place, due) in dues.iter().enumerate() {
            watch(&due.table, place, dues.len());
            match session.attempt(|session| tables.count(session, due)) {
                Err(fault @ StoreFault::Unreachable { .. }) => return Err(fault),
                count => all.push((due.table.clone(), count)),
            }
        }
        Ok(all)
    })
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
    let schema = schema(session)?.with_places(question.store);
    let map = Map::new(question.store, &schema)?;
    session.transaction(Mode::Look, |session| {
        let each = instants.iter().map(|at| {
            let question = Question { at: *at, grace_from: None, ..*question };
            Ok((*at, count_in(session, &question, &map)?))
        });
        each.collect()
    })
}

/// Counts the rows with data on which nothing was ever founded, by table; tables without such rows are left
/// out. One scan of each table. Writes nothing.
///
/// # Errors
/// As [`count`].
pub fn count_groundless(
    session: &mut Session,
    question: &Question<'_>,
) -> Result<Vec<(TableName, u64)>, StoreFault> {
    let schema = schema(session)?.with_places(question.store);
    let map = Map::new(question.store, &schema)?;
    session.transaction(Mode::Look, |session| {
        let dues = compile(question, &map, question.at);
        let renderer = Renderer::new(session, &map, zones(question), question.exceptions, &dues)?;
        let mut found = Vec::new();
        for due in &dues {
            let without_ground = renderer.decided(&due.without_ground);
            if without_ground == Condition::Never {
                continue;
            }
            let mut counting = Counting::new(&renderer, session.engine());
            let name = counting.find(&without_ground);
            counting.count(&name);
            let rows = session.query(&counting.statement(&due.table, None)?)?;
            if let Some(Value::Integer(rows)) = rows.first().and_then(|row| row.first())
                && *rows > 0
            {
                found.push((due.table.clone(), rows.unsigned_abs()));
            }
        }
        Ok(found)
    })
}

/// [`count`] within a transaction that is open already.
pub(super) fn count_in(
    session: &mut Session,
    question: &Question<'_>,
    map: &Map<'_>,
) -> Result<Vec<TableCount>, StoreFault> {
    let mut tables = Tables::new(question, map);
    let dues = std::mem::take(&mut tables.dues);
    dues.iter().map(|due| tables.count(session, due)).collect()
}

/// The tables of a store as they are counted one after the other.
struct Tables<'a, 'm> {
    question: &'a Question<'a>,
    map: &'m Map<'m>,
    dues: Vec<TableDue>,
    /// What was due at the previous run.
    before: Vec<TableDue>,
    spellings: Spellings,
}

impl<'a, 'm> Tables<'a, 'm> {
    fn new(question: &'a Question<'a>, map: &'m Map<'m>) -> Self {
        let before = question.grace_from.map(|at| compile(question, map, at)).unwrap_or_default();
        let dues = compile(question, map, question.at);
        Self { question, map, dues, before, spellings: Spellings::new() }
    }

    fn count(&mut self, session: &mut Session, due: &TableDue) -> Result<TableCount, StoreFault> {
        let earlier = self.before.iter().find(|earlier| earlier.table == due.table);
        let both: Vec<&TableDue> = std::iter::once(due).chain(earlier).collect();
        let Question { exceptions, .. } = *self.question;
        let known = &mut self.spellings;
        let renderer =
            Renderer::knowing(session, (self.map, zones(self.question)), exceptions, &both, known)?;
        count_table(session, &renderer, due, earlier)
    }
}

/// A SELECT of counts over one table: what holds of each row is found once, within, and counted in
/// as many combinations as are asked, without.
pub(crate) struct Counting<'r, 'm> {
    renderer: &'r Renderer<'m>,
    engine: Engine,
    asked: Vec<Asked>,
    outer: Vec<String>,
}

/// What is found of each row.
#[derive(PartialEq)]
enum Asked {
    /// Whether something holds.
    Holds(Condition),
    /// A date.
    Date(Dated),
}

impl<'r, 'm> Counting<'r, 'm> {
    pub(crate) fn new(renderer: &'r Renderer<'m>, engine: Engine) -> Self {
        Self { renderer, engine, asked: Vec::new(), outer: Vec::new() }
    }

    /// The whole SELECT over a table, or over those of its rows of which something holds.
    pub(crate) fn statement(
        self,
        table: &TableName,
        only: Option<&Condition>,
    ) -> Result<Statement, StoreFault> {
        let columns = &self.renderer.table(table)?.shape.columns;
        let shared = match (only, self.engine) {
            (None, Engine::Sqlite | Engine::Postgres) if !shared::clash(columns) => self.shared(),
            // Where an index leads to few rows nothing is to be found of all; MariaDB would write each
            // subquery into a table of its own.
            _ => Shared::default(),
        };
        let over_columns = (!shared.is_empty()).then(|| self.renderer.with_columns(shared.names()));
        let renderer = over_columns.as_ref().unwrap_or(self.renderer);
        let mut statement = Statement::with(self.engine, "SELECT 1 AS c0");
        for (place, asked) in self.asked.iter().enumerate() {
            statement.push(", (");
            match asked {
                Asked::Holds(condition) => renderer.condition(&mut statement, condition)?,
                Asked::Date(dated) => renderer.oldest(&mut statement, dated)?,
            }
            statement.push(&format!(") AS c{}", place + 1));
        }
        statement.push(" FROM ");
        self.renderer.source(&mut statement, table, &shared)?;
        if let Some(only) = only {
            statement.push(" WHERE ");
            renderer.condition(&mut statement, only)?;
        }
        statement.push(apart(self.engine));
        statement.text = format!("SELECT {} FROM ({}) AS each_row", self.outer.join(", "), statement.text);
        Ok(statement)
    }

    /// What is asked of each row several times.
    fn shared(&self) -> Shared {
        let conditions = self.asked.iter().filter_map(|asked| match asked {
            Asked::Holds(condition) => Some(self.renderer.decided(condition)),
            Asked::Date(_) => None,
        });
        let own = self.asked.iter().filter_map(|asked| match asked {
            Asked::Date(dated) if dated.through.is_empty() => Some(Condition::Date(dated.cell.clone())),
            _ => None,
        });
        let conditions: Vec<Condition> = conditions.collect();
        let dated: Vec<Condition> = own.collect();
        let dates = (self.engine == Engine::Sqlite).then(|| shared::dates(conditions.iter().chain(&dated)));
        Shared::new(shared::levels(&conditions), dates.unwrap_or_default())
    }

    /// Finds of each row whether something holds; the name under which the answer stands.
    pub(crate) fn find(&mut self, condition: &Condition) -> String {
        match condition {
            Condition::Never => "FALSE".to_owned(),
            Condition::Always => "TRUE".to_owned(),
            condition => self.column(Asked::Holds(condition.clone())),
        }
    }

    fn column(&mut self, asked: Asked) -> String {
        let known = self.asked.iter().position(|known| *known == asked);
        let place = known.unwrap_or_else(|| {
            self.asked.push(asked);
            self.asked.len() - 1
        });
        format!("c{}", place + 1)
    }

    pub(crate) fn count(&mut self, name: &str) {
        self.outer.push(match name {
            "FALSE" => "0".to_owned(),
            "TRUE" => "count(*)".to_owned(),
            other if self.engine == Engine::Mariadb => format!("count(CASE WHEN {other} THEN 1 END)"),
            other => format!("count(*) FILTER (WHERE {other})"),
        });
    }

    /// The oldest day that the rows tell of which something holds.
    pub(crate) fn oldest(&mut self, dated: Option<&Dated>, due: &str) {
        let Some(dated) = dated.filter(|_| due != "FALSE") else {
            self.outer.push("NULL".to_owned());
            return;
        };
        let name = self.column(Asked::Date(dated.clone()));
        let first = match self.engine {
            Engine::Mariadb => format!("min(CASE WHEN {due} THEN {name} END)"),
            Engine::Sqlite | Engine::Postgres => format!("min({name}) FILTER (WHERE {due})"),
        };
        self.outer.push(self.renderer.day_text(&first));
    }

    fn rule(&mut self, rule: &Rule, earlier: Option<&Rule>, archive: &[String; 2]) {
        let due = self.find(&rule.due);
        let archived = self.find(&rule.archived);
        let both = |one: &str, other: &str| match (one, other) {
            ("FALSE", _) | (_, "FALSE") => "FALSE".to_owned(),
            _ => format!("({one} AND {other})"),
        };
        let [now, before] = archive;
        let (due_before, archived_before) = match earlier {
            None => (due.clone(), archived.clone()),
            Some(earlier) => (self.find(&earlier.due), self.find(&earlier.archived)),
        };
        self.count(&due);
        self.count(&both(&due, &due_before));
        let to_archive = both(now, &archived);
        self.oldest(rule.dated.as_ref(), &due);
        let unknown = self.find(&rule.unknown);
        self.count(&unknown);
        self.count(&to_archive);
        self.count(&both(&to_archive, &both(before, &archived_before)));
        let without = self.find(&rule.without_ground);
        self.count(&without);
        self.oldest(rule.dated.as_ref(), &to_archive);
        let unreviewed = self.find(&rule.unreviewed);
        self.count(&unreviewed);
        self.oldest(rule.started.as_ref(), &unreviewed);
        let unread = self.find(&rule.unread);
        self.count(&unread);
    }
}

const PER_RULE: usize = 11;

fn count_table(
    session: &mut Session,
    renderer: &Renderer<'_>,
    due: &TableDue,
    earlier: Option<&TableDue>,
) -> Result<TableCount, StoreFault> {
    let mut counting = Counting::new(renderer, session.engine());
    let emptied = Condition::all([due.filled(), due.due.clone().negated()]);
    let archive =
        |due: &TableDue| due.archives.as_ref().map_or(Condition::Never, |archiving| archiving.when.clone());
    let now = counting.find(&archive(due));
    let before = earlier.map_or(now.clone(), |earlier| counting.find(&archive(earlier)));
    for condition in [&due.personal, &due.to_do(), &emptied] {
        let name = counting.find(condition);
        counting.count(&name);
    }
    counting.count(&now);
    for condition in [&due.without_ground, &due.ownerless, &due.unread()] {
        let name = counting.find(condition);
        counting.count(&name);
    }
    let whole = counting.outer.len();
    let archived = [now, before];
    for rule in &due.rules {
        let same = earlier.and_then(|earlier| earlier.rules.iter().find(|one| one.purpose == rule.purpose));
        counting.rule(rule, same, &archived);
    }
    let statement = counting.statement(&due.table, None)?;
    let rows = session.query(&statement)?;
    let row = rows.into_iter().next().unwrap_or_default();
    let number = |place: usize| match row.get(place) {
        Some(Value::Integer(count)) => u64::try_from(*count).unwrap_or_default(),
        _ => 0,
    };
    let day = |place: usize| row.get(place).and_then(|value| value.shown().parse().ok());
    let is_person = renderer.table(&due.table)?.policy.person.is_some();
    let rules = due.rules.iter().enumerate().map(|(index, rule)| {
        let at = |place: usize| whole + index * PER_RULE + place;
        RuleCount {
            purpose: rule.purpose.clone(),
            statement: rule.statement.clone(),
            due: number(at(0)),
            overdue: number(at(1)),
            oldest: day(at(2)),
            people: is_person.then(|| number(at(0))),
            unknown: number(at(3)),
            to_archive: number(at(4)),
            archive_overdue: number(at(5)),
            without_ground: number(at(6)),
            archive_oldest: day(at(7)),
            unreviewed: number(at(8)),
            unreviewed_oldest: day(at(9)),
            unread: number(at(10)),
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
        unread: number(6),
        rules: rules.collect(),
    })
}
