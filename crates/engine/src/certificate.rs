//! Making a certificate of erasure: the report of an erasure that is through, with the ledger's
//! entries of its case, each proven to be in the published tree.
//!
//! Not here: what makes it hold (`kept_core::ledger::certificate`).

use kept_core::ledger::certificate::{Certificate, KIND, ProvenEntry, hexadecimal, statement};
use kept_core::ledger::tile::{CHECKPOINT_PATH, TileNodes};
use kept_core::ledger::{Checkpoint, Files, Kind, Leaf, inclusion_proof};
use kept_core::name::CaseId;
use kept_core::time::Instant;
use kept_vault::entry::Recorded;

use crate::company::{Act, Company};
use crate::failure::Failure;
use crate::ledger::Folder;
use crate::report::erasure::{ErasureReport, Own};

impl Company {
    /// A certificate of an erasure, signed with the ledger's key. The ledger is published first.
    ///
    /// # Errors
    /// [`Failure::Refused`] for a dry run or an erasure of which parts wait; [`Failure::Ledger`] when the
    /// ledger can't be published.
    pub fn erasure_certificate(&self, report: &ErasureReport, now: Instant) -> Result<Certificate, Failure> {
        let refused = |why: &str| Failure::Refused(format!("{why}: there is nothing to certify yet"));
        let case = report.head.case.as_deref().map(CaseId::from).filter(|_| !report.dry_run);
        let case = case.ok_or_else(|| refused("it was a rehearsal"))?;
        if report.own == Own::Waiting || !report.unreached.is_empty() {
            return Err(refused("a part of the erasure waits for a store"));
        }
        let recorded = self.entries_of_case(&case, now)?;
        let published = self.publish()?;
        let folder = Folder::new(&published.folder);
        let failed = |what: &str| Failure::Ledger(what.to_owned());
        let note = folder.read(CHECKPOINT_PATH).ok().flatten();
        let note = note.and_then(|bytes| String::from_utf8(bytes).ok());
        let checkpoint = note.ok_or_else(|| failed("the published checkpoint can't be read"))?;
        let key = self.vault.signing_key(&self.origin())?;
        let head = Checkpoint::open(checkpoint.as_bytes(), &key.verifier())
            .map_err(|error| Failure::Ledger(error.to_string()))?
            .head;
        let nodes = TileNodes::new(&folder, head.size);
        let proven = recorded.iter().map(|one| {
            let (salt, entry) = one.opened.as_ref()?;
            let proof = inclusion_proof(one.sequence.0, head.size, &nodes)?;
            Some(ProvenEntry {
                sequence: one.sequence.0,
                salt: hexadecimal(salt.as_bytes()),
                payload: hexadecimal(&entry.to_payload().ok()?),
                proof: proof.iter().map(ToString::to_string).collect(),
            })
        });
        let entries: Option<Vec<ProvenEntry>> = proven.collect();
        let entries = entries.ok_or_else(|| failed("an entry of the case is not in the published ledger"))?;
        let numbers: Vec<u64> = entries.iter().map(|entry| entry.sequence).collect();
        let report = serde_json::to_value(report).map_err(|_| Failure::Plan)?;
        let signed = key
            .sign(&statement(&case, now, &report, &numbers))
            .map_err(|error| Failure::Ledger(error.to_string()))?;
        let (kind, key) = (KIND.to_owned(), key.verifier().to_string());
        Ok(Certificate { kind, case, made_at: now, report, statement: signed, entries, checkpoint, key })
    }

    /// The entries of a case that still open, in their order.
    fn entries_of_case(&self, case: &CaseId, now: Instant) -> Result<Vec<Recorded>, Failure> {
        let request = self.vault.read("request", |tx| tx.request(case).map_err(Failure::from))?;
        let Some(request) = request else {
            return Err(Failure::Refused(format!("there is no request `{case}`")));
        };
        let mut entry = self.entry(Kind::ReportMade, now)?;
        entry.request = Some(case.clone());
        let subject = Some(request.subject);
        let ((), receipt) = self.act("certify", |_| Ok(((), Act { entry: entry.clone(), subject })))?;
        let all = self
            .vault
            .read("entries_of", |tx| tx.entries_of(request.subject, &receipt).map_err(Failure::from))?;
        let mine = |one: &Recorded| {
            let of_case = one.opened.as_ref().is_some_and(|(_, entry)| entry.request.as_ref() == Some(case));
            of_case && matches!(one.leaf, Leaf::Sealed(_))
        };
        Ok(self.open_to_person(all, now).into_iter().filter(mine).collect())
    }
}
