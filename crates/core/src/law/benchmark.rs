//! Periods that an authority holds right for usual purposes; none of them binds.
//!
//! Not here: periods that a law makes people keep (`legal-minimum` of a policy).

use std::sync::LazyLock;

use super::rows;
use crate::time::Span;

/// The lines, read once: country, stems, period.
static BENCHMARKS: LazyLock<Vec<(&str, &str, Benchmark)>> = LazyLock::new(|| all().collect());

const DATA: &str = include_str!("benchmarks.tsv");

/// A usual period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Benchmark {
    /// What it is about.
    pub what: &'static str,
    /// The longest that the authority holds right.
    pub longest: Span,
    /// How it counts, or what else it asks; may be empty.
    pub note: &'static str,
    /// Who says so.
    pub source: &'static str,
}

/// The usual period in a country for a purpose of this name and title.
pub fn of(country: &str, words: &str, marketing: bool) -> Option<Benchmark> {
    BENCHMARKS.iter().filter(|(code, ..)| *code == country).find_map(|(_, stems, benchmark)| {
        let fits = if stems.is_empty() {
            marketing
        } else {
            stems.split(' ').any(|stem| rows::says_stem(words, stem))
        };
        fits.then_some(*benchmark)
    })
}

fn all() -> impl Iterator<Item = (&'static str, &'static str, Benchmark)> {
    rows::of(DATA).filter_map(|cells| match cells.as_slice() {
        [code, what, stems, longest, note, source] => {
            let longest = Span::parse(longest).ok()?;
            Some((*code, *stems, Benchmark { what, longest, note, source }))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(all().count(), rows::of(DATA).count());
    }

    #[test]
    fn a_purpose_is_known_by_the_stems_of_its_words() {
        assert_eq!(of("FR", "Recruitment", false).unwrap().longest, Span::years(2));
        assert_eq!(of("FR", "Offers", true).unwrap().longest, Span::years(3));
        assert_eq!(of("NL", "sollicitaties", false).unwrap().longest, Span::years(1));
        assert_eq!(of("BE", "Bewakingscamera's", false).unwrap().longest, Span::months(1));
        assert!(of("FR", "Billing", false).is_none() && of("DE", "Recruitment", true).is_none());
    }
}
