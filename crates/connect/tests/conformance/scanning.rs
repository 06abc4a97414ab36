//! A database that nobody has mapped, with names in four languages and not one foreign key, looked at
//! for the first time: what is found is held against the truth, and no value is told.

use std::collections::BTreeSet;
use std::fmt::Write;

use kept_connect::scan::{Means, Role, Scan, Sure, TableScan, Taken, draft, scan};
use kept_connect::{Access, Limits, Session};
use kept_core::policy::model::Engine;
use kept_core::policy::{SourceFile, read};

use crate::world::{ENGINES, World};

/// Tables with hard names.
const TABLES: &str = "
    CREATE TABLE tbl_kunden (kd_nr INTEGER PRIMARY KEY, anrede VARCHAR(9), vorname VARCHAR(40), nachname VARCHAR(40) NOT NULL,
        mailadr VARCHAR(90), tel1 VARCHAR(30), gebdat DATE, strasse VARCHAR(60), plz VARCHAR(10), ort VARCHAR(40),
        bankverb VARCHAR(40), angelegt_am DATE, letzter_login DATE, newsletter_optin_at DATE, newsletter_optout_at DATE);
    CREATE TABLE bestellungen (id INTEGER PRIMARY KEY, kunde_nr INTEGER, bestelldatum DATE, summe INTEGER, lieferanschrift VARCHAR(90));
    CREATE TABLE positionen (id INTEGER PRIMARY KEY, bestellung_id INTEGER NOT NULL, artikel_id INTEGER, menge INTEGER);
    CREATE TABLE artikel (id INTEGER PRIMARY KEY, bezeichnung VARCHAR(60), preis INTEGER, cree_par INTEGER);
    CREATE TABLE medewerkers (id INTEGER PRIMARY KEY, voornaam VARCHAR(40), achternaam VARCHAR(40), email VARCHAR(90), insz VARCHAR(20));
    CREATE TABLE adressen (id INTEGER PRIMARY KEY, straat VARCHAR(60), postcode VARCHAR(10));
    CREATE TABLE kunden_adressen (kunde_id INTEGER NOT NULL, adresse_id INTEGER NOT NULL, PRIMARY KEY (kunde_id, adresse_id));
    CREATE TABLE utilisateurs (uuid VARCHAR(36) PRIMARY KEY, pseudo VARCHAR(40), c7 VARCHAR(90), profil JSON);
    CREATE TABLE sessions (token VARCHAR(40) PRIMARY KEY, who VARCHAR(36), addr VARCHAR(45), agent_string VARCHAR(200));
    CREATE TABLE remarques (id INTEGER PRIMARY KEY, owner_type VARCHAR(40), owner_id INTEGER, texte VARCHAR(200));
    CREATE TABLE journal (id INTEGER PRIMARY KEY, ligne VARCHAR(200));
    CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY);
    CREATE TABLE countries (code VARCHAR(2) PRIMARY KEY, name VARCHAR(60));
    CREATE VIEW kunden_mail AS SELECT kd_nr, mailadr FROM tbl_kunden;";

/// Every column that is somebody's, by hand.
const PERSONAL: &str = "tbl_kunden: anrede vorname nachname mailadr tel1 gebdat strasse plz ort bankverb
    bestellungen: summe lieferanschrift
    positionen: menge
    medewerkers: voornaam achternaam email insz
    adressen: straat postcode
    utilisateurs: pseudo c7 profil$.kontakt.tel profil$.kontakt.mail
    sessions: addr agent_string
    remarques: texte
    journal: ligne";

/// Whose every row is, by hand.
const WAYS: &str = "bestellungen.kunde_nr owned-by tbl_kunden
    positionen.bestellung_id owned-by bestellungen
    artikel.cree_par refers-to medewerkers
    kunden_adressen.kunde_id owned-by tbl_kunden
    adressen.kunde_id owned-by tbl_kunden
    sessions.who owned-by utilisateurs
    remarques.owner_id owned-by tbl_kunden
    remarques.owner_id owned-by bestellungen";

/// A word of the made-up values that no reason and no draft may repeat.
const MARK: &str = "Zwetschge";

fn uuid(number: u32) -> String {
    format!("0b7e1f0a-34a5-4c8e-9d33-{:012}", u64::from(number) * 7_919)
}

/// A number with the check digits of Belgium.
fn insz(number: u64) -> String {
    let body = 850_730_000 + number;
    format!("{body:09}{:02}", 97 - body % 97)
}

