//! The literate suites, `tests/policies/*.md`: each TOML block is a policy, and `# error: [code]`,
//! `# warning: [code]` or `# advice: [code]` stands on the line that it belongs to.
//!
//! A block may begin with `# file: name.toml` lines, which cut it into files. Blocks that start
//! with `# part` are completed by a small sound policy, so that a suite shows only its subject;
//! in them advice need not be written down.

use std::collections::BTreeMap;
use std::path::PathBuf;

use kept_core::diagnostic::{Diagnostic, Severity};
use kept_core::policy::{SourceFile, examine};

use super::folder;

/// What completes a `# part`: put after the block, so that lines keep their numbers.
const REST: &[(&str, &str)] = &[
    ("edition", "edition = 1\n"),
    (
        "[controller",
        "[controller.acme]\nname = \"Acme\"\ncountry = \"FR\"\nemail = \"privacy@acme.example\"\n",
    ),
    ("[notice", "[notice]\nversion = 2024-01-01\nchanges = { significant = [\"page\", \"e-mail\"] }\n"),
    ("[rights", "[rights]\nfee = \"never\"\n"),
    ("[data", "[data.contact]\nfields = [\"name\", \"email\"]\n"),
    (
        "[purpose",
        "[purpose.answers]\ndata = [\"contact\"]\nbasis = \"contract\"\nkeep = \"1 year after collection\"\n",
    ),
];

#[test]
fn every_suite_finds_what_it_says_and_nothing_else() {
    let folder = folder::root().join("crates/core/tests/policies");
    let mut suites: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    suites.retain(|path| path.extension().is_some_and(|end| end == "md"));
    suites.sort();
    assert!(suites.len() >= 5, "the suites are gone");
    let mut wrong = Vec::new();
    for suite in suites {
        let text = std::fs::read_to_string(&suite).unwrap();
        let name = suite.file_name().unwrap().to_string_lossy().into_owned();
        for (line, block) in blocks(&text) {
            wrong.extend(judge(&block).into_iter().map(|wrong| format!("{name}:{line}: {wrong}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The TOML blocks of a page with the line on which each begins.
fn blocks(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in text.lines().enumerate() {
        match &mut open {
            None if line.trim() == "```toml" => open = Some((at + 1, String::new())),
            None => {}
            Some(_) if line.trim() == "```" => found.extend(open.take()),
            Some((_, block)) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    assert!(open.is_none(), "a block has no end");
    found
}

fn judge(block: &str) -> Vec<String> {
    let part = block.starts_with("# part");
    let files = files(block, part);
    let read = examine(&files);
    let mut expected = expected(&files);
    let mut wrong = Vec::new();
    for found in &read.diagnostics {
        let place = place(found, &files);
        let key = (place.clone(), word(found.severity), found.code.to_owned());
        match expected.get_mut(&key) {
            Some(count) if *count > 0 => *count -= 1,
            _ if found.severity == Severity::Advice => {}
            _ => wrong.push(format!("not expected: {}", folder::shown(found, &files))),
        }
    }
    for ((place, severity, code), count) in expected {
        if count > 0 {
            wrong.push(format!("not found: {severity} [{code}] at {place:?}"));
        }
    }
    wrong
}

fn files(block: &str, part: bool) -> Vec<SourceFile> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in block.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("# file: ") {
            files.push((name.split(' ').next().unwrap().trim().to_owned(), String::new()));
        }
        if files.is_empty() {
            files.push(("policy.toml".to_owned(), String::new()));
        }
        files.last_mut().unwrap().1.push_str(line);
    }
    if part {
        let rest: String = REST
            .iter()
            .filter(|(section, _)| !block.lines().any(|line| line.starts_with(section)))
            .map(|(_, text)| *text)
            .collect();
        files.push(("zz-rest.toml".to_owned(), rest));
    }
    files.into_iter().map(|(name, text)| SourceFile::new(name, text)).collect()
}

type Place = (String, usize);

/// `# error: [code]` and the like by line; several on a line are several.
fn expected(files: &[SourceFile]) -> BTreeMap<(Place, &'static str, String), usize> {
    let mut expected = BTreeMap::new();
    for file in files {
        let text = std::str::from_utf8(&file.bytes).unwrap();
        for (at, line) in text.lines().enumerate() {
            for severity in ["error", "warning", "advice"] {
                let mark = format!("# {severity}: [");
                for piece in line.split(&mark).skip(1) {
                    let code = piece.split(']').next().unwrap().to_owned();
                    let key = ((file.name.clone(), at + 1), severity, code);
                    *expected.entry(key).or_insert(0) += 1;
                }
            }
        }
    }
    expected
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    }
}

/// File and line of a finding; one without a place belongs to the first line of the first file.
fn place(found: &Diagnostic, files: &[SourceFile]) -> Place {
    let Some(label) = found.labels.first() else { return (files[0].name.clone(), 1) };
    // A block may begin with a line before its first file, which then has a name of its own twice.
    let mut named = files.iter().filter(|file| file.name == label.file);
    let file = named.find(|file| label.span.end <= file.bytes.len()).unwrap();
    let line = 1 + file.bytes[..label.span.start].iter().filter(|byte| **byte == b'\n').count();
    (label.file.clone(), line)
}
