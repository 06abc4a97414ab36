//! The promise ledger against the tests: which promise has a test that names it.
//!
//! A test names a promise at the start of its own name (`klv_25_prospecting_data_go_…`, or
//! `klv_25_klv_26_…` for two) or, in a literate suite, in a heading (`## KLV-25 …`). That a promise
//! has a test says that somebody thought of it, not that all of it is kept.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::json;

use crate::files::{SourceFile, with_ending};
use crate::{Outcome, files};

const LEDGER: &str = "docs/promises/promises.tsv";

/// The companies by the prefix of their promises.
const COMPANIES: &[(&str, &str)] =
    &[("KLR", "Klarrio"), ("KLX", "Klaxoon"), ("KLV", "Klivar"), ("KRE", "Kresoft"), ("CLA", "Claranet")];

/// How the list is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Json,
}

#[derive(Debug)]
struct Row {
    id: String,
    capability: String,
    tests: Vec<String>,
}

/// Lists every promise by company and leading capability, with the tests that name it. A test that
/// names a promise which is not in the ledger is a finding.
pub(crate) fn list(root: &Path, form: Form) -> anyhow::Result<Outcome> {
    let ledger = std::fs::read_to_string(root.join(LEDGER)).with_context(|| format!("reading `{LEDGER}`"))?;
    let mut rows = rows(&ledger)?;
    let mut findings = Vec::new();
    for (id, test) in named(root)? {
        match rows.get_mut(&id) {
            Some(row) => row.tests.push(test),
            None => findings.push(format!("{test}: there is no promise `{id}` in {LEDGER}")),
        }
    }
    let report = if form == Form::Json { as_json(&rows)? } else { as_text(&rows)? };
    Ok(Outcome { report, findings })
}

fn rows(ledger: &str) -> anyhow::Result<BTreeMap<String, Row>> {
    let mut lines = ledger.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let at = |name: &str| header.iter().position(|column| *column == name);
    let (id_at, capability_at) = at("id")
        .zip(at("capability"))
        .with_context(|| format!("{LEDGER} has no columns `id` and `capability`"))?;
    let mut rows = BTreeMap::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let field = |at: usize| line.split('\t').nth(at).unwrap_or_default();
        let id = field(id_at).to_owned();
        let capability = field(capability_at).split(',').next().unwrap_or_default().to_owned();
        let row = Row { id: id.clone(), capability, tests: Vec::new() };
        ensure!(rows.insert(id.clone(), row).is_none(), "{LEDGER} has the promise `{id}` twice");
    }
    Ok(rows)
}

/// Every promise that a test names, with the test.
fn named(root: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for file in with_ending(root, ".rs")? {
        found.extend(in_rust(&file));
    }
    for file in with_ending(root, ".md")? {
        if file.path.split('/').any(|folder| folder == "tests") {
            found.extend(in_markdown(&file));
        }
    }
    Ok(found)
}

fn in_rust(file: &files::SourceFile) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut is_test = false;
    for line in file.text.lines().map(str::trim) {
        if line.starts_with("#[test]") {
            is_test = true;
        } else if let Some(rest) = line.strip_prefix("fn ") {
            let name = rest.split('(').next().unwrap_or_default();
            if is_test {
                found.extend(ids_of(name).into_iter().map(|id| (id, format!("{}: {name}", file.path))));
            }
            is_test = false;
        }
    }
    found
}

fn in_markdown(file: &SourceFile) -> Vec<(String, String)> {
    let headings = file.text.lines().filter(|line| line.starts_with('#'));
    let ids = headings.flat_map(|line| {
        let words = line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        words
            .filter_map(id_of)
            .map(|id| (id, format!("{}: {}", file.path, line.trim_start_matches(['#', ' ']))))
    });
    ids.collect()
}

/// The promises at the start of a test's name.
fn ids_of(name: &str) -> Vec<String> {
    let mut words = name.split('_');
    let mut found = Vec::new();
    while let Some(id) =
        words.next().zip(words.next()).and_then(|(seed, number)| id_of(&format!("{seed}-{number}")))
    {
        found.push(id);
    }
    found
}

/// `KLV-25` of `klv-25`, if it has the form of a promise's id.
fn id_of(word: &str) -> Option<String> {
    let (seed, number) = word.split_once('-')?;
    let seed = seed.to_ascii_uppercase();
    let is_number = number.len() >= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && COMPANIES.iter().any(|(prefix, _)| *prefix == seed)).then(|| format!("{seed}-{number}"))
}

