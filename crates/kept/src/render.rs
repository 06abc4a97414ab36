//! Diagnostics as people see them: the code, the excerpt with its caret, what to type instead.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use kept_core::diagnostic::{Diagnostic, Severity};

use crate::folder::RawFile;

/// Of a line that is longer than this, in bytes, only what stands around the label is shown.
const LINE_BYTES_MAX: usize = 4_096;
/// So much of such a line is shown on each side.
const AROUND_BYTES: usize = 512;

/// The diagnostics with excerpts of the files they are about, the gravest kind counted at the end.
pub(crate) fn diagnostics(found: &[Diagnostic], files: &[RawFile]) -> String {
    let renderer = Renderer::styled();
    let pages: BTreeMap<&str, Page<'_>> =
        files.iter().map(|file| (file.name.as_str(), Page::of(&file.bytes))).collect();
    let mut text = String::new();
    for diagnostic in found {
        let excerpts: Vec<Excerpt<'_>> = diagnostic
            .labels
            .iter()
            .map(|label| {
                pages.get(label.file.as_str()).map_or(Excerpt::NONE, |page| page.excerpt(&label.span))
            })
            .collect();
        let _ = writeln!(text, "{}\n", renderer.render(&groups(diagnostic, &excerpts)));
    }
    text
}

/// A file as text, and where its lines begin.
struct Page<'a> {
    text: Cow<'a, str>,
    starts: Vec<usize>,
}

/// The lines of a label, and the label's place within them.
struct Excerpt<'a> {
    lines: &'a str,
    /// The number of the first of them, from 1.
    number: usize,
    span: Range<usize>,
}

impl Excerpt<'_> {
    const NONE: Self = Self { lines: "", number: 1, span: 0..0 };
}

impl<'a> Page<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// What a label is about: its lines, cut where they are very long. A column of a cut line is
    /// counted from the cut.
    fn excerpt(&self, span: &Range<usize>) -> Excerpt<'_> {
        let text: &str = &self.text;
        let end = span.end.min(text.len());
        let start = span.start.min(end);
        let number = self.starts.partition_point(|line| *line <= start);
        let mut first = number.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or(0);
        let after = self.starts.partition_point(|line| *line <= end);
        let mut last = self.starts.get(after).copied().unwrap_or(text.len());
        if last - first > LINE_BYTES_MAX {
            first = first.max(text.floor_char_boundary(start.saturating_sub(AROUND_BYTES)));
            last = last.min(text.ceil_char_boundary((start + AROUND_BYTES).min(text.len())));
        }
        let lines = text.get(first..last).unwrap_or_default();
        Excerpt { lines, number, span: start - first..end.min(last) - first }
    }
}

fn groups<'a>(diagnostic: &'a Diagnostic, excerpts: &'a [Excerpt<'a>]) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Advice => Level::NOTE.with_name("advice"),
    };
    let title = level.primary_title(harmless(&diagnostic.message)).id(diagnostic.code);
    let mut group = Group::with_title(title);
    for (place, (label, excerpt)) in diagnostic.labels.iter().zip(excerpts).enumerate() {
        let kind = if place == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(excerpt.span.clone()).label(label.text.as_str());
        let snippet = Snippet::source(excerpt.lines).line_start(excerpt.number).path(label.file.as_str());
        group = group.element(snippet.annotation(annotation));
    }
    if let Some(article) = diagnostic.article {
        group = group.element(Level::NOTE.message(article));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(harmless(help)));
    }
    vec![group]
}

/// A text that quotes what a file says, without what would steer a terminal or turn the order of
/// its letters.
fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(steers) { Cow::Owned(text.replace(steers, "�")) } else { Cow::Borrowed(text) }
}

/// `2 errors, 1 warning`, or nothing.
pub(crate) fn counts(found: &[Diagnostic]) -> String {
    let count = |severity| found.iter().filter(|one| one.severity == severity).count();
    let parts =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Advice, "piece of advice")];
    let words: Vec<String> = parts
        .into_iter()
        .map(|(severity, word)| (count(severity), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| match (number, word) {
            (1, word) => format!("1 {word}"),
            (number, "piece of advice") => format!("{number} pieces of advice"),
            (number, word) => format!("{number} {word}s"),
        })
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, span: Range<usize>) -> String {
        let found = Diagnostic::error("key/unknown", "wrong here").at("a.toml", span, "this");
        let files = [RawFile { name: "a.toml".to_owned(), bytes: text.as_bytes().to_vec() }];
        let text = diagnostics(&[found], &files);
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn a_label_is_shown_with_its_line_and_place() {
        let page = shown("one\n  two = 2\nthree\n", 6..9);
        assert!(page.contains("a.toml:2:3"), "{page}");
        assert!(page.contains("two = 2") && page.contains("^^^ this"), "{page}");
        assert!(!page.contains("three"), "{page}");
    }

    #[test]
    fn a_label_at_the_end_of_the_file_or_beyond_it_is_shown_too() {
        assert!(shown("one\ntwo", 7..7).contains("a.toml:2:4"));
        assert!(shown("", 0..0).contains("wrong here"));
        assert!(shown("é", 40..50).contains("wrong here"));
    }

    #[test]
    fn a_line_of_a_megabyte_is_cut_around_the_label() {
        let text = format!("a = 1\nx = \"{}wrong{}\"\n", "é".repeat(300_000), "ü".repeat(300_000));
        let at = text.find("wrong").unwrap();
        let page = shown(&text, at..at + 5);
        assert!(page.len() < 8_000 && page.contains("wrong") && page.contains("a.toml:2:"), "{}", page.len());
        let whole = shown(&text, 6..text.len());
        assert!(whole.len() < 8_000, "{}", whole.len());
    }

    #[test]
    fn what_a_file_says_can_not_steer_the_terminal() {
        let found = Diagnostic::error("key/unknown", "`\u{1b}[2J\u{202e}` is wrong").help("try `\u{7}`");
        let page = anstream::adapter::strip_str(&diagnostics(&[found], &[])).to_string();
        assert!(page.contains("`�[2J�` is wrong") && page.contains("try `�`"), "{page}");
        let page = shown("\u{1b}[2Jx = 1 # \u{202e}\u{7}\n", 4..5);
        assert!(!page.chars().any(|letter| letter.is_control() && letter != '\n'), "{page:?}");
    }
}
