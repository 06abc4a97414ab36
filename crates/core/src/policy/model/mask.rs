//! How much of a value is shown to whoever reads it: enough to know which one it is, and too little to use
//! it (5(1)(c), 32). Not here: who reads.

/// How much of a field's values is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Mask {
    /// The first letters and digits, so many.
    First(u8),
    /// The last letters and digits, so many.
    Last(u8),
    /// Nothing of it.
    Nothing,
}

/// What stands for the rest, however long it is.
const REST: &str = "••••";

impl Mask {
    /// The mask of a text of the language: `last 4`, `first 2`, `nothing`.
    pub fn parse(text: &str) -> Option<Self> {
        let count = |text: &str| text.parse::<u8>().ok().filter(|count| (1..=16).contains(count));
        match text.trim().split_once(' ') {
            Some(("first", rest)) => count(rest.trim()).map(Self::First),
            Some(("last", rest)) => count(rest.trim()).map(Self::Last),
            None if text.trim() == "nothing" => Some(Self::Nothing),
            _ => None,
        }
    }

    /// What is shown of a value: letters and digits alone, and never more than half of them.
    pub fn of(self, value: &str) -> String {
        let signs: Vec<char> = value.chars().filter(|sign| sign.is_alphanumeric()).collect();
        let half = |count: u8| usize::from(count).min(signs.len() / 2);
        match self {
            Self::First(count) => {
                let said: String = signs.iter().take(half(count)).collect();
                if said.is_empty() { REST.to_owned() } else { format!("{said} {REST}") }
            }
            Self::Last(count) => {
                let said: String = signs.iter().skip(signs.len() - half(count)).collect();
                if said.is_empty() { REST.to_owned() } else { format!("{REST} {said}") }
            }
            Self::Nothing => REST.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mask;

    #[test]
    fn a_mask_shows_its_count_and_never_more_than_half() {
        let number = "4111 1111-1111 1234";
        assert_eq!(Mask::parse("last 4").unwrap().of(number), "•••• 1234");
        assert_eq!(Mask::parse("first 2").unwrap().of("BE71 0961 2345"), "BE ••••");
        assert_eq!(Mask::Nothing.of(number), "••••");
        assert_eq!(Mask::Last(4).of("12345"), "•••• 45");
        assert_eq!((Mask::Last(4).of("1"), Mask::First(4).of("")), ("••••".to_owned(), "••••".to_owned()));
    }

    #[test]
    fn what_is_no_mask_is_none() {
        for text in ["", "last", "last four", "last 0", "last 17", "4", "all", "middle 2"] {
            assert_eq!(Mask::parse(text), None, "{text}");
        }
    }
}
