//! What only stores behind HTTP have: signatures, calls that get lost, endpoints that are too busy,
//! that refuse, and that say what is not so.

use kept_connect::engine::Mode as Transaction;
use kept_connect::http::{Address, Secret};
use kept_connect::{Access, Failed, Limits, Mode, Place, RefusedWhy, Session, StoreFault};
use kept_core::policy::model::Table;

use crate::endpoint::{Endpoint, SECRET, Trouble};
use crate::world::{COMMIT, Says, World, delete, empty, table};

const PEOPLE: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, name TEXT, ok BOOLEAN);
    CREATE TABLE notes (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES people (id), body TEXT);
    INSERT INTO people VALUES (1, 'Ann@example.org', 'Ann', TRUE), (2, 'bob@example.org', 'Bob', FALSE);
    INSERT INTO notes VALUES (7, 1, 'about ann'), (8, 2, 'about bob');";

fn tables() -> Vec<Table> {
    vec![
        table("people").person("user").identifies("email", "email").columns(&["email", "name", "ok"]),
        table("notes").owned_by("people", "person").columns(&["body"]),
    ]
}

fn people() -> (World, Endpoint) {
    World::http(PEOPLE, tables())
}

fn busy(head: &'static str) -> Trouble {
    Trouble::Answer(503, head, String::new())
}

#[test]
fn only_the_rows_of_the_person_are_asked_for() {
    let (mut world, endpoint) = people();
    assert_eq!(world.reached("email=ann@example.org"), ["notes:7 owned", "people:1 is user"]);
    let calls = endpoint.calls();
    assert!(calls.iter().all(|call| call.path == "/kept/rows" && call.body.contains("any-of")), "{calls:?}");
    assert!(calls.iter().all(|call| !call.body.contains("bob")), "{calls:?}");
}

#[test]
fn a_plan_is_one_call_under_one_key_and_is_looked_at_again() {
    let (mut world, endpoint) = people();
    let steps = vec![delete("people", &[1]), delete("notes", &[7]), empty("people", &["name"], &[2])];
    let rehearsed = world.apply(steps.clone(), Mode::Rehearse).expect("rehearsed");
    assert_eq!(rehearsed.changed, 3);
    assert_eq!(world.rows("SELECT count(*) FROM people"), ["2"]);
    let dry: Vec<_> = endpoint.calls().into_iter().filter(|call| call.path == "/kept/change").collect();
    assert!(matches!(dry.as_slice(), [one] if one.body.contains("\"dry-run\":true")), "{dry:?}");
    let applied = world.done(steps.clone());
    assert_eq!((applied.changed, applied.left), (3, 0));
    assert_eq!(world.rows("SELECT id, name FROM people"), ["2|"]);
    let calls = endpoint.calls();
    let change = calls.iter().position(|call| call.path == "/kept/change").expect("a change");
    let key = calls[change].headers.get("idempotency-key").expect("a key");
    assert_eq!(key.len(), 64);
    assert!(calls[change + 1..].iter().any(|call| call.path == "/kept/rows"), "a second look");
    assert_eq!(world.done(steps).changed, 0);
    assert!(endpoint.calls().iter().all(|call| call.path == "/kept/rows"), "nothing to do is not sent");
}

#[test]
fn a_busy_endpoint_is_asked_again_and_one_that_asks_for_long_is_left_alone() {
    let (mut world, endpoint) = people();
    endpoint.trouble([busy(""), Trouble::HangUp]);
    assert_eq!(world.found("email=ann@example.org"), ["people:1"]);
    endpoint.trouble([Trouble::Answer(429, "Retry-After: 1\r\n", String::new())]);
    assert_eq!(world.found("email=ann@example.org"), ["people:1"]);
    endpoint.calls();
    endpoint.trouble([busy("Retry-After: 3600\r\n"), busy("Retry-After: 3600\r\n")]);
    let fault = world.find("email=ann@example.org").expect_err("busy");
    assert!(fault.is_passing() && fault.to_string().contains("status 503"), "{fault}");
    // A look is tried twice by whoever asks; the wait that the endpoint asked for is not slept.
    assert_eq!(endpoint.calls().len(), 2);
}

