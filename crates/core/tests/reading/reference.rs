//! The reference page is the one that the table of keys makes, and every example in it is read.

use kept_core::policy::{keys, read};

use super::folder;

#[test]
fn the_reference_page_is_fresh() {
    let path = folder::root().join("docs/policy-language.md");
    let fresh = keys::reference::markdown();
    if std::env::var_os("KEPT_REGENERATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "run this test with KEPT_REGENERATE=1 and commit docs/policy-language.md");
}

/// An example in its section: no key or type error may follow from it.
#[test]
fn every_example_of_the_reference_fits_its_key() {
    for key in keys::all() {
        let section = key.section.replace('*', "x").replace("fields.x", "fields.y");
        let text = match (key.section, key.example.starts_with('[')) {
            (_, true) => format!("edition = 1\n{}\n", key.example),
            ("", false) => format!("{}\n", key.example),
            _ => format!("edition = 1\n[{section}]\n{}\n", key.example),
        };
        let read = read(&folder::one(&text));
        let wrong = read
            .diagnostics
            .iter()
            .find(|found| found.code.starts_with("key/") || found.code.starts_with("toml/"));
        assert!(wrong.is_none(), "[{}] {}: {wrong:?}\n{text}", key.section, key.key);
    }
}
