//! Retention runs and forecasts on a terminal.

use std::fmt::Write;

use kept_engine::report::sweep::{ForecastReport, SweepReport, SweptStore, SweptTable};

use crate::printer::{bold, colour};
use crate::show::Shower;
use crate::table::{aligned, counted, grouped};

/// A retention run.
pub(crate) fn text(shower: &Shower<'_>, report: &SweepReport) -> String {
    let on = shower.words.date(shower.zone.day_of(report.at));
    let title = if report.dry_run { "What is due (nothing is changed)" } else { "Retention run" };
    let mut text = format!("{}\n", bold(&format!("{title}, {on}")));
    for store in &report.stores {
        for table in &store.tables {
            table_lines(shower, store, table, report.dry_run, &mut text);
        }
        if store.one_by_one > 0 {
            let rows = counted(store.one_by_one, "row");
            let _ = writeln!(
                text,
                "  {}: {rows} deleted or emptied, of people looked at one by one",
                store.store
            );
        }
        for refusal in &store.refusals {
            let _ = writeln!(text, "  {} {}: {refusal}", colour(31, "refused"), store.store);
        }
        for note in &store.notes {
            let _ = writeln!(text, "  {}: {note}", store.store);
        }
    }
    let is_idle =
        |store: &SweptStore| store.tables.is_empty() && store.refusals.is_empty() && store.one_by_one == 0;
    if report.unreached.is_empty() && report.stores.iter().all(is_idle) {
        text.push_str("  nothing is due\n");
    }
    for store in &report.unreached {
        let _ = writeln!(
            text,
            "  store `{}` could not be asked: {}; the next run takes it up",
            store.store, store.problem
        );
    }
    text
}

fn table_lines(
    shower: &Shower<'_>,
    store: &SweptStore,
    table: &SweptTable,
    dry_run: bool,
    text: &mut String,
) {
    let verbs = if dry_run {
        ["to delete", "to empty", "to detach", "to archive"]
    } else {
        ["deleted", "emptied", "detached", "archived"]
    };
    let numbers = [table.deleted, table.emptied, table.detached, table.archived];
    // What Kept itself keeps are values, several of them in a record.
    let unit = if store.store.as_str() == kept_engine::own::STORE { "value" } else { "row" };
    let parts: Vec<String> = numbers
        .iter()
        .zip(verbs)
        .filter(|(number, _)| **number > 0)
        .map(|(number, verb)| format!("{} {verb}", counted(*number, unit)))
        .collect();
    if !parts.is_empty() {
        let _ = writeln!(text, "  {}.{}: {}", store.store, table.table, parts.join(", "));
    }
    for rule in &table.rules {
        let title = shower.purpose_title(&rule.statement).unwrap_or_else(|| rule.statement.clone());
        let oldest = rule
            .oldest
            .map(|day| format!(", the oldest from {}", shower.words.date(day)))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "    {} {title}: {}{oldest}  {}",
            colour(36, "·"),
            counted(rule.rows, "row"),
            colour(2, &rule.statement)
        );
    }
    if table.without_ground > 0 {
        let _ = writeln!(
            text,
            "  {}.{}: {} never had a ground; they go only with --without-ground APPROVER",
            store.store,
            table.table,
            counted(table.without_ground, "row")
        );
    }
}

/// A forecast.
pub(crate) fn forecast(shower: &Shower<'_>, report: &ForecastReport) -> String {
    let mut text = format!("{}\n", bold("What falls due, as the stores stand now"));
    for month in report.months.iter().filter(|month| !month.lines.is_empty()) {
        let _ = writeln!(text, "\nuntil {}", shower.words.date(month.until));
        let rows: Vec<Vec<String>> = month
            .lines
            .iter()
            .map(|line| {
                let title = shower.purpose_title(&line.statement).unwrap_or_else(|| line.statement.clone());
                vec![grouped(line.rows), format!("{}.{}", line.store, line.table), title]
            })
            .collect();
        text.push_str(&aligned(&rows, "  "));
    }
    if report.months.iter().all(|month| month.lines.is_empty()) {
        text.push_str("  nothing\n");
    }
    for store in &report.unreached {
        let _ = writeln!(text, "  store `{}` could not be asked: {}", store.store, store.problem);
    }
    text
}
