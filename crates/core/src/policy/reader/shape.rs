//! The first walk over the tree: every key and every type against the table of keys, every place
//! filed. What does not fit is reported once and pruned, so that later rooms meet only what fits.

use crate::diagnostic::{Diagnostic, Label};
use crate::policy::codes;
use crate::policy::keys::{self, Key, Shape};
use crate::policy::source::Places;
use crate::policy::suggest;
use crate::time::{Day, Span};

use super::tree::{Entry, Node, Table, Value};

/// No name is longer.
const NAME_BYTES_MAX: usize = 64;

/// Walks a table of a section and prunes it.
pub(crate) fn check(table: &mut Table, section: &str, path: &str, walk: &mut Walk<'_>) {
    table.entries.retain(|name, entry| walk.entry(name, entry, section, path));
}

/// What the walk fills.
pub(crate) struct Walk<'a> {
    /// The places of all paths.
    pub(crate) places: &'a mut Places,
    /// What is wrong.
    pub(crate) found: &'a mut Vec<Diagnostic>,
    /// Places that are no TOML: what the parser put there in place of a value is not the author's.
    torn: Vec<Label>,
}

impl<'a> Walk<'a> {
    /// A walk that knows what parsing has found.
    pub(crate) fn new(places: &'a mut Places, found: &'a mut Vec<Diagnostic>) -> Self {
        let torn = found.iter().filter(|found| found.code == codes::toml::SYNTAX.code);
        let torn = torn.flat_map(|found| found.labels.iter().cloned()).collect();
        Self { places, found, torn }
    }

    /// Whether a value stands where the file is no TOML.
    fn is_torn(&self, node: &Node) -> bool {
        let inner = matches!(node.value, Value::Table(_) | Value::List(_));
        !inner
            && self.torn.iter().any(|label| {
                *label.file == *node.file
                    && label.span.start <= node.span.end
                    && node.span.start <= label.span.end
            })
    }

    /// Checks one key; false if it has to go.
    fn entry(&mut self, name: &str, entry: &mut Entry, section: &str, parent: &str) -> bool {
        let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
        self.places.file(path.clone(), entry.place());
        let Some(key) = keys::find(section, name) else {
            self.unknown(name, entry, section, parent);
            return false;
        };
        if key.key == "*" && !self.name(name, entry, section) {
            self.places.mark_broken(path);
            return false;
        }
        if self.is_torn(&entry.node) {
            self.places.mark_broken(path);
            return false;
        }
        if let Some(wrong) = misfit(&entry.node, &key.shape) {
            self.misfit(name, entry, key, &wrong);
            self.places.mark_broken(path);
            // A thing that could not be read still declares its name.
            let named = key.key == "*" && matches!(key.shape, Shape::Table);
            if named {
                entry.node.value = Value::Table(Table::default());
            }
            return named;
        }
        self.inside(&mut entry.node, &keys::inner(key), &path);
        true
    }

    fn inside(&mut self, node: &mut Node, section: &str, path: &str) {
        match &mut node.value {
            Value::Table(table) => check(table, section, path, self),
            Value::List(nodes) => nodes.iter_mut().for_each(|node| self.inside(node, section, path)),
            _ => {}
        }
    }

    fn unknown(&mut self, name: &str, entry: &Entry, section: &str, parent: &str) {
        let known: Vec<&str> = keys::of(section).map(|key| key.key).filter(|key| *key != "*").collect();
        let place = if section.is_empty() {
            "at the top of a policy".to_owned()
        } else {
            format!("in `[{section}]`")
        };
        let near = suggest::nearest(name, known.iter().copied());
        if let Some(near) = near {
            let meant = if parent.is_empty() { near.to_owned() } else { format!("{parent}.{near}") };
            self.places.mark_broken(meant);
        }
        let help = near.map_or_else(
            || format!("known here: {}", suggest::listed(&known)),
            |near| format!("did you mean `{near}`?"),
        );
        let shown: String = name.chars().take(NAME_BYTES_MAX).collect();
        let raised = codes::key::UNKNOWN.raise(format!("`{shown}` is not a key {place}"));
        self.found.push(raised.at(&entry.file, entry.key.clone(), "").help(help));
    }

