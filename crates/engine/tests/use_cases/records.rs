//! Records that an application finds again by a key of its own.

use kept_core::identifier::Identifier;
use kept_core::ledger::Kind;
use kept_core::name::PurposeName;
use kept_core::time::Instant;
use kept_engine::company::Company;
use kept_engine::records::{Edited, NewRecord, Values, Which};

use crate::recording::{club, data, datum};
use crate::world::{at, whom};

const FIELDS: &[&str] = &["identification.name", "identification.phone"];

fn person(who: &str) -> Identifier {
    Identifier::parse(&format!("email={who}@example.org")).unwrap()
}

fn put(company: &mut Company, key: &str, who: &str, purpose: &str, now: Instant) -> u64 {
    let text = |number: u64| made(key, number);
    let (person, purpose) = (person(who), PurposeName::from(purpose));
    let record = NewRecord { key, person: &person, purpose: &purpose, values: &text };
    company.put_record(&record, now).unwrap()
}

fn made(key: &str, number: u64) -> Values {
    Values::from([
        (datum(FIELDS[0]), format!("{key} at {number}")),
        (datum(FIELDS[1]), phone(key).to_owned()),
    ])
}

/// A telephone number for each key: a value must be one of its field's kind.
fn phone(key: &str) -> &'static str {
    match key {
        "one" => "+33 1 99 00 00 01",
        "two" => "+33 1 99 00 00 02",
        _ => "+33 1 99 00 00 03",
    }
}

/// The key of a record by its telephone number.
fn key_of(phone_of: &str) -> String {
    let all = ["one", "two", "three"];
    all.into_iter().find(|key| phone(key) == phone_of).unwrap_or(phone_of).to_owned()
}

/// The names of the records found, in order.
fn found(company: &Company, which: Which<'_>, now: Instant) -> Vec<String> {
    let (records, _) = company.records(which, &data(FIELDS), now).unwrap();
    let mut names: Vec<String> = records.iter().map(|one| key_of(&one.values[&datum(FIELDS[1])])).collect();
    names.sort();
    names
}

#[test]
fn a_record_is_found_by_its_key_its_person_and_its_purpose_and_by_nothing_once_deleted() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    put(&mut company, "one", "ada", "enquiry", now);
    put(&mut company, "two", "ada", "prospecting", now);
    put(&mut company, "three", "bo", "enquiry", now);
    let enquiry = PurposeName::from("enquiry");
    assert_eq!(found(&company, Which::Key("two"), now), ["two"]);
    assert_eq!(found(&company, Which::Person(&person("ada")), now), ["one", "two"]);
    assert_eq!(found(&company, Which::Purpose(&enquiry), now), ["one", "three"]);
    assert_eq!(company.delete_record("one", now).unwrap().0, 1);
    assert_eq!(company.delete_record("one", now).unwrap().0, 0);
    assert_eq!(found(&company, Which::Key("one"), now), [""; 0]);
    assert_eq!(found(&company, Which::Purpose(&enquiry), now), ["three"]);
    assert_eq!(world.count_entries(Kind::Read), 5, "one entry a question, however many people");
}

#[test]
fn a_record_is_read_for_its_purpose_only_as_long_as_its_ground_stands() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    put(&mut company, "one", "ada", "prospecting", now);
    put(&mut company, "two", "ada", "enquiry", now);
    let object = kept_core::admission::Act::Object { purpose: Some("prospecting".into()) };
    crate::recording::record(&mut company, "email=ada@example.org", object, now).unwrap();
    assert_eq!(found(&company, Which::Person(&person("ada")), now), ["two"]);
    assert_eq!(found(&company, Which::Key("one"), now), [""; 0]);
    assert_eq!(found(&company, Which::Person(&person("ada")), at("2028-03-02")), [""; 0], "a year later");
}

