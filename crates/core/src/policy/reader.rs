//! The reader: from the files of a policy folder to the model, with every error of a run at once.
//!
//! Files are parsed with recovery and joined (`tree`), checked against the table of keys (`shape`),
//! then names are gathered (`names`) and each section is read. A section that can't be read still
//! declares its name, so that one mistake is reported once. Pure: the edge loads the files. Not
//! here: judgements about a policy that reads well (`check`).

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::policy::codes::{self, Code};
use crate::policy::model::{Policy, Text};
use crate::policy::source::{self, Places, SourceFile};
use crate::policy::words;

pub mod fuzz;

mod arms;
mod basis;
mod controller;
mod cookie;
mod data;
mod drawn;
mod fill_in;
mod frozen;
mod keep;
mod message;
pub(crate) mod names;
mod notice;
mod party;
mod people;
mod place;
mod promise;
mod purpose;
mod release;
mod rights;
mod screen;
mod section;
mod shape;
mod sources;
mod store;
mod table;
pub(crate) mod texts;
pub(crate) mod tree;
mod use_also;
mod webhook;
mod wording;

use names::Names;
use section::{Section, Word};

/// The edition of the language that this reader reads.
pub const EDITION: i64 = 1;

/// More findings than this are of no use to an author.
pub(crate) const FOUND_MAX: usize = 1_000;

/// A help is a few lines; what quotes half a file is cut.
const HELP_BYTES_MAX: usize = 2_500;

/// Whether every policy knows this event without declaring it.
pub(crate) fn is_built_in(event: &str) -> bool {
    names::BUILT_IN_EVENTS.iter().any(|(name, _)| *name == event)
}

/// What reading a policy gave.
#[derive(Clone, Debug)]
pub struct Read {
    /// The policy as far as it could be read; `None` for another edition of the language. It may
    /// be served only if no diagnostic is an error: [`Read::sound`].
    pub policy: Option<Policy>,
    /// What is wrong, in the order of files and places.
    pub diagnostics: Vec<Diagnostic>,
    /// The place of every path.
    pub places: Places,
    /// Every text that people read, as the policy writes it, in the order of reading.
    pub texts: Vec<Text>,
}

impl Read {
    /// The policy, if it may be served.
    ///
    /// # Errors
    /// The diagnostics, if one of them is an error.
    pub fn sound(self) -> Result<Policy, Vec<Diagnostic>> {
        let wrong = self.diagnostics.iter().any(|found| found.severity == Severity::Error);
        match self.policy {
            Some(policy) if !wrong => Ok(policy),
            _ => Err(self.diagnostics),
        }
    }
}

/// Reads a policy from its files: those that end in `.toml`, in the order of their names;
/// `texts/<language>.toml` are translations.
pub fn read(files: &[SourceFile]) -> Read {
    let files = source::sorted(files);
    let mut found = Vec::new();
    let (mut root, translations) = trees(&files, &mut found);
    let mut places = Places::default();
    let mut texts_read = Vec::new();
    let drafted = translations.iter().map(|translation| &translation.table).chain([&root]);
    drafted.for_each(|table| fill_in::check(table, &mut found));
    shape::check(&mut root, "", "", &mut shape::Walk::new(&mut places, &mut found));
    let section = Section::root(&root);
    let policy = edition(&section, &files, &places, &mut found).then(|| {
        let names = Names::of(&section);
        let mut reader =
            Reader { names, places: &mut places, found: &mut found, texts: IndexMap::new(), named: 0 };
        let mut policy = reader.policy(&section);
        policy.digest = source::digest(&files);
        let sources = reader.texts;
        policy.texts = texts::read(&translations, &policy.notice.languages, &sources, &mut found);
        texts_read = sources.into_iter().map(|(path, written)| Text { path, written }).collect();
        policy
    });
    in_order(&mut found);
    Read { policy, diagnostics: found, places, texts: texts_read }
}

/// Reads a policy and checks it by the law of the day on which its lists were read; see
/// [`examine_at`].
pub fn examine(files: &[SourceFile]) -> Read {
    examine_at(files, crate::law::READ_ON)
}

/// Reads a policy and checks it as of a day: what `kept check` says without the real stores.
pub fn examine_at(files: &[SourceFile], at: crate::time::Day) -> Read {
    let mut read = read(files);
    // A file of which nothing was read may have said all that seems to be missing.
    if read.diagnostics.iter().any(codes::toml::is_unread) {
        read.diagnostics.retain(|found| found.code.starts_with("toml/"));
        return read;
    }
    if let Some(policy) = &read.policy {
        read.diagnostics.extend(crate::policy::check::check_at(policy, &read.places, at));
        in_order(&mut read.diagnostics);
    }
    read
}

