//! `kept import`: a draft of a policy from a document of another language.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use kept_core::diagnostic::{Diagnostic, Severity};
use kept_core::import::node::BYTES_MAX;
use kept_core::import::{Imported, Leaf, Outcome, import};
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;
use serde_json::json;

use crate::cli::ImportArgs;
use crate::{Ended, printer, render};

/// The file of the draft.
const FILE: &str = "policy.toml";

/// Drafts the policy, writes it, and says what became of the document.
pub(crate) fn run(args: &ImportArgs) -> anyhow::Result<Ended> {
    let bytes = read(&args.file)?;
    let imported = import(&bytes).with_context(|| format!("can't import `{}`", args.file.display()))?;
    let written = match (&args.output, args.dry_run) {
        (Some(folder), false) => Some(write(folder, &imported.toml, args.force)?),
        _ => None,
    };
    let found = examine(&[SourceFile::new(FILE, imported.toml.clone())]).diagnostics;
    if args.json {
        print_json(&imported, &found, written.as_deref())?;
        return Ok(ended(&imported));
    }
    if written.is_none() {
        printer::data(&imported.toml);
    }
    printer::note(&account(&imported));
    printer::note(&next(&found, written.as_deref(), args.output.as_deref()));
    Ok(ended(&imported))
}

/// What the document says and the draft does not is a finding.
fn ended(imported: &Imported) -> Ended {
    let lost = imported.leaves.iter().any(|leaf| matches!(leaf.outcome, Outcome::NotCarried(_)));
    if lost { Ended::Findings } else { Ended::Done }
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let about = || format!("can't read `{}`", path.display());
    let limit = u64::try_from(BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes).with_context(about)?;
        return Ok(bytes);
    }
    if path.is_dir() {
        bail!("`{}` is a folder\nhelp: name one document; import a manifest file by file", path.display());
    }
    let file = std::fs::File::open(path).with_context(about)?;
    file.take(limit).read_to_end(&mut bytes).with_context(about)?;
    Ok(bytes)
}

/// Writes the draft beside nothing that is there, whole or not at all.
fn write(folder: &Path, text: &str, force: bool) -> anyhow::Result<String> {
    let about = || format!("can't write to `{}`", folder.display());
    if folder.exists() && !folder.is_dir() {
        bail!("`{}` is a file; name a folder", folder.display());
    }
    let target = folder.join(FILE);
    if folder.is_dir() && !force {
        let entries = std::fs::read_dir(folder).with_context(about)?;
        let mut files = entries.flatten().map(|entry| entry.path());
        if files.any(|path| path.extension().is_some_and(|ending| ending == "toml")) {
            let name = folder.display();
            bail!(
                "`{name}` holds a policy already\nhelp: name another folder, or add --force to write over it"
            );
        }
    }
    std::fs::create_dir_all(folder).with_context(about)?;
    let partial = folder.join(format!(".{FILE}.partial"));
    let done = std::fs::write(&partial, text).and_then(|()| std::fs::rename(&partial, &target));
    if let Err(error) = done {
        let _ = std::fs::remove_file(&partial);
        return Err(error).with_context(about);
    }
    Ok(target.display().to_string())
}

fn counts(leaves: &[Leaf]) -> [usize; 4] {
    let count = |is: fn(&Outcome) -> bool| leaves.iter().filter(|leaf| is(&leaf.outcome)).count();
    [
        count(|outcome| matches!(outcome, Outcome::Carried(_))),
        count(|outcome| matches!(outcome, Outcome::Remark { .. })),
        count(|outcome| matches!(outcome, Outcome::NotCarried(_))),
        count(|outcome| matches!(outcome, Outcome::Empty)),
    ]
}

/// What became of the document, in words: what is not carried first.
fn account(imported: &Imported) -> String {
    let [carried, remarks, not, empty] = counts(&imported.leaves);
    let mut out = format!(
        "{}: {} values: {carried} carried, {remarks} carried with a remark, {not} not carried, {empty} empty\n",
        imported.kind.word(),
        imported.leaves.len()
    );
    if not > 0 {
        out.push_str("\nNot carried:\n");
    }
    for leaf in &imported.leaves {
        if let Outcome::NotCarried(why) = &leaf.outcome {
            out.push_str(&format!("  {}{}: {why}\n", leaf.path, shown(leaf)));
        }
    }
    if remarks > 0 {
        out.push_str("\nCarried with a remark:\n");
    }
    for leaf in &imported.leaves {
        if let Outcome::Remark { to, remark } = &leaf.outcome {
            out.push_str(&format!("  {} → {to}: {remark}\n", leaf.path));
        }
    }
    out
}

/// The first words of a value, on one line.
fn shown(leaf: &Leaf) -> String {
    let Some(says) = &leaf.says else { return String::new() };
    let line: String =
        says.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(60).collect();
    let more = if says.chars().count() > 60 { "…" } else { "" };
    format!(" = “{line}{more}”")
}

fn next(found: &[Diagnostic], written: Option<&str>, folder: Option<&Path>) -> String {
    let findings = match render::counts(found) {
        counts if counts.is_empty() => "nothing to mend".to_owned(),
        counts => counts,
    };
    match (written, folder) {
        (Some(path), Some(folder)) => {
            format!("wrote {path}\n`kept check {}` finds {findings}", folder.display())
        }
        _ => format!("nothing was written; `kept check` would find {findings}"),
    }
}

fn print_json(imported: &Imported, found: &[Diagnostic], written: Option<&str>) -> anyhow::Result<()> {
    let [carried, remarks, not, empty] = counts(&imported.leaves);
    let count = |severity| found.iter().filter(|one| one.severity == severity).count();
    printer::json(&json!({
        "kind": imported.kind.word(),
        "carried": carried,
        "carried-with-remark": remarks,
        "not-carried": not,
        "empty": empty,
        "leaves": imported.leaves,
        "written": written,
        "policy": imported.toml,
        "check": { "errors": count(Severity::Error), "warnings": count(Severity::Warning), "diagnostics": found },
    }))
}