#[test]
fn a_record_that_is_changed_or_given_to_another_person_is_found_there_alone() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    put(&mut company, "one", "ada", "enquiry", now);
    put(&mut company, "two", "ada", "enquiry", now);
    put(&mut company, "three", "bo", "enquiry", now);
    let edit = |number: u64, record: kept_engine::records::Record| {
        let key = key_of(&record.values[&datum(FIELDS[1])]);
        let moved = (key == "two").then(|| person("cy"));
        Edited { values: made(&key, number), key, moved }
    };
    let fields = data(FIELDS);
    let (count, number) =
        company.change_records(Which::Person(&person("ada")), (&fields, &edit), now).unwrap();
    assert_eq!(count, 2);
    assert_eq!(found(&company, Which::Person(&person("ada")), now), ["one"]);
    assert_eq!(found(&company, Which::Person(&person("cy")), now), ["two"]);
    let (read, _) = company.records(Which::Key("two"), &fields, now).unwrap();
    assert_eq!(read[0].values[&datum(FIELDS[0])], format!("two at {number}"));
    let ada = person("ada");
    let values = |number| made("two", number);
    let back = NewRecord { key: "two", person: &ada, purpose: &"enquiry".into(), values: &values };
    assert_eq!(company.replace_record(&back, now).unwrap().0, 1);
    assert_eq!(found(&company, Which::Person(&ada), now), ["one", "two"]);
    assert_eq!(found(&company, Which::Person(&person("cy")), now), [""; 0]);
    let none = NewRecord { key: "four", ..back };
    assert_eq!(company.replace_record(&none, now).unwrap().0, 0);
}

#[test]
fn an_erasure_takes_a_persons_records_and_their_keys_and_a_shared_store_sees_it_at_once() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let values: [fn(u64) -> Values; 2] = [|number| made("one", number), |number| made("two", number)];
    let people = [person("ada"), person("bo")];
    let purpose = PurposeName::from("prospecting");
    let records: Vec<NewRecord<'_>> = ["one", "two"]
        .iter()
        .zip(&people)
        .zip(&values)
        .map(|((key, person), values)| NewRecord { key, person, purpose: &purpose, values })
        .collect();
    company.put_records(&records, now).unwrap();
    assert_eq!(world.count_entries(Kind::Collected), 1, "a load is one entry");
    let beside = company.beside();
    company.erase(&whom(&["email=ada@example.org"]), now, false, now).unwrap();
    assert_eq!(found(&beside, Which::Key("one"), now), [""; 0]);
    assert_eq!(found(&beside, Which::Purpose(&purpose), now), ["two"]);
}

#[test]
fn a_record_that_is_not_admitted_leaves_an_entry_and_nothing_else() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let values = |_: u64| Values::from([(datum("usage.page"), "/".to_owned())]);
    let (ada, purpose) = (person("ada"), PurposeName::from("enquiry"));
    let record = NewRecord { key: "one", person: &ada, purpose: &purpose, values: &values };
    let refused = company.put_record(&record, now);
    assert!(matches!(refused, Err(kept_engine::Failure::NotAdmitted(_))), "{refused:?}");
    let fields = data(&["usage.page"]);
    assert_eq!(company.records(Which::Key("one"), &fields, now).unwrap().0.len(), 0);
    let entries = world.entries();
    let kept = entries.iter().filter(|entry| entry.kind == Kind::Collected);
    let outcomes: Vec<_> = kept.map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [kept_core::ledger::Outcome::Refused]);
}

#[test]
fn an_act_sees_what_the_one_before_it_wrote_though_it_was_asked_for_earlier() {
    let world = club();
    let (asked_first, asked_later) =
        (at("2026-03-02"), at("2026-03-02") + jiff::SignedDuration::from_millis(40));
    let mut company = world.open(asked_first);
    // Two callers at once: the second one's turn comes first.
    put(&mut company, "one", "ada", "enquiry", asked_later);
    assert_eq!(found(&company, Which::Key("one"), asked_first), ["one"]);
    // A clock that was set back by an hour is another matter: what it says counts.
    let before = asked_first - jiff::SignedDuration::from_hours(1);
    assert_eq!(found(&company, Which::Key("one"), before), [""; 0]);
}