/// Policy files joined, and translations by language.
fn trees(files: &[&SourceFile], found: &mut Vec<Diagnostic>) -> (tree::Table, Vec<texts::Translation>) {
    let mut root = tree::Table::default();
    let mut translations = Vec::new();
    for file in files {
        let table = tree::parse(file, found);
        match texts::language_of(&file.name) {
            Some(language) => {
                translations.push(texts::Translation { language, file: file.name.clone(), table })
            }
            None => tree::join(&mut root, table, "", found),
        }
    }
    (root, translations)
}

/// Whether this is the edition that is read here, or none is named.
fn edition(root: &Section<'_>, files: &[&SourceFile], places: &Places, found: &mut Vec<Diagnostic>) -> bool {
    match root.whole("edition") {
        Some(EDITION) => true,
        Some(other) => {
            let message = format!("edition {other} of the policy language is not known here");
            let help = format!("write `edition = {EDITION}`, or use a newer version of kept");
            found.push(places.point(codes::edition::UNKNOWN.raise(message), "edition", "").help(help));
            false
        }
        // A file that could not be read at all may well have said it.
        None if places.is_broken("edition") || found.iter().any(|found| found.code.starts_with("toml/")) => {
            true
        }
        None => {
            let raised = codes::edition::MISSING.raise("the policy does not say its edition");
            let file = files.iter().find(|file| texts::language_of(&file.name).is_none());
            let raised = match file {
                Some(file) => raised.at(&file.name, 0..0, ""),
                None => raised,
            };
            found.push(raised.help(format!("write `edition = {EDITION}` at the top of the first file")));
            true
        }
    }
}

/// Sorted by file and place; the same finding once. Of too many the gravest stay.
fn in_order(found: &mut Vec<Diagnostic>) {
    for help in found.iter_mut().filter_map(|found| found.help.as_mut()) {
        codes::shorten(help, HELP_BYTES_MAX);
    }
    if found.len() > FOUND_MAX {
        found.sort_by_key(|found| std::cmp::Reverse(found.severity));
        found.truncate(FOUND_MAX);
        let message = format!("there are more than {FOUND_MAX} findings; the gravest are shown");
        found.push(codes::policy::TOO_MUCH.raise(message).help("mend these first"));
    }
    found.sort_by_cached_key(|found| {
        let place = found.labels.first();
        let place = place.map(|label| (label.file.clone(), label.span.start, label.span.end));
        // What has no place comes last: a reader begins with what can be pointed at.
        (place.is_none(), place, found.code, found.message.clone())
    });
    found.dedup();
}

/// The walk over a pruned tree.
struct Reader<'a> {
    names: Names,
    places: &'a mut Places,
    found: &'a mut Vec<Diagnostic>,
    /// All texts that people read, by path.
    texts: IndexMap<String, String>,
    /// How many data all lists of the policy mention together, groups opened.
    named: usize,
}

