//! The notice's settings and the pages that it points to.

use indexmap::IndexMap;

use super::section::{Section, Word};
use super::{Reader, codes, wording};
use crate::name::Language;
use crate::policy::model::{NoticeLink, NoticeSettings};
use crate::policy::{suggest, words};
use crate::time::Day;

impl Reader<'_> {
    pub(super) fn notice(&mut self, root: &Section<'_>) -> NoticeSettings {
        let section = root.section("notice");
        let changes = section.section("changes");
        let (version, version_month) = self.version(&section);
        let languages = self.languages(&section);
        NoticeSettings {
            version,
            version_month,
            prevails: section.word("prevails").and_then(|word| self.language(word)),
            languages,
            title: self.text(&section, "title"),
            introduction: self.text(&section, "introduction"),
            minor_changes: self.short_words(&changes, "minor", "way"),
            significant_changes: self.short_words(&changes, "significant", "way"),
            changes_before: changes.length("before"),
            links: self.notice_links(root),
        }
    }

    /// A day, or as published a month alone.
    fn version(&mut self, section: &Section<'_>) -> (Option<Day>, Option<String>) {
        let day = section.day("version");
        let Some(word) = section.word("version").filter(|_| day.is_none()) else { return (day, None) };
        let month = format!("{}-01", word.text);
        if word.text.len() == "2024-01".len() && month.parse::<Day>().is_ok() {
            return (None, Some(word.text.to_owned()));
        }
        let help =
            "write a day, `2024-01-31`; or `\"2024-01\"` where a published notice gives none".to_owned();
        self.blame(word, &codes::key::BAD_VALUE, "`version` is neither a day nor a month", Some(help));
        self.places.mark_broken(section.at("version"));
        (None, None)
    }

    /// The languages, the one of the policy's own texts first; English where none is named.
    fn languages(&mut self, section: &Section<'_>) -> Vec<Language> {
        let mut languages: Vec<Language> = Vec::new();
        for word in section.words("languages") {
            if let Some(language) = self.language(word)
                && !languages.contains(&language)
            {
                self.published(word);
                languages.push(language);
            }
        }
        let written = section.word("written-in");
        let language = written.and_then(|word| self.language(word));
        match (languages.first(), language, written) {
            (Some(first), Some(language), Some(word)) if *first != language => {
                let message =
                    format!("the policy is written in `{language}`, and `languages` begins with `{first}`");
                let help = format!("put `{language}` first in `languages`");
                self.blame(word, &codes::notice::NOT_WRITTEN_IN, message, Some(help));
            }
            (None, Some(language), _) => languages.push(language),
            _ => {}
        }
        if languages.is_empty() { vec![Language::from("en")] } else { languages }
    }

    /// Reports a language in which no notice can be published.
    fn published(&mut self, word: Word<'_>) {
        if !words::LANGUAGES.contains(&word.text) {
            let known = suggest::listed(words::LANGUAGES);
            let message = format!("no notice can be published in `{}`", word.text);
            let help = format!("take it out: there are words in {known}");
            self.blame(word, &codes::notice::NO_WORDS, message, Some(help));
        }
    }

    /// A language by its two letters; another word is reported.
    fn language(&mut self, word: Word<'_>) -> Option<Language> {
        let fits = word.text.len() == 2 && word.text.bytes().all(|byte| byte.is_ascii_lowercase());
        if !fits {
            let message = format!("`{}` is not a language code", wording::shown(word.text));
            let help = "use two small letters: `en`, `fr`, `nl`".to_owned();
            self.blame(word, &codes::notice::UNKNOWN_LANGUAGE, message, Some(help));
        }
        fits.then(|| Language::from(word.text))
    }

    /// Pages by name; whether an address leads anywhere is judged later.
    fn notice_links(&mut self, root: &Section<'_>) -> IndexMap<String, NoticeLink> {
        let sections = root.section("link").sections();
        sections
            .into_iter()
            .map(|(name, section)| {
                let id = name.text.to_owned();
                let title = self.text_or_name(&section, "title", name.text);
                let url = section.string("url").unwrap_or_default();
                (id.clone(), NoticeLink { id, title, url })
            })
            .collect()
    }
}