fn hold(company: &mut Company, now: Instant) {
    let hold = kept_core::admission::Act::PlaceHold {
        data: data(FIELDS),
        reason: "a claim".to_owned(),
        approver: "legal".to_owned(),
        review_on: Some("2026-09-01".parse().unwrap()),
    };
    crate::recording::record(company, "email=ada@example.org", hold, now).unwrap();
}

/// How many entries of a kind say that something was refused.
fn refusals(world: &crate::world::World, kind: Kind) -> usize {
    let entries = world.entries().into_iter();
    entries.filter(|entry| entry.kind == kind && entry.outcome == kept_core::ledger::Outcome::Refused).count()
}

#[test]
fn what_a_hold_keeps_is_neither_changed_nor_deleted_nor_moved_among_thousands_either() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    put(&mut company, "one", "ada", "enquiry", now);
    put(&mut company, "three", "bo", "enquiry", now);
    hold(&mut company, now);
    let held = |told: Result<(u64, u64), kept_engine::Failure>| {
        let words = told.unwrap_err().to_string();
        assert!(words.contains("a hold keeps the field"), "{words}");
    };
    held(company.delete_record("one", now));
    let (ada, values) = (person("ada"), |number| made("one", number));
    let other = NewRecord { key: "one", person: &ada, purpose: &"enquiry".into(), values: &values };
    held(company.replace_record(&other, now));
    let fields = data(FIELDS);
    let enquiry = PurposeName::from("enquiry");
    let moved = |number: u64, _: kept_engine::records::Record| Edited {
        values: made("one", number),
        key: "one".to_owned(),
        moved: Some(person("cy")),
    };
    held(company.change_records(Which::Key("one"), (&fields, &moved), now));
    let edit = |number: u64, record: kept_engine::records::Record| {
        let key = key_of(&record.values[&datum(FIELDS[1])]);
        Edited { values: made(&key, number), key, moved: None }
    };
    held(company.change_records(Which::Purpose(&enquiry), (&fields, &edit), now));
    let same = |_: u64, record: kept_engine::records::Record| Edited {
        key: "one".to_owned(),
        values: record.values,
        moved: None,
    };
    assert_eq!(company.change_records(Which::Key("one"), (&fields, &same), now).unwrap().0, 1, "no change");
    assert_eq!(found(&company, Which::Purpose(&enquiry), now), ["one", "three"], "nothing was done");
    assert_eq!(company.delete_record("three", now).unwrap().0, 1, "another person's goes");
    assert_eq!(refusals(&world, Kind::ErasureDone), 1);
    assert_eq!(refusals(&world, Kind::RectificationDone), 3);
}

#[test]
fn a_value_of_another_kind_is_refused_among_thousands_too() {
    let world = club();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    put(&mut company, "one", "ada", "enquiry", now);
    let wrong = |_: u64| Values::from([(datum(FIELDS[1]), "call me".to_owned())]);
    let (ada, purpose) = (person("ada"), PurposeName::from("enquiry"));
    let two = NewRecord { key: "two", person: &ada, purpose: &purpose, values: &wrong };
    let one = NewRecord { key: "one", person: &ada, purpose: &purpose, values: &wrong };
    let fields = data(FIELDS);
    let edit = |_: u64, record: kept_engine::records::Record| Edited {
        key: "one".to_owned(),
        values: record.values.into_keys().map(|field| (field, "call me".to_owned())).collect(),
        moved: None,
    };
    let told = [
        company.put_record(&two, now).map(|_| ()),
        company.put_records(&[two], now).map(|_| ()),
        company.replace_record(&one, now).map(|_| ()),
        company.change_records(Which::Key("one"), (&fields, &edit), now).map(|_| ()),
    ];
    for refused in told {
        assert!(matches!(refused, Err(kept_engine::Failure::NotAdmitted(_))), "{refused:?}");
    }
    let (kept, _) = company.records(Which::Person(&ada), &fields, now).unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].values[&datum(FIELDS[1])], phone("one"));
}
