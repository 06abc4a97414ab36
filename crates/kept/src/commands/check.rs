//! `kept check`: a policy judged as a strict compiler would.

use std::path::Path;

use kept_connect::{Access, Connector, Finding, Limits, check_map, check_rows, open_with};
use kept_core::diagnostic::{Diagnostic, Severity};
use kept_core::name::StoreName;
use kept_core::policy::Policy;
use kept_core::policy::model::Store;
use kept_core::policy::source::Places;
use kept_core::time::Day;
use kept_engine::report::Unreached;
use serde_json::json;

use crate::cli::CheckArgs;
use crate::policy::{Examined, examine_folder_at, today};
use crate::{Ended, company, editor, printer, render};

/// Checks a policy, once or whenever it changes.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Ended> {
    if args.watch { super::watch::run(args) } else { once(args) }
}

/// Checks a policy and shows everything found; exit status 1 when something is an error.
pub(crate) fn once(args: &CheckArgs) -> anyhow::Result<Ended> {
    let Examined { read, files } = examine_folder_at(&args.policy.path(), day_of(args)?)?;
    let mut found = read.diagnostics;
    let mut unreached = Vec::new();
    if let (true, Some(policy)) = (args.stores, &read.policy) {
        let looked = look_at_stores(policy, &args.policy.path(), &mut unreached);
        found.extend(looked.into_iter().map(|(store, finding)| placed(&store, finding, &read.places)));
    }
    if args.json {
        print_json(&editor::found(&found, &files), &found, &unreached, args.watch)?;
    } else {
        printer::data(&render::diagnostics(&found, &files));
        unreached.iter().for_each(|store| {
            printer::note(&format!("store `{}` could not be asked: {}", store.store, store.problem))
        });
        printer::note(&summary(&found, &unreached, args));
    }
    if !unreached.is_empty() {
        return Ok(Ended::Findings);
    }
    Ok(if found.iter().any(|one| one.severity == Severity::Error) { Ended::Findings } else { Ended::Done })
}

/// The day by whose law the policy is judged.
fn day_of(args: &CheckArgs) -> anyhow::Result<Day> {
    args.at.as_deref().map_or_else(|| Ok(today()), |text| company::day(text, "--at"))
}

/// Compares every store's map with the real database.
fn look_at_stores(policy: &Policy, base: &Path, unreached: &mut Vec<Unreached>) -> Vec<(StoreName, Finding)> {
    let mut found = Vec::new();
    for (name, map) in &policy.stores {
        let environment = |variable: &str| std::env::var(variable).ok();
        let opened = open_with(map, base, &environment, Access::Read, Limits::default());
        match opened.and_then(|mut connector| Ok((connector.describe()?, connector))) {
            Ok((schema, connector)) => {
                let said = check_map(map, &schema).into_iter().chain(rows(connector, map));
                found.extend(said.map(|one| (name.clone(), one)));
            }
            Err(fault) => unreached.push(Unreached { store: name.clone(), problem: fault.to_string() }),
        }
    }
    found
}

/// What a store's rows hold. A map that does not fit the store was told already.
fn rows(mut connector: Box<dyn Connector>, map: &Store) -> Vec<Finding> {
    check_rows(connector.session(), map).unwrap_or_default()
}

/// A finding about a store's map, at its place in the policy.
fn placed(store: &StoreName, finding: Finding, places: &Places) -> Diagnostic {
    let path = match &finding.column {
        Some(column) => format!("store.{store}.table.{}.columns.{column}", finding.table),
        None => format!("store.{store}.table.{}", finding.table),
    };
    let mut diagnostic = Diagnostic::error(finding.code, finding.message);
    diagnostic.severity = finding.severity;
    diagnostic.help = finding.help;
    places.point(diagnostic, &path, "")
}

/// The findings as JSON; while watching on one line, so that a reader knows where it ends.
fn print_json(
    placed: &[editor::Found<'_>],
    found: &[Diagnostic],
    unreached: &[Unreached],
    on_one_line: bool,
) -> anyhow::Result<()> {
    let count = |severity| found.iter().filter(|one| one.severity == severity).count();
    let value = json!({
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "advice": count(Severity::Advice),
        "diagnostics": placed,
        "unreached": unreached,
    });
    if on_one_line {
        printer::data(&value.to_string());
        return Ok(());
    }
    printer::json(&value)
}

fn summary(found: &[Diagnostic], unreached: &[Unreached], args: &CheckArgs) -> String {
    let folder = args.policy.path();
    let folder = folder.display();
    let counts = render::counts(found);
    let mut said = match (counts.is_empty(), unreached) {
        (true, []) => return format!("{folder}: nothing to mend"),
        (true, _) => format!("{folder}: nothing to mend in what could be looked at"),
        (false, _) => format!("{folder}: {counts}\n`kept explain CODE` says more about each"),
    };
    if !unreached.is_empty() {
        let names: Vec<String> = unreached.iter().map(|store| format!("`{}`", store.store)).collect();
        said.push_str(&format!("\nnot looked at: {}", names.join(", ")));
    }
    said
}
