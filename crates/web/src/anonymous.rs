//! Figures and records of which nobody can be told, as comma-separated values (RFC 4180), and reading
//! such a file again. Not here: how they are made (`kept_core::anonymous`).

use kept_core::anonymous::cells::Shown;
use kept_core::anonymous::records::Records;

use crate::register::csv::line;

/// Figures: a column for each field of the groups, `people`, and one for each sum. The last line, all
/// of whose groups are `*`, is the total. A sum that is not shown is empty.
pub fn figures(shown: &Shown) -> String {
    let mut out = String::new();
    let by = shown.by.iter().map(ToString::to_string);
    let sums = shown.sums.iter().map(|field| format!("sum of {field}"));
    write(&mut out, by.chain(["people".to_owned()]).chain(sums));
    let said = |sums: &[Option<String>]| -> Vec<String> {
        sums.iter().map(|sum| sum.clone().unwrap_or_default()).collect()
    };
    for cell in &shown.cells {
        write(&mut out, cell.group.iter().cloned().chain([cell.people.to_string()]).chain(said(&cell.sums)));
    }
    if let Some(total) = &shown.total {
        let groups = shown.by.iter().map(|_| "*".to_owned());
        write(&mut out, groups.chain([total.people.to_string()]).chain(said(&total.sums)));
    }
    out
}

/// Records: their columns, and a line for each.
pub fn records(made: &Records) -> String {
    let mut out = String::new();
    write(&mut out, made.columns.iter().map(ToString::to_string));
    for row in &made.rows {
        write(&mut out, row.iter().cloned());
    }
    out
}

fn write(out: &mut String, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.collect();
    line(out, cells.iter().map(String::as_str).collect());
}

/// Why a file of records can't be read. No text of it is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// There is no line with the names of the columns.
    #[error("the file is empty: its first line names the columns")]
    Empty,
    /// A line has more or fewer cells than there are columns.
    #[error("record {0} has another number of cells than the first line has columns")]
    Uneven(usize),
    /// A quote is opened and never closed, or text follows a closing one.
    #[error("a quote of record {0} is not closed, or text follows it")]
    Quote(usize),
}

/// The columns of a file and its records.
pub type Table = (Vec<String>, Vec<Vec<String>>);

/// Reads a file of records as [`records`] writes it.
///
/// # Errors
/// [`Unread`], with the number of the record.
pub fn read(text: &str) -> Result<Table, Unread> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines: Vec<Vec<String>> = Vec::new();
    while !rest.is_empty() {
        let mut cells = Vec::new();
        loop {
            let (cell, after) = cell(rest).ok_or(Unread::Quote(lines.len()))?;
            cells.push(plain(cell));
            if let Some(more) = after.strip_prefix(',') {
                rest = more;
                continue;
            }
            let after = after.strip_prefix('\r').unwrap_or(after);
            rest = after.strip_prefix('\n').unwrap_or(after);
            break;
        }
        lines.push(cells);
    }
    let mut lines = lines.into_iter();
    let columns = lines.next().ok_or(Unread::Empty)?;
    let rows: Vec<Vec<String>> = lines.collect();
    match (1..).zip(&rows).find(|(_, row)| row.len() != columns.len()) {
        Some((number, _)) => Err(Unread::Uneven(number)),
        None => Ok((columns, rows)),
    }
}

/// The first cell of a text, and what follows it.
fn cell(text: &str) -> Option<(String, &str)> {
    let Some(mut inside) = text.strip_prefix('"') else {
        let end = text.find([',', '\r', '\n']).unwrap_or(text.len());
        let (cell, after) = text.split_at(end);
        return Some((cell.to_owned(), after));
    };
    let mut cell = String::new();
    loop {
        let (before, after) = inside.split_once('"')?;
        cell.push_str(before);
        let Some(more) = after.strip_prefix('"') else {
            let ends = after.is_empty() || after.starts_with([',', '\r', '\n']);
            return ends.then_some((cell, after));
        };
        cell.push('"');
        inside = more;
    }
}

/// A cell without the apostrophe that keeps a spreadsheet from taking it for a formula.
fn plain(cell: String) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '|', '%']) => rest.to_owned(),
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let column = |name: &str| kept_core::policy::model::DataRef::whole(name.into());
        let rows = vec![
            vec!["a, \"b\"".to_owned(), "-10-0".to_owned()],
            vec![String::new(), "two\nlines".to_owned()],
        ];
        let columns = vec![column("one"), column("two")];
        let text = records(&Records { columns, rows: rows.clone(), ..Records::default() });
        let (columns, read) = read(&text).unwrap();
        assert_eq!((columns, read), (vec!["one".to_owned(), "two".to_owned()], rows));
    }

    #[test]
    fn a_file_that_is_no_table_is_told_by_its_record() {
        assert_eq!(read(""), Err(Unread::Empty));
        assert_eq!(read("a,b\n1,2\n3\n"), Err(Unread::Uneven(2)));
        assert_eq!(read("a,b\n1,\"2\n"), Err(Unread::Quote(1)));
        assert_eq!(read("a,b\n1,\"2\"x\n"), Err(Unread::Quote(1)));
    }
}
