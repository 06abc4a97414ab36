//! The record as comma-separated values (RFC 4180): one line for each processing, both parts in
//! one table, lines ending in CR LF.

use crate::register::sheet::{Column, Party, Sheet};

/// The record as CSV. A cell that a spreadsheet would take for a formula begins with an
/// apostrophe, which makes it text there.
pub fn csv(sheet: &Sheet) -> String {
    let plain = &sheet.plain;
    let mut out = String::new();
    let names = Column::ALL.iter().filter_map(|column| plain.columns.get(column));
    let head: Vec<&str> = [&plain.record, &plain.id].into_iter().chain(names).map(String::as_str).collect();
    line(&mut out, head);
    let measures = sheet.measures.join("; ");
    for part in &sheet.parts {
        for row in &part.rows {
            let cells = Column::ALL.map(|column| match column {
                Column::Controller => row.cell(column).iter().map(|name| reached(sheet, name)).collect(),
                Column::Measures => row.cell(column).iter().chain([&measures]).cloned().collect(),
                _ => row.cell(column).to_vec(),
            });
            let cells: Vec<String> = cells.iter().map(|said: &Vec<String>| said.join("; ")).collect();
            let first = [format!("Art. {}", part.kind.article()), row.id.clone()];
            line(&mut out, first.iter().chain(&cells).map(String::as_str).collect());
        }
    }
    out
}

/// A company with how it is reached, since a line must stand for itself.
fn reached(sheet: &Sheet, name: &str) -> String {
    let found: Option<&Party> = sheet.parties.iter().find(|party| party.name == name);
    let Some(party) = found.filter(|party| !party.lines.is_empty()) else { return name.to_owned() };
    let details: Vec<_> = party.lines.iter().map(|(label, said)| format!("{label}: {said}")).collect();
    format!("{name} ({})", details.join("; "))
}

pub(crate) fn line(out: &mut String, cells: Vec<&str>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        let text = harmless(cell);
        if text.contains([',', '"', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
            out.push('"');
            out.push_str(&text.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&text);
        }
    }
    out.push_str("\r\n");
}

/// Text that no spreadsheet takes for a formula, not even after spaces or in full-width letters.
fn harmless(cell: &str) -> String {
    let first = cell.trim_start_matches([' ', '\u{a0}', '\u{3000}']).chars().next();
    let is_formula = first.is_some_and(|letter| "=+-@\t\r\n|%＝＋－＠".contains(letter));
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}
