//! A draft of a policy: tables, keys and comments in order, written as TOML.

use indexmap::IndexMap;
use toml::Value;

/// The longest that a name of the language may be, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// A draft.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    head: Vec<String>,
    tables: IndexMap<String, Table>,
}

/// A table of a draft.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    comments: Vec<String>,
    keys: IndexMap<String, Value>,
}

impl Draft {
    /// A draft that begins with these comments.
    pub(super) fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|line| (*line).to_owned()).collect(), tables: IndexMap::new() }
    }

    /// A table by its path, whose names are plain.
    pub(super) fn table(&mut self, path: &str) -> &mut Table {
        self.tables.entry(path.to_owned()).or_default()
    }

    /// Whether there is a table of this path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.tables.contains_key(path)
    }

    /// A table, if it is there.
    pub(super) fn find(&self, path: &str) -> Option<&Table> {
        self.tables.get(path)
    }

    /// The paths of all tables, in order.
    pub(super) fn paths(&self) -> impl Iterator<Item = &String> {
        self.tables.keys()
    }

    /// A name for a thing, plain and not taken yet: `people`, `Customer (B2B)` → `customer-b2b`.
    pub(super) fn free_name(&self, section: &str, text: &str) -> String {
        let name = slug(text);
        let name = if name.is_empty() { "unnamed".to_owned() } else { name };
        let taken = |name: &str| self.has(&format!("{section}.{name}"));
        if !taken(&name) {
            return name;
        }
        let mut count = 2_usize;
        loop {
            let next = format!("{name}-{count}");
            if !taken(&next) {
                return next;
            }
            count += 1;
        }
    }

    /// The draft as TOML.
    pub fn toml(&self) -> String {
        let mut out = String::new();
        self.head.iter().for_each(|line| comment(&mut out, line));
        out.push_str("\nedition = 1\n");
        for (path, table) in self.tables.iter().filter(|(_, table)| !table.is_empty()) {
            out.push('\n');
            table.comments.iter().for_each(|line| comment(&mut out, line));
            out.push_str(&format!("[{path}]\n"));
            for (key, value) in &table.keys {
                out.push_str(&format!("{} = {value}\n", quoted(key)));
            }
        }
        out
    }
}

impl Table {
    /// Sets a key; an empty text, list or table is nothing to say.
    pub(super) fn set(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        let empty = match &value {
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Table(fields) => fields.is_empty(),
            _ => false,
        };
        if !empty {
            self.keys.insert(key.to_owned(), value);
        }
        self
    }

    /// Sets a key where something is known.
    pub(super) fn set_some(&mut self, key: &str, value: Option<impl Into<Value>>) -> &mut Self {
        if let Some(value) = value {
            self.set(key, value);
        }
        self
    }

    /// Adds to a list, each thing once.
    pub(super) fn add(&mut self, key: &str, item: impl Into<Value>) -> &mut Self {
        let item = item.into();
        match self.keys.entry(key.to_owned()).or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(items) if !items.contains(&item) => items.push(item),
            _ => {}
        }
        self
    }

    /// Sets a key of a table within.
    pub(super) fn put(&mut self, key: &str, name: &str, value: impl Into<Value>) -> &mut Self {
        if let Value::Table(fields) =
            self.keys.entry(key.to_owned()).or_insert_with(|| Value::Table(toml::Table::new()))
        {
            fields.insert(name.to_owned(), value.into());
        }
        self
    }

    /// A key for a thing of a table within that is not taken yet.
    pub(super) fn free_key(&self, key: &str, name: &str) -> String {
        let Some(Value::Table(fields)) = self.keys.get(key) else { return name.to_owned() };
        if !fields.contains_key(name) {
            return name.to_owned();
        }
        let mut count = 2_usize;
        loop {
            let next = format!("{name}-{count}");
            if !fields.contains_key(&next) {
                return next;
            }
            count += 1;
        }
    }

    /// What a key says.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.keys.get(key)
    }

    /// Writes a comment over the table, once.
    pub(super) fn comment(&mut self, text: impl Into<String>) -> &mut Self {
        let text = text.into();
        if !self.comments.contains(&text) {
            self.comments.push(text);
        }
        self
    }

    fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.comments.is_empty()
    }
}

/// A plain name: small letters, digits and dashes.
pub(super) fn slug(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut out = String::new();
    for letter in text.nfd().flat_map(|letter| spelled(letter).chars().chain(plain(letter))) {
        if out.len() >= NAME_BYTES_MAX - 8 {
            break;
        }
        if letter.is_ascii_alphanumeric() {
            out.push(letter.to_ascii_lowercase());
        } else if !letter.is_alphanumeric() && unicode_normalization::char::is_combining_mark(letter) {
            // An accent goes, its letter stays.
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.trim_matches('-').to_owned()
}

/// Letters that are no letter with an accent, spelled out.
fn spelled(letter: char) -> &'static str {
    match letter {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' => "d",
        _ => "",
    }
}

fn plain(letter: char) -> Option<char> {
    spelled(letter).is_empty().then_some(letter)
}

/// A text of several lines on one: an address as it is written in a row.
pub(super) fn on_one_line(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim().trim_end_matches(',')).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(", ")
}

/// A name in words: `customer_file` as `Customer file`.
pub(super) fn readable(name: &str) -> String {
    let spaced = name.replace(['-', '_', '.'], " ");
    let mut letters = spaced.trim().chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn quoted(key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if plain { key.to_owned() } else { Value::String(key.to_owned()).to_string() }
}

/// A comment of one line; what TOML does not allow in it becomes a space.
fn comment(out: &mut String, text: &str) {
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    out.push_str(&format!("# {}\n", text.trim()));
}
