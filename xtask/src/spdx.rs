//! Licence expressions (SPDX): whether one can be met with the licences that are allowed.

/// Whether the expression is met: of `OR` one side, of `AND` both. `/` is an old spelling of `OR`.
/// An expression that can't be read is not met.
pub(crate) fn is_met(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut reader = Reader { words: spaced.split_whitespace().peekable(), allowed };
    reader.either() == Some(true) && reader.words.next().is_none()
}

struct Reader<'a> {
    words: std::iter::Peekable<std::str::SplitWhitespace<'a>>,
    allowed: &'a dyn Fn(&str) -> bool,
}

impl Reader<'_> {
    fn either(&mut self) -> Option<bool> {
        let mut met = self.both()?;
        while self.words.next_if_eq(&"OR").is_some() {
            met |= self.both()?;
        }
        Some(met)
    }

    fn both(&mut self) -> Option<bool> {
        let mut met = self.one()?;
        while self.words.next_if_eq(&"AND").is_some() {
            met &= self.one()?;
        }
        Some(met)
    }

    fn one(&mut self) -> Option<bool> {
        let word = self.words.next()?;
        if word == "(" {
            let met = self.either()?;
            return (self.words.next() == Some(")")).then_some(met);
        }
        if matches!(word, ")" | "OR" | "AND" | "WITH") {
            return None;
        }
        if self.words.next_if_eq(&"WITH").is_some() {
            let exception = self.words.next()?;
            return Some((self.allowed)(&format!("{word} WITH {exception}")) || (self.allowed)(word));
        }
        Some((self.allowed)(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(expression: &str) -> bool {
        is_met(expression, &|licence| matches!(licence, "MIT" | "ISC" | "Apache-2.0"))
    }

    #[test]
    fn one_side_of_or_is_enough_and_both_of_and_are_needed() {
        assert!(met("MIT OR GPL-3.0") && met("GPL-3.0 OR MIT") && met("GPL-3.0/MIT"));
        assert!(met("MIT AND ISC") && !met("MIT AND GPL-3.0"));
        assert!(met("GPL-3.0 OR MIT AND ISC") && !met("(GPL-3.0 OR MIT) AND BSD-3-Clause"));
        assert!(met("ISC AND (Apache-2.0 OR OpenSSL)"));
        assert!(met("Apache-2.0 WITH LLVM-exception OR GPL-2.0"));
    }

    #[test]
    fn what_cannot_be_read_is_not_met() {
        for expression in ["", "MIT OR", "(MIT", "MIT)", "MIT ISC", "OR MIT", "MIT WITH", "()"] {
            assert!(!met(expression), "{expression}");
        }
    }
}
