//! What a new version of a policy changes, said in a language and a format.
//!
//! `report` says every change in words, `values` what fields say; `text` writes it down for a
//! terminal or as Markdown, `json` for machines. Not here: what differs and how much it weighs
//! (`kept_core::policy::difference`).

use kept_core::name::Language;
use kept_core::policy::difference::Difference;

use crate::words::{Words, WordsError};

mod json;
mod report;
mod text;
mod values;

pub use report::{Entry, Group, Report, Thing};

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// JSON for machines.
    Json,
}

/// A difference in one language and format.
///
/// # Errors
/// [`WordsError`] when Kept has no words in this language.
pub fn difference(
    difference: &Difference<'_>,
    language: &Language,
    format: Format,
) -> Result<String, WordsError> {
    let words = Words::of_people(language)?.with(difference.new);
    let report = report::report(difference, &words);
    Ok(match format {
        Format::Text => text::text(&report),
        Format::Markdown => text::markdown(&report),
        Format::Json => json::json(difference, &report, &words),
    })
}
