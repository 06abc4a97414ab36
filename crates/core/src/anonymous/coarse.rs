//! Saying less of a value, so that more people share it: a year for a day, ten years for a year, the
//! first letters of a postcode. Not here: how far a value has to be coarsened (`records`).

use super::amount::Amount;

/// What stands for a value of which nothing is said.
pub const LEFT_OUT: &str = "*";

/// How much of a value is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Coarse {
    /// The month of a date: `2026-03`.
    Month,
    /// The year of a date.
    Year,
    /// So many years together: `1980-1989`.
    Years(u32),
    /// The step of this width in which a number lies: `10-20` is from ten up and below twenty.
    Step(u32),
    /// So many letters from the start.
    First(u32),
    /// Nothing.
    LeftOut,
}

/// How each is written, for a message.
pub const FORMS: &str = "`month`, `year`, `10 years`, `steps of 10`, `first 2`, `left out`";

impl Coarse {
    /// Reads `month`, `year`, `10 years`, `steps of 10`, `first 2`, `left out`.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number > 0);
        Some(match text.trim() {
            "month" => Self::Month,
            "year" => Self::Year,
            "left out" => Self::LeftOut,
            other => {
                if let Some(width) = other.strip_prefix("steps of ") {
                    Self::Step(number(width)?)
                } else if let Some(letters) = other.strip_prefix("first ") {
                    Self::First(number(letters)?)
                } else {
                    Self::Years(number(other.strip_suffix(" years")?)?)
                }
            }
        })
    }

    /// The value with so much said of it; of a value that is no date or number, nothing is said where
    /// one is needed.
    pub fn say(self, value: &str) -> String {
        let said = match self {
            Self::Month => month(value),
            Self::Year => year(value).map(|year| format!("{year:04}")),
            Self::Years(width) => year(value).and_then(|year| {
                let first = year.checked_sub(year.checked_rem(width)?)?;
                Some(format!("{first:04}-{:04}", first.checked_add(width)?.checked_sub(1)?))
            }),
            Self::Step(width) => Amount::parse(value)
                .and_then(|number| number.step(width))
                .map(|(low, next)| format!("{low}-{next}")),
            Self::First(letters) => {
                let letters = usize::try_from(letters).unwrap_or(usize::MAX);
                Some(value.trim().chars().take(letters).collect())
            }
            Self::LeftOut => None,
        };
        said.unwrap_or_else(|| LEFT_OUT.to_owned())
    }
}

impl std::fmt::Display for Coarse {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Month => out.pad("month"),
            Self::Year => out.pad("year"),
            Self::Years(width) => write!(out, "{width} years"),
            Self::Step(width) => write!(out, "steps of {width}"),
            Self::First(letters) => write!(out, "first {letters}"),
            Self::LeftOut => out.pad("left out"),
        }
    }
}

impl From<Coarse> for String {
    fn from(coarse: Coarse) -> Self {
        coarse.to_string()
    }
}

impl TryFrom<String> for Coarse {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no such step")
    }
}

/// The year of a date that begins `2026-`, or of a year alone.
fn year(value: &str) -> Option<u32> {
    let value = value.trim();
    let digits = value.get(..4)?;
    let ends = value.get(4..)?;
    let is_year =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && (ends.is_empty() || ends.starts_with('-'));
    if is_year { digits.parse().ok() } else { None }
}

/// The month of a date that begins `2026-03`.
fn month(value: &str) -> Option<String> {
    let year = year(value)?;
    let month: u32 = value.trim().get(5..7)?.parse().ok().filter(|month| (1..=12).contains(month))?;
    Some(format!("{year:04}-{month:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read_and_written_alike() {
        for text in ["month", "year", "10 years", "steps of 50", "first 2", "left out"] {
            assert_eq!(Coarse::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "years", "0 years", "first", "steps of -1", "decade"] {
            assert_eq!(Coarse::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_or_number_says_nothing_at_all() {
        let say = |form: &str, value: &str| Coarse::parse(form).unwrap().say(value);
        assert_eq!(say("year", "1987-05-12 08:00"), "1987");
        assert_eq!(say("month", "1987-05-12"), "1987-05");
        assert_eq!(say("10 years", "1987"), "1980-1989");
        assert_eq!(say("steps of 10", "17.5"), "10-20");
        assert_eq!(say("first 2", "75011"), "75");
        assert_eq!(say("first 1", "Évry"), "É");
        for (form, value) in
            [("year", "12/05/1987"), ("month", "1987"), ("steps of 10", "VALEUR"), ("left out", "x")]
        {
            assert_eq!(say(form, value), "*", "{form} {value}");
        }
    }
}
