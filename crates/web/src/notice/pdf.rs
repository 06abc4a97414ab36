//! A document as a tagged PDF: title, language, structure, bookmarks and links, fonts embedded.
//!
//! `font` measures, `breaking` breaks lines, `flow` puts them on pages; `layout`, `tables` and
//! `contents` say how each block looks and note its structure, `draw` writes both down, `lacking`
//! finds letters that can't be drawn. Every page is checked against PDF/UA-1 as it is written. Not here: what is said (`compose`).

use crate::notice::NoticeError;
use crate::notice::document::Document;

mod breaking;
mod contents;
mod draw;
mod flow;
mod font;
mod lacking;
mod layout;
mod tables;
mod tags;

use font::Fonts;
use layout::Layout;

pub use lacking::Lacking;

/// A document on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// The letters of the document that its fonts lack, which the reader of the PDF can't see.
    pub lacking: Vec<Lacking>,
}

/// A document as a PDF (1.7, PDF/UA-1), on A4. The same document gives the same bytes.
///
/// # Errors
/// [`NoticeError::Pdf`] when it can't be written as PDF/UA.
pub fn pdf(document: &Document) -> Result<Paper, NoticeError> {
    let fonts = Fonts::load().ok_or_else(|| NoticeError::Pdf("its font can't be read".to_owned()))?;
    let laid = Layout::of(document, &fonts);
    let bytes = draw::write(document, &fonts, &laid)?;
    Ok(Paper { bytes, lacking: lacking::lacking(document, &fonts) })
}
