//! A file of translations kept in step with its policy (`kept texts`): what is not translated yet is
//! added as comments to be filled in, what was translated from an older text is marked.
//!
//! Translations and the author's own comments stay as they are. Ours are known by their form, a
//! comment that reads `key = { text = "…", of = "…" }`, so that running twice changes nothing more.
//! Not here: reading translations into the model (`reader`), writing the file (`kept`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use indexmap::IndexMap;

use super::layout::{self, Line, LineKind};
use super::model::Text;
use super::reader::texts::{Leaf, gather, mark};
use super::reader::tree::{self, Table, Value};
use super::source::SourceFile;
use crate::diagnostic::Diagnostic;

/// How a comment about a translation begins whose source has changed.
const STALE: &str = "stale: ";
/// The first line of a new file.
const HEAD: &str =
    "# Translations. What is behind a `#` is not translated yet: take the `#` away and translate the text.\n";

/// A file of translations in step with its policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated {
    /// The new content of the file.
    pub text: String,
    /// How many texts are translated.
    pub translated: usize,
    /// The paths of texts that are not.
    pub missing: Vec<String>,
    /// The paths of translations that were made from another text than today's.
    pub stale: Vec<String>,
    /// The paths of translations of texts that the policy does not have.
    pub unknown: Vec<String>,
}

/// Brings a file of translations in step with the texts of a policy. With `note_marks` every
/// translation without a mark is taken for one of today's text, and notes it.
///
/// # Errors
/// What is wrong with the file, if it is no TOML that the reader reads.
pub fn update(texts: &[Text], file: &SourceFile, note_marks: bool) -> Result<Updated, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let table = tree::parse(file, &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    let whole = std::str::from_utf8(&file.bytes).unwrap_or_default();
    let paths = texts.iter().map(|text| (text.path.clone(), text.written.clone())).collect();
    let mut leaves = BTreeMap::new();
    // What is no text has been said by the reader, and stays as it is.
    gather(&table, "", &paths, &mut leaves, &mut found);
    let text = layout::without_mark(whole);
    let shift = whole.len() - text.len();
    for leaf in leaves.values_mut() {
        leaf.key = leaf.key.start - shift..leaf.key.end - shift;
        leaf.value = leaf.value.start - shift..leaf.value.end - shift;
    }
    let places = leaves.iter().map(|(path, leaf)| (leaf.key.start, path.clone())).collect();
    let work = Work { paths, leaves, places, text };
    let lines = work.lines();
    let mut new_text = work.assemble(&lines, Place::UnderHeadings, note_marks);
    let mut wrong = Vec::new();
    tree::parse(&SourceFile::new(file.name.clone(), new_text.as_str()), &mut wrong);
    if !wrong.is_empty() {
        // A new heading would say twice what a dotted key says already.
        new_text = work.assemble(&lines, Place::AtTheTop, note_marks);
    }
    Ok(work.report(new_text))
}

/// Where texts go for which no heading stands in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    UnderHeadings,
    AtTheTop,
}

/// A file of translations and the texts that it should hold.
struct Work<'a> {
    paths: IndexMap<String, String>,
    leaves: BTreeMap<String, Leaf>,
    /// The path of the translation that begins at a byte.
    places: BTreeMap<usize, String>,
    text: &'a str,
}

/// A line with the section that it stands in.
struct Placed<'a> {
    line: Line<'a>,
    section: usize,
    /// The text to be translated that a comment of ours holds.
    note: Option<Note>,
}

/// A comment of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Note {
    stale: bool,
    path: String,
    text: String,
    of: String,
}

struct Lines<'a> {
    lines: Vec<Placed<'a>>,
    /// The paths of the headings; the first stands for what is above all of them.
    sections: Vec<String>,
}

