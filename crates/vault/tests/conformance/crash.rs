//! What is left after something broke in the middle: all of it or nothing.

use kept_vault::{Fault, Settings};

use crate::world::{World, by_email, now, on_both_engines, person};

on_both_engines!(
    an_error_in_the_middle_leaves_nothing_behind,
    a_panic_in_the_middle_leaves_nothing_behind,
    nothing_can_be_changed_while_reading,
);

fn nobody(world: &World) {
    let found = world.open().read("find", |tx| by_email("ana@example.org", |email| tx.find_subject(&email)));
    assert_eq!(found.unwrap(), None);
}

fn an_error_in_the_middle_leaves_nothing_behind(world: &World) {
    let vault = world.open();
    let refused = vault.write("half", |tx| {
        person(tx, "ana@example.org")?;
        Err::<(), _>(Fault::Missing { what: "rest" })
    });
    assert!(refused.is_err());
    nobody(world);
    vault.write("whole", |tx| person(tx, "bo@example.org")).unwrap();
}

fn a_panic_in_the_middle_leaves_nothing_behind(world: &World) {
    let vault = world.open();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        vault.write("half", |tx| -> Result<(), Fault> {
            person(tx, "ana@example.org")?;
            panic!("in the middle")
        })
    }));
    assert!(caught.is_err());
    nobody(world);
    vault.write("whole", |tx| person(tx, "bo@example.org")).unwrap();
}

fn nothing_can_be_changed_while_reading(world: &World) {
    let vault = world.open();
    assert!(vault.read("sly", |tx| person(tx, "ana@example.org")).is_err());
    nobody(world);
}

#[test]
fn a_full_disk_is_said_and_nothing_is_half_done() {
    let world = World::sqlite();
    drop(world.open());
    let settings = Settings { pages_max: Some(80), ..Settings::default() };
    let vault = world.open_with(&world.keys(), settings).unwrap();
    let content = vec![7_u8; 20_000];
    let mut filed = 0;
    let fault = loop {
        let act = vault.write("file", |tx| {
            let id = person(tx, &format!("p{filed}@example.org"))?;
            tx.put_request(id, kept_core::timeline::Right::Access, now(), &content)
        });
        match act {
            Ok(_) => filed += 1,
            Err(fault) => break fault,
        }
    };
    assert!(matches!(fault, Fault::Full { .. }), "{fault}");
    drop(vault);
    let vault = world.open();
    let open = vault.read("count", kept_vault::Tx::open_requests).unwrap();
    assert_eq!(open.len(), filed);
    let half = format!("p{filed}@example.org");
    assert_eq!(vault.read("find", |tx| by_email(&half, |email| tx.find_subject(&email))).unwrap(), None);
}