    /// Names that the author gives; names of columns and tables are the database's.
    fn name(&mut self, name: &str, entry: &Entry, section: &str) -> bool {
        let of_database = section.starts_with("store.*.table");
        let letters = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
        let fits = if of_database {
            !name.is_empty() && name.len() <= 2 * NAME_BYTES_MAX && !name.chars().any(char::is_control)
        } else {
            !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.chars().all(letters)
        };
        let fits = fits && !(section == "store.*.table" && name.contains('.'));
        if !fits {
            let shown: String = name.chars().take(NAME_BYTES_MAX).collect();
            let help = if section == "store.*.table" {
                "give the table a short name, and its name in the database as `name = \"schema.table\"`"
            } else {
                "a name has letters, digits, `-` and `_`, 64 bytes at most"
            };
            let raised = codes::key::BAD_NAME.raise(format!("`{shown}` can't be a name"));
            self.found.push(raised.at(&entry.file, entry.key.clone(), "").help(help));
        }
        fits
    }

    fn misfit(&mut self, name: &str, entry: &Entry, key: &Key, wrong: &Misfit<'_>) {
        let raised = match wrong {
            Misfit::Type(node) => codes::key::WRONG_TYPE.raise(format!(
                "`{name}` is {}, not {}",
                key.shape.words(),
                node.kind()
            )),
            Misfit::Word { word, .. } => {
                codes::key::UNKNOWN_WORD.raise(format!("`{word}` is not a word that `{name}` knows"))
            }
            Misfit::Text(message) => codes::key::BAD_VALUE.raise(format!("`{name}`: {message}")),
        };
        let help = match wrong {
            Misfit::Word { word, known } => suggest::help(word, known.iter().copied()),
            _ => Some(format!("for example `{}`", key.example)),
        };
        let mut raised = raised.at(&entry.node.file, entry.node.span.clone(), "");
        raised.help = help;
        self.found.push(raised);
    }
}

/// Why a value does not fit a shape.
enum Misfit<'a> {
    Type(&'a Node),
    Word { word: String, known: &'static [&'static str] },
    Text(String),
}

fn misfit<'a>(node: &'a Node, shape: &Shape) -> Option<Misfit<'a>> {
    let fits = match (shape, &node.value) {
        (Shape::Text, Value::Text(_))
        | (Shape::Whole, Value::Whole(_))
        | (Shape::Truth, Value::Truth(_))
        | (Shape::Table, Value::Table(_))
        | (Shape::Value, Value::Text(_) | Value::Whole(_) | Value::Number(_) | Value::Truth(_)) => true,
        (Shape::Date, Value::Date(text) | Value::Text(text)) => return not_a_day(text),
        (Shape::Length, Value::Text(text)) => {
            return Span::parse(text).err().map(|wrong| Misfit::Text(wrong.to_string()));
        }
        (Shape::Choice(known), Value::Text(word)) => {
            return (!known.contains(&word.as_str())).then(|| Misfit::Word { word: shown(word), known });
        }
        (Shape::List(inner), Value::List(nodes)) => {
            return nodes.iter().find_map(|node| misfit(node, inner));
        }
        (Shape::List(inner), _) => {
            return misfit(node, inner).map(|wrong| match wrong {
                Misfit::Type(_) => Misfit::Type(node),
                other => other,
            });
        }
        (Shape::Or(shapes), _) => return misfit_of_all(node, shapes),
        _ => false,
    };
    (!fits).then_some(Misfit::Type(node))
}

/// The most telling misfit, if none of the shapes fits.
fn misfit_of_all<'a>(node: &'a Node, shapes: &[Shape]) -> Option<Misfit<'a>> {
    let mut telling = Misfit::Type(node);
    for shape in shapes {
        match misfit(node, shape) {
            None => return None,
            Some(Misfit::Type(_)) => {}
            Some(other) => telling = other,
        }
    }
    Some(telling)
}

fn not_a_day(text: &str) -> Option<Misfit<'static>> {
    let day: Result<Day, _> = text.parse();
    let plain = text.len() == 10;
    match day {
        Ok(_) if plain => None,
        _ => Some(Misfit::Text(format!("`{}` is not a date", shown(text)))),
    }
}

/// A word as it may stand in a message: not longer than a line.
fn shown(word: &str) -> String {
    let mut short: String = word.chars().take(NAME_BYTES_MAX).collect();
    if short.len() < word.len() {
        short.push('…');
    }
    short
}
