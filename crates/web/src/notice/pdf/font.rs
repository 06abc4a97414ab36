//! The fonts of the page: which letters they have, and how wide a text is. Not here: where lines
//! break (`breaking`).

use std::cell::Cell;

use krilla::text::Font;
use rustybuzz::{Face, GlyphBuffer, UnicodeBuffer};
use unicode_normalization::UnicodeNormalization;

use crate::notice::document::Target;

const REGULAR: &[u8] = include_bytes!("../../../fonts/OpenSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../fonts/OpenSans-Bold.ttf");

/// What stands for a letter that the fonts lack.
const LACKING: char = '\u{FFFD}';

/// How heavy a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// How a text looks: weight, size in points, colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) weight: Weight,
    pub(super) size: f32,
    pub(super) ink: Ink,
}

/// A colour of the page; each has a contrast of at least 4.5 to white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Soft,
    Link,
}

/// A piece of text in one style, on one line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) style: Style,
    pub(super) link: Option<Target>,
    pub(super) width: f32,
}

/// The pieces of one line, from left to right.
pub(super) type TextLine = Vec<Piece>;

/// The two weights, to measure and to draw.
pub(super) struct Fonts {
    regular: (Face<'static>, Font),
    bold: (Face<'static>, Font),
    /// How many bytes of text were measured so far.
    measured: Cell<usize>,
}

/// How one letter of a policy is drawn.
enum Drawn {
    As(char),
    /// It has no shape of its own.
    Unseen,
    Lacking,
}

impl Fonts {
    /// The fonts that stand in the program.
    pub(super) fn load() -> Option<Self> {
        let font = |data: &'static [u8]| Some((Face::from_slice(data, 0)?, Font::new(data.into(), 0)?));
        Some(Self { regular: font(REGULAR)?, bold: font(BOLD)?, measured: Cell::new(0) })
    }

    fn of(&self, weight: Weight) -> &(Face<'static>, Font) {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// The font to draw with.
    pub(super) fn font(&self, weight: Weight) -> Font {
        self.of(weight).1.clone()
    }

    /// How many bytes of text were measured so far: a bound on the work of breaking lines.
    #[cfg(test)]
    pub(super) fn measured(&self) -> usize {
        self.measured.get()
    }

    fn shaped(&self, text: &str, weight: Weight) -> GlyphBuffer {
        self.measured.set(self.measured.get().saturating_add(text.len()));
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        rustybuzz::shape(&self.of(weight).0, &[], buffer)
    }

    /// The width of a text, in points.
    pub(super) fn width(&self, text: &str, style: Style) -> f32 {
        let shaped = self.shaped(text, style.weight);
        self.points(shaped.glyph_positions().iter().map(|glyph| glyph.x_advance).sum(), style)
    }

    #[expect(clippy::cast_precision_loss, reason = "a line is far shorter than 2^24 units")]
    fn points(&self, units: i32, style: Style) -> f32 {
        units as f32 * style.size / self.of(style.weight).0.units_per_em() as f32
    }

    /// Where a text may be cut, from its start to its end: the byte, and the width of all before it.
    pub(super) fn cuts(&self, text: &str, style: Style) -> Vec<(usize, f32)> {
        let shaped = self.shaped(text, style.weight);
        let mut cuts = vec![(0, 0.0)];
        let mut units = 0_i32;
        let starts = shaped.glyph_infos().iter().map(|glyph| usize::try_from(glyph.cluster).unwrap_or(0));
        let ends = starts.skip(1).chain([text.len()]);
        for (end, glyph) in ends.zip(shaped.glyph_positions()) {
            units = units.saturating_add(glyph.x_advance);
            let cut = (end, self.points(units, style));
            // Several glyphs of one letter are one cut, after the last of them.
            match cuts.last_mut().filter(|last| last.0 == end && end > 0) {
                Some(last) => *last = cut,
                None => cuts.push(cut),
            }
        }
        cuts
    }

    fn drawn(&self, letter: char, weight: Weight) -> Drawn {
        let has = |letter: char| self.of(weight).0.glyph_index(letter).is_some();
        match letter {
            '\n' => Drawn::As('\n'),
            '\u{202F}' | '\u{2007}' => Drawn::As('\u{A0}'),
            // A soft hyphen shows only where a word is parted at it, which is never done here.
            '\u{AD}' => Drawn::Unseen,
            letter if letter.is_control() => Drawn::Unseen,
            letter if has(letter) => Drawn::As(letter),
            '\u{2000}'..='\u{200A}' | '\u{3000}' => Drawn::As(' '),
            '\u{2010}' | '\u{2011}' => Drawn::As('-'),
            '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' => {
                Drawn::Unseen
            }
            _ => Drawn::Lacking,
        }
    }

    /// A text of which every letter can be drawn: a letter and its accent become one, a narrow
    /// no-break space a no-break space, and a letter that the font lacks a sign that says so.
    pub(super) fn drawable(&self, text: &str, weight: Weight) -> String {
        let drawn = text.nfc().filter_map(|letter| match self.drawn(letter, weight) {
            Drawn::As(letter) => Some(letter),
            Drawn::Unseen => None,
            Drawn::Lacking => Some(LACKING),
        });
        drawn.collect()
    }

    /// The letters of a text that can't be drawn.
    pub(super) fn lacking(&self, text: &str) -> Vec<char> {
        let lacking = |letter: &char| matches!(self.drawn(*letter, Weight::Regular), Drawn::Lacking);
        text.nfc().filter(lacking).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_the_font_lacks_are_replaced_and_accents_are_not() {
        let fonts = Fonts::load().unwrap();
        assert_eq!(fonts.drawable("éèïœ€ – « ij »\u{202F}:", Weight::Regular), "éèïœ€ – « ij »\u{A0}:");
        assert_eq!(fonts.drawable("字\u{7}", Weight::Bold), "\u{FFFD}");
        assert_eq!(fonts.lacking("a字\u{1F600}\u{FE0F} שלום"), ['字', '\u{1F600}', 'ש', 'ל', 'ו', 'ם']);
        assert!(
            fonts.lacking("Ελλάδα, България, Việt Nam, e\u{308}, co\u{AD}operate, 1\u{2009}000").is_empty()
        );
        assert_eq!(fonts.drawable("e\u{308}", Weight::Bold), "ë");
    }

    #[test]
    fn both_weights_have_the_same_letters() {
        let fonts = Fonts::load().unwrap();
        let has = |letter: char, weight| fonts.of(weight).0.glyph_index(letter).is_some();
        assert!(('\u{20}'..='\u{FFFF}').all(|c| has(c, Weight::Regular) == has(c, Weight::Bold)));
        assert!(has(LACKING, Weight::Regular));
    }
}
