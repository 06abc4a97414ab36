//! Where lines break: words put on lines of a given width, and a word that is wider than a line cut.

use crate::notice::document::{Inline, Target};
use crate::notice::pdf::font::{Fonts, Ink, Piece, Style, TextLine, Weight};

impl Fonts {
    /// Running text broken into lines no wider than `room`, in points.
    ///
    /// Each letter is measured a few times, however long its word is.
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

    /// The width of the widest word of running text, in points: what it needs not to be cut.
    pub(super) fn widest_word(&self, spans: &[Inline], style: Style) -> f32 {
        let of = |span: &Inline| {
            let (text, weight) = match span {
                Inline::Strong(text) => (text, Weight::Bold),
                Inline::Text(text) | Inline::Link { text, .. } => (text, style.weight),
            };
            let text = self.drawable(text, weight);
            let widths = text.split('\n').flat_map(words).map(|word| self.width(word.trim_end(), style));
            widths.fold(0.0, f32::max)
        };
        spans.iter().map(of).fold(0.0, f32::max)
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
        let width = if word.ends_with(' ') { self.fonts.width(word, style) } else { seen };
        self.put(word, width, style, link);
    }

    /// A word wider than the room is cut where it must be. It is measured once, and each line's
    /// part of it once more as it stands alone; a line holds one letter at least.
    fn long_word(&mut self, word: &str, style: Style, link: Option<&Target>) {
        let cuts = self.fonts.cuts(word, style);
        let mut from = 0;
        while let Some(&(start, before)) = cuts.get(from).filter(|_| from + 1 < cuts.len()) {
            let fit = cuts.partition_point(|(_, width)| width - before <= self.room);
            let mut to = fit.saturating_sub(1).max(from + 1);
            let part =
                |to: usize| cuts.get(to).and_then(|(end, _)| word.get(start..*end)).unwrap_or_default();
            let mut width = self.fonts.width(part(to).trim_end(), style);
            // Letters that stood closer to the next one may now be a hair too wide.
            while width > self.room && to > from + 1 {
                to -= 1;
                width = self.fonts.width(part(to).trim_end(), style);
            }
            if self.used > 0.0 {
                self.end_line();
            }
            self.put(part(to), width, style, link);
            from = to;
        }
    }

    /// Adds to the last piece where it looks the same, so that whole runs are drawn.
    fn put(&mut self, text: &str, width: f32, style: Style, link: Option<&Target>) {
        self.used += width;
        match self.line.last_mut().filter(|piece| piece.style == style && piece.link.as_ref() == link) {
            Some(piece) => {
                piece.text.push_str(text);
                piece.width += width;
            }
            None => self.line.push(Piece { text: text.to_owned(), style, link: link.cloned(), width }),
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
        let text = "Nous n’utilisons vos données qu’à cette fin, voir https://example.org/aaaaaaaaaaaaaaaaaaAVAVAVTöToTéaaaaaaaaaaaaaa.";
        for room in [12.0, 40.0, 90.0, 300.0] {
            let lines = broken(text, room);
            assert_eq!(lines.concat(), text);
            for line in lines.iter().map(|line| line.trim()).filter(|line| line.chars().count() > 1) {
                assert!(fonts.width(line, style()) <= room, "{line}");
            }
        }
    }

    #[test]
    fn a_word_of_any_length_is_measured_a_few_times() {
        for letters in [100, 3_000] {
            for word in ["a", "fi", "AV", "ÿ", "-", "字"] {
                let text = word.repeat(letters);
                let fonts = Fonts::load().unwrap();
                let lines = fonts.lines(&[Inline::text(&text)], style(), 80.0);
                assert!(lines.len() > 1);
                let most = 6 * text.len().max(fonts.drawable(&text, Weight::Regular).len());
                assert!(fonts.measured() <= most, "{letters} times `{word}`: {}", fonts.measured());
            }
        }
    }

    #[test]
    fn a_line_is_filled_before_a_long_word_is_cut_again() {
        let fonts = Fonts::load().unwrap();
        let lines = broken(&"n".repeat(400), 200.0);
        let (last, full) = lines.split_last().unwrap();
        assert!(full.iter().all(|line| fonts.width(&format!("{line}n"), style()) > 200.0), "{lines:?}");
        assert!(!last.is_empty());
    }
}
