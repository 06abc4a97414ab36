//! Byte searches through every file of a store: for values, for unwrapped keys, for wrapped ones.

use std::fs;
use std::path::Path;
use std::time::Duration;

use kept_connect::private_postgres::{Options, PrivatePostgres};
use kept_core::name::{ControllerName, IdentifierKind};
use kept_core::timeline::Right;

use crate::blind::Identifier;
use crate::subject::Destroy;
use crate::{Fault, FileKeys, Location, Scrub, Settings, SubjectId, Vault};

const ADDRESS: &str = "byte.search.marker@example.org";
const CONTENT: &str = "forget the marked words of this request";

/// A person's address, what the person asked, and the two keys in clear.
fn fill(vault: &Vault) -> (SubjectId, Vec<Vec<u8>>) {
    let now = jiff::Timestamp::UNIX_EPOCH;
    let (controller, kind) = (ControllerName::from("acme"), IdentifierKind::from("email"));
    let made = vault.write("make", |tx| {
        let mut ids = Vec::new();
        for number in 0..200 {
            let other = format!("p{number}@example.org");
            let canonical = if number == 100 { ADDRESS } else { &other };
            let id =
                tx.put_subject(&[Identifier { controller: &controller, kind: &kind, canonical }], now)?;
            tx.put_request(id, Right::Erasure, now, CONTENT.as_bytes())?;
            ids.push(id);
        }
        let plain = tx.keys_in_clear(ids[100])?.map(|key| key.unwrap().expose().to_vec());
        Ok::<_, Fault>((ids[100], plain.to_vec()))
    });
    made.unwrap()
}

fn files_with(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(files_with(&path, bytes));
        } else if fs::read(&path).is_ok_and(|all| contains(&all, bytes)) {
            found.push(path.display().to_string());
        }
    }
    found
}

/// Whether the bytes are there, in clear or as hexadecimal text.
fn contains(all: &[u8], bytes: &[u8]) -> bool {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [bytes, hex.as_bytes()].iter().any(|wanted| {
        let first = wanted[0];
        let mut rest = all;
        while let Some(place) = rest.iter().position(|byte| *byte == first) {
            if rest[place..].starts_with(wanted) {
                return true;
            }
            rest = &rest[place + 1..];
        }
        false
    })
}

fn nothing_in_clear(folder: &Path, keys: &[Vec<u8>]) {
    for secret in keys.iter().map(Vec::as_slice).chain([ADDRESS.as_bytes(), CONTENT.as_bytes()]) {
        assert_eq!(files_with(folder, secret), Vec::<String>::new());
    }
}

fn open(location: &Location, folder: &Path) -> Vault {
    let keys = Box::new(FileKeys::new(folder.join("keys")));
    Vault::open(location, keys, Settings::default(), jiff::Timestamp::UNIX_EPOCH).unwrap()
}

#[test]
fn no_file_of_sqlite_ever_holds_a_value_or_an_unwrapped_key() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(&Location::Sqlite(folder.path().join("vault.db")), folder.path());
    let (id, keys) = fill(&vault);
    nothing_in_clear(folder.path(), &keys);
    let now = jiff::Timestamp::UNIX_EPOCH;
    vault.write("erase", |tx| tx.erase_subject_keys(id, Destroy::ValuesAndLedger, now)).unwrap();
    assert_eq!(vault.scrub(Duration::from_secs(1), now).unwrap(), Scrub::Done);
    nothing_in_clear(folder.path(), &keys);
    assert!(!files_with(folder.path(), id.as_bytes()).is_empty(), "the search finds what is there");
}

#[test]
fn no_file_of_postgres_ever_holds_a_value_or_an_unwrapped_key() {
    // A server elsewhere, which the environment may name, keeps its files out of reach.
    let options = Options { server_variable: false, ..Options::for_tests() };
    let instance = PrivatePostgres::start(&options).unwrap();
    let data = instance.folder().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = instance.database("bytes").unwrap();
    let vault = open(&Location::Postgres(url.clone()), folder.path());
    let (id, keys) = fill(&vault);
    let now = jiff::Timestamp::UNIX_EPOCH;
    vault.write("erase", |tx| tx.erase_subject_keys(id, Destroy::ValuesAndLedger, now)).unwrap();
    assert_eq!(vault.scrub(Duration::from_secs(1), now).unwrap(), Scrub::UntilEpochEnds);
    let mut beside = ::postgres::Client::connect(&url, ::postgres::NoTls).unwrap();
    beside.batch_execute("CHECKPOINT").unwrap();
    nothing_in_clear(data, &keys);
    assert!(!files_with(data, id.as_bytes()).is_empty(), "the search finds what is there");
}
