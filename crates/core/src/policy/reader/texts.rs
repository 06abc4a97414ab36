//! Translations: `texts/<language>.toml`, keyed by the path of the text.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexMap;

use super::tree::{Table, Value};
use crate::diagnostic::Diagnostic;
use crate::name::Language;
use crate::policy::{codes, suggest};

/// A file of translations.
#[derive(Debug)]
pub(crate) struct Translation {
    /// Its language.
    pub(crate) language: Language,
    /// The name of its file.
    pub(crate) file: String,
    /// Its content.
    pub(crate) table: Table,
}

/// The language of a file of translations, by its name; `None` for a file of the policy itself.
pub(crate) fn language_of(name: &str) -> Option<Language> {
    let language = name.strip_prefix("texts/")?.strip_suffix(".toml")?;
    (!language.contains('/')).then(|| Language::from(language))
}

/// The texts of every language by path. Paths that the policy does not have, and languages that
/// are not complete, are reported.
pub(crate) fn read(
    translations: &[Translation],
    languages: &[Language],
    paths: &BTreeSet<String>,
    found: &mut Vec<Diagnostic>,
) -> IndexMap<Language, IndexMap<String, String>> {
    let mut texts: IndexMap<Language, IndexMap<String, String>> = IndexMap::new();
    for translation in translations {
        if !languages.contains(&translation.language) {
            let message = format!("the notice is not published in `{}`", translation.language);
            let raised = codes::text::UNDECLARED.raise(message).at(&translation.file, 0..0, "");
            found
                .push(raised.help(format!("add `{}` to `languages` under `[notice]`", translation.language)));
        }
        let mut leaves = BTreeMap::new();
        gather(&translation.table, "", &mut leaves, found);
        let here = texts.entry(translation.language.clone()).or_default();
        for (path, leaf) in leaves {
            if paths.contains(&path) {
                here.insert(path, leaf.text);
            } else {
                found.push(unknown_path(&path, &leaf, paths));
            }
        }
    }
    for language in languages.iter().skip(1) {
        found.extend(missing(language, texts.get(language), paths));
    }
    texts
}

/// A translated text and the place of its key.
struct Leaf {
    text: String,
    file: Arc<str>,
    key: Range<usize>,
}

fn gather(table: &Table, path: &str, leaves: &mut BTreeMap<String, Leaf>, found: &mut Vec<Diagnostic>) {
    for (key, entry) in &table.entries {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match &entry.node.value {
            Value::Table(table) => gather(table, &path, leaves, found),
            Value::Text(text) => {
                let leaf = Leaf {
                    text: text.trim().to_owned(),
                    file: Arc::clone(&entry.file),
                    key: entry.key.clone(),
                };
                leaves.insert(path, leaf);
            }
            _ => {
                let raised =
                    codes::text::NOT_A_TEXT.raise(format!("`{path}` is {}, not a text", entry.node.kind()));
                found.push(raised.at(&entry.file, entry.node.span.clone(), ""));
            }
        }
    }
}

fn unknown_path(path: &str, leaf: &Leaf, paths: &BTreeSet<String>) -> Diagnostic {
    let raised = codes::text::UNKNOWN_PATH.raise(format!("the policy has no text `{path}`"));
    let raised = raised.at(&leaf.file, leaf.key.clone(), "");
    let near = suggest::nearest(path, paths.iter().map(String::as_str));
    let last = path.rsplit('.').next().unwrap_or_default();
    let near = near.or_else(|| {
        let parent = path.strip_suffix(last)?;
        let siblings = paths.iter().filter_map(|known| known.strip_prefix(parent));
        suggest::nearest(last, siblings)
    });
    match near {
        Some(near) => raised.help(format!("did you mean `{near}`?")),
        None => raised.help("remove it, or correct the path"),
    }
}

/// What is not translated into a language, in one warning.
fn missing(
    language: &Language,
    texts: Option<&IndexMap<String, String>>,
    paths: &BTreeSet<String>,
) -> Option<Diagnostic> {
    let untold: Vec<&str> = paths
        .iter()
        .filter(|path| !texts.is_some_and(|texts| texts.contains_key(*path)))
        .map(String::as_str)
        .collect();
    let first = untold.first()?;
    let message =
        format!("{} texts have no translation into `{language}`, the first is `{first}`", untold.len());
    let help = format!("add to `texts/{language}.toml`: {}", suggest::listed(&untold));
    Some(codes::text::MISSING.raise(message).help(help))
}
