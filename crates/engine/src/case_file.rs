//! What the file of a request holds, sealed under the person's own key: what a case needs to be taken
//! up again, by another process and after some stores have done their part.

use std::collections::{BTreeMap, BTreeSet};

use kept_core::identifier::Identifier;
use kept_core::ledger::Durable;
use kept_core::name::StoreName;
use kept_core::plan::observe::observe;
use kept_core::policy::Policy;
use kept_core::time::Instant;
use kept_core::timeline::{Event, EventId, Happening, Occasion};
use serde::{Deserialize, Serialize};

use crate::company::Company;
use crate::desk::{Case, Whom};
use crate::failure::Failure;
use crate::person::{Located, Pick};

/// A request's file.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct CaseFile {
    /// Every identifier under which the person was looked for.
    pub(crate) identifiers: BTreeSet<String>,
    /// The rows picked where several people had one identifier.
    pub(crate) picks: Vec<Pick>,
    /// What each store told when it was first asked: other stores' periods may count from it after
    /// the rows have gone.
    pub(crate) told: BTreeMap<StoreName, Vec<Event>>,
    /// Whether some store keeps rows of the person.
    pub(crate) stays: bool,
}

impl std::fmt::Debug for CaseFile {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("CaseFile").field("stays", &self.stays).finish_non_exhaustive()
    }
}

impl CaseFile {
    /// Adds what a look found.
    pub(crate) fn learn(&mut self, policy: &Policy, picks: &[Pick], located: &Located, now: Instant) {
        let text = |identifier: &Identifier| format!("{}={}", identifier.kind(), identifier.raw());
        self.identifiers.extend(located.identifiers.iter().map(text));
        let new: Vec<Pick> = picks.iter().filter(|pick| !self.picks.contains(pick)).cloned().collect();
        self.picks.extend(new);
        for (name, rows) in &located.rows {
            if let Some(map) = policy.stores.get(name).filter(|_| !self.told.contains_key(name)) {
                let events = observe(map, rows, now, 0).into_iter().filter(counts_elsewhere).collect();
                self.told.insert(name.clone(), events);
            }
        }
    }

    /// What stores told that hold nothing of the person any more, numbered from `first_id` on.
    pub(crate) fn remembered(&self, located: &Located, first_id: u64) -> Vec<Event> {
        let gone = self.told.iter().filter(|(name, _)| !located.rows.contains_key(*name));
        let events = gone.flat_map(|(_, events)| events).zip(EventId::FIRST_FROM_STORES + first_id..);
        events.map(|(event, id)| Event { id: EventId(id), ..event.clone() }).collect()
    }

    /// Whom the case is about, by the kinds of identifiers that the policy's stores still know.
    pub(crate) fn whom(&self, policy: &Policy) -> Whom {
        let known = |identifier: &Identifier| {
            let mut tables = policy.stores.values().flat_map(|store| store.tables.values());
            tables.any(|table| table.identifies.contains_key(identifier.kind()))
        };
        let identifiers = self.identifiers.iter().filter_map(|text| Identifier::parse(text).ok());
        Whom { identifiers: identifiers.filter(known).collect(), picks: self.picks.clone() }
    }
}

/// Whether an event of one store can count for the rows of another: not one about a row of its own.
fn counts_elsewhere(event: &Event) -> bool {
    !matches!(event.about, Occasion::Record { .. }) && !matches!(event.what, Happening::Observed { .. })
}

impl Company {
    /// The file of a case.
    pub(crate) fn case_file(&self, case: &Case, receipt: &Durable) -> Result<CaseFile, Failure> {
        let bytes = self.vault.read("case_file", |tx| match tx.request(&case.number)? {
            Some(request) => Ok::<_, Failure>(tx.request_content(&request, receipt)?),
            None => Ok(Vec::new()),
        })?;
        if bytes.is_empty() {
            return Ok(CaseFile::default());
        }
        serde_json::from_slice(&bytes).map_err(|_| Failure::CaseFile { case: case.number.clone() })
    }

    /// Writes the file of an open case.
    pub(crate) fn keep_case_file(&self, case: &Case, file: &CaseFile, now: Instant) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(file).map_err(|_| Failure::CaseFile { case: case.number.clone() })?;
        self.vault.write("keep_case_file", |tx| {
            if let Some(request) = tx.request(&case.number)? {
                tx.change_request(&request, request.state, &bytes, now)?;
            }
            Ok(())
        })
    }
}
