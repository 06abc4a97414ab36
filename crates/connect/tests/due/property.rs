//! On random policies, schemas and rows the compiled form does what the reference does.

use std::collections::BTreeMap;

use kept_core::policy::Policy;
use kept_core::policy::model::Engine;
use kept_core::time::{Instant, Zone};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::world::{CSV, JSON_LINES, Kind, World, policy};

const KEEPS: &[&str] = &[
    "1 year after collection",
    "3 years after the last contact",
    "for the contract",
    "for the contract, then 2 years in the archive",
    "until the first of contract-end and account-deletion",
    "2 years after the latest of collection and last-contact",
    "6 months after contract-end, at most 5 years",
    "1 month after the first of last-contact and account-deletion",
    "30 days",
    "until account-deletion, then 1 month locked",
    "2 years after the latest of contract-end and last-contact",
    "for the calendar year of the contract, then 1 year in the archive",
];
const BASES: &[&str] = &[
    "\"consent\"",
    "\"contract\"",
    "{ legitimate-interest = \"x\" }",
    "{ legal-obligation = \"x\" }",
    "[{ for = [\"user\"], while = \"contract\", legitimate-interest = \"x\" }, { for = \"others\", consent = \"given\" }]\nmarketing = [\"email\"]",
    "[{ for = [\"user\"], legitimate-interest = \"x\" }, { for = \"others\", consent = \"given\" }]",
];

/// How many of them hold for everybody; the others have arms.
const FOR_ALL: usize = 4;

/// Whether a basis of the list is consent, for some people at least.
fn consents(basis: usize) -> bool {
    matches!(basis, 0 | 4 | 5)
}
const DATA: &[&str] = &["ident", "extra", "log", "order", "line", "deal"];

/// How a case spells its dates.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Spelling {
    Local,
    Utc,
    Seconds,
    Milliseconds,
    Timestamp,
    Zoned,
    Day,
}

#[derive(Clone, Debug)]
struct Shape {
    deals: u8,
    contact: u8,
    logs_dated: bool,
    orders_dated: bool,
    consent_table: bool,
    /// That table has a row for each topic, and a purpose's consent is told by one of them.
    topics: bool,
    frozen: bool,
    deletion_unknown: bool,
    flag: bool,
}

#[derive(Clone, Debug)]
struct Case {
    purposes: Vec<(usize, usize, u8, bool, bool)>,
    shape: Shape,
    spelling: Spelling,
    at: (usize, usize),
    people: Vec<Vec<(usize, usize)>>,
    fan: Vec<Vec<(usize, usize)>>,
}

/// Days whose distances are what the sentences count, their neighbours, and the year's corners.
const DAYS: &[&str] = &[
    "2020-02-29",
    "2021-03-28",
    "2022-02-28",
    "2022-03-31",
    "2023-01-31",
    "2023-03-01",
    "2023-12-31",
    "2024-02-28",
    "2024-02-29",
    "2024-03-01",
    "2024-03-30",
    "2024-03-31",
    "2024-08-31",
    "2024-09-30",
    "2024-10-27",
    "2025-01-31",
    "2025-02-27",
    "2025-02-28",
    "2025-03-01",
    "2025-03-02",
    "2025-03-30",
    "2025-03-31",
    "2026-02-28",
    "2026-03-01",
];
const TIMES: &[&str] = &["00:00:00", "23:59:59", "12:00:00", "00:30:00"];
const ODD: &[&str] = &["infinity", "0000-00-00", "9999-12-31", "soon", "2024-13-01", "2023-02-30"];

fn shape() -> impl Strategy<Value = Shape> {
    (0..3u8, 0..4u8, any::<[bool; 7]>()).prop_map(|(deals, contact, is)| Shape {
        deals,
        contact,
        logs_dated: is[0],
        orders_dated: is[1],
        consent_table: is[2],
        frozen: is[3],
        deletion_unknown: is[4],
        flag: is[5],
        topics: is[2] && is[6],
    })
}

fn case(spellings: &'static [Spelling]) -> impl Strategy<Value = Case> {
    let date = (0..DAYS.len() + 8, 0..TIMES.len());
    let purpose = (0..KEEPS.len(), 0..FOR_ALL, 1..64u8, any::<bool>(), any::<bool>());
    (
        proptest::collection::vec(purpose, 1..4),
        shape(),
        proptest::sample::select(spellings),
        (0..DAYS.len(), 0..TIMES.len()),
        proptest::collection::vec(proptest::collection::vec(date.clone(), 8), 1..4),
        proptest::collection::vec(proptest::collection::vec(date, 5), 0..5),
    )
        .prop_map(|(purposes, shape, spelling, at, people, fan)| Case {
            purposes,
            shape,
            spelling,
            at,
            people,
            fan,
        })
}

