//! The five notices as published: what is found in each is listed in `published/<company>.txt`.
//!
//! A line says why (a defect of the promise ledger's part 8, or `true` for a finding that is right
//! and not in that part), the severity, the code, and the place as table and key. Errors and
//! warnings are compared whole, so that nothing false is found; of advice only the listed lines.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::diagnostic::{Diagnostic, Severity};
use kept_core::policy::{SourceFile, codes, examine};

use super::folder;

const COMPANIES: [&str; 5] = ["klarrio", "klaxoon", "klivar", "kresoft", "claranet"];

/// Defects that no structured policy can show: a slip of spelling, and where on a page a date stands.
/// Those that are shown in part are told in `docs/promises/README.md`.
const NOT_IN_A_POLICY: [&str; 2] = ["D-03", "D-40"];

/// One expected line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    severity: String,
    code: String,
    place: String,
}

fn expected(company: &str) -> Vec<(String, Finding)> {
    let path = folder::root().join(format!("crates/core/tests/reading/published/{company}.txt"));
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let [why, severity, code, place] =
                line.splitn(4, ' ').collect::<Vec<_>>().try_into().expect(line);
            (why.to_owned(), Finding { severity: severity.into(), code: code.into(), place: place.into() })
        })
        .collect()
}

fn found(company: &str) -> Vec<Finding> {
    let files = folder::load(&folder::root().join("policies/as-published").join(company));
    let read = examine(&files);
    let findings = read.diagnostics.iter().map(|one| Finding {
        severity: format!("{:?}", one.severity).to_lowercase(),
        code: one.code.to_owned(),
        place: place(one, &files),
    });
    findings.collect()
}

#[expect(clippy::string_slice, reason = "labels lie at the borders of characters")]
/// The table and key that a finding points to; `the policy` where it points nowhere.
fn place(found: &Diagnostic, files: &[SourceFile]) -> String {
    let Some(label) = found.labels.first() else { return "the policy".to_owned() };
    let file = files.iter().find(|file| file.name == label.file).expect("the label's file");
    let text = std::str::from_utf8(&file.bytes).unwrap();
    let end = text[label.span.start..].find('\n').map_or(text.len(), |end| label.span.start + end);
    let mut table = "";
    let mut last = "";
    for line in text[..end].lines() {
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']);
        }
        last = line;
    }
    match last.split_once('=') {
        Some((key, _)) if !last.starts_with(['[', ' ']) => format!("{table} {}", key.trim()),
        _ => table.to_owned(),
    }
}

fn counted(findings: impl IntoIterator<Item = Finding>) -> BTreeMap<Finding, usize> {
    findings.into_iter().fold(BTreeMap::new(), |mut all, one| {
        *all.entry(one).or_default() += 1;
        all
    })
}

#[test]
fn each_published_notice_shows_its_defects_under_their_codes_and_no_false_ones() {
    let mut wrong = Vec::new();
    for company in COMPANIES {
        let listed = counted(expected(company).into_iter().map(|(_, finding)| finding));
        let found = counted(found(company));
        for (finding, times) in &listed {
            if found.get(finding) != Some(times) {
                wrong.push(format!("{company}: not found {times} times: {finding:?}"));
            }
        }
        for finding in found.keys().filter(|one| one.severity != "advice" && !listed.contains_key(one)) {
            wrong.push(format!("{company}: not listed: {finding:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_defect_that_a_policy_can_show_is_listed() {
    let listed: BTreeSet<String> =
        COMPANIES.iter().flat_map(|company| expected(company)).map(|(why, _)| why).collect();
    let all = (1..=41).map(|number| format!("D-{number:02}"));
    let missing: Vec<String> = all
        .filter(|defect| !listed.contains(defect) && !NOT_IN_A_POLICY.contains(&defect.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_listed_finding_has_a_known_code_and_its_severity() {
    for company in COMPANIES {
        for (why, finding) in expected(company) {
            let code = codes::all().find(|code| code.code == finding.code).expect(&finding.code);
            assert_eq!(format!("{:?}", code.severity).to_lowercase(), finding.severity, "{company} {why}");
        }
    }
}

#[test]
fn no_published_notice_may_be_served_as_it_is() {
    for company in COMPANIES {
        let files = folder::load(&folder::root().join("policies/as-published").join(company));
        let read = examine(&files);
        assert!(read.policy.is_some(), "{company} reads whole");
        assert!(read.diagnostics.iter().any(|one| one.severity == Severity::Error), "{company}");
        let unread = ["key/unknown", "key/wrong-type", "key/unknown-word", "toml/syntax"];
        assert!(read.diagnostics.iter().all(|one| !unread.contains(&one.code)), "{company}");
    }
}
