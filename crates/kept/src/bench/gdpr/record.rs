//! The records of the workloads: each with nine attributes and a datum, the same on every run.

/// The attributes beside the datum, in their order.
pub(super) const NAMES: [&str; 9] = ["PUR", "TTL", "USR", "OBJ", "DEC", "ACL", "SHR", "SRC", "CAT"];
/// The places of the attributes by which records are asked for.
pub(super) const PUR: usize = 0;
pub(super) const USR: usize = 2;

/// The seconds to live.
const LIVES: [u32; 10] = [30, 10_000, 12_000, 14_000, 16_000, 18_000, 20_000, 22_000, 24_000, 1_000_000];

/// How many values each attribute has.
const COUNTS: [u32; 9] = [25, 10, 10_000, 100, 2, 10, 10, 10, 10];

/// The words before the numbers; a time to live has none.
const WORDS: [&str; 9] = ["purpose", "", "user", "obj", "dec", "acl", "shr", "src", "cat"];

/// How many characters the datum has.
pub(super) const DATUM: usize = 100;

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) attributes: [String; 9],
    pub(super) datum: String,
}

/// Whether all attributes of a person's records are the same, as the original makes them, or each is
/// drawn by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attributes {
    Faithful,
    Independent,
}

/// The key of a record.
pub(super) fn key(number: u32) -> String {
    format!("key{number}")
}

impl Record {
    /// The record of a number, as it is created.
    pub(super) fn of(number: u32, attributes: Attributes) -> Self {
        let attribute = |place| value(number, place, attributes);
        Self { attributes: std::array::from_fn(attribute), datum: datum(number) }
    }
}

/// The value with which a record is created.
pub(super) fn value(number: u32, place: usize, attributes: Attributes) -> String {
    let count = COUNTS.get(place).copied().unwrap_or(1);
    let drawn = match attributes {
        Attributes::Faithful => number,
        Attributes::Independent => mixed(u64::from(number) * 16 + place as u64),
    };
    let drawn = drawn % count;
    match WORDS.get(place) {
        Some(&"") | None => LIVES.get(drawn as usize).copied().unwrap_or(0).to_string(),
        Some(word) => format!("{word}{drawn}"),
    }
}

/// A number from another, spread evenly (SplitMix64).
pub(super) fn mixed(seed: u64) -> u32 {
    let mut mixed = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(0)
}

/// The datum: the number and the 32-bit hash of what stands before, again and again.
fn datum(number: u32) -> String {
    let mut text = String::with_capacity(DATUM + 24);
    while text.len() < DATUM {
        text.push_str(&number.to_string());
        let hash = text.bytes().fold(0_i32, |hash, byte| hash.wrapping_mul(31).wrapping_add(i32::from(byte)));
        text.push_str(&hash.to_string());
    }
    text.truncate(DATUM);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_as_the_specification_says() {
        let record = Record::of(12_345, Attributes::Faithful);
        let expected = ["purpose20", "18000", "user2345", "obj45", "dec1", "acl5", "shr5", "src5", "cat5"];
        assert_eq!(record.attributes, expected.map(str::to_owned));
        assert_eq!(record.datum.len(), DATUM);
        // The number and the hash of "7", then the number again.
        assert!(datum(7).starts_with("7557"), "{}", datum(7));
    }

    #[test]
    fn independent_attributes_of_a_persons_records_differ() {
        let of = |attributes| -> std::collections::BTreeSet<String> {
            let all = (0..200_000).filter(|number| value(*number, USR, attributes) == "user17");
            all.map(|number| value(number, PUR, attributes)).collect()
        };
        assert_eq!(of(Attributes::Faithful).len(), 1);
        assert!(of(Attributes::Independent).len() > 5);
    }
}
