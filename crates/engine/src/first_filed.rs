//! People whom only a company's store knows, filed before something of theirs is read or given: what was
//! given to whom is told to them later (15(1)(c), 19), and without a file nobody could find it again.
//!
//! They are filed by keyed digests alone: Kept holds none of their identifiers for this. Not here: the entry
//! of the act (`reading`).

use kept_core::ledger::{Kind, Outcome};
use kept_core::time::Instant;
use kept_vault::SubjectId;

use crate::company::{Act, Company};
use crate::desk::Whom;
use crate::failure::Failure;
use crate::overtaken::Seen;
use crate::person::locate;
use crate::reading::Sorted;

impl Company {
    /// Under whom an act upon these data is filed where the identifiers alone lead to nobody, and up to which
    /// event that person is known.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub(crate) fn filed_for(
        &mut self,
        whom: &Whom,
        (sorted, seen): (&Sorted, Seen),
        now: Instant,
    ) -> Result<(Option<SubjectId>, Seen), Failure> {
        // Of what is refused nothing is given, and nobody becomes known by asking.
        let first = if sorted.allowed.is_empty() { None } else { self.file_first(whom, now)? };
        Ok(match first {
            Some((subject, last)) => (Some(subject), Seen(Some((subject, last)))),
            None => (None, seen),
        })
    }

    /// The person's file, made where only a store knows them, with its last event. None where the identifiers
    /// lead to a file, where nobody knows the person, and where they can't be told from others.
    fn file_first(&mut self, whom: &Whom, now: Instant) -> Result<Option<(SubjectId, i64)>, Failure> {
        let Some(asked) = self.in_stores(whom) else { return Ok(None) };
        let by_identifiers = self.vault.read("find_subject", |tx| {
            Ok::<_, Failure>(!matches!(self.one_subject(tx, &whom.identifiers), Ok(None)))
        })?;
        if by_identifiers {
            return Ok(None);
        }
        let mut entry = self.entry(Kind::Read, now)?;
        entry.outcome = Outcome::Intended;
        let ((), receipt) =
            self.act("look_to_file", |_| Ok(((), Act { entry: entry.clone(), subject: None })))?;
        let policy = self.policy().clone();
        let Ok(located) = locate(&policy, &mut self.stores, &asked, &[], &receipt) else { return Ok(None) };
        if located.found.is_empty() {
            return Ok(None);
        }
        self.vault.write("file_first", |tx| {
            let subject = self.file_digests(tx, &located, now)?;
            Ok(Some((subject, tx.last_event(subject)?)))
        })
    }
}
