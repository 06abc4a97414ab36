//! The erase report on a terminal: what goes, what stays, why, and until when.

use std::fmt::Write;

use kept_core::plan::Action;
use kept_engine::report::erasure::{ErasureReport, Own, StepLine, StoreState};

use crate::printer::{bold, colour};
use crate::show::Shower;
use crate::table::counted;

/// The whole report.
pub(crate) fn text(shower: &Shower<'_>, report: &ErasureReport) -> String {
    let title =
        if report.dry_run { "Plan of an erasure (nothing is changed)" } else { "Erasure (Art. 17 GDPR)" };
    let mut text = shower.head(title, &report.head);
    text.push_str(&shower.found(&report.found, &report.unreached));
    let (stays, goes): (Vec<&StepLine>, Vec<&StepLine>) =
        report.steps.iter().partition(|step| step.action == Action::Keep);
    section(shower, if report.dry_run { "What would go" } else { "What goes" }, &goes, &mut text);
    section(shower, "What stays", &stays, &mut text);
    stores(report, &mut text);
    own(report, &mut text);
    text
}

fn section(shower: &Shower<'_>, title: &str, steps: &[&StepLine], text: &mut String) {
    if steps.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", bold(title));
    for step in steps {
        let rows = counted(u64::try_from(step.rows).unwrap_or(u64::MAX), "row");
        let _ = writeln!(text, "  {}.{}: {rows} {}", step.store, step.table, action(&step.action));
        for reason in &step.reasons {
            let _ = writeln!(text, "    {} {}", colour(36, "·"), shower.reason(reason));
        }
    }
}

fn action(action: &Action) -> String {
    let named = |columns: &[kept_core::name::ColumnName]| {
        columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    match action {
        Action::Delete => colour(31, "deleted"),
        Action::Empty { columns } => format!("{} ({})", colour(33, "emptied"), named(columns)),
        Action::Detach { links, columns } if columns.is_empty() => {
            format!("{} from the person ({})", colour(33, "detached"), named(links))
        }
        Action::Detach { links, columns } => {
            format!(
                "{} from the person ({}; emptied: {})",
                colour(33, "detached"),
                named(links),
                named(columns)
            )
        }
        Action::Withdraw { consents } => {
            let columns: Vec<String> = consents
                .iter()
                .map(|consent| consent.withdrawn.as_ref().unwrap_or(&consent.given).to_string())
                .collect();
            format!("{} recorded as withdrawn ({})", colour(33, "consent"), columns.join(", "))
        }
        Action::Archive => colour(33, "put into the archive"),
        Action::Keep => colour(32, "kept"),
    }
}

fn stores(report: &ErasureReport, text: &mut String) {
    if report.stores.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", bold("Stores"));
    for store in &report.stores {
        let state = match store.state {
            StoreState::Planned => "accepts the plan".to_owned(),
            StoreState::Nothing => "nothing to change".to_owned(),
            StoreState::Done if store.left == 0 => {
                format!(
                    "{}: a second look found {} gone or emptied and none left",
                    colour(32, "done"),
                    counted(store.changed, "row")
                )
            }
            StoreState::Done => format!(
                "{}: a second look found {} still there",
                colour(31, "not done"),
                counted(store.left, "row")
            ),
            StoreState::Refused => format!("{}; nothing was changed in it", colour(31, "refused")),
            StoreState::Waiting => format!("{}; `kept resume` takes it up again", colour(33, "waiting")),
        };
        let _ = writeln!(text, "  {}: {state}", store.store);
        for note in &store.notes {
            let _ = writeln!(text, "    {note}");
        }
    }
}

fn own(report: &ErasureReport, text: &mut String) {
    let line = match report.own {
        Own::Untouched => return,
        Own::Gone => "Kept's own store: the person's key is destroyed, and its bytes are in no file",
        Own::KeyGone => {
            "Kept's own store: the person's key is destroyed; its wrapped bytes go with the database's log and the key epoch"
        }
        Own::Waiting => "Kept's own store: the case stays open until every store has done its part",
    };
    let _ = writeln!(text, "  {line}");
}
