//! The receipt without which no person's rows are read and nothing is changed (decision 21).

/// Proof that the intention of an act stands durably in the ledger.
#[derive(Debug)]
pub struct Durable(());

impl Durable {
    /// A receipt for tests and for trials without a ledger.
    pub fn for_trials() -> Self {
        Self(())
    }
}
