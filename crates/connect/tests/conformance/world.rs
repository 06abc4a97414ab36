//! A company's database on any engine, with the policy's map of it.

use kept_connect::private_mariadb::PrivateMariadb;
use kept_connect::private_postgres::PrivatePostgres;
use kept_connect::sql::Arg;
use kept_connect::{
    Access, Applied, Connector, Failed, Folder, Found, Limits, Mode, Place, Refused, Session, StoreFault,
    open,
};
use kept_core::identifier::Identifier;
use kept_core::ledger::{Commitment, Durable, Salt, Sequence};
use kept_core::name::ColumnName;
use kept_core::plan::{Action, PersonRows, Relation, Step, StorePlan, Value};
use kept_core::policy::model::store::{
    ArchiveWay, Condition, Detach, Engine, FileFormat, Frozen, Http, Link, Owner, OwnerPath, Secret, Store,
    Table, Url,
};
use kept_core::policy::model::{DataRef, Text};
use kept_core::time::Zone;

use crate::endpoint::{Endpoint, SECRET};
use crate::export::export;

/// What a store is made of: an engine, or files that are worked on in a private SQLite.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Engine(Engine),
    Files(FileFormat),
    Http,
}

impl From<Engine> for Kind {
    fn from(engine: Engine) -> Self {
        Self::Engine(engine)
    }
}

/// CSV, as the scenarios write it.
pub(crate) const CSV: Kind = Kind::Files(FileFormat::Csv { delimiter: None });

/// JSON with an object a line.
pub(crate) const JSON_LINES: Kind = Kind::Files(FileFormat::JsonLines);

/// A store with its map.
pub(crate) struct World {
    pub(crate) map: Store,
    pub(crate) store: Box<dyn Connector>,
    place: Place,
    folder: Option<tempfile::TempDir>,
}

/// The engines on which every scenario runs.
pub(crate) const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::Mariadb];

/// Runs a scenario on every engine and on both forms of files, which know no constraints, triggers,
/// bytes and views: the SQL makes the database. `PG:` begins a line for PostgreSQL
/// only, `LITE:` one for SQLite, `MY:` one for MariaDB.
#[expect(clippy::needless_pass_by_value, reason = "scenarios read better without the sign")]
pub(crate) fn on_each(sql: &str, tables: Vec<Table>, scenario: impl Fn(&mut World)) {
    on_each_engine(sql, tables.clone(), &scenario);
    for kind in [CSV, JSON_LINES, Kind::Http] {
        scenario(&mut World::new(kind, sql, tables.clone()));
    }
}

/// Runs a scenario on every engine, and not on files: it is about what only databases have.
#[expect(clippy::needless_pass_by_value, reason = "scenarios read better without the sign")]
pub(crate) fn on_each_engine(sql: &str, tables: Vec<Table>, scenario: impl Fn(&mut World)) {
    for engine in ENGINES {
        scenario(&mut World::new(engine, sql, tables.clone()));
    }
}

