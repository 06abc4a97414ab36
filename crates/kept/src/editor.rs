//! Findings with places as editors count them (`kept check --json`).
//!
//! Lines and columns are counted from 1, columns in characters; the end is the place after the last
//! character. `utf16` says the same from 0 in UTF-16 units, as the Language Server Protocol asks;
//! `byte` counts from 0 in the whole file.

use kept_core::diagnostic::{Diagnostic, Label, Severity};
use serde::Serialize;

use crate::folder::RawFile;

/// The page on which every code is explained.
const EXPLAINED: &str = "docs/diagnostics.md";

/// A finding for an editor.
#[derive(Debug, Serialize)]
pub(crate) struct Found<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<&'a str>,
    /// Where the code is explained.
    href: String,
    /// The place, where there is one.
    #[serde(flatten)]
    place: Option<Place<'a>>,
    /// Every place that matters, that one first.
    labels: Vec<Labelled<'a>>,
}

/// A place with what is to be said beside it.
#[derive(Debug, Serialize)]
struct Labelled<'a> {
    text: &'a str,
    /// Bytes in the file.
    span: std::ops::Range<usize>,
    #[serde(flatten)]
    place: Place<'a>,
}

/// A place in a file.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    utf16: Ends<Utf16>,
    byte: Ends<usize>,
}

/// Where something begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Ends<T> {
    start: T,
    end: T,
}

/// A place by line and UTF-16 unit, both from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Utf16 {
    line: usize,
    character: usize,
}

/// Findings with their places in these files.
pub(crate) fn found<'a>(found: &'a [Diagnostic], files: &[RawFile]) -> Vec<Found<'a>> {
    found
        .iter()
        .map(|one| {
            let labels: Vec<Labelled<'a>> = one.labels.iter().map(|label| labelled(label, files)).collect();
            Found {
                code: one.code,
                severity: one.severity,
                message: &one.message,
                help: one.help.as_deref(),
                article: one.article,
                href: format!("{EXPLAINED}#{}", one.code),
                place: labels.first().map(|label| label.place.clone()),
                labels,
            }
        })
        .collect()
}

fn labelled<'a>(label: &'a Label, files: &[RawFile]) -> Labelled<'a> {
    let file = files.iter().find(|file| file.name == label.file);
    let bytes = file.map(|file| file.bytes.as_slice()).unwrap_or_default();
    let (start, end) = (at(bytes, label.span.start), at(bytes, label.span.end));
    let place = Place {
        file: &label.file,
        line: start.line + 1,
        column: start.characters + 1,
        end_line: end.line + 1,
        end_column: end.characters + 1,
        utf16: Ends { start: start.utf16(), end: end.utf16() },
        byte: Ends { start: label.span.start, end: label.span.end },
    };
    Labelled { text: &label.text, span: label.span.clone(), place }
}

/// A point of a file, all counts from 0.
struct Point {
    line: usize,
    characters: usize,
    units: usize,
}

impl Point {
    fn utf16(&self) -> Utf16 {
        Utf16 { line: self.line, character: self.units }
    }
}

fn at(bytes: &[u8], offset: usize) -> Point {
    let before = bytes.get(..offset).unwrap_or(bytes);
    let line = before.iter().filter(|byte| **byte == b'\n').count();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let text = String::from_utf8_lossy(before.get(start..).unwrap_or_default());
    Point { line, characters: text.chars().count(), units: text.encode_utf16().count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_lines_characters_utf16_units_and_bytes() {
        let files = [RawFile { name: "a.toml".to_owned(), bytes: "x = 1\n# é𝄞 key = 2\n".into() }];
        let start = files[0].bytes.windows(3).position(|three| three == b"key").unwrap();
        let one = [Diagnostic::error("key/unknown", "no").at("a.toml", start..start + 3, "")];
        let json = serde_json::to_value(found(&one, &files)).unwrap();
        assert_eq!(json[0]["file"], "a.toml");
        assert_eq!((&json[0]["line"], &json[0]["column"]), (&2.into(), &6.into()));
        assert_eq!((&json[0]["endLine"], &json[0]["endColumn"]), (&2.into(), &9.into()));
        assert_eq!(json[0]["utf16"]["start"], serde_json::json!({ "line": 1, "character": 6 }));
        assert_eq!(json[0]["byte"], serde_json::json!({ "start": start, "end": start + 3 }));
        assert_eq!(json[0]["labels"][0]["span"]["start"], start);
        assert_eq!(json[0]["href"], "docs/diagnostics.md#key/unknown");
    }

    #[test]
    fn a_finding_without_a_place_and_one_beyond_its_file_are_still_findings() {
        let found_twice = [
            Diagnostic::warning("text/missing", "no place"),
            Diagnostic::error("key/unknown", "gone").at("gone.toml", 5..9, ""),
        ];
        let json = serde_json::to_value(found(&found_twice, &[])).unwrap();
        assert!(json[0].get("file").is_none());
        assert_eq!(json[1]["line"], 1);
    }
}
