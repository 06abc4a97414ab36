//! TOML as a tree that knows its places: parsing with recovery, and joining the files of a folder.
//!
//! Not here: which keys may stand where (`shape`), what they mean (the other rooms of the reader).

use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml_parser::lexer::TokenKind;

use crate::diagnostic::Diagnostic;
use crate::policy::codes;
use crate::policy::source::{Place, SourceFile};

/// No key of the language lies deeper.
const DEPTH_MAX: usize = 12;
/// No policy has more brackets open at once, even with some that were forgotten.
const BRACKETS_MAX: usize = 128;
/// More errors of one file are of no use to its author.
const ERRORS_MAX: usize = 100;
/// No policy needs a larger file (`toml/too-large` names this limit).
const FILE_BYTES_MAX: usize = 1 << 20;

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// What it holds.
    pub(crate) value: Value,
    /// The file.
    pub(crate) file: Arc<str>,
    /// The range of the value.
    pub(crate) span: Range<usize>,
    /// Whether a text stands there letter by letter, so that a place within it can be shown.
    pub(crate) plain: bool,
}

/// A TOML value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number with a fraction, as written.
    Number(String),
    /// `true` or `false`.
    Truth(bool),
    /// A date or time, as written.
    Date(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// A table, in the order of its author.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// Its keys.
    pub(crate) entries: IndexMap<String, Entry>,
    /// Whether it is written `{ … }`.
    pub(crate) inline: bool,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The file of the key.
    pub(crate) file: Arc<str>,
    /// The range of the key.
    pub(crate) key: Range<usize>,
    /// The value.
    pub(crate) node: Node,
}

impl Entry {
    /// Key and value as a place.
    pub(crate) fn place(&self) -> Place {
        Place { file: Arc::clone(&self.node.file), key: self.key.clone(), value: self.node.span.clone() }
    }
}

