//! A document as a tagged PDF: title, language, structure, bookmarks and links, fonts embedded.
//!
//! `font` measures and breaks lines, `layout` puts the document on pages and notes its structure,
//! `draw` writes both down. Every page is checked against PDF/UA-1 as it is written. Not here: what
//! is said (`compose`).

use crate::notice::NoticeError;
use crate::notice::document::Document;

mod draw;
mod flow;
mod font;
mod layout;
mod tags;

use font::Fonts;
use layout::Layout;

/// A document as a PDF (1.7, PDF/UA-1), on A4. The same document gives the same bytes.
///
/// # Errors
/// [`NoticeError::Pdf`] when it can't be written as PDF/UA.
pub fn pdf(document: &Document) -> Result<Vec<u8>, NoticeError> {
    let fonts = Fonts::load().ok_or_else(|| NoticeError::Pdf("its font can't be read".to_owned()))?;
    let laid = Layout::of(document, &fonts);
    draw::write(document, &fonts, &laid)
}
