//! Reports as people read them on a terminal: answers to people in each language, the rest in English.
//! Not here: what they say (`kept-engine`).

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod erasure;
pub(crate) mod sweep;
pub(crate) mod why;

use kept_core::name::Language;
use kept_core::plan::Reason;
use kept_core::policy::Policy;
use kept_core::policy::model::Purpose;
use kept_core::time::{Instant, Zone};
use kept_engine::person::FOUND_EARLIER;
use kept_engine::report::{FoundIn, Head, Unreached};
use kept_web::words::{Value, Words};

use crate::printer::bold;
use crate::table::{aligned, grouped};

/// What showing a report takes: words, the policy, its zone.
#[derive(Debug)]
pub(crate) struct Shower<'a> {
    /// The words of the language.
    pub(crate) words: Words,
    /// The policy.
    pub(crate) policy: &'a Policy,
    /// The zone in which days are shown.
    pub(crate) zone: Zone,
    /// The language.
    pub(crate) language: Language,
}

impl<'a> Shower<'a> {
    /// For a policy, in English.
    ///
    /// # Errors
    /// When the words can't be loaded.
    pub(crate) fn new(policy: &'a Policy) -> anyhow::Result<Self> {
        Self::speaking(policy, Language::from("en"))
    }

    /// For a policy, in a language.
    ///
    /// # Errors
    /// When there are no words in it.
    pub(crate) fn speaking(policy: &'a Policy, language: Language) -> anyhow::Result<Self> {
        Ok(Self { words: Words::load(&language)?.with(policy), policy, zone: policy.zone(), language })
    }