impl Node {
    /// What kind of value it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "a text",
            Value::Whole(_) => "a whole number",
            Value::Number(_) => "a number",
            Value::Truth(_) => "`true` or `false`",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

/// Parses one file; what can't be read is reported and left out.
pub(crate) fn parse(file: &SourceFile, found: &mut Vec<Diagnostic>) -> Table {
    if file.bytes.len() > FILE_BYTES_MAX {
        let message = format!("`{}` is larger than {} MB", file.name, FILE_BYTES_MAX >> 20);
        let help = "cut it into several files: a folder is read as one policy";
        found.push(codes::toml::TOO_LARGE.raise(message).at(&file.name, 0..0, "").help(help));
        return Table::default();
    }
    let text = match std::str::from_utf8(&file.bytes) {
        Ok(text) if !text.contains('\0') => text,
        Ok(text) => {
            found.push(not_utf8(file, text.find('\0').unwrap_or_default()));
            return Table::default();
        }
        Err(wrong) => {
            found.push(not_utf8(file, wrong.valid_up_to()));
            return Table::default();
        }
    };
    if let Some(span) = deep_brackets(text) {
        let nothing = codes::toml::NOTHING_READ;
        let message = format!("more than {BRACKETS_MAX} brackets are open at once; {nothing}");
        found.push(codes::toml::TOO_DEEP.raise(message).at(&file.name, span, ""));
        return Table::default();
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    found.extend(errors.iter().take(ERRORS_MAX).map(|error| syntax(file, text, error)));
    let mut climber =
        Climber { name: Arc::from(file.name.as_str()), text, too_deep: None, controls: Vec::new() };
    let table = climber.table(document.get_ref(), false, 0);
    for span in climber.controls.into_iter().take(ERRORS_MAX) {
        let raised = codes::toml::CONTROL.raise("this text holds a character that nobody sees");
        found.push(raised.at(&file.name, span, "").help("take it out"));
    }
    if let Some(span) = climber.too_deep {
        let message = format!("tables lie more than {DEPTH_MAX} deep");
        found.push(codes::toml::TOO_DEEP.raise(message).at(&file.name, span, ""));
    }
    table
}

/// The bracket that opens within too many others. The parser's own limit can be talked down by
/// brackets that do not match (`a = {{}}`), and then ends in an overflow of the stack; so brackets
/// are counted before it parses, by its own lexer. One that closes another kind closes nothing.
fn deep_brackets(text: &str) -> Option<Range<usize>> {
    let mut open = Vec::new();
    for token in toml_parser::Source::new(text).lex() {
        match token.kind() {
            kind @ (TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket) => open.push(kind),
            TokenKind::RightSquareBracket => drop(open.pop_if(|last| *last == TokenKind::LeftSquareBracket)),
            TokenKind::RightCurlyBracket => drop(open.pop_if(|last| *last == TokenKind::LeftCurlyBracket)),
            _ => {}
        }
        if open.len() > BRACKETS_MAX {
            return Some(on_boundaries(text, token.span().start()..token.span().end()));
        }
    }
    None
}

/// A file that is no text as the language has it; which kind it is follows from its first bytes.
fn not_utf8(file: &SourceFile, valid: usize) -> Diagnostic {
    let wide = file.bytes.starts_with(&[0xff, 0xfe]) || file.bytes.starts_with(&[0xfe, 0xff]);
    let line = 1 + file.bytes.iter().take(valid).filter(|byte| **byte == b'\n').count();
    let message = match file.bytes.get(valid) {
        _ if wide => format!("`{}` is UTF-16 text, not UTF-8", file.name),
        Some(0) => format!("`{}` is no text: line {line} has a zero byte", file.name),
        _ => format!("`{}` is not UTF-8 text: line {line} has a byte that can't be read", file.name),
    };
    // Up to here the file is text, so that the place can be shown; of UTF-16 nothing is.
    let place = if wide { 0 } else { valid };
    codes::toml::NOT_UTF8.raise(message).at(&file.name, place..place, "").help("save the file as UTF-8")
}

fn syntax(file: &SourceFile, text: &str, error: &toml::de::Error) -> Diagnostic {
    let span = on_boundaries(text, error.span().unwrap_or(0..0));
    let message = error.message().trim_end_matches('.').replace('\n', "; ");
    let duplicate = message.contains("duplicate key");
    let code = if duplicate { codes::toml::KEY_TWICE } else { codes::toml::SYNTAX };
    let mut found = code.raise(message).at(&file.name, span.clone(), "");
    if duplicate {
        let key = text.get(span.clone()).unwrap_or_default();
        if let Some(first) = first_key(text, key).filter(|first| first.start < span.start) {
            found = found.at(&file.name, first, "the same key stands here already");
        }
        found = found.help("keep one of the two");
    }
    found
}

/// The first place where a key is set or a heading ends with it, for a second label.
fn first_key(text: &str, key: &str) -> Option<Range<usize>> {
    if key.is_empty() || key.len() > 100 {
        return None;
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let lead = line.len() - line.trim_start().len();
        let rest = line.trim_start();
        let heading = rest.starts_with('[').then(|| rest.trim_end().trim_matches(['[', ']']));
        if let Some(heading) = heading.filter(|heading| heading.ends_with(key)) {
            let at = start + lead + rest.find(heading).unwrap_or(0) + heading.len() - key.len();
            return Some(at..at + key.len());
        }
        if rest.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')) {
            return Some(start + lead..start + lead + key.len());
        }
        start += line.len();
    }
    None
}

/// A range that can be cut out of the text.
fn on_boundaries(text: &str, span: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
    start..end
}

/// Turns the parser's tree into ours.
struct Climber<'a> {
    name: Arc<str>,
    text: &'a str,
    too_deep: Option<Range<usize>>,
    /// Texts that hold characters that nobody sees.
    controls: Vec<Range<usize>>,
}

