//! The age from which a child consents alone to online services (Art. 8(1)), by country and day.
//!
//! Not here: the age that a service asks for itself, which is its policy's to say.

use super::rows::{self, Validity};
use crate::time::Day;

const DATA: &str = include_str!("consent_age.tsv");

/// No member state may go below this (Art. 8(1), second subparagraph).
pub const FLOOR: u8 = 13;

/// The age in years on a day; 16 in a country that is not listed.
pub fn of(country: &str, day: Day) -> u8 {
    let found = all().find(|(code, _, holds)| *code == country && holds.holds_on(day));
    found.map_or(16, |(_, age, _)| age)
}

fn all() -> impl Iterator<Item = (&'static str, u8, Validity)> {
    rows::of(DATA).filter_map(|cells| match cells.as_slice() {
        [code, age, from, until] => Some((*code, age.parse().ok()?, Validity::read(from, until)?)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_row_is_read_and_within_the_bounds_of_the_law() {
        assert_eq!(all().count(), rows::of(DATA).count());
        assert!(
            all().all(|(code, age, _)| crate::law::country::is_known(code) && (FLOOR..=16).contains(&age))
        );
    }

    #[test]
    fn neighbours_differ_and_denmark_changed_its_mind() {
        let today = date(2026, 1, 1);
        assert_eq!([of("BE", today), of("FR", today), of("NL", today), of("XX", today)], [13, 15, 16, 16]);
        assert_eq!((of("DK", date(2023, 12, 31)), of("DK", date(2024, 1, 1))), (13, 15));
    }
}
