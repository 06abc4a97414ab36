//! What only MariaDB has: its types, its comparisons, its timeouts, its URLs.

use std::time::Duration;

use kept_connect::sql::Arg;
use kept_connect::{Access, ConstraintKind, Limits, Place, RefusedWhy, Session, StoreFault, check_map};
use kept_core::plan::Value;
use kept_core::policy::model::Engine;

use crate::world::{Says, World, delete, empty, is_mysql, table};

fn world(sql: &str, tables: Vec<kept_core::policy::model::Table>) -> World {
    World::new(Engine::Mariadb, sql, tables)
}

#[test]
fn values_of_every_type_are_read() {
    let sql = "CREATE TABLE users (id BIGINT UNSIGNED PRIMARY KEY, email VARCHAR(99), a DECIMAL(9,2), b TIMESTAMP(6) NULL, c DATETIME(6), d DATE,
            e UUID, f JSON, g SET('x','y'), h INET6, i TIME(3), j BOOLEAN, k VARBINARY(9), l FLOAT, m ENUM('glad'), n BIT(5), o YEAR, p DATETIME, q DATE,
            r VARCHAR(9), s DECIMAL(38,20), t DOUBLE, u BIT(1), v TIMESTAMP NULL);
        INSERT INTO users VALUES (18446744073709551615, 'ann@example.org', 12.50, '2026-03-29 00:30:00', '2026-03-29 02:30:00.5', '2024-02-29',
            '0B7E1F0A-34A5-4C8E-9D33-0A8F6F4E2C11', '{\"a\": 1}', 'x,y', '2001:db8::1', '-838:59:58.5', TRUE, x'00ff', 0.1, 'glad', b'10101', 2024,
            '0000-00-00', '2024-00-00', '\u{1F600}é', 12345678901234567.12345678901234567890, 0.1, b'1', '0000-00-00 00:00:00');";
    let columns = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t",
        "u", "v",
    ];
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
            "2024-02-29",
            // MySQL keeps a UUID as the text that it is given.
            if is_mysql() {
                "0B7E1F0A-34A5-4C8E-9D33-0A8F6F4E2C11"
            } else {
                "0b7e1f0a-34a5-4c8e-9d33-0a8f6f4e2c11"
            },
            "{\"a\": 1}",
            "x,y",
            "2001:db8::1",
            "-838:59:58.5",
            "1",
            "00ff",
            "0.1",
            "glad",
            "21",
            "2024",
            "0000-00-00T00:00:00",
            "2024-00-00",
            "\u{1F600}é",
            "12345678901234567.12345678901234567890",
            "0.1",
            "1",
            "0000-00-00T00:00:00Z"
        ]
    );
    let key = rows.rows[0].key.clone();
    assert_eq!(key, [Value::Text("18446744073709551615".into())]);
    let mut step = delete("users", &[]);
    step.keys.push(key);
    assert_eq!(world.done(vec![step]).changed, 1);
}

#[test]
fn keys_of_every_type_find_their_own_row_and_no_other() {
    for (kind, one, other) in [
        ("DECIMAL(30,10)", "12345678901234567.1234567890", "12345678901234567.1234567891"),
        ("DATETIME(6)", "'2024-01-01 10:00:00.000001'", "'2024-01-01 10:00:00'"),
        ("TIMESTAMP(6)", "'2024-01-01 10:00:00.000001'", "'2024-01-01 10:00:00'"),
        ("DATE", "'2024-01-01'", "'2024-01-02'"),
        ("BINARY(16)", "x'0b7e1f0a34a54c8e9d330a8f6f4e2c11'", "x'0b7e1f0a34a54c8e9d330a8f6f4e2c12'"),
        ("BIT(8)", "b'00110000'", "b'00000000'"),
        ("BIGINT UNSIGNED", "18446744073709551615", "9223372036854775807"),
        ("CHAR(8) CHARACTER SET latin1", "'é'", "'ü'"),
        ("VARCHAR(9)", "'0'", "'abc'"),
        ("ENUM('b', 'a')", "'a'", "'b'"),
    ] {
        let sql = format!(
            "CREATE TABLE t (id {kind} PRIMARY KEY, email VARCHAR(99));
            INSERT INTO t VALUES ({one}, 'ann@example.org'), ({other}, 'bob@example.org');"
        );
        let mut world = world(&sql, vec![table("t").person("user").identifies("email", "email")]);
        let read = world.read("email=ann@example.org");
        let mut step = delete("t", &[]);
        step.keys.push(read.table(&"t".into()).expect("t").rows[0].key.clone());
        assert_eq!(world.done(vec![step]).changed, 1, "{kind}");
        assert_eq!(world.rows("SELECT email FROM t"), ["bob@example.org"], "{kind}");
    }
}

