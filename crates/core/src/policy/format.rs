//! The one layout of a policy file: order, comments and meaning stay, blanks and breaks are made
//! alike (`kept fmt`).
//!
//! One blank around `=`, after commas and inside braces; one blank line before each heading; a list
//! that stands on several lines, has comments, or is too long has one element a line. Comments that
//! were lined up stay so. Not here: which files there are, and writing them (`kept`).

use toml_parser::lexer::TokenKind;

use super::layout::{self, Line, LineKind, Piece};
use super::reader::tree::{self, Node, Table, Value};
use super::source::SourceFile;
use crate::diagnostic::Diagnostic;

/// A list that is longer than this stands on several lines.
const WIDTH_MAX: usize = 120;
/// A comment that stands so far behind its line keeps its column: its author lined it up.
const GAP_MIN: usize = 4;
/// By how much what stands in a list is moved to the right.
const INDENT: usize = 2;

/// A file laid out anew.
///
/// # Errors
/// What is wrong with the file, if it is no TOML that the reader reads.
pub fn format(file: &SourceFile) -> Result<String, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let before = tree::parse(file, &mut found);
    let text = std::str::from_utf8(&file.bytes).unwrap_or_default();
    if !found.is_empty() {
        return Err(found);
    }
    let laid_out = lay_out(layout::without_mark(text));
    // The layout may never change what is said. Should it ever, the author's own layout stays.
    let after = tree::parse(&SourceFile::new(file.name.clone(), laid_out.as_str()), &mut found);
    Ok(if found.is_empty() && same(&before, &after) { laid_out } else { text.to_owned() })
}

/// Whether two tables say the same in the same order.
fn same(one: &Table, other: &Table) -> bool {
    let pairs = one.entries.iter().zip(&other.entries);
    one.entries.len() == other.entries.len()
        && pairs
            .into_iter()
            .all(|((key, entry), (other_key, other))| key == other_key && same_node(&entry.node, &other.node))
}

fn same_node(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Text(one), Value::Text(other))
        | (Value::Number(one), Value::Number(other))
        | (Value::Date(one), Value::Date(other)) => one == other,
        (Value::Whole(one), Value::Whole(other)) => one == other,
        (Value::Truth(one), Value::Truth(other)) => one == other,
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_node(one, other))
        }
        (Value::Table(one), Value::Table(other)) => one.inline == other.inline && same(one, other),
        _ => false,
    }
}

fn lay_out(text: &str) -> String {
    let lines = layout::lines(text);
    let opening = opening(&lines);
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    let mut last: Option<LineKind> = None;
    for (line, opens) in lines.iter().zip(opening) {
        if line.kind == LineKind::Blank {
            blank = true;
            continue;
        }
        let begins = opens && (blank || last != Some(LineKind::Comment));
        let wanted = match last {
            None => false,
            Some(LineKind::Heading) => begins,
            Some(_) => blank || begins,
        };
        if wanted {
            out.push('\n');
        }
        out.push_str(&one_line(line, column_of(text, line)));
        out.push('\n');
        (blank, last) = (false, Some(line.kind));
    }
    out
}

