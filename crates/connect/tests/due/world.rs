//! A policy, a database on any engine, and both forms of what is due in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kept_connect::due::{Exceptions, Memory, Progress, Question, Renderer, Swept, Watch, render};
use kept_connect::map::Map;
use kept_connect::private_mariadb::PrivateMariadb;
use kept_connect::private_postgres::PrivatePostgres;
use kept_connect::reach::{Reach as ByColumns, keys_that_may_stand};
use kept_connect::{Access, Durable, Folder, Limits, Place, Session, StoreFault, open};
use kept_core::identifier::Identifier;
use kept_core::ledger::{Commitment, Salt, Sequence};
use kept_core::name::{ColumnName, PurposeName, StoreName, TableName};
use kept_core::plan::decide::{Occasioned, decide};
use kept_core::plan::due::{Condition, Hanging, Reach, THIS, TableDue, compile};
use kept_core::plan::observe::observe;
use kept_core::plan::{Action, Step, StorePlan, Value, key_text};
use kept_core::policy::model::{Engine, FileFormat, Http, Purpose, Secret, Store, Table, Url};
use kept_core::policy::{Policy, SourceFile, read};
use kept_core::standing::{PolicyHistory, Standing, standing};
use kept_core::time::Instant;
use kept_core::timeline::Timeline;

use crate::endpoint::{Endpoint, SECRET};
use crate::export::export;

/// A database with its policy.
pub(crate) struct World {
    pub(crate) policy: Arc<Policy>,
    pub(crate) history: PolicyHistory,
    pub(crate) store: Store,
    place: Place,
    _folder: Option<tempfile::TempDir>,
}

/// The engines on which every scenario runs.
pub(crate) const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::Mariadb];

/// What a store is made of: an engine, or files that are worked on in a private SQLite.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Engine(Engine),
    Files(FileFormat),
    /// A service over an SQLite database.
    Http,
}

/// CSV, as the scenarios write it.
pub(crate) const CSV: Kind = Kind::Files(FileFormat::Csv { delimiter: None });

/// JSON with an object a line.
pub(crate) const JSON_LINES: Kind = Kind::Files(FileFormat::JsonLines);

/// The engines, and both forms of files.
pub(crate) const KINDS: [Kind; 5] = [
    Kind::Engine(Engine::Sqlite),
    Kind::Engine(Engine::Postgres),
    Kind::Engine(Engine::Mariadb),
    CSV,
    JSON_LINES,
];

/// How many rows went, were emptied, were archived, by table.
pub(crate) type Done = BTreeMap<TableName, [u64; 3]>;

/// Something done to a row: `delete accounts 1`, `empty accounts 1 name`.
pub(crate) type Acts = BTreeSet<String>;

/// A policy from its text, or its faults.
pub(crate) fn policy(text: &str) -> Policy {
    let read = read(&[SourceFile::new("policy.toml", text.as_bytes().to_vec())]);
    read.sound().unwrap_or_else(|faults| {
        let words: Vec<String> = faults.iter().map(|fault| format!("{fault:?}")).collect();
        panic!("{text}\n{}", words.join("\n"))
    })
}

