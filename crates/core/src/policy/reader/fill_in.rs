//! Values that a draft leaves to its author: `kept scan` marks what nobody can read from a database, and
//! what still bears the mark is no policy yet.

use super::codes;
use super::section::Word;
use super::tree::{Node, Table, Value};
use crate::diagnostic::Diagnostic;

/// The mark.
const MARK: &str = "FILL IN";

/// Reports every value with the mark, wherever it stands.
pub(super) fn check(table: &Table, found: &mut Vec<Diagnostic>) {
    table.entries.values().for_each(|entry| look(&entry.node, found));
}

fn look(node: &Node, found: &mut Vec<Diagnostic>) {
    match &node.value {
        Value::Text(text) if text.trim_start().starts_with(MARK) => {
            let message = format!("`{MARK}` was meant to be filled in");
            let raised = codes::text::PLACEHOLDER.raise(message).help("write what belongs there");
            found.push(Word { text, file: &node.file, span: &node.span }.blame(raised));
        }
        Value::List(nodes) => nodes.iter().for_each(|node| look(node, found)),
        Value::Table(inner) => check(inner, found),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::reader::read;
    use crate::policy::source::SourceFile;

    #[test]
    fn what_a_draft_leaves_to_be_filled_in_is_an_error_wherever_it_stands() {
        for text in [
            "[people]\nuser = \"FILL IN: who the people in `users` are\"",
            "[purpose.service]\ntitle = \"FILL IN\"",
            "[store.app.table.posts.owned-by]\nusers = { column = \"u\", detach = { to = \"FILL IN: the key\" } }",
            "[purpose.service]\npeople = [\"FILL IN\"]",
        ] {
            let read = read(&[SourceFile::new("policy.toml", format!("edition = 1\n{text}\n"))]);
            let codes: Vec<&str> = read.diagnostics.iter().map(|found| found.code).collect();
            assert!(codes.contains(&"text/placeholder"), "{text}: {codes:?}");
            assert!(read.sound().is_err());
        }
    }
}
