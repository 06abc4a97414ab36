//! Words: everything that people read, in each language: one Fluent file a language for notices, one
//! for answers to people.
//!
//! Sentences are never in Rust: code names a key and gives the facts. `period` makes retention
//! sentences, `facts` the words for bases, fields, countries and the like, `report` those for
//! stages and reasons. Not here: the order of a page (`notice`).

use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use kept_core::name::Language;
use kept_core::policy::Policy;
use kept_core::policy::model::Text;
use kept_core::time::{Day, Span};

mod facts;
mod french;
mod period;
mod report;

pub use fluent_bundle::FluentValue as Value;

/// For each language the words of notices, of the register, of changes and of answers to people.
const SOURCES: [(&str, [&str; 4]); 3] = [
    (
        "en",
        [
            include_str!("../words/en.ftl"),
            include_str!("../words/register/en.ftl"),
            include_str!("../words/difference/en.ftl"),
            include_str!("../words/report/en.ftl"),
        ],
    ),
    (
        "fr",
        [
            include_str!("../words/fr.ftl"),
            include_str!("../words/register/fr.ftl"),
            include_str!("../words/difference/fr.ftl"),
            include_str!("../words/report/fr.ftl"),
        ],
    ),
    (
        "nl",
        [
            include_str!("../words/nl.ftl"),
            include_str!("../words/register/nl.ftl"),
            include_str!("../words/difference/nl.ftl"),
            include_str!("../words/report/nl.ftl"),
        ],
    ),
];

/// Words that speak of people and not to them, instead of those of the notice.
const OF_PEOPLE: [(&str, &str); 3] = [
    ("en", include_str!("../words/record/en.ftl")),
    ("fr", include_str!("../words/record/fr.ftl")),
    ("nl", include_str!("../words/record/nl.ftl")),
];

/// The words of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    /// Short words of one policy in this language, by their path.
    own: BTreeMap<String, String>,
    /// What a whole policy calls its things, by their path: a notice for some people may still name
    /// what is left out of it.
    titles: BTreeMap<String, String>,
}

/// Why there are no words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// Nobody has written words in this language.
    #[error("there are no words in `{asked}` yet; there are in {have}")]
    Unknown {
        /// The language asked for.
        asked: Language,
        /// Those that exist, each in backticks.
        have: String,
    },
    /// The word file is damaged: a fault of this program.
    #[error("the words in `{0}` can't be read")]
    Damaged(Language),
}

impl Words {
    /// The words of a language.
    ///
    /// # Errors
    /// [`WordsError`] when there are none.
    pub fn load(language: &Language) -> Result<Self, WordsError> {
        let source = SOURCES.iter().find(|(code, _)| *code == language.as_str());
        let (code, sources) = source.ok_or_else(|| WordsError::Unknown {
            asked: language.clone(),
            have: listed(Self::languages().iter().map(Language::as_str)),
        })?;
        let damaged = || WordsError::Damaged(language.clone());
        let mut bundle = FluentBundle::new_concurrent(vec![code.parse().map_err(|_| damaged())?]);
        bundle.set_use_isolating(false);
        bundle.add_function("A", |values, _| french::contracted("à", values)).map_err(|_| damaged())?;
        bundle.add_function("DE", |values, _| french::contracted("de", values)).map_err(|_| damaged())?;
        for source in sources {
            let resource = FluentResource::try_new((*source).to_owned()).map_err(|_| damaged())?;
            bundle.add_resource(resource).map_err(|_| damaged())?;
        }
        Ok(Self { language: language.clone(), bundle, own: BTreeMap::new(), titles: BTreeMap::new() })
    }

    /// The words of a language for records and reports, which speak of people and not to them:
    /// `the closing of the request`, not `the closing of your request`.
    ///
    /// # Errors
    /// [`WordsError`] when there are none.
    pub fn of_people(language: &Language) -> Result<Self, WordsError> {
        let mut words = Self::load(language)?;
        if let Some((_, source)) = OF_PEOPLE.iter().find(|(code, _)| *code == language.as_str()) {
            let resource = FluentResource::try_new((*source).to_owned());
            let resource = resource.map_err(|_| WordsError::Damaged(language.clone()))?;
            words.bundle.add_resource_overriding(resource);
        }
        Ok(words)
    }

    /// The same, with the translations of a policy's own short words and the titles of what it declares.
    #[must_use]
    pub fn with(mut self, policy: &Policy) -> Self {
        let texts = policy.texts.get(&self.language).into_iter().flatten();
        let own = texts.filter(|(path, _)| path.starts_with("word."));
        self.own = own.map(|(path, text)| (path.clone(), text.clone())).collect();
        self.titles = facts::titles(&self, policy);
        self
    }

