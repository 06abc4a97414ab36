//! The ledger's formats and proofs (filled next).
