//! A ledger published from a real vault, with a crash after each step.

use std::path::PathBuf;

use jiff::Timestamp as Instant;
use kept_core::ledger::{Entry, Files, Kind, PolicyVersion, Pseudonym, verify};
use kept_core::name::PurposeName;
use kept_vault::entry::Whom;
use kept_vault::{FileKeys, Location, Settings, Vault};

use super::*;

struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn vault(&self) -> Vault {
        let keys = Box::new(FileKeys::new(self.path("keys")));
        let location = Location::Sqlite(self.path("vault.db"));
        Vault::open(&location, keys, Settings::default(), Instant::UNIX_EPOCH).unwrap()
    }

    fn publisher<'a>(&self, vault: &'a Vault) -> Publisher<'a> {
        Publisher::new(vault, self.path("ledger"), self.path("keys.checkpoint"), "acme.example/ledger")
            .unwrap()
    }
}

fn log(vault: &Vault, count: usize) {
    let entry =
        Entry::new(Kind::Read, Instant::UNIX_EPOCH, Pseudonym::KEPT, PolicyVersion::from_bytes([1; 32]));
    let logged = vault.act("log", |tx| {
        (0..count)
            .try_for_each(|_| tx.log(Whom::Nobody, entry.clone(), &PurposeName::from("proof")).map(drop))
    });
    logged.map_err(|fault: Fault| fault).unwrap();
}

fn sound(publisher: &Publisher<'_>, size: u64) {
    let report = verify(&publisher.folder, &publisher.verifier(), &[]);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    assert_eq!(report.head.map(|head| head.size), Some(size));
}

#[test]
fn a_published_ledger_verifies_and_grows() {
    let world = World::new();
    let vault = world.vault();
    let publisher = world.publisher(&vault);
    let mut size = 0;
    assert_eq!(publisher.publish().unwrap().size, 0);
    sound(&publisher, 0);
    for more in [1, 2, 253, 1, 300] {
        log(&vault, more);
        size += more as u64;
        assert_eq!(publisher.publish().unwrap().size, size);
        assert_eq!(publisher.publish().unwrap().size, size, "again changes nothing");
        sound(&publisher, size);
    }
}

#[test]
fn a_crash_after_any_step_is_made_good_by_the_next_publication() {
    for crash in [Step::Staged, Step::Signed, Step::Remembered, Step::Published] {
        let world = World::new();
        let vault = world.vault();
        let publisher = world.publisher(&vault);
        log(&vault, 3);
        publisher.publish().unwrap();
        let before = std::fs::read(world.path("ledger").join(CHECKPOINT_PATH)).unwrap();
        log(&vault, 300);
        let stopped = publisher.publish_in_steps(&mut |step| {
            if step == crash { Err(PublishError::Raced) } else { Ok(()) }
        });
        assert!(stopped.is_err());
        let public = std::fs::read(world.path("ledger").join(CHECKPOINT_PATH)).unwrap();
        assert_eq!(public == before, crash != Step::Published, "{crash:?}");
        assert!(verify(&publisher.folder, &publisher.verifier(), &[]).findings.is_empty(), "{crash:?}");
        drop(vault);
        let vault = world.vault();
        log(&vault, 5);
        let publisher = world.publisher(&vault);
        assert_eq!(publisher.publish().unwrap().size, 308, "{crash:?}");
        sound(&publisher, 308);
    }
}

#[test]
fn a_store_restored_from_an_old_copy_is_not_signed() {
    let world = World::new();
    log(&world.vault(), 3);
    std::fs::copy(world.path("vault.db"), world.path("copy.db")).unwrap();
    {
        let vault = world.vault();
        log(&vault, 4);
        world.publisher(&vault).publish().unwrap();
    }
    let _ = std::fs::remove_file(world.path("vault.db-wal"));
    std::fs::rename(world.path("copy.db"), world.path("vault.db")).unwrap();
    let vault = world.vault();
    let publisher = world.publisher(&vault);
    let refused = publisher.publish().unwrap_err();
    assert!(matches!(refused, PublishError::Shrunk { entries: 3, signed: 7, .. }), "{refused}");
    assert!(refused.to_string().contains("restore a newer copy"));
    log(&vault, 10);
    let refused = publisher.publish().unwrap_err();
    assert!(matches!(refused, PublishError::Diverged { sequence: 6 }), "{refused}");
    sound(&publisher, 7);
}

#[test]
fn a_signer_that_forgot_or_holds_another_checkpoint_does_not_sign() {
    let world = World::new();
    let vault = world.vault();
    log(&vault, 3);
    let publisher = world.publisher(&vault);
    publisher.publish().unwrap();
    log(&vault, 1);
    let memory = world.path("keys.checkpoint");
    let kept = std::fs::read_to_string(&memory).unwrap();
    std::fs::write(&memory, kept.replace("\n3\n", "\n2\n")).unwrap();
    assert!(matches!(publisher.publish(), Err(PublishError::Memory { .. })));
    std::fs::remove_file(&memory).unwrap();
    assert!(matches!(publisher.publish(), Err(PublishError::Forgotten { .. })));
    std::fs::write(&memory, kept).unwrap();
    assert_eq!(publisher.publish().unwrap().size, 4);
}

#[test]
fn a_changed_tile_is_not_signed_over() {
    let world = World::new();
    let vault = world.vault();
    log(&vault, 5);
    let publisher = world.publisher(&vault);
    publisher.publish().unwrap();
    log(&vault, 1);
    let tile = publisher.folder.paths().into_iter().find(|path| path.starts_with("tile/0/")).unwrap();
    let path = world.path("ledger").join(tile);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(publisher.publish(), Err(PublishError::Grow(_))));
}

#[test]
fn publishers_at_once_take_turns() {
    let world = World::new();
    let vault = world.vault();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let publisher = world.publisher(&vault);
                for _ in 0..5 {
                    log(&vault, 3);
                    publisher.publish().unwrap();
                }
            });
        }
    });
    sound(&world.publisher(&vault), 60);
}