impl Case {
    fn zone(&self) -> Zone {
        let is_local = matches!(self.spelling, Spelling::Local | Spelling::Timestamp | Spelling::Day);
        Zone::named(if is_local { "Europe/Paris" } else { "UTC" }).expect("a zone")
    }

    fn at(&self) -> Instant {
        let text = format!("{}T{}", DAYS[self.at.0], TIMES[self.at.1]);
        self.zone().instant_of(text.parse().expect("a time")).expect("an instant")
    }

    fn policy(&self) -> Policy {
        let mut text = String::from(
            "edition = 1\n[controller.c]\nname = \"C\"\ncountry = \"FR\"\nemail = \"a@example.com\"\n\
             [notice]\nversion = 2020-01-01\nlanguages = [\"en\"]\n[people]\nuser = \"u\"\nvisitor = \"v\"\n",
        );
        for name in DATA {
            text.push_str(&format!("[data.{name}]\nfields = {{ it = \"text\", mail = \"email\" }}\n"));
        }
        for (index, (keep, basis, data, for_users, locked)) in self.purposes.iter().enumerate() {
            let is_renewed = *data % 3 == 1 && consents(*basis);
            let data: Vec<String> = DATA
                .iter()
                .enumerate()
                .filter(|(place, _)| data >> place & 1 == 1)
                .map(|(_, name)| format!("\"{name}\""))
                .collect();
            text.push_str(&format!(
                "[purpose.p{index}]\ntitle = \"P\"\ndata = [{}]\nbasis = {}\nkeep = \"{}\"\n",
                data.join(", "),
                BASES[*basis],
                KEEPS[*keep]
            ));
            if *for_users {
                text.push_str("people = [\"user\"]\n");
            }
            if *locked && consents(*basis) {
                text.push_str("after-withdrawal = \"locked 30 days\"\n");
            }
            if is_renewed {
                text.push_str("reconfirm = \"every 24 months\"\n");
            }
        }
        text.push_str(&self.store());
        let mut policy = policy(&text);
        let zone = self.zone();
        policy.controllers.values_mut().for_each(|controller| controller.zone = zone.clone());
        policy.stores.values_mut().for_each(|store| store.zone = zone.clone());
        policy
    }

    fn store(&self) -> String {
        let shape = &self.shape;
        let consents: Vec<String> = (0..self.purposes.len())
            .filter(|index| consents(self.purposes[*index].1))
            .map(|index| {
                let topic = if index % 2 == 0 { "news" } else { "other" };
                let when =
                    if shape.topics { format!(", when = {{ topic = \"{topic}\" }}") } else { String::new() };
                format!("p{index} = {{ given = \"given_at\", withdrawn = \"withdrawn_at\"{when} }}")
            })
            .collect();
        let consents = format!("consents = {{ {} }}\n", consents.join(", "));
        let mut accounts = String::from("collection = \"created_at\"");
        if shape.deals != 1 {
            accounts.push_str(", contract-start = \"started_at\", contract-end = { column = \"ended_at\", null = \"not yet\" }");
        }
        let unknown = if shape.deletion_unknown { "unknown" } else { "not yet" };
        accounts
            .push_str(&format!(", account-deletion = {{ column = \"deleted_at\", null = \"{unknown}\" }}"));
        accounts.push_str(match shape.contact {
            0 => ", last-contact = \"seen_at\"",
            1 => ", last-contact = { column = \"seen_at\", or = \"created_at\" }",
            2 => ", last-contact = \"latest of orders.issued_at\"",
            _ => "",
        });
        let mut text = format!(
            "[store.s]\nengine = \"sqlite\"\nurl = \"x\"\n[store.s.table.accounts]\nperson = \"user\"\nkey = \"id\"\n\
             identifies = {{ email = \"email\" }}\ncolumns = {{ name = \"ident.it\", note = \"extra\" }}\n\
             events = {{ {accounts} }}\n"
        );
        if !shape.consent_table {
            text.push_str(&consents);
        }
        if shape.deals == 2 {
            text.push_str("occasion = { contract = \"deal\" }\n");
        }
        if shape.flag {
            text.push_str("archive = { flag = \"archived_at\" }\n");
        }
        text.push_str("[store.s.table.logs]\nkey = \"id\"\nowned-by = { accounts = \"account_id\" }\ncolumns = { what = \"log.it\" }\n");
        if shape.logs_dated {
            text.push_str("events = { collection = \"at\" }\n");
        }
        text.push_str("[store.s.table.orders]\nkey = \"id\"\nowned-by = { accounts = \"account_id\" }\ncolumns = { what = \"order\", addressee = \"ident.it\" }\n");
        if shape.orders_dated {
            text.push_str("events = { collection = \"issued_at\" }\n");
        }
        if shape.deals > 0 {
            text.push_str("occasion = { contract = \"deal\" }\n");
        }
        if shape.frozen {
            text.push_str("frozen = { once = \"frozen_at\", law = \"x\" }\n");
        }
        text.push_str("[store.s.table.lines]\nkey = \"id\"\nowned-by = { orders = \"order_id\" }\ncolumns = { what = \"line\" }\n");
        if shape.deals == 1 {
            text.push_str(
                "[store.s.table.deals]\nkey = \"id\"\nowned-by = { accounts = \"account_id\" }\ncolumns = { what = \"deal\" }\n\
                 occasion = { contract = \"id\" }\nevents = { contract-start = \"started_at\", contract-end = { column = \"ended_at\", null = \"not yet\" } }\n",
            );
        }
        if shape.consent_table {
            text.push_str("[store.s.table.agreed]\nkey = \"id\"\nowned-by = { accounts = \"account_id\" }\n");
            if !shape.topics {
                text.push_str("when = { topic = \"news\" }\n");
            }
            text.push_str(&consents);
        }
        text
    }

