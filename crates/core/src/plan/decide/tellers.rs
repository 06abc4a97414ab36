//! Rows that tell when the grounds of other data began and end: they stay, emptied, for as long as those data do.
//!
//! Without the end of a contract nobody could say any more when its invoices are due. Not here: which row has
//! the last of several dates (`gathered`), rows on which others hang by their keys (`decide`), and tables in which the same person stands for themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::gathered::Gathered;
use super::{Decider, RowName, Verdict, keeps};
use crate::plan::due::{tells, tells_kind};
use crate::plan::lean::Lean;
use crate::plan::observe::occasion_of;
use crate::policy::model::Purpose;
use crate::standing::Stage;
use crate::timeline::Occasion;

/// Data that stay, as one purpose sees them.
#[derive(PartialEq)]
struct Listener<'a> {
    purpose: &'a Purpose,
    /// The occasion to which they belong; all of the person's where none is said.
    on: Option<Occasion>,
    /// Whether the purpose keeps them, and not another or a hold.
    kept: bool,
}

impl<'a> Decider<'a> {
    /// The rows on whose dates data of other rows stand that stay, among those of one row of a person.
    pub(super) fn tellers(
        &self,
        verdicts: &[Verdict<'a>],
        through: &BTreeMap<RowName<'a>, RowName<'a>>,
    ) -> BTreeSet<RowName<'a>> {
        let staying = verdicts.iter().filter(|verdict| verdict.stays());
        let listeners: Vec<(RowName<'a>, Vec<Listener<'a>>)> =
            staying.map(|verdict| (root(verdict, through), self.listeners(verdict))).collect();
        let gathered = self.gathered();
        let goes = |verdict: &&Verdict<'a>| verdict.has_data() && !verdict.stays();
        let told = verdicts.iter().filter(goes).filter(|verdict| {
            let root = root(verdict, through);
            let near = listeners.iter().filter(|(of, _)| *of == root);
            let by_others = gathered.get(&verdict.name()).map_or(&[][..], Vec::as_slice);
            let mut listeners = near.flat_map(|(_, listeners)| listeners);
            listeners.any(|listener| {
                self.tells_of(verdict, listener)
                    || by_others.iter().any(|one| self.is_gathered(one, listener))
            })
        });
        told.map(Verdict::name).collect()
    }

    /// What the data of a row lean on that stay in it.
    fn listeners(&self, verdict: &Verdict<'a>) -> Vec<Listener<'a>> {
        let stays = |column| verdict.is_filled(column) && !verdict.over.contains(column);
        let mut found: Vec<Listener<'a>> = Vec::new();
        for datum in verdict.table.columns.iter().filter(|(column, _)| stays(column)).map(|(_, datum)| datum)
        {
            for (purpose, on, lean) in self.leaning.asking(verdict.table, verdict.found, verdict.row, datum) {
                let listener = Listener { purpose, on, kept: keeps(&lean) };
                if !found.contains(&listener) {
                    found.push(listener);
                }
            }
        }
        found
    }

    fn tells_of(&self, verdict: &Verdict<'a>, listener: &Listener<'a>) -> bool {
        let purpose = listener.purpose;
        let consents = verdict.table.consents.get(&purpose.name);
        if purpose.basis.is_consent() && consents.is_some_and(|consent| verdict.records(consent)) {
            return true;
        }
        let told = occasion_of(self.map, verdict.table, verdict.found, verdict.row);
        tells(purpose, verdict.table) && self.is_asked(listener, &told)
    }

    /// Whether data ask of what a row above tells by this one.
    fn is_gathered(&self, gathered: &Gathered<'a>, listener: &Listener<'a>) -> bool {
        tells_kind(listener.purpose, gathered.table, gathered.kind) && self.is_asked(listener, &gathered.told)
    }

    /// Whether data ask of an occasion.
    fn is_asked(&self, listener: &Listener<'a>, told: &Occasion) -> bool {
        match &listener.on {
            // Of several occasions those that are over are no matter while another keeps.
            None => match self.leaning.on_occasion(listener.purpose, told) {
                Lean::On(ground) if !ground.keep.keeps() => !listener.kept && ground.stage() == Stage::Ended,
                lean => keeps(&lean),
            },
            Some(on) => told == on,
        }
    }
}

/// The row of the person to whose rows a row belongs.
fn root<'a>(verdict: &Verdict<'a>, through: &BTreeMap<RowName<'a>, RowName<'a>>) -> RowName<'a> {
    let mut name = verdict.name();
    // No way up is longer than there are rows, whatever the data.
    for _ in 0..=through.len() {
        let Some(above) = through.get(&name) else { break };
        name = above.clone();
    }
    name
}
