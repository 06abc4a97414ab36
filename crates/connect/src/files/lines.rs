//! A file of rows, read one row after the other: its bytes as they are, where each begins, and the
//! digest of everything that was read.
//!
//! A row of CSV may go over several lines, within quotes. Not here: what a row says.

use std::io::{BufRead, BufReader, Read};

use sha2::{Digest, Sha256};

use super::Wrong;
use crate::fault::StoreFault;

/// How long a row may be: longer ones are a quote that is never closed, or no file of rows.
pub(super) const ROW_MAX: u64 = 16 * 1024 * 1024;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads rows.
pub(super) struct Lines<'f, R> {
    from: BufReader<R>,
    file: &'f str,
    is_csv: bool,
    next: u64,
    digest: Sha256,
}

/// A row's bytes.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// All of them, the line ending included.
    pub(super) bytes: Vec<u8>,
    /// The number of its first line, from 1.
    pub(super) line: u64,
}

/// A row's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body<'r> {
    /// Without a byte order mark before it and without its line ending.
    pub(super) text: &'r str,
    /// Where it begins in the row's bytes.
    pub(super) start: usize,
}

impl<'f, R: Read> Lines<'f, R> {
    pub(super) fn new(from: R, file: &'f str, is_csv: bool) -> Self {
        Self { from: BufReader::with_capacity(1 << 16, from), file, is_csv, next: 1, digest: Sha256::new() }
    }

    /// Reads the next row; `false` at the end.
    pub(super) fn next(&mut self, record: &mut Record) -> Result<bool, StoreFault> {
        record.bytes.clear();
        record.line = self.next;
        let mut is_open = false;
        loop {
            let known = record.bytes.len();
            let room = ROW_MAX.saturating_sub(known as u64) + 1;
            let read = self.from.by_ref().take(room).read_until(b'\n', &mut record.bytes);
            let read = read.map_err(|_| unreadable(self.file))?;
            if record.bytes.len() as u64 > ROW_MAX {
                let what = format!("the row is longer than {} MB", ROW_MAX >> 20);
                return Err(fault(self.file, record.line, what));
            }
            let new = record.bytes.get(known..).unwrap_or_default();
            let is_ended = new.ends_with(b"\n");
            self.next += u64::from(is_ended);
            if self.is_csv {
                is_open ^= new.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
            }
            if read == 0 || !is_ended || !is_open {
                break;
            }
        }
        self.digest.update(&record.bytes);
        Ok(!record.bytes.is_empty())
    }

    /// The digest of everything read.
    pub(super) fn digest(self) -> String {
        shown(self.digest)
    }
}

/// A digest in hexadecimal.
pub(super) fn shown(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text of a row.
///
/// # Errors
/// [`StoreFault::File`] where it is not UTF-8.
pub(super) fn body<'r>(file: &str, record: &'r Record) -> Result<Body<'r>, StoreFault> {
    let is_first = record.line == 1;
    let bytes = record.bytes.as_slice();
    if is_first && (bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")) {
        return Err(fault(file, 1, "the file is UTF-16; save it as UTF-8".to_owned()));
    }
    let start = if is_first && bytes.starts_with(BOM) { BOM.len() } else { 0 };
    let text = bytes.get(start..).unwrap_or_default();
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    match std::str::from_utf8(text) {
        Ok(text) => Ok(Body { text, start }),
        Err(error) => {
            let wrong = Wrong::new(error.valid_up_to(), "a byte is not UTF-8; save the file as UTF-8");
            Err(wrong_in(file, record, start, wrong))
        }
    }
}

/// The line ending of a row; none at the end of a file that lacks one.
pub(super) fn ending(record: &Record) -> &'static [u8] {
    match record.bytes.as_slice() {
        [.., b'\r', b'\n'] => b"\r\n",
        [.., b'\n'] => b"\n",
        _ => b"",
    }
}

/// What is wrong within a row, with its line.
pub(super) fn wrong_in(file: &str, record: &Record, start: usize, wrong: Wrong) -> StoreFault {
    let before = record.bytes.iter().take(start + wrong.at);
    let lines = before.filter(|byte| **byte == b'\n').count() as u64;
    fault(file, record.line + lines, wrong.what.to_owned())
}

/// What is wrong with a line.
pub(super) fn fault(file: &str, line: u64, what: String) -> StoreFault {
    StoreFault::File { file: file.to_owned(), line: Some(line), what }
}

/// A file that can't be read.
pub(super) fn unreadable(file: &str) -> StoreFault {
    StoreFault::Unreachable { why: format!("the file `{file}` can't be read") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8], is_csv: bool) -> Result<Vec<(u64, Vec<u8>)>, StoreFault> {
        let mut lines = Lines::new(bytes, "a.csv", is_csv);
        let (mut record, mut found) = (Record::default(), Vec::new());
        while lines.next(&mut record)? {
            body("a.csv", &record)?;
            found.push((record.line, record.bytes.clone()));
        }
        Ok(found)
    }

    #[test]
    fn rows_keep_their_bytes_and_know_their_lines() {
        let found = rows(b"\xef\xbb\xbfa,b\r\n1,\"x\ny\"\n\n2,z", true).unwrap();
        let (lines, bytes): (Vec<u64>, Vec<Vec<u8>>) = found.into_iter().unzip();
        assert_eq!(lines, [1, 2, 4, 5]);
        assert_eq!(bytes.concat(), b"\xef\xbb\xbfa,b\r\n1,\"x\ny\"\n\n2,z");
        assert_eq!(rows(b"{\"a\":\"\\\"\"}\n{}", false).unwrap().len(), 2);
    }

    #[test]
    fn bytes_that_are_no_utf8_are_told_with_their_line() {
        let told = rows(b"a,b\n1,\"x\n\xff\"\n", true).unwrap_err().to_string();
        assert!(told.starts_with("`a.csv`, line 3: "), "{told}");
        assert!(rows(b"\xff\xfea\0", true).unwrap_err().to_string().contains("UTF-16"));
    }

    #[test]
    fn a_row_without_end_is_an_error_and_not_read_into_memory() {
        let endless = std::io::repeat(b'x');
        let mut lines = Lines::new(endless, "a.jsonl", false);
        let told = lines.next(&mut Record::default()).unwrap_err().to_string();
        assert_eq!(told, "`a.jsonl`, line 1: the row is longer than 16 MB");
    }
}
