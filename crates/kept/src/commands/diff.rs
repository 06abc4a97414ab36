//! `kept diff`: what a new version of a policy changes for whom.

use std::path::Path;

use anyhow::bail;
use kept_core::diagnostic::Severity;
use kept_core::name::Language;
use kept_core::policy::Policy;
use kept_core::policy::difference::difference;
use kept_core::policy::reader::examine;
use kept_web::difference::{Format, difference as said};
use kept_web::words::Words;

use crate::cli::DataArgs;
use crate::cli::diff::{DiffArgs, DiffFormat};
use crate::company::places;
use crate::folder::{self, RawFile};
use crate::history::Revision;
use crate::output::{Access, named, ready, write};
use crate::policy::sources;
use crate::recorded::Recorded;
use crate::{Ended, history, printer, recorded, render};

/// Prints the difference; exit status 1 when there is one.
pub(crate) fn run(args: &DiffArgs) -> anyhow::Result<Ended> {
    let output = named(args.output.as_deref());
    ready(output, args.force)?;
    let old = read(&args.old, &args.new, &args.data)?;
    let new = read(&args.new, &args.old, &args.data)?;
    let found = difference(&old, &new);
    let format = match (args.json, args.format) {
        (true, _) | (false, DiffFormat::Json) => Format::Json,
        (false, DiffFormat::Text) => Format::Text,
        (false, DiffFormat::Markdown) => Format::Markdown,
    };
    let language = language(args, &new);
    let text = said(&found, &language, format)?;
    if let Some(note) = crate::printer::own_words(&new, &language) {
        printer::note(&note);
    }
    match output {
        Some(path) => {
            write(path, &text, Access { private: false, over: args.force })?;
            printer::note(&format!("wrote {}", path.display()));
        }
        None => printer::data(&text),
    }
    Ok(if found.changes.is_empty() { Ended::Done } else { Ended::Findings })
}

fn language(args: &DiffArgs, policy: &Policy) -> Language {
    if let Some(code) = &args.lang {
        return Language::from(code.as_str());
    }
    let known = Words::languages();
    let first = policy.notice.languages.iter().find(|language| known.contains(language));
    first.cloned().unwrap_or_else(|| Language::from("en"))
}

/// A version: a folder, the other's folder as it was in git, or one that Kept recorded.
fn read(which: &str, other: &str, data: &DataArgs) -> anyhow::Result<Policy> {
    let files = files(which, other, data)?;
    let read = examine(&sources(&files));
    let errors: Vec<_> = read.diagnostics.into_iter().filter(|one| one.severity == Severity::Error).collect();
    // What can't be read as TOML is missing in the policy, and would look as if it had been taken out.
    let is_whole = errors.iter().all(|one| !one.code.starts_with("toml/"));
    let Some(policy) = read.policy.filter(|_| is_whole) else {
        printer::note(&render::diagnostics(&errors, &files));
        bail!(
            "`{which}` can't be read as a policy\nhelp: mend the errors above; `kept check` shows warnings too"
        );
    };
    if !errors.is_empty() {
        let counts = render::counts(&errors);
        printer::note(&format!("{which} has {counts}; it is compared as far as it can be read"));
    }
    Ok(policy)
}

fn files(which: &str, other: &str, data: &DataArgs) -> anyhow::Result<Vec<RawFile>> {
    // The other one's folder is where this one's past is looked for; without one it is here.
    let is_folder = |text: &str| Path::new(text).is_dir();
    let beside = if is_folder(other) { Path::new(other) } else { Path::new(".") };
    if let Some(revision) = Revision::named(which) {
        return history::read(&revision, beside);
    }
    match Recorded::named(which) {
        Some(recorded) if !is_folder(which) => recorded::read(&recorded, &places(beside, data)?),
        _ => folder::read(Path::new(which)),
    }
}