    /// The languages in which there are words.
    pub fn languages() -> Vec<Language> {
        SOURCES.iter().map(|(code, _)| Language::from(*code)).collect()
    }

    /// The language of these words.
    pub fn language(&self) -> &Language {
        &self.language
    }

    /// A sentence, with its facts. An unknown key is said as it stands.
    pub fn say(&self, key: &str, facts: &[(&str, Value<'_>)]) -> String {
        let args: FluentArgs<'_> =
            facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else { return key.to_owned() };
        let said = self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new());
        self.set(&said)
    }

    /// A word or sentence without facts.
    pub fn word(&self, key: &str) -> String {
        self.say(key, &[])
    }

    /// A word of a family (`country-FR`), if there is one.
    fn known(&self, key: &str) -> Option<String> {
        self.bundle.has_message(key).then(|| self.word(key))
    }

    /// A text of the policy, in its translation where there is one.
    pub fn text(&self, policy: &Policy, text: &Text) -> String {
        self.set(policy.text(text, &self.language))
    }

    /// Set by this language's rules of typography.
    fn set(&self, said: &str) -> String {
        if self.language.as_str() == "fr" { french::set(said) } else { said.to_owned() }
    }

    /// `a, b and c`.
    pub fn and(&self, items: &[String]) -> String {
        self.list(items, "list-pair")
    }

    /// In quotation marks: a title within a list, which may have an "and" of its own.
    pub fn quoted(&self, text: &str) -> String {
        self.say("quoted", &[("text", text.into())])
    }

    /// `a, b or c`.
    pub fn or(&self, items: &[String]) -> String {
        self.list(items, "list-pair-or")
    }

    /// `a, b, c`: for items that have an "and" of their own.
    pub fn commas(&self, items: &[String]) -> String {
        let more = |before: String, next: String| {
            self.say("list-more", &[("before", before.into()), ("next", next.into())])
        };
        items.iter().cloned().reduce(more).unwrap_or_default()
    }

    /// `a; b`: for items that are lists themselves.
    pub fn apart(&self, items: &[String]) -> String {
        let more = |before: String, next: String| {
            self.say("list-apart", &[("before", before.into()), ("next", next.into())])
        };
        items.iter().cloned().reduce(more).unwrap_or_default()
    }

    fn list(&self, items: &[String], pair: &str) -> String {
        let Some((last, before)) = items.split_last() else { return String::new() };
        if before.is_empty() {
            return last.clone();
        }
        let facts = [("before", self.commas(before).into()), ("last", last.as_str().into())];
        self.say(pair, &facts)
    }

    /// A month of a year, `2024-01`, written out as it stands after "of": `January 2024`,
    /// `de janvier 2024`. Anything else as it is.
    pub fn month_of_year(&self, written: &str) -> String {
        let parts = written.split_once('-').and_then(|(year, month)| Some((year, month.parse::<i8>().ok()?)));
        match parts {
            Some((year, month @ 1..=12)) => {
                self.say("month-year", &[("month", self.month(month).into()), ("year", year.into())])
            }
            _ => written.to_owned(),
        }
    }

    fn month(&self, month: i8) -> String {
        self.word(match month {
            1 => "month-1",
            2 => "month-2",
            3 => "month-3",
            4 => "month-4",
            5 => "month-5",
            6 => "month-6",
            7 => "month-7",
            8 => "month-8",
            9 => "month-9",
            10 => "month-10",
            11 => "month-11",
            _ => "month-12",
        })
    }

    /// A day written out: `1 January 2024`, `1er janvier 2024`.
    pub fn date(&self, day: Day) -> String {
        let facts = [
            ("day", day.day().into()),
            ("month", self.month(day.month()).into()),
            ("year", day.year().to_string().into()),
        ];
        self.say("date", &facts)
    }

    /// A length of time: `3 years`, `13 months`, `2 years and 6 months`. Up to two years, what is no
    /// whole year is said in months, as laws and people say it.
    pub fn span(&self, span: Span) -> String {
        let months = u32::from(span.whole_months());
        if (13..24).contains(&months) && span.whole_days() == 0 {
            return self.say("span-months", &[("count", months.into())]);
        }
        let parts =
            [("span-years", months / 12), ("span-months", months % 12), ("span-days", span.whole_days())];
        let parts = parts.into_iter().filter(|(_, count)| *count > 0);
        let parts: Vec<_> = parts.map(|(key, count)| self.say(key, &[("count", count.into())])).collect();
        self.and(&parts)
    }

    /// A length of time in whole years or in months, as lives of cookies are said: `13 months`.
    pub fn months(&self, span: Span) -> String {
        let months = u32::from(span.whole_months());
        if months % 12 == 0 || span.whole_days() > 0 {
            return self.span(span);
        }
        self.say("span-months", &[("count", months.into())])
    }

    /// How often: `every year`, `every 6 months`.
    pub fn every(&self, span: Span) -> String {
        match (span.whole_months(), span.whole_days()) {
            (12, 0) => self.word("every-year"),
            (1, 0) => self.word("every-month"),
            (0, 1) => self.word("every-day"),
            _ => self.say("every", &[("span", self.span(span).into())]),
        }
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Words").field("language", &self.language).finish_non_exhaustive()
    }
}

/// Names in backticks, for errors.
pub(crate) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A name made readable where nobody gave it words: `left-organisation` as `left organisation`.
pub(crate) fn readable(name: &str) -> String {
    name.replace(['-', '_'], " ")
}

/// With a capital first letter.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Short forms that stand in capitals behind a common word: `Adresse IP`, `Numéro TVA`.
const SHORT: &[&str] = &["BIC", "GPS", "IBAN", "ID", "IP", "MAC", "SMS", "TVA", "URL", "VAT"];

/// As it stands within a sentence: `Billing data` as `billing data`; `IP address` and `PayPal`
/// stay.
pub(crate) fn within(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    let mut letters = text.chars();
    // Names have a capital in each word: `Navigational Data`, `Google Analytics`.
    let second = text.split_whitespace().nth(1);
    let is_short = |word: &str| SHORT.contains(&word.split('-').next().unwrap_or_default());
    let is_name = |word: &str| word.starts_with(char::is_uppercase) && !is_short(word);
    if second.is_some_and(is_name) {
        return text.to_owned();
    }
    let is_plain = word.chars().skip(1).all(|letter| !letter.is_uppercase());
    match letters.next() {
        Some(first) if is_plain && word.chars().count() > 1 => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn words(code: &str) -> Words {
        Words::load(&Language::from(code)).unwrap()
    }

    #[test]
    fn dates_are_written_out_in_each_language() {
        assert_eq!(words("en").date(date(2024, 1, 1)), "1 January 2024");
        assert_eq!(words("fr").date(date(2024, 1, 1)), "1er janvier 2024");
        assert_eq!(words("fr").date(date(2024, 8, 31)), "31 août 2024");
    }

    #[test]
    fn the_languages_and_short_words_that_a_policy_is_checked_against_are_those_of_the_word_files() {
        use kept_core::policy::words::{KNOWN, LANGUAGES};
        let own = Words::languages();
        assert_eq!(own.iter().map(Language::as_str).collect::<Vec<_>>(), LANGUAGES);
        for (code, sources) in SOURCES {
            for (family, listed) in KNOWN {
                let lead = format!("{family}-");
                let said = sources.iter().flat_map(|source| source.lines()).filter_map(|line| {
                    let (key, _) = line.split_once(" =")?;
                    key.strip_prefix(&lead)
                });
                let said: std::collections::BTreeSet<&str> = said.collect();
                assert_eq!(said.into_iter().collect::<Vec<_>>(), *listed, "{family} in {code}");
            }
        }
    }

    #[test]
    fn lists_are_joined_as_each_language_joins_them() {
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(words("en").and(&items), "a, b and c");
        assert_eq!(words("fr").or(&items), "a, b ou c");
        assert_eq!(words("en").and(&items[..1]), "a");
        assert_eq!(words("en").and(&[]), "");
    }

    #[test]
    fn a_title_within_a_sentence_keeps_the_capitals_of_names() {
        for (title, expected) in [
            ("Billing data", "billing data"),
            ("E-mail address", "e-mail address"),
            ("IP address", "IP address"),
            ("PayPal account", "PayPal account"),
            ("Écran", "écran"),
            ("Google Analytics", "Google Analytics"),
            ("Adresse IP", "adresse IP"),
            ("Ingekort IP-adres", "ingekort IP-adres"),
            ("", ""),
        ] {
            assert_eq!(within(title), expected);
        }
    }

    #[test]
    fn lengths_of_time_agree_in_number() {
        assert_eq!(words("en").span(Span::years(1)), "1 year");
        assert_eq!(words("en").span(Span::months(30)), "2 years and 6 months");
        assert_eq!(words("fr").span(Span::years(3)), "3 ans");
        assert_eq!(words("nl").span(Span::months(14)), "14 maanden");
        assert_eq!(words("fr").span(Span::months(26)), "2 ans et 2 mois");
        assert_eq!(words("fr").every(Span::months(12)), "tous les ans");
        assert_eq!(words("en").every(Span::months(6)), "every 6 months");
    }

    #[test]
    fn a_language_without_words_is_refused_with_those_that_exist() {
        let error = Words::load(&Language::from("xx")).unwrap_err();
        assert_eq!(error.to_string(), "there are no words in `xx` yet; there are in `en`, `fr`, `nl`");
    }
}
