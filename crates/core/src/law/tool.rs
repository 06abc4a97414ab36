//! What may carry a transfer to a third country (Art. 45 to 49), by the words that name it.
//!
//! Not here: which countries are adequate (`adequacy`).

use super::rows::{self, Validity};
use crate::time::Day;

const DATA: &str = include_str!("tools.tsv");

/// The article of adequacy decisions.
pub const ADEQUACY: &str = "Art. 45";

/// A tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Its name in English.
    pub name: &'static str,
    /// The article that allows it.
    pub article: &'static str,
    /// The days on which it holds.
    pub holds: Validity,
}

impl Tool {
    /// Whether it is a safeguard of which people may ask a copy (13(1)(f): Art. 46, 47).
    pub fn has_copy(&self) -> bool {
        self.article.starts_with("Art. 46") || self.article.starts_with("Art. 47")
    }

    /// Whether it is the explicit consent of the person, who knows of the risks (49(1)(a)).
    pub fn is_consent(&self) -> bool {
        self.article == "Art. 49(1)(a)"
    }

    /// Whether it is an adequacy decision of which nothing more is said.
    pub fn is_any_decision(&self) -> bool {
        self.name == "an adequacy decision"
    }

    /// Whether it covers only organisations that certified themselves.
    pub fn covers_certified_only(&self) -> bool {
        self.name.contains("Data Privacy Framework")
    }

    /// Whether it is a derogation for single cases (Art. 49).
    pub fn is_derogation(&self) -> bool {
        self.article.starts_with("Art. 49")
    }
}

/// The tool that a safeguard names on a day: of dated ones one that holds, else one that does not,
/// else the first that is named.
pub fn named(safeguard: &str, day: Day) -> Option<Tool> {
    let found: Vec<Tool> =
        all().filter(|(_, words)| rows::says_words(safeguard, words)).map(|(tool, _)| tool).collect();
    let dated = || found.iter().filter(|tool| tool.holds != Validity::default());
    let holding = dated().find(|tool| tool.holds.holds_on(day));
    holding.or(dated().next()).or(found.first()).copied()
}

fn all() -> impl Iterator<Item = (Tool, &'static str)> {
    rows::of(DATA).filter_map(|cells| match cells.as_slice() {
        [name, words, article, from, until] => {
            Some((Tool { name, article, holds: Validity::read(from, until)? }, *words))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_decision_is_named_by_its_word_in_each_language() {
        for text in
            ["adequaatheidsbesluit (EU) 2021/1772", "décision d’adéquation", "Angemessenheitsbeschluss"]
        {
            assert_eq!(named(text, date(2026, 1, 1)).map(|tool| tool.article), Some("Art. 45"), "{text}");
        }
    }

    #[test]
    fn every_row_is_read() {
        assert_eq!(all().count(), rows::of(DATA).count());
    }

    #[test]
    fn tools_come_and_go() {
        let holds = |text: &str, year, month, day| {
            let day = date(year, month, day);
            named(text, day).map(|tool| tool.holds.holds_on(day))
        };
        assert_eq!(holds("EU-US Privacy Shield", 2020, 7, 15), Some(true));
        assert_eq!(holds("EU-US Privacy Shield", 2020, 7, 16), Some(false));
        assert_eq!(holds("certified under the Data Privacy Framework", 2023, 7, 9), Some(false));
        assert_eq!(holds("certified under the Data Privacy Framework", 2023, 7, 10), Some(true));
        assert_eq!(holds("standard contractual clauses (2010/87/EU)", 2022, 12, 26), Some(true));
        assert_eq!(holds("standard contractual clauses (2010/87/EU)", 2022, 12, 27), Some(false));
        assert_eq!(holds("les clauses contractuelles types de 2021", 2024, 1, 1), Some(true));
        assert_eq!(holds("appropriate measures", 2024, 1, 1), None);
    }

    #[test]
    fn clauses_have_a_copy_and_consent_is_a_derogation() {
        let today = date(2026, 1, 1);
        assert!(named("standard contractual clauses of 2021", today).unwrap().has_copy());
        assert!(named("your explicit consent", today).unwrap().is_derogation());
        assert!(!named("an adequacy decision", today).unwrap().has_copy());
    }
}
