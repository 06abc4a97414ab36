//! What the service answers.

use serde::Deserialize;
use serde_json::Value;

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Recorded {
    /// Kept's own number of the person.
    pub person: String,
    /// The number of the restriction or hold that was placed or moved.
    pub case: Option<String>,
    /// The request that was opened, or taken up.
    pub request: Option<String>,
    /// The events, by their words.
    pub events: Vec<String>,
    /// Purposes of which a refusal from before an erasure was found.
    #[serde(default)]
    pub refused_before: Vec<String>,
    /// The number of the ledger's entry.
    pub entry: Option<u64>,
    /// The idempotency key was used for this very act before: nothing was done.
    pub repeated: bool,
    /// Stores that could not be asked.
    #[serde(default)]
    pub unreached: Vec<Unreached>,
    /// What to know.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// A store that could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Unreached {
    /// The store.
    pub store: String,
    /// What happened.
    pub problem: String,
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Answer {
    /// Whether it may be done.
    pub allowed: bool,
    /// What allows it, or stands against it, as a word.
    pub because: Value,
    /// The same in words.
    pub words: String,
    /// The article behind a refusal.
    pub article: Option<String>,
    /// The field that is refused, where it is one.
    pub field: Option<Value>,
    /// Until when the answer holds by itself, where that is known.
    pub until: Option<String>,
    /// Why nobody can tell, where nobody can.
    pub problem: Option<String>,
    /// Of a decision by machine: who decides instead where a machine may not, and who looks again on
    /// request where it may.
    pub human: Option<String>,
}

/// Data that were read or given, and what was not.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Given {
    /// The values.
    pub values: Vec<ValueOfField>,
    /// The fields that were refused.
    pub refused: Vec<RefusedField>,
    /// Why nothing at all is given.
    pub because: Option<String>,
    /// The number of the ledger's entry.
    pub entry: u64,
    /// What else to know.
    pub problem: Option<String>,
}

/// A value.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct ValueOfField {
    /// Category and field.
    pub field: String,
    /// The value.
    pub value: String,
    /// `kept`, or the store and table.
    pub from: String,
    /// The source that it came from, if not from the person.
    pub source: Option<String>,
    /// The controller that holds it, where a record says so.
    pub controller: Option<String>,
}

/// A field that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RefusedField {
    /// Category and field.
    pub field: String,
    /// Why, in words.
    pub words: String,
    /// The article behind it.
    pub article: Option<String>,
}

impl std::fmt::Debug for Given {
    /// Values reach no log.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Given")
            .field("values", &self.values)
            .field("refused", &self.refused)
            .field("entry", &self.entry)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ValueOfField {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("ValueOfField").field("field", &self.field).finish_non_exhaustive()
    }
}
