//! A stand-in for `kept_core::ledger::Durable` until the ledger's formats are here.

/// Proof that an entry's transaction has been committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Durable(());

impl Durable {
    /// Stand-in.
    pub fn after_commit() -> Self {
        Self(())
    }
}