impl World {
    pub(crate) fn new(kind: impl Into<Kind>, sql: &str, tables: Vec<Table>) -> Self {
        let engine = match kind.into() {
            Kind::Engine(engine) => engine,
            Kind::Files(format) => return Self::files(format, sql, tables),
            Kind::Http => return Self::http(sql, tables).0,
        };
        let (place, url, folder) = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a folder");
                let path = folder.path().join("company.db");
                rusqlite::Connection::open(&path)
                    .expect("a file")
                    .execute_batch("PRAGMA user_version = 1")
                    .expect("written");
                let url = Url::Written(path.display().to_string());
                (Place::File(path), url, Some(folder))
            }
            Engine::Postgres => {
                let server = PrivatePostgres::shared().unwrap_or_else(|error| panic!("{error}"));
                let url = server.database("store").unwrap_or_else(|error| panic!("{error}"));
                (Place::Server(url.clone()), Url::Written(url), None)
            }
            Engine::Mariadb => {
                let server = PrivateMariadb::shared().unwrap_or_else(|error| panic!("{error}"));
                let url = server.database("store").unwrap_or_else(|error| panic!("{error}"));
                (Place::Mariadb(url.clone()), Url::Written(url), None)
            }
        };
        let map = map(engine, url, tables);
        let mut own = Session::open(place.clone(), Access::Write, Limits::default()).expect("a session");
        own.batch(&for_engine(engine, sql))
            .unwrap_or_else(|fault| panic!("{engine:?}: {fault} in the scenario's SQL"));
        let store = open(&map, std::path::Path::new("."), &|_| None).expect("a connector");
        Self { map, store, place, folder }
    }

    /// The tables as files; a table's primary key is its key, since files have none.
    fn files(format: FileFormat, sql: &str, mut tables: Vec<Table>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = export(&for_engine(Engine::Sqlite, sql), folder.path(), &format);
        for table in tables.iter_mut().filter(|table| table.key.is_empty()) {
            if let Some((_, key)) = keys.iter().find(|(name, _)| *name == table.sql_name) {
                table.key = key.iter().map(|column| column.as_str().into()).collect();
            }
        }
        let url = Url::Written(folder.path().display().to_string());
        let map = Store { files: Some(format.clone()), ..map(Engine::Sqlite, url, tables) };
        let place = Place::Folder(Folder::of(&map, folder.path().to_owned(), format).with_unmapped());
        let store =
            open(&map, std::path::Path::new("."), &|_| None).unwrap_or_else(|fault| panic!("{fault}"));
        Self { map, store, place, folder: Some(folder) }
    }

    /// A service over an SQLite database. It tells no primary keys either.
    pub(crate) fn http(sql: &str, tables: Vec<Table>) -> (Self, Endpoint) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("company.db");
        let database = rusqlite::Connection::open(&path).expect("a file");
        database.execute_batch(&for_engine(Engine::Sqlite, sql)).expect("the scenario's SQL");
        let tables = tables.into_iter().map(|mut table| {
            if table.key.is_empty() {
                let mut key = database
                    .prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")
                    .expect("prepared");
                let names = key.query_map([&table.sql_name], |row| row.get::<_, String>(0)).expect("a key");
                table.key = names.map(|name| name.expect("a name").as_str().into()).collect();
            }
            table
        });
        let secret = folder.path().join("secret");
        std::fs::write(&secret, SECRET).expect("written");
        let endpoint = Endpoint::over(&path);
        let secret = Secret::File(secret.display().to_string());
        let map = Store {
            http: Some(Http { secret, allows_plain: false, ca: None }),
            ..map(Engine::Sqlite, Url::Written(endpoint.url.clone()), tables.collect())
        };
        let store =
            open(&map, std::path::Path::new("."), &|_| None).unwrap_or_else(|fault| panic!("{fault}"));
        (Self { map, store, place: Place::File(path), folder: Some(folder) }, endpoint)
    }

    pub(crate) fn engine(&self) -> Engine {
        self.map.engine
    }

    /// A whole number as the store has it: text in CSV.
    pub(crate) fn number(&self, number: i64) -> Value {
        match self.map.files {
            Some(FileFormat::Csv { .. }) => Value::Text(number.to_string()),
            _ => Value::Integer(number),
        }
    }

    /// Renames a column of the company's own table.
    pub(crate) fn rename(&mut self, table: &str, from: &str, to: &str) {
        let Some(format) = self.map.files.clone() else {
            return self.run(&format!("ALTER TABLE {table} RENAME COLUMN {from} TO {to}"));
        };
        let (ending, old, new) = match format {
            FileFormat::Csv { .. } => ("csv", format!("id,{from}"), format!("id,{to}")),
            FileFormat::JsonLines => ("jsonl", format!("\"{from}\":"), format!("\"{to}\":")),
        };
        let path = self.folder().expect("a folder").join(format!("{table}.{ending}"));
        let text = std::fs::read_to_string(&path).expect("a file");
        std::fs::write(path, text.replace(&old, &new)).expect("written");
    }

    /// The folder of an SQLite store, or of files.
    pub(crate) fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_ref().map(tempfile::TempDir::path)
    }

    /// Where the store is.
    pub(crate) fn place(&self) -> Place {
        self.place.clone()
    }

    /// Another connection to the same database.
    pub(crate) fn other(&self) -> Session {
        Session::open(self.place.clone(), Access::Write, Limits::default()).expect("a session")
    }

    /// Runs SQL of the company's own.
    pub(crate) fn run(&mut self, sql: &str) {
        let sql = for_engine(self.engine(), sql);
        self.other().batch(&sql).unwrap_or_else(|fault| panic!("{fault}"));
    }

    /// The rows of a question as text, `a|b`, sorted.
    pub(crate) fn rows(&mut self, sql: &str) -> Vec<String> {
        let none: [Arg; 0] = [];
        let sql = for_engine(self.engine(), sql);
        let rows = self.other().query_text(&sql, &none).unwrap_or_else(|fault| panic!("{fault}"));
        let mut rows: Vec<String> =
            rows.iter().map(|row| row.iter().map(Value::shown).collect::<Vec<_>>().join("|")).collect();
        rows.sort();
        rows
    }

    pub(crate) fn find(&mut self, by: &str) -> Result<Vec<Found>, StoreFault> {
        let by = Identifier::parse(by).expect("an identifier");
        self.store.find(&self.map, &by, &receipt())
    }

    /// What was found, `table:key`, sorted.
    pub(crate) fn found(&mut self, by: &str) -> Vec<String> {
        let found = self.find(by).unwrap_or_else(|fault| panic!("{fault}"));
        let mut names: Vec<String> = found
            .iter()
            .map(|found| format!("{}:{}", found.table, kept_core::plan::key_text(&found.key)))
            .collect();
        names.sort();
        names
    }

    pub(crate) fn read(&mut self, by: &str) -> PersonRows {
        let found = self.find(by).unwrap_or_else(|fault| panic!("{fault}"));
        self.store.read(&self.map, &found, &receipt()).unwrap_or_else(|fault| panic!("{fault}"))
    }

    pub(crate) fn apply(&mut self, steps: Vec<Step>, mode: Mode) -> Result<Applied, Failed> {
        let steps = if self.map.files == Some(FileFormat::Csv { delimiter: None }) {
            steps.into_iter().map(texts).collect()
        } else {
            steps
        };
        let plan = StorePlan { store: self.map.name.clone(), steps };
        self.store.apply(&self.map, &plan, mode, &mut || true, &receipt())
    }

    /// Carries out what must succeed.
    pub(crate) fn done(&mut self, steps: Vec<Step>) -> Applied {
        let engine = self.engine();
        self.apply(steps, COMMIT).unwrap_or_else(|failed| panic!("{engine:?}: {failed}"))
    }

    /// Carries out what must be refused, both when rehearsed and in earnest.
    pub(crate) fn refused(&mut self, steps: Vec<Step>) -> Refused {
        let engine = self.engine();
        let rehearsed = self.apply(steps.clone(), Mode::Rehearse);
        match (rehearsed, self.apply(steps, COMMIT)) {
            (Err(Failed::Refused(one)), Err(Failed::Refused(other))) => {
                assert_eq!(one, other);
                one
            }
            other => panic!("{engine:?}: {other:?}"),
        }
    }

    /// What was read, `table:key relation`, sorted.
    pub(crate) fn reached(&mut self, by: &str) -> Vec<String> {
        let read = self.read(by);
        let mut names: Vec<String> = read
            .tables
            .iter()
            .flat_map(|table| table.rows.iter().map(move |row| (table, row)))
            .map(|(table, row)| {
                format!("{}:{} {}", table.table, kept_core::plan::key_text(&row.key), short(&row.relation))
            })
            .collect();
        names.sort();
        names
    }
}

