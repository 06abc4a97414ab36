//! A company made for one test: a policy in the policy language, stores on either engine, and
//! Kept's own store in a folder that goes with the test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kept_connect::private_mariadb::PrivateMariadb;
use kept_connect::private_postgres::PrivatePostgres;
use kept_core::identifier::Identifier;
use kept_core::ledger::{Commitment, Durable, Entry, Kind as EntryKind, Salt, Sequence};
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;
use kept_core::time::Instant;
use kept_engine::Failure;
use kept_engine::company::{Company, Opening};
use kept_engine::desk::Whom;
use kept_engine::person::Pick;
use kept_engine::report::erasure::{ErasureReport, StoreOutcome};
use kept_vault::{Fault, FileKeys, Location, Settings, Vault};

pub(crate) use Kind::{Lite, Postgres};

/// On which engine a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Lite,
    Postgres,
    Maria,
}

/// Both, for what holds on either.
pub(crate) const BOTH: [Kind; 2] = [Lite, Postgres];

/// Every engine, for what the store is asked in statements of its own.
pub(crate) const ALL: [Kind; 3] = [Lite, Postgres, Kind::Maria];

/// A store's database.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    File(PathBuf),
    Server(String),
    Maria(String),
}

/// A company, gone with the test.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) files: Vec<(String, String)>,
    pub(crate) stores: BTreeMap<String, Db>,
    pub(crate) vault: Location,
}