/// An account with the check digits of ISO 7064.
fn iban(number: u64) -> String {
    let body = 539_007_547_000 + number;
    // BE is 1114, the check digits 00 for now.
    let rest = (u128::from(body) * 1_000_000 + 111_400) % 97;
    format!("BE{:02}{body}", 98 - rest)
}

fn rows() -> String {
    let mut sql = String::new();
    for number in 1..=40_u32 {
        let n = u64::from(number);
        let born = format!("19{:02}-0{}-1{}", 40 + number, 1 + number % 9, number % 9);
        let day = format!("2025-0{}-1{}", 1 + number % 9, number % 9);
        write!(
            sql,
            "INSERT INTO tbl_kunden VALUES ({number}, 'Frau', 'Anna', '{MARK}{number}', '{MARK}{number}@example.org', '+49 30 555 {number:04}', '{born}', 'Hauptstraße {number}', '10115', 'Berlin', '{}', '{day}', '{day}', '{day}', NULL);
            INSERT INTO bestellungen VALUES ({}, {number}, '{day}', 10, '{MARK} {number}');
            INSERT INTO positionen VALUES ({}, {}, {number}, 2);
            INSERT INTO artikel VALUES ({number}, 'Kiste {number}', 5, {});
            INSERT INTO medewerkers VALUES ({number}, 'Els', '{MARK}', 'm{number}@{MARK}.example', '{}');
            INSERT INTO adressen VALUES ({}, 'Kerkstraat {number}', '9000');
            INSERT INTO kunden_adressen VALUES ({number}, {});
            INSERT INTO utilisateurs VALUES ('{}', '{MARK}{number}', 'u{number}@{MARK}.example', '{{\"kontakt\": {{\"tel\": \"+33 1 99 00 {number:04}\", \"mail\": \"u{number}@example.org\"}}, \"theme\": \"dark\"}}');
            INSERT INTO sessions VALUES ('t{number}-{MARK}', '{}', '10.0.0.{number}', 'Mozilla/5.0 ({MARK})');
            INSERT INTO remarques VALUES ({number}, '{}', {}, 'La boîte de {MARK} est arrivée bien trop tard hier');
            INSERT INTO journal VALUES ({number}, 'mail to {MARK}{number}@example.org was sent');
            INSERT INTO schema_migrations VALUES ({number});
            INSERT INTO countries VALUES ('{}', 'Land {number}');",
            iban(n),
            number + 500,
            number + 900,
            number + 500,
            1 + number % 5,
            insz(n),
            number + 300,
            number + 300,
            uuid(number),
            uuid(number),
            if number % 2 == 0 { "Kunde" } else { "App\\\\Models\\\\Bestellung" },
            if number % 2 == 0 { number } else { number + 500 },
            char::from_u32(65 + number % 26).map(|one| format!("{one}{}", number / 26)).unwrap_or_default(),
        )
        .expect("written");
    }
    sql
}

fn looked(world: &World) -> Scan {
    let mut session = Session::open(world.place(), Access::Read, Limits::default()).expect("a session");
    let mut seen = 0;
    let found = scan(&mut session, 200, &mut |progress| seen = seen.max(progress.done + 1)).expect("a scan");
    assert_eq!(seen, found.tables.len(), "every table is told of");
    found
}

fn made(engine: Engine) -> World {
    // Only MariaDB takes a backslash for a sign of its own.
    let rows = if engine == Engine::Mariadb { rows() } else { rows().replace("\\\\", "\\") };
    World::new(engine, &format!("{TABLES}\n{rows}"), Vec::new())
}

fn table<'s>(scan: &'s Scan, name: &str) -> &'s TableScan {
    scan.tables.iter().find(|table| table.table == name).unwrap_or_else(|| panic!("no {name}"))
}

fn truth(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for line in text.lines() {
        let Some((table, columns)) = line.trim().split_once(": ") else { continue };
        all.extend(columns.split(' ').map(|column| format!("{table}.{column}")));
    }
    all
}

fn columns(scan: &Scan) -> BTreeSet<String> {
    let of = |table: &TableScan| -> Vec<String> {
        table.columns.iter().map(|column| format!("{}.{}", table.table, column.column)).collect()
    };
    scan.tables.iter().flat_map(of).collect()
}

fn word(means: Means) -> &'static str {
    match means {
        Means::OwnedBy => "owned-by",
        Means::SharedWith => "shared-with",
        Means::RefersTo => "refers-to",
    }
}

fn ways(scan: &Scan) -> BTreeSet<String> {
    let of = |table: &TableScan| -> Vec<String> {
        let one = |link: &kept_connect::scan::LinkScan| {
            format!("{}.{} {} {}", table.table, link.column, word(link.means), link.to)
        };
        table.links.iter().map(one).collect()
    };
    scan.tables.iter().flat_map(of).collect()
}