impl<'a> Work<'a> {
    fn lines(&self) -> Lines<'a> {
        let mut sections = vec![String::new()];
        let mut lines = Vec::new();
        for line in layout::lines(self.text) {
            if line.kind == LineKind::Heading {
                sections.push(heading_path(&line).unwrap_or_default());
            }
            let section = sections.len() - 1;
            let heading = sections.last().map(String::as_str).unwrap_or_default();
            let note = line.comment.filter(|_| line.kind == LineKind::Comment);
            let note = note.and_then(|comment| note_of(comment, heading));
            lines.push(Placed { line, section, note });
        }
        Lines { lines, sections }
    }

    /// Whether a comment of ours still says what it should, or was touched and has to stay.
    fn stays(&self, note: &Note) -> bool {
        if note.stale {
            return false;
        }
        let touched = mark(&note.text) != note.of;
        let current = self.paths.get(&note.path).is_some_and(|source| mark(source) == note.of);
        touched || (current && !self.leaves.contains_key(&note.path))
    }

    /// The whole file anew.
    fn assemble(&self, lines: &Lines<'_>, place: Place, note_marks: bool) -> String {
        let mut added = self.added(lines, place);
        let ends = ends(lines);
        let mut out = if self.text.is_empty() { HEAD.to_owned() } else { String::new() };
        for (at, placed) in lines.lines.iter().enumerate() {
            if placed.note.as_ref().is_none_or(|note| self.stays(note)) {
                let heading = lines.sections.get(placed.section).map(String::as_str).unwrap_or_default();
                self.stale_notes(&placed.line, heading, &mut out);
                self.write_line(&placed.line, note_marks, &mut out);
            }
            if ends.get(&placed.section) == Some(&at) {
                let section = lines.sections.get(placed.section).map(String::as_str).unwrap_or_default();
                let paths = added.under.remove(&placed.section).unwrap_or_default();
                paths.iter().for_each(|path| self.write_note(path, section, "", &mut out));
            }
        }
        for (heading, paths) in &added.fresh {
            if !out.is_empty() {
                out.push('\n');
            }
            let _ = writeln!(out, "[{}]", key_text(heading));
            paths.iter().for_each(|path| self.write_note(path, heading, "", &mut out));
        }
        let mut top = String::new();
        added.top.iter().for_each(|path| self.write_note(path, "", "", &mut top));
        top + &out
    }

    /// Where each text goes that is neither translated nor waiting in a comment.
    fn added(&self, lines: &Lines<'_>, place: Place) -> Added {
        let waiting: BTreeSet<&str> = lines
            .lines
            .iter()
            .filter_map(|placed| placed.note.as_ref())
            .filter(|note| {
                self.stays(note) && self.paths.get(&note.path).is_some_and(|source| mark(source) == note.of)
            })
            .map(|note| note.path.as_str())
            .collect();
        let mut added = Added::default();
        let known: BTreeMap<&str, usize> =
            lines.sections.iter().enumerate().skip(1).map(|(at, path)| (path.as_str(), at)).collect();
        for path in self.paths.keys() {
            if self.leaves.contains_key(path) || waiting.contains(path.as_str()) {
                continue;
            }
            let around = std::iter::successors(parent(path), |path| parent(path));
            match around.into_iter().find_map(|path| known.get(path)) {
                Some(section) => added.under.entry(*section).or_default().push(path.clone()),
                None if place == Place::AtTheTop => added.top.push(path.clone()),
                None => added.fresh.entry(usual_heading(path)).or_default().push(path.clone()),
            }
        }
        added
    }

    fn write_note(&self, path: &str, heading: &str, lead: &str, out: &mut String) {
        let Some(source) = self.paths.get(path) else { return };
        let key = key_text(within(path, heading));
        let _ = writeln!(out, "# {lead}{key} = {{ text = {}, of = \"{}\" }}", literal(source), mark(source));
    }

    /// The translations of a line, in their order.
    fn within(&self, line: &Line<'_>) -> impl Iterator<Item = (&String, &Leaf)> {
        let places = self.places.range(line.span.clone());
        places.filter_map(|(_, path)| self.leaves.get_key_value(path))
    }

    /// A comment above a line for each stale translation in it.
    fn stale_notes(&self, line: &Line<'_>, heading: &str, out: &mut String) {
        for (path, _) in self.within(line).filter(|(path, _)| self.is_stale(path)) {
            self.write_note(path, heading, STALE, out);
        }
    }

    fn is_stale(&self, path: &str) -> bool {
        let of = self.leaves.get(path).and_then(|leaf| leaf.of.as_ref());
        of.zip(self.paths.get(path)).is_some_and(|(of, source)| *of != mark(source))
    }

    /// A line as it is, or with the marks that its translations lack.
    fn write_line(&self, line: &Line<'_>, note_marks: bool, out: &mut String) {
        let mut next = line.span.start;
        let unmarked = self.within(line).filter(|(_, leaf)| note_marks && leaf.of.is_none());
        for (path, leaf) in unmarked {
            let Some(source) = self.paths.get(path) else { continue };
            out.push_str(self.text.get(next..leaf.value.start).unwrap_or_default());
            let value = self.text.get(leaf.value.clone()).unwrap_or_default();
            let _ = write!(out, "{{ text = {value}, of = \"{}\" }}", mark(source));
            next = leaf.value.end;
        }
        out.push_str(self.text.get(next..line.span.end).unwrap_or_default());
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }

    fn report(self, text: String) -> Updated {
        let known = |path: &&String| self.paths.contains_key(*path);
        let (translated, unknown): (Vec<&String>, Vec<&String>) = self.leaves.keys().partition(known);
        let missing = self.paths.keys().filter(|path| !self.leaves.contains_key(*path));
        let stale = translated.iter().filter(|path| self.is_stale(path));
        Updated {
            text,
            translated: translated.len(),
            missing: missing.cloned().collect(),
            stale: stale.map(|path| (*path).clone()).collect(),
            unknown: unknown.into_iter().cloned().collect(),
        }
    }
}

