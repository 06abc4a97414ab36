//! A set of small numbers as bits.

/// A set of numbers, each below the size it was made for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits(Box<[u64]>);

impl Bits {
    /// The set of those of `0..size` that `holds`.
    pub(super) fn of(size: usize, mut holds: impl FnMut(usize) -> bool) -> Self {
        let word = |start: usize| {
            (start..size.min(start + 64))
                .filter(|bit| holds(*bit))
                .fold(0, |word, bit| word | 1 << (bit - start))
        };
        Self((0..size).step_by(64).map(word).collect())
    }

    /// Whether a number is in the set.
    #[inline]
    pub(super) fn has(&self, bit: usize) -> bool {
        self.0.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }
}
