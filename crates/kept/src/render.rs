//! Diagnostics as people see them: the code, the excerpt with its caret, what to type instead.

use std::fmt::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use kept_core::diagnostic::{Diagnostic, Severity};

use crate::folder::RawFile;

/// The diagnostics with excerpts of the files they are about, the gravest kind counted at the end.
pub(crate) fn diagnostics(found: &[Diagnostic], files: &[RawFile]) -> String {
    let renderer = Renderer::styled();
    let mut text = String::new();
    for diagnostic in found {
        let sources: Vec<(&str, String)> =
            diagnostic.labels.iter().map(|label| (label.file.as_str(), source(files, &label.file))).collect();
        let _ = writeln!(text, "{}\n", renderer.render(&groups(diagnostic, &sources)));
    }
    text
}

fn source(files: &[RawFile], name: &str) -> String {
    let file = files.iter().find(|file| file.name == name);
    file.map(|file| String::from_utf8_lossy(&file.bytes).into_owned()).unwrap_or_default()
}

fn groups<'a>(diagnostic: &'a Diagnostic, sources: &'a [(&'a str, String)]) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Advice => Level::NOTE.with_name("advice"),
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let mut group = Group::with_title(title);
    for (place, (label, (file, text))) in diagnostic.labels.iter().zip(sources).enumerate() {
        let kind = if place == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let end = label.span.end.min(text.len());
        let start = label.span.start.min(end);
        let annotation = kind.span(start..end).label(label.text.as_str());
        group = group.element(Snippet::source(text.as_str()).path(*file).annotation(annotation));
    }
    if let Some(article) = diagnostic.article {
        group = group.element(Level::NOTE.message(article));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    vec![group]
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
