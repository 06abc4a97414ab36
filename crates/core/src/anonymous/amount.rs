//! Exact decimal numbers: sums of money must not depend on the order in which they were added.
//! Not here: what is summed.

/// How many digits after the point are kept.
const DIGITS: u32 = 6;

/// A number in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i128);

impl Amount {
    /// Reads `114`, `-3.5`, `+0.25`. `None` for anything else, and for more than six digits after the
    /// point unless they are zeros.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && part.is_empty()) || !plain(whole) || !plain(part) {
            return None;
        }
        let part = part.trim_end_matches('0');
        let missing = DIGITS.checked_sub(u32::try_from(part.len()).ok()?)?;
        let number = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i128>().ok() };
        let part = number(part)?.checked_mul(10i128.checked_pow(missing)?)?;
        let all = number(whole)?.checked_mul(10i128.checked_pow(DIGITS)?)?.checked_add(part)?;
        Some(Self(if is_negative { all.checked_neg()? } else { all }))
    }

    /// The sum of two; `None` where it is too large.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Its size without the sign.
    #[must_use]
    pub fn size(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Whether it is half of another, or more.
    pub fn is_half_of(self, whole: Self) -> bool {
        self.0.saturating_mul(2) >= whole.0
    }

    /// The lower end of the step of this width in which it lies, and the next step's; `None` for a
    /// width that is not above zero.
    pub fn step(self, width: u32) -> Option<(Self, Self)> {
        let width = i128::from(width).checked_mul(10i128.checked_pow(DIGITS)?)?;
        let low = self.0.checked_sub(self.0.checked_rem_euclid(width)?)?;
        Some((Self(low), Self(low.checked_add(width)?)))
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scale = 10u128.saturating_pow(DIGITS);
        let size = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let part = format!("{:06}", size % scale);
        let part = part.trim_end_matches('0');
        let point = if part.is_empty() { "" } else { "." };
        out.pad(&format!("{sign}{}{point}{part}", size / scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly_and_shown_as_short_as_they_are() {
        let shown = |text: &str| Amount::parse(text).map(|number| number.to_string());
        for (text, expected) in [("114", "114"), ("-3.50", "-3.5"), ("+.25", "0.25"), ("7.0000000", "7")] {
            assert_eq!(shown(text).as_deref(), Some(expected));
        }
        for text in
            ["", ".", "1,5", "12a", "1e3", "0.1234567", "--1", "999999999999999999999999999999999999999"]
        {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn a_step_holds_the_number_below_zero_too() {
        let step = |text: &str, width| {
            let (low, next) = Amount::parse(text).unwrap().step(width).unwrap();
            format!("{low} {next}")
        };
        assert_eq!(step("17.5", 10), "10 20");
        assert_eq!(step("20", 10), "20 30");
        assert_eq!(step("-0.5", 10), "-10 0");
        assert_eq!(Amount::parse("1").unwrap().step(0), None);
    }
}
