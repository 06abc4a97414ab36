//! Adequacy decisions of the Commission (Art. 45), and safeguards that courts have struck down.

use crate::time::Day;

/// Dated rows: code, scope in words, decision, adopted, ends. Scope empty means whole.
const DATA: &str = include_str!("adequacy.tsv");

/// A decision that a country protects data adequately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adequacy {
    /// Country code.
    pub code: &'static str,
    /// To what it is limited, in words; empty where it covers everything.
    pub scope: &'static str,
    /// The decision's number.
    pub decision: &'static str,
    /// The day from which it no longer holds.
    pub ends: Option<Day>,
}

impl Adequacy {
    /// Whether the decision alone does not say that this recipient is covered.
    pub fn is_limited(&self) -> bool {
        !self.scope.is_empty()
    }
}

/// The decision about a country, whether or not it still holds on a day.
pub fn of(code: &str) -> Option<Adequacy> {
    rows().find(|row| row.code == code)
}

/// Why a safeguard named in these words protects nothing any more.
pub fn struck_down(safeguard: &str) -> Option<&'static str> {
    let plain = safeguard.to_lowercase();
    if plain.contains("privacy shield") {
        Some("the Privacy Shield has been invalid since 16 July 2020 (C-311/18)")
    } else if plain.contains("safe harbor") || plain.contains("safe harbour") {
        Some("Safe Harbor has been invalid since 6 October 2015 (C-362/14)")
    } else {
        None
    }
}

fn rows() -> impl Iterator<Item = Adequacy> {
    DATA.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        Some(Adequacy {
            code: cells.next()?,
            scope: cells.next()?,
            decision: cells.next()?,
            ends: cells.next().and_then(|day| day.parse().ok()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::country;

    #[test]
    fn every_row_is_a_country_outside_the_area() {
        assert_eq!(rows().count(), 16);
        for row in rows() {
            assert!(country::is_known(row.code) && !country::is_in_eea(row.code), "{}", row.code);
        }
        assert!(of("US").unwrap().is_limited());
        assert!(!of("CH").unwrap().is_limited());
        assert!(of("IN").is_none());
        assert!(of("GB").unwrap().ends.is_some());
    }

    #[test]
    fn safeguards_that_courts_struck_down_are_known() {
        assert!(struck_down("EU-US Privacy Shield").is_some());
        assert!(struck_down("standard contractual clauses").is_none());
    }
}
