//! Reports of erasures that ended after the command that began them: a store was down, or a process was killed.
//! Each goes into a file of its own in a folder, with the certificate once the case is answered.
//!
//! Not here: taking the cases up (`resume`, `service`).

use std::path::Path;

use anyhow::{Context, bail};
use kept_engine::company::Company;
use kept_engine::report::erasure::{ErasureReport, Own};

use crate::commands::certificate;
use crate::output::{Access, write};
use crate::show::{Shower, erasure};
use crate::{clock, printer};

/// Whether the folder is there: asked before anything is done.
pub(crate) fn ready(folder: Option<&Path>) -> anyhow::Result<()> {
    match folder.filter(|folder| !folder.is_dir()) {
        Some(folder) => bail!("`--reports`: there is no folder `{}`; make it first", folder.display()),
        None => Ok(()),
    }
}

/// Writes each report, and the certificate of each case that is answered. A report of the same case from an
/// earlier run is replaced: the later one has what was done then.
pub(crate) fn hand_out(company: &Company, folder: &Path, reports: &[ErasureReport]) -> anyhow::Result<()> {
    let policy = company.policy().clone();
    let shower = Shower::speaking(&policy, company.language())?;
    for report in reports {
        let Some(case) = &report.head.case else { continue };
        let text = erasure::text(&shower, report);
        let plain = anstream::adapter::strip_str(&text).to_string();
        let path = folder.join(format!("{case}.txt"));
        write(&path, &plain, Access { private: true, over: true })
            .with_context(|| format!("the report of {case} was not written"))?;
        printer::note(&format!("{case}: its report is in {}", path.display()));
        if report.own == Own::Waiting || !report.unreached.is_empty() {
            continue;
        }
        let made = company.erasure_certificate(report, clock::now())?;
        let words = certificate::words(&plain, &made);
        certificate::hand_out(&folder.join(format!("{case}.json")), &made, &words, true)?;
    }
    Ok(())
}