/// How many of what was found are true, and how many of what is true were found, of a hundred.
fn shares(found: &BTreeSet<String>, truth: &BTreeSet<String>) -> (usize, usize) {
    let both = found.intersection(truth).count();
    (both * 100 / found.len().max(1), both * 100 / truth.len().max(1))
}

#[test]
fn hard_names_without_foreign_keys_are_found_out() {
    for engine in ENGINES {
        let world = made(engine);
        let scan = looked(&world);
        let (found, personal) = (columns(&scan), truth(PERSONAL));
        let (precision, recall) = shares(&found, &personal);
        let wrong: Vec<&String> = found.symmetric_difference(&personal).collect();
        assert!(
            precision >= 90 && recall >= 95,
            "{engine:?}: {precision} % right, {recall} % found: {wrong:?}"
        );
        let true_ways: BTreeSet<String> = WAYS.lines().map(|line| line.trim().to_owned()).collect();
        let found = ways(&scan);
        let (precision, recall) = shares(&found, &true_ways);
        let wrong: Vec<&String> = found.symmetric_difference(&true_ways).collect();
        assert!(
            precision >= 85 && recall >= 85,
            "{engine:?}: {precision} % right, {recall} % found: {wrong:?}"
        );
        for name in ["schema_migrations", "countries"] {
            assert_eq!(table(&scan, name).role, Role::NotPersonal, "{engine:?} {name}");
        }
        assert_eq!(table(&scan, "kunden_mail").role, Role::View);
        assert_eq!(table(&scan, "kunden_adressen").role, Role::Between, "{engine:?}");
        for name in ["tbl_kunden", "medewerkers", "utilisateurs"] {
            assert_eq!(table(&scan, name).role, Role::Person, "{engine:?} {name}");
        }
    }
}

#[test]
fn a_row_is_sampled_once_and_of_a_long_table_the_first_and_the_last_are() {
    for engine in ENGINES {
        let world = made(engine);
        let mut session = Session::open(world.place(), Access::Read, Limits::default()).expect("a session");
        for (rows, sampled) in [(50, 40), (40, 40), (30, 30)] {
            let found = scan(&mut session, rows, &mut |_| {}).expect("a scan");
            assert_eq!(table(&found, "utilisateurs").sampled, sampled, "{engine:?}: of 40 at most {rows}");
        }
    }
}

#[test]
fn what_check_digits_and_values_say_is_certain_and_counted() {
    for engine in ENGINES {
        let scan = looked(&made(engine));
        let of = |name: &str, column: &str| {
            let found = table(&scan, name).columns.iter().find(|one| one.column == column).expect("found");
            (found.sure, found.reason.clone())
        };
        assert_eq!(
            of("utilisateurs", "c7"),
            (Sure::Certain, "40 of 40 sampled values are e-mail addresses".to_owned())
        );
        let (sure, reason) = of("tbl_kunden", "bankverb");
        assert!(sure == Sure::Certain && reason.contains("IBANs with the right check digits"), "{reason}");
        let (_, reason) = of("medewerkers", "insz");
        assert!(reason.contains("40 of 40 sampled values are national numbers"), "{reason}");
        assert_eq!(of("sessions", "addr").0, Sure::Certain);
        let person = table(&scan, "tbl_kunden");
        assert!(
            person.events.contains(&("last-contact".to_owned(), "letzter_login".to_owned())),
            "{:?}",
            person.events
        );
        assert_eq!(
            person.consents,
            [("newsletter_optin_at".to_owned(), Some("newsletter_optout_at".to_owned()))]
        );
    }
}

#[test]
fn neither_a_scan_nor_its_draft_holds_a_value() {
    let scan = looked(&made(Engine::Sqlite));
    let text = draft(&scan, "alt", "url = \"alt.db\"", &Taken::default());
    for told in [text, format!("{scan:?}"), serde_json::to_string(&scan).expect("JSON")] {
        for value in [MARK, "Kerkstraat", "Berlin", "Anna", "+49", "10.0.0.", "BE"] {
            assert!(!told.contains(value), "{value} in {told}");
        }
    }
}

