//! The font of the page: how wide a text is, and where its lines break.

use krilla::text::Font;
use rustybuzz::{Face, UnicodeBuffer};

use crate::notice::document::{Inline, Target};

const REGULAR: &[u8] = include_bytes!("../../../fonts/OpenSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../fonts/OpenSans-Bold.ttf");

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
}

impl Fonts {
    /// The fonts that stand in the program.
    pub(super) fn load() -> Option<Self> {
        let font = |data: &'static [u8]| Some((Face::from_slice(data, 0)?, Font::new(data.into(), 0)?));
        Some(Self { regular: font(REGULAR)?, bold: font(BOLD)? })
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

    /// The width of a text, in points.
    pub(super) fn width(&self, text: &str, style: Style) -> f32 {
        let (face, _) = self.of(style.weight);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(face, &[], buffer);
        let units: i32 = shaped.glyph_positions().iter().map(|glyph| glyph.x_advance).sum();
        #[expect(clippy::cast_precision_loss, reason = "a line is far shorter than 2^24 units")]
        let width = units as f32 * style.size / face.units_per_em() as f32;
        width
    }

    /// A text of which every letter can be drawn: a narrow no-break space becomes a no-break space,
    /// a letter that the font lacks a question mark.
    fn drawable(&self, text: &str, weight: Weight) -> String {
        let (face, _) = self.of(weight);
        let letters = text.chars().filter(|letter| !letter.is_control() || *letter == '\n');
        let drawn = letters.map(|letter| match letter {
            '\n' => '\n',
            '\u{202F}' => '\u{A0}',
            other if face.glyph_index(other).is_some() => other,
            _ => '?',
        });
        drawn.collect()
    }

    /// Running text broken into lines no wider than `room`, in points.
    pub(super) fn lines(&self, spans: &[Inline], style: Style, room: f32) -> Vec<TextLine> {
        let mut breaker = Breaker { fonts: self, room, lines: Vec::new(), line: Vec::new(), used: 0.0 };
        for span in spans {
            let (text, style, link) = match span {
                Inline::Text(text) => (text, style, None),
                Inline::Strong(text) => (text, Style { weight: Weight::Bold, ..style }, None),
                Inline::Link { text, to } => (text, Style { ink: Ink::Link, ..style }, Some(to)),
            };
            let text = self.drawable(text, style.weight);
            for (place, part) in text.split('\n').enumerate() {
                if place > 0 {
                    breaker.end_line();
                }
                for word in words(part) {
                    breaker.word(word, style, link);
                }
            }
        }
        breaker.end_line();
        breaker.lines
    }
}

/// The words of a text, each with the space after it; a line may also break after a hyphen, and
/// after a slash of an address.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find([' ', '-', '/']) {
        let end =
            rest.get(at..).map_or(at, |tail| at + tail.find(|c| !" -/".contains(c)).unwrap_or(tail.len()));
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    if !rest.is_empty() {
        words.push(rest);
    }
    words
}

/// Puts words on lines.
struct Breaker<'a> {
    fonts: &'a Fonts,
    room: f32,
    lines: Vec<TextLine>,
    line: TextLine,
    used: f32,
}

impl Breaker<'_> {
    fn word(&mut self, word: &str, style: Style, link: Option<&Target>) {
        let seen = self.fonts.width(word.trim_end(), style);
        if self.used > 0.0 && self.used + seen > self.room {
            self.end_line();
        }
        if seen > self.room {
            self.long_word(word, style, link);
            return;
        }
        self.put(word, style, link);
    }

    /// A word wider than the room is broken where it must be.
    fn long_word(&mut self, word: &str, style: Style, link: Option<&Target>) {
        for letter in word.chars() {
            let letter = letter.to_string();
            if self.used > 0.0 && self.used + self.fonts.width(&letter, style) > self.room {
                self.end_line();
            }
            self.put(&letter, style, link);
        }
    }

    /// Adds to the last piece where it looks the same, so that whole runs are drawn.
    fn put(&mut self, text: &str, style: Style, link: Option<&Target>) {
        match self.line.last_mut().filter(|piece| piece.style == style && piece.link.as_ref() == link) {
            Some(piece) => {
                let width = self.fonts.width(text, style);
                piece.text.push_str(text);
                piece.width += width;
                self.used += width;
            }
            None => {
                let width = self.fonts.width(text, style);
                self.used += width;
                self.line.push(Piece { text: text.to_owned(), style, link: link.cloned(), width });
            }
        }
    }

    /// Ends the line; its runs are measured as they are drawn, whole.
    fn end_line(&mut self) {
        for piece in &mut self.line {
            piece.width = self.fonts.width(&piece.text, piece.style);
        }
        self.lines.push(std::mem::take(&mut self.line));
        self.used = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style() -> Style {
        Style { weight: Weight::Regular, size: 10.0, ink: Ink::Text }
    }

    fn broken(text: &str, room: f32) -> Vec<String> {
        let fonts = Fonts::load().unwrap();
        let lines = fonts.lines(&[Inline::text(text)], style(), room);
        lines.iter().map(|line| line.iter().map(|piece| piece.text.as_str()).collect()).collect()
    }

    #[test]
    fn no_line_is_wider_than_its_room_and_no_letter_is_lost() {
        let fonts = Fonts::load().unwrap();
        let text = "Nous n’utilisons vos données qu’à cette fin, voir https://example.org/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.";
        for room in [40.0, 90.0, 300.0] {
            let lines = broken(text, room);
            assert_eq!(lines.concat(), text);
            for line in lines {
                assert!(fonts.width(line.trim_end(), style()) <= room, "{line}");
            }
        }
    }

    #[test]
    fn letters_that_the_font_lacks_are_replaced_and_accents_are_not() {
        let fonts = Fonts::load().unwrap();
        assert_eq!(fonts.drawable("éèïœ€ – « ij »\u{202F}:", Weight::Regular), "éèïœ€ – « ij »\u{A0}:");
        assert_eq!(fonts.drawable("字\u{7}", Weight::Bold), "?");
    }
}
