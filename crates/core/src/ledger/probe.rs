//! A body for fuzzers: feeds any bytes to every reader of the ledger and checks what must hold of
//! whatever they accept. Replayed by the tests over a corpus; a fuzzer's shell calls the same.

use super::checkpoint::Checkpoint;
use super::entry::Entry;
use super::leaf::Leaf;
use super::note::{Note, SigningKey, VerifierKey};
use super::system::SystemEntry;
use super::tile::{Tile, join_hashes, join_leaves, split_hashes, split_leaves};

/// What a reader accepted and did not write back as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reader of {0} accepts bytes that it would not write")]
pub struct Loose(pub &'static str);

/// Reads the bytes in every way; whatever reads must be written back byte for byte.
///
/// # Errors
/// [`Loose`] names a reader that accepts more than one spelling.
pub fn probe(bytes: &[u8]) -> Result<(), Loose> {
    same("entries", bytes, Entry::from_payload(bytes).ok().map(|entry| entry.to_payload().ok()))?;
    same("system entries", bytes, SystemEntry::from_bytes(bytes).ok().map(|entry| entry.to_bytes().ok()))?;
    same("leaves", bytes, Leaf::from_bytes(bytes).ok().map(|leaf| leaf.to_bytes().ok()))?;
    same("bundles", bytes, split_leaves(bytes).map(|leaves| join_leaves(&leaves)))?;
    same("hash tiles", bytes, split_hashes(bytes).map(|hashes| Some(join_hashes(&hashes))))?;
    let note = Note::parse(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let written = |text: String| Some(text.into_bytes());
        same("tile paths", bytes, Tile::from_path(text).map(|tile| written(tile.to_string())))?;
        same(
            "checkpoints",
            bytes,
            Checkpoint::from_text(text).ok().map(|checkpoint| written(checkpoint.to_text())),
        )?;
        let key = VerifierKey::parse(text).ok();
        if let (Some(key), Ok(note)) = (&key, &note)
            && note.text_signed_by(key).is_ok()
        {
            return Err(Loose("notes"));
        }
        // Keys may stand among spaces and with digits of either case.
        let normal = text.trim().to_owned();
        if let Some(key) = key
            && !key.to_string().eq_ignore_ascii_case(&normal)
        {
            return Err(Loose("keys"));
        }
        if let Ok(key) = SigningKey::parse(text)
            && !key.to_secret_text().eq_ignore_ascii_case(&normal)
        {
            return Err(Loose("signing keys"));
        }
    }
    Ok(())
}

fn same(what: &'static str, bytes: &[u8], read: Option<Option<Vec<u8>>>) -> Result<(), Loose> {
    match read {
        None => Ok(()),
        Some(Some(written)) if written == bytes => Ok(()),
        Some(_) => Err(Loose(what)),
    }
}
