//! `ledger`: the record of what was done, as an outsider checks it.

use super::company::{ADA, Company, Desk};

fn worked() -> Company {
    let company = Company::new(Desk::File);
    company.run(&["request", "access", "--person", &format!("email={ADA}")]).ending(0);
    company.run(&["request", "erase", "--yes", "--person", &format!("email={ADA}")]).ending(0);
    company.run(&["ledger", "publish"]).ending(0);
    company
}

#[test]
fn a_published_ledger_verifies() {
    let company = worked();
    let answer = company.run(&["ledger", "verify"]).ending(0);
    // Not "ada" alone: a hash in hexadecimal may spell it.
    assert!(!answer.all().to_lowercase().contains("martin"), "{}", answer.all());
    company.run(&["ledger", "verify", "--json"]).ending(0).json();
}

#[test]
fn klv_21_a_changed_byte_anywhere_in_the_ledger_is_found() {
    let company = worked();
    let mut files = Vec::new();
    collect(&company.file(".kept/ledger"), &mut files);
    assert!(files.len() >= 2, "{files:?}");
    let mut changed = 0;
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let mut broken = bytes.clone();
        let place = broken.len() / 2;
        broken[place] ^= 1;
        std::fs::write(&path, &broken).unwrap();
        let answer = company.run(&["ledger", "verify"]);
        assert_ne!(answer.code, 0, "a change in {} was not found", path.display());
        std::fs::write(&path, &bytes).unwrap();
        changed += 1;
    }
    assert!(changed >= 2);
    company.run(&["ledger", "verify"]).ending(0);
}

#[test]
fn an_entry_changed_or_taken_out_of_kepts_own_store_is_named_and_the_published_ledger_stays_sound() {
    for tampering in [
        "UPDATE entry SET leaf = zeroblob(length(leaf)) WHERE sequence = 2",
        "DELETE FROM entry WHERE sequence = 2",
    ] {
        let company = worked();
        let said = company.run(&["ledger", "verify"]).ending(0).out;
        assert!(said.contains("the same: Kept's own store"), "{said}");
        let folder = company.file(".kept/ledger").to_string_lossy().into_owned();
        let store = rusqlite::Connection::open(company.file(".kept/kept.db")).unwrap();
        store.pragma_update(None, "foreign_keys", false).unwrap();
        assert_eq!(store.execute(tampering, []).unwrap(), 1);
        let told = company.run(&["ledger", "verify"]).ending(1);
        assert!(told.out.contains("entry 2 of Kept's own store is missing"), "{}", told.all());
        let json = company.run(&["ledger", "verify", "--json"]).ending(1).json();
        assert_eq!(json["store"]["changed"], serde_json::json!([2]), "{json}");
        company.run(&["ledger", "verify", "--ledger", &folder]).ending(0);
    }
}

#[test]
fn a_cut_tail_is_found_with_an_older_checkpoint() {
    let company = worked();
    let kept_aside = company.file("aside.checkpoint");
    std::fs::copy(company.file(".kept/ledger/checkpoint"), &kept_aside).unwrap();
    let aside = kept_aside.to_string_lossy().into_owned();
    company.run(&["request", "access", "--person", "account=5"]).ending(0);
    company.run(&["ledger", "publish"]).ending(0);
    company.run(&["ledger", "verify", "--against", &aside]).ending(0);
    let newer = company.file("newer.checkpoint");
    std::fs::copy(company.file(".kept/ledger/checkpoint"), &newer).unwrap();
    // The ledger as it was before, as if the last acts had never been.
    std::fs::copy(&kept_aside, company.file(".kept/ledger/checkpoint")).unwrap();
    let answer = company.run(&["ledger", "verify", "--against", &newer.to_string_lossy()]);
    assert_ne!(answer.code, 0, "{}", answer.all());
}

#[test]
fn no_personal_value_is_in_the_published_ledger() {
    let company = worked();
    for value in ["ada", "Ada", "Martin", "06 39 98", "rue du Lavoir"] {
        let found = company.files_with(value.as_bytes());
        let published: Vec<_> =
            found.iter().filter(|path| path.starts_with(company.file(".kept/ledger"))).collect();
        // Three letters may come about by chance among hashes; longer words do not.
        assert!(value.len() < 4 || published.is_empty(), "{value}: {published:?}");
    }
}

fn collect(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}
