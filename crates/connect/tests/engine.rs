//! The thin engine layer: opening, values, transactions, limits, faults without values.
//! PostgreSQL's part is in `conformance.rs`.

#![expect(clippy::expect_used, reason = "a test's own set-up may fail loudly")]

use std::time::Duration;

use kept_connect::engine::Mode;
use kept_connect::sql::{Arg, Statement};
use kept_connect::{Access, ConstraintKind, Limits, Place, Session, StoreFault};
use kept_core::plan::Value;
use kept_core::policy::model::Engine;

fn file(sql: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("company.db");
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection.execute_batch(sql).expect("the schema");
    (folder, path)
}

fn open(path: &std::path::Path, access: Access) -> Session {
    Session::open(Place::File(path.to_owned()), access, Limits::default()).expect("a session")
}

#[test]
fn values_of_all_five_kinds_come_back_as_they_went() {
    let (_folder, path) = file("CREATE TABLE t (a, b)");
    let mut session = open(&path, Access::Write);
    let values = [
        Value::Null,
        Value::Integer(-7),
        Value::Real(0.5),
        Value::Text("O'Hara \u{1F600} \0 x".to_owned()),
        Value::Bytes(vec![0, 255]),
    ];
    for value in &values {
        let rows = session.query_text("SELECT $2, $1", &[value.clone().into(), Value::Null.into()]);
        assert_eq!(rows.expect("a row"), vec![vec![Value::Null, value.clone()]]);
    }
}

#[test]
fn a_missing_file_is_unreachable_and_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("none.db");
    let fault =
        Session::open(Place::File(path.clone()), Access::Write, Limits::default()).expect_err("no file");
    assert!(matches!(fault, StoreFault::Unreachable { .. }), "{fault}");
    assert!(!path.exists());
}

#[test]
fn a_file_that_is_no_database_is_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("text.db");
    std::fs::write(&path, "this is no database at all, only a text that is long enough".repeat(40))
        .expect("written");
    let fault = Session::open(Place::File(path), Access::Read, Limits::default()).expect_err("no database");
    assert_eq!(fault, StoreFault::Damaged);
}

#[test]
fn a_session_for_reading_changes_nothing() {
    let (_folder, path) = file("CREATE TABLE t (a)");
    let mut session = open(&path, Access::Read);
    assert_eq!(session.execute_text("INSERT INTO t VALUES (1)", &[]), Err(StoreFault::ReadOnly));
}

#[test]
fn a_rehearsed_transaction_is_undone_and_a_failed_one_too() {
    let (_folder, path) = file("CREATE TABLE t (a NOT NULL)");
    let mut session = open(&path, Access::Write);
    let rehearsed: Result<u64, StoreFault> =
        session.transaction(Mode::Rehearse, |session| session.execute_text("INSERT INTO t VALUES (1)", &[]));
    assert_eq!(rehearsed, Ok(1));
    let failed: Result<u64, StoreFault> = session.transaction(Mode::Change, |session| {
        session.execute_text("INSERT INTO t VALUES (1)", &[])?;
        session.execute_text("INSERT INTO t VALUES (NULL)", &[])
    });
    let Err(StoreFault::Constraint(constraint)) = failed else { panic!("{failed:?}") };
    assert_eq!(constraint.kind, ConstraintKind::NotNull);
    assert_eq!((constraint.table.as_deref(), constraint.column.as_deref()), (Some("t"), Some("a")));
    assert_eq!(session.query_text("SELECT count(*) FROM t", &[]), Ok(vec![vec![Value::Integer(0)]]));
}

#[test]
fn a_statement_that_takes_too_long_is_stopped() {
    let (_folder, path) = file("CREATE TABLE t (a)");
    let limits = Limits { statement: Duration::from_millis(50), ..Limits::default() };
    let mut session = Session::open(Place::File(path), Access::Read, limits).expect("a session");
    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n";
    assert!(matches!(session.query_text(endless, &[]), Err(StoreFault::TimedOut { .. })));
    assert_eq!(session.query_text("SELECT 1", &[]), Ok(vec![vec![Value::Integer(1)]]));
}

