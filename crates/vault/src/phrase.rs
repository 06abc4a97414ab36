//! Phrases: what events say in words of the policy alone, written once for all events that say it. An
//! event holds the phrase's number, sealed. Not here: which events those are (`timeline`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use kept_core::policy::model::DataRef;
use kept_core::timeline::{Happening, Occasion};

use crate::fault::Fault;
use crate::row::{integer, text};
use crate::statements::{PHRASE_FIND, PHRASE_MAKE};
use crate::timeline::said;
use crate::transaction::Tx;

/// With which byte a number begins that stands for a phrase: no JSON does.
const MARK: u8 = 1;

/// How many phrases are kept in memory: a policy has a few for each purpose.
const PHRASES_MAX: usize = 10_000;

/// What an event says.
pub(crate) type Said = (Occasion, Vec<DataRef>, Happening);

/// The phrases that were read. A number is a digest of its text, so that none ever means another.
#[derive(Debug, Default)]
pub(crate) struct Phrases(Mutex<BTreeMap<i64, Arc<Said>>>);

impl Phrases {
    fn find(&self, number: i64) -> Option<Arc<Said>> {
        self.0.lock().ok()?.get(&number).cloned()
    }

    fn keep(&self, number: i64, said: &Arc<Said>) {
        let Ok(mut known) = self.0.lock() else { return };
        if known.len() >= PHRASES_MAX {
            known.clear();
        }
        known.insert(number, Arc::clone(said));
    }
}

impl Tx {
    /// Writes a phrase where it is not there yet; the bytes that stand for it.
    pub(crate) fn put_phrase(&mut self, phrase: &str) -> Result<[u8; 9], Fault> {
        let tag = self.ring.lookup.tag(&[b"phrase", phrase.as_bytes()]);
        let first = tag.first_chunk::<8>().copied().ok_or(Fault::Crypto)?;
        let number = i64::from_be_bytes(first);
        if self.one(PHRASE_FIND, &[integer(number)])?.is_none() {
            self.execute(PHRASE_MAKE, &[integer(number), text(phrase)])?;
        }
        let [a, b, c, d, e, f, g, h] = first;
        Ok([MARK, a, b, c, d, e, f, g, h])
    }

    /// What these bytes stand for; `None` where they stand for no phrase.
    pub(crate) fn phrase(&mut self, bytes: &[u8]) -> Result<Option<Arc<Said>>, Fault> {
        let [MARK, number @ ..] = bytes else { return Ok(None) };
        let number: [u8; 8] = number.try_into().map_err(|_| Fault::Json { what: "event" })?;
        let number = i64::from_be_bytes(number);
        if let Some(known) = self.ring.phrases.find(number) {
            return Ok(Some(known));
        }
        let row = self.one(PHRASE_FIND, &[integer(number)])?;
        let row = row.ok_or(Fault::Missing { what: "phrase" })?;
        let phrase = Arc::new(said(row.text(0)?.as_bytes())?);
        self.ring.phrases.keep(number, &phrase);
        Ok(Some(phrase))
    }
}
