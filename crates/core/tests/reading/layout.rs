//! The layout of policy files and of translations, on every policy of the project and on hostile
//! files.

use std::path::{Path, PathBuf};

use kept_core::diagnostic::Diagnostic;
use kept_core::policy::format::format;
use kept_core::policy::translate::update;
use kept_core::policy::{Policy, SourceFile, read};

use super::folder;

/// Every folder below `policies` that holds a policy.
fn policies(below: &Path, found: &mut Vec<PathBuf>) {
    let entries: Vec<PathBuf> =
        std::fs::read_dir(below).unwrap().map(|entry| entry.unwrap().path()).collect();
    if entries.iter().any(|path| path.extension().is_some_and(|end| end == "toml")) {
        found.push(below.to_owned());
        return;
    }
    entries.iter().filter(|path| path.is_dir()).for_each(|path| policies(path, found));
}

fn all_policies() -> Vec<Vec<SourceFile>> {
    let mut folders = Vec::new();
    policies(&folder::root().join("policies"), &mut folders);
    assert!(folders.len() >= 4, "the policies are gone");
    folders.iter().map(|path| folder::load(path)).collect()
}

fn laid_out(files: &[SourceFile]) -> Vec<SourceFile> {
    files
        .iter()
        .map(|file| {
            SourceFile::new(file.name.clone(), format(file).unwrap_or_else(|found| panic!("{found:?}")))
        })
        .collect()
}

/// What reading gave, but for places and the digest of the bytes.
fn meant(files: &[SourceFile]) -> (Option<Policy>, Vec<(&'static str, String)>) {
    let mut read = read(files);
    if let Some(policy) = &mut read.policy {
        policy.digest.clear();
    }
    let said = |found: &Diagnostic| (found.code, found.message.clone());
    let mut found: Vec<_> = read.diagnostics.iter().map(said).collect();
    found.sort();
    (read.policy, found)
}

#[test]
fn every_policy_of_the_project_means_the_same_when_laid_out_and_is_then_left_alone() {
    for files in all_policies() {
        let once = laid_out(&files);
        assert_eq!(meant(&files), meant(&once));
        assert_eq!(laid_out(&once), once);
        let comments = |files: &[SourceFile]| -> usize {
            files.iter().map(|file| String::from_utf8_lossy(&file.bytes).matches('#').count()).sum()
        };
        assert_eq!(comments(&files), comments(&once), "no comment is lost");
    }
}

#[test]
fn every_policy_of_the_project_is_laid_out_as_the_formatter_does() {
    let regenerate = std::env::var_os("KEPT_REGENERATE").is_some();
    let (mut waiting, mut seen) = (vec![folder::root().join("policies")], 0);
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let laid_out = format(&SourceFile::new("a.toml", text.as_str())).unwrap();
        if regenerate {
            std::fs::write(&path, laid_out).unwrap();
        } else {
            assert_eq!(laid_out, text, "{}: run this test with KEPT_REGENERATE=1", path.display());
        }
        seen += 1;
    }
    assert!(seen > 40, "{seen} files");
}

#[test]
fn every_file_of_translations_of_the_project_is_in_step_after_one_update() {
    for files in all_policies() {
        let texts = read(&files).texts;
        for file in files.iter().filter(|file| file.name.starts_with("texts/")) {
            let once = update(&texts, file, true).unwrap();
            let again =
                update(&texts, &SourceFile::new(file.name.clone(), once.text.as_str()), true).unwrap();
            assert_eq!(once.text, again.text, "{}", file.name);
            assert_eq!(again.stale, Vec::<String>::new());
            let mut with_marks = files.clone();
            with_marks.retain(|other| other.name != file.name);
            with_marks.push(SourceFile::new(file.name.clone(), once.text.as_str()));
            assert_eq!(meant(&files), meant(&with_marks), "{}", file.name);
        }
    }
}

#[test]
fn a_megabyte_is_laid_out_and_brought_in_step_in_seconds() {
    let fill = |line: fn(usize) -> String| -> String {
        (0..)
            .map(line)
            .scan(0, |size, line| {
                *size += line.len();
                (*size < (1 << 20) - 200).then_some(line)
            })
            .collect()
    };
    let floods = [
        fill(|_| "# comment\n".to_owned()),
        fill(|n| format!("k{n} = \"x\"\n")),
        fill(|n| format!("[purpose.p{n}]\ntitle = \"x\"\n")),
        fill(|n| format!("# k{n} = {{ text = \"x\", of = \"00000000\" }}\n")),
        format!("a = [{}]", fill(|_| "1, # c\n".to_owned())),
    ];
    let texts = read(&folder::one("edition = 1\n[people]\nuser = \"x\"")).texts;
    for (at, flood) in floods.iter().enumerate() {
        let file = SourceFile::new("texts/fr.toml", flood.as_str());
        let begun = std::time::Instant::now();
        let _ = format(&file);
        let _ = update(&texts, &file, true);
        assert!(begun.elapsed().as_secs() < 30, "flood {at} took {:?}", begun.elapsed());
    }
}
