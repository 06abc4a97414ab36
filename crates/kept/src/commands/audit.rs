//! `kept audit`: every promise of the notice against the real stores.

use indicatif::{ProgressBar, ProgressStyle};

use kept_engine::report::audit::Verdict;

use crate::cli::AuditArgs;
use crate::company::open;
use crate::show::{Shower, audit};
use crate::{Ended, clock, printer};

/// Audits and prints; exit status 1 when a promise is broken.
pub(crate) fn run(args: &AuditArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    let bar = bar(company.policy().stores.len());
    let report = company.audit(now, &mut |store| {
        bar.set_message(format!("asking {store}"));
        bar.inc(1);
    })?;
    bar.finish_and_clear();
    if args.work.json {
        let mut report = report.clone();
        if args.findings {
            report.statements.retain(|one| one.verdict != Verdict::Kept);
        }
        printer::json(&report)?;
    } else {
        let policy = company.policy().clone();
        printer::data(&audit::text(&Shower::new(&policy)?, &report, args.findings));
    }
    Ok(if report.totals.broken > 0 { Ended::Findings } else { Ended::Done })
}

/// A progress bar on a terminal, nothing elsewhere.
pub(crate) fn bar(steps: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar
}
