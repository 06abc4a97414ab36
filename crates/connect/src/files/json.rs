//! A line of JSON: the members of its object with their places in the text, and values as JSON.
//!
//! `serde_json` says whether the line is JSON; the places of its members are found here, so that
//! everything that is not changed stays as it was written. Not here: files.

use std::ops::Range;

use kept_core::plan::Value;

use super::Wrong;

/// A member of an object.
#[derive(Debug)]
pub(super) struct Member {
    /// Its name.
    pub(super) name: String,
    /// Where its value lies in the line.
    pub(super) range: Range<usize>,
    /// What it says; lists and objects as their text.
    pub(super) value: Value,
    /// Of which kind it is.
    pub(super) kind: Kind,
}

/// The kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Null,
    Truth,
    Whole,
    Fraction,
    /// Text, and numbers that no column of numbers holds exactly.
    Text,
    /// A list or an object.
    Nested,
}

/// The members of the object that a line holds, in its order.
pub(super) fn members(line: &str) -> Result<Vec<Member>, Wrong> {
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(line) {
        return Err(Wrong::new(error.column().saturating_sub(1), "it is not one JSON value"));
    }
    let mut walk = Walk { text: line, at: 0 };
    walk.blanks();
    if !walk.take(b'{') {
        return Err(Wrong::new(walk.at, "it is JSON but no object"));
    }
    let mut found: Vec<Member> = Vec::new();
    walk.blanks();
    while walk.peek() == Some(b'"') {
        let (start, name) = (walk.at, walk.value());
        let name: String =
            serde_json::from_str(name).map_err(|_| Wrong::new(start, "a name can't be read"))?;
        if found.iter().any(|known| known.name == name) {
            return Err(Wrong::new(start, "the object has two members of one name"));
        }
        walk.blanks();
        walk.take(b':');
        walk.blanks();
        let start = walk.at;
        let (value, kind) = read(walk.value()).ok_or(Wrong::new(start, "a value can't be read"))?;
        found.push(Member { name, range: start..walk.at, value, kind });
        walk.blanks();
        walk.take(b',');
        walk.blanks();
    }
    Ok(found)
}

/// What a JSON value says.
fn read(raw: &str) -> Option<(Value, Kind)> {
    let text = || Value::Text(raw.to_owned());
    Some(match raw.as_bytes().first()? {
        b'n' => (Value::Null, Kind::Null),
        b't' => (Value::Integer(1), Kind::Truth),
        b'f' => (Value::Integer(0), Kind::Truth),
        b'"' => (Value::Text(serde_json::from_str(raw).ok()?), Kind::Text),
        b'{' | b'[' => (text(), Kind::Nested),
        _ if !raw.contains(['.', 'e', 'E']) => match raw.parse() {
            Ok(number) => (Value::Integer(number), Kind::Whole),
            // Larger than any column of numbers: exact as text.
            Err(_) => (text(), Kind::Text),
        },
        _ => match raw.parse::<f64>() {
            Ok(number) if number.is_finite() => (Value::Real(number), Kind::Fraction),
            _ => (text(), Kind::Text),
        },
    })
}

/// A value as JSON; in a column of truths as one, where it is one.
pub(super) fn written(value: &Value, was: Option<Kind>, is_truth: bool) -> String {
    let is_true = |text: &str| text.eq_ignore_ascii_case("true");
    match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number @ (0 | 1)) if is_truth => (*number == 1).to_string(),
        Value::Text(text) if is_truth && (is_true(text) || text.eq_ignore_ascii_case("false")) => {
            is_true(text).to_string()
        }
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => serde_json::Number::from_f64(*number)
            .map_or_else(|| "null".to_owned(), |number| number.to_string()),
        // A list or object that was changed inside is one still.
        Value::Text(text) if was == Some(Kind::Nested) && is_nested(text) => text.clone(),
        Value::Text(text) | Value::Unread(text) => serde_json::Value::from(text.as_str()).to_string(),
        Value::Bytes(_) => serde_json::Value::from(value.shown()).to_string(),
    }
}

fn is_nested(text: &str) -> bool {
    text.starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Walks over a text that is JSON.
struct Walk<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Walk<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, sign: u8) -> bool {
        let is = self.peek() == Some(sign);
        self.at += usize::from(is);
        is
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Passes over one value and returns its text.
    fn value(&mut self) -> &'t str {
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 0 => break,
                b'}' | b']' => depth -= 1,
                b',' | b':' if depth == 0 => break,
                _ if depth == 0 && byte.is_ascii_whitespace() => break,
                _ => {}
            }
            if byte != b'"' {
                self.at += 1;
            }
            if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
                break;
            }
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_with_their_places() {
        let line = r#" { "a" : "x\"}," , "b":[1,{"c":"]"}], "n":null,"t":true,"i":-7,"r":1.50 , "big":12345678901234567890123 } "#;
        let found = members(line).unwrap();
        let raw: Vec<&str> = found.iter().map(|member| line.get(member.range.clone()).unwrap()).collect();
        assert_eq!(
            raw,
            [r#""x\"},""#, r#"[1,{"c":"]"}]"#, "null", "true", "-7", "1.50", "12345678901234567890123"]
        );
        let kinds: Vec<Kind> = found.iter().map(|member| member.kind).collect();
        assert_eq!(
            kinds,
            [Kind::Text, Kind::Nested, Kind::Null, Kind::Truth, Kind::Whole, Kind::Fraction, Kind::Text]
        );
        assert_eq!(found.first().unwrap().value, Value::Text("x\"},".into()));
        assert!(members("{}").unwrap().is_empty());
    }

    #[test]
    fn a_line_that_is_no_object_is_an_error() {
        for line in ["[1]", "7", "", "{\"a\":1", "{} {}", "{\"a\":1,\"a\":2}", "{\"a\":01}", "nul"] {
            assert!(members(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_value_nested_very_deep_is_one_value() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(members(&format!("{{\"a\":{deep}}}")).unwrap().len(), 1);
    }

    #[test]
    fn values_are_written_as_the_column_spells_them() {
        assert_eq!(written(&Value::Null, None, false), "null");
        assert_eq!(written(&Value::Integer(1), None, true), "true");
        assert_eq!(written(&Value::Text("FALSE".into()), None, true), "false");
        assert_eq!(written(&Value::Integer(7), None, false), "7");
        assert_eq!(written(&Value::Text("a\"\n".into()), None, false), r#""a\"\n""#);
        assert_eq!(written(&Value::Text("[1]".into()), Some(Kind::Nested), false), "[1]");
        assert_eq!(written(&Value::Text("[1]".into()), None, false), "\"[1]\"");
    }
}