/// The same step with keys as CSV has them: text.
fn texts(step: Step) -> Step {
    let key = |key: Vec<Value>| key.iter().map(|value| Value::Text(value.shown())).collect();
    Step { keys: step.keys.into_iter().map(key).collect(), ..step }
}

fn map(engine: Engine, url: Url, tables: Vec<Table>) -> Store {
    Store {
        name: "company".into(),
        engine,
        files: None,
        http: None,
        url,
        zone: Zone::utc(),
        server: None,
        seat: None,
        place: None,
        holds: indexmap::IndexMap::new(),
        tables: tables.into_iter().map(|table| (table.name.clone(), table)).collect(),
        not_personal: Vec::new(),
        row_security: None,
    }
}

fn short(relation: &Relation) -> String {
    match relation {
        Relation::Person(kind) => format!("is {kind}"),
        Relation::Owned => "owned".to_owned(),
        Relation::Shared { mine, others } => {
            let mine: Vec<&str> = mine.iter().map(ColumnName::as_str).collect();
            format!("shared {} {}", mine.join(","), if *others { "with others" } else { "alone" })
        }
        Relation::Mentions(columns) => {
            let columns: Vec<&str> = columns.iter().map(ColumnName::as_str).collect();
            format!("mentions {}", columns.join(","))
        }
    }
}

