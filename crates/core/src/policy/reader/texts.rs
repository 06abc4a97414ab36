//! Translations: `texts/<language>.toml`, keyed by the path of the text.
//!
//! A leaf is a text, or `{ text = "…", of = "…" }` with a mark of the source text that it
//! translates, so that a translation of an older text is found. Not here: writing such a file
//! (`translate`).

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexMap;
use sha2::{Digest, Sha256};

use super::FOUND_MAX;
use super::section::word_of;
use super::tree::{Entry, Table, Value};
use crate::diagnostic::Diagnostic;
use crate::name::Language;
use crate::policy::{codes, suggest, words};

/// A help names so many texts that lack a translation.
const SHOWN_MAX: usize = 40;

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
    paths: &IndexMap<String, String>,
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
        gather(&translation.table, "", paths, &mut leaves, found);
        let here = texts.entry(translation.language.clone()).or_default();
        for (path, leaf) in leaves {
            match paths.get(&path) {
                Some(source) => {
                    found.extend(stale(&path, &leaf, source));
                    here.insert(path, leaf.text);
                }
                None => {
                    let flooded = found.len() >= FOUND_MAX;
                    found.push(unknown_path(&path, &leaf, paths, flooded));
                }
            }
        }
    }
    // In a language that has no words of its own nothing would be published.
    let published = |language: &&Language| words::LANGUAGES.contains(&language.as_str());
    for language in languages.iter().skip(1).filter(published) {
        found.extend(missing(language, texts.get(language), paths));
    }
    texts
}

/// The mark of a source text, by which its translation knows it again: the first 8 digits of the
/// SHA-256 of its words, with one blank between two.
pub(crate) fn mark(source: &str) -> String {
    let words: Vec<&str> = source.split_whitespace().collect();
    Sha256::digest(words.join(" ")).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// A translated text and the place of its key.
#[derive(Debug)]
pub(crate) struct Leaf {
    /// The translation.
    pub(crate) text: String,
    /// The mark of the text that it translates, if it notes one.
    pub(crate) of: Option<String>,
    /// The file.
    pub(crate) file: Arc<str>,
    /// The range of the key.
    pub(crate) key: Range<usize>,
    /// The range of the value.
    pub(crate) value: Range<usize>,
}

/// Every translated text of a table, by path. `paths` are those of the policy's texts.
pub(crate) fn gather(
    table: &Table,
    path: &str,
    paths: &IndexMap<String, String>,
    leaves: &mut BTreeMap<String, Leaf>,
    found: &mut Vec<Diagnostic>,
) {
    for (key, entry) in &table.entries {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match &entry.node.value {
            Value::Table(table) if is_leaf(table, &path, paths) => {
                leaves.extend(marked(table, entry, &path, found).map(|leaf| (path, leaf)));
            }
            Value::Table(table) => gather(table, &path, paths, leaves, found),
            Value::Text(text) => {
                leaves.insert(path, leaf(text, None, entry));
            }
            _ => found.push(not_a_text(&path, entry)),
        }
    }
}

/// Whether a table is a text with its mark: the policy has a text here, or the table holds nothing
/// but the two and the policy has no text of such a name within.
fn is_leaf(table: &Table, path: &str, paths: &IndexMap<String, String>) -> bool {
    let both = table.entries.keys().all(|key| key == "text" || key == "of");
    let inner = paths.contains_key(&format!("{path}.text"));
    table.entries.contains_key("text") && (paths.contains_key(path) || (both && !inner))
}

fn leaf(text: &str, of: Option<String>, entry: &Entry) -> Leaf {
    Leaf {
        text: text.trim().to_owned(),
        of,
        file: Arc::clone(&entry.file),
        key: entry.key.clone(),
        value: entry.node.span.clone(),
    }
}

/// A text with the mark of its source; anything else in the table is reported.
fn marked(table: &Table, entry: &Entry, path: &str, found: &mut Vec<Diagnostic>) -> Option<Leaf> {
    let mut text = None;
    let mut of = None;
    for (key, inner) in &table.entries {
        match (key.as_str(), word_of(&inner.node)) {
            ("text", Some(word)) => text = Some(word.text),
            ("of", Some(word)) if is_mark(word.text) => of = Some(word.text.to_owned()),
            ("of", Some(word)) => {
                let raised = word.blame(codes::text::BAD_MARK.raise("`of` is no mark of a text"));
                found.push(
                    raised.help(
                        "write 8 digits and letters from a to f, as `kept texts` does, or leave it out",
                    ),
                );
            }
            _ => found.push(not_a_text(&format!("{path}.{key}"), inner)),
        }
    }
    text.map(|text| leaf(text, of, entry))
}

fn is_mark(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn not_a_text(path: &str, entry: &Entry) -> Diagnostic {
    let kind = entry.node.kind();
    let raised = codes::text::NOT_A_TEXT.raise(format!("`{path}` is {kind}, not a text"));
    raised.at(&entry.file, entry.node.span.clone(), "")
}

/// A translation of a text that reads otherwise today.
fn stale(path: &str, leaf: &Leaf, source: &str) -> Option<Diagnostic> {
    let old = leaf.of.as_ref()?;
    let now = mark(source);
    if *old == now {
        return None;
    }
    let message = format!("`{path}` was translated from another text than today's");
    let raised = codes::text::STALE.raise(message).at(&leaf.file, leaf.value.clone(), "");
    Some(raised.help(format!("look at the text again, then write `of = \"{now}\"` in place of `{old}`")))
}

fn unknown_path(path: &str, leaf: &Leaf, paths: &IndexMap<String, String>, flooded: bool) -> Diagnostic {
    let raised = codes::text::UNKNOWN_PATH.raise(format!("the policy has no text `{path}`"));
    let raised = raised.at(&leaf.file, leaf.key.clone(), "");
    if flooded {
        return raised.help("remove it, or correct the path");
    }
    let near = suggest::nearest(path, paths.keys().map(String::as_str));
    let last = path.rsplit('.').next().unwrap_or_default();
    let near = near.or_else(|| {
        let parent = path.strip_suffix(last)?;
        let siblings = paths.keys().filter_map(|known| known.strip_prefix(parent));
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
    paths: &IndexMap<String, String>,
) -> Option<Diagnostic> {
    let untold: Vec<&str> = paths
        .keys()
        .filter(|path| !texts.is_some_and(|texts| texts.contains_key(path.as_str())))
        .map(String::as_str)
        .collect();
    let first = untold.first()?;
    let message =
        format!("{} texts have no translation into `{language}`, the first is `{first}`", untold.len());
    let shown: Vec<&str> = untold.iter().copied().take(SHOWN_MAX).collect();
    let rest = if untold.len() > SHOWN_MAX {
        format!(", and {} more", untold.len() - SHOWN_MAX)
    } else {
        String::new()
    };
    let help = format!("add to `texts/{language}.toml`: {}{rest}", suggest::listed(&shown));
    Some(codes::text::MISSING.raise(message).help(help))
}
