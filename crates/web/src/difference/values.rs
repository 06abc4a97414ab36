//! What a changed field says, in words.

use kept_core::name::PersonKind;
use kept_core::policy::Policy;
use kept_core::policy::difference::Value;
use kept_core::policy::keep::{Limit, When};
use kept_core::policy::model::{Basis, DataRef, Retention};
use kept_core::time::Day;

use crate::words::{Words, capital, readable, within};

/// The families of short words of which a value may be one.
const FAMILIES: [&str; 8] = ["choice", "from", "act", "need", "way", "task", "staff", "covers"];

/// The values of one version in its words.
pub(super) struct Values<'a> {
    pub(super) policy: &'a Policy,
    pub(super) words: &'a Words,
}

impl Values<'_> {
    /// Several values, as a list.
    pub(super) fn list(&self, values: &[Value]) -> String {
        if values.is_empty() {
            return self.words.word("diff-unsaid");
        }
        let data: Vec<DataRef> = values.iter().filter_map(data_of).collect();
        if data.len() == values.len() {
            return self.words.data_in_a_list(&self.words.data(self.policy, &data));
        }
        let said: Vec<String> = values.iter().map(|value| self.one(value)).collect();
        if said.iter().all(|one| one.trim().is_empty()) {
            return self.words.word("diff-unsaid");
        }
        self.words.and(&said)
    }

    fn one(&self, value: &Value) -> String {
        let (words, policy) = (self.words, self.policy);
        match value {
            Value::Truth(true) => words.word("diff-yes"),
            Value::Truth(false) => words.word("diff-no"),
            Value::Number(number) => number.to_string(),
            Value::Word(word) => self.word(word),
            Value::Text(text) => words.text(policy, text).trim_end_matches('.').to_owned(),
            Value::Data(datum) => words.and(&words.data(policy, std::slice::from_ref(datum))),
            Value::People(kind) => within(&self.people(std::slice::from_ref(kind))),
            Value::Everybody => words.word("diff-everybody"),
            Value::Everything => words.word("diff-everything"),
            Value::Purpose(name) => words.purpose(policy, name),
            Value::Recipient(name) => match policy.recipients.get(name) {
                Some(recipient) => words.text(policy, &recipient.name),
                None => readable(name.as_str()),
            },
            Value::Role(name) => match policy.roles.get(name).and_then(|role| role.title.as_ref()) {
                Some(title) => within(&words.text(policy, title)),
                None => words.of_family("staff", name.as_str()),
            },
            Value::Event(name) => words.event(policy, name),
            Value::Language(code) => code.to_string(),
            Value::Country(code) => words.country(code),
            Value::Way(way) => words.of_family("way", way),
            Value::Channel(channel) => words.channel(*channel),
            Value::Span(span) => words.span(*span),
            Value::Basis(basis) => self.basis(basis),
            Value::Retention(retention, starts) => match &**retention {
                Retention::Missing => words.word("retention-short-missing"),
                Retention::Criterion { criterion, .. } => words.text(policy, criterion),
                Retention::Keep(keep) => {
                    let mut keep = keep.clone();
                    if let Some(stage) = keep.stages.first_mut()
                        && let Limit::More(span) = stage.limit
                    {
                        stage.limit = Limit::After(span, When::Event(starts.clone()));
                    }
                    words.period(policy, &keep)
                }
            },
        }
    }

    /// A choice of the language (`AfterConsent`) in words; another word as it stands.
    fn word(&self, word: &str) -> String {
        if let Ok(day) = word.parse::<Day>() {
            return self.words.date(day);
        }
        // A text of somebody's own has commas too, and its words stay as they are.
        if word.split(", ").any(|part| part.contains(' ') && self.family_word(part).is_none()) {
            return word.to_owned();
        }
        let parts: Vec<String> = word.split(", ").map(|part| self.choice(part)).collect();
        parts.join(", ")
    }

    fn family_word(&self, word: &str) -> Option<String> {
        FAMILIES.iter().find_map(|family| self.words.word_of(family, word))
    }

    fn choice(&self, word: &str) -> String {
        if let Some(source) = word.strip_prefix("source.") {
            return within(&self.words.titled("source", source));
        }
        if let Some(said) = self.family_word(word) {
            return said;
        }
        if !word.starts_with(|letter: char| letter.is_ascii_uppercase()) || word.contains(' ') {
            return word.to_owned();
        }
        let mut key = String::new();
        for letter in word.chars() {
            if letter.is_ascii_uppercase() && !key.is_empty() {
                key.push('-');
            }
            key.push(letter.to_ascii_lowercase());
        }
        let said = self.words.of_family("choice", &key);
        // What is no choice of the language is a name, and keeps its letters.
        if said == readable(&key) && self.words.of_family("choice", "none") != said {
            word.to_owned()
        } else {
            said
        }
    }

    fn basis(&self, basis: &Basis) -> String {
        let short = self.words.basis_in_short(basis);
        let text = match basis {
            Basis::LegalObligation(text)
            | Basis::VitalInterest(text)
            | Basis::PublicTask(text)
            | Basis::LegitimateInterest(text) => text,
            Basis::Consent { .. } | Basis::Contract | Basis::Missing => return short,
        };
        let text = self.words.text(self.policy, text);
        self.words.say("label", &[("label", short.into())]) + " " + &text
    }

    /// Kinds of people.
    pub(super) fn people(&self, kinds: &[PersonKind]) -> String {
        let known = kinds.iter().filter_map(|kind| self.policy.people.get(kind));
        let known: Vec<_> = known.collect();
        if known.len() < kinds.len() {
            let names: Vec<_> = kinds.iter().map(|kind| readable(kind.as_str())).collect();
            return capital(&self.words.and(&names));
        }
        self.words.people(self.policy, &known)
    }
}

fn data_of(value: &Value) -> Option<DataRef> {
    match value {
        Value::Data(datum) => Some(datum.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use kept_core::policy::reader::read;
    use kept_core::policy::source::SourceFile;

    use super::*;

    #[test]
    fn a_text_of_somebodys_own_keeps_its_words_and_a_list_of_choices_is_said_in_words() {
        let text = "edition = 1\n[controller.c]\nname = \"C\"\ncountry = \"FR\"\nemail = \"a@example.com\"\n\
                    [notice]\nversion = 2020-01-01\nlanguages = [\"en\"]\n";
        let policy = read(&[SourceFile::new("policy.toml".to_owned(), text.to_owned())]).sound().unwrap();
        let words = Words::of_people(&"en".into()).unwrap();
        let values = Values { policy: &policy, words: &words };
        let page = words.word_of("way", "page").unwrap();
        assert_ne!(page, "page");
        assert_eq!(values.word("page, e-mail").split(", ").next(), Some(page.as_str()));
        assert_eq!(values.word("page, geschreven woord voor woord"), "page, geschreven woord voor woord");
    }
}
