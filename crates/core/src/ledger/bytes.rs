//! Byte strings of a fixed length as distinct types, shown in hexadecimal: hashes, commitments,
//! pseudonyms, digests. Not here: what any of them means.

/// Declares such types: `Name[length]`, each with its meaning as documentation.
macro_rules! fixed_bytes {
    ($($(#[$doc:meta])* $name:ident[$length:literal]),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $name::LENGTH]);

        impl $name {
            /// How many bytes it has.
            pub const LENGTH: usize = $length;

            /// From its bytes.
            pub const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
                Self(bytes)
            }

            /// From a slice, if it has the right length.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// Its bytes.
            pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, out)
            }
        }
    )+};
}

pub(crate) use fixed_bytes;
