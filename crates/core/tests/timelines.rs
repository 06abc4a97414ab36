//! The timeline suites, `tests/timelines/*.md`: a policy, what happened, and what must stand then.
//!
//! A suite is a page that a lawyer can read. `Policy: policies/klivar` or a TOML block gives the
//! policy for the sections below it (`toml from 2026-01-01` one that replaces it on that day); a
//! table tells the events of one person; and a list says what must hold. `suite/events.rs` and
//! `suite/claims.rs` have the words. A TOML block without a controller gets one in France.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test and its helpers")]

use std::path::PathBuf;
use std::sync::Arc;

use kept_core::policy::{Policy, SourceFile, examine};
use kept_core::standing::{PolicyHistory, PolicyVersion};
use kept_core::time::{Day, Instant, Zone};
use kept_core::timeline::{Event, Timeline};

#[path = "suite/claims.rs"]
mod claims;
#[path = "suite/events.rs"]
mod events;

/// A section of a suite: its events and what it says of them.
#[derive(Default)]
struct Case {
    versions: Vec<PolicyVersion>,
    header: Vec<String>,
    events: Vec<Event>,
}

impl Case {
    fn history(&self) -> PolicyHistory {
        PolicyHistory::new(self.versions.clone()).expect("a policy before the first claim")
    }

    fn zone(&self) -> Zone {
        self.history().newest().policy.zone()
    }

    fn timeline(&self) -> Timeline {
        Timeline::new(self.events.clone())
    }
}

#[test]
fn every_timeline_stands_as_its_suite_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/timelines");
    let mut suites: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    suites.retain(|path| path.extension().is_some_and(|end| end == "md"));
    suites.sort();
    assert!(suites.len() >= 5, "the suites are gone");
    let mut wrong = Vec::new();
    for suite in suites {
        let name = suite.file_name().unwrap().to_string_lossy().into_owned();
        let mut run = Run { name, ..Run::default() };
        run.read(&std::fs::read_to_string(&suite).unwrap());
        if run.claims == 0 {
            run.wrong.push(format!("{} claims nothing", run.name));
        }
        wrong.extend(run.wrong);
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// One suite being read.
#[derive(Default)]
struct Run {
    name: String,
    case: Case,
    block: Option<(String, String)>,
    claims: usize,
    wrong: Vec<String>,
}

impl Run {
    fn read(&mut self, text: &str) {
        for (number, line) in text.lines().enumerate() {
            if let Err(problem) = self.line(line) {
                self.wrong.push(format!("{}:{}: {problem}\n    {line}", self.name, number + 1));
            }
        }
        assert!(self.block.is_none(), "{}: a block is not closed", self.name);
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(fence) = line.strip_prefix("```") {
            return match self.block.take() {
                None => {
                    self.block = Some((fence.to_owned(), String::new()));
                    Ok(())
                }
                Some((info, text)) => self.policy_block(&info, &text),
            };
        }
        if let Some((_, text)) = &mut self.block {
            text.push_str(line);
            text.push('\n');
        } else if line.starts_with("## ") {
            self.case.events.clear();
            self.case.header.clear();
        } else if let Some(folder) = line.strip_prefix("Policy: ") {
            let folder = folder.trim_matches(['`', '.', ' ']);
            self.case.versions =
                vec![PolicyVersion { from: Instant::MIN, policy: Arc::new(folder_policy(folder)?) }];
        } else if self.case.versions.is_empty() {
            // Without its policy, which is reported, a suite has nothing to say.
        } else if let Some(row) = line.strip_prefix('|') {
            return self.row(row);
        } else if let Some(claim) = line.strip_prefix("- ").filter(|claim| claims::is_claim(claim)) {
            self.claims += 1;
            return claims::check(claim, &self.case.history(), &self.case.timeline());
        }
        Ok(())
    }

    fn policy_block(&mut self, info: &str, text: &str) -> Result<(), String> {
        let Some(rest) = info.strip_prefix("toml") else { return Ok(()) };
        let policy = Arc::new(block_policy(text)?);
        match rest.trim().strip_prefix("from ") {
            None => self.case.versions = vec![PolicyVersion { from: Instant::MIN, policy }],
            Some(day) => {
                let day: Day = day.parse().map_err(|_| format!("`{day}` is no day"))?;
                self.case.versions.push(PolicyVersion { from: policy.zone().start_of(day), policy });
            }
        }
        Ok(())
    }

    fn row(&mut self, row: &str) -> Result<(), String> {
        let cells: Vec<String> =
            row.trim_end_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        if self.case.header.is_empty() {
            self.case.header = cells;
        } else if !cells.iter().all(|cell| cell.starts_with("--")) {
            let number = self.case.events.len();
            let event = events::read(&self.case.header, &cells, number, &self.case.zone())?;
            self.case.events.push(event);
        }
        Ok(())
    }
}

fn folder_policy(folder: &str) -> Result<Policy, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(|_| "no such folder".to_owned())? {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "toml") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.push(SourceFile::new(name, std::fs::read(&path).unwrap()));
        }
    }
    sound(&files)
}

