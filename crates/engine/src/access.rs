//! The right of access (Art. 15): look, open the case, report, answer.

use kept_core::ledger::{Durable, Entry, Kind, Outcome};
use kept_core::name::CaseId;
use kept_core::policy::model::DataRef;
use kept_core::standing::{RequestStanding, Standing};
use kept_core::time::Instant;
use kept_core::timeline::Right;
use kept_vault::SubjectId;

use crate::case_file::CaseFile;
use crate::company::Company;
use crate::desk::{Case, Whom};
use crate::failure::Failure;
use crate::own;
use crate::person::Located;
use crate::report::access::{
    AccessReport, Consulted, Disclosure, HeldTable, PurposeLine, held_tables, purpose_lines,
};

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
        let (located, receipt) = self.look(whom, now)?;
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
        let mut report = self.access_report(case.as_ref(), &located, &standing, now);
        if let Some(subject) = subject {
            if let Some((found, held)) = self.held_by_kept(subject, &standing, &receipt)? {
                report.found.push(found);
                report.held.push(held);
                report.purposes = self.purposes_of(&report.held);
            }
            report.recorded = self.recorded(subject)?;
            let is_known = report.found.iter().any(|found| found.store.as_str() == own::STORE);
            report.found.extend(own::found(&report.recorded).filter(|_| !is_known));
            self.add_record((subject, now), &receipt, &mut report)?;
        }
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
        let purposes = self.purposes_of(&held);
        AccessReport {
            head: self.head(case.map(|case| &case.number), standing, now),
            found: located.found.clone(),
            unreached: located.unreached.clone(),
            purposes,
            restrictions: standing.restrictions.clone(),
            requests: standing.requests.clone(),
            recorded: Vec::new(),
            consulted: Vec::new(),
            disclosed: Vec::new(),
            held,
        }
    }

    /// The purposes that appear in what is held, each explained once.
    fn purposes_of(&self, held: &[HeldTable]) -> Vec<PurposeLine> {
        let named = |statement: &str| {
            held.iter()
                .flat_map(|table| &table.rows)
                .flat_map(|row| &row.grounds)
                .any(|ground| purpose_of(&ground.statement) == purpose_of(statement))
        };
        let mut purposes = purpose_lines(self.policy(), &self.language());
        purposes.retain(|line| named(&line.statement));
        purposes
    }

    /// Adds what the ledger says of the person: who looked, why, and to whom data went.
    fn add_record(
        &self,
        (subject, now): (SubjectId, Instant),
        receipt: &Durable,
        report: &mut AccessReport,
    ) -> Result<(), Failure> {
        let entries = self.vault.read("entries_of", |tx| tx.entries_of(subject, receipt))?;
        let entries = self.open_to_person(entries, now);
        let mut entries: Vec<Entry> =
            entries.into_iter().filter_map(|entry| entry.opened).map(|(_, entry)| entry).collect();
        entries.sort_by_key(|entry| entry.at);
        let (policy, language) = (self.policy(), self.language());
        for entry in entries {
            let given = entry.kind == Kind::Disclosed && entry.outcome != Outcome::Refused;
            if let Some(name) = entry.recipient.as_ref().filter(|_| given) {
                let known = policy.recipient(name);
                let demanded = || policy.disclosures.get(name.as_str()).map(|way| &way.title);
                let said = known.map(|(known, _)| &known.name).or_else(demanded);
                let member = known.and_then(|(_, member)| member).map(|member| member.name.as_str());
                let said = said.map(|said| match (policy.text(said, &language), member) {
                    (kind, Some(member)) => format!("{kind}: {member}"),
                    (said, None) => said.to_owned(),
                });
                report.disclosed.push(Disclosure {
                    at: entry.at,
                    recipient: said.unwrap_or_else(|| name.to_string()),
                    data: entry.fields.iter().map(ToString::to_string).collect(),
                    purpose: entry.purpose.clone(),
                });
            }
            if is_upon_data(entry.kind) && entry.outcome != Outcome::Refused {
                report.consulted.push(consulted(entry, &report.requests));
            }
        }
        Ok(())
    }
}

/// An act upon the person's data. Readings and disclosures may name somebody else's case: an authority's
/// reference, or why an archive was opened.
fn consulted(entry: Entry, requests: &[RequestStanding]) -> Consulted {
    let Entry { at, kind: act, purpose, request: named, .. } = entry;
    let is_own = |case: &CaseId| requests.iter().any(|request| request.case == *case);
    let (request, reference) = match named {
        Some(case) if matches!(act, Kind::Read | Kind::Disclosed) && !is_own(&case) => (None, Some(case)),
        named => (named, None),
    };
    Consulted { at, act, purpose, request, reference }
}

/// Whether an act opens or changes values: others only move a case on.
fn is_upon_data(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Collected
            | Kind::Read
            | Kind::Contacted
            | Kind::Disclosed
            | Kind::ReportMade
            | Kind::ErasureDone
            | Kind::RectificationDone
            | Kind::SweepDone
    )
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