/// Texts to be added: under headings that are there, under new ones, and above all of them.
#[derive(Default)]
struct Added {
    under: BTreeMap<usize, Vec<String>>,
    fresh: IndexMap<String, Vec<String>>,
    top: Vec<String>,
}

/// The line after which something is added to each section: its last that says anything.
fn ends(lines: &Lines<'_>) -> BTreeMap<usize, usize> {
    let mut ends = BTreeMap::new();
    for (at, placed) in lines.lines.iter().enumerate() {
        let says = matches!(placed.line.kind, LineKind::Heading | LineKind::Pair) || placed.note.is_some();
        if says {
            ends.insert(placed.section, at);
        }
    }
    ends
}

/// The path of a heading.
fn heading_path(line: &Line<'_>) -> Option<String> {
    let text: String = line.pieces.iter().map(|piece| piece.text).collect();
    let (path, _) = only_path(&parsed(&text)?, |table| table.entries.is_empty())?;
    Some(path)
}

/// A comment of ours, if this is one.
fn note_of(comment: &str, heading: &str) -> Option<Note> {
    let body = comment.strip_prefix('#')?.trim();
    let (stale, body) = body.strip_prefix(STALE).map_or((false, body), |body| (true, body));
    if !body.contains(" of = ") {
        return None;
    }
    let tree = parsed(body)?;
    let (path, table) = only_path(&tree, |table| table.entries.contains_key("of"))?;
    let word = |key: &str| match table.entries.get(key).map(|entry| &entry.node.value) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let path = if heading.is_empty() { path } else { format!("{heading}.{path}") };
    Some(Note { stale, path, text: word("text")?, of: word("of")? })
}

fn parsed(text: &str) -> Option<Table> {
    let mut found = Vec::new();
    let tree = tree::parse(&SourceFile::new("line.toml", text), &mut found);
    found.is_empty().then_some(tree)
}

/// The path of tables with one entry each, down to the table that is meant.
fn only_path(table: &Table, is_end: impl Fn(&Table) -> bool) -> Option<(String, &Table)> {
    let mut path: Vec<&str> = Vec::new();
    let mut table = table;
    while path.is_empty() || !is_end(table) {
        let (key, entry) = table.entries.first().filter(|_| table.entries.len() == 1)?;
        let Value::Table(inner) = &entry.node.value else { return None };
        path.push(key);
        table = inner;
    }
    Some((path.join("."), table))
}

fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(parent, _)| parent)
}

/// The heading under which a text usually stands: of a named thing with its name.
fn usual_heading(path: &str) -> String {
    let parts: Vec<&str> = path.split('.').collect();
    let length = parts.len().saturating_sub(1).clamp(1, 2);
    parts.get(..length).unwrap_or_default().join(".")
}

/// What is left of a path under a heading.
fn within<'p>(path: &'p str, heading: &str) -> &'p str {
    path.strip_prefix(heading).and_then(|rest| rest.strip_prefix('.')).unwrap_or(path)
}

/// A path as TOML writes it: names that are not plain stand in quotes.
fn key_text(path: &str) -> String {
    let plain =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let parts: Vec<String> =
        path.split('.').map(|part| if plain(part) { part.to_owned() } else { literal(part) }).collect();
    parts.join(".")
}

/// A text in quotes, on one line.
fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(control));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
#[path = "translate_tests.rs"]
mod tests;
