//! What only PostgreSQL has: schemas, its types, its timeouts, its URLs.

use std::time::Duration;

use kept_connect::sql::Arg;
use kept_connect::{Access, ConstraintKind, Limits, Place, RefusedWhy, Session, StoreFault};
use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use crate::world::{Says, World, delete, table};

fn world(sql: &str, tables: Vec<kept_core::policy::model::Table>) -> World {
    World::new(Engine::Postgres, sql, tables)
}

#[test]
fn tables_of_other_schemas_are_found_by_their_full_name() {
    let sql = "CREATE SCHEMA \"Shop\"; CREATE SCHEMA other;
        CREATE TABLE \"Shop\".users (id INTEGER PRIMARY KEY, email TEXT);
        CREATE TABLE other.users (id INTEGER PRIMARY KEY, email TEXT);
        CREATE TABLE \"Shop\".\"Orders\" (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES \"Shop\".users (id));
        INSERT INTO \"Shop\".users VALUES (1, 'ann@example.org');
        INSERT INTO other.users VALUES (2, 'ann@example.org');
        INSERT INTO \"Shop\".\"Orders\" VALUES (7, 1);";
    let tables = vec![
        table("users").named("Shop.users").person("user").identifies("email", "email"),
        table("orders").named("\"Shop\".\"Orders\"").owned_by("users", "user_id"),
    ];
    let mut world = world(sql, tables);
    assert_eq!(world.reached("email=ann@example.org"), ["orders:7 owned", "users:1 is user"]);
    assert_eq!(world.done(vec![delete("users", &[1]), delete("orders", &[7])]).changed, 2);
    world.map.tables.get_mut("users").expect("users").sql_name = "shop.users".into();
    let fault = world.find("email=ann@example.org").expect_err("another case");
    assert_eq!(fault.to_string(), "there is no table `shop.users`; did you mean `Shop.users`?");
}

#[test]
fn values_of_every_type_are_read() {
    let sql = "CREATE TYPE mood AS ENUM ('glad'); CREATE DOMAIN short AS VARCHAR(5);
        CREATE TABLE users (id BIGINT PRIMARY KEY, email VARCHAR(99), a NUMERIC(9,2), b TIMESTAMPTZ, c TIMESTAMP, d DATE,
            e UUID, f JSONB, g TEXT[], h INET, i INTERVAL, j BOOLEAN, k BYTEA, l REAL, m mood, n short, o CHAR(4), p XML, q DATE, r TIME);
        INSERT INTO users VALUES (9007199254740993, 'ann@example.org', 12.50, '2026-03-29 02:30:00+02', '2026-03-29 02:30:00.5', '0044-03-15 BC',
            '0B7E1F0A-34A5-4C8E-9D33-0A8F6F4E2C11', '{\"a\": 1}', '{x,y}', '10.0.0.1', '1 day', true, '\\x00ff', 0.1, 'glad', 'abc', 'xy', '<a/>', 'infinity', '10:00');";
    let columns = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r"];
    let tables = vec![table("users").person("user").identifies("email", "email").columns(&columns)];
    let mut world = world(sql, tables);
    let read = world.read("email=ann@example.org");
    let rows = read.table(&"users".into()).expect("users");
    let shown: Vec<String> = columns
        .iter()
        .map(|column| rows.cell(&rows.rows[0], &(*column).into()).expect("read").shown())
        .collect();
    assert_eq!(
        shown,
        [
            "12.50",
            "2026-03-29T00:30:00Z",
            "2026-03-29T02:30:00.5",
            "-000043-03-15",
            "0b7e1f0a-34a5-4c8e-9d33-0a8f6f4e2c11",
            "{\"a\": 1}",
            "{x,y}",
            "10.0.0.1",
            "P1D",
            "true",
            "00ff",
            "0.1",
            "glad",
            "abc",
            "xy  ",
            "<a/>",
            "infinity",
            "10:00:00"
        ]
    );
    assert_eq!(rows.rows[0].key, [Value::Integer(9_007_199_254_740_993)]);
}

