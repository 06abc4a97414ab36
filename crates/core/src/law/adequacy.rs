//! Adequacy decisions of the Commission (Art. 45), with the days on which they hold.
//!
//! Not here: other grounds of a transfer (`tool`).

use super::rows::{self, Validity};
use crate::time::Day;

/// Dated rows: code, scope in words, decision, from, until. Scope empty means whole.
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
    /// The days on which it holds.
    pub holds: Validity,
}

impl Adequacy {
    /// Whether the decision alone does not say that this recipient is covered.
    pub fn is_limited(&self) -> bool {
        !self.scope.is_empty()
    }
}

/// The decision about a country that held when the list was read.
pub fn of(code: &str) -> Option<Adequacy> {
    on(code, super::READ_ON)
}

/// The decision about a country that holds on a day.
pub fn on(code: &str, day: Day) -> Option<Adequacy> {
    all().find(|row| row.code == code && row.holds.holds_on(day))
}

fn all() -> impl Iterator<Item = Adequacy> {
    rows::of(DATA).filter_map(|cells| match cells.as_slice() {
        [code, scope, decision, from, until] => {
            Some(Adequacy { code, scope, decision, holds: Validity::read(from, until)? })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::country;
    use jiff::civil::date;

    #[test]
    fn every_row_is_read_and_is_a_country_outside_the_area() {
        assert_eq!(all().count(), rows::of(DATA).count());
        for row in all() {
            assert!(country::is_known(row.code), "{}", row.code);
            assert!(!country::is_in_eea(row.code), "{}", row.code);
        }
    }

    #[test]
    fn the_american_decisions_follow_each_other_with_gaps() {
        let on = |year, month, day| self::on("US", date(year, month, day)).map(|row| row.decision);
        assert_eq!(on(2015, 10, 5), Some("2000/520/EC"));
        assert_eq!(on(2015, 10, 6), None, "Safe Harbor fell on this day");
        assert_eq!(on(2020, 7, 15), Some("(EU) 2016/1250"));
        assert_eq!(on(2020, 7, 16), None, "the Privacy Shield fell on this day");
        assert_eq!(on(2023, 7, 9), None);
        assert_eq!(on(2023, 7, 10), Some("(EU) 2023/1795"));
        assert!(of("US").unwrap().is_limited());
    }

    #[test]
    fn the_british_decision_begins_and_ends() {
        let on = |year, month, day| self::on("GB", date(year, month, day)).is_some();
        assert!(!on(2021, 6, 27) && on(2021, 6, 28) && on(2031, 12, 26) && !on(2031, 12, 27));
        assert!(of("IN").is_none());
    }
}
