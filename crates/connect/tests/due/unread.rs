//! Documents that can't be read: what of them goes, what stays, and that what stays is told.

use kept_core::plan::{Action, Value};
use kept_core::policy::model::Engine;
use kept_core::standing::Why;

use crate::world::{KINDS, Kind, World, is_mysql, policy};

const POLICY: &str = concat!(
    contacts!(),
    "[data.account]
fields = { email = \"email\" }
[purpose.log]
people = [\"user\"]
data = [\"log\"]
basis = { legitimate-interest = \"safety\" }
keep = \"2 years after collection\"
[purpose.account]
people = [\"user\"]
data = [\"account\"]
basis = { legitimate-interest = \"safety\" }
keep = \"10 years after collection\"
[store.s]
engine = \"sqlite\"
url = \"x\"
[store.s.table.users]
person = \"user\"
key = \"id\"
identifies = { email = \"email\" }
events = { collection = \"made\" }
[store.s.table.users.columns]
email = \"account\"
\"profile$.contact.phone\" = \"contact.phone\"
\"profile$.phones[*].number\" = \"contact.phone\"
"
);

/// Each document as JSON, with whether it can be read; the first is no JSON at all but where a column
/// takes nothing else.
const DOCUMENTS: &[(&str, bool)] = &[
    ("+32 475 11 22 33, Ann", false),
    ("\"+32 475 11 22 33\"", false),
    ("[{\"contact\": {\"phone\": \"+32 475 11 22 33\"}}]", false),
    ("{\"contact\": \"+32 475 11 22 33\"}", false),
    ("{\"contact\": [\"+32 475 11 22 33\"]}", false),
    ("{\"phones\": \"+32 475 11 22 33\"}", false),
    ("{\"phones\": {\"home\": \"+32 475 11 22 33\"}}", false),
    ("{\"phones\": [\"+32 475 11 22 33\"]}", false),
    ("32475112233", false),
    (
        "{\"contact\": {\"phone\": \"+32 475 11 22 33\"}, \"phones\": [{\"number\": \"475\"}, {}], \"shoe\": 38}",
        true,
    ),
    ("{}", true),
    ("[]", true),
    ("null", true),
    ("{\"contact\": [], \"phones\": {}}", true),
    ("{\"contact\": \"\", \"phones\": [null, \"\"]}", true),
    ("{\"contact\": null}", true),
    ("{\"contact\": false, \"phones\": [true]}", true),
];

fn sql(kind: &Kind, nulls: &str) -> String {
    let is_typed = *kind == Kind::Engine(Engine::Postgres);
    let column = if is_typed { "JSONB" } else { "TEXT" };
    let mut sql = format!(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, made DATE, profile {column} {nulls});\n"
    );
    for (place, (document, _)) in DOCUMENTS.iter().enumerate() {
        let document =
            if is_typed && place == 0 { format!("\"{document}\"") } else { (*document).to_owned() };
        let document = document.replace('\'', "''");
        sql.push_str(&format!(
            "INSERT INTO users VALUES ({place}, 'p{place}@example.org', '2020-05-01', '{document}');\n"
        ));
    }
    sql
}

fn profile(world: &World, place: usize) -> Option<String> {
    let found = world.values(&format!(
        "SELECT COALESCE(CAST(profile AS CHAR(500)), 'NULL') FROM users WHERE id = {place}"
    ));
    found.first().map(|text| text.trim().to_owned()).filter(|text| text != "NULL" && !text.is_empty())
}

#[test]
fn a_document_that_cannot_be_read_goes_as_a_whole_where_all_that_is_mapped_in_it_goes() {
    for kind in KINDS.iter().chain([&Kind::Http]) {
        let world = World::of(kind, policy(POLICY), &sql(kind, ""));
        let swept = world.sweep("2022-01-01T03:00:00Z");
        let unread = DOCUMENTS.iter().filter(|(_, can)| !can).count() as u64;
        let table = swept.tables.first().unwrap_or_else(|| panic!("{kind:?}: {swept:?}"));
        assert_eq!(table.before.emptied, unread + 1, "{kind:?} {swept:?}");
        assert_eq!((table.emptied(), table.left()), (unread + 1, 0), "{kind:?} {swept:?}");
        for (place, (document, can)) in DOCUMENTS.iter().enumerate() {
            let left = profile(&world, place);
            assert!(!left.as_ref().is_some_and(|text| text.contains("475")), "{kind:?} {document}: {left:?}");
            assert_eq!(left.is_some(), *can, "{kind:?} {document}: {left:?}");
        }
        assert!(profile(&world, 9).is_some_and(|left| left.contains("shoe")), "{kind:?}");
        assert!(world.sweep("2022-01-01T03:00:00Z").tables.is_empty(), "{kind:?}");
    }
}

#[test]
fn where_the_column_must_hold_a_document_an_empty_one_is_written() {
    for kind in &KINDS[..3] {
        let world = World::of(kind, policy(POLICY), &sql(kind, "NOT NULL"));
        let swept = world.sweep("2022-01-01T03:00:00Z");
        assert_eq!(
            swept.tables.first().map(kept_connect::due::SweptTable::left),
            Some(0),
            "{kind:?} {swept:?}"
        );
        assert_eq!(profile(&world, 1).as_deref(), Some("{}"), "{kind:?}");
    }
}

#[test]
fn a_document_that_cannot_be_read_stays_and_is_told_while_something_in_it_is_kept() {
    let text = POLICY.to_owned() + "\"profile$.page\" = \"log.page\"\n";
    for kind in &KINDS {
        let world = World::of(kind, policy(&text), &sql(kind, ""));
        let unread = DOCUMENTS.iter().filter(|(_, can)| !can).count() as u64;
        let swept = world.sweep("2021-12-01T03:00:00Z");
        let table = swept.tables.first().unwrap_or_else(|| panic!("{kind:?}: {swept:?}"));
        assert_eq!(
            (table.emptied(), table.after.unread, table.left()),
            (1, unread, unread),
            "{kind:?} {swept:?}"
        );
        assert!(profile(&world, 0).is_some_and(|text| text.contains("475")), "{kind:?}");
        // Both groups of columns are over, and the row still stays for its address.
        let swept = world.sweep("2022-12-01T03:00:00Z");
        let table = swept.tables.first().unwrap_or_else(|| panic!("{kind:?}: {swept:?}"));
        assert_eq!((table.emptied(), table.left()), (unread, 0), "{kind:?} {swept:?}");
        assert_eq!(profile(&world, 0), None, "{kind:?}");
        assert!(world.sweep("2022-12-01T03:00:00Z").tables.is_empty(), "{kind:?}");
    }
}

#[test]
fn one_persons_document_is_read_as_a_whole_and_never_told_as_emptied_while_it_stays() {
    let text = POLICY.to_owned() + "\"profile$.page\" = \"log.page\"\n";
    for kind in &KINDS {
        let world = World::of(kind, policy(&text), &sql(kind, ""));
        for (place, (document, _)) in DOCUMENTS.iter().enumerate().filter(|(_, (_, can))| !can) {
            let email = format!("p{place}@example.org");
            let plan = world.plan(&email, "2021-12-01T03:00:00Z".parse().expect("an instant"));
            let empties = plan.steps.iter().any(|step| matches!(step.action, Action::Empty { .. }));
            let told = plan.steps.iter().any(|step| {
                step.action == Action::Keep && step.reasons.iter().any(|reason| reason.why == Why::Unreadable)
            });
            assert!(!empties && told, "{kind:?} {document}: {plan:?}");
            let plan = world.plan(&email, "2022-12-01T03:00:00Z".parse().expect("an instant"));
            let columns = plan.steps.iter().find_map(|step| match &step.action {
                Action::Empty { columns } => Some(columns.len()),
                _ => None,
            });
            assert_eq!(columns, Some(3), "{kind:?} {document}: {plan:?}");
        }
        assert!(Value::Unread("x".to_owned()).is_unread());
    }
}

#[test]
fn rows_that_cannot_be_read_and_members_that_nobody_mapped_are_told() {
    for kind in &KINDS {
        let mut sql = sql(kind, "");
        for place in [100, 101] {
            let document =
                "{\"contact\": {\"phone\": \"1\", \"email\": \"a@b.c\"}, \"shoe\": 38, \"x@y.example\": 1}";
            sql.push_str(&format!(
                "INSERT INTO users VALUES ({place}, 'q{place}@example.org', '2020-05-01', '{document}');\n"
            ));
        }
        let world = World::of(kind, policy(POLICY), &sql);
        let found = kept_connect::check_rows(&mut world.session(), &world.store)
            .unwrap_or_else(|fault| panic!("{kind:?} {fault}"));
        let told = |code: &str| found.iter().find(|one| one.code == code).map(|one| one.message.clone());
        let unread = told("store/unread-document").unwrap_or_default();
        assert!(unread.starts_with("9 of 19 rows hold in `profile`"), "{kind:?} {unread}");
        let members = told("store/unmapped-member").unwrap_or_default();
        assert!(
            members.contains("`profile$.contact.email`") && members.contains("`profile$.shoe`"),
            "{kind:?} {members}"
        );
        assert!(members.contains("others") && !members.contains("example"), "{kind:?} {members}");
        assert!(found.iter().all(|one| kept_connect::check_map::explain(one.code).is_some()));
    }
}

#[test]
fn dates_that_cannot_be_read_are_told() {
    for kind in &KINDS {
        let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, made TEXT, profile TEXT);
            INSERT INTO users VALUES (1, 'a@example.org', '21-10-2020', NULL), (2, 'b@example.org', '2020-10-21', NULL),
                (3, 'c@example.org', '2020-10-21 10:00:00', NULL), (4, 'd@example.org', 'soon', NULL), (5, 'e@example.org', NULL, NULL);";
        let text = POLICY.split("\"profile$.contact").next().expect("a part");
        let world = World::of(kind, policy(text), sql);
        let found = kept_connect::check_rows(&mut world.session(), &world.store)
            .unwrap_or_else(|fault| panic!("{kind:?} {fault}"));
        let told: Vec<&str> = found.iter().map(|one| one.code).collect();
        assert_eq!(told, ["store/unread-date"], "{kind:?} {found:?}");
        assert!(found[0].message.starts_with("2 of 4 values in `made`"), "{kind:?} {found:?}");
        assert!(!found[0].message.contains("soon"));
    }
}

#[test]
fn json_that_postgresql_keeps_as_text_and_cannot_look_into_stops_no_other_row() {
    let sql = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, made DATE, profile JSON);
        INSERT INTO users VALUES (1, 'a@example.org', '2020-05-01', '{\"contact\": {\"phone\": \"475\"}}'),
            (2, 'b@example.org', '2020-05-01', '{\"contact\": {\"phone\": \"475\"}, \"x\": \"\\u0000\"}'),
            (3, 'c@example.org', '2020-05-01', '{\"contact\": {\"phone\": \"475\"}, \"x\": \"\\ud800\"}'),
            (4, 'd@example.org', '2020-05-01', '{\"contact\": {\"phone\": \"475\"}, \"x\": \"\\udc00\"}'),
            (5, 'e@example.org', '2020-05-01', '{\"contact\": {\"phone\": \"475\"}, \"x\": \"\\ud83d\\ude00\"}');";
    let world = World::of(&Kind::Engine(Engine::Postgres), policy(POLICY), sql);
    let swept = world.sweep("2022-01-01T03:00:00Z");
    assert_eq!(swept.tables.first().map(|table| (table.emptied(), table.left())), Some((5, 0)), "{swept:?}");
    let left: Vec<bool> = (1..=5).map(|place| profile(&world, place).is_some()).collect();
    assert_eq!(left, [true, false, false, false, true]);
    assert!((1..=5).all(|place| !profile(&world, place).is_some_and(|text| text.contains("475"))));
}

#[test]
fn a_document_that_names_a_member_twice_cannot_be_read_and_no_value_of_it_hides_behind_another() {
    let documents = [
        r#"{"contact": {"phone": null, "phone": "475"}}"#,
        r#"{"contact": {"phone": "475", "phone": null}}"#,
        r#"{"contact": {"phone": "475", "phone": "475"}}"#,
        r#"{"contact": null, "contact": {"phone": "475"}}"#,
        r#"{"phones": [{"number": "1"}], "phones": [{"number": "475"}]}"#,
        r#"{"phones": [{"number": null, "number": "475"}]}"#,
        // Each name once in its object: it can be read.
        r#"{"contact": {"phone": "475"}, "phones": [{"number": "475"}, {"number": "475"}], "note": "a: \"b\": c"}"#,
    ];
    // MySQL itself sees the last of two members of a name only (docs/decisions/0015-mariadb-by-keys.md).
    let tells = |kind: &&Kind| **kind != Kind::Engine(Engine::Mariadb) || !is_mysql();
    for kind in KINDS[..3].iter().filter(tells) {
        let column = if *kind == Kind::Engine(Engine::Postgres) { "JSON" } else { "TEXT" };
        let mut sql = format!(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, made DATE, profile {column});\n"
        );
        for (place, document) in documents.iter().enumerate() {
            sql.push_str(&format!(
                "INSERT INTO users VALUES ({place}, 'p{place}@example.org', '2020-05-01', '{document}');\n"
            ));
        }
        let world = World::of(kind, policy(POLICY), &sql);
        let swept = world.sweep("2022-01-01T03:00:00Z");
        let table = swept.tables.first().unwrap_or_else(|| panic!("{kind:?}: {swept:?}"));
        assert_eq!((table.emptied(), table.left()), (7, 0), "{kind:?} {swept:?}");
        let left: Vec<Option<String>> = (0..documents.len()).map(|place| profile(&world, place)).collect();
        assert!(!left.iter().flatten().any(|text| text.contains("475")), "{kind:?} {left:?}");
        assert_eq!(left.iter().filter(|text| text.is_some()).count(), 1, "{kind:?} {left:?}");
        assert!(world.sweep("2022-01-01T03:00:00Z").tables.is_empty(), "{kind:?}");
    }
}