#[test]
fn a_text_with_nul_is_a_value_that_does_not_fit_and_harms_nothing() {
    let world = world("CREATE TABLE t (a TEXT)", Vec::new());
    let mut session = world.other();
    let nul = [Arg::One(Value::Text("a\0b".into()))];
    assert_eq!(session.query_text("SELECT a FROM t WHERE a = $1", &nul), Err(StoreFault::Value));
    assert!(session.query_text("SELECT 1", &[]).is_ok());
}

#[test]
fn a_slow_statement_is_stopped_and_a_cancelled_one_says_so() {
    let world = world("SELECT 1", Vec::new());
    let limits = Limits { statement: Duration::from_millis(100), ..Limits::default() };
    let mut session = Session::open(world.place(), Access::Read, limits).expect("open");
    let slow = session.query_text("SELECT pg_sleep(5)", &[]);
    assert_eq!(slow, Err(StoreFault::TimedOut { after: Duration::from_millis(100) }));
    let mut session = world.other();
    let canceller = session.canceller();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        canceller.cancel();
    });
    assert_eq!(session.query_text("SELECT pg_sleep(5)", &[]), Err(StoreFault::Cancelled));
    thread.join().expect("joined");
}

#[test]
fn a_session_for_reading_changes_nothing() {
    let world = world("CREATE TABLE t (a TEXT)", Vec::new());
    let mut session = Session::open(world.place(), Access::Read, Limits::default()).expect("open");
    assert_eq!(session.execute_text("INSERT INTO t VALUES ('x')", &[]), Err(StoreFault::ReadOnly));
}

#[test]
fn a_server_that_is_not_there_is_unreachable_and_no_message_holds_the_password() {
    let limits = Limits { connect: Duration::from_millis(300), ..Limits::default() };
    for url in [
        "postgres://ann:marked-secret@127.0.0.1:1/shop",
        "postgres://ann:marked-secret@/shop?host=/nowhere",
        "postgres://ann:marked-secret@[bad",
        "host=127.0.0.1 port=1 password=marked-secret oops",
    ] {
        let fault = Session::open(Place::Server(url.into()), Access::Read, limits).expect_err("nobody there");
        assert!(matches!(fault, StoreFault::Unreachable { .. }), "{fault}");
        let text = format!("{fault} {fault:?} {:?}", Place::Server(url.into()));
        assert!(!text.contains("marked-secret"), "{text}");
    }
}

#[test]
fn a_connection_that_was_cut_is_made_anew() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT); INSERT INTO users VALUES (1, 'ann@example.org');";
    let mut world = world(sql, vec![table("users").person("user").identifies("email", "email")]);
    assert_eq!(world.found("email=ann@example.org"), ["users:1"]);
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    world.rows(cut);
    let first = world.find("email=ann@example.org");
    assert!(first.is_ok() || matches!(first, Err(StoreFault::Unreachable { .. })), "{first:?}");
    assert_eq!(world.found("email=ann@example.org"), ["users:1"]);
}

#[test]
fn a_user_who_may_only_read_is_enough_to_read_and_is_told_when_changing() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT); INSERT INTO users VALUES (1, 'ann@example.org');";
    let mut world = world(sql, vec![table("users").person("user").identifies("email", "email")]);
    world.run("DO $$ BEGIN CREATE ROLE kept_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT SELECT ON users TO kept_reader");
    world.store.session().batch("SET ROLE kept_reader").expect("another role");
    assert_eq!(world.found("email=ann@example.org"), ["users:1"]);
    let failed = world.apply(vec![delete("users", &[1])], crate::world::COMMIT).expect_err("refused");
    assert!(failed.to_string().contains("permission"), "{failed}");
}

#[test]
fn a_deferred_constraint_that_refuses_at_the_commit_is_a_refusal() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
        INSERT INTO users VALUES (1, 'marked-value');
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no %', OLD.email; END $$;
        CREATE CONSTRAINT TRIGGER keep AFTER DELETE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep();";
    let mut world = world(sql, vec![table("users").person("user")]);
    let refused = world.refused(vec![delete("users", &[1])]);
    assert!(
        matches!(&refused.why, RefusedWhy::Constraint(found) if found.kind == ConstraintKind::Trigger),
        "{refused:?}"
    );
    assert!(!format!("{refused:?}").contains("marked-value"));
    assert_eq!(world.rows("SELECT count(*) FROM users"), ["1"]);
}
