//! The one place that writes to the terminal: data to standard output, the rest to standard error.
//! Colours go when nobody looks at a terminal.

use std::io::{ErrorKind, Write};
use std::sync::OnceLock;

use serde::Serialize;

/// Why something could not be written to standard output, if it could not.
static LOST: OnceLock<ErrorKind> = OnceLock::new();

/// What was lost on its way to standard output: a disk was full. A reader that went away
/// (`| head`) is no loss.
pub(crate) fn lost() -> Option<ErrorKind> {
    LOST.get().copied()
}

fn remember(written: std::io::Result<()>) {
    match written {
        Err(wrong) if wrong.kind() != ErrorKind::BrokenPipe => {
            LOST.get_or_init(|| wrong.kind());
        }
        _ => {}
    }
}

/// Writes data, followed by a line end.
pub(crate) fn data(text: &str) {
    let mut out = anstream::stdout().lock();
    remember(writeln!(out, "{}", text.trim_end_matches('\n')).and_then(|()| out.flush()));
}

/// Writes bytes as they are: a file that goes through a pipe.
pub(crate) fn bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    remember(out.write_all(bytes).and_then(|()| out.flush()));
}

/// Writes a value as JSON.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    data(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Writes a remark, a heading or an error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{}", text.trim_end_matches('\n'));
}

/// Text in bold, where colours show.
pub(crate) fn bold(text: &str) -> String {
    format!("\u{1b}[1m{text}\u{1b}[0m")
}

/// Text in a colour by its number (31 red, 32 green, 33 yellow, 36 cyan, 2 faint).
pub(crate) fn colour(number: u8, text: &str) -> String {
    format!("\u{1b}[{number}m{text}\u{1b}[0m")
}

/// What is said where a page is asked for in a language in which the policy has no texts: its own
/// words stay as they are written, among Kept's in that language.
pub(crate) fn own_words(
    policy: &kept_core::policy::Policy,
    language: &kept_core::name::Language,
) -> Option<String> {
    let known = &policy.notice.languages;
    let first = known.first().filter(|_| !known.contains(language))?;
    Some(format!(
        "the policy has no texts in `{language}`: its own words stand as they are written, in `{first}`"
    ))
}
