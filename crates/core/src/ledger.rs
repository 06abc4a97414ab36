//! The ledger's formats and proofs: what an entry is, how a leaf commits to it, how leaves hang
//! together in a Merkle tree, which files publish the tree, and how an outsider checks them.
//!
//! Everything here is arithmetic over bytes that somebody hands in: no file is read, no random
//! number is drawn, no clock is asked. Salts and signing keys are arguments. Entries as rows and
//! their sealing live in `kept-vault`; writing the published files lives in `kept-engine`.
//!
//! The formats are public ones, so that tools that we did not write can check a ledger: the tree
//! of RFC 6962, `tlog-tiles`, `tlog-checkpoint` and `signed-note` of C2SP, payloads in the
//! deterministic CBOR of RFC 8949 §4.2.1.

mod bytes;
mod cbor;

pub mod certificate;
pub mod checkpoint;
pub mod commitment;
pub mod durable;
pub mod entry;
pub mod growth;
pub mod leaf;
pub mod note;
pub mod probe;
pub mod proof;
pub mod system;
pub mod tile;
pub mod tree;
pub mod verify;

pub use certificate::{Certificate, CertificateError};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use commitment::{Commitment, Salt};
pub use durable::{Durable, Sequence};
pub use entry::{Entry, EntryError, Kind, Outcome, PolicyVersion, Pseudonym, Scope, Telling};
pub use growth::{GrowError, Growth, PublishedFile, grow};
pub use leaf::{Leaf, LeafError};
pub use note::{NoteError, SigningKey, VerifierKey};
pub use proof::{Inconsistent, consistency_proof, inclusion_proof};
pub use system::SystemEntry;
pub use tile::{Tile, TilePath};
pub use tree::{Frontier, Hash, Node, Nodes};
pub use verify::{Files, Finding, Report, verify};
