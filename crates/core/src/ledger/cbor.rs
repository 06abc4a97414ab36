//! Deterministic CBOR (RFC 8949 §4.2.1): shortest lengths, definite sizes, keys in order.
//!
//! Writing is done here, since there is only one way to write each item; reading uses a decoder
//! and the caller compares what it read, written again, with the bytes. Not here: what the items
//! mean (`entry`, `system`).

/// Writes items one after another; the caller writes map keys in ascending order.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// The bytes written.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// An item's head: its major type (0 to 7) and its number in the fewest bytes.
    fn head(&mut self, major: u8, number: u64) {
        let [_, _, _, _, a, b, c, d] = number.to_be_bytes();
        let kind = major << 5;
        match number {
            0..=23 => self.bytes.push(kind | d),
            24..=0xff => self.bytes.extend([kind | 24, d]),
            0x100..=0xffff => self.bytes.extend([kind | 25, c, d]),
            0x1_0000..=0xffff_ffff => self.bytes.extend([kind | 26, a, b, c, d]),
            _ => {
                self.bytes.push(kind | 27);
                self.bytes.extend(number.to_be_bytes());
            }
        }
    }

    /// A whole number from 0.
    pub(crate) fn unsigned(&mut self, number: u64) {
        self.head(0, number);
    }

    /// A whole number of either sign.
    pub(crate) fn signed(&mut self, number: i64) {
        match u64::try_from(number) {
            Ok(positive) => self.head(0, positive),
            // CBOR writes the negative n as -1 - n, which is its complement.
            Err(_) => self.head(1, (!number).cast_unsigned()),
        }
    }

    /// A byte string.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.head(2, length(bytes.len()));
        self.bytes.extend_from_slice(bytes);
    }

    /// A text.
    pub(crate) fn text(&mut self, text: &str) {
        self.head(3, length(text.len()));
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// The head of an array of so many items.
    pub(crate) fn array(&mut self, items: usize) {
        self.head(4, length(items));
    }

    /// The head of a map of so many pairs.
    pub(crate) fn map(&mut self, pairs: usize) {
        self.head(5, length(pairs));
    }
}

/// A map with small numbers as keys, whose pairs may be left out.
#[derive(Debug, Default)]
pub(crate) struct MapWriter {
    pairs: Writer,
    count: usize,
}

impl MapWriter {
    /// Writes a pair; keys must come in ascending order.
    pub(crate) fn pair(&mut self, key: u64, value: impl FnOnce(&mut Writer)) {
        self.pairs.unsigned(key);
        value(&mut self.pairs);
        self.count = self.count.saturating_add(1);
    }

    /// Writes a pair if there is a value.
    pub(crate) fn pair_if<T>(&mut self, key: u64, value: Option<T>, write: impl FnOnce(&mut Writer, T)) {
        if let Some(value) = value {
            self.pair(key, |writer| write(writer, value));
        }
    }

    /// The whole map.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.map(self.count);
        writer.bytes.extend(self.pairs.into_bytes());
        writer.into_bytes()
    }
}

fn length(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_the_examples_of_rfc_8949() {
        let written = |number: i64| {
            let mut writer = Writer::default();
            writer.signed(number);
            writer.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        assert_eq!(written(0), "00");
        assert_eq!(written(23), "17");
        assert_eq!(written(24), "1818");
        assert_eq!(written(1000), "1903e8");
        assert_eq!(written(1_000_000), "1a000f4240");
        assert_eq!(written(1_000_000_000_000), "1b000000e8d4a51000");
        assert_eq!(written(-1), "20");
        assert_eq!(written(-1000), "3903e7");
        assert_eq!(written(i64::MIN), "3b7fffffffffffffff");
    }
}
