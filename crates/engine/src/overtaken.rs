//! Acts that look first and do then: what is recorded of the person in between, a restriction, a hold, an
//! erasure, is never overtaken by what was seen before. Not here: acts that look and do in one transaction.

use kept_vault::{Fault, SubjectId, Tx, Vault};

use crate::company::Company;
use crate::desk::Whom;
use crate::failure::Failure;

/// How often an act looks anew.
pub(crate) const TRIES: u32 = 5;

/// Up to which event a person was looked at; nobody where Kept knew none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen(pub(crate) Option<(SubjectId, i64)>);

/// What a plan over a store was made from: the store's transaction asks whether it still stands right before
/// its commit, however long the store kept it waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// A person's own record, up to this event.
    Person(SubjectId, i64),
    /// That no record of Kept's own is about the person: nobody was held or restricted since this version of
    /// the exceptions.
    Nobody(i64),
    /// What is looked at anew after it was written.
    LookedAtAgain,
}

impl Basis {
    /// Whether nothing was recorded since. Where Kept's own store can't say, it does not.
    pub(crate) fn stands(self, vault: &Vault) -> bool {
        self == Self::LookedAtAgain
            || vault.read("basis_stands", |tx| self.stands_in(tx)).is_ok_and(|stands| stands)
    }

    /// Whether nothing was recorded since, as a transaction sees it.
    pub(crate) fn stands_in(self, tx: &mut Tx) -> Result<bool, Failure> {
        Ok(match self {
            Self::Person(subject, last) => tx.last_event(subject)? == last,
            Self::Nobody(version) => tx.exceptions_version()? == version,
            Self::LookedAtAgain => true,
        })
    }

    /// The last event of a person's record, 0 where there is none.
    pub(crate) fn event(self) -> i64 {
        match self {
            Self::Person(_, last) => last,
            Self::Nobody(_) | Self::LookedAtAgain => 0,
        }
    }
}

impl Company {
    /// The basis of what is done to rows of somebody whom Kept's own record does not know.
    pub(crate) fn of_nobody(&self) -> Result<Basis, Failure> {
        self.vault.read("exceptions_version", |tx| Ok(Basis::Nobody(tx.exceptions_version()?)))
    }

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