impl World {
    /// A company with this policy and these stores, each with the SQL that makes it. The policy
    /// says `@app@` where engine and URL of the store `app` stand.
    pub(crate) fn new(policy: &str, stores: &[(&str, Kind, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Location::Sqlite(folder.path().join("vault.db"));
        let mut world = Self { folder, files: Vec::new(), stores: BTreeMap::new(), vault };
        let mut text = policy.to_owned();
        for (name, kind, sql) in stores {
            let (db, said) = match kind {
                Lite => {
                    let path = world.path(&format!("{name}.db"));
                    (Db::File(path), format!("engine = \"sqlite\"\nurl = \"{name}.db\""))
                }
                Postgres => {
                    let server = PrivatePostgres::shared().unwrap();
                    let url = server.database(name).unwrap();
                    let variable = format!("{}_URL", name.to_uppercase());
                    (Db::Server(url), format!("engine = \"postgres\"\nurl = {{ env = \"{variable}\" }}"))
                }
                Kind::Maria => {
                    let url = PrivateMariadb::shared().unwrap().database(name).unwrap();
                    let variable = format!("{}_URL", name.to_uppercase());
                    (Db::Maria(url), format!("engine = \"mariadb\"\nurl = {{ env = \"{variable}\" }}"))
                }
            };
            text = text.replace(&format!("@{name}@"), &said);
            world.stores.insert((*name).to_owned(), db);
            world.run(name, sql);
        }
        world.files.push(("policy.toml".to_owned(), text));
        world
    }

    /// The same with Kept's own store in PostgreSQL.
    pub(crate) fn kept_in_postgres(mut self) -> Self {
        self.vault = Location::Postgres(PrivatePostgres::shared().unwrap().database("kept").unwrap());
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Changes the policy's text.
    #[track_caller]
    pub(crate) fn rewrite(&mut self, from: &str, to: &str) {
        assert!(self.files.iter().any(|(_, text)| text.contains(from)), "no `{from}` in the policy");
        for (_, text) in &mut self.files {
            *text = text.replace(from, to);
        }
    }

    pub(crate) fn opening(&self) -> Opening {
        let sources: Vec<SourceFile> =
            self.files.iter().map(|(name, text)| SourceFile::new(name.clone(), text.clone())).collect();
        let policy = examine(&sources).sound().unwrap_or_else(|found| panic!("{found:#?}"));
        let urls: BTreeMap<String, String> = self
            .stores
            .iter()
            .filter_map(|(name, db)| match db {
                Db::Server(url) | Db::Maria(url) => {
                    Some((format!("{}_URL", name.to_uppercase()), url.clone()))
                }
                Db::File(_) => None,
            })
            .collect();
        Opening {
            policy: Arc::new(policy),
            files: sources,
            base: self.folder.path().to_owned(),
            environment: Box::new(move |name| urls.get(name).cloned()),
            vault: self.vault.clone(),
            keys: Box::new(FileKeys::new(self.path("keys"))),
            ledger: self.path("ledger"),
            memory: self.path("keys.checkpoint"),
        }
    }

    /// The company, opened at an instant.
    #[track_caller]
    pub(crate) fn open(&self, now: Instant) -> Company {
        self.try_open(now).unwrap_or_else(|failure| panic!("{failure}"))
    }

    pub(crate) fn try_open(&self, now: Instant) -> Result<Company, Failure> {
        Company::open(self.opening(), now)
    }

    pub(crate) fn open_with(&self, settings: Settings, now: Instant) -> Result<Company, Failure> {
        Company::open_with(self.opening(), settings, now)
    }

    /// Runs SQL of the company's own.
    #[track_caller]
    pub(crate) fn run(&self, store: &str, sql: &str) {
        match &self.stores[store] {
            Db::File(path) => rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap(),
            Db::Server(url) => server(url).batch_execute(sql).unwrap(),
            Db::Maria(url) => {
                let sql = sql.replace("TEXT", "VARCHAR(190)").replace("TIMESTAMP", "DATETIME(6)");
                let mut session = maria(url);
                for one in sql.split(';').filter(|one| !one.trim().is_empty()) {
                    session.batch(one).unwrap();
                }
            }
        }
    }

    /// The rows of a question whose columns are cast to text, `a|b`, in its order.
    #[track_caller]
    pub(crate) fn rows(&self, store: &str, sql: &str) -> Vec<String> {
        match &self.stores[store] {
            Db::File(path) => lite_rows(path, sql),
            Db::Maria(url) => {
                let rows = maria(url).query_text(sql, &[]).unwrap();
                let line = |row: &Vec<kept_core::plan::Value>| {
                    row.iter().map(kept_core::plan::Value::shown).collect::<Vec<_>>().join("|")
                };
                rows.iter().map(line).collect()
            }
            Db::Server(url) => {
                let rows = server(url).simple_query(sql).unwrap();
                rows.iter()
                    .filter_map(|message| match message {
                        postgres::SimpleQueryMessage::Row(row) => Some(
                            (0..row.len())
                                .map(|place| row.get(place).unwrap_or("-"))
                                .collect::<Vec<_>>()
                                .join("|"),
                        ),
                        _ => None,
                    })
                    .collect()
            }
        }
    }

    /// One number.
    #[track_caller]
    pub(crate) fn count(&self, store: &str, from: &str) -> u64 {
        self.rows(store, &format!("SELECT count(*) FROM {from}"))[0].parse().unwrap()
    }

    /// Takes a store away: the file is moved, the database refuses connections.
    pub(crate) fn take_down(&mut self, store: &str) {
        match self.stores.get_mut(store).unwrap() {
            Db::File(path) => std::fs::rename(&path, path.with_extension("away")).unwrap(),
            Db::Server(url) | Db::Maria(url) => url.push_str("_gone"),
        }
    }

    /// Brings it back.
    pub(crate) fn bring_back(&mut self, store: &str) {
        match self.stores.get_mut(store).unwrap() {
            Db::File(path) => std::fs::rename(path.with_extension("away"), &path).unwrap(),
            Db::Server(url) | Db::Maria(url) => *url = url.trim_end_matches("_gone").to_owned(),
        }
    }

    /// A connection of somebody else's that holds a file's write lock until it is dropped.
    pub(crate) fn lock(&self, store: &str) -> rusqlite::Connection {
        let Db::File(path) = &self.stores[store] else { panic!("only files are locked so") };
        let other = rusqlite::Connection::open(path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        other
    }

    /// Kept's own store, beside the company that has it open.
    pub(crate) fn vault(&self) -> Vault {
        let keys = Box::new(FileKeys::new(self.path("keys")));
        Vault::open(&self.vault, keys, Settings::default(), at("2026-01-01")).unwrap()
    }

    /// Every entry of the ledger that still opens, oldest first.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let vault = self.vault();
        let receipt = Durable::after_commit(Commitment::new(&Salt::from_bytes([0; 32]), b""), Sequence(0));
        let read = vault.read("entries", |tx| {
            let count = tx.count_entries()?;
            (0..count).map(|place| tx.entry(Sequence(place), &receipt)).collect::<Result<Vec<_>, Fault>>()
        });
        let opened = read.unwrap().into_iter().flatten().filter_map(|recorded| recorded.opened);
        opened.map(|(_, entry)| entry).collect()
    }

    /// How many entries of a kind the ledger has.
    pub(crate) fn count_entries(&self, kind: EntryKind) -> usize {
        self.entries().iter().filter(|entry| entry.kind == kind).count()
    }

    /// Records that the e-mail address of a known person was disclosed.
    pub(crate) fn disclose(&self, kind: &str, canonical: &str, recipient: &str, when: Instant) {
        let vault = self.vault();
        let controller = "acme".into();
        let kind = kind.into();
        let blind = kept_vault::blind::Identifier { controller: &controller, kind: &kind, canonical };
        let version = kept_core::ledger::PolicyVersion::from_hex(&"0".repeat(64)).unwrap();
        let mut entry = Entry::new(EntryKind::Disclosed, when, kept_core::ledger::Pseudonym::KEPT, version);
        entry.recipient = Some(recipient.into());
        let email = kept_core::policy::model::DataRef {
            category: "identification".into(),
            field: Some("email".into()),
        };
        entry.fields = vec![email];
        let told = vault.act("disclose", |tx| {
            let subject = tx.find_subject(&blind)?.unwrap();
            tx.log(kept_vault::entry::Whom::One(subject), entry.clone(), &"ledger".into()).map(drop)
        });
        told.unwrap_or_else(|fault: Fault| panic!("{fault}"));
    }

    /// Puts a row of a known person among those that sweeps pass by, as a hold does.
    pub(crate) fn hold(&self, kind: &str, canonical: &str, (store, table): (&str, &str), key: i64) {
        let vault = self.vault();
        let controller = "acme".into();
        let kind = kind.into();
        let blind = kept_vault::blind::Identifier { controller: &controller, kind: &kind, canonical };
        let held = vault.write("hold", |tx| {
            let subject = tx.put_subject(&[blind], at("2026-01-01"))?;
            let key = vec![kept_core::plan::Value::Integer(key)];
            tx.put_store_keys(subject, (&store.into(), &table.into()), &[key])
        });
        held.unwrap_or_else(|fault: Fault| panic!("{fault}"));
    }

    /// The files under the folder that hold these bytes, by name.
    pub(crate) fn files_with(&self, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        search(self.folder.path(), bytes, &mut found);
        found
    }
}

fn lite_rows(path: &Path, sql: &str) -> Vec<String> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let width = statement.column_count();
    let rows = statement.query_map([], |row| {
        let cells = (0..width).map(|place| {
            Ok(match row.get_ref(place)? {
                rusqlite::types::ValueRef::Null => "-".to_owned(),
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                rusqlite::types::ValueRef::Real(number) => number.to_string(),
                rusqlite::types::ValueRef::Text(text) | rusqlite::types::ValueRef::Blob(text) => {
                    String::from_utf8_lossy(text).into_owned()
                }
            })
        });
        Ok(cells.collect::<rusqlite::Result<Vec<_>>>()?.join("|"))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn maria(url: &str) -> kept_connect::Session {
    let place = kept_connect::Place::Mariadb(url.to_owned());
    kept_connect::Session::open(place, kept_connect::Access::Write, kept_connect::Limits::default()).unwrap()
}

fn server(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).unwrap()
}

fn search(folder: &Path, bytes: &[u8], found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, bytes, found);
        } else if std::fs::read(&path).unwrap().windows(bytes.len()).any(|window| window == bytes) {
            found.push(path.display().to_string());
        }
    }
}

/// An instant: a day's noon in UTC, or the whole of it.
#[track_caller]
pub(crate) fn at(text: &str) -> Instant {
    let whole = if text.contains('T') { text.to_owned() } else { format!("{text}T12:00:00Z") };
    whole.parse().unwrap()
}

/// Whom the use cases are about, by identifiers such as `email=ada@example.org`.
#[track_caller]
pub(crate) fn whom(identifiers: &[&str]) -> Whom {
    let identifiers = identifiers.iter().map(|text| Identifier::parse(text).unwrap());
    Whom { identifiers: identifiers.collect(), picks: Vec::new() }
}

/// The same, with a row picked.
#[track_caller]
pub(crate) fn picked(identifier: &str, store: &str, table: &str, key: &str) -> Whom {
    let pick = Pick { store: store.into(), table: table.into(), key: key.to_owned() };
    Whom { picks: vec![pick], ..whom(&[identifier]) }
}

/// How the part of a store ended.
#[track_caller]
pub(crate) fn part<'r>(report: &'r ErasureReport, store: &str) -> &'r StoreOutcome {
    let part = report.stores.iter().find(|part| part.store.as_str() == store);
    part.unwrap_or_else(|| panic!("{store} is not in {:?}", report.stores))
}

