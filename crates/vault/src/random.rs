//! Maps by bytes that are random already: numbers of people and keyed digests, of which Kept itself draws or
//! makes each. Nobody outside can choose one, so that spreading them once more would cost and give nothing.
//! Not here: maps by what comes from outside.

use std::hash::{BuildHasherDefault, Hasher};

use indexmap::IndexMap;

use crate::subject::SubjectId;

/// Things by the number of a person.
pub type ById<T> = IndexMap<SubjectId, T, Spread>;

/// How keys are spread that are random in their last eight bytes.
pub type Spread = BuildHasherDefault<LastBytes>;

/// Takes the last eight bytes of the last part of a key as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct LastBytes(u64);

impl Hasher for LastBytes {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last_chunk() {
            self.0 = u64::from_ne_bytes(*last);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::*;

    #[test]
    fn people_are_told_apart_by_the_random_end_of_their_numbers() {
        let id = |last: u8| SubjectId::from_bytes([7, 7, 7, 7, 7, 7, 7, 7, 1, 2, 3, 4, 5, 6, 7, last]);
        let spread = Spread::default();
        assert_ne!(spread.hash_one(id(1)), spread.hash_one(id(2)));
        let many: ById<u8> = (0..=255).map(|last| (id(last), last)).collect();
        assert!((0..=255).all(|last| many.get(&id(last)) == Some(&last)));
    }
}