/// A control character other than a line break and a tab, or a mark that turns the direction of
/// writing for what follows.
fn is_unseen(letter: char) -> bool {
    let turns = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')
}

impl Climber<'_> {
    fn table(&mut self, table: &DeTable<'_>, inline: bool, depth: usize) -> Table {
        let mut keys: Vec<_> = table.iter().collect();
        keys.sort_by_key(|(key, _)| key.span().start);
        let mut entries = IndexMap::with_capacity(keys.len());
        for (key, value) in keys {
            if depth >= DEPTH_MAX {
                self.too_deep.get_or_insert(key.span());
                break;
            }
            let node = self.node(value, depth + 1);
            let entry = Entry { file: Arc::clone(&self.name), key: key.span(), node };
            entries.insert(key.get_ref().to_string(), entry);
        }
        Table { entries, inline }
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> Node {
        let span = on_boundaries(self.text, value.span());
        let source = self.text.get(span.clone()).unwrap_or_default();
        let mut plain = false;
        let value = match value.get_ref() {
            DeValue::String(text) => {
                if text.chars().any(is_unseen) {
                    self.controls.push(span.clone());
                }
                plain = source.len() == text.len() + 2 && source.get(1..=text.len()) == Some(text.as_ref());
                Value::Text(text.to_string())
            }
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| Value::Number(number.to_string()), Value::Whole),
            DeValue::Float(number) => Value::Number(number.to_string()),
            DeValue::Boolean(truth) => Value::Truth(*truth),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(_) if depth >= DEPTH_MAX => {
                self.too_deep.get_or_insert(span.clone());
                Value::List(Vec::new())
            }
            DeValue::Array(values) => {
                Value::List(values.iter().map(|value| self.node(value, depth + 1)).collect())
            }
            DeValue::Table(table) => Value::Table(self.table(table, source.starts_with('{'), depth)),
        };
        Node { value, file: Arc::clone(&self.name), span, plain }
    }
}

/// Joins a file's tables to those read before. A table that only holds other tables may stand in
/// several files; one that says something itself may not.
pub(crate) fn join(into: &mut Table, from: Table, path: &str, found: &mut Vec<Diagnostic>) {
    for (key, entry) in from.entries {
        let Some(there) = into.entries.get_mut(&key) else {
            into.entries.insert(key, entry);
            continue;
        };
        let path = if path.is_empty() { key } else { format!("{path}.{key}") };
        let place = there.place();
        match (&mut there.node.value, entry.node.value) {
            (Value::Table(first), Value::Table(second)) if !first.inline && !second.inline => {
                if says(first) && says(&second) {
                    found.push(twice(&path, "table", &place, &entry.file, entry.key));
                }
                join_quietly(first, second, &path, found);
            }
            _ => found.push(twice(&path, "key", &place, &entry.file, entry.key)),
        }
    }
}

/// Joins two tables of which it has been said that they stand twice: the first keeps its own keys.
fn join_quietly(into: &mut Table, from: Table, path: &str, found: &mut Vec<Diagnostic>) {
    let said = says(into) && says(&from);
    let mut rest = from;
    if said {
        rest.entries.retain(|key, entry| {
            let deep = matches!(&entry.node.value, Value::Table(table) if !table.inline);
            deep || !into.entries.contains_key(key)
        });
    }
    join(into, rest, path, found);
}

/// Whether a table holds anything but tables with headings of their own.
fn says(table: &Table) -> bool {
    table.entries.values().any(|entry| match &entry.node.value {
        Value::Table(table) => table.inline,
        _ => true,
    })
}

fn twice(path: &str, what: &str, first: &Place, file: &str, second: Range<usize>) -> Diagnostic {
    codes::toml::TABLE_TWICE
        .raise(format!("the {what} `{path}` is defined twice"))
        .at(file, second, "defined again here")
        .at(&first.file, first.key.clone(), "first defined here")
        .help("move both into one place, or rename one of them")
}
