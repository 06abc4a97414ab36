//! People named by a row of a store: as an audience gives them, and where several people have one address.

use kept_client::{Act, Client, Member, Options, Person, Question, Read, Verb};
use serde_json::{Value, json};

use super::serving::{ADA, Service};

const SHOP: &str = r#"
[store.shop]
engine = "sqlite"
url = "shop.db"
zone = "UTC"
server = "FR"

[store.shop.table.people]
person = "visitor"
key = "id"
identifies = { email = "email", account = "id" }
columns = { name = "contact.name", email = "contact.email" }
consents = { newsletter = { given = "optin_at", withdrawn = "optout_at" } }
"#;

/// Ada and Bo have one address; Cy has one of his own.
fn shop() -> (Service, rusqlite::Connection) {
    let service = Service::start_with(SHOP, &[], &[]);
    let store = rusqlite::Connection::open(service.path("shop.db")).unwrap();
    let rows = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT, optin_at TEXT, optout_at TEXT); \
        INSERT INTO people VALUES (1, 'Ada', 'ada@example.org', '2026-06-01', NULL), \
        (2, 'Bo', 'ada@example.org', '2026-06-01', NULL), (3, 'Cy', 'cy@example.org', '2026-06-01', NULL)";
    store.execute_batch(rows).unwrap();
    (service, store)
}

fn key(service: &Service) -> String {
    service.key("shop", &["collect", "consent", "decide", "read", "explain"], &["newsletter", "enquiry"])
}

fn row(key: &str) -> Value {
    json!({ "row": { "store": "shop", "table": "people", "key": key } })
}

fn stopped(store: &rusqlite::Connection) -> Vec<i64> {
    let mut rows = store.prepare("SELECT id FROM people WHERE optout_at IS NOT NULL ORDER BY id").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn whoever_an_audience_gives_by_a_row_is_read_decided_on_and_withdrawn_by_it() {
    let (service, store) = shop();
    let key = key(&service);
    let kept = Client::new(service.address(), &key).unwrap();
    let mut audience = kept.audience("newsletter", "email").unwrap();
    let members: Vec<Member> = audience.by_ref().map(Result::unwrap).collect();
    assert_eq!(audience.end().unwrap().unclear, 2, "two who can't be told apart by their address");
    let [member] = members.as_slice() else { panic!("{members:?}") };
    let person = Person::from(member.clone());
    assert_eq!(person.row.as_ref().map(|row| row.key.as_str()), Some("3"));
    let read = Read { person: person.clone(), purpose: "newsletter".to_owned(), ..Read::default() };
    let values: Vec<String> = kept.read(&read).unwrap().values.into_iter().map(|one| one.value).collect();
    assert_eq!(values, ["Cy", "cy@example.org"]);
    let question = Question::new(&person, "newsletter", Verb::Contact("email".to_owned()));
    assert!(kept.decide(&question).unwrap().allowed);
    let withdrawal = Act::WithdrawConsent { purpose: "newsletter".to_owned(), channels: Vec::new() };
    kept.record(&person, &withdrawal, &Options::default()).unwrap();
    assert!(!kept.decide(&question).unwrap().allowed);
    assert_eq!(stopped(&store), [3]);
}

#[test]
fn of_two_people_with_one_address_the_row_says_who_is_meant() {
    let (service, store) = shop();
    let key = key(&service);
    let withdraw = |person: &Value| {
        service.post(&key, "/v1/consents/withdrawals", &json!({ "person": person, "purpose": "newsletter" }))
    };
    let (status, told) = withdraw(&json!({ "email": ADA }));
    assert_eq!(status, 422, "{told}");
    assert!(told.to_string().contains("row"), "{told}");
    let mut both = row("2");
    both["email"] = json!(ADA);
    let (status, told) = withdraw(&both);
    assert_eq!((status, stopped(&store)), (200, vec![2]), "{told}");
    // The same on the command line, where the error says what to type.
    let person = format!("email={ADA}");
    let words = ["consent", "withdraw", "--purpose", "newsletter", "--person", &person];
    let picked = service.command(&[&words[..], &["--pick", "shop.people=1"]].concat());
    assert_eq!((picked.ending(0).code, stopped(&store)), (0, vec![1, 2]));
}

#[test]
fn a_row_that_leads_to_nobody_or_to_somebody_else_is_refused_and_nothing_is_recorded() {
    let (service, store) = shop();
    let key = key(&service);
    let withdraw = |person: &Value| {
        service.post(&key, "/v1/consents/withdrawals", &json!({ "person": person, "purpose": "newsletter" }))
    };
    let mut of_another = row("3");
    of_another["email"] = json!(ADA);
    for person in [row("17"), row("1/2"), row("x"), of_another] {
        let (status, told) = withdraw(&person);
        assert_eq!((status, told["type"].as_str()), (409, Some("urn:kept:problem:person")), "{told}");
    }
    let nowhere = json!({ "row": { "store": "shop", "table": "orders", "key": "1" } });
    assert_eq!(withdraw(&nowhere).0, 409);
    for broken in [
        json!({ "row": { "store": "shop" } }),
        json!({ "row": 1 }),
        json!({ "row": { "store": 1, "table": "x", "key": "1" } }),
    ] {
        let (status, told) = withdraw(&broken);
        assert_eq!(status, 400, "{told}");
        assert!(told["detail"].as_str().unwrap().contains("person.row"), "{told}");
    }
    assert_eq!(stopped(&store), [0_i64; 0]);
}

#[test]
fn what_is_filed_of_one_of_two_people_with_one_address_is_not_the_others() {
    let (service, _) = shop();
    let person = format!("email={ADA}");
    let access = |key: &str| {
        let pick = format!("shop.people={key}");
        service.command(&["request", "access", "--person", &person, "--pick", &pick]).ending(0).out
    };
    let ada = access("1");
    assert!(ada.contains("Ada") && ada.contains("-0001"), "{ada}");
    let bo = access("2");
    assert!(bo.contains("Bo") && !bo.contains("-0001"), "another's case: {bo}");
    // A record by the address alone, from when it was one person's, may be of either: nothing is guessed.
    let service = Service::start_with(SHOP, &[], &[]);
    let key = key(&service);
    let store = rusqlite::Connection::open(service.path("shop.db")).unwrap();
    store
        .execute_batch("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT, optin_at TEXT, optout_at TEXT)")
        .unwrap();
    let objected =
        json!({ "person": { "email": ADA }, "purposes": ["enquiry"], "fields": { "contact.email": ADA } });
    assert_eq!(service.post(&key, "/v1/collect", &objected).0, 200);
    let rows = "INSERT INTO people VALUES (1, 'Ada', 'ada@example.org', '2026-06-01', NULL), (2, 'Bo', 'ada@example.org', '2026-06-01', NULL)";
    store.execute_batch(rows).unwrap();
    let (status, told) =
        service.post(&key, "/v1/read", &json!({ "person": row("1"), "purpose": "newsletter" }));
    assert_eq!(status, 409, "{told}");
    assert!(told["detail"].as_str().unwrap().contains("kept's own record"), "{told}");
}
