//! `kept check --at` and `kept explain` at the terminal.

use std::process::{Command, Output};

fn kept(arguments: &[&str]) -> Output {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    Command::new(env!("CARGO_BIN_EXE_kept")).args(arguments).current_dir(root).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(arguments: &[&str]) -> serde_json::Value {
    serde_json::from_slice(&kept(arguments).stdout).unwrap()
}

#[test]
fn a_code_is_explained_with_its_article_and_an_example_mended() {
    let page = text(&kept(&["explain", "recipient/struck-down"]).stdout);
    for part in
        ["recipient/struck-down", "error", "Art. 46 GDPR", "Wrong:", "Privacy Shield", "Mended:", "See also:"]
    {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    assert!(!page.contains("# alone") && !page.contains("# also"), "{page}");
    let page = json(&["explain", "recipient/struck-down", "--json"]);
    assert_eq!(page["severity"], "error");
    assert!(page["example"]["wrong"].as_str().unwrap().contains("Privacy Shield"));
    assert!(!page["why"].as_array().unwrap().is_empty() && !page["related"].as_array().unwrap().is_empty());
}

#[test]
fn without_a_code_every_code_is_listed_by_family() {
    let list = text(&kept(&["explain"]).stdout);
    assert!(list.contains("purpose/no-retention") && list.contains("toml/syntax"), "{list}");
    let listed = json(&["explain", "--json"])["codes"].as_array().unwrap().len();
    assert!(listed > 300 && list.lines().count() > listed);
}

#[test]
fn an_unknown_code_suggests_the_one_that_was_meant() {
    let answer = kept(&["explain", "purpose/no-bases"]);
    assert_eq!(answer.status.code(), Some(2));
    assert!(text(&answer.stderr).contains("did you mean `purpose/no-basis`?"));
}

#[test]
fn a_policy_is_judged_by_the_law_of_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let whole = include_str!("../../../core/tests/policies/whole.toml");
    let shield =
        whole.replace("standard contractual clauses of 2021\"\ncopy", "EU-US Privacy Shield\"\ncopy");
    assert_ne!(whole, shield);
    std::fs::write(folder.path().join("policy.toml"), shield).unwrap();
    let path = folder.path().to_str().unwrap();
    let codes = |at: &str| text(&kept(&["check", path, "--json", "--at", at]).stdout);
    assert!(!codes("2020-07-15").contains("recipient/struck-down"));
    assert!(codes("2020-07-16").contains("recipient/struck-down"));
    let wrong = kept(&["check", path, "--at", "tomorrow"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("--at is not a day"));
}
