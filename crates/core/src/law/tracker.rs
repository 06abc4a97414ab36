//! Cookies that a third party is known to set or read, by the names that their makers publish.
//!
//! Not here: what a policy says of its own cookies.

use super::rows;

const DATA: &str = include_str!("trackers.tsv");

/// Who is known to set or read a cookie of this name.
pub fn owner(name: &str) -> Option<&'static str> {
    rows::of(DATA).find_map(|cells| match cells.as_slice() {
        [pattern, owner] if fits(pattern, name) => Some(*owner),
        _ => None,
    })
}

/// Whether a name fits a pattern; either may end in `*`.
fn fits(pattern: &str, name: &str) -> bool {
    match (pattern.strip_suffix('*'), name.strip_suffix('*')) {
        (Some(lead), _) => name.starts_with(lead),
        (None, Some(lead)) => lead == pattern,
        (None, None) => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_names_are_known_and_others_are_not() {
        assert_eq!(owner("_ga_1234"), Some("Google Analytics"));
        assert_eq!(owner("_ga*"), Some("Google Analytics"));
        assert_eq!(owner("_fbp"), Some("Meta"));
        assert_eq!(owner("session"), None);
        assert_eq!(owner("frame"), None);
    }
}
