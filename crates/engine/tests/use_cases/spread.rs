//! People who stand in several tables, of one store or of two: what one table tells keeps their rows in the
//! others, in runs, dry runs, forecasts and audits.

use std::fmt::Write as _;

use kept_core::admission::Act;
use kept_core::timeline::Occasion;
use kept_engine::company::Company;
use kept_engine::report::audit::Verdict;
use kept_engine::report::sweep::SweepReport;
use kept_engine::sweep::SweepOrder;

use crate::recording::record;
use crate::world::{Kind, Random, World, at, whom};

const NOW: &str = "2026-03-02";

const SHOP: &str = "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT, topic TEXT, \
                    made_at TIMESTAMP NULL, closed_at TIMESTAMP NULL); \
                    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers (id), \
                    item TEXT, address TEXT, reader TEXT); \
                    CREATE TABLE subscribers (id INTEGER PRIMARY KEY, email TEXT, topic TEXT, \
                    optin_at TIMESTAMP NULL, optout_at TIMESTAMP NULL);";
const CRM: &str = "CREATE TABLE leads (id INTEGER PRIMARY KEY, name TEXT, email TEXT, phone TEXT, \
                   called_at TIMESTAMP NULL);";

fn world(kind: Kind) -> World {
    World::new(include_str!("spread.toml"), &[("shop", kind, SHOP), ("crm", kind, CRM)])
}

/// What every table holds.
fn everything(world: &World) -> Vec<String> {
    let tables = [
        ("shop", "SELECT id, name, email, phone, topic FROM customers ORDER BY id"),
        ("shop", "SELECT id, customer, item, address, reader FROM orders ORDER BY id"),
        ("shop", "SELECT id, email, topic FROM subscribers ORDER BY id"),
        ("crm", "SELECT id, name, email, phone FROM leads ORDER BY id"),
    ];
    tables
        .iter()
        .flat_map(|(store, sql)| [vec![(*sql).to_owned()], world.rows(store, sql)].concat())
        .collect()
}

/// What the rows tell.
fn dates(world: &World) -> Vec<String> {
    let tables = [
        ("shop", "SELECT 'customer', id, made_at, closed_at FROM customers ORDER BY id"),
        ("shop", "SELECT 'subscriber', id, optin_at, optout_at FROM subscribers ORDER BY id"),
        ("crm", "SELECT 'lead', id, called_at FROM leads ORDER BY id"),
    ];
    tables.iter().flat_map(|(store, sql)| world.rows(store, sql)).collect()
}

fn sweep(company: &mut Company, day: &str) -> SweepReport {
    company.sweep(&SweepOrder::default(), at(day), &mut |_| {}).unwrap()
}

/// The rows that a run changes one by one.
fn singly(report: &SweepReport) -> u64 {
    report.stores.iter().map(|store| store.one_by_one).sum()
}

fn verdict(company: &mut Company, statement: &str, day: &str) -> Verdict {
    let report = company.audit(at(day), &mut |_| {}).unwrap();
    report.statements.into_iter().find(|line| line.id.to_string() == statement).unwrap().verdict
}

/// Bob was a customer until 2016 and reads the newsletter since January.
const BOB: &str = "INSERT INTO customers VALUES (1, 'Bob', 'bob@example.org', '01', 'tea', '2015-01-05 09:00:00', \
                   '2016-01-05 09:00:00'); \
                   INSERT INTO orders VALUES (4, 1, 'a book', '1 rue Haute', 'Bob'); \
                   INSERT INTO subscribers VALUES (7, 'BOB@Example.org', 'tea', '2026-01-05 09:00:00', NULL);";

#[test]
fn a_newsletter_that_another_table_tells_keeps_the_name_and_address_of_a_former_customer() {
    for kind in [Kind::Lite, Kind::Postgres, Kind::Maria] {
        let world = world(kind);
        world.run("shop", BOB);
        let mut company = world.open(at(NOW));
        assert_eq!(
            verdict(&mut company, "purpose.orders.keep", NOW),
            Verdict::Broken,
            "{kind:?}: the telephone"
        );
        let dry = company.count_due(&SweepOrder::default(), at(NOW), &mut |_| {}).unwrap();
        let swept = sweep(&mut company, NOW);
        assert_eq!((singly(&dry), singly(&swept)), (1, 1), "{kind:?}: {dry:#?} {swept:#?}");
        let left = world.rows("shop", "SELECT name, email, topic FROM customers");
        assert_eq!(left, ["Bob|bob@example.org|tea"], "{kind:?}");
        assert_eq!(
            world.rows("shop", "SELECT coalesce(item, '-'), coalesce(address, '-'), reader FROM orders"),
            ["-|-|Bob"],
            "{kind:?}"
        );
        assert_eq!(world.count("shop", "subscribers"), 1, "{kind:?}");
        assert_ne!(verdict(&mut company, "purpose.orders.keep", NOW), Verdict::Broken, "{kind:?}");
        assert_eq!(
            verdict(&mut company, "purpose.newsletter.keep", "2029-03-02"),
            Verdict::Broken,
            "{kind:?}"
        );
        let _ = sweep(&mut company, "2029-03-02");
        assert_eq!(world.count("shop", "subscribers"), 0, "{kind:?}");
        // Nobody can say whether he was called as a lead, so that name and telephone number stay.
        let left = "SELECT name, coalesce(email, '-'), coalesce(topic, '-') FROM customers";
        assert_eq!(world.rows("shop", left), ["Bob|-|-"], "{kind:?}");
        let proofs = company.consent_records(&whom(&["email=bob@example.org"]), at("2029-03-03")).unwrap();
        assert_eq!(
            proofs.records.len(),
            1,
            "{kind:?}: what the row told of his consent is on record: {proofs:#?}"
        );
    }
}