/// Of each line, whether it is a heading or a comment that stands directly above one.
fn opening(lines: &[Line<'_>]) -> Vec<bool> {
    let mut below = false;
    let mut opening: Vec<bool> = Vec::with_capacity(lines.len());
    for line in lines.iter().rev() {
        below = line.kind == LineKind::Heading || (below && line.kind == LineKind::Comment);
        opening.push(below);
    }
    opening.reverse();
    opening
}

/// The column of the comment at the end of a line, where blanks enough stand before it.
fn column_of(text: &str, line: &Line<'_>) -> Option<usize> {
    let comment = line.comment.filter(|_| matches!(line.kind, LineKind::Heading | LineKind::Pair))?;
    let whole = text.get(line.span.clone())?.trim_end();
    let before = whole.strip_suffix(comment.trim_end())?;
    let before = before.rsplit('\n').next().unwrap_or(before);
    let gap = before.len() - before.trim_end_matches(' ').len();
    (gap >= GAP_MIN).then(|| before.chars().count())
}

fn one_line(line: &Line<'_>, column: Option<usize>) -> String {
    let mut text = match line.kind {
        LineKind::Blank | LineKind::Comment => String::new(),
        LineKind::Heading => tight(&line.pieces),
        LineKind::Pair => pair(&line.pieces, 0),
    };
    if let Some(comment) = line.comment {
        if !text.is_empty() {
            let width = text.rsplit('\n').next().unwrap_or_default().chars().count();
            let gap = column.and_then(|column| column.checked_sub(width)).filter(|gap| *gap >= GAP_MIN);
            text.push_str(&" ".repeat(gap.unwrap_or(1)));
        }
        text.push_str(comment.trim_end());
    }
    text
}

/// Pieces without blanks between them.
fn tight(pieces: &[Piece<'_>]) -> String {
    pieces.iter().filter(|piece| !is_blank(piece)).map(|piece| piece.text).collect()
}

fn is_blank(piece: &Piece<'_>) -> bool {
    matches!(piece.kind, TokenKind::Whitespace | TokenKind::Newline)
}

fn pair(pieces: &[Piece<'_>], indent: usize) -> String {
    let equals = pieces.iter().position(|piece| piece.kind == TokenKind::Equals).unwrap_or(pieces.len());
    let (key, value) = pieces.split_at(equals);
    let key = tight(key);
    let mut rest = Rest { pieces: value.get(1..).unwrap_or_default() };
    let value = rest.shape();
    format!("{key} = {}", value.laid_out(indent, indent + key.chars().count() + 3))
}

/// A value as it is laid out.
enum Shape {
    /// A text, a number, a date: as written.
    Plain(String),
    /// A list or an inline table.
    Group(Group),
}

struct Group {
    table: bool,
    /// Whether its author broke it, or has to because of a comment.
    broken: bool,
    items: Vec<Item>,
    /// Comments after the last item.
    last: Vec<String>,
}

struct Item {
    /// Whether a blank line stands before it.
    blank: bool,
    /// Comments on lines of their own before it.
    before: Vec<String>,
    /// Its key, in a table.
    key: Option<String>,
    value: Shape,
    /// The comment at the end of its line.
    after: Option<String>,
}

impl Shape {
    /// On one line, if nothing in it is broken.
    fn one_line(&self) -> Option<String> {
        match self {
            Self::Plain(text) => Some(text.clone()),
            Self::Group(group) if group.broken => None,
            Self::Group(group) => {
                let items: Option<Vec<String>> = group.items.iter().map(Item::one_line).collect();
                Some(enclosed(&items?.join(", "), group.table))
            }
        }
    }

    /// Laid out from a column, on lines that are moved to the right by `indent`.
    fn laid_out(&self, indent: usize, column: usize) -> String {
        let Self::Group(group) = self else { return self.one_line().unwrap_or_default() };
        if let Some(line) = self.one_line() {
            let fits = column + line.chars().count() <= WIDTH_MAX;
            if fits || group.table || group.items.len() < 2 {
                return line;
            }
        }
        if group.table && !group.broken {
            let items: Vec<String> = group.items.iter().map(|item| item.laid_out(indent)).collect();
            return enclosed(&items.join(", "), true);
        }
        group.on_lines(indent)
    }
}

impl Item {
    fn one_line(&self) -> Option<String> {
        let value = self.value.one_line()?;
        Some(self.key.as_ref().map_or(value.clone(), |key| format!("{key} = {value}")))
    }

    fn laid_out(&self, indent: usize) -> String {
        let lead = self.key.as_ref().map_or_else(String::new, |key| format!("{key} = "));
        let value = self.value.laid_out(indent, indent + lead.chars().count());
        format!("{lead}{value}")
    }
}

impl Group {
    /// One item a line.
    fn on_lines(&self, indent: usize) -> String {
        let inner = " ".repeat(indent + INDENT);
        let mut out = String::from(if self.table { "{\n" } else { "[\n" });
        for (at, item) in self.items.iter().enumerate() {
            if item.blank && at > 0 {
                out.push('\n');
            }
            for comment in &item.before {
                out.push_str(&format!("{inner}{comment}\n"));
            }
            out.push_str(&format!("{inner}{},", item.laid_out(indent + INDENT)));
            if let Some(comment) = &item.after {
                out.push_str(&format!(" {comment}"));
            }
            out.push('\n');
        }
        for comment in &self.last {
            out.push_str(&format!("{inner}{comment}\n"));
        }
        out.push_str(&" ".repeat(indent));
        out.push(if self.table { '}' } else { ']' });
        out
    }
}

fn enclosed(items: &str, table: bool) -> String {
    match (table, items.is_empty()) {
        (true, true) => "{}".to_owned(),
        (true, false) => format!("{{ {items} }}"),
        (false, _) => format!("[{items}]"),
    }
}

/// Pieces that are still to be read.
struct Rest<'a> {
    pieces: &'a [Piece<'a>],
}

impl<'a> Rest<'a> {
    fn next(&mut self) -> Option<Piece<'a>> {
        let (first, rest) = self.pieces.split_first()?;
        self.pieces = rest;
        Some(*first)
    }

    /// A value. The depth is that of the parsed file, which is limited.
    fn shape(&mut self) -> Shape {
        while self.pieces.first().is_some_and(|piece| piece.kind == TokenKind::Whitespace) {
            self.next();
        }
        match self.pieces.first().map(|piece| piece.kind) {
            Some(TokenKind::LeftSquareBracket) => self.group(false),
            Some(TokenKind::LeftCurlyBracket) => self.group(true),
            _ => self.plain(),
        }
    }

    /// Pieces up to what ends a value; blanks within stay, as in a date and its time.
    fn plain(&mut self) -> Shape {
        let mut text = String::new();
        while let Some(piece) = self.pieces.first() {
            let ends = matches!(
                piece.kind,
                TokenKind::Comma
                    | TokenKind::Newline
                    | TokenKind::Comment
                    | TokenKind::RightSquareBracket
                    | TokenKind::RightCurlyBracket
            );
            if ends {
                break;
            }
            text.push_str(piece.text);
            self.next();
        }
        Shape::Plain(text.trim_end().to_owned())
    }

    fn group(&mut self, table: bool) -> Shape {
        self.next();
        let mut group = Group { table, broken: false, items: Vec::new(), last: Vec::new() };
        let mut before: Vec<String> = Vec::new();
        let mut breaks = 0;
        let mut blank = false;
        while let Some(piece) = self.pieces.first().copied() {
            match piece.kind {
                TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                    self.next();
                    break;
                }
                TokenKind::Newline => {
                    group.broken = true;
                    breaks += 1;
                    self.next();
                }
                TokenKind::Comment => {
                    group.broken = true;
                    let comment = piece.text.trim_end().to_owned();
                    match group.items.last_mut().filter(|item| breaks == 0 && item.after.is_none()) {
                        Some(item) => item.after = Some(comment),
                        None => {
                            blank |= breaks > 1 && before.is_empty();
                            before.push(comment);
                        }
                    }
                    breaks = 0;
                    self.next();
                }
                TokenKind::Comma | TokenKind::Whitespace => {
                    self.next();
                }
                _ => {
                    blank |= breaks > 1 && before.is_empty();
                    let item = self.item(table, blank, std::mem::take(&mut before));
                    group.items.push(item);
                    (breaks, blank) = (0, false);
                }
            }
        }
        group.last = before;
        Shape::Group(group)
    }

    fn item(&mut self, table: bool, blank: bool, before: Vec<String>) -> Item {
        let key = table.then(|| self.key());
        Item { blank, before, key, value: self.shape(), after: None }
    }

    /// The pieces up to `=`, which goes too.
    fn key(&mut self) -> String {
        let mut key = String::new();
        while let Some(piece) = self.next() {
            if piece.kind == TokenKind::Equals {
                break;
            }
            if !is_blank(&piece) {
                key.push_str(piece.text);
            }
        }
        key
    }
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
