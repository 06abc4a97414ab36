//! The mutation test of the checks: each page's wrong example is one defect laid over a rich clean
//! policy. It has to raise the page's code and no other, and the mended form has to raise nothing.

use std::collections::BTreeSet;

use kept_core::policy::codes::page::{self, Example};
use kept_core::policy::{SourceFile, codes, examine_at};
use kept_core::time::Day;

use super::folder;

/// A table of the base or of an example: its heading, and its lines by key.
#[derive(Clone, Debug)]
struct Block {
    heading: String,
    lines: Vec<(String, String)>,
}

/// Cuts a text into tables. A line without a `=` belongs to the key before it.
fn blocks(text: &str) -> Vec<Block> {
    let mut found = vec![Block { heading: String::new(), lines: Vec::new() }];
    for line in text.lines() {
        if line.starts_with('[') && line.trim_end().ends_with(']') && !line.contains('=') {
            found.push(Block { heading: line.trim().to_owned(), lines: Vec::new() });
        } else if line.starts_with('#') && !line.starts_with("# without ") || line.trim().is_empty() {
        } else {
            let key = match line.split_once(" = ") {
                Some((key, _)) => key.trim().to_owned(),
                None => line.trim().to_owned(),
            };
            found.last_mut().unwrap().lines.push((key, line.to_owned()));
        }
    }
    found
}

/// The base with an example's keys in place of its own.
pub(crate) fn overlay(base: &str, example: &str) -> String {
    let mut whole = blocks(base);
    for block in blocks(example) {
        for (key, line) in &block.lines {
            if let Some(gone) = key.strip_prefix("# without ") {
                if gone.starts_with('[') {
                    whole.retain(|one| one.heading != gone);
                } else if let Some(one) = whole.iter_mut().find(|one| one.heading == block.heading) {
                    one.lines.retain(|(key, _)| key != gone);
                }
                continue;
            }
            if !whole.iter().any(|one| one.heading == block.heading) {
                whole.push(Block { heading: block.heading.clone(), lines: Vec::new() });
            }
            let one = whole.iter_mut().find(|one| one.heading == block.heading).unwrap();
            match one.lines.iter_mut().find(|(known, _)| known == key) {
                Some(known) => known.1.clone_from(line),
                None => one.lines.push((key.clone(), line.clone())),
            }
        }
    }
    let mut text = String::new();
    for block in whole {
        text.push_str(&format!("{}\n", block.heading));
        block.lines.iter().for_each(|(_, line)| text.push_str(&format!("{line}\n")));
    }
    text
}

/// The files that an example stands for, and the day by whose law it is judged.
fn policy(example: &str) -> (Vec<SourceFile>, Day) {
    let base = std::fs::read_to_string(folder::root().join("crates/core/tests/policies/whole.toml")).unwrap();
    let at = example.lines().find_map(|line| line.strip_prefix("# at "));
    let at = at.map_or(kept_core::law::READ_ON, |day| day.parse().unwrap());
    let (first, more) = match example.split_once("# file: ") {
        Some((first, more)) => (first, Some(more.split_once('\n').unwrap())),
        None => (example, None),
    };
    let mut files = Vec::new();
    if example.lines().any(|line| line == "# alone") {
        files.push(SourceFile::new("policy.toml", first));
    } else if example.lines().any(|line| line == "# beside") {
        files.push(SourceFile::new("policy.toml", base));
        files.push(SourceFile::new("example.toml", first));
    } else {
        files.push(SourceFile::new("policy.toml", overlay(&base, first)));
    }
    if let Some((name, text)) = more.filter(|(_, text)| !text.trim().is_empty()) {
        files.push(SourceFile::new(name.trim(), text));
    }
    (files, at)
}

fn shown(example: &str) -> (BTreeSet<String>, String) {
    let (files, at) = policy(example);
    let found = examine_at(&files, at).diagnostics;
    let lines: Vec<String> = found.iter().map(|one| format!("    {}", folder::shown(one, &files))).collect();
    (found.iter().map(|one| one.code.to_owned()).collect(), lines.join("\n"))
}

fn pages() -> Vec<(String, Example)> {
    let folder = folder::root().join("crates/core/src/policy/codes/pages");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        found.extend(page::read(&text).into_iter().map(|(code, example)| (code.to_owned(), example)));
    }
    found
}

#[test]
fn each_wrong_example_raises_its_code_and_no_other_and_the_mended_one_raises_nothing() {
    let mut wrong = Vec::new();
    let pages = pages();
    for (code, example) in pages.iter().filter(|(_, example)| example.wrong != example.mended) {
        let (raised, lines) = shown(&example.wrong);
        // Two codes whose defect can't be had without another.
        let also = example.wrong.lines().filter_map(|line| line.strip_prefix("# also ")).map(str::to_owned);
        if raised != also.chain([code.clone()]).collect::<BTreeSet<String>>() {
            wrong.push(format!("{code}: the wrong example raises\n{lines}"));
        }
        let (raised, lines) = shown(&example.mended);
        if !raised.is_empty() {
            wrong.push(format!("{code}: the mended example raises\n{lines}"));
        }
    }
    assert!(pages.len() > 300, "the pages are gone");
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), pages.len(), wrong.join("\n"));
}

#[test]
fn every_code_has_an_example_but_those_that_no_page_can_show() {
    let pages = pages();
    let bare: Vec<&str> = codes::all()
        .map(|code| code.code)
        .filter(|code| !pages.iter().any(|(page, example)| page == code && example.wrong != example.mended))
        .collect();
    assert_eq!(bare, ["key/too-many", "toml/not-utf8", "toml/too-large"]);
}