#[test]
fn another_thread_can_cancel() {
    let (_folder, path) = file("CREATE TABLE t (a)");
    let mut session = open(&path, Access::Read);
    let canceller = session.canceller();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        canceller.cancel();
    });
    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n";
    assert_eq!(session.query_text(endless, &[]), Err(StoreFault::Cancelled));
    thread.join().expect("joined");
}

#[test]
fn a_locked_file_is_said_to_be_locked() {
    let (_folder, path) = file("CREATE TABLE t (a)");
    let other = rusqlite::Connection::open(&path).expect("another connection");
    other.execute_batch("BEGIN EXCLUSIVE").expect("locked");
    let limits = Limits { lock: Duration::from_millis(30), ..Limits::default() };
    let fault = Session::open(Place::File(path), Access::Write, limits).expect_err("locked");
    assert_eq!(fault, StoreFault::Locked);
}

#[test]
fn a_read_only_file_can_be_read_even_under_a_write_ahead_log() {
    let (folder, path) = file("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (5)");
    let mut rights = std::fs::metadata(&path).expect("a file").permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&path, rights).expect("read-only");
    let mut session = open(&path, Access::Read);
    assert_eq!(session.query_text("SELECT a FROM t", &[]), Ok(vec![vec![Value::Integer(5)]]));
    drop(folder);
}

#[test]
fn an_unknown_name_is_never_taken_for_a_string() {
    let (_folder, path) = file("CREATE TABLE t (a)");
    let mut session = open(&path, Access::Read);
    let mut statement = Statement::with(Engine::Sqlite, "SELECT ");
    statement.name("nothing").push(" FROM ").name("t");
    assert_eq!(session.query(&statement), Err(StoreFault::SchemaChanged));
}

#[test]
fn an_argument_that_is_missing_is_an_error() {
    let (_folder, path) = file("CREATE TABLE t (a)");
    let mut session = open(&path, Access::Read);
    let args: [Arg; 0] = [];
    assert!(session.query_text("SELECT $1", &args).is_err());
}

#[test]
fn a_full_disk_is_said_to_be_full_and_nothing_is_lost() {
    let (_folder, path) = file("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    let mut session = open(&path, Access::Write);
    session.batch("PRAGMA max_page_count = 3").expect("a limit");
    let fault: Result<u64, StoreFault> = session.transaction(Mode::Change, |session| {
        session.execute_text("DELETE FROM t", &[])?;
        session.execute_text("INSERT INTO t VALUES (zeroblob(100000))", &[])
    });
    assert_eq!(fault, Err(StoreFault::Full));
    assert_eq!(session.query_text("SELECT a FROM t", &[]), Ok(vec![vec![Value::Integer(1)]]));
}

#[test]
fn a_view_over_what_is_gone_does_not_hide_the_other_tables() {
    let (_folder, path) =
        file("CREATE TABLE t (a); CREATE TABLE u (b); CREATE VIEW v AS SELECT a FROM t; DROP TABLE t");
    let mut session = open(&path, Access::Read);
    let schema = session.schema().expect("a schema");
    assert!(schema.table("u").is_some());
}

#[test]
fn a_file_that_was_replaced_is_read_anew_and_one_that_is_gone_is_unreachable() {
    let (folder, path) = file("CREATE TABLE t (a); INSERT INTO t VALUES ('old')");
    let (_other, new) = file("CREATE TABLE t (b, a); INSERT INTO t VALUES (NULL, 'new')");
    let mut session = open(&path, Access::Write);
    let look = |session: &mut Session| -> Result<_, StoreFault> {
        session.transaction(Mode::Look, |session| session.query_text("SELECT a FROM t", &[]))
    };
    let said = |text: &str| Ok(vec![vec![Value::Text(text.to_owned())]]);
    assert_eq!(look(&mut session), said("old"));
    let aside = folder.path().join("aside.db");
    std::fs::rename(&path, &aside).expect("moved away");
    assert!(matches!(look(&mut session), Err(StoreFault::Unreachable { .. })));
    std::fs::copy(&new, &path).expect("another in its place");
    assert_eq!(look(&mut session), said("new"));
    std::fs::rename(&aside, &path).expect("put back");
    assert_eq!(look(&mut session), said("old"));
}
