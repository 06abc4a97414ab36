//! `kept audit`: every promise of the notice against the real stores and Kept's own record; its
//! history by day, and its page.

use std::time::Duration;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};

use kept_core::time::Instant;
use kept_engine::audit::Looking;
use kept_engine::report::audit::{AuditReport, Verdict};

use crate::cli::AuditArgs;
use crate::company::{day, open};
use crate::show::audit;
use crate::{Ended, clock, printer};

/// How often the bar tells the time, however long one table takes.
const TICK: Duration = Duration::from_secs(1);

/// Audits and prints; exit status 1 when a promise is broken.
pub(crate) fn run(args: &AuditArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    let policy = company.policy().clone();
    let since = match &args.since {
        Some(text) => policy.zone().start_of(day(text, "--since")?),
        None => Instant::MIN,
    };
    if args.history {
        let history = company.audit_history(since)?;
        if args.work.json {
            printer::json(&history)?;
        } else {
            printer::data(&audit::history(&policy, &history)?);
        }
        return Ok(Ended::Done);
    }
    if args.since.is_some() && args.html.is_none() {
        bail!("--since is about the history\nhelp: add --history, or --html FILE");
    }
    company.limit_audit_statements(args.patience.limit());
    let bar = bar(0);
    bar.enable_steady_tick(TICK);
    let report = company.audit(now, &mut |looking| show(&bar, looking))?;
    bar.finish_and_clear();
    if let Some(path) = &args.html {
        let page = kept_web::audit::html(&policy, &report, &company.audit_history(since)?)?;
        std::fs::write(path, page).with_context(|| format!("can't write `{}`", path.display()))?;
        printer::note(&format!("the page is in `{}`", path.display()));
    }
    if args.work.json {
        printer::json(&wanted(&report, args.findings))?;
    } else if args.html.is_none() {
        printer::data(&audit::text(&policy, &report, args.findings)?);
    }
    Ok(if report.totals.broken > 0 { Ended::Findings } else { Ended::Done })
}

fn wanted(report: &AuditReport, findings: bool) -> AuditReport {
    let mut report = report.clone();
    if findings {
        report.statements.retain(|one| !matches!(one.verdict, Verdict::Kept | Verdict::Stated));
    }
    report
}

fn show(bar: &ProgressBar, looking: Looking<'_>) {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    match looking {
        Looking::Table { store, table, done, of } => {
            bar.set_length(number(of));
            bar.set_position(number(done));
            bar.set_message(format!("{store}.{table}"));
        }
        Looking::People { done, of } => {
            bar.set_length(of);
            bar.set_position(done);
            bar.set_message("people in Kept's own record");
        }
    }
    bar.tick();
}

/// A progress bar on a terminal, nothing elsewhere.
pub(crate) fn bar(steps: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar
}
