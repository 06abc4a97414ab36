//! What is left after something broke in the middle: all of it or nothing.

use kept_vault::{Fault, Settings};

use crate::world::{World, by_email, now, on_both_engines, person};

on_both_engines!(
    an_error_in_the_middle_leaves_nothing_behind,
    a_panic_in_the_middle_leaves_nothing_behind,
    nothing_can_be_changed_while_reading,
    a_killed_process_leaves_whole_acts_and_a_store_that_opens,
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

/// The other process of the test below; alone it does nothing.
#[test]
fn a_writer_to_be_killed() {
    let (Ok(location), Ok(folder)) = (std::env::var("KEPT_TEST_LOCATION"), std::env::var("KEPT_TEST_KEYS"))
    else {
        return;
    };
    let keys = Box::new(kept_vault::FileKeys::new(folder));
    let vault =
        kept_vault::Vault::open(&location.parse().unwrap(), keys, Settings::default(), now()).unwrap();
    for number in 0_u32.. {
        vault
            .write("file", |tx| {
                let id = person(tx, &format!("p{number}@example.org"))?;
                tx.put_request(id, kept_core::timeline::Right::Access, now(), b"asked")
            })
            .unwrap();
    }
}

fn a_killed_process_leaves_whole_acts_and_a_store_that_opens(world: &World) {
    use kept_vault::Location;
    drop(world.open());
    let location = match &world.location {
        Location::Sqlite(path) => path.display().to_string(),
        Location::Postgres(url) => url.clone(),
    };
    let mut writer = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::a_writer_to_be_killed"])
        .env("KEPT_TEST_LOCATION", location)
        .env("KEPT_TEST_KEYS", world.keys())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let vault = world.open();
    let count = || vault.read("count", kept_vault::Tx::open_requests).unwrap().len();
    let patience = std::time::Instant::now();
    while count() < 20 {
        assert!(patience.elapsed().as_secs() < 60, "the writer writes");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    writer.kill().unwrap();
    writer.wait().unwrap();
    vault.write("after", |tx| person(tx, "after@example.org")).unwrap();
    let filed = count();
    for number in [0, filed - 1] {
        let whole = format!("p{number}@example.org");
        assert!(
            vault.read("find", |tx| by_email(&whole, |email| tx.find_subject(&email))).unwrap().is_some()
        );
    }
    let half = format!("p{filed}@example.org");
    assert_eq!(vault.read("find", |tx| by_email(&half, |email| tx.find_subject(&email))).unwrap(), None);
}