#[test]
fn a_change_whose_answer_got_lost_is_done_once() {
    let (world, endpoint) = people();
    let mut session = session(&world, Access::Write);
    let outcome = session.transaction(Transaction::Change, |session| {
        session.execute_text("DELETE FROM notes WHERE id = 7", &[])?;
        endpoint.calls();
        endpoint.trouble([Trouble::HangUpAfter, busy("")]);
        Ok::<(), StoreFault>(())
    });
    assert_eq!(outcome, Ok(()));
    let keys: Vec<_> =
        endpoint.calls().iter().map(|call| call.headers.get("idempotency-key").cloned()).collect();
    assert_eq!(keys.len(), 3);
    assert!(keys[0].is_some() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(world.other().query_text("SELECT id FROM notes", &[]).expect("rows").len(), 1);
}

#[test]
fn what_an_endpoint_says_is_done_and_is_not_is_found_out() {
    let (world, endpoint) = people();
    let mut session = session(&world, Access::Write);
    let outcome = session.transaction(Transaction::Change, |session| {
        session.execute_text("DELETE FROM notes WHERE id = 7", &[])?;
        endpoint.trouble([Trouble::Lie]);
        Ok::<(), StoreFault>(())
    });
    assert_eq!(outcome, Ok(()));
    let left = session.query_text("SELECT id FROM notes", &[]).expect("rows");
    assert_eq!(left.len(), 2, "the next look asks the endpoint, not the copy");
}

#[test]
fn a_refusal_of_the_endpoint_undoes_all_and_names_no_value() {
    let (mut world, _endpoint) = people();
    for mode in [Mode::Rehearse, COMMIT] {
        // A note still points to the person.
        let failed = world.apply(vec![delete("people", &[1])], mode).expect_err("refused");
        let Failed::Refused(refused) = &failed else { panic!("{failed:?}") };
        assert!(matches!(refused.why, RefusedWhy::Constraint(_)), "{refused:?}");
        assert!(!failed.to_string().contains("Ann"), "{failed}");
        assert_eq!(world.rows("SELECT count(*) FROM people"), ["2"]);
    }
}

#[test]
fn words_of_an_endpoint_that_could_be_values_are_not_repeated() {
    let (world, endpoint) = people();
    let mut session = session(&world, Access::Write);
    let said = "{\"refused\":{\"table\":\"people\",\"code\":\"Key (email)=(ann@example.org) exists\"}}";
    let outcome = session.transaction(Transaction::Change, |session| {
        session.execute_text("DELETE FROM notes WHERE id = 7", &[])?;
        endpoint.trouble([Trouble::Answer(409, "", said.to_owned())]);
        Ok::<(), StoreFault>(())
    });
    let told = outcome.expect_err("refused").to_string();
    assert!(told.contains("people") && !told.contains("ann@"), "{told}");
}

#[test]
fn a_wrong_secret_is_no_permission() {
    let (world, _endpoint) = people();
    let address = Address {
        url: address(&world).url,
        secret: Secret::new("another secret that nobody knows").expect("a secret"),
        allows_plain: false,
        authorities: None,
    };
    let endpoint = kept_connect::Endpoint::of(&world.map, address);
    let mut session =
        Session::open(Place::Http(endpoint), Access::Read, Limits::default()).expect("a session");
    let fault = session.query_text("SELECT 1 FROM people", &[]).expect_err("refused");
    assert_eq!(fault, StoreFault::NotAllowed { table: None });
}

#[test]
fn calls_leave_the_machine_in_plain_only_where_the_policy_says_so() {
    let (world, _endpoint) = people();
    for (url, allows_plain, opens) in [
        ("http://crm.example.org/kept", false, false),
        ("http://crm.example.org/kept", true, true),
        ("https://crm.example.org/kept", false, true),
        ("http://127.0.0.1:9/kept", false, true),
        ("http://[::1]:9/kept", false, true),
        ("http://localhost.example.org/kept", false, false),
        ("https://kept:secret@crm.example.org/kept", false, false),
        ("ftp://crm.example.org", true, false),
        ("crm", true, false),
    ] {
        let secret = Secret::new(SECRET).expect("a secret");
        let address = Address { url: url.to_owned(), secret, allows_plain, authorities: None };
        let endpoint = kept_connect::Endpoint::of(&world.map, address);
        let opened = Session::open(Place::Http(endpoint), Access::Read, Limits::default());
        assert_eq!(opened.is_ok(), opens, "{url} {allows_plain}");
        if let Err(fault) = opened {
            assert!(!fault.to_string().contains("secret@"), "{fault}");
        }
    }
}

#[test]
fn an_answer_that_is_not_the_contracts_is_said_without_its_words() {
    let (mut world, endpoint) = people();
    for body in
        ["[]", "{\"rows\":7}", "not json", "{\"rows\":[7]}", "{\"rows\":[{\"email\":\"ann@example.org\"}]}"]
    {
        endpoint.trouble([Trouble::Answer(200, "", body.to_owned())]);
        let fault = world.find("email=ann@example.org").expect_err("unclear");
        assert!(matches!(fault, StoreFault::Map { .. }), "{body}: {fault:?}");
        assert!(!fault.to_string().contains("ann@"), "{fault}");
    }
    let again = "{\"rows\":[],\"next\":1}".to_owned();
    endpoint.trouble([Trouble::Answer(200, "", again.clone()), Trouble::Answer(200, "", again)]);
    assert!(world.find("email=ann@example.org").is_err(), "an endpoint that goes in a circle");
}

#[test]
fn what_an_endpoint_does_not_have_is_named_when_the_store_is_checked() {
    let (mut world, _endpoint) = people();
    assert!(world.store.describe().is_ok());
    let (mut world, _endpoint) = World::http(PEOPLE, vec![tables()[0].clone().columns(&["nmae"])]);
    let fault = world.store.describe().expect_err("no column");
    assert_eq!(fault.to_string(), "table `people` has no column `nmae`; did you mean `name`?");
    let (mut world, _endpoint) = World::http(PEOPLE, vec![table("poeple").person("user").key(&["id"])]);
    assert_eq!(world.store.describe().expect_err("no table").to_string(), "there is no table `poeple`");
}

#[test]
fn all_rows_come_page_by_page_for_a_sweep() {
    let many = "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 2600) INSERT INTO people SELECT i, 'p' || i, 'x', TRUE FROM n;";
    let (mut world, endpoint) = World::http(&format!("{PEOPLE} {many}"), tables());
    let mut session = session(&world, Access::Write);
    let count =
        |session: &mut Session| session.query_text("SELECT count(*) FROM people", &[]).expect("a count");
    assert_eq!(count(&mut session)[0][0].shown(), "2503");
    assert_eq!(endpoint.calls().len(), 4);
    session
        .transaction(Transaction::Change, |session| {
            session.execute_text("DELETE FROM people WHERE id >= 100", &[])
        })
        .expect("deleted");
    assert_eq!(world.rows("SELECT count(*) FROM people"), ["2"]);
}

fn address(world: &World) -> Address {
    let kept_core::policy::model::Url::Written(url) = world.map.url.clone() else { panic!("a URL") };
    Address { url, secret: Secret::new(SECRET).expect("a secret"), allows_plain: false, authorities: None }
}

fn session(world: &World, access: Access) -> Session {
    let endpoint = kept_connect::Endpoint::of(&world.map, address(world));
    Session::open(Place::Http(endpoint), access, Limits::default()).expect("a session")
}
