//! A made-up company in a temporary folder, and the command run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kept_connect::private_postgres::PrivatePostgres;
use rusqlite::Connection;

/// The address of the person who has rows everywhere.
pub(crate) const ADA: &str = "ada.martin@example.org";

/// On which engine the support desk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Desk {
    File,
    Postgres,
}

/// Both, for tests that hold on either.
pub(crate) const BOTH: [Desk; 2] = [Desk::File, Desk::Postgres];

/// A company, gone with the test.
pub(crate) struct Company {
    folder: tempfile::TempDir,
    url: Option<String>,
    vault: Option<String>,
}

/// What the command answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Answer {
    /// This answer, if it ended with this exit status.
    #[track_caller]
    pub(crate) fn ending(self, code: i32) -> Self {
        assert_eq!(self.code, code, "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {}", self.out))
    }

    /// Both streams together.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// The command with an environment of its own.
fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kept"));
    command.args(arguments).stdin(Stdio::null());
    for name in ["KEPT_POLICY", "KEPT_DATA", "KEPT_VAULT_URL", "KEPT_KEYS", "KEPT_DEMO_DESK_URL"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    command
}

/// Runs the command with an environment of its own.
pub(crate) fn kept(arguments: &[&str], variables: &[(&str, &str)]) -> Answer {
    answered(&mut command(arguments, variables))
}

/// Runs a command and gives its answer.
pub(crate) fn answered(command: &mut Command) -> Answer {
    let output = command.output().unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Company {
    pub(crate) fn new(desk: Desk) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url =
            (desk == Desk::Postgres).then(|| PrivatePostgres::shared().unwrap().database("desk").unwrap());
        let company = Self { folder, url, vault: None };
        let keep = company.path().to_string_lossy().into_owned();
        let mut make = company.bare(&["demo", "--keep", &keep, "--make-only", "--people", "300"]);
        answered(&mut make).ending(0);
        company
    }

    /// The same with Kept's own store in PostgreSQL.
    pub(crate) fn kept_in_postgres(mut self) -> Self {
        self.vault = Some(PrivatePostgres::shared().unwrap().database("kept").unwrap());
        self
    }

    /// The policy folder; the databases and Kept's own things are in it too.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn bare(&self, arguments: &[&str]) -> Command {
        let url: Vec<(&str, &str)> =
            self.url.iter().map(|url| ("KEPT_DEMO_DESK_URL", url.as_str())).collect();
        command(arguments, &url)
    }

    /// A command on this company, to be run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let policy = self.path().to_string_lossy().into_owned();
        let mut all = arguments.to_vec();
        all.extend(["--policy", &policy]);
        let mut command = self.bare(&all);
        command.envs(self.vault.iter().map(|url| ("KEPT_VAULT_URL", url)));
        command
    }

    /// Runs a command on this company.
    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        answered(&mut self.command(arguments))
    }

    /// A connection to the desk's server.
    pub(crate) fn desk_client(&self) -> postgres::Client {
        postgres::Client::connect(self.url.as_deref().unwrap(), postgres::NoTls).unwrap()
    }

    /// Whether another process is changing the desk.
    pub(crate) fn desk_is_being_changed(&self) -> bool {
        match &self.url {
            Some(_) => self.at_desk(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'kept' \
                 AND wait_event = 'PgSleep'",
            ) > 0,
            None => {
                let other = Connection::open(self.file("desk.db")).unwrap();
                other.busy_timeout(std::time::Duration::ZERO).unwrap();
                other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err()
            }
        }
    }

    /// Ends what a killed process left running in the desk's server.
    pub(crate) fn end_other_sessions(&self) {
        if self.url.is_some() {
            self.at_desk(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            );
        }
    }

    /// Lets the leases of killed processes run out.
    pub(crate) fn let_leases_end(&self) {
        let vault = Connection::open(self.path().join(".kept/kept.db")).unwrap();
        vault.execute_batch("UPDATE work SET leased_until = 0 WHERE leased_until IS NOT NULL").unwrap();
    }

    /// Changes a text of the policy.
    #[track_caller]
    pub(crate) fn rewrite(&self, file: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.file(file)).unwrap();
        assert!(text.contains(from), "{file} has no `{from}`");
        std::fs::write(self.file(file), text.replace(from, to)).unwrap();
    }

    /// The shop's database. What a test changes in it leaves no old copies behind.
    pub(crate) fn shop(&self) -> Connection {
        tidy(&self.file("shop.db"))
    }

    /// A number out of the shop.
    #[track_caller]
    pub(crate) fn in_shop(&self, sql: &str) -> i64 {
        self.shop().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Sees that none of these questions counts a row in the shop.
    #[track_caller]
    pub(crate) fn has_none(&self, questions: &[&str], when: &str) {
        for question in questions {
            assert_eq!(self.in_shop(question), 0, "{when}: {question}");
        }
    }

    /// Sees that the ledger can be published and verifies.
    #[track_caller]
    pub(crate) fn ledger_is_sound(&self) {
        self.run(&["ledger", "publish"]).ending(0);
        self.run(&["ledger", "verify"]).ending(0);
    }

    /// A number out of the desk, on either engine.
    #[track_caller]
    pub(crate) fn at_desk(&self, sql: &str) -> i64 {
        match &self.url {
            Some(url) => {
                postgres::Client::connect(url, postgres::NoTls).unwrap().query_one(sql, &[]).unwrap().get(0)
            }
            None => {
                Connection::open(self.file("desk.db")).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
            }
        }
    }

    /// Changes the desk, on either engine.
    #[track_caller]
    pub(crate) fn change_desk(&self, sql: &str) {
        match &self.url {
            Some(url) => postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(sql).unwrap(),
            None => tidy(&self.file("desk.db")).execute_batch(sql).unwrap(),
        }
    }

    /// Every row of both databases, as text.
    pub(crate) fn everything(&self) -> String {
        let mut text = dump(&self.shop());
        match &self.url {
            None => text.push_str(&dump(&Connection::open(self.file("desk.db")).unwrap())),
            Some(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                let tables = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1";
                for table in client.query(tables, &[]).unwrap() {
                    let table: String = table.get(0);
                    for row in
                        client.query(&format!("SELECT t::text FROM {table} t ORDER BY id"), &[]).unwrap()
                    {
                        text.push_str(&row.get::<_, String>(0));
                        text.push('\n');
                    }
                }
            }
        }
        text
    }

    /// The files under the folder that hold these bytes.
    pub(crate) fn files_with(&self, bytes: &[u8]) -> Vec<PathBuf> {
        files_with(self.path(), bytes)
    }
}

