//! Statements with `$1`, `$2`, … as MariaDB takes them: with question marks, in the order of the text.

/// The text with question marks, and which argument each of them stands for. What stands in quotes
/// is left as it is.
pub(super) fn positional(text: &str) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::new();
    let mut quote = None;
    let mut rest = text.chars().peekable();
    while let Some(sign) = rest.next() {
        match (quote, sign) {
            (Some(end), _) if sign == end => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(sign),
            (None, '$') if rest.peek().is_some_and(char::is_ascii_digit) => {
                let mut number = 0_usize;
                while let Some(digit) = rest.peek().and_then(|sign| sign.to_digit(10)) {
                    number = number.saturating_mul(10).saturating_add(digit as usize);
                    rest.next();
                }
                places.push(number);
                out.push('?');
                continue;
            }
            _ => {}
        }
        out.push(sign);
    }
    (out, places)
}

#[cfg(test)]
mod tests {
    use super::positional;

    #[test]
    fn places_become_question_marks_in_the_order_of_the_text() {
        assert_eq!(
            positional("SELECT $2, $1, $12 FROM t WHERE a = $1"),
            ("SELECT ?, ?, ? FROM t WHERE a = ?".to_owned(), vec![2, 1, 12, 1])
        );
    }

    #[test]
    fn what_stands_in_quotes_is_left_as_it_is() {
        let text = "SELECT '$1', `$2`, \"it's $3\", 'don''t $4', '$[0]'";
        assert_eq!(positional(text), (text.to_owned(), Vec::new()));
    }
}
