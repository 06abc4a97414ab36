//! The reference page is the one that the table of keys makes, and every example in it is read.

use kept_core::diagnostic::Severity;
use kept_core::policy::format::format;
use kept_core::policy::keys::example::GROUPS;
use kept_core::policy::{SourceFile, examine, keys, read};

use super::folder;

/// Whether a committed page is the one that is made today; made anew where that is asked for.
fn is_fresh(page: &str, fresh: &str) {
    let path = folder::root().join(page);
    if std::env::var_os("KEPT_REGENERATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, fresh).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "run this test with KEPT_REGENERATE=1 and commit {page}");
}

#[test]
fn the_reference_page_is_fresh() {
    is_fresh("docs/policy-language.md", &keys::reference::markdown());
}

#[test]
fn the_page_of_codes_is_fresh() {
    is_fresh("docs/diagnostics.md", &kept_core::policy::codes::reference::markdown());
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

/// The examples of the reference, as one file: tables of one name may stand in it once only.
fn worked_examples() -> String {
    let tables = GROUPS.iter().flat_map(|group| group.tables);
    tables.map(|shown| shown.example).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_worked_examples_of_the_reference_are_one_policy_without_an_error() {
    let files = folder::one(&worked_examples());
    let read = examine(&files);
    let wrong = read.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let wrong: Vec<String> = wrong.map(|found| folder::shown(found, &files)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_worked_examples_are_laid_out_as_the_formatter_does() {
    for shown in GROUPS.iter().flat_map(|group| group.tables) {
        let text = format(&SourceFile::new("a.toml", shown.example)).unwrap();
        assert_eq!(text, shown.example, "{}", shown.table);
    }
}

#[test]
fn every_table_of_the_language_is_shown_once_at_work() {
    let shown: Vec<&str> = GROUPS.iter().flat_map(|group| group.tables).map(|shown| shown.table).collect();
    let mut tables: Vec<&str> = keys::of("").map(|key| key.key).collect();
    for table in &tables {
        assert_eq!(shown.iter().filter(|name| *name == table).count(), 1, "{table}");
    }
    tables.retain(|table| !shown.contains(table));
    assert_eq!(shown.len(), keys::of("").count());
}
