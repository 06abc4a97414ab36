//! What a new version of a policy changes, for whom, and who must hear of it before.
//!
//! The two models are compared as trees, so that no field is forgotten: `walk` finds every place
//! that differs, `rules` says what a field means, `judge` whether its change weighs on people,
//! `value` what it says, `reach` whom and which data it touches, `telling` who is told and how.
//! Not here: words (`kept-web`), and what the change does to one person's data (`standing`).

use crate::name::PersonKind;
use crate::policy::Policy;
use crate::policy::model::DataRef;

mod judge;
mod period;
mod reach;
mod rules;
mod telling;
mod value;
mod walk;

#[cfg(test)]
mod tests;

pub use reach::Reach;
pub use rules::topics;
pub use telling::{Telling, Told};
pub use value::Value;

/// What differs between two versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference<'p> {
    /// The older version.
    pub old: &'p Policy,
    /// The newer version.
    pub new: &'p Policy,
    /// What changes, in the order of the language.
    pub changes: Vec<Change>,
    /// Who must hear of it, how and by when.
    pub telling: Telling,
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its path in the policy, `purpose.newsletter.keep`.
    pub path: String,
    /// The thing that changes.
    pub item: Item,
    /// The word for what of it changes, `keep`; the thing itself where it comes or goes.
    pub topic: &'static str,
    /// How it changes.
    pub how: How,
    /// What was said before, where that is worth saying.
    pub before: Vec<Value>,
    /// What is said now; of lists, what was added or taken away stands here alone.
    pub after: Vec<Value>,
    /// How much it weighs.
    pub weight: Weight,
    /// The kinds of people whom it concerns.
    pub people: Vec<PersonKind>,
    /// The data that it touches; empty where it is not about single data.
    pub data: Vec<DataRef>,
    /// Which data it touches from when (semantics I.9).
    pub reach: Reach,
}

/// The thing that changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The table of the language, `purpose`, `rights`.
    pub section: &'static str,
    /// Its name there, where the table holds several.
    pub name: Option<String>,
}

/// How a thing changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It comes.
    Added,
    /// It goes.
    Removed,
    /// Something is said of it that was not said before.
    New,
    /// Something is said of it no more.
    Dropped,
    /// Something else is said of it.
    Changed,
    /// A list has more in it.
    More,
    /// A list has less in it.
    Fewer,
    /// A length of time, an age or a number grew.
    Longer,
    /// It shrank.
    Shorter,
    /// The same in another order or spelling.
    Reordered,
}

impl How {
    /// The word for machines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::New => "new",
            Self::Dropped => "dropped",
            Self::Changed => "changed",
            Self::More => "more",
            Self::Fewer => "fewer",
            Self::Longer => "longer",
            Self::Shorter => "shorter",
            Self::Reordered => "reordered",
        }
    }
}

/// How much a change weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It weighs on people, or takes something from them: they are told before.
    Significant,
    /// Wording, or for their good: it stands on the page.
    Minor,
    /// It concerns the company alone and stands in no notice.
    Internal,
}

impl Weight {
    /// The word for machines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Significant => "significant",
            Self::Minor => "minor",
            Self::Internal => "internal",
        }
    }
}

/// What differs between an older and a newer version. Two equal models have no difference; the
/// digest, which comments change too, does not count.
pub fn difference<'p>(old: &'p Policy, new: &'p Policy) -> Difference<'p> {
    let changes = walk::changes(old, new);
    let telling = telling::telling(old, new, &changes);
    Difference { old, new, changes, telling }
}