fn of_company<'a>(rows: &'a BTreeMap<String, Row>, prefix: &str) -> Vec<&'a Row> {
    let start = format!("{prefix}-");
    let mut found: Vec<&Row> = rows.values().filter(|row| row.id.starts_with(&start)).collect();
    found.sort_by_key(|row| number(row).parse::<u32>().unwrap_or(u32::MAX));
    found
}

fn number(row: &Row) -> &str {
    row.id.split_once('-').map_or("", |(_, number)| number)
}

fn as_text(rows: &BTreeMap<String, Row>) -> anyhow::Result<String> {
    let mut out = String::new();
    for (prefix, company) in COMPANIES {
        let promises = of_company(rows, prefix);
        writeln!(
            out,
            "{company} ({prefix}): {} of {} promises have a test",
            tested(&promises),
            promises.len()
        )?;
        let mut capabilities: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in promises {
            capabilities.entry(&row.capability).or_default().push(row);
        }
        for (capability, promises) in capabilities {
            let count = format!("{} of {}", tested(&promises), promises.len());
            let (with, without): (Vec<&Row>, Vec<&Row>) =
                promises.iter().partition(|row| !row.tests.is_empty());
            let line = format!(
                "  {capability:<22} {count:<9}{}{}",
                numbers("tested", &with),
                numbers("none for", &without)
            );
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out)?;
    }
    let all: Vec<&Row> = rows.values().collect();
    writeln!(out, "all: {} of {} promises have a test", tested(&all), all.len())?;
    Ok(out)
}

fn tested(rows: &[&Row]) -> usize {
    rows.iter().filter(|row| !row.tests.is_empty()).count()
}

fn numbers(label: &str, rows: &[&Row]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let numbers: Vec<&str> = rows.iter().map(|row| number(row)).collect();
    format!("{label} {}  ", numbers.join(" "))
}

fn as_json(rows: &BTreeMap<String, Row>) -> anyhow::Result<String> {
    let companies = COMPANIES.iter().map(|(prefix, company)| {
        let row = |row: &&Row| json!({"id": row.id, "capability": row.capability, "tests": row.tests});
        let promises = of_company(rows, prefix);
        json!({
            "company": company,
            "promises": promises.len(),
            "tested": tested(&promises),
            "rows": promises.iter().map(row).collect::<Vec<_>>(),
        })
    });
    Ok(serde_json::to_string_pretty(&json!({"companies": companies.collect::<Vec<_>>()}))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "id\tseed\tcapability\nKLV-24\tx\trights-desk,deadline-clock\nKLV-100\tx\tuse-gate\n";

    #[test]
    fn a_name_begins_with_the_promises_that_it_tests() {
        assert_eq!(ids_of("klv_25_data_go_after_3_years"), ["KLV-25"]);
        assert_eq!(ids_of("klv_25_klv_26_both_go"), ["KLV-25", "KLV-26"]);
        assert_eq!(ids_of("klr_102_30_days"), ["KLR-102"]);
        assert!(ids_of("a_span_of_klv_25").is_empty() && ids_of("klv_x").is_empty());
    }

    #[test]
    fn only_test_functions_count() {
        let text = "fn klv_24_helper() {}\n#[test]\n/// Words.\nfn klv_24_due() {}\nfn klv_100_other() {}\n";
        let file = SourceFile { path: "a.rs".to_owned(), text: text.to_owned() };
        assert_eq!(in_rust(&file), [("KLV-24".to_owned(), "a.rs: klv_24_due".to_owned())]);
    }

    #[test]
    fn headings_of_literate_suites_count() {
        let text = "# Prospecting\n## KLV-25, KLV-26: gone\nKLV-27 in a sentence\n";
        let file = SourceFile { path: "tests/timelines/a.md".to_owned(), text: text.to_owned() };
        let ids: Vec<String> = in_markdown(&file).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["KLV-25", "KLV-26"]);
    }

    #[test]
    fn the_list_tells_what_is_open_in_the_order_of_numbers() {
        let mut rows = rows(LINES).unwrap();
        rows.get_mut("KLV-24").unwrap().tests.push("a.rs: klv_24_due".to_owned());
        let text = as_text(&rows).unwrap();
        assert!(text.contains("Klivar (KLV): 1 of 2 promises have a test"), "{text}");
        assert!(text.contains("rights-desk            1 of 1   tested 24"), "{text}");
        assert!(text.contains("use-gate               0 of 1   none for 100"), "{text}");
        let found: serde_json::Value = serde_json::from_str(&as_json(&rows).unwrap()).unwrap();
        assert_eq!(found["companies"][2]["rows"][1]["id"], "KLV-100");
    }

    #[test]
    fn a_promise_twice_in_the_ledger_is_an_error() {
        assert!(rows(&format!("{LINES}KLV-24\tx\ty\n")).is_err());
    }
}