fn for_engine(engine: Engine, sql: &str) -> String {
    const SIGNS: [(&str, Engine); 3] =
        [("LITE:", Engine::Sqlite), ("PG:", Engine::Postgres), ("MY:", Engine::Mariadb)];
    let own = |line: &str| {
        let line = line.trim_start();
        let signed = SIGNS.iter().find_map(|(sign, of)| Some((line.strip_prefix(sign)?.to_owned(), *of)));
        match signed {
            Some((rest, of)) => (of == engine).then_some(rest),
            None => Some(line.to_owned()),
        }
    };
    let sql = sql.lines().filter_map(own).collect::<Vec<_>>().join("\n");
    match engine {
        Engine::Mariadb if is_mysql() => in_mysql(&in_mariadb(&sql)),
        Engine::Mariadb => in_mariadb(&sql),
        Engine::Sqlite | Engine::Postgres => sql,
    }
}

/// Whether the tests of MariaDB run on a MySQL server of somebody's own (CONTRIBUTING.md).
pub(crate) fn is_mysql() -> bool {
    PrivateMariadb::shared().is_ok_and(|server| server.url("").starts_with("mysql:"))
}

/// The same in MySQL's words: it has no types for UUIDs and addresses, no tables of numbers, and other
/// samples.
fn in_mysql(sql: &str) -> String {
    let mut out = sql
        .replace(" UUID", " CHAR(36)")
        .replace(" uuid", " CHAR(36)")
        .replace("source INET6", "ip_address VARCHAR(45)")
        .replace("INET6", "VARCHAR(45)")
        .replace("SET SESSION histogram_type = JSON_HB;", "")
        .replace("people PERSISTENT FOR ALL", "people UPDATE HISTOGRAM ON email, town, born")
        .replace("notes PERSISTENT FOR ALL", "notes UPDATE HISTOGRAM ON body");
    while let Some((before, rest)) = out.split_once("seq_") {
        let digits = |text: &str| text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
        let (first, rest) = rest.split_at(digits(rest));
        let rest = rest.strip_prefix("_to_").expect("a table of numbers");
        let (last, after) = rest.split_at(digits(rest));
        let numbers = format!(
            "(WITH RECURSIVE s (seq) AS (SELECT {first} UNION ALL SELECT seq + 1 FROM s WHERE seq < {last}) \
             SELECT seq FROM s) AS numbers"
        );
        out = format!("SET SESSION cte_max_recursion_depth = 1000000; {before}{numbers}{after}");
    }
    out
}

