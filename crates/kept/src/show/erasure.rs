//! The erase report on a terminal: what goes, what stays, why, and until when.

use std::fmt::Write;

use kept_core::name::ColumnName;
use kept_core::plan::Action;
use kept_core::policy::model::RefusalGround;
use kept_engine::report::erasure::{ErasureReport, Own, StepLine, StoreOutcome, StoreState};

use crate::printer::{bold, colour};
use crate::show::Shower;

/// The whole report.
pub(crate) fn text(shower: &Shower<'_>, report: &ErasureReport) -> String {
    let title = if report.dry_run { "report-plan" } else { "report-erasure" };
    let mut text = shower.head(title, &report.head);
    text.push_str(&shower.found(&report.found, &report.unreached));
    let (stays, goes): (Vec<&StepLine>, Vec<&StepLine>) =
        report.steps.iter().partition(|step| step.action == Action::Keep);
    section(shower, if report.dry_run { "report-would-go" } else { "report-goes" }, &goes, &mut text);
    section(shower, "report-stays", &stays, &mut text);
    refused(shower, report, &mut text);
    restrictions(shower, report, &mut text);
    stores(shower, report, &mut text);
    own(shower, report, &mut text);
    text
}

fn section(shower: &Shower<'_>, title: &str, steps: &[&StepLine], text: &mut String) {
    if steps.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", bold(&shower.words.word(title)));
    for step in steps {
        let rows = u64::try_from(step.rows).unwrap_or(u64::MAX);
        let _ = writeln!(text, "  {}.{}: {}", step.store, step.table, action(shower, step, rows));
        for reason in &step.reasons {
            let _ = writeln!(text, "    {} {}", colour(36, "·"), shower.reason(reason));
        }
    }
}

/// What is refused, ground by ground, under a law that lists the grounds.
fn refused(shower: &Shower<'_>, report: &ErasureReport, text: &mut String) {
    if report.refused.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", bold(&shower.words.word("report-refused")));
    for part in &report.refused {
        let key = match part.ground {
            Some(RefusalGround::LegalDuty) => "report-refused-legal-duty",
            Some(RefusalGround::Service) => "report-refused-service",
            None => "report-refused-unclear",
        };
        let data = part.data.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "  {}: {data}", shower.words.word(key));
    }
}

/// What the request means for restrictions that stand: said before anything is deleted, and after.
fn restrictions(shower: &Shower<'_>, report: &ErasureReport, text: &mut String) {
    if report.restrictions.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", bold(&shower.words.word("report-restricted")));
    for held in &report.restrictions {
        let since = shower.words.date(shower.zone.day_of(held.since));
        let key = if held.keeps { "report-restriction-keeps" } else { "report-restriction-ended" };
        let said = shower.say(key, &[("since", &since)]);
        let _ = writeln!(text, "  {}: {said}", held.case);
    }
}

fn action(shower: &Shower<'_>, step: &StepLine, rows: u64) -> String {
    let named =
        |columns: &[ColumnName]| columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (code, said) = match &step.action {
        Action::Delete => (31, shower.count("report-step-deleted", rows, &[])),
        Action::Empty { columns } => {
            (33, shower.count("report-step-emptied", rows, &[("columns", &named(columns))]))
        }
        Action::Detach { links, columns } if columns.is_empty() => {
            (33, shower.count("report-step-detached", rows, &[("links", &named(links))]))
        }
        Action::Detach { links, columns } => {
            let (links, columns) = (named(links), named(columns));
            let facts = [("links", links.as_str()), ("columns", &columns)];
            (33, shower.count("report-step-detached-emptied", rows, &facts))
        }
        Action::Withdraw { consents } => {
            let columns: Vec<ColumnName> = consents
                .iter()
                .map(|consent| consent.withdrawn.as_ref().unwrap_or(&consent.given).clone())
                .collect();
            (33, shower.count("report-step-withdrawn", rows, &[("columns", &named(&columns))]))
        }
        // No erasure marks anything.
        Action::Restrict { .. } => (33, shower.count("report-step-marked", rows, &[])),
        Action::Archive => (33, shower.count("report-step-archived", rows, &[])),
        Action::Keep if !step.columns.is_empty() => {
            (32, shower.count("report-step-kept-columns", rows, &[("columns", &named(&step.columns))]))
        }
        Action::Keep => (32, shower.count("report-step-kept", rows, &[])),
    };
    colour(code, &said)
}

fn stores(shower: &Shower<'_>, report: &ErasureReport, text: &mut String) {
    if report.stores.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", bold(&shower.words.word("report-stores")));
    for store in &report.stores {
        let _ = writeln!(text, "  {}: {}", store.store, state(shower, store));
        for note in &store.notes {
            let _ = writeln!(text, "    {note}");
        }
    }
}

fn state(shower: &Shower<'_>, store: &StoreOutcome) -> String {
    match store.state {
        StoreState::Planned => shower.words.word("report-store-planned"),
        StoreState::Nothing => shower.words.word("report-store-nothing"),
        StoreState::Done if store.left == 0 => {
            colour(32, &shower.count("report-store-done", store.changed, &[]))
        }
        StoreState::Done => colour(31, &shower.count("report-store-not-done", store.left, &[])),
        StoreState::Refused => colour(31, &shower.words.word("report-store-refused")),
        StoreState::Waiting => colour(33, &shower.words.word("report-store-waiting")),
    }
}

fn own(shower: &Shower<'_>, report: &ErasureReport, text: &mut String) {
    let key = match report.own {
        Own::Untouched => return,
        Own::Gone => "report-own-gone",
        Own::KeyGone => "report-own-key-gone",
        Own::Waiting => "report-own-waiting",
    };
    let _ = writeln!(text, "  {}: {}", shower.words.word("report-own"), shower.words.word(key));
}