    fn date(&self, (day, time): (usize, usize)) -> String {
        if day >= DAYS.len() + ODD.len() {
            return "NULL".to_owned();
        }
        let Some(day) = DAYS.get(day) else {
            let odd = ODD[day - DAYS.len()];
            return match self.spelling {
                Spelling::Local | Spelling::Utc => format!("'{odd}'"),
                Spelling::Seconds | Spelling::Milliseconds => "9000000000000000".to_owned(),
                Spelling::Timestamp | Spelling::Zoned | Spelling::Day if odd == "9999-12-31" => {
                    format!("'{odd}'")
                }
                Spelling::Timestamp | Spelling::Zoned | Spelling::Day if odd == "soon" => {
                    "'-infinity'".to_owned()
                }
                Spelling::Timestamp | Spelling::Zoned | Spelling::Day => "'infinity'".to_owned(),
            };
        };
        let clock = TIMES[time];
        let at: Instant = format!("{day}T{clock}Z").parse().expect("an instant");
        match self.spelling {
            Spelling::Local if time == 0 => format!("'{day}'"),
            Spelling::Local if time == 1 => format!("'{day}T{clock}'"),
            Spelling::Local | Spelling::Timestamp => format!("'{day} {clock}'"),
            Spelling::Utc if time == 2 => format!("'{day} 14:00:00+02:00'"),
            Spelling::Utc | Spelling::Zoned => format!("'{day}T{clock}Z'"),
            Spelling::Seconds => at.as_second().to_string(),
            Spelling::Milliseconds => at.as_millisecond().to_string(),
            Spelling::Day => format!("'{day}'"),
        }
    }

    /// The same as an engine takes it: what has no place in MariaDB's types is its zero date, and its
    /// instants are written in UTC without a sign.
    fn date_on(&self, engine: Engine, date: (usize, usize)) -> String {
        let text = self.date(date);
        let is_typed = matches!(self.spelling, Spelling::Timestamp | Spelling::Zoned | Spelling::Day);
        if engine != Engine::Mariadb || !is_typed || text == "NULL" {
            return text;
        }
        let is_beyond = self.spelling == Spelling::Zoned && text.contains("9999");
        if text.contains("infinity") || is_beyond {
            return "'0000-00-00'".to_owned();
        }
        text.replace('T', " ").replace('Z', "")
    }