impl World {
    pub(crate) fn new(engine: Engine, policy: Policy, sql: &str) -> Self {
        let (place, url, folder) = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a folder");
                let path = folder.path().join("company.db");
                rusqlite::Connection::open(&path)
                    .expect("a file")
                    .execute_batch("PRAGMA user_version = 1")
                    .expect("written");
                (Place::File(path.clone()), Url::Written(path.display().to_string()), Some(folder))
            }
            Engine::Postgres => {
                let server = PrivatePostgres::shared().unwrap_or_else(|error| panic!("{error}"));
                let url = server.database("due").unwrap_or_else(|error| panic!("{error}"));
                (Place::Server(url.clone()), Url::Written(url), None)
            }
            Engine::Mariadb => {
                let server = PrivateMariadb::shared().unwrap_or_else(|error| panic!("{error}"));
                let url = server.database("due").unwrap_or_else(|error| panic!("{error}"));
                (Place::Mariadb(url.clone()), Url::Written(url), None)
            }
        };
        let mut policy = policy;
        let name: StoreName = policy.stores.keys().next().expect("a store").clone();
        let store = policy.stores.get_mut(&name).expect("a store");
        store.engine = engine;
        store.url = url;
        let store = store.clone();
        let policy = Arc::new(policy);
        let history = PolicyHistory::of(Arc::clone(&policy));
        let world = Self { policy, history, store, place, _folder: folder };
        let sql = if engine == Engine::Mariadb { in_mariadb(sql) } else { sql.to_owned() };
        world.session().batch(&sql).unwrap_or_else(|fault| panic!("{fault} in {sql}"));
        world
    }

    /// A store of any kind.
    pub(crate) fn of(kind: &Kind, policy: Policy, sql: &str) -> Self {
        match kind {
            Kind::Engine(engine) => Self::new(*engine, policy, sql),
            Kind::Files(format) => Self::files(format, policy, sql),
            Kind::Http => Self::http(policy, sql),
        }
    }

    /// The same with files, which an SQLite database was written to.
    fn files(format: &FileFormat, mut policy: Policy, sql: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        export(sql, folder.path(), format);
        let name: StoreName = policy.stores.keys().next().expect("a store").clone();
        let store = policy.stores.get_mut(&name).expect("a store");
        store.files = Some(format.clone());
        store.url = Url::Written(folder.path().display().to_string());
        let store = store.clone();
        let place =
            Place::Folder(Folder::of(&store, folder.path().to_owned(), format.clone()).with_unmapped());
        let policy = Arc::new(policy);
        let history = PolicyHistory::of(Arc::clone(&policy));
        Self { policy, history, store, place, _folder: Some(folder) }
    }

    fn http(mut policy: Policy, sql: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("company.db");
        rusqlite::Connection::open(&path).expect("a file").execute_batch(sql).expect("the scenario's SQL");
        let secret = folder.path().join("secret");
        std::fs::write(&secret, SECRET).expect("written");
        let endpoint = Endpoint::over(&path);
        let name: StoreName = policy.stores.keys().next().expect("a store").clone();
        let store = policy.stores.get_mut(&name).expect("a store");
        store.http =
            Some(Http { secret: Secret::File(secret.display().to_string()), allows_plain: false, ca: None });
        store.url = Url::Written(endpoint.url);
        let store = store.clone();
        let place = kept_connect::place(&store, std::path::Path::new("."), &|_| None).expect("a place");
        let policy = Arc::new(policy);
        let history = PolicyHistory::of(Arc::clone(&policy));
        Self { policy, history, store, place, _folder: Some(folder) }
    }

    /// A key as the store has it: text in CSV.
    pub(crate) fn key(&self, number: i64) -> Value {
        match self.store.files {
            Some(FileFormat::Csv { .. }) => Value::Text(number.to_string()),
            _ => Value::Integer(number),
        }
    }

    pub(crate) fn session(&self) -> Session {
        Session::open(self.place.clone(), Access::Write, Limits::default()).expect("a session")
    }

    pub(crate) fn question<'a>(&'a self, at: Instant, exceptions: &'a Exceptions) -> Question<'a> {
        Question {
            policy: &self.policy,
            history: &self.history,
            store: &self.store,
            at,
            grace_from: None,
            reach: Reach::Ended,
            exceptions,
            only: None,
        }
    }

    pub(crate) fn sweep(&self, at: &str) -> Swept {
        let none = Exceptions::new();
        let question = self.question(at.parse().expect("an instant"), &none);
        kept_connect::due::sweep(&mut self.session(), &question, &Memory::default(), &mut Quiet)
            .unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// What a run would do: rows that go, that are emptied, that are archived, by table; nothing where the
    /// questions are longer than MariaDB takes.
    pub(crate) fn foreseen(&self, at: Instant, only: Option<&PurposeName>) -> Option<Done> {
        let none = Exceptions::new();
        let question = Question { only, ..self.question(at, &none) };
        let told = match kept_connect::due::foresee(&mut self.session(), &question) {
            Err(StoreFault::Map { .. }) if self.store.engine == Engine::Mariadb => return None,
            told => told.unwrap_or_else(|fault| panic!("{fault}")),
        };
        let is_exact = told.iter().all(|one| one.is_exact);
        let all = told.iter().map(|one| (one.count.table.clone(), [one.deleted, one.emptied, one.archived]));
        is_exact.then(|| all.filter(|(_, counts)| *counts != [0; 3]).collect())
    }

    /// What a run says that it did, by table.
    pub(crate) fn done(&self, at: Instant, only: Option<&PurposeName>) -> Done {
        let none = Exceptions::new();
        let question = Question { only, ..self.question(at, &none) };
        let swept = kept_connect::due::sweep(&mut self.session(), &question, &Memory::default(), &mut Quiet)
            .unwrap_or_else(|fault| panic!("{fault}"));
        let all = swept.tables.iter().map(|table| {
            let archived = table.before.to_archive - table.after.to_archive;
            (table.before.table.clone(), [table.gone, table.emptied(), archived])
        });
        all.filter(|(_, counts)| *counts != [0; 3]).collect()
    }

    /// The rows of each table with personal columns: what those hold, by key.
    pub(crate) fn snapshot(&self) -> BTreeMap<TableName, BTreeMap<String, String>> {
        let with_data = self.store.tables.values().filter(|table| !table.columns.is_empty());
        let rows = |table: &Table| {
            let columns: Vec<&str> = table.columns.keys().map(ColumnName::as_str).collect();
            let name = if table.name.as_str() == "lines" && self.store.engine == Engine::Mariadb {
                "`lines`"
            } else {
                table.name.as_str()
            };
            let rows =
                self.session().query_text(&format!("SELECT id, {} FROM {name}", columns.join(", ")), &[]);
            let shown = |row: &Vec<Value>| row.iter().map(Value::shown).collect::<Vec<_>>();
            let rows = rows.unwrap_or_else(|fault| panic!("{fault}"));
            rows.iter().map(shown).map(|row| (row[0].clone(), row[1..].join("|"))).collect()
        };
        with_data.map(|table| (table.name.clone(), rows(table))).collect()
    }

    /// The single values of a question, sorted.
    pub(crate) fn values(&self, sql: &str) -> Vec<String> {
        let sql = if self.store.engine == Engine::Mariadb { in_mariadb(sql) } else { sql.to_owned() };
        let rows = self.session().query_text(&sql, &[]).unwrap_or_else(|fault| panic!("{fault}: {sql}"));
        let mut values: Vec<String> =
            rows.iter().map(|row| row.iter().map(Value::shown).collect::<Vec<_>>().join("|")).collect();
        values.sort();
        values
    }

    /// The rows that are reached from a person: `lines 1`.
    pub(crate) fn reached(&self, email: &str) -> Vec<String> {
        let mut store = open(&self.store, std::path::Path::new("."), &|_| None).expect("a connector");
        let by = Identifier::parse(&format!("email={email}")).expect("an identifier");
        let durable = receipt();
        let found = store.find(&self.store, &by, &durable).unwrap_or_else(|fault| panic!("{fault}"));
        let rows = store.read(&self.store, &found, &durable).unwrap_or_else(|fault| panic!("{fault}"));
        let named = |table: &kept_core::plan::TableRows| {
            let keys = table.rows.iter().map(|row| format!("{} {}", table.table, key_text(&row.key)));
            keys.collect::<Vec<_>>()
        };
        rows.tables.iter().flat_map(named).collect()
    }

    /// What stands about a person by what the store tells.
    pub(crate) fn standing(&self, email: &str, at: Instant) -> Standing {
        let mut store = open(&self.store, std::path::Path::new("."), &|_| None).expect("a connector");
        let by = Identifier::parse(&format!("email={email}")).expect("an identifier");
        let durable = receipt();
        let found = store.find(&self.store, &by, &durable).unwrap_or_else(|fault| panic!("{fault}"));
        let rows = store.read(&self.store, &found, &durable).unwrap_or_else(|fault| panic!("{fault}"));
        standing(&self.history, &Timeline::new(observe(&self.store, &rows, at, 0)), at, at)
    }

    /// The people for whom a purpose may stand, by their keys; whether the store left anybody out.
    pub(crate) fn may_stand(&self, purpose: &Purpose, at: Instant) -> (BTreeSet<String>, bool) {
        let reach =
            ByColumns { policy: &self.policy, store: &self.store, purpose, table: &"accounts".into(), at };
        let (mut keys, mut after, mut rules_out) = (BTreeSet::new(), None, false);
        loop {
            // Small pages, so that there are several.
            let page = keys_that_may_stand(&mut self.session(), &reach, after.as_ref(), 2)
                .unwrap_or_else(|fault| panic!("{fault}"));
            rules_out |= page.rules_out;
            let Some(last) = page.keys.last() else { return (keys, rules_out) };
            after = Some(last.clone());
            keys.extend(page.keys.iter().map(|key| key_text(key)));
        }
    }

    pub(crate) fn plan(&self, email: &str, at: Instant) -> StorePlan {
        let mut store = open(&self.store, std::path::Path::new("."), &|_| None).expect("a connector");
        let by = Identifier::parse(&format!("email={email}")).expect("an identifier");
        let durable = receipt();
        let found = store.find(&self.store, &by, &durable).unwrap_or_else(|fault| panic!("{fault}"));
        let rows = store.read(&self.store, &found, &durable).unwrap_or_else(|fault| panic!("{fault}"));
        let events = observe(&self.store, &rows, at, 0);
        let standing = standing(&self.history, &Timeline::new(events), at, at);
        decide(&self.policy, &self.store, &rows, &standing, Occasioned::Sweep)
    }

    /// What the reference would do for these people.
    pub(crate) fn reference(&self, emails: &[String], at: Instant) -> Acts {
        let plans: Vec<StorePlan> = emails.iter().map(|email| self.plan(email, at)).collect();
        let mut acts = Acts::new();
        let has_data = |step: &&Step| !self.store.tables[&step.table].columns.is_empty();
        for step in plans.iter().flat_map(|plan| &plan.steps).filter(has_data) {
            for key in &step.keys {
                let row = format!("{} {}", step.table, key_text(key));
                match &step.action {
                    Action::Delete => {
                        acts.insert(format!("delete {row}"));
                    }
                    Action::Empty { columns } => {
                        acts.extend(columns.iter().map(|column| format!("empty {row} {column}")));
                    }
                    Action::Archive => {
                        acts.insert(format!("archive {row}"));
                    }
                    Action::Detach { .. }
                    | Action::Withdraw { .. }
                    | Action::Restrict { .. }
                    | Action::Keep => {}
                }
            }
        }
        acts
    }

    /// What the compiled form finds; nothing where its questions are longer than MariaDB takes.
    pub(crate) fn compiled(&self, at: Instant) -> Option<Acts> {
        let mut session = self.session();
        if self.store.engine == Engine::Postgres {
            session.batch("SET jit = off").expect("set");
        }
        let schema = session.schema().expect("a schema");
        let map = Map::new(&self.store, &schema).unwrap_or_else(|fault| panic!("{fault}"));
        let dues =
            compile(&self.policy, &self.store, &render::ways(&map), at, (Reach::Ended, Hanging::Foreseen));
        let none = Exceptions::new();
        let zones =
            kept_connect::due::dates::Zones { store: self.store.zone.clone(), policy: self.policy.zone() };
        let renderer =
            Renderer::new(&mut session, &map, zones, &none, &dues).unwrap_or_else(|fault| panic!("{fault}"));
        let mut acts = Acts::new();
        for due in &dues {
            let mut found = |condition: &Condition| rows(&mut session, &renderer, due, condition);
            if !self.store.tables[&due.table].columns.is_empty() {
                acts.extend(found(&due.goes)?.iter().map(|key| format!("delete {} {key}", due.table)));
            }
            for emptying in &due.empties {
                for (column, filled) in emptying.columns.iter().zip(&emptying.filled) {
                    let when = Condition::all([emptying.over.clone(), filled.clone()]);
                    let keys = found(&when)?;
                    acts.extend(keys.iter().map(|key| format!("empty {} {key} {column}", due.table)));
                }
            }
            if let Some(archiving) = &due.archives {
                let keys = found(&archiving.when)?;
                acts.extend(keys.iter().map(|key| format!("archive {} {key}", due.table)));
            }
        }
        Some(acts)
    }
}