/// The scenarios' plain SQL in MariaDB's words: a text needs a length to have an index, a reference
/// names its columns, tables are analyzed one by one, and LINES is a word of its own.
fn in_mariadb(sql: &str) -> String {
    let is_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    let mut out = String::new();
    let mut rest = sql;
    while !rest.is_empty() {
        let end = rest.find(|sign| !is_word(sign)).filter(|end| *end > 0);
        let end = end.unwrap_or_else(|| if rest.starts_with(is_word) { rest.len() } else { 1 });
        let end =
            if rest.is_char_boundary(end) { end } else { rest.chars().next().map_or(1, char::len_utf8) };
        let (word, after) = rest.split_at(end);
        rest = after;
        match word {
            "TEXT" => out.push_str("VARCHAR(190)"),
            "lines" if !out.ends_with("\"my ") => out.push_str("\"lines\""),
            "ANALYZE" if !after.starts_with(" TABLE") => {
                out.push_str("ANALYZE TABLE customers, orders, \"lines\", labelled, labels, events, notes, logs, accounts");
            }
            "REFERENCES" => {
                out.push_str(word);
                let begun = after.trim_start();
                let end = match begun.strip_prefix('"') {
                    Some(quoted) => quoted.find('"').map_or(begun.len(), |end| end + 2),
                    None => begun.find(|sign| !is_word(sign)).unwrap_or(begun.len()),
                };
                let name = begun.split_at(end).0.to_owned();
                let beyond = after.trim_start().strip_prefix(name.as_str()).unwrap_or(after);
                if !beyond.trim_start().starts_with('(') {
                    let key = match name.as_str() {
                        "lines" => "order_id, no",
                        "\"Order\"" => "\"select\"",
                        _ => "id",
                    };
                    let name = if name == "lines" { "\"lines\"".to_owned() } else { name };
                    out.push_str(&format!(" {name} ({key})"));
                    rest = beyond;
                }
            }
            _ => out.push_str(word),
        }
    }
    out
}

/// In earnest, without a vacuum.
pub(crate) const COMMIT: Mode = Mode::Commit { vacuum: false };

/// A step over rows with keys of one number each.
pub(crate) fn step(table: &str, action: Action, keys: &[i64]) -> Step {
    let keys = keys.iter().map(|key| vec![Value::Integer(*key)]).collect();
    Step { table: table.into(), action, keys, reasons: Vec::new(), columns: Vec::new() }
}

/// The rows go.
pub(crate) fn delete(table: &str, keys: &[i64]) -> Step {
    step(table, Action::Delete, keys)
}

/// The columns are emptied.
pub(crate) fn empty(table: &str, columns: &[&str], keys: &[i64]) -> Step {
    step(table, Action::Empty { columns: columns.iter().map(|column| (*column).into()).collect() }, keys)
}

/// The references are let go.
pub(crate) fn detach(table: &str, links: &[&str], keys: &[i64]) -> Step {
    let links = links.iter().map(|column| (*column).into()).collect();
    step(table, Action::Detach { links, columns: Vec::new() }, keys)
}

/// A receipt, as the vault gives one after its commit.
pub(crate) fn receipt() -> Durable {
    Durable::after_commit(Commitment::new(&Salt::from_bytes([0; Salt::LENGTH]), b"entry"), Sequence(0))
}

/// A mapped table of this name.
pub(crate) fn table(name: &str) -> Table {
    Table {
        controller: None,
        source: None,
        name: name.into(),
        sql_name: name.to_owned(),
        person: None,
        key: Vec::new(),
        identifies: Default::default(),
        owned_by: Vec::new(),
        shared_with: Vec::new(),
        refers_to: Vec::new(),
        columns: Default::default(),
        columns_of: Default::default(),
        events: Default::default(),
        consents: Default::default(),
        occasion: None,
        archive: None,
        frozen: None,
        when: Vec::new(),
        emptied: Default::default(),
        restricted: None,
    }
}

