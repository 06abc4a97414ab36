//! Consents in columns: which of them are to be written there as withdrawn, and which as given.
//!
//! Not here: what goes and what stays of the rows (`decide`), and what columns tell of consents
//! (`plan::observe`).

use std::collections::{BTreeMap, BTreeSet};

use super::{Decider, Occasioned, Verdict, add, reason_of};
use crate::name::{ColumnName, PurposeName, TableName};
use crate::plan::lean::{Lean, Leaning};
use crate::plan::observe::records;
use crate::plan::{Action, PersonRows, Relation, Step, StorePlan, Withdrawal, label};
use crate::policy::Policy;
use crate::policy::model::purpose::Answers;
use crate::policy::model::store::Consent;
use crate::policy::model::{Store, Table};
use crate::standing::{Ground, KeepState, Standing, UseState, Why};
use crate::time::Instant;
use crate::time::reading::{Reading, read};

/// By what the person's own word ends one, or their death.
const REFUSED: &[Why] = &[Why::Withdrawn, Why::Objected, Why::Refused, Why::Died];

/// The consents that the store's columns say are given and that ended by the person's own word
/// since: each is to be recorded there as withdrawn, so that nobody who reads the column uses them
/// (7(3), 21(3)). Nothing else is done to the rows.
pub fn withdrawals(policy: &Policy, map: &Store, rows: &PersonRows, standing: &Standing) -> StorePlan {
    let leaning = Leaning::new(policy, map, rows, standing);
    let decider = Decider { map, rows, standing, leaning, occasioned: Occasioned::Sweep };
    let mut steps: BTreeMap<(usize, String), Step> = BTreeMap::new();
    for verdict in &decider.verdicts() {
        let Some(step) = withdrawal(standing, map, verdict, REFUSED) else { continue };
        add(&mut steps, verdict, step);
    }
    StorePlan { store: map.name.clone(), steps: steps.into_values().collect() }
}

/// The consents in force that the store's columns do not say: each is to be recorded there as given. A column tells
/// of all channels and data of a purpose, and of the controller that holds the row: a consent to some of them, or to
/// another controller, would be read back as one to all.
pub fn gifts(policy: &Policy, map: &Store, rows: &PersonRows, standing: &Standing) -> StorePlan {
    let leaning = Leaning::new(policy, map, rows, standing);
    let decider = Decider { map, rows, standing, leaning, occasioned: Occasioned::Sweep };
    let mut steps: BTreeMap<(usize, String), Step> = BTreeMap::new();
    for verdict in &decider.verdicts() {
        let Some(step) = gift(policy, (map, rows), standing, verdict) else { continue };
        add(&mut steps, verdict, step);
    }
    StorePlan { store: map.name.clone(), steps: steps.into_values().collect() }
}

/// The purposes whose consent is in force and which a table of consents would tell, where no row of the
/// person's records them: a row is the application's to make.
pub fn untold_gifts<'p>(
    policy: &Policy,
    map: &'p Store,
    rows: &PersonRows,
    standing: &Standing,
) -> Vec<(&'p TableName, &'p PurposeName)> {
    let has_row = |table: &Table, consent: &Consent| {
        rows.table(&table.name).is_some_and(|found| found.rows.iter().any(|row| records(found, row, consent)))
    };
    let apart = map.tables.values().filter(|table| table.person.is_none());
    let told =
        apart.flat_map(|table| table.consents.iter().map(move |(purpose, told)| (table, purpose, told)));
    told.filter(|(table, purpose, consent)| {
        standing.of(purpose).any(|ground| is_told_by_column(policy, ground, None)) && !has_row(table, consent)
    })
    .map(|(table, purpose, _)| (&table.name, purpose))
    .collect()
}

