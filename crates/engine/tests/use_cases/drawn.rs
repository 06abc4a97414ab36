//! Statistics and data sets of which nobody can be told, drawn from a store and from Kept's own record.

use std::collections::BTreeMap;

use kept_core::admission::{Act, Collection};
use kept_core::ledger::{Kind, Outcome};
use kept_core::time::Instant;
use kept_core::timeline::RestrictionReason;
use kept_engine::Failure;
use kept_engine::anonymous::{Statistic, StatisticOrder};
use kept_engine::company::Company;
use kept_engine::record::Recording;

use crate::recording::{data, datum, record};
use crate::world::{BOTH, Kind as Engine, Lite, World, at, whom};

const NOW: &str = "2026-03-02";

/// A user of the store: number, plan, minutes of the one visit.
type User<'a> = (u32, &'a str, &'a str, u32);

fn app(engine: Engine, users: &[User<'_>]) -> World {
    let mut sql =
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, plan TEXT, country TEXT, \
                   born TEXT, postcode TEXT, created_at TIMESTAMP NOT NULL); \
                   CREATE TABLE visits (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), \
                   page TEXT, minutes INTEGER); CREATE INDEX visits_user ON visits (user_id);"
            .to_owned();
    for (number, plan, page, minutes) in users {
        let born = format!("{}-{:02}-{:02}", 1950 + number % 40, 1 + number % 12, 1 + number % 28);
        sql.push_str(&format!(
            "INSERT INTO users VALUES ({number}, 'MARQUE {number}', 'u{number}@example.org', '{plan}', 'FR', '{born}', \
             '7{:04}', '2026-01-05 10:00:00'); \
             INSERT INTO visits VALUES ({number}, {number}, '{page}', {minutes});",
            number * 7
        ));
    }
    World::new(include_str!("drawn.toml"), &[("app", engine, &sql)])
}

/// Nine on `free`, six on `team`, four on `solo`.
fn nineteen() -> Vec<User<'static>> {
    let plan = |number: u32| match number {
        1..=9 => "free",
        10..=15 => "team",
        _ => "solo",
    };
    (1..=19)
        .map(|number| (number, plan(number), if number.is_multiple_of(2) { "home" } else { "help" }, 3))
        .collect()
}

fn order(name: &str, purpose: &str, to: Option<&str>) -> StatisticOrder {
    StatisticOrder { name: name.to_owned(), purpose: purpose.into(), to: to.map(Into::into) }
}

#[track_caller]
fn drawn(company: &mut Company, name: &str, now: Instant) -> Statistic {
    company.statistic(&order(name, "quality", None), now).unwrap()
}

fn groups(statistic: &Statistic) -> Vec<(&str, u64)> {
    statistic.shown.cells.iter().map(|cell| (cell.group[0].as_str(), cell.people)).collect()
}

fn total(statistic: &Statistic) -> u64 {
    statistic.shown.total.as_ref().unwrap().people
}

#[track_caller]
fn why_not<T: std::fmt::Debug>(told: Result<T, Failure>) -> String {
    match told {
        Err(Failure::Refused(words)) => words,
        other => panic!("{other:?}"),
    }
}

#[test]
fn klx_31_a_cell_of_four_people_is_suppressed_and_export_for_sales_is_denied() {
    for engine in BOTH {
        let world = app(engine, &nineteen());
        let now = at(NOW);
        let mut company = world.open(now);
        let statistic = drawn(&mut company, "plans", now);
        assert_eq!(groups(&statistic), [("free", 9)], "the four, and the six that would tell of them");
        assert_eq!((total(&statistic), statistic.shown.incomplete), (19, true));
        assert_eq!(statistic.shown.cells[0].sums, [Some("27".to_owned())]);
        let denied = why_not(company.statistic(&order("plans", "sales", None), now));
        assert!(denied.contains("`quality` alone") && denied.contains("`sales`"), "{denied}");
        let runs: Vec<(Kind, Outcome)> = world
            .entries()
            .iter()
            .filter(|entry| entry.rule.as_deref() == Some("statistics.plans"))
            .map(|entry| (entry.kind, entry.outcome))
            .collect();
        let (read, made) = ((Kind::Read, Outcome::Intended), (Kind::ReportMade, Outcome::Done));
        assert_eq!(runs, [read, made, (Kind::Read, Outcome::Refused)]);
    }
}

#[test]
fn cla_76_advertisers_get_groups_of_five_and_more_and_nobody_else_gets_them() {
    let world = app(Lite, &nineteen());
    let now = at(NOW);
    let mut company = world.open(now);
    let given = company.statistic(&order("plans", "quality", Some("advertisers")), now).unwrap();
    assert!(given.shown.cells.iter().all(|cell| cell.people >= 5));
    let text = serde_json::to_string(&given).unwrap();
    assert!(!text.contains("MARQUE") && !text.contains("example.org"), "{text}");
    let denied = why_not(company.statistic(&order("plans", "quality", Some("printer")), now));
    assert!(denied.contains("not for `printer`"), "{denied}");
    let told = world.entries().into_iter().filter(|entry| entry.recipient.is_some());
    let told: Vec<(String, Outcome)> =
        told.map(|entry| (entry.recipient.unwrap().to_string(), entry.outcome)).collect();
    assert!(told.contains(&("advertisers".to_owned(), Outcome::Done)), "{told:?}");
    assert!(told.contains(&("printer".to_owned(), Outcome::Refused)), "{told:?}");
}