    fn sql(&self, engine: Engine) -> String {
        let kind = match (engine, self.spelling) {
            (Engine::Sqlite, _) => "",
            (_, Spelling::Local | Spelling::Utc) => "text",
            (_, Spelling::Seconds | Spelling::Milliseconds) => "bigint",
            (_, Spelling::Timestamp) => "timestamp",
            (_, Spelling::Zoned) => "timestamptz",
            (_, Spelling::Day) => "date",
        };
        let mut sql = format!(
            "CREATE TABLE accounts (id INTEGER PRIMARY KEY, email TEXT, name TEXT, note TEXT, deal TEXT, created_at {kind}, \
             started_at {kind}, ended_at {kind}, deleted_at {kind}, seen_at {kind}, given_at {kind}, withdrawn_at {kind}, archived_at {kind});\
             CREATE TABLE logs (id INTEGER PRIMARY KEY, account_id INTEGER, what TEXT, at {kind});\
             CREATE TABLE orders (id INTEGER PRIMARY KEY, account_id INTEGER, deal TEXT, what TEXT, addressee TEXT, issued_at {kind}, frozen_at {kind});\
             CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id INTEGER, what TEXT);\
             CREATE TABLE deals (id TEXT PRIMARY KEY, account_id INTEGER, what TEXT, started_at {kind}, ended_at {kind});\
             CREATE TABLE agreed (id INTEGER PRIMARY KEY, account_id INTEGER, topic TEXT, given_at {kind}, withdrawn_at {kind});"
        );
        for (index, person) in self.people.iter().enumerate() {
            let dates: Vec<String> = person.iter().map(|date| self.date_on(engine, *date)).collect();
            sql.push_str(&format!(
                "INSERT INTO accounts VALUES ({index}, 'p{index}@example.com', 'n', {}, 'd{index}', {}, NULL);",
                if index == 1 { "NULL" } else { "'x'" },
                dates[..7].join(", ")
            ));
            sql.push_str(&format!(
                "INSERT INTO agreed VALUES ({index}, {index}, 'news', {}, {});\
                 INSERT INTO agreed VALUES ({}, {}, 'other', {}, NULL);",
                dates[5],
                dates[6],
                index + 100,
                if self.shape.topics { index.to_string() } else { "NULL".to_owned() },
                dates[7]
            ));
        }
        for (index, fan) in self.fan.iter().enumerate() {
            let owner = index % self.people.len();
            let dates: Vec<String> = fan.iter().map(|date| self.date_on(engine, *date)).collect();
            let deal = match (self.shape.deals, index % 3) {
                (_, 2) => "NULL".to_owned(),
                (2, _) => format!("'d{owner}'"),
                _ => format!("'e{index}'"),
            };
            sql.push_str(&format!(
                "INSERT INTO logs VALUES ({index}, {owner}, 'w', {});\
                 INSERT INTO orders VALUES ({index}, {owner}, {deal}, 'w', 'a', {}, {});\
                 INSERT INTO lines VALUES ({index}, {index}, 'w');\
                 INSERT INTO deals VALUES ('e{index}', {owner}, 'w', {}, {});",
                dates[0], dates[1], dates[2], dates[3], dates[4]
            ));
        }
        sql
    }

    /// Who is left out of an audience by the set has no ground by the reference, and whoever is not has one
    /// where the columns alone tell.
    fn check_people(&self, world: &World, emails: &[String]) -> Result<(), TestCaseError> {
        let standings: Vec<_> = emails.iter().map(|email| world.standing(email, self.at())).collect();
        for purpose in world.policy.purposes.values() {
            let (keys, rules_out) = world.may_stand(purpose, self.at());
            for (index, standing) in standings.iter().enumerate() {
                let stands = standing.of(&purpose.name).any(|ground| ground.keep.keeps());
                let is_left = keys.contains(&index.to_string());
                let said =
                    format!("person {index}, {} at {} with\n{}", purpose.name, self.at(), self.store());
                prop_assert!(is_left || !stands, "left out: {}", said);
                prop_assert!(stands || !rules_out || !is_left, "not left out: {}", said);
            }
        }
        Ok(())
    }

    fn check(&self, kind: &Kind) -> Result<(), TestCaseError> {
        let engine = match kind {
            Kind::Engine(engine) => *engine,
            Kind::Files(_) | Kind::Http => Engine::Sqlite,
        };
        let world = World::of(kind, self.policy(), &self.sql(engine));
        let emails: Vec<String> =
            (0..self.people.len()).map(|index| format!("p{index}@example.com")).collect();
        self.check_people(&world, &emails)?;
        let Some(compiled) = world.compiled(self.at()) else {
            return Err(TestCaseError::reject("longer than MariaDB takes"));
        };
        let reference = world.reference(&emails, self.at());
        prop_assert_eq!(
            &reference,
            &compiled,
            "at {} with\n{}\n{}\n",
            self.at(),
            self.store(),
            self.sql(engine).replace(';', ";\n")
        );
        self.check_run(&world, engine)
    }

