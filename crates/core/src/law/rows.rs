//! Lines of the dated lists: cells between tabs, `#` for remarks, an empty day for an open end.
//!
//! Not here: what the cells mean.

use crate::time::Day;

/// The lines of a list, cut into cells.
pub(super) fn of(list: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    list.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split('\t').collect())
}

/// The days on which a line holds: from the first, until before the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// The first day; `None` where it has always held.
    pub from: Option<Day>,
    /// The first day on which it no longer holds; `None` where no end is known.
    pub until: Option<Day>,
}

impl Validity {
    /// Reads two cells.
    pub(super) fn read(from: &str, until: &str) -> Option<Self> {
        let day = |cell: &str| match cell {
            "" => Some(None),
            cell => cell.parse().ok().map(Some),
        };
        Some(Self { from: day(from)?, until: day(until)? })
    }

    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && !self.has_ended_on(day)
    }

    /// Whether it held once and no longer does.
    pub fn has_ended_on(&self, day: Day) -> bool {
        self.until.is_some_and(|until| until <= day)
    }
}

/// Whether a text contains these words, whatever their case, and not as a part of longer ones.
pub(crate) fn says(text: &str, words: &str) -> bool {
    says_lower(&text.to_lowercase(), &words.to_lowercase())
}

/// Whether a text holds these words. For many words in short texts: the standard search prepares
/// itself anew for each.
pub(crate) fn holds(text: &str, words: &str) -> bool {
    let Some((first, rest)) = words.as_bytes().split_first() else { return true };
    let mut left = text.as_bytes();
    while let Some(at) = left.iter().position(|byte| byte == first) {
        left = left.get(at + 1..).unwrap_or_default();
        if left.starts_with(rest) {
            return true;
        }
    }
    false
}

/// The same of a text and of words that are in small letters already.
pub(super) fn says_lower(text: &str, words: &str) -> bool {
    if !holds(text, words) {
        return false;
    }
    let letter = |found: Option<char>| found.is_some_and(char::is_alphanumeric);
    text.match_indices(words).any(|(at, found)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        !letter(before) && !letter(after)
    })
}

/// Whether a text contains these words, whatever their case, ended by an `s` or not.
pub(crate) fn says_words(text: &str, words: &str) -> bool {
    says(text, words) || says(text, &format!("{words}s")) || says(text, &format!("{words}en"))
}

/// Whether a word of a text begins with this stem, whatever their case.
pub(crate) fn says_stem(text: &str, stem: &str) -> bool {
    let stem = stem.to_lowercase();
    text.to_lowercase().split(|letter: char| !letter.is_alphanumeric()).any(|word| word.starts_with(&stem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_line_holds_from_its_first_day_until_before_its_last() {
        let validity = Validity::read("2020-01-01", "2021-01-01").unwrap();
        assert!(!validity.holds_on(date(2019, 12, 31)) && validity.holds_on(date(2020, 1, 1)));
        assert!(validity.holds_on(date(2020, 12, 31)) && !validity.holds_on(date(2021, 1, 1)));
        assert!(!validity.has_ended_on(date(2019, 1, 1)) && validity.has_ended_on(date(2021, 1, 1)));
        assert_eq!(Validity::read("soon", ""), None);
    }

    #[test]
    fn words_are_held_wherever_they_stand() {
        for (text, words) in [("aab", "ab"), ("élan", "lan"), ("x", ""), ("abc", "abc"), ("à ch", "à")] {
            assert!(holds(text, words), "{words} in {text}");
        }
        assert!(!holds("ab", "abc") && !holds("", "a") && !holds("aaa", "ab"));
    }

    #[test]
    fn words_are_found_whole_and_stems_at_the_start_of_a_word() {
        assert!(says("the EU-US Privacy Shield.", "privacy shield") && !says("CBPX", "cbp"));
        assert!(says_stem("Recruitment of staff", "recruit") && !says_stem("prerecruit", "recruit"));
    }
}