/// The consents of a staying row that ended with the request and whose columns still say that they
/// are given.
pub(super) fn withdrawal(
    standing: &Standing,
    map: &Store,
    verdict: &Verdict<'_>,
    by: &[Why],
) -> Option<Step> {
    let is_mine = matches!(verdict.row.relation, Relation::Person(_) | Relation::Owned);
    if !is_mine || verdict.is_frozen() {
        return None;
    }
    let mut consents = Vec::new();
    let mut reasons = BTreeSet::new();
    for (purpose, consent) in &verdict.table.consents {
        let of_purpose = || standing.grounds.iter().filter(|ground| ground.purpose() == Some(purpose));
        let ended = of_purpose().find(|ground| by.contains(&ground.why()));
        let Some(ground) = ended.filter(|_| of_purpose().all(|ground| ground.usage == UseState::No)) else {
            continue;
        };
        if verdict.is_given(map, consent) {
            let (given, withdrawn) = (consent.given.clone(), consent.withdrawn.clone());
            consents.push(Withdrawal { given, withdrawn, gives: false, at: ended_at(ground) });
            reasons.insert(reason_of(&Lean::On(ground)));
        }
    }
    (!consents.is_empty())
        .then(|| verdict.step(Action::Withdraw { consents }, reasons.into_iter().collect(), Vec::new()))
}

/// When a consent ended: where its data are kept locked since, by the act that ended it.
fn ended_at(ground: &Ground) -> Option<Instant> {
    match ground.keep {
        KeepState::Ended(at, _) => Some(at),
        _ => ground.reason.event_at,
    }
}

/// Whether a column of a row that this controller holds would tell a consent as it was given.
fn is_told_by_column(policy: &Policy, ground: &Ground, holder: Option<&str>) -> bool {
    let declared = ground.purpose().and_then(|purpose| policy.purposes.get(purpose));
    let given_to = declared.filter(|declared| declared.answers == Answers::ConsentedTo);
    let is_holder = given_to.is_none_or(|declared| {
        ground.id.controller.as_str() == holder.unwrap_or(declared.controller.as_str())
    });
    ground.allows_use() && ground.channels.is_none() && ground.consented.is_none() && is_holder
}

/// The consents in force of which a row's columns do not know.
fn gift(
    policy: &Policy,
    (map, rows): (&Store, &PersonRows),
    standing: &Standing,
    verdict: &Verdict<'_>,
) -> Option<Step> {
    let is_mine = matches!(verdict.row.relation, Relation::Person(_) | Relation::Owned);
    if !is_mine || verdict.is_frozen() {
        return None;
    }
    let mut consents = Vec::new();
    let mut reasons = BTreeSet::new();
    let holder = label::controller(map, rows, (verdict.table, verdict.found, verdict.row));
    for (purpose, consent) in &verdict.table.consents {
        let mut told =
            standing.of(purpose).filter(|ground| is_told_by_column(policy, ground, holder.as_deref()));
        let Some(ground) = told.next().filter(|_| verdict.records(consent)) else { continue };
        if !verdict.is_given(map, consent) {
            let (given, withdrawn) = (consent.given.clone(), consent.withdrawn.clone());
            consents.push(Withdrawal { given, withdrawn, gives: true, at: ground.since });
            reasons.insert(reason_of(&Lean::On(ground)));
        }
    }
    (!consents.is_empty())
        .then(|| verdict.step(Action::Withdraw { consents }, reasons.into_iter().collect(), Vec::new()))
}

impl Verdict<'_> {
    /// Whether the row's columns say that a consent is given and not withdrawn since.
    fn is_given(&self, map: &Store, consent: &Consent) -> bool {
        let at =
            |column: &ColumnName| match self.found.cell(self.row, column).map(|cell| read(cell, &map.zone)) {
                Some(Reading::At(at)) => Some(at),
                _ => None,
            };
        let withdrawn = consent.withdrawn.as_ref().and_then(at);
        self.records(consent)
            && at(&consent.given).is_some_and(|given| withdrawn.is_none_or(|withdrawn| withdrawn < given))
    }
}
