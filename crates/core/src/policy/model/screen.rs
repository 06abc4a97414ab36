//! Free text in which anything may stand, special categories too (9): people look through it and decide
//! whether a piece stays. Not here: which pieces wait (`kept_core::admission::screened`).

use crate::name::RoleName;
use crate::time::Span;

/// How pieces of a field are looked through.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Screen {
    /// How long after its collection somebody decides on a piece; on which nobody did, it goes.
    pub within: Span,
    /// The roles that decide; empty means any.
    pub roles: Vec<RoleName>,
    /// Words that a piece is flagged by, in whatever language; `*` at the end stands for any ending. They
    /// help who looks, and decide nothing.
    pub words: Vec<String>,
}

impl Screen {
    /// The words of the policy that stand in a text, in the policy's order.
    pub fn found_in(&self, text: &str) -> Vec<&str> {
        let text = plain(text);
        let stands = |word: &&String| match word.trim().strip_suffix('*') {
            Some(start) => text.contains(plain(start).trim_end()),
            None => text.contains(&plain(word)),
        };
        self.words.iter().filter(stands).map(String::as_str).collect()
    }
}

/// The words of a text in small letters, each with a blank before and after it.
fn plain(text: &str) -> String {
    let small = text.to_lowercase();
    let words = small.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut plain = String::from(" ");
    for word in words {
        plain.push_str(word);
        plain.push(' ');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::Screen;
    use crate::time::Span;

    fn screen(words: &[&str]) -> Screen {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Screen { within: Span::parse("14 days").unwrap(), roles: Vec::new(), words }
    }

    #[test]
    fn words_are_found_whole_in_any_case_and_by_their_beginning_where_a_star_says_so() {
        let screen = screen(&["diabetes", "pregnan*", "trade union", "ziek"]);
        assert_eq!(screen.found_in("I have Diabetes, and am PREGNANT."), ["diabetes", "pregnan*"]);
        assert_eq!(screen.found_in("member of a trade-union"), ["trade union"]);
        assert_eq!(screen.found_in("het ziekenhuis"), [""; 0], "another word");
        assert_eq!(screen.found_in(""), [""; 0]);
    }
}
