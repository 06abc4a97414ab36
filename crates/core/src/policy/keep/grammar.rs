//! The grammar of retention sentences (filled next).