#[test]
fn a_text_that_is_no_number_is_equal_to_none() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(99));
        CREATE TABLE notes (id INTEGER PRIMARY KEY, author VARCHAR(20));
        INSERT INTO users VALUES (0, 'ann@example.org'), (7, 'bob@example.org');
        INSERT INTO notes VALUES (1, 'abc'), (2, '7'), (3, '7 '), (4, '0');";
    let tables = vec![
        table("users").person("user").identifies("email", "email").identifies("account", "id"),
        table("notes").owned_by("users", "author"),
    ];
    let mut world = world(sql, tables);
    assert_eq!(world.reached("email=ann@example.org"), ["notes:4 owned", "users:0 is user"]);
    assert!(world.found("account=abc").is_empty());
    assert_eq!(world.found("account=0"), ["users:0"]);
}

#[test]
fn what_a_collation_takes_for_equal_leads_on() {
    let sql = "ALTER DATABASE COLLATE utf8mb4_general_ci;
        CREATE TABLE users (code VARCHAR(20) PRIMARY KEY, email VARCHAR(99));
        CREATE TABLE notes (id INTEGER PRIMARY KEY, user VARCHAR(20), FOREIGN KEY (user) REFERENCES users (code));
        INSERT INTO users VALUES ('Éva', 'EVA@example.org');
        INSERT INTO notes VALUES (1, 'eva'), (2, 'ÉVA ');";
    let tables = vec![
        table("users").person("user").identifies("email", "email"),
        table("notes").owned_by("users", "user"),
    ];
    let mut world = world(sql, tables);
    assert_eq!(
        world.reached("email=eva@example.org"),
        ["notes:1 owned", "notes:2 owned", "users:Éva is user"]
    );
}

#[test]
fn a_column_that_tells_cases_apart_is_served_by_a_computed_one() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(99) COLLATE utf8mb4_bin);
        INSERT INTO users VALUES (1, 'Ann@Example.org'), (2, 'bob@example.org');";
    let mut world = world(sql, vec![table("users").person("user").identifies("email", "email")]);
    assert_eq!(world.found("email=ann@example.org"), ["users:1"]);
    let schema = world.store.describe().expect("a schema");
    let help: Vec<String> = check_map(&world.map, &schema)
        .into_iter()
        .filter(|finding| finding.code == "store/missing-index")
        .filter_map(|finding| finding.help)
        .collect();
    let said = "ALTER TABLE `users` ADD COLUMN `email_lower` varchar(99) AS (lower(`email`)) VIRTUAL, ADD INDEX (`email_lower`);";
    assert_eq!(help, [said]);
    world.run(said);
    let schema = world.store.describe().expect("a schema");
    assert!(check_map(&world.map, &schema).iter().all(|finding| finding.code != "store/missing-index"));
    assert_eq!(world.found("email=ann@example.org"), ["users:1"]);
    let refused = world.refused(vec![empty("users", &["email_lower"], &[1])]);
    assert_eq!(refused.why, RefusedWhy::Generated { column: "email_lower".into() });
}

#[test]
fn a_slow_statement_is_stopped_and_a_cancelled_one_says_so() {
    let world = world("SELECT 1", Vec::new());
    let limits = Limits { statement: Duration::from_millis(100), ..Limits::default() };
    let mut session = Session::open(world.place(), Access::Read, limits).expect("open");
    let slow = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) \
        SELECT count(*) FROM n a, n b, n c WHERE a.i + b.i + c.i = 5000";
    assert_eq!(
        session.query_text(slow, &[]),
        Err(StoreFault::TimedOut { after: Duration::from_millis(100) })
    );
    let mut session = world.other();
    let canceller = session.canceller();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        canceller.cancel();
    });
    assert_eq!(session.query_text(slow, &[]), Err(StoreFault::Cancelled));
    thread.join().expect("joined");
}

#[test]
fn a_session_for_reading_changes_nothing() {
    let world = world("CREATE TABLE t (a INT)", Vec::new());
    let mut session = Session::open(world.place(), Access::Read, Limits::default()).expect("open");
    assert_eq!(session.execute_text("INSERT INTO t VALUES (1)", &[]), Err(StoreFault::ReadOnly));
}

#[test]
fn a_server_that_is_not_there_is_unreachable_and_no_message_holds_the_password() {
    let limits = Limits { connect: Duration::from_millis(300), ..Limits::default() };
    for url in [
        "mariadb://ann:marked-secret@127.0.0.1:1/shop",
        "mysql://ann:marked-secret@127.0.0.1:1/shop",
        "mariadb://ann:marked-secret@localhost/shop?socket=/nowhere",
        "mariadb://ann:marked-secret@127.0.0.1:1/",
        "mariadb://ann:marked-secret@127.0.0.1:1/shop?require_ssl=true",
        "mariadb://ann:marked-secret@[bad",
        "postgres://ann:marked-secret@127.0.0.1:1/shop",
        "host=127.0.0.1 password=marked-secret",
    ] {
        let fault =
            Session::open(Place::Mariadb(url.into()), Access::Read, limits).expect_err("nobody there");
        assert!(matches!(fault, StoreFault::Unreachable { .. }), "{fault}");
        let text = format!("{fault} {fault:?} {:?}", Place::Mariadb(url.into()));
        assert!(!text.contains("marked-secret"), "{text}");
    }
}

