//! The report as plain text and as Markdown.

use crate::difference::report::{Entry, Report, Thing};

/// The report as plain text, its things and changes under each other.
pub(super) fn text(report: &Report) -> String {
    let mut out = format!("{}\n{}\n{}\n", report.title, report.versions, report.summary);
    for group in &report.groups {
        out.push_str(&format!("\n{} ({})\n", group.title, count(&group.things)));
        for thing in &group.things {
            out.push_str(&format!("\n  {}\n", flat(&thing.title)));
            for entry in &thing.entries {
                out.push_str(&format!("    {}  [{}]\n", flat(&entry.sentence), entry.path));
                for remark in &entry.remarks {
                    out.push_str(&format!("      {}\n", flat(remark)));
                }
            }
        }
    }
    if !report.telling.is_empty() {
        out.push_str(&format!("\n{}\n\n", report.telling_title));
        for line in &report.telling {
            out.push_str(&format!("  {}\n", flat(line)));
        }
    }
    out
}

/// The report as Markdown.
pub(super) fn markdown(report: &Report) -> String {
    let mut out = format!("# {}\n\n{}\n\n{}\n", report.title, escaped(&report.versions), report.summary);
    for group in &report.groups {
        out.push_str(&format!("\n## {} ({})\n", group.title, count(&group.things)));
        for thing in &group.things {
            out.push_str(&format!("\n### {}\n\n", escaped(&thing.title)));
            for entry in &thing.entries {
                item(&mut out, entry);
            }
        }
    }
    if !report.telling.is_empty() {
        out.push_str(&format!("\n## {}\n\n", report.telling_title));
        for line in &report.telling {
            out.push_str(&format!("- {}\n", escaped(line)));
        }
    }
    out
}

fn item(out: &mut String, entry: &Entry) {
    out.push_str(&format!("- {} (`{}`)\n", escaped(&entry.sentence), entry.path.replace('`', "'")));
    for remark in &entry.remarks {
        out.push_str(&format!("  - {}\n", escaped(remark)));
    }
}

fn count(things: &[Thing]) -> usize {
    things.iter().map(|thing| thing.entries.len()).sum()
}

/// On one line, without characters that move a terminal's cursor.
fn flat(text: &str) -> String {
    let letters = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    letters.collect::<String>().split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Text in which nothing is a mark of Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in flat(text).chars() {
        if "\\`*_[]<>#|~".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