#[test]
fn cla_17_improvement_gets_aggregates_without_those_who_objected_or_are_restricted() {
    let world = app(Lite, &nineteen());
    let now = at(NOW);
    let mut company = world.open(now);
    assert_eq!(groups(&drawn(&mut company, "pages", now)), [("help", 10), ("home", 9)]);
    let objects = Act::Object { purpose: Some("quality".into()) };
    record(&mut company, "email=u1@example.org", objects, now).unwrap();
    let restricts = Act::Restrict {
        data: Vec::new(),
        reason: RestrictionReason::Accuracy,
        review_on: Some("2026-06-01".parse().unwrap()),
    };
    record(&mut company, "email=u2@example.org", restricts, now).unwrap();
    let later = at("2026-03-03");
    let statistic = drawn(&mut company, "pages", later);
    assert_eq!(groups(&statistic), [("help", 9), ("home", 8)]);
    assert_eq!(total(&statistic), 17);
    assert_eq!(drawn(&mut company, "pages", at("2027-01-20")).shown.total, None, "no ground stands any more");
}

#[test]
fn people_whom_kept_alone_knows_are_counted_and_nobody_twice() {
    let world = app(Lite, &nineteen());
    let now = at(NOW);
    let mut company = world.open(now);
    let collect = |company: &mut Company, who: &str| {
        let collection = Collection {
            purposes: std::iter::once("quality".into()).collect(),
            fields: data(&["usage.page", "usage.minutes"]),
            ..Collection::default()
        };
        let values: BTreeMap<_, _> =
            [(datum("usage.page"), "help".to_owned()), (datum("usage.minutes"), "1".to_owned())].into();
        let recording = Recording {
            values: values.into_iter().collect(),
            ..Recording::new(whom(&[who]), Act::Collect(collection))
        };
        company.record(&recording, now).unwrap();
    };
    collect(&mut company, "email=new@example.org");
    collect(&mut company, "email=u1@example.org");
    assert_eq!(total(&drawn(&mut company, "pages", now)), 20);
}

#[test]
fn nothing_is_drawn_from_a_part_of_the_people() {
    let mut world = app(Lite, &nineteen());
    world.take_down("app");
    let now = at(NOW);
    let why = why_not(world.open(now).statistic(&order("plans", "quality", None), now));
    assert!(why.contains("store `app` could not be asked"), "{why}");
}

#[test]
fn what_is_not_drawn_or_not_there_is_told_with_what_is() {
    let world = app(Lite, &nineteen());
    let now = at(NOW);
    let mut company = world.open(now);
    let why = why_not(company.statistic(&order("plan", "quality", None), now));
    assert!(why.contains("`plans`, `pages`, `set`"), "{why}");
    let why = why_not(company.anonymous("plans", now));
    assert!(why.contains("no `records`"), "{why}");
}

fn five_hundred() -> Vec<User<'static>> {
    (1..=500)
        .map(|number: u32| (number, if number.is_multiple_of(3) { "team" } else { "free" }, "home", 1))
        .collect()
}

#[test]
fn kre_41_five_hundred_records_are_made_anonymous_and_relinking_with_the_source_fails() {
    let world = app(Lite, &five_hundred());
    let now = at(NOW);
    let set = world.open(now).anonymous("set", now).unwrap();
    assert!(set.made.rows.len() >= 475, "{:?}", set.made);
    let mut alike: BTreeMap<&Vec<String>, u32> = BTreeMap::new();
    set.made.rows.iter().for_each(|row| *alike.entry(row).or_default() += 1);
    assert!(alike.values().all(|count| *count >= 5), "{alike:?}");
    assert!(set.made.rows.is_sorted(), "the order is not the source's");
    assert!(set.test.is_anonymous() && set.test.fewest >= 5, "{:?}", set.test);
    let text = format!("{:?}", set.made);
    assert!(!text.contains("MARQUE") && !text.contains('@'), "no direct identifier stays");
}

#[test]
fn kre_42_a_set_that_passes_serves_any_purpose_and_one_that_only_lost_its_names_is_personal_data() {
    let world = app(Lite, &five_hundred());
    let now = at(NOW);
    let mut company = world.open(now);
    let set = company.anonymous("set", now).unwrap();
    let columns: Vec<String> = set.made.columns.iter().map(ToString::to_string).collect();
    let passed = company.try_anonymous("set", (&columns, &set.made.rows), now).unwrap();
    assert!(passed.anonymous, "{passed:?}");

    let raw = world.rows("app", "SELECT plan, born, postcode FROM users");
    let raw: Vec<Vec<String>> = raw.iter().map(|row| row.split('|').map(str::to_owned).collect()).collect();
    let failed = company.try_anonymous("set", (&columns, &raw), now).unwrap();
    assert!(!failed.anonymous && failed.test.linked == 500, "{failed:?}");

    let coded: Vec<String> = columns.iter().cloned().chain(["code".to_owned()]).collect();
    let mut rows = set.made.rows.clone();
    rows.iter_mut().enumerate().for_each(|(number, row)| row.push(format!("c{number}")));
    let pseudonymous = company.try_anonymous("set", (&coded, &rows), now).unwrap();
    assert!(!pseudonymous.anonymous, "a code for each person is a pseudonym");
    assert_eq!(pseudonymous.strange_columns, [4]);
    let decided: Vec<Outcome> = world
        .entries()
        .iter()
        .filter(|entry| entry.kind == Kind::Decided)
        .map(|entry| entry.outcome)
        .collect();
    assert_eq!(decided, [Outcome::Allowed, Outcome::Refused, Outcome::Refused]);
}