#[test]
fn a_connection_that_was_cut_is_made_anew() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(99)); INSERT INTO users VALUES (1, 'ann@example.org');";
    let mut world = world(sql, vec![table("users").person("user").identifies("email", "email")]);
    assert_eq!(world.found("email=ann@example.org"), ["users:1"]);
    let asked = world.store.session().query_text("SELECT CONNECTION_ID()", &[]).expect("an id");
    let id = asked[0][0].shown();
    world.other().batch(&format!("KILL {id}")).expect("cut");
    let first = world.find("email=ann@example.org");
    assert!(first.is_ok() || matches!(first, Err(StoreFault::Unreachable { .. })), "{first:?}");
    assert_eq!(world.found("email=ann@example.org"), ["users:1"]);
}

#[test]
fn a_user_who_may_only_read_is_enough_to_read_and_is_told_when_changing() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(99)); INSERT INTO users VALUES (1, 'ann@example.org');";
    let mut world = world(sql, vec![table("users").person("user").identifies("email", "email")]);
    world.run(&format!(
        "CREATE ROLE IF NOT EXISTS kept_reader;
        GRANT SELECT ON users TO kept_reader;
        CREATE USER IF NOT EXISTS kept_guest@localhost; GRANT kept_reader TO kept_guest@localhost;
        SET DEFAULT ROLE kept_reader {} kept_guest@localhost",
        if is_mysql() { "TO" } else { "FOR" }
    ));
    let Place::Mariadb(url) = world.place() else { panic!("a server") };
    world.map.url = kept_core::policy::model::Url::Written(
        url.replace("kept@", "kept_guest@").replace("root@", "kept_guest@"),
    );
    world.store = kept_connect::open(&world.map, std::path::Path::new("."), &|_| None).expect("open");
    assert_eq!(world.found("email=ann@example.org"), ["users:1"]);
    let failed = world.apply(vec![delete("users", &[1])], crate::world::COMMIT).expect_err("refused");
    assert!(failed.to_string().contains("permission"), "{failed}");
}

#[test]
fn a_trigger_s_own_text_is_dropped_and_its_refusal_undoes_everything() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(99)); INSERT INTO users VALUES (1, 'marked-value');
        CREATE TRIGGER keep BEFORE DELETE ON users FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'marked-value', MYSQL_ERRNO = 3001;";
    let mut world = world(sql, vec![table("users").person("user").columns(&["email"])]);
    let refused = world.refused(vec![delete("users", &[1])]);
    assert!(
        matches!(&refused.why, RefusedWhy::Constraint(found) if found.kind == ConstraintKind::Trigger),
        "{refused:?}"
    );
    assert!(!format!("{refused:?} {refused}").contains("marked-value"));
    assert_eq!(world.rows("SELECT count(*) FROM users"), ["1"]);
}

#[test]
fn marks_and_replacements_take_the_spelling_of_their_column() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, flag BIT(1) NOT NULL, born DATE NOT NULL, seen TIMESTAMP NOT NULL, code VARCHAR(20) NOT NULL);
        INSERT INTO users VALUES (1, b'1', '1980-01-01', '2024-01-01', 'Erased');";
    let tables = vec![
        table("users")
            .person("user")
            .columns(&["flag", "born", "seen", "code"])
            .emptied("flag", "0")
            .emptied("born", "1970-01-01")
            .emptied("seen", "2000-01-01T00:00:00Z")
            .emptied("code", "erased"),
    ];
    let mut world = world(sql, tables);
    let steps = vec![empty("users", &["flag", "born", "seen"], &[1])];
    assert_eq!(world.done(steps.clone()).changed, 1);
    assert_eq!(world.rows("SELECT flag + 0, born, seen FROM users"), ["0|1970-01-01|2000-01-01T00:00:00Z"]);
    assert_eq!(world.done(steps).changed, 0);
}

#[test]
fn a_question_that_holds_too_many_others_is_refused_before_the_server_sees_it() {
    let world = world("CREATE TABLE t (a INT)", Vec::new());
    let none: [Arg; 0] = [];
    let long = format!("SELECT a FROM t WHERE {} FALSE", "a IN (SELECT a FROM t) OR ".repeat(3_000));
    let fault = world.other().query_text(&long, &none).expect_err("too long");
    assert!(fault.to_string().contains("would hold 3001 others"), "{fault}");
}
