//! Where an index serves, no statement reads a whole table; where none does, the exact statement
//! that makes one is said.

use kept_connect::{Failed, Mode, check_map};
use kept_core::identifier::Identifier;
use kept_core::plan::StorePlan;
use kept_core::policy::model::{Engine, Table};

use crate::world::{Says, World, delete, empty, is_mysql, on_each, on_each_engine, receipt, table};

const ROWS: &str = "
    LITE: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO customers (id, email, number) SELECT i, 'P' || i || '@example.org', 'C-' || i FROM n;
    PG: INSERT INTO customers (id, email, number) SELECT i, 'P' || i || '@example.org', 'C-' || i FROM generate_series(1, 20000) i;
    MY: INSERT INTO customers (id, email, number) SELECT seq, 'P' || seq || '@example.org', 'C-' || seq FROM seq_1_to_20000;
    INSERT INTO orders SELECT id, id FROM customers;
    INSERT INTO lines SELECT id, 1, 'x' FROM orders;
    INSERT INTO labels VALUES (1, 'a'), (2, 'b');
    INSERT INTO labelled SELECT id, 1 FROM orders;
    ANALYZE;";

const TABLES: &str = "
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id));
    CREATE TABLE lines (order_id INTEGER REFERENCES orders (id), no INTEGER, note TEXT, PRIMARY KEY (order_id, no));
    CREATE TABLE labels (id INTEGER PRIMARY KEY, word TEXT);
    CREATE TABLE labelled (order_id INTEGER REFERENCES orders (id), label_id INTEGER REFERENCES labels (id), PRIMARY KEY (order_id, label_id));
    CREATE INDEX orders_customer ON orders (customer_id);
    CREATE INDEX labelled_label ON labelled (label_id);";

fn map() -> Vec<Table> {
    vec![
        table("customers")
            .person("customer")
            .identifies("email", "email")
            .identifies("customer-number", "number")
            .columns(&["email"]),
        table("orders").owned_by("customers", "customer_id"),
        table("lines").owned_by("orders", "order_id").columns(&["note"]),
        table("labelled").owned_by("orders", "order_id"),
    ]
}

/// The lines of a plan that read every row of a table.
fn scans(plans: &[(String, Vec<String>)]) -> Vec<String> {
    let is_scan = |line: &&String| {
        let line = line.trim_start();
        // MariaDB says how, and how many rows: it rightly reads a handful without an index. MySQL says too
        // which partitions.
        let is_long = || {
            line.split(" | ")
                .nth(if is_mysql() { 9 } else { 8 })
                .is_some_and(|rows| rows.parse().is_ok_and(|rows: u64| rows > 1_000))
        };
        line.contains("Seq Scan")
            || (line.starts_with("SCAN") && !line.contains("CONSTANT ROW"))
            || ((line.contains(" | ALL | ") || line.contains(" | index | ")) && is_long())
    };
    plans
        .iter()
        .flat_map(|(text, lines)| lines.iter().filter(is_scan).map(move |line| format!("{line}: {text}")))
        .collect()
}

fn explained(world: &mut World, by: &str) -> Vec<(String, Vec<String>)> {
    let by = Identifier::parse(by).expect("an identifier");
    world.store.explain(&world.map, &by, &receipt()).expect("explained")
}

#[test]
fn finding_and_reading_by_an_indexed_identifier_reads_no_whole_table() {
    for column in ["LOWER", "LITE_NOCASE", "LITE_INDEX_NOCASE", "PG_CITEXT"] {
        let customers = match column {
            "LOWER" => "LITE: CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, email TEXT); CREATE INDEX by_email ON customers (lower(email));
                PG: CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, email TEXT); CREATE INDEX by_email ON customers (lower(email));
                MY: CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, email TEXT COLLATE utf8mb4_bin, small VARCHAR(190) AS (lower(email)) VIRTUAL, INDEX (small));
                "
                .to_owned(),
            "LITE_NOCASE" => "LITE: CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, email TEXT COLLATE NOCASE UNIQUE);
                PG: CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, email VARCHAR(200));
                PG: CREATE UNIQUE INDEX ON customers (lower(email));
                MY: CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, email TEXT UNIQUE);
                ".to_owned(),
            "LITE_INDEX_NOCASE" => "LITE: CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, email TEXT); CREATE INDEX e ON customers (email COLLATE NOCASE);
                PG: CREATE COLLATION anycase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
                PG: CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, email TEXT COLLATE anycase UNIQUE);
                MY: CREATE TABLE customers (id INTEGER PRIMARY KEY, number VARCHAR(99) CHARACTER SET latin1 UNIQUE, email VARCHAR(200) CHARACTER SET latin1, INDEX (email(20)));
                ".to_owned(),
            "PG_CITEXT" => "PG: CREATE EXTENSION citext; CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, email citext UNIQUE);
                LITE: CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, email TEXT); CREATE UNIQUE INDEX e ON customers (lower(email));
                MY: CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, email LONGTEXT, INDEX (email(50)));
                ".to_owned(),
            other => format!("CREATE TABLE customers (id INTEGER PRIMARY KEY, number TEXT UNIQUE, {other});"),
        };
        on_each(&format!("{customers}{TABLES}{ROWS}"), map(), |world| {
            assert_eq!(world.found("email=p777@EXAMPLE.org"), ["customers:777"], "{customers}");
            for by in ["email=p777@example.org", "customer-number=C-777"] {
                let plans = explained(world, by);
                assert!(plans.len() >= 5, "{plans:?}");
                assert_eq!(scans(&plans), [""; 0], "{:?} {customers}", world.engine());
            }
            let schema = world.store.describe().expect("a schema");
            let missing = check_map(&world.map, &schema);
            let missing: Vec<_> =
                missing.iter().filter(|finding| finding.code == "store/missing-index").collect();
            assert!(missing.is_empty(), "{missing:?}");
        });
    }
}

