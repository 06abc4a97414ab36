//! The made-up databases hold what they say they hold.

use jiff::civil::date;
use kept_connect::private_postgres::PrivatePostgres;
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;
use kept_core::time::Day;
use rusqlite::{Connection, OpenFlags};

use super::policy::DeskAt;
use super::{Counts, Overdue, Scale, Which, fill_postgres, fill_sqlite, schema};

fn today() -> Day {
    date(2026, 11, 22)
}

fn filled(which: Which, people: u32, day: Day) -> (tempfile::TempDir, Connection, Counts) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.db");
    let counts = fill_sqlite(&path, which, &Scale::demo(people), day).unwrap();
    let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    (folder, connection, counts)
}

fn number(connection: &Connection, sql: &str) -> u64 {
    let found: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    u64::try_from(found).unwrap()
}

/// Everything in a database, as text.
fn dump(connection: &Connection, which: Which) -> String {
    let mut text = String::new();
    for shape in schema::tables(which) {
        let sql = format!("SELECT * FROM {} ORDER BY 1", shape.name);
        let mut statement = connection.prepare(&sql).unwrap();
        let width = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for place in 0..width {
                text.push_str(&format!("{:?}|", row.get_ref(place).unwrap()));
            }
            text.push('\n');
        }
    }
    text
}

#[test]
fn no_row_refers_to_a_row_that_is_not_there() {
    for which in [Which::Shop, Which::Desk] {
        let (_folder, connection, counts) = filled(which, 600, today());
        let broken = number(&connection, "SELECT count(*) FROM pragma_foreign_key_check");
        assert_eq!(broken, 0, "{which:?}");
        let declared =
            number(&connection, "SELECT count(*) FROM sqlite_schema s, pragma_foreign_key_list(s.name)");
        assert!(declared >= 7, "{which:?}: {declared}");
        for (table, rows) in &counts.rows {
            assert_eq!(number(&connection, &format!("SELECT count(*) FROM {table}")), *rows, "{table}");
        }
    }
}

#[test]
fn two_runs_make_the_same_rows() {
    for which in [Which::Shop, Which::Desk] {
        let (_first_folder, first, first_counts) = filled(which, 120, today());
        let (_second_folder, second, second_counts) = filled(which, 120, today());
        assert_eq!(first_counts, second_counts);
        assert!(dump(&first, which) == dump(&second, which));
    }
}

/// What is overdue in the shop, counted without the generator: by dates and NULLs alone.
fn overdue_in_shop(connection: &Connection, day: Day) -> Vec<(Overdue, u64)> {
    use Overdue::*;
    let ago = |years: i64| format!("date('{day}', '-{years} years')");
    let (one, two, three, five, ten) = (ago(1), ago(2), ago(3), ago(5), ago(10));
    let owner = "JOIN accounts a ON a.id = x.account_id WHERE a.closed_at";
    [
        (ClosedWithPassword, "SELECT count(*) FROM accounts WHERE closed_at IS NOT NULL AND password_hash <> ''".to_owned()),
        (AccountNotArchived, format!("SELECT count(*) FROM accounts WHERE closed_at >= {five} AND archived_at IS NULL")),
        (ClosedFiveYears, format!("SELECT count(*) FROM accounts WHERE closed_at < {five} AND email <> ''")),
        (OrderNotArchived, format!("SELECT count(*) FROM orders x {owner} >= {five} AND x.archived_at IS NULL")),
        (OrderFiveYears, format!("SELECT count(*) FROM orders x {owner} < {five}")),
        (InvoiceTenYears, format!("SELECT count(*) FROM invoices x {owner} < {ten}")),
        (NewsletterStopped, "SELECT count(*) FROM accounts WHERE newsletter_stopped_at IS NOT NULL AND newsletter_topics IS NOT NULL".to_owned()),
        (NewsletterSilent, format!("SELECT count(*) FROM accounts WHERE newsletter_stopped_at IS NULL AND newsletter_topics IS NOT NULL AND last_seen_at < {three}")),
        (ProspectSilent, format!("SELECT count(*) FROM prospects WHERE opted_out_at IS NULL AND coalesce(last_click_at, opted_in_at) < {three}")),
        (ProspectStopped, "SELECT count(*) FROM prospects WHERE opted_out_at IS NOT NULL".to_owned()),
        (MessageTwoYears, format!("SELECT count(*) FROM messages WHERE sent_at < {two}")),
        (UsageOneYear, format!("SELECT count(*) FROM usage_events WHERE seen_at < {one}")),
    ]
    .into_iter()
    .map(|(way, sql)| (way, number(connection, &sql)))
    .collect()
}

