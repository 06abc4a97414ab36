//! Comma-separated values: the cells of a row with their places in its text, and cells as text.
//!
//! RFC 4180 as spreadsheets write it, taken strictly: what could be read in two ways is an error,
//! because a file read wrongly is erased wrongly. Not here: files, and what a value means.

use std::borrow::Cow;
use std::ops::Range;

use super::Wrong;

/// A field of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field<'t> {
    /// Where it lies in the row's text, quotes included.
    pub(super) range: Range<usize>,
    /// What it says.
    pub(super) text: Cow<'t, str>,
    /// Whether it stands in quotes.
    pub(super) is_quoted: bool,
}

/// The fields of a row, whose text comes without its line ending.
pub(super) fn fields(text: &str, delimiter: u8) -> Result<Vec<Field<'_>>, Wrong> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let field = match bytes.get(at) {
            Some(b'"') => quoted(text, at)?,
            _ => plain(text, at, delimiter)?,
        };
        at = field.range.end;
        found.push(field);
        match bytes.get(at) {
            None => return Ok(found),
            Some(byte) if *byte == delimiter => at += 1,
            Some(_) => return Err(Wrong::new(at, "text follows a closing quote")),
        }
    }
}

fn quoted(text: &str, start: usize) -> Result<Field<'_>, Wrong> {
    let inside = start + 1;
    let mut at = inside;
    let mut doubled = false;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(found) = rest.find('"') else {
            return Err(Wrong::new(start, "a quote is opened and never closed"));
        };
        let end = at + found;
        if text.as_bytes().get(end + 1) == Some(&b'"') {
            doubled = true;
            at = end + 2;
            continue;
        }
        let within = text.get(inside..end).unwrap_or_default();
        let said = if doubled { Cow::Owned(within.replace("\"\"", "\"")) } else { Cow::Borrowed(within) };
        return Ok(Field { range: start..end + 1, text: said, is_quoted: true });
    }
}

fn plain(text: &str, start: usize, delimiter: u8) -> Result<Field<'_>, Wrong> {
    let rest = text.get(start..).unwrap_or_default();
    let end = start + rest.find(char::from(delimiter)).unwrap_or(rest.len());
    let said = text.get(start..end).unwrap_or_default();
    if let Some(at) = said.find('"') {
        return Err(Wrong::new(start + at, "a quote stands within a field that does not begin with one"));
    }
    if let Some(at) = said.find('\r') {
        return Err(Wrong::new(start + at, "a carriage return stands alone; lines end with LF or CR LF"));
    }
    Ok(Field { range: start..end, text: Cow::Borrowed(said), is_quoted: false })
}

/// A value as a field.
pub(super) fn field(value: &str, delimiter: u8, in_quotes: bool) -> String {
    let must = value.is_empty()
        || value.contains(['"', '\n', '\r', char::from(delimiter)])
        || value.starts_with([' ', '\u{feff}'])
        || value.ends_with(' ');
    if must || in_quotes { format!("\"{}\"", value.replace('"', "\"\"")) } else { value.to_owned() }
}

/// The delimiter of a header: the usual sign that stands in it most often outside quotes, the
/// comma where none does.
pub(super) fn delimiter(header: &str) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut is_quoted = false;
    for byte in header.bytes() {
        if byte == b'"' {
            is_quoted = !is_quoted;
        } else if !is_quoted {
            for (sign, count) in &mut counts {
                *count += usize::from(*sign == byte);
            }
        }
    }
    // The first of equals: the comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(sign, _)| *sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(row: &str) -> Vec<String> {
        fields(row, b',').unwrap().into_iter().map(|field| field.text.into_owned()).collect()
    }

    #[test]
    fn fields_are_read_with_their_places_and_quotes() {
        assert_eq!(texts("a,,c"), ["a", "", "c"]);
        assert_eq!(texts("a,"), ["a", ""]);
        assert_eq!(texts(""), [""]);
        assert_eq!(texts("\"a,\"\"b\"\"\n\",c"), ["a,\"b\"\n", "c"]);
        assert_eq!(texts("\"\",é"), ["", "é"]);
        let row = "x,\"y\"";
        let found = fields(row, b',').unwrap();
        assert_eq!(found.last().unwrap().range, 2..5);
        assert!(found.last().unwrap().is_quoted && !found.first().unwrap().is_quoted);
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_an_error_with_its_place() {
        for (row, at) in [("a,b\"c", 3), ("\"a\"b,c", 3), ("a,\"b", 2), ("a\rb", 1), ("\"a\" ,b", 3)] {
            assert_eq!(fields(row, b',').unwrap_err().at, at, "{row}");
        }
    }

    #[test]
    fn a_field_is_read_back_as_it_was_written() {
        for value in ["", "a", "a,b", "\"", " a ", "line\nline", "\r", "é;é", "\u{feff}x"] {
            for in_quotes in [true, false] {
                let row = format!("{},z", field(value, b',', in_quotes));
                assert_eq!(texts(&row), [value, "z"], "{row:?}");
            }
        }
    }

    #[test]
    fn the_delimiter_is_the_sign_that_the_header_uses() {
        assert_eq!(delimiter("id,email"), b',');
        assert_eq!(delimiter("id;\"a,b,c\";email"), b';');
        assert_eq!(delimiter("id\temail"), b'\t');
        assert_eq!(delimiter("id|email"), b'|');
        assert_eq!(delimiter("id"), b',');
    }
}
