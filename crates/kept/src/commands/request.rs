//! `kept request`: answering people who use their rights.

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, bail};
use kept_engine::report::erasure::{ErasureReport, StoreState};
use serde::Serialize;

use crate::cli::{EraseArgs, RequestArgs, RequestCommand, WorkArgs};
use crate::company::{instant, open, whom};
use crate::show::{Shower, access, erasure};
use crate::{Ended, clock, printer};

/// Carries out a request command.
pub(crate) fn run(command: &RequestCommand) -> anyhow::Result<Ended> {
    match command {
        RequestCommand::Access(args) => run_access(args),
        RequestCommand::Erase(args) => run_erase(args),
        RequestCommand::List(args) => run_list(args),
    }
}

fn run_access(args: &RequestArgs) -> anyhow::Result<Ended> {
    let whom = whom(&args.person)?;
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    let zone = company.policy().zone();
    let received = instant(args.received.as_deref(), "--received", &zone, now)?;
    if received > now {
        bail!("--received lies in the future");
    }
    let report = company.access(&whom, (!args.dry_run).then_some(received), now)?;
    let policy = company.policy().clone();
    let shower = Shower::new(&policy)?;
    let text = if args.dry_run && !args.work.json {
        shower.found(&report.found, &report.unreached) + &counts(&report)
    } else {
        access::text(&shower, &report)
    };
    give(args, &report, text)?;
    Ok(if report.unreached.is_empty() { Ended::Done } else { Ended::Findings })
}

/// What an access would show, without any value.
fn counts(report: &kept_engine::report::access::AccessReport) -> String {
    let line = |table: &kept_engine::report::access::HeldTable| {
        format!(
            "  {}.{}: {} rows of {} columns\n",
            table.store,
            table.table,
            table.rows.len(),
            table.columns.len()
        )
    };
    report.held.iter().map(line).collect()
}

fn run_erase(args: &EraseArgs) -> anyhow::Result<Ended> {
    let request = &args.request;
    let whom = whom(&request.person)?;
    let now = clock::now();
    let mut company = open(&request.work, now)?;
    let zone = company.policy().zone();
    let received = instant(request.received.as_deref(), "--received", &zone, now)?;
    if received > now {
        bail!("--received lies in the future");
    }
    let policy = company.policy().clone();
    let shower = Shower::new(&policy)?;
    if request.dry_run || !args.yes {
        let plan = company.rehearse_erasure(&whom, now)?;
        if request.dry_run {
            give(request, &plan, erasure::text(&shower, &plan))?;
            return Ok(ended(&plan));
        }
        printer::note(&erasure::text(&shower, &plan));
        confirm()?;
    }
    let report = company.erase(&whom, received, args.vacuum, clock::now())?;
    give(request, &report, erasure::text(&shower, &report))?;
    Ok(ended(&report))
}

fn ended(report: &ErasureReport) -> Ended {
    let troubled = report
        .stores
        .iter()
        .any(|store| matches!(store.state, StoreState::Refused | StoreState::Waiting) || store.left > 0);
    if troubled || !report.unreached.is_empty() { Ended::Findings } else { Ended::Done }
}

/// Asks on a terminal; elsewhere `--yes` is needed.
fn confirm() -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        bail!("nothing was erased: say --yes to erase without being asked, or --dry-run to see the plan");
    }
    let _ = write!(anstream::stderr(), "\nErase as planned? This can't be undone. Type `erase` to go on: ");
    let _ = anstream::stderr().flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("can't read the answer")?;
    if answer.trim() != "erase" {
        bail!("nothing was erased");
    }
    Ok(())
}

fn run_list(args: &WorkArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let company = open(args, now)?;
    let requests = company.requests(now)?;
    let late = requests.iter().any(|request| request.late);
    let ended = if late { Ended::Findings } else { Ended::Done };
    if args.json {
        printer::json(&requests)?;
        return Ok(ended);
    }
    if requests.is_empty() {
        printer::data("no requests yet");
        return Ok(Ended::Done);
    }
    let policy = company.policy().clone();
    let shower = Shower::new(&policy)?;
    let rows: Vec<Vec<String>> = requests
        .iter()
        .map(|request| {
            vec![
                request.case.to_string(),
                shower.words.right(request.right),
                format!("received {}", shower.words.date(request.received_on)),
                format!("due {}", shower.words.date(request.lawful_on)),
                request.state.to_owned(),
            ]
        })
        .collect();
    printer::data(&crate::table::aligned(&rows, ""));
    Ok(ended)
}

/// Prints a report, or writes it to a file that only its owner may read.
fn give(args: &RequestArgs, report: &impl Serialize, text: String) -> anyhow::Result<()> {
    let text = if args.work.json { serde_json::to_string_pretty(report)? } else { text };
    match &args.output {
        Some(path) => {
            write_private(path, &anstream::adapter::strip_str(&text).to_string())?;
            printer::note(&format!("wrote {}", path.display()));
        }
        None => printer::data(&text),
    }
    Ok(())
}

fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let about = || format!("can't write `{}`", path.display());
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .with_context(about)?;
    file.write_all(text.as_bytes()).with_context(about)
}
