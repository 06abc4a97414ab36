//! What the company's stores tell of people whose values Kept keeps: a contract that began in a column keeps
//! a value that was collected for it, and one that ended there lets it go.
//!
//! Not here: which values go (`own`), and the rows of the stores (`sweep`).

use kept_core::ledger::Durable;
use kept_core::policy::model::DataRef;
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Timeline};
use kept_vault::SubjectId;
use kept_vault::ground::Due;

use crate::case_file::CaseFile;
use crate::company::Company;
use crate::decide::is_told_by_stores;
use crate::failure::Failure;
use crate::own;

/// What stores tell of the purposes of a person's values.
#[derive(Debug)]
pub(crate) enum ToldByStores {
    /// Columns tell of none of the purposes: Kept's own record is all there is.
    None,
    /// These events, which are not recorded.
    Events(Vec<Event>),
    /// A store could not be asked, or the person can't be told from others: a fact is missing, and nothing
    /// goes for it.
    Missing,
}

/// Somebody of whom something changes by itself by an instant.
pub(crate) struct DuePerson {
    pub(crate) due: Due,
    pub(crate) timeline: Timeline,
    /// The names of Kept's own values.
    pub(crate) values: Vec<(EventId, DataRef)>,
    pub(crate) told: ToldByStores,
}

/// How many people are looked at together.
const PAGE: u32 = 200;

impl Company {
    /// A page of those of whom something changes by `until`, each with what stores tell of their values.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub(crate) fn due_people(
        &mut self,
        (until, after): (Instant, Option<Due>),
        receipt: &Durable,
        now: Instant,
    ) -> Result<Vec<DuePerson>, Failure> {
        let mut page = self.vault.read("due_people", |tx| {
            let read = tx.due(until, after, PAGE)?.into_iter().map(|due| {
                let (timeline, values) = (tx.timeline(due.subject)?, tx.value_names(due.subject)?);
                Ok::<_, Failure>(DuePerson { due, timeline, values, told: ToldByStores::None })
            });
            read.collect::<Result<Vec<_>, _>>()
        })?;
        for one in &mut page {
            one.told = self.told_by_stores(one.due.subject, (&one.timeline, &one.values), (receipt, now))?;
        }
        Ok(page)
    }

    /// Whether columns of stores tell of a purpose for which one of these values was collected.
    pub(crate) fn rests_on_stores(&self, timeline: &Timeline, values: &[(EventId, DataRef)]) -> bool {
        let policy = self.policy();
        let mut purposes = values.iter().flat_map(|(event, _)| own::purposes_of(timeline, *event));
        purposes
            .any(|name| policy.purposes.get(name).is_some_and(|purpose| is_told_by_stores(policy, purpose)))
    }

    /// What stores tell of the purposes of a person's values.
    ///
    /// # Errors
    /// A fault of Kept's own store.
    pub(crate) fn told_by_stores(
        &mut self,
        subject: SubjectId,
        (timeline, values): (&Timeline, &[(EventId, DataRef)]),
        (receipt, now): (&Durable, Instant),
    ) -> Result<ToldByStores, Failure> {
        if !self.rests_on_stores(timeline, values) {
            return Ok(ToldByStores::None);
        }
        Ok(match self.relocate(subject, None, receipt)? {
            Ok(Some(located)) if located.unreached.is_empty() => {
                ToldByStores::Events(self.told_by(&located, &CaseFile::default(), now))
            }
            // No store knows people by anything that is known of this one.
            Ok(None) => ToldByStores::Events(Vec::new()),
            Ok(Some(_)) | Err(_) => ToldByStores::Missing,
        })
    }
}
