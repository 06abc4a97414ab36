//! What Kept promises of itself: that its ledger is whole.

use kept_core::ledger::{VerifierKey, verify};

use crate::company::Company;
use crate::failure::Failure;
use crate::ledger::Folder;
use crate::report::audit::{Audited, Breach, Evidence, Verdict, Wrong};

/// Whether the ledger, as it is public, verifies, and no entry in Kept's own store was changed.
pub(super) fn ledger(company: &Company, spoilt: u64) -> Result<Audited, Failure> {
    let published = company.publish();
    let (evidence, mut breaches) = match &published {
        Ok(published) => {
            let key =
                VerifierKey::parse(&published.key).map_err(|error| Failure::Ledger(error.to_string()))?;
            let report = verify(&Folder::new(&published.folder), &key, &[]);
            let wrong =
                u64::try_from(report.findings.len()).unwrap_or(u64::MAX).saturating_add(report.unlisted);
            let breach = (!report.is_sound()).then(|| breach(wrong));
            (vec![Evidence::Ledger { entries: published.size }], breach.into_iter().collect())
        }
        Err(_) => (Vec::new(), vec![breach(1)]),
    };
    if spoilt > 0 {
        breaches.push(breach(spoilt));
    }
    let verdict = if breaches.is_empty() { Verdict::Kept } else { Verdict::Broken };
    Ok(Audited {
        id: "kept.ledger".into(),
        about: "ledger",
        verdict,
        evidence,
        breaches,
        missing: Vec::new(),
    })
}

fn breach(rows: u64) -> Breach {
    Breach {
        what: Wrong::Ledger,
        store: None,
        table: None,
        rows,
        oldest: None,
        mend: "kept ledger verify".to_owned(),
    }
}
