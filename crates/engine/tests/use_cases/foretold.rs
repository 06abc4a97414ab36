//! A dry run of retention foretells the run on companies of random rows: with consents, contracts that end,
//! messages of two people, issued invoices, archives, holds, people whom Kept knows, and rows of nobody.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kept_core::admission::Act;
use kept_engine::report::sweep::SweepReport;
use kept_engine::sweep::SweepOrder;

use crate::recording::{consent, record};
use crate::world::{Kind, Random, World, at, small};

const NOW: &str = "2026-03-02";

impl Random {
    fn someone(&mut self) -> String {
        match self.below(9) {
            8 => "NULL".to_owned(),
            number => (number + 1).to_string(),
        }
    }
}

/// Everything in the two stores, anew.
fn fill(world: &World, random: &mut Random) {
    let mut app = "DELETE FROM messages; DELETE FROM invoices; DELETE FROM accounts;".to_owned();
    for id in 1..=8 {
        let (made, closed, seen) = (random.day(0), random.day(2), random.day(3));
        let (given, withdrawn) = (random.day(2), random.day(2));
        let name = if random.below(3) == 0 { "NULL" } else { "'Somebody'" };
        write!(
            app,
            "INSERT INTO accounts (id, contract_id, full_name, email, username, created_at, closed_at, last_seen_at, \
             archived_at, optin_at, optout_at) VALUES ({id}, 'C-{id}', {name}, 'p{id}@example.org', 'u{id}', {made}, \
             {closed}, {seen}, NULL, {given}, {withdrawn});"
        )
        .unwrap();
    }
    for id in 11..=16 {
        let (of, issued) = (1 + random.below(8), random.day(2));
        write!(app, "INSERT INTO invoices VALUES ({id}, {of}, 'C-{of}', 'F-{id}', 'a street', {issued});")
            .unwrap();
    }
    for id in 21..=28 {
        let (from, to, sent) = (random.someone(), random.someone(), random.day(0));
        write!(app, "INSERT INTO messages VALUES ({id}, {from}, {to}, 'One', 'Other', 'words', {sent});")
            .unwrap();
    }
    world.run("app", &app);
    let mut desk = "DELETE FROM tickets; DELETE FROM contacts;".to_owned();
    for id in 1..=6 {
        let day = random.day(0);
        write!(desk, "INSERT INTO contacts VALUES ({id}, 'Somebody', 'p{id}@example.org', {day});").unwrap();
    }
    for id in 31..=38 {
        let (of, day) = (1 + random.below(6), random.day(0));
        write!(desk, "INSERT INTO tickets VALUES ({id}, {of}, 'a question', {day});").unwrap();
    }
    world.run("desk", &desk);
}

type Told = BTreeMap<String, (u64, u64, u64, u64, BTreeMap<String, u64>)>;

/// What a report tells of each table.
fn told(report: &SweepReport) -> Told {
    let mut told = Told::new();
    for store in &report.stores {
        for table in &store.tables {
            let rules = table.rules.iter().map(|rule| (rule.statement.clone(), rule.rows)).collect();
            let counts = (table.deleted, table.emptied, table.archived, table.without_ground, rules);
            told.insert(format!("{}.{}", store.store, table.table), counts);
        }
    }
    told
}

fn rows(world: &World) -> BTreeMap<&'static str, u64> {
    [("app", "accounts"), ("app", "invoices"), ("app", "messages"), ("desk", "contacts"), ("desk", "tickets")]
        .into_iter()
        .map(|(store, table)| (table, world.count(store, table)))
        .collect()
}

fn foretold(kind: Kind, seed: u64) {
    let (mut world, mut random) = (small(kind, kind), Random(seed));
    let known = "identifies = { email = \"email\" }\n";
    world.rewrite(known, &format!("{known}emptied = {{ email = \"\" }}\n"));
    fill(&world, &mut random);
    let now = at(NOW);
    let mut company = world.open(now);
    // Of some Kept has a record of its own, and some are held.
    for _ in 0..random.below(3) {
        let who = format!("email=p{}@example.org", 1 + random.below(8));
        drop(record(&mut company, &who, Act::GiveConsent(consent("newsletter", &[])), at("2025-06-01")));
    }
    drop(company);
    if random.below(2) == 0 {
        let held = 1 + random.below(8);
        world.hold(
            "email",
            &format!("p{held}@example.org"),
            ("app", "accounts"),
            i64::try_from(held).unwrap(),
        );
    }
    let mut company = world.open(now);
    let order = SweepOrder::default();
    let before = rows(&world);
    let dry = company.count_due(&order, now, &mut |_| {}).unwrap();
    assert_eq!(rows(&world), before, "{kind:?} {seed}: a dry run changes nothing");
    let done = company.sweep(&order, now, &mut |_| {}).unwrap();
    assert_eq!(told(&dry), told(&done), "{kind:?} {seed}: {dry:#?} {done:#?}");
    let after = rows(&world);
    for store in &done.stores {
        assert_eq!((store.left, &store.refusals), (0, &Vec::new()), "{kind:?} {seed}: {done:#?}");
    }
    let gone: u64 = before.values().sum::<u64>() - after.values().sum::<u64>();
    let deleted: u64 = told(&done).values().map(|(deleted, ..)| deleted).sum();
    let singly: u64 = done.stores.iter().map(|store| store.one_by_one).sum();
    assert!(gone >= deleted && gone <= deleted + singly, "{kind:?} {seed}: {gone} went: {done:#?}");
    let again = company.count_due(&order, now, &mut |_| {}).unwrap();
    let left: u64 =
        told(&again).values().map(|(deleted, emptied, archived, ..)| deleted + emptied + archived).sum();
    assert_eq!(left, 0, "{kind:?} {seed}: {again:#?}");
}

#[test]
fn a_dry_run_foretells_the_run_on_random_companies() {
    for seed in 0..24 {
        foretold(Kind::Lite, seed);
    }
}

#[test]
fn a_dry_run_foretells_the_run_on_random_companies_on_servers() {
    for seed in 100..103 {
        foretold(Kind::Postgres, seed);
        foretold(Kind::Maria, seed);
    }
}