/// The scenarios' plain SQL in MariaDB's words: a text needs a length to have an index, TIMESTAMP is
/// an instant there and DATETIME the local time, LINES is a word of its own, tables are analyzed one by
/// one, and a list of numbers is made by the server.
pub(crate) fn in_mariadb(sql: &str) -> String {
    let is_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    let depth = if is_mysql() { "cte_max_recursion_depth" } else { "max_recursive_iterations" };
    let mut out = format!("SET SESSION {depth} = 1000000;");
    if sql.starts_with("SELECT") {
        out.clear();
    }
    // No index over an expression: the collation of a text serves instead.
    let sql =
        sql.split("(lower(").collect::<Vec<_>>().join("(").replace("));\nCREATE INDEX", ");\nCREATE INDEX");
    let mut word = String::new();
    for sign in sql.chars().chain(std::iter::once(' ')) {
        if is_word(sign) {
            word.push(sign);
            continue;
        }
        out.push_str(match word.as_str() {
            "TEXT" | "text" => "VARCHAR(190) COLLATE utf8mb4_bin",
            "timestamp" | "TIMESTAMP" => "DATETIME(6)",
            "timestamptz" => "TIMESTAMP(6) NULL",
            "lines" => "`lines`",
            "ANALYZE" => "ANALYZE TABLE accounts, logs, notes",
            other => other,
        });
        word.clear();
        out.push(sign);
    }
    out
}