/// A shop and a desk, small enough to see through: see `small.toml`.
pub(crate) fn small(app: Kind, desk: Kind) -> World {
    World::new(
        include_str!("small.toml"),
        &[("app", app, include_str!("app.sql")), ("desk", desk, include_str!("desk.sql"))],
    )
}

/// Klivar, with its own policy and schema, on either engine.
pub(crate) fn klivar(kind: Kind) -> World {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/klivar");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let store =
        read("store.toml").replace("engine = \"postgres\"\nurl = { env = \"PLATFORM_URL\" }", "@platform@");
    assert!(store.contains("@platform@"));
    let mut world = World::new(&store, &[("platform", kind, &read("schema.sql"))]);
    for name in ["data.toml", "klivar.toml", "organisation.toml", "purposes.toml", "records.toml", "web.toml"]
    {
        world.files.push((name.to_owned(), read(name)));
    }
    world.files.push(("texts/fr.toml".to_owned(), read("texts/fr.toml")));
    world
}

/// A sequence that looks random and is the same each time.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// A day as SQL writes it, or NULL for one in so many.
    pub(crate) fn day(&mut self, null_of: u64) -> String {
        if null_of > 0 && self.below(null_of) == 0 {
            return "NULL".to_owned();
        }
        let (year, month, day) = (2008 + self.below(19), 1 + self.below(12), 1 + self.below(28));
        // Nothing lies in the future: 2026 has been January so far.
        let month = if year == 2026 { 1 } else { month };
        format!("'{year}-{month:02}-{day:02} 09:00:00'")
    }
}
