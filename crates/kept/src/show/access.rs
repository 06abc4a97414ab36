//! The access report on a terminal.

use std::fmt::Write;

use kept_engine::report::access::{AccessReport, HeldRow, HeldTable, HeldValue};

use crate::printer::{bold, colour};
use crate::show::Shower;
use crate::table::aligned;

/// The whole report.
pub(crate) fn text(shower: &Shower<'_>, report: &AccessReport) -> String {
    let mut text = shower.head("Access report (Art. 15 GDPR)", &report.head);
    text.push_str(&shower.found(&report.found, &report.unreached));
    for table in &report.held {
        held(shower, table, &mut text);
    }
    purposes(shower, report, &mut text);
    if !report.restrictions.is_empty() {
        let _ = writeln!(text, "\n{}: {}", bold("Restrictions in force"), report.restrictions.len());
    }
    if !report.unreached.is_empty() {
        text.push_str(
            "\nThis answer is not complete: the case stays open until every store has been asked.\n",
        );
    }
    text
}

fn held(shower: &Shower<'_>, table: &HeldTable, text: &mut String) {
    let _ = writeln!(text, "\n{}", bold(&format!("{}.{}", table.store, table.table)));
    let mut grounds: Vec<String> = Vec::new();
    for row in &table.rows {
        let _ = writeln!(text, "  {}", colour(2, &row_title(row)));
        if row.relation != "mentions" {
            let cells: Vec<Vec<String>> = table
                .columns
                .iter()
                .zip(&row.values)
                .map(|(column, value)| {
                    vec![
                        column.title.clone(),
                        shown(value),
                        colour(2, &format!("{}, {}", column.datum, column.origin)),
                    ]
                })
                .collect();
            text.push_str(&aligned(&cells, "    "));
        }
        let lines: Vec<String> = row.grounds.iter().map(|reason| shower.reason(reason)).collect();
        if lines != grounds {
            for line in &lines {
                let _ = writeln!(text, "    {} {line}", colour(36, "·"));
            }
            grounds = lines;
        } else if !lines.is_empty() {
            let _ = writeln!(text, "    {} on the same grounds as the one above", colour(36, "·"));
        }
    }
}

fn row_title(row: &HeldRow) -> String {
    match row.relation {
        "mentions" => format!("row {} mentions you; what it holds is another person's", row.key),
        "shared" => format!("row {}, shared with another person", row.key),
        _ => format!("row {}", row.key),
    }
}

fn shown(value: &HeldValue) -> String {
    match value {
        HeldValue::Empty => "(empty)".to_owned(),
        HeldValue::Value(text) => one_line(text),
        HeldValue::AnotherPersons => "(another person's)".to_owned(),
        HeldValue::NeverShown => "(stored as a hash, never shown)".to_owned(),
    }
}

/// A value on one line: control characters of a stored value never reach the terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn purposes(shower: &Shower<'_>, report: &AccessReport, text: &mut String) {
    if report.purposes.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", bold("What the data are for"));
    for purpose in &report.purposes {
        let because = purpose.because.as_deref().map(|because| format!(" ({because})")).unwrap_or_default();
        let _ = writeln!(text, "  {}: {}{because}", purpose.title, purpose.basis);
        if let Some(keep) = &purpose.keep {
            let _ = writeln!(text, "    kept {keep}");
        }
        if !purpose.recipients.is_empty() {
            let _ = writeln!(text, "    received by {}", shower.words.and(&purpose.recipients));
        }
    }
}