fn block_policy(text: &str) -> Result<Policy, String> {
    let mut whole = text.to_owned();
    let rest = [
        ("edition", "edition = 1\n"),
        (
            "[controller",
            "[controller.acme]\nname = \"Acme\"\ncountry = \"FR\"\nemail = \"privacy@acme.example\"\n",
        ),
        ("[notice", "[notice]\nversion = 2024-01-01\nchanges = { significant = [\"page\"] }\n"),
    ];
    // The edition stands before every table; the rest may follow.
    for (start, addition) in rest {
        if !text.lines().any(|line| line.starts_with(start)) {
            whole = if start == "edition" {
                format!("{addition}{whole}")
            } else {
                format!("{whole}\n{addition}")
            };
        }
    }
    sound(&[SourceFile::new("policy.toml", whole)])
}

fn sound(files: &[SourceFile]) -> Result<Policy, String> {
    examine(files).sound().map_err(|found| {
        let errors = found.iter().filter(|one| one.severity == kept_core::diagnostic::Severity::Error);
        errors.map(|one| format!("[{}] {}", one.code, one.message)).collect::<Vec<_>>().join("; ")
    })
}

#[test]
fn a_suite_that_says_something_wrong_is_reported_with_its_line() {
    let page = "Policy: policies/klivar\n## A case\n| when | what |\n|---|---|\n| 2022-02-28 | consent for prospecting |\n| 2022-02-28 | last-contact |\n";
    let wrong = |claim: &str| {
        let mut run = Run { name: "page.md".to_owned(), ..Run::default() };
        run.read(&format!("{page}- {claim}\n"));
        run.wrong
    };
    assert_eq!(
        wrong("on 2025-02-28: prospecting is live until 2025-02-28 since 2022-02-28 (period)"),
        Vec::<String>::new()
    );
    for claim in [
        "on 2025-02-28: prospecting is ended",
        "on 2025-02-28: prospecting is live until 2025-03-01",
        "on 2025-02-28: prospecting is live since 2022-03-01",
        "on 2025-02-28: prospecting is live (withdrawn)",
        "on 2025-02-28: prospecting is live and contested",
        "on 2025-02-28: prospecting is not there",
        "on 2025-02-28: prospecting of contract 1 is live",
        "on 2025-02-28: identification may not be used",
        "on 2025-02-28: identification is due",
        "on 2025-03-01: identification is kept",
        "on 2025-03-01: identification may be used for prospecting",
        "on 2025-02-28: request 1 is open",
        "on 2025-02-28: perhaps",
        "on 30 February: prospecting is live",
        "after 2022-03-01 nothing changes",
        "after 2022-03-01 the next change is on 2025-02-28",
    ] {
        let found = wrong(claim);
        assert!(
            found.len() == 1 && found.iter().all(|line| line.starts_with("page.md:7: ")),
            "{claim}: {found:?}"
        );
    }
    let mut run = Run::default();
    run.read("Policy: policies/klivar\n| when | what |\n| 2022-02-28 | a miracle |\n");
    assert_eq!(run.wrong.len(), 1);
}