impl Reader<'_> {
    /// Every section, in an order in which later ones may lean on earlier ones.
    fn policy(&mut self, root: &Section<'_>) -> Policy {
        let controllers = self.controllers(root);
        let zone =
            controllers.values().next().map_or_else(crate::time::Zone::utc, |first| first.zone.clone());
        let data = self.categories(root);
        Policy {
            digest: String::new(),
            notice: self.notice(root),
            people: self.people(root),
            sources: self.sources(root, &data),
            data,
            groups: self.groups(root),
            events: self.events(root),
            purposes: self.purposes(root, &controllers),
            recipients: self.recipients(root),
            rights: self.rights(root),
            children: self.children(root),
            decisions: self.decisions(root),
            messages: self.messages(root),
            never: self.never(root),
            own: self.own(root),
            joint: self.joint(root),
            disclosures: self.disclosures(root),
            custody: self.custody(root),
            places: self.promised_places(root),
            cookies: self.cookies(root),
            statistics: self.statistics(root),
            transfers: self.transfers(root),
            roles: self.roles(root),
            duties: self.duties(root),
            forms: self.forms(root),
            stores: self.stores(root, &zone),
            webhooks: self.webhooks(root),
            texts: indexmap::IndexMap::new(),
            controllers,
        }
    }

    /// A text that people read, if the policy has it.
    fn text(&mut self, section: &Section<'_>, key: &str) -> Option<Text> {
        section.word(key).map(|word| self.text_at(section.at(key), word.text))
    }

    /// A text that people read, or the name in words.
    fn text_or_name(&mut self, section: &Section<'_>, key: &str, name: &str) -> Text {
        self.text(section, key).unwrap_or_else(|| self.text_at(section.at(key), &in_words(name)))
    }

    /// Short words that people read; those that not every language has are to be translated.
    fn short_words(&mut self, section: &Section<'_>, key: &str, family: &str) -> Vec<String> {
        let said = section.strings(key);
        for word in said.iter().filter(|word| !words::is_known(family, word)) {
            if let Some(path) = words::path(family, word) {
                self.text_at(path, word);
            }
        }
        said
    }

    /// A title that may be left out: the name is then said by words of its family, or has to be
    /// translated like a title.
    fn title_or_family(&mut self, section: &Section<'_>, family: &str, name: &str) -> Option<Text> {
        let title = self.text(section, "title");
        if title.is_some() || words::is_known(family, name) {
            return title;
        }
        Some(self.text_at(section.at("title"), &name.replace(['-', '_'], " ")))
    }

    /// A text that may be a word of a family, which needs no translation.
    fn text_of_family(&mut self, section: &Section<'_>, key: &str, family: &str) -> Option<Text> {
        let word = section.word(key)?;
        if words::is_known(family, word.text) {
            return Some(Text { path: section.at(key), written: word.text.trim().to_owned() });
        }
        self.text(section, key)
    }

    /// A text with its path.
    fn text_at(&mut self, path: String, written: &str) -> Text {
        let written = written.trim().to_owned();
        self.texts.insert(path.clone(), written.clone());
        Text { path, written }
    }

    /// A text of a table in a list, where two tables may have the same path: a later one gets the
    /// number of its place, counted from 1.
    fn text_among(&mut self, path: String, place: usize, written: &str) -> Text {
        let taken = self.texts.contains_key(&path);
        self.text_at(if taken { format!("{path}-{place}") } else { path }, written)
    }

    /// A text that is missing and was reported: nobody is asked to translate it.
    fn empty_text(&self, section: &Section<'_>, key: &str) -> Text {
        Text { path: section.at(key), written: String::new() }
    }

    /// Reports at its heading that a section does not say something, unless what it says could not
    /// be read.
    fn unsaid(&mut self, section: &Section<'_>, key: &str, code: &Code, message: &str) {
        let path = section.at(key);
        if self.places.is_broken(&path) {
            return;
        }
        let raised = self.places.point_key(code.raise(message), &section.path, "");
        let example = super::keys::example(&section.path, key).unwrap_or(key);
        self.found.push(raised.help(format!("write `{example}`")));
        self.places.mark_broken(path);
    }

    /// Reports that one key of a section says what another rules out, with both places.
    fn contradicts(&mut self, section: &Section<'_>, key: &str, other: &str, code: &Code, message: &str) {
        let raised = self.places.point(code.raise(message), &section.at(key), "");
        let (raised, help) = match key == other {
            true => (raised, "remove it"),
            false => (self.places.point(raised, &section.at(other), "against this"), "keep one of the two"),
        };
        self.found.push(raised.help(help));
    }

    /// Whether so much is wrong that nobody reads on: what a word may have meant is then no longer
    /// looked for, which takes longer than all the rest.
    fn is_flooded(&self) -> bool {
        self.found.len() >= FOUND_MAX
    }

    /// Reports a word.
    fn blame(&mut self, word: Word<'_>, code: &Code, message: impl Into<String>, help: Option<String>) {
        let mut raised = word.blame(code.raise(message));
        raised.help = help;
        self.found.push(raised);
    }

    /// The words of a key that name known things; others are reported, and the key is then broken.
    fn known<Name: From<String>>(
        &mut self,
        section: &Section<'_>,
        key: &str,
        kind: names::Kind,
        code: &Code,
    ) -> Vec<Name> {
        let words = section.words(key);
        let names: Vec<Name> = words.iter().filter_map(|word| self.known_one(*word, kind, code)).collect();
        if names.len() < words.len() {
            self.places.mark_broken(section.at(key));
        }
        names
    }

    /// A word that names a known thing; another is reported.
    fn known_one<Name: From<String>>(
        &mut self,
        word: Word<'_>,
        kind: names::Kind,
        code: &Code,
    ) -> Option<Name> {
        let known = self.names.of_kind(kind);
        if known.contains(word.text) {
            return Some(Name::from(word.text.to_owned()));
        }
        if self.is_flooded() {
            return None;
        }
        let message = format!("`{}` is not {}", wording::shown(word.text), kind.words());
        let mut help = crate::policy::suggest::help(word.text, known.iter().map(String::as_str));
        if help.is_none() && known.is_empty() {
            help = Some(format!("declare it as `{}`", kind.declaration(word.text)));
        }
        self.blame(word, code, message, help);
        None
    }
}

/// A name in words: `customer-file` is "Customer file".
fn in_words(name: &str) -> String {
    let spaced = name.replace(['-', '_'], " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