    /// What a dry run says, the run does and says; and so does what it finds afterwards.
    fn check_run(&self, world: &World, engine: Engine) -> Result<(), TestCaseError> {
        let only = world.policy.purposes.keys().next().filter(|_| self.at.1 == 0);
        let Some(told) = world.foreseen(self.at(), only) else {
            return Err(TestCaseError::reject("longer than MariaDB takes"));
        };
        let before = world.snapshot();
        let said = format!(
            "{only:?} at {} with\n{}\n{}",
            self.at(),
            self.store(),
            self.sql(engine).replace(';', ";\n")
        );
        prop_assert_eq!(&world.done(self.at(), only), &told, "{}", said);
        let told = told.into_iter().map(|(table, [gone, emptied, _])| (table, [gone, emptied]));
        let told: BTreeMap<_, _> = told.filter(|(_, counts)| *counts != [0; 2]).collect();
        prop_assert_eq!(crate::foretold::changed(&before, world), told, "{}", said);
        Ok(())
    }
}

fn run(kind: &Kind, cases: u32, spellings: &'static [Spelling]) {
    run_with(kind, cases, spellings, &|_| {});
}

fn run_with(kind: &Kind, cases: u32, spellings: &'static [Spelling], change: &dyn Fn(&mut Case)) {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 150,
        max_shrink_time: 60_000,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let check = |mut case: Case| {
        change(&mut case);
        case.check(kind)
    };
    if let Err(error) = runner.run(&case(spellings), check) {
        panic!("{error}");
    }
}

#[test]
fn the_compiled_form_takes_the_arms_of_a_basis_as_the_reference_does() {
    let cases = std::env::var("KEPT_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let arms = |case: &mut Case| {
        let all = case.purposes.iter_mut();
        all.for_each(|purpose| purpose.1 = FOR_ALL + purpose.1 % (BASES.len() - FOR_ALL));
    };
    run_with(&Kind::Engine(Engine::Sqlite), cases, &[Spelling::Local, Spelling::Seconds], &arms);
}

#[test]
fn the_compiled_form_does_what_the_reference_does_on_sqlite() {
    let cases = std::env::var("KEPT_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    run(
        &Kind::Engine(Engine::Sqlite),
        cases,
        &[Spelling::Local, Spelling::Utc, Spelling::Seconds, Spelling::Milliseconds],
    );
}

#[test]
fn the_compiled_form_does_what_the_reference_does_on_mariadb() {
    let cases = std::env::var("KEPT_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    run(
        &Kind::Engine(Engine::Mariadb),
        cases,
        &[
            Spelling::Local,
            Spelling::Utc,
            Spelling::Seconds,
            Spelling::Milliseconds,
            Spelling::Timestamp,
            Spelling::Zoned,
            Spelling::Day,
        ],
    );
}

#[test]
fn the_compiled_form_does_what_the_reference_does_on_postgres() {
    run(
        &Kind::Engine(Engine::Postgres),
        12,
        &[
            Spelling::Local,
            Spelling::Utc,
            Spelling::Seconds,
            Spelling::Milliseconds,
            Spelling::Timestamp,
            Spelling::Zoned,
            Spelling::Day,
        ],
    );
}

#[test]
fn the_compiled_form_does_what_the_reference_does_on_files_and_behind_http() {
    let cases = std::env::var("KEPT_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(15);
    for kind in [CSV, JSON_LINES, Kind::Http] {
        run(&kind, cases, &[Spelling::Local, Spelling::Utc, Spelling::Seconds, Spelling::Milliseconds]);
    }
}

#[test]
fn a_first_consent_in_a_table_of_its_own_does_not_lengthen_what_was_over_before() {
    for basis in [0, 4, 5] {
        let mut person = vec![(0, 0); 8];
        person[5] = (9, 1);
        let shape = Shape {
            deals: 0,
            contact: 0,
            logs_dated: false,
            orders_dated: true,
            consent_table: true,
            frozen: false,
            deletion_unknown: false,
            flag: false,
            topics: false,
        };
        let case = Case {
            purposes: vec![(0, basis, 16, false, false)],
            shape,
            spelling: Spelling::Local,
            at: (16, 0),
            people: vec![person],
            fan: vec![vec![(0, 0); 5]],
        };
        for kind in [Engine::Sqlite, Engine::Postgres, Engine::Mariadb] {
            case.check(&Kind::Engine(kind)).expect("alike");
        }
    }
}