#[test]
fn a_forecast_says_when_the_last_table_lets_go() {
    let world = world(Kind::Lite);
    world.run("shop", BOB);
    let mut company = world.open(at(NOW));
    let _ = sweep(&mut company, NOW);
    let report = company.forecast("2029-06-30".parse().unwrap(), at(NOW)).unwrap();
    let lines: Vec<String> = report
        .months
        .iter()
        .flat_map(|month| {
            month.lines.iter().map(move |line| format!("{} {} {}", month.until, line.table, line.rows))
        })
        .collect();
    // What is emptied of the customer was once kept by the contract too.
    assert_eq!(lines, ["2029-01-31 customers 1", "2029-01-31 customers 1", "2029-01-31 subscribers 1"]);
}

#[test]
fn while_another_store_can_not_be_asked_nothing_goes_of_people_who_may_stand_there() {
    let mut world = world(Kind::Lite);
    world.run(
        "shop",
        "INSERT INTO customers VALUES (1, 'Bob', 'bob@example.org', '01', NULL, '2015-01-05 09:00:00', \
         '2016-01-05 09:00:00')",
    );
    world.run("crm", "INSERT INTO leads VALUES (1, 'Bob', 'bob@example.org', '01', '2026-01-05 09:00:00')");
    world.take_down("crm");
    let before = world.rows("shop", "SELECT name, email, phone FROM customers");
    let mut company = world.open(at(NOW));
    let swept = sweep(&mut company, NOW);
    assert_eq!(world.rows("shop", "SELECT name, email, phone FROM customers"), before);
    let shop = swept.stores.iter().find(|store| store.store.as_str() == "shop").unwrap();
    assert!(shop.left == 1 && shop.refusals[0].contains("can't be told"), "{swept:#?}");
    assert_eq!(verdict(&mut company, "purpose.orders.keep", NOW), Verdict::CannotTell);
    drop(company);
    world.bring_back("crm");
    let mut company = world.open(at(NOW));
    let _ = sweep(&mut company, NOW);
    // The lead keeps name and telephone number.
    assert_eq!(world.rows("shop", "SELECT name, email, phone FROM customers"), ["Bob|-|01"]);
    assert_eq!(world.rows("crm", "SELECT name, email, phone FROM leads"), ["Bob|bob@example.org|01"]);
}

/// Everything in the stores: eight people, each in some of the tables.
fn fill(world: &World, random: &mut Random) {
    let (mut shop, mut crm) = (String::new(), String::new());
    for id in 1..=8 {
        let address = |random: &mut Random| match random.below(3) {
            0 => format!("'P{id}@Example.org'"),
            1 => format!("'P{id}@EXAMPLE.ORG'"),
            _ => format!("'p{id}@example.org'"),
        };
        if random.below(4) > 0 {
            let (email, made, closed) = (address(random), random.day(4), random.day(3));
            write!(
                shop,
                "INSERT INTO customers VALUES ({id}, 'N{id}', {email}, '0{id}', 't', {made}, {closed});"
            )
            .unwrap();
            for order in 0..random.below(3) {
                write!(shop, "INSERT INTO orders VALUES ({id}{order}, {id}, 'x', 'y', 'N{id}');").unwrap();
            }
        }
        if random.below(2) == 0 {
            let (email, given, withdrawn) = (address(random), random.day(4), random.day(2));
            write!(shop, "INSERT INTO subscribers VALUES ({id}, {email}, 't', {given}, {withdrawn});")
                .unwrap();
        }
        if random.below(2) == 0 {
            let (email, called) = (address(random), random.day(3));
            write!(crm, "INSERT INTO leads VALUES ({id}, 'N{id}', {email}, '0{id}', {called});").unwrap();
        }
    }
    world.run("shop", &shop);
    if !crm.is_empty() {
        world.run("crm", &crm);
    }
}

