//! A certificate of erasure: what went, what stays and why, signed with the ledger's key, with the
//! ledger's entries of the case and the proof that each is in the tree.
//!
//! Whoever has the public key checks it alone, years later and without the ledger: the statement is
//! signed, the report is the one that was signed, each entry opens its commitment, each commitment is
//! a leaf under the signed checkpoint, and what the report says of each store an entry says too. Not
//! here: making one (`kept-engine`), and its words (`kept`).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::checkpoint::{Checkpoint, CheckpointError};
use super::commitment::{Commitment, Salt};
use super::entry::{Entry, Kind};
use super::leaf::Leaf;
use super::note::{Note, NoteError, VerifierKey};
use super::proof::{Inconsistent, Place, check_inclusion};
use super::tree::Hash;
use crate::name::CaseId;
use crate::time::Instant;

/// The first line of what is signed.
pub const KIND: &str = "kept/erasure-certificate/v1";

/// A certificate as it is handed out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Certificate {
    /// [`KIND`].
    pub kind: String,
    /// The request's number.
    pub case: CaseId,
    /// When it was made.
    pub made_at: Instant,
    /// What went, what stays, why, and until when.
    pub report: Value,
    /// The signed statement: case, instant, digest of the report, numbers of the entries.
    pub statement: String,
    /// The ledger's entries of the case.
    pub entries: Vec<ProvenEntry>,
    /// The signed checkpoint of the tree in which they are.
    pub checkpoint: String,
    /// The public key, for convenience: whoever checks takes it from a place that they trust.
    pub key: String,
}

/// An entry with what opens it and what shows that it is in the tree; bytes in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProvenEntry {
    /// Its number.
    pub sequence: u64,
    /// The salt of its commitment.
    pub salt: String,
    /// Its canonical bytes.
    pub payload: String,
    /// The hashes from its leaf to the root.
    pub proof: Vec<String>,
}

/// What a certificate was found to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The request's number.
    pub case: CaseId,
    /// When it was made.
    pub made_at: Instant,
    /// Whose ledger.
    pub origin: String,
    /// How many entries the tree has.
    pub size: u64,
    /// The entries of the case.
    pub entries: Vec<(u64, Entry)>,
}

/// Why a certificate does not show what it claims.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// It is something else.
    #[error("this is no certificate of erasure of version 1")]
    Kind,
    /// The statement is not signed by the key.
    #[error("the statement is not signed by this key: {0}")]
    Statement(NoteError),
    /// What is signed is about something else.
    #[error("the {0} is not the one that was signed")]
    Differs(&'static str),
    /// The checkpoint is not this ledger's.
    #[error("the checkpoint is not this ledger's: {0}")]
    Checkpoint(CheckpointError),
    /// An entry can't be read.
    #[error("entry {0} can't be read")]
    Unreadable(u64),
    /// An entry is not in the tree.
    #[error("entry {0} is not in the signed tree: {1}")]
    NotIncluded(u64, Inconsistent),
    /// An entry is about another case.
    #[error("entry {0} is about another case")]
    OtherCase(u64),
    /// No entry tells of an erasure.
    #[error("no entry of it tells of an erasure that was done")]
    NothingDone,
    /// The report says of a store what no entry says.
    #[error("the report says of store `{0}` what no entry says")]
    Store(String),
}

/// The text that is signed.
pub fn statement(case: &CaseId, made_at: Instant, report: &Value, entries: &[u64]) -> String {
    let numbers: Vec<String> = entries.iter().map(u64::to_string).collect();
    format!("{KIND}\ncase {case}\nmade {made_at}\nreport {}\nentries {}\n", digest(report), numbers.join(" "))
}

/// SHA-256 over the report as it stands, without spaces.
fn digest(report: &Value) -> Hash {
    Hash::from_bytes(Sha256::digest(report.to_string().as_bytes()).into())
}

