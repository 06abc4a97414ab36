//! Entries and every reader of the ledger, over random values and any bytes.

use kept_core::ledger::entry::{EntryError, Found, Kind, Outcome, PolicyVersion, Pseudonym, Scope, Telling};
use kept_core::ledger::probe::probe;
use kept_core::ledger::proof::TreeHead;
use kept_core::ledger::system::{SystemAct, SystemEntry};
use kept_core::ledger::{Checkpoint, Commitment, Entry, Hash, Leaf, LeafError, SigningKey};
use kept_core::policy::model::DataRef;
use kept_core::time::Instant;
use proptest::prelude::*;

fn name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9-]{0,20}"
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        Just(Scope::Nobody),
        (any::<[u8; 16]>(), any::<u64>(), any::<Option<[u8; 32]>>()).prop_map(
            |(subject, number, previous)| Scope::One {
                subject: Pseudonym::from_bytes(subject),
                number,
                previous: previous.map(Commitment::from_bytes),
            }
        ),
        (any::<u64>(), any::<[u8; 32]>())
            .prop_map(|(count, root)| Scope::Many { count, root: Hash::from_bytes(root) }),
    ]
}

fn field() -> impl Strategy<Value = DataRef> {
    (name(), proptest::option::of(name()))
        .prop_map(|(category, field)| DataRef { category: category.into(), field: field.map(Into::into) })
}

fn telling() -> impl Strategy<Value = Telling> {
    let until = proptest::option::of(-60_000_000_000_000_000_i64..200_000_000_000_000_000);
    (any::<bool>(), name(), until).prop_map(|(is_secret, reason, until)| Telling {
        is_secret,
        reason,
        until: until.map(|at| Instant::from_microsecond(at).unwrap()),
    })
}

prop_compose! {
    fn entry()(
        kind in proptest::sample::select(Kind::ALL),
        outcome in proptest::sample::select(Outcome::ALL),
        at in -60_000_000_000_000_000_i64..200_000_000_000_000_000,
        ids in any::<([u8; 16], [u8; 32], Option<[u8; 32]>, Option<(u64, u64)>)>(),
        scope in scope(),
        fields in proptest::collection::vec(field(), 0..5),
        names in proptest::collection::vec(proptest::option::of(name()), 5),
        telling in proptest::option::of(telling()),
    ) -> Entry {
        let (actor, policy, follows, found) = ids;
        let mut entry = Entry::new(kind, Instant::from_microsecond(at).unwrap(), Pseudonym::from_bytes(actor), PolicyVersion::from_bytes(policy));
        entry.scope = scope;
        entry.outcome = outcome;
        entry.fields = fields;
        entry.telling = telling;
        entry.follows = follows.map(Commitment::from_bytes);
        entry.found = found.map(|(changed, left)| Found { changed, left });
        entry.purpose = names[0].clone().map(Into::into);
        entry.rule = names[1].clone();
        entry.request = names[2].clone().map(Into::into);
        entry.store = names[3].clone().map(Into::into);
        entry.recipient = names[4].clone().map(Into::into);
        entry
    }
}

/// A small entry of which every byte is known.
fn small() -> Entry {
    let at = Instant::from_microsecond(1_000_000).unwrap();
    Entry::new(Kind::Read, at, Pseudonym::KEPT, PolicyVersion::from_bytes([7; 32]))
}

#[test]
fn a_small_entry_is_written_as_documented() {
    let hex: String = small().to_payload().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    let expected =
        ["a5", "010a", "021a000f4240", "0350", &"00".repeat(16), "0a5820", &"07".repeat(32), "0b02"].concat();
    assert_eq!(hex, expected);
}

#[test]
fn numbers_of_kinds_are_unique_and_read_back() {
    let mut numbers: Vec<u64> = Kind::ALL.iter().map(|kind| kind.number()).collect();
    numbers.dedup();
    assert_eq!(numbers.len(), Kind::ALL.len());
    for kind in Kind::ALL {
        assert_eq!(Kind::from_number(kind.number()), Some(*kind));
    }
}

#[test]
fn no_address_or_sentence_finds_a_place_in_an_entry() {
    for personal in
        ["jane@example.com", "Jane Doe", "12 High Street", "+32 3 296", "a\nb", "", &"x".repeat(129)]
    {
        let mut entry = small();
        entry.rule = Some(personal.to_owned());
        assert_eq!(entry.to_payload(), Err(EntryError::NotAName("rule")), "{personal}");
        let mut entry = small();
        entry.request = Some(personal.into());
        let refusal = entry.to_payload().unwrap_err();
        assert!(personal.is_empty() || !refusal.to_string().contains(personal));
        let mut entry = small();
        entry.fields = vec![DataRef { category: "account".into(), field: Some(personal.into()) }];
        assert_eq!(entry.to_payload(), Err(EntryError::NotAName("field")));
    }
}