/// What an earlier version may have said, and what the one in force says instead.
const CHANGES: [(&str, &str); 5] = [
    ("keep = \"for the contract, then 1 year\"", "keep = \"for the contract, then 6 years\""),
    ("keep = \"1 year after consent-given\"", "keep = \"3 years after consent-given\""),
    ("keep = \"1 year after the last contact\"", "keep = \"3 years after the last contact\""),
    ("keep = \"6 years after the last contact\"", "keep = \"3 years after the last contact\""),
    (
        "[own]",
        "[purpose.claims]\ntitle = \"Claims\"\ndescription = \"To answer claims.\"\npeople = [\"customer\"]\n\
         data = [\"contact\"]\nbasis = { legitimate-interest = \"answer claims\" }\n\
         keep = \"for the contract, then 10 years\"\n\n[own]",
    ),
];

/// Has a policy come into force in two versions, or three.
fn in_versions(world: &mut World, random: &mut Random) {
    world.rewrite("keep = \"for the contract\"", CHANGES[0].1);
    let mut changes: Vec<&(&str, &str)> = CHANGES.iter().filter(|_| random.below(2) == 0).collect();
    // Of the two that say otherwise of one purpose.
    changes.dedup_by(|other, one| one.1 == other.1);
    // The last one adds a purpose: the first version has it where none brings it later.
    let adds = |change: &(&str, &str)| change.0 == CHANGES[4].0;
    if !changes.iter().copied().any(adds) {
        world.rewrite(CHANGES[4].0, CHANGES[4].1);
    }
    for (earlier, now) in changes.iter().filter(|change| !adds(change)) {
        world.rewrite(now, earlier);
    }
    drop(world.open(at("2010-01-01")));
    for (year, (earlier, now)) in (2021..).step_by(2).zip(&changes) {
        world.rewrite(earlier, now);
        drop(world.open(at(&format!("{}-06-15", year.min(2025)))));
    }
}

/// A run leaves what it leaves where everybody is looked at one by one, as people are of whom Kept's own record
/// tells something, whatever it is.
fn as_one_by_one(kind: Kind, seed: u64, in_versions: Option<fn(&mut World, &mut Random)>) {
    let (mut set, mut ones) = (world(kind), world(kind));
    for world in [&mut set, &mut ones] {
        let mut random = Random(seed);
        if let Some(in_versions) = in_versions {
            in_versions(world, &mut random);
        }
        fill(world, &mut random);
    }
    let before = dates(&set);
    let mut company = ones.open(at(NOW));
    for id in 1..=8 {
        let walked = Act::Happened { event: "walked-by".into(), about: Occasion::Person, data: Vec::new() };
        drop(record(&mut company, &format!("email=p{id}@example.org"), walked, at("2026-02-01")));
    }
    let _ = sweep(&mut company, NOW);
    let mut company = set.open(at(NOW));
    let dry = company.count_due(&SweepOrder::default(), at(NOW), &mut |_| {}).unwrap();
    let swept = sweep(&mut company, NOW);
    let (got, wanted) = (everything(&set), everything(&ones));
    let lines = |one: &[String], other: &[String]| -> Vec<String> {
        one.iter().filter(|line| !other.contains(line)).cloned().collect()
    };
    assert_eq!(lines(&got, &wanted), lines(&wanted, &got), "{kind:?} {seed}: {before:#?} {swept:#?}");
    let told =
        |report: &SweepReport, store: usize| (report.stores[store].one_by_one, report.stores[store].left);
    // What goes in the first store may be what the second one's rows stood on.
    assert_eq!(told(&dry, 0), told(&swept, 0), "{kind:?} {seed}: {dry:#?} {swept:#?}");
}

#[test]
fn on_random_companies_a_run_leaves_what_it_leaves_where_everybody_is_looked_at_one_by_one() {
    for seed in 0..40 {
        as_one_by_one(Kind::Lite, seed, None);
    }
}

#[test]
fn on_random_companies_on_servers_a_run_leaves_what_it_leaves_where_everybody_is_looked_at_one_by_one() {
    for seed in 100..103 {
        as_one_by_one(Kind::Postgres, seed, None);
        as_one_by_one(Kind::Maria, seed, None);
    }
}

#[test]
fn what_began_under_an_earlier_version_goes_as_it_goes_where_everybody_is_looked_at_one_by_one() {
    for seed in 200..240 {
        as_one_by_one(Kind::Lite, seed, Some(in_versions));
    }
    for seed in 300..303 {
        as_one_by_one(Kind::Postgres, seed, Some(in_versions));
        as_one_by_one(Kind::Maria, seed, Some(in_versions));
    }
}
