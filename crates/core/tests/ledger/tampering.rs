//! A published ledger is changed in every way that we know; verification must find it and say where.

use std::collections::BTreeMap;

use kept_core::ledger::entry::{PolicyVersion, Pseudonym, Scope};
use kept_core::ledger::proof::TreeHead;
use kept_core::ledger::system::{SystemAct, SystemEntry};
use kept_core::ledger::tile::{join_leaves, split_leaves};
use kept_core::ledger::verify::Finding;
use kept_core::ledger::{
    Checkpoint, Commitment, Entry, Hash, Kind, Leaf, Report, Salt, SigningKey, grow, verify,
};
use kept_core::time::Instant;

type Published = BTreeMap<String, Vec<u8>>;

fn key() -> SigningKey {
    SigningKey::from_seed("privacy.example/ledger", &[5; 32]).unwrap()
}

fn leaf(number: u32) -> Vec<u8> {
    let at = Instant::from_second(1_700_000_000 + i64::from(number)).unwrap();
    let policy = PolicyVersion::from_bytes([3; 32]);
    if number.is_multiple_of(7) {
        let what = SystemAct::KeyEpochBegun { epoch: u64::from(number) };
        return Leaf::System(SystemEntry { at, what }).to_bytes().unwrap();
    }
    let subject = Pseudonym::from_bytes([8; 16]);
    let mut entry = Entry::new(Kind::Read, at, Pseudonym::KEPT, policy);
    entry.scope = Scope::One { subject, number: u64::from(number), previous: None };
    let salt = Salt::from_bytes([number.to_be_bytes()[3]; 32]);
    Leaf::Sealed(Commitment::new(&salt, &entry.to_payload().unwrap())).to_bytes().unwrap()
}

/// A ledger published in two steps, with the checkpoint of each.
struct Ledger {
    files: Published,
    first: Checkpoint,
    last: Checkpoint,
}

fn publish(files: &mut Published, old: TreeHead, leaves: &[Vec<u8>]) -> Checkpoint {
    let growth = grow(files, old, leaves).unwrap();
    files.extend(growth.files.into_iter().map(|file| (file.path, file.bytes)));
    let checkpoint = Checkpoint::new("privacy.example/ledger", growth.head);
    files.insert("checkpoint".to_owned(), checkpoint.sign(&key()).unwrap().into_bytes());
    checkpoint
}

fn ledger(first: u32, last: u32) -> Ledger {
    let mut files = Published::new();
    let leaves: Vec<_> = (0..last).map(leaf).collect();
    let (early, late) = leaves.split_at(first as usize);
    let first = publish(&mut files, TreeHead { size: 0, root: Hash::of_empty_tree() }, early);
    let last = publish(&mut files, first.head, late);
    Ledger { files, first, last }
}

fn check(files: &Published, known: &[Checkpoint]) -> Report {
    verify(files, &key().verifier(), known)
}

fn lines(report: &Report) -> Vec<String> {
    report.findings.iter().map(ToString::to_string).collect()
}

fn change_bundle(files: &mut Published, path: &str, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut leaves: Vec<Vec<u8>> =
        split_leaves(&files[path]).unwrap().into_iter().map(<[u8]>::to_vec).collect();
    change(&mut leaves);
    files.insert(path.to_owned(), join_leaves(&leaves).unwrap());
}

#[test]
fn an_unchanged_ledger_is_sound_and_continues_its_older_checkpoint() {
    for (first, last) in [(0, 1), (1, 2), (5, 12), (5, 256), (256, 257), (200, 600)] {
        let ledger = ledger(first, last);
        let report = check(&ledger.files, &[ledger.first, ledger.last.clone()]);
        assert_eq!(lines(&report), Vec::<String>::new(), "{first} {last}");
        assert_eq!(report.counts.checkpoints, 2);
        assert_eq!(report.counts.sealed + report.counts.system, u64::from(last));
        assert_eq!(report.head, Some(ledger.last.head));
    }
}

#[test]
fn an_empty_ledger_is_sound() {
    let mut files = Published::new();
    publish(&mut files, TreeHead { size: 0, root: Hash::of_empty_tree() }, &[]);
    assert!(check(&files, &[]).is_sound());
}

#[test]
fn every_changed_byte_of_a_small_ledger_is_found() {
    let ledger = ledger(5, 12);
    for (path, bytes) in &ledger.files {
        for at in 0..bytes.len() {
            let mut files = ledger.files.clone();
            files.get_mut(path).unwrap()[at] ^= 0x10;
            let report = check(&files, &[]);
            assert!(!report.is_sound(), "{path}, byte {at}");
        }
    }
}

#[test]
fn changed_bytes_of_a_ledger_of_two_levels_are_found() {
    let ledger = ledger(200, 300);
    for (path, bytes) in &ledger.files {
        for at in (0..bytes.len()).step_by(211) {
            let mut files = ledger.files.clone();
            files.get_mut(path).unwrap()[at] ^= 1;
            assert!(!check(&files, &[]).is_sound(), "{path}, byte {at}");
        }
    }
}