fn overdue_at_desk(connection: &Connection, day: Day) -> Vec<(Overdue, u64)> {
    use Overdue::*;
    let year = day.year();
    [
        (DeskLogOneYear, format!("SELECT count(*) FROM access_log WHERE seen_at < date('{day}', '-1 years')")),
        (ContactThreeYears, format!("SELECT count(*) FROM contacts c WHERE (SELECT max(updated_at) FROM tickets t WHERE t.contact_id = c.id) < date('{day}', '-3 years')")),
        (RequestOver, format!("SELECT count(*) FROM privacy_requests WHERE received_at < '{}-01-01'", year - 2)),
        (RequestNotArchived, format!("SELECT count(*) FROM privacy_requests WHERE received_at >= '{}-01-01' AND received_at < '{year}-01-01' AND archived_at IS NULL", year - 2)),
    ]
    .into_iter()
    .map(|(way, sql)| (way, number(connection, &sql)))
    .collect()
}

#[test]
fn what_is_overdue_is_what_was_planted_on_any_day() {
    for day in [today(), date(2024, 2, 29), date(2027, 1, 1), date(2027, 1, 2), date(2025, 12, 31)] {
        let (_folder, connection, counts) = filled(Which::Shop, 1_000, day);
        for (way, found) in overdue_in_shop(&connection, day) {
            assert_eq!(found, counts.overdue.get(&way).copied().unwrap_or(0), "{way:?} on {day}");
            assert!(found > 0, "{way:?} on {day}");
        }
        let (_folder, connection, counts) = filled(Which::Desk, 3_000, day);
        for (way, found) in overdue_at_desk(&connection, day) {
            assert_eq!(found, counts.overdue.get(&way).copied().unwrap_or(0), "{way:?} on {day}");
            assert!(found > 0, "{way:?} on {day}");
        }
    }
}

#[test]
fn most_of_the_company_is_in_order_and_nothing_lies_in_the_future() {
    let (_folder, connection, counts) = filled(Which::Shop, 1_000, today());
    let overdue: u64 = counts.overdue.values().sum();
    assert!(overdue * 8 < counts.total(), "{overdue} of {}", counts.total());
    for (table, column) in [
        ("accounts", "created_at"),
        ("orders", "placed_at"),
        ("messages", "sent_at"),
        ("usage_events", "seen_at"),
        ("invoices", "issued_at"),
    ] {
        assert_eq!(
            number(&connection, &format!("SELECT count(*) FROM {table} WHERE {column} > '2026-11-23'")),
            0,
            "{table}"
        );
    }
    let before =
        "SELECT count(*) FROM accounts WHERE closed_at < created_at OR newsletter_stopped_at < newsletter_at";
    assert_eq!(number(&connection, before), 0);
}

#[test]
fn one_person_has_rows_everywhere() {
    let (_shop_folder, shop, _) = filled(Which::Shop, 300, today());
    for table in ["orders", "invoices", "usage_events"] {
        assert!(number(&shop, &format!("SELECT count(*) FROM {table} WHERE account_id = 1")) >= 3, "{table}");
    }
    for column in ["sender_id", "recipient_id"] {
        assert_eq!(
            number(&shop, &format!("SELECT count(*) FROM messages WHERE {column} = 1")),
            2,
            "{column}"
        );
    }
    assert_eq!(
        number(
            &shop,
            &format!(
                "SELECT count(*) FROM accounts WHERE email = '{}' AND closed_at IS NOT NULL",
                super::ADA
            )
        ),
        1
    );
    assert_eq!(number(&shop, &format!("SELECT count(*) FROM prospects WHERE email = '{}'", super::ADA)), 1);
    let (_desk_folder, desk, _) = filled(Which::Desk, 300, today());
    assert_eq!(
        number(
            &desk,
            &format!(
                "SELECT count(*) FROM contacts WHERE email <> '{0}' AND lower(email) = '{0}'",
                super::ADA
            )
        ),
        1
    );
    assert_eq!(number(&desk, "SELECT count(*) FROM tickets WHERE contact_id = 1"), 2);
    assert_eq!(
        number(
            &desk,
            "SELECT count(*) FROM ticket_notes n JOIN tickets t ON t.id = n.ticket_id WHERE t.contact_id = 1"
        ),
        4
    );
    assert!(number(&desk, "SELECT count(*) FROM ticket_notes WHERE mentioned_contact_id = 1") >= 1);
    assert_eq!(number(&desk, "SELECT count(*) FROM access_log WHERE contact_id = 1"), 2);
}

