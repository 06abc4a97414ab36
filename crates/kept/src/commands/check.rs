//! `kept check` and `kept explain`: a policy judged as a strict compiler would.

use anyhow::bail;
use kept_core::diagnostic::{Diagnostic, Severity};
use kept_core::policy::codes;
use serde_json::json;

use crate::cli::CheckArgs;
use crate::policy::{Examined, examine_folder};
use crate::{Ended, printer, render};

/// Checks a policy and shows everything found; exit status 1 when something is an error or a
/// warning.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Ended> {
    let Examined { read, files } = examine_folder(args.policy.path())?;
    let found = read.diagnostics;
    if args.json {
        print_json(&found)?;
    } else {
        printer::data(&render::diagnostics(&found, &files));
        printer::note(&summary(&found, args));
    }
    Ok(if found.iter().any(|one| one.severity == Severity::Error) { Ended::Findings } else { Ended::Done })
}

fn print_json(found: &[Diagnostic]) -> anyhow::Result<()> {
    let count = |severity| found.iter().filter(|one| one.severity == severity).count();
    printer::json(&json!({
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "advice": count(Severity::Advice),
        "diagnostics": found,
    }))
}

fn summary(found: &[Diagnostic], args: &CheckArgs) -> String {
    let folder = args.policy.path().display();
    match render::counts(found) {
        counts if counts.is_empty() => format!("{folder}: nothing to mend"),
        counts => format!("{folder}: {counts}\n`kept explain CODE` says more about each"),
    }
}

/// Prints what a code means.
pub(crate) fn explain(code: &str) -> anyhow::Result<Ended> {
    let Some(text) = codes::explain(code) else {
        let family = code.split('/').next().unwrap_or_default();
        let near: Vec<&str> =
            codes::all().map(|known| known.code).filter(|known| known.starts_with(family)).collect();
        let help = if near.is_empty() {
            "`kept check` prints the codes".to_owned()
        } else {
            format!("there are {}", near.join(", "))
        };
        bail!("there is no diagnostic `{code}`\nhelp: {help}");
    };
    printer::data(&format!("{}\n\n{text}", printer::bold(code)));
    Ok(Ended::Done)
}