#[test]
fn every_cut_or_missing_file_is_found() {
    let ledger = ledger(5, 300);
    for path in ledger.files.keys().filter(|path| !path.contains(".p/5")) {
        let mut files = ledger.files.clone();
        files.remove(path);
        assert!(!check(&files, &[]).is_sound(), "{path} missing");
        let mut files = ledger.files.clone();
        files.get_mut(path).unwrap().pop();
        assert!(!check(&files, &[]).is_sound(), "{path} cut");
    }
}

#[test]
fn a_changed_entry_is_named() {
    let mut ledger = ledger(5, 300);
    change_bundle(&mut ledger.files, "tile/entries/000", |leaves| leaves[17] = leaf(1));
    let report = check(&ledger.files, &[]);
    assert_eq!(
        lines(&report),
        ["entry 17 in `tile/entries/000` is not the one that the ledger recorded (1 differ in this file)"]
    );
}

#[test]
fn swapped_entries_are_named() {
    let mut ledger = ledger(5, 300);
    change_bundle(&mut ledger.files, "tile/entries/001.p/44", |leaves| leaves.swap(3, 9));
    let report = check(&ledger.files, &[]);
    assert_eq!(
        lines(&report),
        [
            "entry 259 in `tile/entries/001.p/44` is not the one that the ledger recorded (2 differ in this file)"
        ]
    );
}

#[test]
fn a_removed_entry_is_named() {
    let mut ledger = ledger(5, 300);
    change_bundle(&mut ledger.files, "tile/entries/000", |leaves| drop(leaves.remove(100)));
    let report = lines(&check(&ledger.files, &[]));
    assert_eq!(report[0], "`tile/entries/000`: the file holds 255 items and should hold 256");
    assert!(report[1].starts_with("entry 100 in `tile/entries/000` is not the one"), "{report:?}");
}

#[test]
fn a_changed_hash_is_blamed_on_its_tile_and_not_on_the_entry() {
    let mut ledger = ledger(5, 300);
    ledger.files.get_mut("tile/0/001.p/44").unwrap()[32 * 4] ^= 1;
    let report = check(&ledger.files, &[]);
    assert_eq!(
        lines(&report),
        ["hash 260 in `tile/0/001.p/44` does not fit the entries below it (1 differ in this file)"]
    );
}

#[test]
fn a_tail_that_was_cut_off_is_found_by_an_older_checkpoint() {
    let long = ledger(5, 12);
    let mut short = Published::new();
    let leaves: Vec<_> = (0..9).map(leaf).collect();
    publish(&mut short, TreeHead { size: 0, root: Hash::of_empty_tree() }, &leaves);
    assert!(check(&short, &[]).is_sound(), "nothing shows it without an older checkpoint");
    let report = check(&short, &[long.last]);
    assert_eq!(lines(&report), ["the ledger had 12 entries and has 9: its tail was cut off"]);
}

#[test]
fn a_history_rewritten_and_signed_anew_is_found_by_an_older_checkpoint() {
    let honest = ledger(5, 12);
    let mut forged = Published::new();
    let leaves: Vec<_> = (0..12).map(|number| leaf(if number == 2 { 99 } else { number })).collect();
    publish(&mut forged, TreeHead { size: 0, root: Hash::of_empty_tree() }, &leaves);
    assert!(check(&forged, &[]).is_sound(), "nothing shows it without an older checkpoint");
    assert_eq!(check(&forged, &[honest.first]).findings, [Finding::Rewritten { size: 5 }]);
}

#[test]
fn an_entry_that_is_neither_sealed_nor_of_the_system_is_found_although_signed() {
    let mut files = Published::new();
    let leaves = [leaf(1), b"Jane Doe".to_vec()];
    publish(&mut files, TreeHead { size: 0, root: Hash::of_empty_tree() }, &leaves);
    let report = lines(&check(&files, &[]));
    assert_eq!(
        report,
        [
            "entry 1 in `tile/entries/000.p/2` is malformed: an entry begins with 0x01 (sealed) or 0x02 (system)"
        ]
    );
}

#[test]
fn a_checkpoint_by_another_key_is_not_believed() {
    let ledger = ledger(1, 3);
    let other = SigningKey::from_seed("privacy.example/ledger", &[6; 32]).unwrap();
    let report = verify(&ledger.files, &other.verifier(), &[]);
    assert_eq!(lines(&report), ["`checkpoint`: the note carries no signature by the key"]);
    assert_eq!(report.head, None);
}

#[test]
fn stray_files_are_found_and_staged_ones_are_not() {
    let mut ledger = ledger(1, 3);
    let staged = grow(&ledger.files, ledger.last.head, &[leaf(3)]).unwrap();
    ledger.files.extend(staged.files.into_iter().map(|file| (file.path, file.bytes)));
    assert!(check(&ledger.files, &[]).is_sound());
    ledger.files.insert("tile/notes.txt".to_owned(), Vec::new());
    assert_eq!(lines(&check(&ledger.files, &[])), ["`tile/notes.txt` is not a file of this ledger"]);
}

#[test]
fn a_ruined_ledger_gives_a_short_report() {
    let mut ledger = ledger(5, 30_000);
    for (path, bytes) in &mut ledger.files {
        if path != "checkpoint" {
            bytes.clear();
        }
    }
    let report = check(&ledger.files, &[]);
    assert_eq!(report.findings.len(), 100);
    assert!(report.unlisted > 50);
}