    /// A sentence of an answer, with its facts.
    pub(crate) fn say(&self, key: &str, facts: &[(&str, &str)]) -> String {
        let facts: Vec<(&str, Value<'_>)> =
            facts.iter().map(|(name, fact)| (*name, (*fact).into())).collect();
        self.words.say(key, &facts)
    }

    /// A sentence about a number of things, with its other facts.
    pub(crate) fn count(&self, key: &str, count: u64, facts: &[(&str, &str)]) -> String {
        let shown = self.grouped(count);
        let mut all: Vec<(&str, Value<'_>)> = vec![("count", count.into()), ("shown", shown.into())];
        all.extend(facts.iter().map(|(name, fact)| (*name, Value::from(*fact))));
        self.words.say(key, &all)
    }

    /// A number, its thousands apart as the language has it.
    fn grouped(&self, number: u64) -> String {
        let between = match self.language.as_str() {
            "fr" => "\u{202f}",
            "nl" => ".",
            _ => ",",
        };
        grouped(number).replace(',', between)
    }

    /// The last day before an instant at which something ends.
    pub(crate) fn until(&self, until: Instant) -> String {
        let last = self.zone.day_of(until).yesterday().unwrap_or_else(|_| self.zone.day_of(until));
        self.words.date(last)
    }

    /// An instant, to the minute, in the company's zone.
    pub(crate) fn at(&self, at: Instant) -> String {
        let date = self.words.date(self.zone.day_of(at));
        let time = self.zone.civil(at).strftime("%H:%M").to_string();
        self.say("report-at", &[("date", &date), ("time", &time)])
    }

    /// A reason in one line: purpose, stage, until when, why.
    pub(crate) fn reason(&self, reason: &Reason) -> String {
        let why = self.words.why(reason.why);
        let Some(title) = self.purpose_title(&reason.statement) else { return why };
        let stage = self.words.stage(reason.stage);
        let mut facts =
            vec![("title", title.as_str()), ("stage", &stage), ("why", &why), ("rule", &reason.statement)];
        let Some(until) = reason.until.map(|until| self.until(until)) else {
            return self.say("report-ground", &facts);
        };
        facts.push(("until", &until));
        self.say("report-ground-until", &facts)
    }

    /// The purpose that a statement is about.
    pub(crate) fn purpose(&self, statement: &str) -> Option<&'a Purpose> {
        let name = statement.strip_prefix("purpose.")?.split('.').next()?;
        self.policy.purposes.get(name)
    }

    /// How people know the purpose that a statement is about.
    pub(crate) fn purpose_title(&self, statement: &str) -> Option<String> {
        let purpose = self.purpose(statement)?;
        Some(self.policy.text(&purpose.title, &self.language).to_owned())
    }

    /// The head of an answer.
    pub(crate) fn head(&self, title: &str, head: &Head) -> String {
        let word = |key: &str| self.words.word(key);
        let contact = head.contact.join("; ");
        let mut rows = vec![vec![word("report-controller"), format!("{} ({contact})", head.controller)]];
        if let Some(case) = &head.case {
            rows.push(vec![word("report-case"), case.clone()]);
        }
        if let (Some(received), Some(promised), Some(lawful)) =
            (head.received_on, head.promised_on, head.lawful_on)
        {
            let days = [received, promised, lawful].map(|day| self.words.date(day));
            let [received, promised, due] = days.each_ref().map(String::as_str);
            let said = if promised == due {
                self.say("report-due", &[("received", received), ("due", due)])
            } else {
                self.say("report-promised", &[("received", received), ("promised", promised), ("due", due)])
            };
            rows.push(vec![word("report-received"), said]);
        }
        if let Some(authority) = &head.authority {
            rows.push(vec![word("report-complaints"), authority.clone()]);
        }
        let digest: String = head.policy.chars().take(12).collect();
        rows.push(vec![word("report-policy"), self.say("report-version", &[("digest", &digest)])]);
        format!("{}\n{}", bold(&self.words.word(title)), aligned(&rows, "  "))
    }

    /// Where a person was found, and which stores could not be asked.
    pub(crate) fn found(&self, found: &[FoundIn], unreached: &[Unreached]) -> String {
        let mut text = String::new();
        if found.is_empty() && unreached.is_empty() {
            text.push_str(&format!("\n{}\n", self.words.word("report-nothing")));
        } else if !found.is_empty() {
            text.push_str(&format!("\n{}\n", bold(&self.words.word("report-found"))));
            let rows: Vec<Vec<String>> = found
                .iter()
                .map(|one| {
                    let place = format!("{}.{}", one.store, one.table);
                    vec![place, self.say("report-found-key", &[("key", &one.key)]), self.found_by(&one.by)]
                })
                .collect();
            text.push_str(&aligned(&rows, "  "));
        }
        for store in unreached {
            let facts = [("store", store.store.as_str()), ("problem", &store.problem)];
            text.push_str(&format!("  {}\n", self.say("report-unreached", &facts)));
        }
        text
    }

    fn found_by(&self, by: &str) -> String {
        if by == FOUND_EARLIER {
            return self.words.word("report-found-earlier");
        }
        match by.split_once(" from ") {
            Some((kind, place)) => self.say("report-found-by-from", &[("kind", kind), ("place", place)]),
            None => self.say("report-found-by", &[("kind", by)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    const FILES: [(&str, &str); 3] = [
        ("en", include_str!("../../web/words/report/en.ftl")),
        ("fr", include_str!("../../web/words/report/fr.ftl")),
        ("nl", include_str!("../../web/words/report/nl.ftl")),
    ];

    const USERS: [&str; 3] =
        [include_str!("show.rs"), include_str!("show/access.rs"), include_str!("show/erasure.rs")];

    fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" =").filter(|_| line.starts_with("report-")) {
                key = name.to_owned();
                assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{key} stands twice");
            }
            let names = line.split('$').skip(1).map(|rest| {
                rest.chars()
                    .take_while(|letter| letter.is_alphanumeric() || *letter == '-')
                    .collect::<String>()
            });
            found.entry(key.clone()).or_default().extend(names);
        }
        found
    }

    #[test]
    fn answers_have_the_same_words_with_the_same_facts_in_every_language() {
        let english = messages(FILES[0].1);
        for (language, source) in &FILES[1..] {
            assert_eq!(messages(source), english, "{language}");
        }
    }

    #[test]
    fn every_word_of_an_answer_is_used_and_every_one_used_is_there() {
        let known: BTreeSet<String> =
            messages(FILES[0].1).into_keys().filter(|key| !key.is_empty()).collect();
        let code = USERS.map(|source| source.split("#[cfg(test)]").next().unwrap()).join("");
        let used: BTreeSet<String> =
            code.split('"').filter(|text| text.starts_with("report-")).map(str::to_owned).collect();
        assert_eq!(used, known);
    }
}