/// What the scenarios say of a table, one word after the other.
pub(crate) trait Says: Sized {
    fn named(self, sql_name: &str) -> Self;
    fn person(self, kind: &str) -> Self;
    fn key(self, columns: &[&str]) -> Self;
    fn identifies(self, kind: &str, column: &str) -> Self;
    fn owned_by(self, table: &str, column: &str) -> Self;
    fn owned_through(self, table: &str, between: &str, row: &str, owner: &str) -> Self;
    fn shared_with(self, table: &str, column: &str) -> Self;
    fn refers_to(self, table: &str, column: &str) -> Self;
    fn refers_to_then(self, table: &str, column: &str, to: &str) -> Self;
    fn columns(self, columns: &[&str]) -> Self;
    fn columns_of(self, link: &str, columns: &[&str]) -> Self;
    fn when(self, column: &str, is: &str) -> Self;
    fn emptied(self, column: &str, to: &str) -> Self;
    fn frozen(self, once: &str) -> Self;
    fn archived(self, way: ArchiveWay) -> Self;
}

impl Says for Table {
    fn named(mut self, sql_name: &str) -> Self {
        self.sql_name = sql_name.to_owned();
        self
    }

    fn person(mut self, kind: &str) -> Self {
        self.person = Some(kind.into());
        self
    }

    fn key(mut self, columns: &[&str]) -> Self {
        self.key = columns.iter().map(|column| (*column).into()).collect();
        self
    }

    fn identifies(mut self, kind: &str, column: &str) -> Self {
        self.identifies.insert(kind.into(), column.into());
        self
    }

    fn owned_by(mut self, table: &str, column: &str) -> Self {
        self.owned_by.push(Owner { table: table.into(), path: OwnerPath::Column(column.into()) });
        self
    }

    fn owned_through(mut self, table: &str, between: &str, row: &str, owner: &str) -> Self {
        let path = OwnerPath::Through { table: between.into(), row: row.into(), owner: owner.into() };
        self.owned_by.push(Owner { table: table.into(), path });
        self
    }

    fn shared_with(mut self, table: &str, column: &str) -> Self {
        self.shared_with.push(Link { table: table.into(), column: column.into(), detach: Detach::Null });
        self
    }

    fn refers_to(mut self, table: &str, column: &str) -> Self {
        self.refers_to.push(Link { table: table.into(), column: column.into(), detach: Detach::Null });
        self
    }

    fn refers_to_then(mut self, table: &str, column: &str, to: &str) -> Self {
        let detach = Detach::To(to.to_owned());
        self.refers_to.push(Link { table: table.into(), column: column.into(), detach });
        self
    }

    fn columns(mut self, columns: &[&str]) -> Self {
        for column in columns {
            self.columns.insert((*column).into(), DataRef::whole("identification".into()));
        }
        self
    }

    fn columns_of(mut self, link: &str, columns: &[&str]) -> Self {
        self.columns_of.insert(link.into(), columns.iter().map(|column| (*column).into()).collect());
        self
    }

    fn when(mut self, column: &str, is: &str) -> Self {
        self.when.push(Condition { column: column.into(), is: is.to_owned() });
        self
    }

    fn emptied(mut self, column: &str, to: &str) -> Self {
        self.emptied.insert(column.into(), to.to_owned());
        self
    }

    fn frozen(mut self, once: &str) -> Self {
        let law = Text { path: "law".to_owned(), written: "the law".to_owned() };
        self.frozen = Some(Frozen { once: once.into(), law });
        self
    }

    fn archived(mut self, way: ArchiveWay) -> Self {
        self.archive = Some(way);
        self
    }
}
