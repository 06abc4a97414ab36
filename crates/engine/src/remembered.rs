//! The rows of a person that an erasure had to leave, remembered by their keys under the person's own
//! key: emptied of every identifier, they are found again by no other way. Without them a second
//! request would take the person for a stranger, and what was ended would seem to be in use.

use kept_core::identifier::Identifier;
use kept_core::ledger::Durable;
use kept_core::name::{ControllerName, IdentifierKind, StoreName, TableName};
use kept_core::plan::{Action, Key, StorePlan, key_text};
use kept_core::time::Instant;
use kept_vault::{Fault, SubjectId, Tx};
use serde::{Deserialize, Serialize};

use crate::company::Company;
use crate::desk::Whom;
use crate::failure::Failure;
use crate::person::{Located, Pick};
use crate::record::blind;

/// The kind under which keys of rows stand among a person's identifiers. No name of a policy has
/// spaces.
const KIND: &str = "row of a store";

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    /// The store.
    pub store: StoreName,
    /// The table, by its policy name.
    pub table: TableName,
    /// The row's key.
    pub key: Key,
}

impl Remembered {
    /// The same row as it is picked among several.
    pub(crate) fn pick(&self) -> Pick {
        Pick { store: self.store.clone(), table: self.table.clone(), key: key_text(&self.key) }
    }
}

impl Company {
    /// The subject of a located person: by an identifier, else by a row that an erasure left.
    pub(crate) fn filed(&self, tx: &mut Tx, located: &Located) -> Result<Option<SubjectId>, Failure> {
        if let Some(subject) = self.known_subject(tx, &located.identifiers)? {
            return Ok(Some(subject));
        }
        for row in found_rows(located) {
            if let Some(subject) = self.with_row(&row, |blind| tx.find_subject(blind))?.flatten() {
                return Ok(Some(subject));
            }
        }
        Ok(None)
    }

    /// The subject under whom a request is filed; made where there is none.
    pub(crate) fn file_subject(
        &self,
        tx: &mut Tx,
        located: &Located,
        now: Instant,
    ) -> Result<SubjectId, Failure> {
        let controller = self.controller();
        let blinds = digests(located, &controller);
        let by_row = match self.known_subject(tx, &located.identifiers)? {
            Some(_) => None,
            None => self.filed(tx, located)?,
        };
        let Some(subject) = by_row else {
            let subject = tx.put_subject(&blinds, now)?;
            if blinds.is_empty() {
                // One of several people with the same identifiers: found again by the rows alone.
                for row in found_rows(located) {
                    self.with_row(&row, |blind| tx.add_identifier(subject, blind))?;
                }
            }
            return Ok(subject);
        };
        for blind in &blinds {
            tx.add_identifier(subject, blind)?;
        }
        Ok(subject)
    }

    /// The subject of a located person; where there is none one known by keyed digests alone.
    pub(crate) fn file_digests(
        &self,
        tx: &mut Tx,
        located: &Located,
        now: Instant,
    ) -> Result<SubjectId, Failure> {
        if let Some(subject) = self.filed(tx, located)? {
            return Ok(subject);
        }
        let controller = self.controller();
        let blinds = digests(located, &controller);
        if blinds.is_empty() {
            return self.file_subject(tx, located, now);
        }
        Ok(tx.put_digests(&blinds, now)?)
    }

    /// Keeps identifiers that somebody named of a person who is known by their digests alone.
    pub(crate) fn complete(
        &self,
        subject: SubjectId,
        known: &[kept_vault::subject::Known],
        said: &Whom,
    ) -> Result<(), Failure> {
        let is_known = |one: &&Identifier| {
            known.iter().any(|known| known.kind == *one.kind() && known.canonical == one.canonical())
        };
        let new: Vec<&Identifier> =
            said.identifiers.iter().filter(|one| one.is_unique() && !is_known(one)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let controller = self.controller();
        self.vault.write("complete_identifiers", |tx| {
            for one in &new {
                let (kind, canonical) = (one.kind(), one.canonical());
                let blind = kept_vault::blind::Identifier { controller: &controller, kind, canonical };
                tx.complete_identifier(subject, &blind)?;
            }
            Ok(())
        })
    }

    /// The rows that an earlier erasure left of a person.
    pub(crate) fn remembered(
        &self,
        subject: SubjectId,
        receipt: &Durable,
    ) -> Result<Vec<Remembered>, Failure> {
        let known = self.vault.read("remembered", |tx| tx.identifiers(subject, receipt));
        let known = match known {
            Err(Fault::Erased) => return Ok(Vec::new()),
            known => known?,
        };
        let rows = known.into_iter().filter(|one| one.kind.as_str() == KIND);
        Ok(rows.filter_map(|one| serde_json::from_str(&one.canonical).ok()).collect())
    }

    /// Remembers the rows in which a person was found and which the plans leave.
    pub(crate) fn remember(
        &self,
        subject: SubjectId,
        located: &Located,
        plans: &[StorePlan],
    ) -> Result<(), Failure> {
        let goes = |row: &Remembered| {
            let mine = plans.iter().filter(|plan| plan.store == row.store).flat_map(|plan| &plan.steps);
            let mut deleted =
                mine.filter(|step| step.table == row.table && matches!(step.action, Action::Delete));
            deleted.any(|step| step.keys.contains(&row.key))
        };
        let rows: Vec<Remembered> = found_rows(located).filter(|row| !goes(row)).collect();
        self.vault.write("remember_rows", |tx| {
            for row in &rows {
                self.with_row(row, |blind| tx.add_identifier(subject, blind))?;
            }
            Ok(())
        })
    }

    fn with_row<T>(
        &self,
        row: &Remembered,
        act: impl FnOnce(&kept_vault::blind::Identifier<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Failure> {
        let Ok(canonical) = serde_json::to_string(row) else { return Ok(None) };
        let (controller, kind) = (self.controller(), IdentifierKind::from(KIND));
        let blind =
            kept_vault::blind::Identifier { controller: &controller, kind: &kind, canonical: &canonical };
        Ok(Some(act(&blind)?))
    }
}

/// The rows in which a person was found, with their keys as the stores gave them.
pub(crate) fn found_rows(located: &Located) -> impl Iterator<Item = Remembered> + '_ {
    located.found.iter().filter_map(|found| {
        let read = located.rows.get(&found.store)?.tables.iter().find(|read| read.table == found.table)?;
        let row = read.rows.iter().find(|row| key_text(&row.key) == found.key)?;
        Some(Remembered { store: found.store.clone(), table: found.table.clone(), key: row.key.clone() })
    })
}

/// The identifiers by which nobody else is meant, as they are filed.
fn digests<'l>(
    located: &'l Located,
    controller: &'l ControllerName,
) -> Vec<kept_vault::blind::Identifier<'l>> {
    let unique = located.identifiers.iter().filter(|identifier| identifier.is_unique());
    unique.map(|identifier| blind(controller, identifier)).collect()
}