#[test]
fn a_fresh_file_holds_no_copy_of_a_row_beside_the_row() {
    for (which, sql) in [
        (Which::Shop, "UPDATE accounts SET email = '' WHERE id = 1; DELETE FROM prospects WHERE id = 1"),
        (Which::Desk, "UPDATE contacts SET email = '' WHERE id = 1"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made.db");
        fill_sqlite(&path, which, &Scale::demo(600), today()).unwrap();
        let times = || {
            let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
            bytes.windows(super::ADA.len()).filter(|window| *window == super::ADA.as_bytes()).count()
        };
        assert!(times() >= 2, "{which:?}");
        let connection = Connection::open(&path).unwrap();
        connection
            .execute_batch(&format!("PRAGMA secure_delete = ON; {sql}; PRAGMA wal_checkpoint(TRUNCATE)"))
            .unwrap();
        assert_eq!(times(), 0, "{which:?}");
    }
}

#[test]
fn one_index_is_missing_in_the_demo_and_none_in_the_figures() {
    let shape = schema::tables(Which::Shop).iter().find(|shape| shape.name == "messages").unwrap();
    let (some, every) = (schema::indexes(shape, false), schema::indexes(shape, true));
    assert_eq!(some.len() + 1, every.len());
    assert!(every.iter().any(|sql| sql.ends_with("(recipient_id)")));
    assert!(!some.iter().any(|sql| sql.ends_with("(recipient_id)")));
}

#[test]
fn three_thousand_people_are_made_in_a_few_seconds() {
    let started = std::time::Instant::now();
    let (_folder, _connection, counts) = filled(Which::Shop, 3_000, today());
    assert!(counts.total() > 30_000, "{}", counts.total());
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    println!("{} rows in {:?}: {counts:#?}", counts.total(), started.elapsed());
}

/// The policy of the folder as it is written for the demo.
fn policy_of(desk: DeskAt) -> kept_core::policy::reader::Read {
    let folder = tempfile::tempdir().unwrap();
    super::policy::write(folder.path(), desk).unwrap();
    let files = crate::folder::read(folder.path()).unwrap();
    let sources: Vec<SourceFile> =
        files.iter().map(|file| SourceFile::new(file.name.clone(), file.bytes.clone())).collect();
    examine(&sources)
}

#[test]
fn the_policy_has_no_finding_with_the_desk_on_either_engine() {
    use kept_core::policy::model::{Engine, Url};
    for (desk, engine, url) in [
        (DeskAt::Postgres, Engine::Postgres, Url::Env(super::policy::DESK_URL.to_owned())),
        (DeskAt::File, Engine::Sqlite, Url::Written(super::policy::DESK_FILE.to_owned())),
    ] {
        let policy = policy_of(desk).sound().unwrap();
        assert_eq!((policy.stores["desk"].engine, &policy.stores["desk"].url), (engine, &url));
    }
}

#[test]
fn every_mapped_table_and_column_is_there() {
    let policy = policy_of(DeskAt::File).sound().unwrap();
    for (store, which) in [("shop", Which::Shop), ("desk", Which::Desk)] {
        let shapes = schema::tables(which);
        let mapped = &policy.stores[store];
        for shape in shapes {
            let known = mapped.tables.contains_key(shape.name)
                || mapped.not_personal.iter().any(|name| name == shape.name);
            assert!(known, "{store}.{} is not mapped", shape.name);
        }
        for table in mapped.tables.values() {
            let shape = shapes.iter().find(|shape| shape.name == table.sql_name).unwrap();
            for column in table.columns.keys() {
                assert!(
                    shape.columns.iter().any(|known| known.name == column.as_str()),
                    "{}.{column}",
                    table.name
                );
            }
        }
    }
}

#[test]
fn postgresql_holds_the_same_rows_with_its_foreign_keys() {
    let server = PrivatePostgres::shared().unwrap();
    for which in [Which::Shop, Which::Desk] {
        let url = server.database("made").unwrap();
        let counts = fill_postgres(&url, which, &Scale::demo(300), today()).unwrap();
        let (_folder, sqlite, same) = filled(which, 300, today());
        assert_eq!(counts, same);
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        let mut count = |sql: &str| -> i64 { client.query_one(sql, &[]).unwrap().get(0) };
        for (table, rows) in &counts.rows {
            assert_eq!(
                count(&format!("SELECT count(*) FROM {table}")),
                i64::try_from(*rows).unwrap(),
                "{table}"
            );
        }
        let keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated";
        let declared =
            number(&sqlite, "SELECT count(*) FROM sqlite_schema s, pragma_foreign_key_list(s.name)");
        assert_eq!(count(keys), i64::try_from(declared).unwrap());
    }
    let url = server.database("same").unwrap();
    fill_postgres(&url, Which::Desk, &Scale::demo(300), today()).unwrap();
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    let text = "to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')";
    let first: (String, String) = {
        let row = client.query_one(&format!("SELECT email, {text} FROM contacts WHERE id = 1"), &[]).unwrap();
        (row.get(0), row.get(1))
    };
    let (_folder, sqlite, _) = filled(Which::Desk, 300, today());
    let same = sqlite.query_row("SELECT email, updated_at FROM contacts WHERE id = 1", [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    });
    assert_eq!(first, same.unwrap());
}

#[test]
#[ignore = "makes a million accounts: run it by hand, in a release build"]
fn a_million_accounts_are_made_in_under_a_minute() {
    let started = std::time::Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let counts =
        fill_sqlite(&folder.path().join("million.db"), Which::Shop, &Scale::million(), today()).unwrap();
    println!("SQLite: {} rows in {:?}", counts.total(), started.elapsed());
    let started = std::time::Instant::now();
    let url = PrivatePostgres::shared().unwrap().database("million").unwrap();
    fill_postgres(&url, Which::Shop, &Scale::million(), today()).unwrap();
    println!("PostgreSQL: the same in {:?}", started.elapsed());
    assert!(counts.rows["accounts"] == 1_000_000);
}
