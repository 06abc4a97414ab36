//! Whom the identifiers of a question belong to. Not here: looking them up.

use std::collections::BTreeSet;

use kept_vault::SubjectId;

/// Whom the identifiers of a question belong to.
#[derive(Clone, Copy)]
pub(super) enum Belongs {
    /// To nobody whom Kept knows.
    Nobody,
    /// To one person, with the number of the last event.
    One(SubjectId, i64),
    /// To so many.
    Several(usize),
}

impl Belongs {
    /// Of whom the identifiers of one question were found.
    pub(super) fn of(found: impl Iterator<Item = (SubjectId, i64)>) -> Self {
        let mut first = None;
        let mut others = BTreeSet::new();
        for (id, version) in found {
            if first.get_or_insert((id, version)).0 != id {
                others.insert(id);
            }
        }
        match first {
            None => Self::Nobody,
            Some((id, version)) if others.is_empty() => Self::One(id, version),
            Some(_) => Self::Several(others.len() + 1),
        }
    }
}
