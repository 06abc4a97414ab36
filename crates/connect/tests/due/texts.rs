//! Dates written as text: every spelling that the core reads, and none that it does not.

use kept_connect::due::{Exceptions, count};
use kept_core::plan::Value;
use kept_core::policy::model::Engine;
use kept_core::time::Zone;
use kept_core::time::reading::{Reading, read};

use crate::world::{JSON_LINES, Kind, World, policy};

const POLICY: &str = concat!(
    head!(),
    r#"[data.log]
fields = { what = "text" }
[purpose.log]
title = "L"
data = ["log"]
basis = { legitimate-interest = "x" }
keep = "1 year after collection"
[store.s]
engine = "sqlite"
url = "x"
zone = "Europe/Paris"
[store.s.table.logs]
person = "user"
key = "id"
identifies = { email = "email" }
columns = { what = "log.what" }
events = { collection = "at" }
"#
);

/// Spellings of days a year and more before the run, and after it; some are no dates.
const TEXTS: &[&str] = &[
    "2023-01-10",
    "20230110",
    "2023-01-10T12",
    "2023-01-10T12:30",
    "2023-01-10 12:30:00",
    "2023-01-10 12:30:00+0200",
    "2023-01-10T12:30:00+02",
    "20230110T123000Z",
    "  2023-01-10  ",
    "2023-01-10t12:30:00z",
    "2023-01-10T23:59:60Z",
    "2023-01-10 12:30:00.123456789",
    "2023-01-10T12:30:00,5",
    "2023-01-10T12:30:00+01:00[Europe/Paris]",
    "+002023-01-10",
    "2023-01-09T23:30:00-14:00",
    "2024-01-10",
    "20240110",
    "2024-01-10T12",
    " 2024-01-10 12:00:00+0200 ",
    "2024-01-11 02:59:59",
    "20240601",
    "0001-01-01",
    "00010101",
    "0001-01-01 00:00:00",
    "0001-01-03 00:00:00",
    "0001-01-04 00:00:00",
    "19990102",
    "2023-01-10 12",
    "\u{a0}2023-01-10",
    "9999-12-31",
    "99991231",
    "2023-02-30",
    "20230230",
    "2023-13-01",
    "infinity",
    "soon",
    "",
    "1673305200",
];

const AT: &str = "2024-01-11T03:00:00Z";

/// Texts that a column of this type keeps as they are: one of SQLite's numeric affinity makes
/// numbers of those that look like one.
fn texts(kind: &str) -> Vec<&'static str> {
    TEXTS.iter().copied().filter(|text| kind == "TEXT" || text.parse::<f64>().is_err()).collect()
}

fn world(of: &Kind, kind: &str) -> World {
    let mut sql = format!(
        "CREATE TABLE logs (id INTEGER PRIMARY KEY, email TEXT, what TEXT, at {kind}); CREATE INDEX logs_at ON logs (at);"
    );
    for (index, text) in texts(kind).iter().enumerate() {
        sql.push_str(&format!("INSERT INTO logs VALUES ({index}, 'p{index}@example.com', 'w', '{text}');"));
    }
    World::of(of, policy(POLICY), &sql)
}

#[test]
fn a_sweep_reads_every_text_as_why_does() {
    let zone = Zone::named("Europe/Paris").expect("a zone");
    let end = zone.start_of("2023-01-11".parse().expect("a day"));
    // Kept for a year after its day: over where that day is before 11 January 2023.
    let is_over =
        |text: &str| matches!(read(&Value::Text(text.to_owned()), &zone), Reading::At(at) if at < end);
    for (engine, kind) in [
        (Kind::Engine(Engine::Sqlite), "TEXT"),
        (Kind::Engine(Engine::Sqlite), "TIMESTAMP"),
        (Kind::Engine(Engine::Postgres), "TEXT"),
        (Kind::Engine(Engine::Mariadb), "TEXT"),
        (JSON_LINES, "TEXT"),
    ] {
        let texts = texts(kind);
        let mut wanted: Vec<String> =
            texts.iter().filter(|text| !is_over(text)).map(|text| (*text).to_owned()).collect();
        assert!(wanted.len() < texts.len() - 12, "the spellings are read at all: {wanted:?}");
        let world = world(&engine, kind);
        let at = AT.parse().expect("an instant");
        let emails: Vec<String> = (0..texts.len()).map(|index| format!("p{index}@example.com")).collect();
        assert_eq!(Some(world.reference(&emails, at)), world.compiled(at), "{engine:?} {kind}");
        world.sweep(AT);
        let mut left = world.values("SELECT at FROM logs");
        left.sort();
        wanted.sort();
        assert_eq!(left, wanted, "{engine:?} {kind}");
    }
}

#[test]
fn the_oldest_day_is_told_of_odd_texts_too() {
    for engine in &crate::world::KINDS {
        let world = world(engine, "TEXT");
        world.session().batch("UPDATE logs SET at = '19980203T10' WHERE id = 1").expect("a change");
        let none = Exceptions::new();
        let question = world.question(AT.parse().expect("an instant"), &none);
        let counts = count(&mut world.session(), &question).unwrap_or_else(|fault| panic!("{fault}"));
        let oldest = counts[0].rules[0].oldest.map(|day| day.to_string());
        // The fourth of January of the year 1 can be meant.
        assert_eq!(oldest.as_deref(), Some("0001-01-04"), "{engine:?}");
        world.session().batch("DELETE FROM logs WHERE at LIKE '0001-01-04%'").expect("a change");
        let counts = count(&mut world.session(), &question).unwrap_or_else(|fault| panic!("{fault}"));
        let oldest = counts[0].rules[0].oldest.map(|day| day.to_string());
        assert_eq!(oldest.as_deref(), Some("1998-02-03"), "{engine:?}");
    }
}
