//! The proof of consents that only a store's column tells: once such a consent is withdrawn, its column is
//! changed, and the row goes with retention. What it told is written into Kept's own record first, so that
//! it can be shown as long as the record stands (7(1)).
//!
//! Not here: consents as records (`consents`), and the columns themselves (`withdrawn`).

use std::collections::BTreeMap;

use kept_core::ledger::Kind;
use kept_core::name::PurposeName;
use kept_core::plan::observe::observe;
use kept_core::standing::Stage;
use kept_core::time::Instant;
use kept_core::timeline::{Event, Happening, Proof};
use kept_vault::SubjectId;

use crate::case_file::CaseFile;
use crate::company::{Act, Company};
use crate::consents::is_echo;
use crate::failure::Failure;
use crate::person::Located;

/// By what the proof of a consent read from a column says how it was given.
const BY_COLUMN: &str = "told by a column of a store";

impl Company {
    /// Writes into a person's own record what columns tell of consents that are over; how many acts that
    /// were. A consent that stands is left where it is told: there alone it may be taken back.
    pub(crate) fn keep_proofs(
        &self,
        subject: SubjectId,
        located: &Located,
        now: Instant,
    ) -> Result<u64, Failure> {
        let timeline = self.timeline_of(Some(subject), located, &CaseFile::default(), now)?;
        let standing = self.standing_of(&timeline, now);
        let zone = self.policy().zone();
        let is_over = |purpose: &PurposeName| {
            standing.of(purpose).all(|ground| matches!(ground.stage(), Stage::Ended | Stage::Locked))
        };
        let mut new: Vec<Event> = Vec::new();
        for (store, rows) in &located.rows {
            let Some(map) = self.policy().stores.get(store) else { continue };
            for told in observe(map, rows, now, 0) {
                let Some(purpose) = consented(&told.what) else { continue };
                if is_over(purpose) && !is_echo(&zone, timeline.events(), &told) {
                    let places: Vec<String> = map
                        .tables
                        .values()
                        .filter(|table| rows.table(&table.name).is_some_and(|read| !read.rows.is_empty()))
                        .filter(|table| table.consents.contains_key(purpose))
                        .map(|table| format!("{store}.{}", table.name))
                        .collect();
                    new.push(with_proof(told.clone(), &places.join(", "), now));
                }
            }
        }
        if new.is_empty() {
            return Ok(0);
        }
        let entry = self.entry(Kind::Recorded, now)?;
        let (count, _) = self.act("keep_proofs", |tx| {
            let count = tx.append_events(subject, new.clone())?.len();
            let timeline = tx.timeline(subject)?;
            self.settle_grounds(tx, subject, &timeline, now)?;
            Ok((count, Act { entry: entry.clone(), subject: Some(subject) }))
        })?;
        Ok(count as u64)
    }
}

/// The purpose of an act of consenting.
fn consented(what: &Happening) -> Option<&PurposeName> {
    match what {
        Happening::ConsentGiven { purpose, .. } | Happening::ConsentWithdrawn { purpose, .. } => {
            Some(purpose)
        }
        _ => None,
    }
}

/// An act as it goes into the record: with where it was read.
fn with_proof(told: Event, places: &str, now: Instant) -> Event {
    let what = match told.what {
        Happening::ConsentGiven { purpose, wording, channels, scope, .. } => {
            let evidence = BTreeMap::from([
                ("read-from".to_owned(), places.to_owned()),
                ("read-at".to_owned(), now.to_string()),
            ]);
            let proof = Proof { how: Some(BY_COLUMN.to_owned()), evidence, ..Proof::default() };
            Happening::ConsentGiven { purpose, wording, channels, proof: Some(Box::new(proof)), scope }
        }
        other => other,
    };
    Event { recorded_at: now, what, ..told }
}