fn tidy(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch("PRAGMA secure_delete = ON").unwrap();
    connection
}

fn dump(connection: &Connection) -> String {
    let mut text = String::new();
    let mut tables = connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
        )
        .unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1")).unwrap();
        let width = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<String> =
                (0..width).map(|place| format!("{:?}", row.get_ref(place).unwrap())).collect();
            text.push_str(&format!("{table}|{}\n", values.join("|")));
        }
    }
    text
}

/// The files under a folder that hold these bytes. A service may run over the folder: while a file
/// goes away between its listing and its reading, it is all read again.
pub(crate) fn files_with(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    for _ in 0..100 {
        let mut found = Vec::new();
        match search(folder, bytes, &mut found) {
            Ok(()) => return found,
            Err(gone) if gone.kind() == std::io::ErrorKind::NotFound => {}
            Err(other) => panic!("{}: {other}", folder.display()),
        }
    }
    panic!("{} never stood still", folder.display());
}

fn search(folder: &Path, bytes: &[u8], found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            search(&path, bytes, found)?;
        } else if std::fs::read(&path)?.windows(bytes.len()).any(|window| window == bytes) {
            found.push(path);
        }
    }
    Ok(())
}

/// The instant at which a test runs, as the programs see it that it starts.
pub(crate) fn now() -> jiff::Timestamp {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::try_from(since).unwrap()
}
