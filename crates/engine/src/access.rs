//! The right of access (Art. 15): look, open the case, report, answer.

use kept_core::ledger::Kind;
use kept_core::policy::model::DataRef;
use kept_core::standing::Standing;
use kept_core::time::Instant;
use kept_core::timeline::Right;

use crate::case_file::CaseFile;
use crate::company::Company;
use crate::desk::{Case, Whom};
use crate::failure::Failure;
use crate::person::Located;
use crate::report::access::{AccessReport, held_tables, purpose_lines};

impl Company {
    /// Everything held about a person. Without `received_at` only a look: no case is opened and
    /// none answered. A case stays open while a store can't be asked.
    ///
    /// # Errors
    /// [`Failure::Person`] when the person can't be told from others; a fault of Kept's own store.
    pub fn access(
        &mut self,
        whom: &Whom,
        received_at: Option<Instant>,
        now: Instant,
    ) -> Result<AccessReport, Failure> {
        let (located, _) = self.look(whom, now)?;
        let case = match received_at {
            Some(received_at) => Some(self.receive(Right::Access, &located, received_at, now)?),
            None => None,
        };
        let subject = match &case {
            Some(case) => Some(case.subject),
            None => self.subject_of(&located)?,
        };
        let timeline = self.timeline_of(subject, &located, &CaseFile::default(), now)?;
        let standing = self.standing_of(&timeline, now);
        let report = self.access_report(case.as_ref(), &located, &standing, now);
        if let Some(case) = case.filter(|_| located.unreached.is_empty()) {
            self.answer(&case, Kind::ReportMade, disclosed(&located, self.policy()), now)?;
        }
        Ok(report)
    }

    fn access_report(
        &self,
        case: Option<&Case>,
        located: &Located,
        standing: &Standing,
        now: Instant,
    ) -> AccessReport {
        let policy = self.policy();
        let language = self.language();
        let held: Vec<_> = located
            .rows
            .iter()
            .filter_map(|(name, rows)| Some((policy.stores.get(name)?, rows)))
            .flat_map(|(map, rows)| held_tables(policy, map, rows, standing, &language))
            .collect();
        let named = |statement: &str| {
            held.iter()
                .flat_map(|table| &table.rows)
                .flat_map(|row| &row.grounds)
                .any(|ground| purpose_of(&ground.statement) == purpose_of(statement))
        };
        let mut purposes = purpose_lines(policy, &language);
        purposes.retain(|line| named(&line.statement));
        AccessReport {
            head: self.head(case.map(|case| &case.number), standing, now),
            found: located.found.clone(),
            unreached: located.unreached.clone(),
            purposes,
            restrictions: standing.restrictions.clone(),
            requests: standing.requests.clone(),
            consulted: Vec::new(),
            held,
        }
    }
}

/// The purpose that a statement is about: the second part of its path.
pub(crate) fn purpose_of(statement: &str) -> Option<&str> {
    statement.strip_prefix("purpose.").and_then(|rest| rest.split('.').next())
}

/// The categories of data that were found, each once.
pub(crate) fn disclosed(located: &Located, policy: &kept_core::policy::Policy) -> Vec<DataRef> {
    let mut categories = std::collections::BTreeSet::new();
    for (name, rows) in &located.rows {
        let Some(map) = policy.stores.get(name) else { continue };
        for found in rows.tables.iter().filter(|found| !found.rows.is_empty()) {
            if let Some(table) = map.tables.get(&found.table) {
                categories.extend(table.columns.values().map(|datum| DataRef::whole(datum.category.clone())));
            }
        }
    }
    categories.into_iter().collect()
}
