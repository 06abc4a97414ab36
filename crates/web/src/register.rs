//! The record of processing (Art. 30) in a language and a format.
//!
//! `sheet` says every fact of the record in words, `cells` those of single columns; `html`, `csv`,
//! `ods` and `json` write the sheet down. Not here: which rows there are (`kept_core::register`).

use kept_core::name::Language;
use kept_core::policy::Policy;
use kept_core::register::build;
use kept_core::time::Day;

use crate::words::{Words, WordsError};

mod cells;
pub mod csv;
pub mod html;
pub mod json;
pub mod ods;
pub mod sheet;
mod zip;

pub use sheet::{Column, Part, PartKind, Party, Row, Sheet};

/// A format of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One self-contained page, for screen and paper.
    Html,
    /// Comma-separated values (RFC 4180), one line for each processing.
    Csv,
    /// An OpenDocument spreadsheet.
    Ods,
    /// JSON for machines.
    Json,
}

/// The record of a policy in one language and format, with the adequacy decisions that hold on a
/// day.
///
/// # Errors
/// [`WordsError`] when Kept has no words in this language.
pub fn register(
    policy: &Policy,
    language: &Language,
    on: Day,
    format: Format,
) -> Result<Vec<u8>, WordsError> {
    let words = Words::of_people(language)?.with(policy);
    let sheet = sheet::sheet(&build(policy, on), &words);
    Ok(match format {
        Format::Html => html::html(&sheet).into_bytes(),
        Format::Csv => csv::csv(&sheet).into_bytes(),
        Format::Ods => ods::ods(&sheet),
        Format::Json => json::json(&sheet).into_bytes(),
    })
}
