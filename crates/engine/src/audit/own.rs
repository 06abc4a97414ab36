//! What Kept promises of itself: that its ledger is whole.

use kept_core::ledger::{VerifierKey, verify};

use crate::company::Company;
use crate::failure::Failure;
use crate::ledger::{Folder, compare};
use crate::report::audit::{Audited, Breach, Evidence, Verdict, Wrong};

const VERIFY: &str = "kept ledger verify";

/// The public ledger is right: it is the store that says something else.
const RESTORE: &str = "restore Kept's own store from before its entries were changed (`kept ledger verify` compares their leaves with the published ones)";

/// Whether the ledger, as it is public, verifies, and no entry in Kept's own store was changed.
pub(super) fn ledger(company: &Company, spoilt: u64) -> Result<Audited, Failure> {
    let published = company.publish();
    // An entry whose leaf was changed can't be opened either: they are the same ones.
    let mut changed = spoilt;
    let (evidence, mut breaches) = match &published {
        Ok(published) => {
            let key =
                VerifierKey::parse(&published.key).map_err(|error| Failure::Ledger(error.to_string()))?;
            let folder = Folder::new(&published.folder);
            let report = verify(&folder, &key, &[]);
            let wrong =
                u64::try_from(report.findings.len()).unwrap_or(u64::MAX).saturating_add(report.unlisted);
            let breach = (!report.is_sound()).then(|| breach(wrong, VERIFY));
            changed = changed.max(compare(&company.vault, &folder, published.size)?.wrong());
            (vec![Evidence::Ledger { entries: published.size }], Vec::from_iter(breach))
        }
        Err(_) => (Vec::new(), vec![breach(1, VERIFY)]),
    };
    if changed > 0 {
        breaches.push(breach(changed, RESTORE));
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

fn breach(rows: u64, mend: &str) -> Breach {
    Breach { what: Wrong::Ledger, store: None, table: None, rows, oldest: None, mend: mend.to_owned() }
}
