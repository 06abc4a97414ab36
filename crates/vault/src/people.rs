//! Many people in one statement: their numbers as one value, and how many they are. Not here: what is
//! asked of them.

use std::fmt::Write as _;

use kept_core::plan::Value;

use crate::fault::Fault;
use crate::row::{Row, bytes, integer, text};
use crate::subject::SubjectId;

/// The first two arguments of a statement about these people.
pub(crate) fn list(of: &[SubjectId]) -> [Value; 2] {
    let all: Vec<u8> = of.iter().flat_map(SubjectId::as_bytes).copied().collect();
    [bytes(all), integer(i64::try_from(of.len()).unwrap_or(i64::MAX))]
}

/// How many digits a row's number of a person has in a list.
const DIGITS: usize = 13;

/// The same of people by the numbers under which their rows stand.
pub(crate) fn rows(of: &[i64]) -> Result<[Value; 2], Fault> {
    let mut all = String::with_capacity(of.len() * DIGITS);
    for number in of {
        if write!(all, "{number:0DIGITS$}").is_err() || !all.len().is_multiple_of(DIGITS) {
            return Err(Fault::Missing { what: "bucket" });
        }
    }
    Ok([text(all), integer(i64::try_from(of.len()).unwrap_or(i64::MAX))])
}

/// What is gathered of the person whose place in the list stands in a column of the row.
pub(crate) fn of_row<'g, T>(gathered: &'g mut [T], row: &Row, column: usize) -> Result<&'g mut T, Fault> {
    let place = usize::try_from(row.integer(column)?).ok();
    let shape = Fault::Shape { statement: row.statement, column };
    place.and_then(|place| gathered.get_mut(place)).ok_or(shape)
}
