//! Words of the policy that many rows have in common, each written once: what collections say (which data,
//! for which purposes), and which fields are sealed together. A row holds the word's number. Not here: which
//! rows those are (`timeline`, `value`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use kept_core::policy::model::DataRef;
use kept_core::timeline::{Happening, Occasion};

use crate::fault::Fault;
use crate::row::{integer, text};
use crate::statements::{WORD_FIND, WORD_MAKE, WORD_READ};
use crate::timeline::said;
use crate::transaction::Tx;

/// How many words are kept in memory: a policy has a few for each purpose.
const WORDS_MAX: usize = 10_000;

/// What an event says.
pub(crate) type Said = (Occasion, Vec<DataRef>, Happening);

/// A word, and what was understood of it.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) number: i64,
    pub(crate) text: String,
    fields: OnceLock<Vec<DataRef>>,
    said: OnceLock<Said>,
}

impl Word {
    fn new(number: i64, text: String) -> Arc<Self> {
        Arc::new(Self { number, text, fields: OnceLock::new(), said: OnceLock::new() })
    }

    /// The fields that it names, in the order of their values.
    pub(crate) fn fields(&self) -> &[DataRef] {
        self.fields.get_or_init(|| self.text.split(' ').map(datum).collect())
    }

    /// What an event that says it says.
    pub(crate) fn said(&self) -> Result<&Said, Fault> {
        if let Some(said) = self.said.get() {
            return Ok(said);
        }
        let said = said(self.text.as_bytes())?;
        Ok(self.said.get_or_init(|| said))
    }
}

/// Words by their numbers and by their texts.
#[derive(Debug, Default)]
pub(crate) struct Known {
    numbers: BTreeMap<i64, Arc<Word>>,
    texts: BTreeMap<String, Arc<Word>>,
}

impl Known {
    fn keep(&mut self, word: &Arc<Word>) {
        if self.numbers.len() >= WORDS_MAX {
            *self = Self::default();
        }
        self.numbers.insert(word.number, Arc::clone(word));
        self.texts.insert(word.text.clone(), Arc::clone(word));
    }
}

/// The words of the store that were met: committed ones alone, since the number of another may come to stand
/// for something else.
#[derive(Debug, Default)]
pub(crate) struct Words(Mutex<Known>);

impl Words {
    fn keep(&self, word: &Arc<Word>) {
        if let Ok(mut known) = self.0.lock() {
            known.keep(word);
        }
    }

    fn of_number(&self, number: i64) -> Option<Arc<Word>> {
        self.0.lock().ok()?.numbers.get(&number).cloned()
    }

    fn of_text(&self, text: &str) -> Option<Arc<Word>> {
        self.0.lock().ok()?.texts.get(text).cloned()
    }
}

impl Tx {
    /// The word with this text, written where it is not there yet.
    pub(crate) fn put_word(&mut self, of: &str) -> Result<Arc<Word>, Fault> {
        if let Some(known) = self.ring.words.of_text(of).or_else(|| self.words.texts.get(of).cloned()) {
            return Ok(known);
        }
        let found = match self.find_word(of)? {
            Some(number) => number,
            None => {
                let number = self.next_number("word")?;
                self.execute(WORD_MAKE, &[integer(number), text(of)])?;
                // Another writer may have been first.
                self.find_word(of)?.ok_or(Fault::Missing { what: "word" })?
            }
        };
        Ok(self.keep_word(Word::new(found, of.to_owned())))
    }

    fn find_word(&mut self, of: &str) -> Result<Option<i64>, Fault> {
        self.one(WORD_FIND, &[text(of)])?.map(|row| row.integer(0)).transpose()
    }

    /// The word with this number.
    pub(crate) fn word(&mut self, number: i64) -> Result<Arc<Word>, Fault> {
        if let Some(known) =
            self.ring.words.of_number(number).or_else(|| self.words.numbers.get(&number).cloned())
        {
            return Ok(known);
        }
        let row = self.one(WORD_READ, &[integer(number)])?;
        let text = row.ok_or(Fault::Missing { what: "word" })?.text(0)?.to_owned();
        Ok(self.keep_word(Word::new(number, text)))
    }

    /// Has a word at hand in this transaction, and for others once it is committed.
    fn keep_word(&mut self, word: Arc<Word>) -> Arc<Word> {
        self.words.keep(&word);
        let (ring, kept) = (Arc::clone(&self.ring), Arc::clone(&word));
        self.afterwards(move || ring.words.keep(&kept));
        word
    }
}

/// A field by one word, `category.field`.
pub(crate) fn datum(name: &str) -> DataRef {
    match name.split_once('.') {
        Some((category, field)) => DataRef { category: category.into(), field: Some(field.into()) },
        None => DataRef::whole(name.into()),
    }
}
