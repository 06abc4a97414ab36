//! Marks of restricted rows, as other programs see them: rows of restricted people without the mark
//! break the promise, rows with a mark that no restriction asks for are told.
//!
//! Only restricted people are walked, and each marked table is counted once. Not here: which rows bear
//! the mark (`kept_core::plan::restrict`).

use std::collections::{BTreeMap, BTreeSet};

use kept_connect::map::Map;
use kept_connect::marks::count;
use kept_connect::row_security::plan;
use kept_core::ledger::Durable;
use kept_core::name::{StoreName, TableName};
use kept_core::plan::key_text;
use kept_core::plan::restrict::{has_marks, marks};
use kept_core::policy::Policy;
use kept_core::policy::model::{Engine, Store};
use kept_core::standing::Standing;
use kept_core::time::Instant;
use kept_vault::SubjectId;

use crate::audit::judge::Judged;
use crate::company::Company;
use crate::failure::Failure;
use crate::person::Located;
use crate::report::audit::{Breach, Evidence, Missing, Wrong};

/// What was seen of the marks.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    tables: BTreeMap<(StoreName, TableName), Seen>,
    /// Stores that could not be asked for somebody's rows, or for their marks.
    unreached: BTreeSet<StoreName>,
    /// Restricted people whose rows could not be told from others'.
    untold: u64,
    /// Tables, by their names in the database, that should hide marked rows and don't.
    unhidden: BTreeSet<(StoreName, TableName)>,
    /// Why it could not be seen whether they do.
    problems: Vec<Missing>,
}

/// What was seen of one table.
#[derive(Debug, Default)]
struct Seen {
    /// Rows of restricted people with the mark.
    right: BTreeSet<String>,
    /// Rows of restricted people without it.
    wanting: BTreeSet<String>,
    /// Rows with the mark, whosever.
    all: u64,
}

impl Company {
    /// Looks at the marks of every store that has some.
    pub(super) fn audit_marks(
        &mut self,
        policy: &Policy,
        receipt: &Durable,
        now: Instant,
    ) -> Result<Marks, Failure> {
        let mut seen = Marks::default();
        if !self.marks_rows() {
            return Ok(seen);
        }
        self.each_exception(&mut |company, subject| {
            company.see_marks((policy, subject), receipt, &mut seen, now)
        })?;
        for (name, map) in policy.stores.iter().filter(|(_, map)| has_marks(map)) {
            match self.count_marks(policy, name, map) {
                Some(counts) => {
                    for (table, all) in counts {
                        seen.tables.entry((name.clone(), table)).or_default().all = all;
                    }
                }
                None => drop(seen.unreached.insert(name.clone())),
            }
            self.see_hiding((policy, name, map), &mut seen);
        }
        Ok(seen)
    }

    fn see_marks(
        &mut self,
        (policy, subject): (&Policy, SubjectId),
        receipt: &Durable,
        seen: &mut Marks,
        now: Instant,
    ) -> Result<(), Failure> {
        let standing = self.restrictions_of(subject, now)?;
        if standing.restrictions.is_empty() {
            return Ok(());
        }
        match self.relocate(subject, None, receipt)? {
            Ok(Some(located)) => seen.look(policy, &located, &standing),
            Ok(None) => {}
            Err(_) => seen.untold += 1,
        }
        Ok(())
    }

    /// Looks whether the database hides marked rows, where the policy asks for it.
    fn see_hiding(&mut self, place: (&Policy, &StoreName, &Store), seen: &mut Marks) {
        let (_, name, store) = place;
        if store.row_security.is_none() || store.engine != Engine::Postgres {
            return;
        }
        match self.in_map(place, |session, map| plan(session, map, false)) {
            Ok(hidings) => {
                let open = hidings.tables.into_iter().filter(|table| !table.statements.is_empty());
                let names = open.map(|table| (name.clone(), TableName::from(table.table)));
                seen.unhidden.extend(names);
            }
            Err(problem) => seen.problems.push(Missing::Map { store: name.clone(), problem }),
        }
    }

    fn count_marks(
        &mut self,
        policy: &Policy,
        name: &StoreName,
        store: &Store,
    ) -> Option<Vec<(TableName, u64)>> {
        let limit = self.audit_limit;
        let connector = self.stores.get(policy, name).ok()?;
        let schema = connector.describe().ok()?.with_places(store);
        let map = Map::new(store, &schema).ok()?;
        connector.session().with_statement_limit(limit, |session| count(session, &map)).ok()
    }
}

impl Marks {
    fn look(&mut self, policy: &Policy, located: &Located, standing: &Standing) {
        self.unreached.extend(located.unreached.iter().map(|down| down.store.clone()));
        for (name, rows) in &located.rows {
            let Some(map) = policy.stores.get(name) else { continue };
            for found in marks(map, rows, standing) {
                let seen = self.tables.entry((name.clone(), found.table)).or_default();
                seen.right.extend(found.right.iter().map(|key| key_text(key)));
                seen.wanting.extend(found.wanting.iter().map(|key| key_text(key)));
            }
        }
    }

    /// What the marks say of the right to restriction; how many rows bear or should bear one.
    pub(super) fn judge(&self, finding: &mut Judged) -> u64 {
        let number = |rows: &BTreeSet<String>| u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let mut concerned = 0;
        for ((store, table), seen) in &self.tables {
            let (right, wanting) = (number(&seen.right), number(&seen.wanting));
            concerned += right + wanting;
            finding.evidence.push(Evidence::Marked {
                store: store.clone(),
                table: table.clone(),
                rows: right,
                beyond: seen.all.saturating_sub(right),
            });
            if wanting > 0 {
                finding.breaches.push(Breach {
                    what: Wrong::NotMarked,
                    store: Some(store.clone()),
                    table: Some(table.clone()),
                    rows: wanting,
                    oldest: None,
                    mend: "kept sweep".to_owned(),
                });
            }
        }
        for (store, table) in &self.unhidden {
            finding.breaches.push(Breach {
                what: Wrong::NotHidden,
                store: Some(store.clone()),
                table: Some(table.clone()),
                rows: 0,
                oldest: None,
                mend: "kept row-security".to_owned(),
            });
        }
        finding.missing.extend(self.problems.iter().cloned());
        finding
            .missing
            .extend(self.unreached.iter().map(|store| Missing::Unreached { store: store.clone() }));
        if self.untold > 0 {
            finding.missing.push(Missing::NoEvidence);
        }
        concerned
    }
}
