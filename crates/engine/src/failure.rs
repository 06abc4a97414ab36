//! What can go wrong in a use case: a refusal that the caller can act on, or a fault.

use kept_core::identifier::IdentifierError;
use kept_core::policy::Policy;
use kept_core::policy::naming::{NameOf, Stranger};

use crate::person::PersonRefusal;

/// Why a use case did not do what was asked. No message holds a personal value.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The person can't be told from others, or is asked for in an unknown way.
    #[error(transparent)]
    Person(#[from] PersonRefusal),
    /// An identifier can't be read.
    #[error(transparent)]
    Identifier(#[from] IdentifierError),
    /// What is reported about a person may not be recorded.
    #[error("not recorded: {0}")]
    NotAdmitted(Box<kept_core::admission::Refused>),
    /// It is not clear, or not so, that a controller of the policy asks.
    #[error(transparent)]
    Controller(#[from] Box<crate::unit::ControllerRefusal>),
    /// The caller's key stands for another act.
    #[error("this key was used for something else before; take a new one for each act")]
    KeyUsed,
    /// A record is kept under this key already.
    #[error("a record is kept under this key already; change that one, or take another key")]
    RecordKept,
    /// The key of the application that asks was revoked.
    #[error("this key is no application's, or was revoked")]
    Revoked,
    /// Another policy is in force since this process began to work by its own.
    #[error(
        "another policy is in force since {from}; this service works by an older one, and does nothing more until \
         it is started again"
    )]
    Superseded {
        /// From when.
        from: kept_core::time::Instant,
    },
    /// Something was recorded of the person between the look and the act, again and again.
    #[error("something was recorded of this person meanwhile, so nothing was done; try again")]
    Overtaken,
    /// The machine's clock can't be right.
    #[error(transparent)]
    Clock(#[from] crate::clock::Doubt),
    /// A name is given that the policy does not have.
    #[error("{}", .0.whole())]
    NoSuch(Box<Stranger>),
    /// What was asked can't be done as asked.
    #[error("{0}")]
    Refused(String),
    /// Kept's own store failed.
    #[error("kept's own store: {0}")]
    Vault(#[from] kept_vault::Fault),
    /// A store of the company failed.
    #[error("{0}")]
    Store(String),
    /// An entry of the ledger can't be written.
    #[error("the ledger's entry can't be written: {0}")]
    Entry(#[from] kept_core::ledger::EntryError),
    /// The policy's digest is not one.
    #[error("the policy's digest is not 64 hexadecimal digits")]
    Digest,
    /// An older policy in the vault can't be read by this version of Kept.
    #[error("the policy of {from} in kept's own store can't be read any more: {problem}")]
    OldPolicy {
        /// From when it was in force.
        from: kept_core::time::Instant,
        /// What the reader says.
        problem: String,
    },
    /// The file of a case can't be written or read back.
    #[error("the file of case {case} can't be written or read back")]
    CaseFile {
        /// The case.
        case: kept_core::name::CaseId,
    },
    /// A plan can't be written or read back.
    #[error("a plan can't be written or read back")]
    Plan,
    /// The published ledger can't be written or read.
    #[error("the published ledger: {0}")]
    Ledger(String),
}

impl Failure {
    /// A name that the policy does not have, with those that it has.
    pub(crate) fn no_such(policy: &Policy, kind: NameOf, name: &str) -> Self {
        Self::NoSuch(Box::new(Stranger::new(policy, kind, name)))
    }

    /// Whether the disk of Kept's own store is full: nothing was done, and nothing is before there is room.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Vault(kept_vault::Fault::Full { .. }))
    }

    /// Whether Kept's own store is busy: nothing was done, and the same may succeed a moment later.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Vault(kept_vault::Fault::Busy { .. }))
    }
}

#[cfg(test)]
mod tests {
    use kept_vault::Fault;

    use super::Failure;

    #[test]
    fn a_full_disk_and_a_busy_store_are_told_from_other_faults() {
        let told = |fault: Fault| (Failure::Vault(fault).is_full(), Failure::from(Fault::Lost).is_full());
        assert_eq!(told(Fault::Full { act: "record" }), (true, false));
        assert!(Failure::Vault(Fault::Busy { act: "record" }).is_busy());
    }
}
