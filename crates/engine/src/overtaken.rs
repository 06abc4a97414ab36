//! Acts that look first and do then: what is recorded of the person in between, a restriction, a hold, an
//! erasure, is never overtaken by what was seen before. Not here: acts that look and do in one transaction.

use kept_vault::{Fault, SubjectId, Tx};

use crate::company::Company;
use crate::desk::Whom;
use crate::failure::Failure;

/// How often an act looks anew.
const TRIES: u32 = 5;

/// Up to which event a person was looked at; nobody where Kept knew none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen(pub(crate) Option<(SubjectId, i64)>);

impl Company {
    /// Up to which event a person is known now.
    pub(crate) fn seen(&self, whom: &Whom) -> Result<Seen, Failure> {
        self.vault.read("seen", |tx| match self.one_subject(tx, &whom.identifiers) {
            Ok(Some(subject)) => Ok(Seen(Some((subject, tx.last_event(subject)?)))),
            _ => Ok(Seen(None)),
        })
    }

    /// Whether nothing was recorded of the person since; `found` is whom the identifiers lead to now.
    pub(crate) fn still_so(&self, tx: &mut Tx, seen: Seen, found: Option<SubjectId>) -> Result<(), Failure> {
        let is_so = match seen.0 {
            Some((subject, last)) => tx.last_event(subject)? == last,
            None => found.is_none(),
        };
        if is_so { Ok(()) } else { Err(Failure::Overtaken) }
    }

    /// Does what looks first, and looks anew where it was overtaken.
    pub(crate) fn looking_anew<T>(
        &mut self,
        mut act: impl FnMut(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        for _ in 1..TRIES {
            match act(self) {
                Err(Failure::Overtaken | Failure::Vault(Fault::Erased)) => {}
                ended => return ended,
            }
        }
        act(self)
    }
}