impl Certificate {
    /// Checks the certificate with the ledger's public key, and says what it shows.
    ///
    /// # Errors
    /// [`CertificateError`]: the first thing that does not fit.
    pub fn verify(&self, key: &VerifierKey) -> Result<Shown, CertificateError> {
        if self.kind != KIND {
            return Err(CertificateError::Kind);
        }
        self.check_statement(key)?;
        let checkpoint =
            Checkpoint::open(self.checkpoint.as_bytes(), key).map_err(CertificateError::Checkpoint)?;
        let mut entries = Vec::new();
        for proven in &self.entries {
            let entry = self.check_entry(proven, &checkpoint)?;
            entries.push((proven.sequence, entry));
        }
        if !entries.iter().any(|(_, entry)| entry.kind == Kind::ErasureDone) {
            return Err(CertificateError::NothingDone);
        }
        self.check_stores(&entries)?;
        Ok(Shown {
            case: self.case.clone(),
            made_at: self.made_at,
            origin: checkpoint.origin,
            size: checkpoint.head.size,
            entries,
        })
    }

    fn check_statement(&self, key: &VerifierKey) -> Result<(), CertificateError> {
        let note = Note::parse(self.statement.as_bytes()).map_err(CertificateError::Statement)?;
        let signed = note.text_signed_by(key).map_err(CertificateError::Statement)?;
        let numbers: Vec<u64> = self.entries.iter().map(|entry| entry.sequence).collect();
        let own = statement(&self.case, self.made_at, &self.report, &numbers);
        let differs = signed.lines().zip(own.lines()).find(|(signed, own)| signed != own);
        match differs {
            None if signed == own => Ok(()),
            Some((line, _)) if line.starts_with("report") => Err(CertificateError::Differs("report")),
            Some((line, _)) if line.starts_with("entries") => {
                Err(CertificateError::Differs("list of entries"))
            }
            _ => Err(CertificateError::Differs("statement")),
        }
    }

    fn check_entry(&self, proven: &ProvenEntry, checkpoint: &Checkpoint) -> Result<Entry, CertificateError> {
        let index = proven.sequence;
        let unreadable = || CertificateError::Unreadable(index);
        let salt = bytes(&proven.salt).and_then(|bytes| bytes.try_into().ok()).map(Salt::from_bytes);
        let (salt, payload) = salt.zip(bytes(&proven.payload)).ok_or_else(unreadable)?;
        let leaf = Leaf::Sealed(Commitment::new(&salt, &payload)).hash().map_err(|_| unreadable())?;
        let proof: Option<Vec<Hash>> =
            proven.proof.iter().map(|hash| Hash::from_slice(&bytes(hash)?)).collect();
        let place = Place { index, size: checkpoint.head.size };
        check_inclusion(leaf, place, &proof.ok_or_else(unreadable)?, checkpoint.head.root)
            .map_err(|why| CertificateError::NotIncluded(index, why))?;
        let entry = Entry::from_payload(&payload).map_err(|_| unreadable())?;
        if entry.request.as_ref() == Some(&self.case) {
            Ok(entry)
        } else {
            Err(CertificateError::OtherCase(index))
        }
    }

    /// Each store of which the report says that its part is done has an entry that says the same.
    fn check_stores(&self, entries: &[(u64, Entry)]) -> Result<(), CertificateError> {
        let stores = self.report.get("stores").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for store in stores.iter().filter(|store| store.get("state").and_then(Value::as_str) == Some("done"))
        {
            let name = store.get("store").and_then(Value::as_str).unwrap_or_default();
            let number = |key: &str| store.get(key).and_then(Value::as_u64);
            let says = |entry: &Entry| {
                let found = entry.found.map(|found| (Some(found.changed), Some(found.left)));
                entry.kind == Kind::ErasureDone
                    && entry.store.as_ref().is_some_and(|own| own.as_str() == name)
                    && found == Some((number("changed"), number("left")))
            };
            if !entries.iter().any(|(_, entry)| says(entry)) {
                return Err(CertificateError::Store(name.to_owned()));
            }
        }
        Ok(())
    }
}

/// Bytes in hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    let digits = hexadecimal.as_bytes();
    let digit = |digit: &u8| char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some((digit(high)? << 4) | digit(low)?),
        _ => None,
    });
    pairs.collect()
}