#[test]
fn carrying_out_a_plan_reads_no_whole_table() {
    let sql =
        format!("CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, number TEXT);{TABLES}{ROWS}");
    on_each(&sql, map(), |world| {
        let steps = vec![
            delete("orders", &[5]),
            kept_core::plan::Step {
                keys: vec![vec![5.into_value(), 1.into_value()]],
                ..delete("lines", &[])
            },
            kept_core::plan::Step {
                keys: vec![vec![5.into_value(), 1.into_value()]],
                ..delete("labelled", &[])
            },
            empty("customers", &["email"], &[5]),
        ];
        let plan = StorePlan { store: world.map.name.clone(), steps };
        let schema = world.store.describe().expect("a schema");
        let map = kept_connect::map::Map::new(&world.map, &schema).expect("a map");
        let run = |session: &mut kept_connect::Session| -> Result<(), Failed> {
            kept_connect::apply::apply(session, &map, &plan, Mode::Rehearse).map(drop)
        };
        let plans = world.store.session().explained(run).expect("explained");
        assert!(plans.iter().any(|(text, _)| text.starts_with("DELETE")), "{plans:?}");
        assert_eq!(scans(&plans), [""; 0], "{:?}", world.engine());
    });
}

trait IntoValue {
    fn into_value(self) -> kept_core::plan::Value;
}

impl IntoValue for i64 {
    fn into_value(self) -> kept_core::plan::Value {
        kept_core::plan::Value::Integer(self)
    }
}

#[test]
fn a_missing_index_is_named_with_the_statement_that_makes_it_and_then_serves() {
    let sql = format!(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, number TEXT UNIQUE);{}{ROWS}",
        TABLES.replace("CREATE INDEX orders_customer ON orders (customer_id);", "")
    );
    on_each_engine(&sql, map(), |world| {
        assert_eq!(world.found("email=p777@example.org"), ["customers:777"]);
        assert!(!scans(&explained(world, "email=p777@example.org")).is_empty());
        let schema = world.store.describe().expect("a schema");
        let missing: Vec<String> = check_map(&world.map, &schema)
            .into_iter()
            .filter(|finding| finding.code == "store/missing-index")
            .filter_map(|finding| finding.help)
            .collect();
        let wanted: &[&str] = match world.engine() {
            // Its foreign keys make their own indexes, its collations find addresses.
            Engine::Mariadb => &["CREATE INDEX `customers_email_lower` ON `customers` (`email`);"],
            Engine::Sqlite | Engine::Postgres => &[
                "CREATE INDEX \"customers_email_lower\" ON \"customers\" (lower(\"email\"));",
                "CREATE INDEX \"orders_customer_id\" ON \"orders\" (\"customer_id\");",
            ],
        };
        assert_eq!(missing, wanted);
        world.run(&missing.join("\n"));
        world.run("ANALYZE");
        let schema = world.store.describe().expect("a schema");
        assert!(check_map(&world.map, &schema).iter().all(|finding| finding.code != "store/missing-index"));
        assert_eq!(scans(&explained(world, "email=p777@example.org")), [""; 0]);
    });
}

#[test]
fn a_person_with_ten_thousand_rows_is_read_and_erased_in_well_under_a_second_each() {
    let sql = "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT);
        CREATE TABLE events (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), body TEXT);
        CREATE INDEX events_customer ON events (customer_id);
        INSERT INTO customers VALUES (1, 'ann@example.org');
        LITE: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO events SELECT i, 1, 'body ' || i FROM n;
        PG: INSERT INTO events SELECT i, 1, 'body ' || i FROM generate_series(1, 10000) i;
        MY: INSERT INTO events SELECT seq, 1, 'body ' || seq FROM seq_1_to_10000;
        ANALYZE;";
    let tables = vec![
        table("customers").person("customer").identifies("email", "email").columns(&["email"]),
        table("events").owned_by("customers", "customer_id").columns(&["body"]),
    ];
    on_each(sql, tables, |world| {
        let start = std::time::Instant::now();
        let read = world.read("email=ann@example.org");
        assert_eq!(read.count(), 10_001);
        let reading = start.elapsed();
        let steps = read
            .tables
            .iter()
            .map(|rows| kept_core::plan::Step {
                table: rows.table.clone(),
                action: kept_core::plan::Action::Delete,
                keys: rows.rows.iter().map(|row| row.key.clone()).collect(),
                reasons: Vec::new(),
                columns: Vec::new(),
            })
            .collect();
        let start = std::time::Instant::now();
        assert_eq!(world.done(steps).changed, 10_001);
        let erasing = start.elapsed();
        println!("{:?}: read {reading:?}, erased {erasing:?}", world.engine());
        // Generous: tests run unoptimised, beside others.
        assert!(reading.as_secs() < 5 && erasing.as_secs() < 10, "{reading:?} {erasing:?}");
    });
}
