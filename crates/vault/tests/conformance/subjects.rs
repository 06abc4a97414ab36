//! Subjects, their identifiers, and sealing.

use kept_core::name::{ControllerName, IdentifierKind, PurposeName};
use kept_vault::Fault;
use kept_vault::blind::Identifier;
use kept_vault::subject::Place;

use crate::world::{World, by_email, now, on_both_engines, person, receipt};

on_both_engines!(
    the_same_address_is_the_same_person,
    the_same_address_is_another_person_to_another_controller,
    a_second_identifier_is_added_to_the_person_found_by_the_first,
    identifiers_of_two_people_are_refused,
    odd_identifiers_are_kept_as_they_are,
    a_sealed_value_does_not_open_in_another_place,
    more_people_than_a_bucket_holds_have_keys_that_open,
    a_refusal_is_found_again_for_its_purpose_alone,
);

fn the_same_address_is_the_same_person(world: &World) {
    let vault = world.open();
    let (first, second, other) = vault
        .write("make", |tx| {
            Ok::<_, Fault>((
                person(tx, "ana@example.org")?,
                person(tx, "ana@example.org")?,
                person(tx, "bo@example.org")?,
            ))
        })
        .unwrap();
    assert_eq!(first, second);
    assert_ne!(first, other);
    let nobody = vault.read("find", |tx| by_email("cy@example.org", |email| tx.find_subject(&email)));
    assert_eq!(nobody.unwrap(), None);
}

fn the_same_address_is_another_person_to_another_controller(world: &World) {
    let vault = world.open();
    let kind = IdentifierKind::from("email");
    let (one, two) = (ControllerName::from("one"), ControllerName::from("two"));
    let of = |controller| Identifier { controller, kind: &kind, canonical: "ana@example.org" };
    let (first, second) = vault
        .write("make", |tx| {
            Ok::<_, Fault>((tx.put_subject(&[of(&one)], now())?, tx.put_subject(&[of(&two)], now())?))
        })
        .unwrap();
    assert_ne!(first, second);
}

fn a_second_identifier_is_added_to_the_person_found_by_the_first(world: &World) {
    let vault = world.open();
    let (controller, number) = (ControllerName::from("acme"), IdentifierKind::from("customer-number"));
    let number = Identifier { controller: &controller, kind: &number, canonical: "4711" };
    let (ana, again, known) = vault
        .write("make", |tx| {
            let ana = person(tx, "ana@example.org")?;
            by_email("ana@example.org", |email| tx.put_subject(&[number, email], now()))?;
            Ok::<_, Fault>((ana, tx.find_subject(&number)?, tx.identifiers(ana, &receipt())?))
        })
        .unwrap();
    assert_eq!(again, Some(ana));
    let values: Vec<_> = known.iter().map(|known| known.canonical.as_str()).collect();
    assert_eq!(values, ["4711", "ana@example.org"]);
    assert!(!format!("{known:?}").contains("ana"));
}

fn identifiers_of_two_people_are_refused(world: &World) {
    let vault = world.open();
    let fault = vault
        .write("make", |tx| {
            person(tx, "ana@example.org")?;
            person(tx, "bo@example.org")?;
            by_email("ana@example.org", |ana| {
                by_email("bo@example.org", |bo| tx.put_subject(&[ana, bo], now()))
            })
        })
        .unwrap_err();
    assert!(matches!(fault, Fault::FoundTwice { count: 2 }));
    assert!(!fault.to_string().contains("example"));
}

fn odd_identifiers_are_kept_as_they_are(world: &World) {
    let vault = world.open();
    for odd in ["o'hara\"; DROP TABLE subject; --", "nul\0inside", "\u{1f600}@example.org", "", "$1"] {
        let (id, known) = vault
            .write("make", |tx| {
                let id = person(tx, odd)?;
                Ok::<_, Fault>((id, tx.identifiers(id, &receipt())?))
            })
            .unwrap();
        assert_eq!(known[0].canonical, odd);
        let found = vault.read("find", |tx| by_email(odd, |email| tx.find_subject(&email)));
        assert_eq!(found.unwrap(), Some(id));
    }
}

fn a_sealed_value_does_not_open_in_another_place(world: &World) {
    let vault = world.open();
    vault
        .write("seal", |tx| {
            let (ana, bo) = (person(tx, "ana@example.org")?, person(tx, "bo@example.org")?);
            let here = Place { table: "request", field: "content", subject: ana, version: 3 };
            let sealed = tx.seal(here, b"what was asked")?;
            assert_eq!(tx.open(here, &sealed, &receipt())?, b"what was asked");
            for elsewhere in [
                Place { table: "work", ..here },
                Place { field: "plan", ..here },
                Place { subject: bo, ..here },
                Place { version: 4, ..here },
            ] {
                assert!(matches!(tx.open(elsewhere, &sealed, &receipt()), Err(Fault::Sealed { .. })));
            }
            Ok::<_, Fault>(())
        })
        .unwrap();
}

fn more_people_than_a_bucket_holds_have_keys_that_open(world: &World) {
    let vault = world.open();
    let ids = vault
        .write("make", |tx| {
            (0..1030)
                .map(|number| person(tx, &format!("p{number}@example.org")))
                .collect::<Result<Vec<_>, _>>()
        })
        .unwrap();
    vault
        .read("open", |tx| {
            for (number, id) in ids.iter().enumerate().step_by(103) {
                let known = tx.identifiers(*id, &receipt())?;
                assert_eq!(known[0].canonical, format!("p{number}@example.org"));
            }
            Ok::<_, Fault>(())
        })
        .unwrap();
}

fn a_refusal_is_found_again_for_its_purpose_alone(world: &World) {
    let vault = world.open();
    let (news, ads) = (PurposeName::from("news"), PurposeName::from("ads"));
    vault
        .write("refuse", |tx| {
            by_email("ana@example.org", |ana| {
                tx.put_refusal(&ana, &news, now())?;
                assert_eq!(tx.refusal(&ana, &news)?, Some(now()));
                assert_eq!(tx.refusal(&ana, &ads)?, None);
                by_email("bo@example.org", |bo| tx.refusal(&bo, &news))
            })
        })
        .map(|bo| assert_eq!(bo, None))
        .unwrap();
}