#[test]
fn a_draft_is_read_by_the_check_once_it_is_filled_in() {
    const HEAD: &str = "edition = 1\n[controller.c]\nname = \"C\"\ncountry = \"FR\"\npost = \"1 rue, 75001 Paris\"\nemail = \"a@c.example\"\n[notice]\nversion = 2020-01-01\nlanguages = [\"en\"]\n[rights]\nreply = \"1 month\"\n";
    for engine in ENGINES {
        let world = made(engine);
        let scan = looked(&world);
        let text = draft(&scan, "alt", "url = \"alt.db\"", &Taken::default())
            .replace("edition = 1\n", "")
            .replace("FILL IN", "filled in");
        let (head, purposes) = text.split_once("# [purpose.service]").expect("a purpose to fill in");
        let filled: String = purposes
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).unwrap_or(line))
            .take_while(|line| !line.starts_with("[store"))
            .collect::<Vec<_>>()
            .join("\n");
        let store = purposes.split_once("\n[store.").expect("a store").1;
        let whole = format!("{HEAD}{head}[purpose.service]\n{filled}\n[store.{store}");
        let read = read(&[SourceFile::new("policy.toml", whole.as_bytes().to_vec())]);
        let policy = read.sound().unwrap_or_else(|faults| {
            let words: Vec<String> =
                faults.iter().map(|fault| format!("{}: {}", fault.code, fault.message)).collect();
            panic!("{engine:?} {}\n{whole}", words.join("\n"))
        });
        let map = policy.stores.values().next().expect("the store");
        let mut session = Session::open(world.place(), Access::Read, Limits::default()).expect("a session");
        let schema = session.schema().expect("a schema");
        let errors: Vec<String> = kept_connect::check_map(map, &schema)
            .into_iter()
            .filter(|finding| finding.severity == kept_core::diagnostic::Severity::Error)
            .map(|finding| format!("{} {}: {}", finding.code, finding.table, finding.message))
            .collect();
        assert!(errors.is_empty(), "{engine:?} {errors:?}");
    }
}

#[test]
fn a_table_that_can_not_be_read_is_named_and_judged_by_its_names() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
        CREATE TABLE secrets (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), phone TEXT);
        INSERT INTO users VALUES (1, 'ann@example.org', 'Ann');
        CREATE ROLE peeking LOGIN; GRANT SELECT ON users TO peeking;";
    let world = World::new(Engine::Postgres, sql, Vec::new());
    let mut session = world.other();
    session.batch("SET ROLE peeking").expect("another role");
    let found = scan(&mut session, 10, &mut |_| ()).expect("a scan");
    let secrets = table(&found, "secrets");
    assert!(secrets.unread.as_deref().is_some_and(|why| why.contains("no permission")), "{secrets:?}");
    assert_eq!((secrets.role, secrets.sampled), (Role::Owned, 0));
    assert!(secrets.columns.iter().any(|column| column.column == "phone"));
    let text = draft(&found, "s", "url = \"x\"", &Taken::default());
    assert!(text.contains("# `secrets` could not be read"), "{text}");
}

#[test]
fn a_column_that_another_one_sends_to_a_table_elsewhere_is_given_no_owner() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(90), name VARCHAR(90));
        CREATE TABLE notes (id INTEGER PRIMARY KEY, owner_type VARCHAR(40), owner_id INTEGER, phone VARCHAR(40));
        CREATE TABLE plans (id INTEGER PRIMARY KEY, user_type VARCHAR(40), user_id INTEGER, phone VARCHAR(40));
        CREATE TABLE acts (id INTEGER PRIMARY KEY, actor_id INTEGER, ip VARCHAR(45));
        INSERT INTO users VALUES (1, 'ann@example.org', 'Ann'), (2, 'bob@example.org', 'Bob'), (3, 'cid@example.org', 'Cid');
        INSERT INTO notes VALUES (1, 'Company', 1, '+32 2 555 12 12'), (2, 'Company', 2, '+32 2 555 12 13');
        INSERT INTO plans VALUES (1, 'private', 1, '+32 2 555 12 12'), (2, 'firm', 2, '+32 2 555 12 13');
        INSERT INTO acts VALUES (1, 1, '10.0.0.1'), (2, 3, '10.0.0.2');";
    for engine in ENGINES {
        let world = World::new(engine, sql, Vec::new());
        let mut session = Session::open(world.place(), Access::Read, Limits::default()).expect("a session");
        let found = scan(&mut session, 100, &mut |_| ()).expect("a scan");
        let links = |name: &str| {
            let links = table(&found, name).links.iter();
            links.map(|link| format!("{} {}", link.column, link.to)).collect::<Vec<_>>()
        };
        assert!(links("notes").is_empty(), "{engine:?} {:?}", links("notes"));
        assert_eq!(table(&found, "notes").role, Role::Unowned, "{engine:?}");
        assert_eq!(links("plans"), ["user_id users"], "{engine:?}");
        assert_eq!(links("acts"), ["actor_id users"], "{engine:?}");
    }
}
