//! `kept request`: answering people who use their rights.

use std::io::{IsTerminal, Write};

use anyhow::{Context, bail};
use kept_core::ledger::Certificate;
use kept_core::name::Language;
use kept_engine::company::Company;
use kept_engine::report::erasure::{ErasureReport, StoreState};
use kept_engine::requests::RequestLine;
use kept_web::words::Words;
use serde::Serialize;

use crate::cli::{EraseArgs, ListArgs, RequestArgs, RequestCommand};
use crate::company::{instant, open, whom};
use crate::output::{Access, named, ready, write};
use crate::printer::colour;
use crate::show::{Shower, access, erasure};
use crate::table::counted;
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
    ready(named(args.output.as_deref()), args.force)?;
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    speak(&mut company, args.lang.as_deref())?;
    company.ask_under(args.under.as_deref())?;
    let zone = company.policy().zone();
    let received = instant(args.received.as_deref(), "--received", &zone, now)?;
    if received > now {
        bail!("--received lies in the future");
    }
    let report = company.access(&whom, (!args.dry_run).then_some(received), now)?;
    let policy = company.policy().clone();
    let shower = Shower::speaking(&policy, company.language())?;
    let text = if args.dry_run && !args.work.json {
        shower.found(&report.found, &report.unreached) + &counts(&report)
    } else {
        access::text(&shower, &report)
    };
    give(args, &report, text)?;
    Ok(if report.unreached.is_empty() { Ended::Done } else { Ended::Findings })
}

/// The language of the answer; one without words is refused before anything is done. Without a wish
/// the notice's, where there are words in it.
fn speak(company: &mut Company, wish: Option<&str>) -> anyhow::Result<()> {
    let language = match wish {
        Some(code) => Language::from(code),
        None => company.language(),
    };
    match Words::load(&language) {
        Ok(_) => company.speak(language),
        Err(error) if wish.is_some() => return Err(error.into()),
        Err(_) => company.speak(Language::from("en")),
    }
    Ok(())
}

/// What an access would show, without any value.
fn counts(report: &kept_engine::report::access::AccessReport) -> String {
    let line = |table: &kept_engine::report::access::HeldTable| {
        format!(
            "  {}.{}: {} of {}\n",
            table.store,
            table.table,
            counted(u64::try_from(table.rows.len()).unwrap_or(u64::MAX), "row"),
            counted(u64::try_from(table.columns.len()).unwrap_or(u64::MAX), "column")
        )
    };
    report.held.iter().map(line).collect()
}

fn run_erase(args: &EraseArgs) -> anyhow::Result<Ended> {
    let request = &args.request;
    let whom = whom(&request.person)?;
    ready(named(request.output.as_deref()), request.force)?;
    crate::commands::certificate::ready(args.certificate.as_deref(), request.force)?;
    let now = clock::now();
    let mut company = open(&request.work, now)?;
    speak(&mut company, request.lang.as_deref())?;
    company.ask_under(request.under.as_deref())?;
    let zone = company.policy().zone();
    let received = instant(request.received.as_deref(), "--received", &zone, now)?;
    if received > now {
        bail!("--received lies in the future");
    }
    let policy = company.policy().clone();
    let shower = Shower::speaking(&policy, company.language())?;
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
    if let Some(path) = &args.certificate {
        let certificate = company.erasure_certificate(&report, clock::now())?;
        let words = certificate_words(&shower, &report, &certificate);
        crate::commands::certificate::hand_out(path, &certificate, &words, request.force)?;
    }
    Ok(ended(&report))
}

fn certificate_words(shower: &Shower<'_>, report: &ErasureReport, certificate: &Certificate) -> String {
    let text = anstream::adapter::strip_str(&erasure::text(shower, report)).to_string();
    crate::commands::certificate::words(&text, certificate)
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

fn run_list(args: &ListArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let company = open(&args.work, now)?;
    let open = company.requests(now)?;
    let ended = if open.iter().any(|request| request.late) { Ended::Findings } else { Ended::Done };
    let policy = company.policy().clone();
    let shower = Shower::new(&policy)?;
    if args.all {
        let all = company.all_requests(args.page, now)?;
        if args.work.json {
            printer::json(&all)?;
        } else if all.count == 0 {
            printer::data("there was no request yet");
        } else if all.requests.is_empty() {
            bail!("there is no page {}\nhelp: the last one is --page {}", all.page, all.pages);
        } else {
            let place = match all.pages {
                1 => String::new(),
                pages => format!("page {} of {pages}; {} requests\n", all.page, all.count),
            };
            printer::data(&format!("{}{place}", listed(&shower, &all.requests)));
        }
    } else if args.work.json {
        printer::json(&open)?;
    } else if open.is_empty() {
        printer::data("no request is open; `--all` shows the answered ones");
    } else {
        printer::data(&listed(&shower, &open));
    }
    Ok(ended)
}

fn listed(shower: &Shower<'_>, requests: &[RequestLine]) -> String {
    let rows: Vec<Vec<String>> = requests
        .iter()
        .map(|request| {
            let state = match request.answered_on {
                Some(day) => format!("{} {}", request.state, shower.words.date(day)),
                None => request.state.to_owned(),
            };
            vec![
                request.case.to_string(),
                shower.words.right(request.right),
                format!("received {}", shower.words.date(request.received_on)),
                format!("due {}", shower.words.date(request.lawful_on)),
                if request.late { format!("{state}, {}", colour(31, "late")) } else { state },
            ]
        })
        .collect();
    crate::table::aligned(&rows, "")
}

/// Prints a report, or writes it to a file that only its owner may read.
fn give(args: &RequestArgs, report: &impl Serialize, text: String) -> anyhow::Result<()> {
    let text = if args.work.json { serde_json::to_string_pretty(report)? } else { text };
    match named(args.output.as_deref()) {
        Some(path) => {
            let text = anstream::adapter::strip_str(&text).to_string();
            if let Err(error) = write(path, &text, Access { private: true, over: args.force }) {
                // What was done is done: its report is not lost with a file.
                printer::data(&text);
                return Err(error);
            }
            printer::note(&format!("wrote {}", path.display()));
        }
        None => printer::data(&text),
    }
    Ok(())
}