/// Whether the tests of MariaDB run on a MySQL server of somebody's own (CONTRIBUTING.md).
pub(crate) fn is_mysql() -> bool {
    PrivateMariadb::shared().is_ok_and(|server| server.url("").starts_with("mysql:"))
}

/// A receipt, as the vault gives one after its commit.
fn receipt() -> Durable {
    Durable::after_commit(Commitment::new(&Salt::from_bytes([0; Salt::LENGTH]), b"entry"), Sequence(0))
}

fn rows(
    session: &mut Session,
    renderer: &Renderer<'_>,
    due: &TableDue,
    condition: &Condition,
) -> Option<Vec<String>> {
    let mut statement = kept_connect::sql::Statement::with(session.engine(), "SELECT ");
    statement.names(due.key.iter().map(kept_core::name::ColumnName::as_str)).push(" FROM ");
    renderer.from(&mut statement, &due.table, THIS).expect("a table");
    statement.push(" WHERE ");
    renderer.condition(&mut statement, condition).unwrap_or_else(|fault| panic!("{fault}"));
    let found = match session.query(&statement) {
        Err(StoreFault::Map { .. }) if session.engine() == Engine::Mariadb => return None,
        found => found.unwrap_or_else(|fault| panic!("{fault}: {}", statement.text)),
    };
    Some(found.iter().map(|key| key_text(key)).collect())
}

/// Watches nothing.
pub(crate) struct Quiet;

impl Watch for Quiet {
    fn progress(&mut self, _: &Progress<'_>) {}

    fn exceptions_stand(&mut self) -> bool {
        true
    }

    fn remember(&mut self, _: &Memory) -> bool {
        true
    }
}
