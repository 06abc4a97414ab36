//! Bodies and laws whose names went out of date, and what stands in their place.
//!
//! Not here: the authorities of today (`authority`), and whether a transfer tool holds (`tool`).

use std::sync::LazyLock;

use super::rows::{self, Validity};
use crate::time::Day;

/// The names, read once, each with its form in small letters.
static NAMES: LazyLock<Vec<(Name, String)>> =
    LazyLock::new(|| all().map(|name| (name, name.name.to_lowercase())).collect());

const DATA: &str = include_str!("names.tsv");

/// A name and the days on which it was current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// What it names.
    pub kind: Kind,
    /// The name as texts write it.
    pub name: &'static str,
    /// When it was current.
    pub current: Validity,
    /// What stands in its place; empty while it is current.
    pub instead: &'static str,
}

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A supervisory authority, or its address.
    Authority,
    /// A law.
    Law,
    /// A tool for transfers.
    Tool,
}

/// The first name in a text that was out of date on a day.
pub fn outdated(text: &str, day: Day) -> Option<Name> {
    let lower = text.to_lowercase();
    let mut old = NAMES.iter().filter(|(name, _)| name.current.has_ended_on(day));
    old.find(|(_, words)| rows::says_lower(&lower, words)).map(|(name, _)| *name)
}

/// A law named in a text that did not yet apply on a day, and from when it did.
pub fn not_yet_law(text: &str, day: Day) -> Option<(&'static str, Day)> {
    let lower = text.to_lowercase();
    NAMES.iter().filter(|(name, _)| name.kind == Kind::Law).find_map(|(law, words)| {
        let from = law.current.from.filter(|from| day < *from)?;
        rows::says_lower(&lower, words).then_some((law.name, from))
    })
}

fn all() -> impl Iterator<Item = Name> {
    rows::of(DATA).filter_map(|cells| match cells.as_slice() {
        [kind, name, from, until, instead] => {
            let kind = match *kind {
                "authority" => Kind::Authority,
                "law" => Kind::Law,
                "tool" => Kind::Tool,
                _ => return None,
            };
            Some(Name { kind, name, current: Validity::read(from, until)?, instead })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_row_is_read_and_says_what_stands_in_its_place() {
        assert_eq!(all().count(), rows::of(DATA).count());
        assert!(all().all(|name| name.instead.is_empty() == name.current.until.is_none()));
    }

    #[test]
    fn the_belgian_commission_was_the_authority_until_the_gdpr_applied() {
        let text = "Commissie voor de bescherming van de persoonlijke levenssfeer, Drukpersstraat 35";
        assert_eq!(outdated(text, date(2018, 5, 24)), None);
        let found = outdated(text, date(2018, 5, 25)).unwrap();
        assert!(found.instead.contains("Gegevensbeschermingsautoriteit") && found.kind == Kind::Authority);
        assert_eq!(outdated("Autorité de protection des données", date(2026, 1, 1)), None);
    }

    #[test]
    fn a_notice_can_be_older_than_the_law_that_it_names() {
        assert!(not_yet_law("as the GDPR asks", date(2018, 5, 20)).is_some());
        assert_eq!(not_yet_law("as the GDPR asks", date(2018, 5, 25)), None);
    }
}
