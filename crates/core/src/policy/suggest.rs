//! "Did you mean": the nearest known word to a misspelt one. Not here: where words are known.

/// Longer words are never compared: no name is that long, and comparing costs their product.
const LENGTH_MAX: usize = 64;
/// More known words than this are not compared: no policy has them, and a hostile one is read fast.
const KNOWN_MAX: usize = 500;

/// The known word nearest to `wrong`, if one is near enough to be meant.
///
/// Case, `_` and spaces against `-`, and a plural `s` are forgiven before letters are counted.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.is_empty() || wrong.len() > LENGTH_MAX {
        return None;
    }
    let wrong = plain(wrong);
    let letters = wrong.chars().count();
    let allowed = match letters {
        0..=2 => 0,
        3..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .take(KNOWN_MAX)
        .filter(|word| word.len() <= LENGTH_MAX)
        .map(|word| (plain(word), word))
        // A word that is longer by more letters than may be wrong need not be compared.
        .filter(|(plain, _)| plain.chars().count().abs_diff(letters) <= allowed)
        .map(|(plain, word)| (strsim::osa_distance(&wrong, &plain), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, word)| (*distance, *word))
        .map(|(_, word)| word)
}

/// A help sentence for an unknown word: the nearest known one, or all of them if they are few.
pub fn help<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().take(KNOWN_MAX).collect();
    if let Some(word) = nearest(wrong, known.iter().copied()) {
        return Some(format!("did you mean `{word}`?"));
    }
    if known.is_empty() || known.len() > 20 {
        return None;
    }
    Some(format!("known here: {}", listed(&known)))
}

/// Words in backticks, with commas.
pub fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

fn plain(word: &str) -> String {
    let lower = word.to_lowercase().replace(['_', ' '], "-");
    lower.strip_suffix('s').map_or(lower.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_the_word_that_was_meant() {
        let known = ["identification", "billing", "log"];
        assert_eq!(nearest("identificaton", known), Some("identification"));
        assert_eq!(nearest("Billings", known), Some("billing"));
        assert_eq!(nearest("shoe-size", known), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn a_megabyte_is_not_compared() {
        assert_eq!(nearest(&"x".repeat(1 << 20), ["log"]), None);
    }
}
