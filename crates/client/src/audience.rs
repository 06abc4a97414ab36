//! Whom a purpose may reach, as they arrive.

use std::io::{BufRead, BufReader, Read};

use serde::Deserialize;

use crate::act::Row;
use crate::answer::Unreached;
use crate::error::Error;

/// A stream of people. It ends by itself after the service's last line, which [`Audience::end`] then
/// tells; a stream that ends without one was cut off, and its last item says so.
pub struct Audience {
    lines: BufReader<Box<dyn Read + Send + Sync>>,
    count: u64,
    is_over: bool,
    end: Option<End>,
}

impl std::fmt::Debug for Audience {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Audience").field("count", &self.count).finish_non_exhaustive()
    }
}

/// Somebody who may be reached.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Member {
    /// A person whom Kept knows, by its own random number.
    Person(String),
    /// The person of a row of a company's store.
    Row(Row),
}

/// How many may be reached.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct End {
    /// Those who may.
    pub count: u64,
    /// People who can't be told from others, and so are not among them.
    pub unclear: u64,
    /// Stores that could not be asked: whoever they know is not among them.
    pub unreached: Vec<Unreached>,
    /// The number of the ledger's entry.
    pub entry: u64,
}

/// A line of the stream.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    End { end: End },
    Member(Member),
}

impl Audience {
    pub(crate) fn new(reader: Box<dyn Read + Send + Sync>) -> Self {
        Self { lines: BufReader::new(reader), count: 0, is_over: false, end: None }
    }

    /// What the last line says, once it was read.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    fn line(&mut self) -> Option<Line> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).ok()?;
        if read == 0 { None } else { serde_json::from_str(&line).ok() }
    }
}

impl Iterator for Audience {
    type Item = Result<Member, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        match self.line() {
            Some(Line::Member(member)) => {
                self.count += 1;
                Some(Ok(member))
            }
            Some(Line::End { end }) => {
                (self.is_over, self.end) = (true, Some(end));
                None
            }
            None => {
                self.is_over = true;
                Some(Err(Error::CutOff(self.count)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Audience, Member};

    fn audience(text: &'static str) -> Audience {
        Audience::new(Box::new(text.as_bytes()))
    }

    #[test]
    fn a_stream_ends_with_its_last_line_and_one_without_it_was_cut_off() {
        let whole = "{\"person\":\"a1\"}\n{\"row\":{\"store\":\"s\",\"table\":\"t\",\"key\":\"3\"}}\n\
                     {\"end\":{\"count\":2,\"unclear\":0,\"unreached\":[],\"entry\":9}}\n";
        let mut read = audience(whole);
        let members: Vec<Member> = read.by_ref().map(|member| member.expect("a member")).collect();
        assert_eq!(members.len(), 2);
        assert_eq!(read.end().map(|end| (end.count, end.entry)), Some((2, 9)));
        let cut = audience("{\"person\":\"a1\"}\n").last().expect("an item");
        assert_eq!(cut.expect_err("cut off").to_string(), "the stream was cut off after 1 people");
    }
}
