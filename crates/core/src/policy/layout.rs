//! TOML as its author laid it out: the lines of a file one by one, with their comments.
//!
//! Meant for files that parse; of any other it still gives every byte to some line. Not here: what
//! a file means (`reader`), how it should be laid out (`format`).

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// A mark at the start of a file that says nothing.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A piece of TOML that is never cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// Its text.
    pub(crate) text: &'a str,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// Nothing but blanks.
    Blank,
    /// A comment and nothing else.
    Comment,
    /// `[purpose.billing]`.
    Heading,
    /// `title = "Billing"`, over several lines where a list or a text goes on.
    Pair,
}

/// A line, or several where a value goes on.
#[derive(Clone, Debug)]
pub(crate) struct Line<'a> {
    /// What it is.
    pub(crate) kind: LineKind,
    /// Its pieces without the blanks around them, the comment at its end and the line's end.
    pub(crate) pieces: Vec<Piece<'a>>,
    /// The comment at its end, or the comment that it is.
    pub(crate) comment: Option<&'a str>,
    /// Its bytes, with the end of the line.
    pub(crate) span: Range<usize>,
}

/// The text without a byte order mark.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

/// Cuts a text, which has no byte order mark, into lines.
pub(crate) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut open = Open::default();
    let mut start = 0;
    for token in Source::new(text).lex() {
        let span = token.span().start()..token.span().end();
        let piece = Piece { kind: token.kind(), text: text.get(span.clone()).unwrap_or_default() };
        if piece.kind == TokenKind::Eof {
            break;
        }
        open.take(piece);
        if piece.kind == TokenKind::Newline && open.depth == 0 {
            lines.push(std::mem::take(&mut open).close(start..span.end));
            start = span.end;
        }
    }
    if start < text.len() {
        lines.push(open.close(start..text.len()));
    }
    lines
}

/// A line that is not at its end.
#[derive(Default)]
struct Open<'a> {
    pieces: Vec<Piece<'a>>,
    depth: usize,
}

impl<'a> Open<'a> {
    fn take(&mut self, piece: Piece<'a>) {
        match piece.kind {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => self.depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
        self.pieces.push(piece);
    }

    fn close(self, span: Range<usize>) -> Line<'a> {
        let mut pieces = self.pieces;
        let blank = |piece: &Piece<'_>| matches!(piece.kind, TokenKind::Whitespace | TokenKind::Newline);
        while pieces.last().is_some_and(blank) {
            pieces.pop();
        }
        let comment = pieces.pop_if(|piece| piece.kind == TokenKind::Comment).map(|piece| piece.text);
        while pieces.last().is_some_and(blank) {
            pieces.pop();
        }
        let lead = pieces.iter().take_while(|piece| blank(piece)).count();
        pieces.drain(..lead);
        let kind = match (pieces.first().map(|piece| piece.kind), comment) {
            (Some(TokenKind::LeftSquareBracket), _) => LineKind::Heading,
            (Some(_), _) => LineKind::Pair,
            (None, Some(_)) => LineKind::Comment,
            (None, None) => LineKind::Blank,
        };
        Line { kind, pieces, comment, span }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_over_several_lines_is_one_line() {
        let text = "# top\n[a] # head\n\nb = [ # one\n  1,\n] # end\nc = \"\"\"x\n[y]\n\"\"\"\nd = 1";
        let kinds: Vec<LineKind> = lines(text).iter().map(|line| line.kind).collect();
        assert_eq!(
            kinds,
            [
                LineKind::Comment,
                LineKind::Heading,
                LineKind::Blank,
                LineKind::Pair,
                LineKind::Pair,
                LineKind::Pair
            ]
        );
        assert_eq!(lines(text)[3].comment, Some("# end"));
    }

    #[test]
    fn every_byte_belongs_to_one_line() {
        for text in ["", "\n\n", "a", "a = [\n1", "] = [", "a=1\r\n# b\r\n", "é = \"ü"] {
            let joined: String =
                lines(text).iter().map(|line| text.get(line.span.clone()).unwrap()).collect();
            assert_eq!(joined, text);
        }
    }
}