#[test]
fn other_spellings_of_an_entry_are_refused() {
    let canonical = small().to_payload().unwrap();
    let mut long_number = canonical.clone();
    long_number.splice(2..3, [0x18, 0x0a]);
    assert_eq!(Entry::from_payload(&long_number), Err(EntryError::NotCanonical));
    let mut twice = canonical.clone();
    twice[0] = 0xa6;
    twice.extend([0x0b, 0x02]);
    assert_eq!(Entry::from_payload(&twice), Err(EntryError::NotCanonical));
    let mut trailing = canonical.clone();
    trailing.push(0);
    assert_eq!(Entry::from_payload(&trailing), Err(EntryError::Shape));
    let mut unknown = canonical.clone();
    unknown[0] = 0xa6;
    unknown.extend([0x18, 0x63, 0x00]);
    assert_eq!(Entry::from_payload(&unknown), Err(EntryError::Unknown("key")));
    let mut indefinite = canonical.clone();
    indefinite[0] = 0xbf;
    indefinite.push(0xff);
    assert_eq!(Entry::from_payload(&indefinite), Err(EntryError::Shape));
    for end in 0..canonical.len() {
        assert!(Entry::from_payload(&canonical[..end]).is_err());
    }
}

#[test]
fn system_entries_and_leaves_read_back() {
    let at = Instant::from_second(1_800_000_000).unwrap();
    let day = kept_core::time::Day::constant(2026, 11, 22);
    let acts = [
        SystemAct::PolicyPublished { version: PolicyVersion::from_bytes([1; 32]) },
        SystemAct::Pruned { purpose: "security-log".into(), day },
        SystemAct::KeyEpochBegun { epoch: 3 },
        SystemAct::KeyEpochDestroyed { epoch: 2 },
        SystemAct::DailyHead { day, root: Hash::from_bytes([4; 32]) },
        SystemAct::Restored { size: 77 },
        SystemAct::HoldPlaced { case: "H-2026-1".into() },
        SystemAct::HoldReleased { case: "H-2026-1".into() },
        SystemAct::WitnessAdded { name: "witness.example".to_owned() },
        SystemAct::WitnessRemoved { name: "witness.example".to_owned() },
        SystemAct::ClockDoubted { said: Instant::from_second(1_900_000_000).unwrap() },
        SystemAct::ClockBelieved { last: Instant::from_second(-1).unwrap() },
    ];
    for what in acts {
        let leaf = Leaf::System(SystemEntry { at, what });
        let bytes = leaf.to_bytes().unwrap();
        assert_eq!(bytes[0], 2);
        assert_eq!(Leaf::from_bytes(&bytes), Ok(leaf));
        assert!(Leaf::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    }
    let sealed = Leaf::Sealed(Commitment::from_bytes([6; 32]));
    assert_eq!(sealed.to_bytes().unwrap().len(), 33);
    assert_eq!(Leaf::from_bytes(&[1; 34]), Err(LeafError::Length));
    assert_eq!(Leaf::from_bytes(&[]), Err(LeafError::Kind));
    let hold = SystemEntry { at, what: SystemAct::HoldPlaced { case: "Jane Doe".into() } };
    assert!(Leaf::System(hold).to_bytes().is_err());
}

/// Things that every reader should accept or refuse cleanly, to be mutated by the tests below.
fn corpus() -> Vec<Vec<u8>> {
    let key = SigningKey::from_seed("privacy.example/ledger", &[5; 32]).unwrap();
    let checkpoint =
        Checkpoint::new("privacy.example/ledger", TreeHead { size: 3, root: Hash::of_empty_tree() });
    let system = SystemEntry { at: Instant::UNIX_EPOCH, what: SystemAct::HoldPlaced { case: "H-1".into() } };
    vec![
        small().to_payload().unwrap(),
        system.to_bytes().unwrap(),
        Leaf::System(system).to_bytes().unwrap(),
        checkpoint.sign(&key).unwrap().into_bytes(),
        checkpoint.to_text().into_bytes(),
        key.verifier().to_string().into_bytes(),
        key.to_secret_text().into_bytes(),
        b"tile/0/x001/x234/067.p/5".to_vec(),
        kept_core::ledger::tile::join_leaves(&[vec![1; 33], vec![2; 7]]).unwrap(),
    ]
}

proptest! {
    #[test]
    fn an_entry_reads_back_as_written(entry in entry()) {
        let payload = entry.to_payload().unwrap();
        prop_assert_eq!(Entry::from_payload(&payload), Ok(entry));
    }

    #[test]
    fn a_flipped_bit_of_a_payload_never_reads_as_the_same_entry(entry in entry(), at in any::<proptest::sample::Index>(), bit in 0_u8..8) {
        let mut payload = entry.to_payload().unwrap();
        let at = at.index(payload.len());
        payload[at] ^= 1 << bit;
        prop_assert_ne!(Entry::from_payload(&payload), Ok(entry));
        prop_assert_eq!(probe(&payload), Ok(()));
    }

    #[test]
    fn any_bytes_are_read_or_refused_by_every_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(probe(&bytes), Ok(()));
    }

    #[test]
    fn changed_pieces_of_real_files_are_read_or_refused(pick in any::<proptest::sample::Index>(), changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4), cut in any::<proptest::sample::Index>()) {
        let mut bytes = pick.get(&corpus()).clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        prop_assert_eq!(probe(&bytes), Ok(()));
        let end = cut.index(bytes.len());
        prop_assert_eq!(probe(&bytes[..end]), Ok(()));
    }
}

#[test]
fn the_corpus_itself_is_read() {
    for bytes in corpus() {
        assert_eq!(probe(&bytes), Ok(()), "{}", String::from_utf8_lossy(&bytes));
    }
}
