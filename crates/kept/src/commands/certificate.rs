//! Certificates of erasure: handing one out, and checking one as an outsider would.

use std::path::{Path, PathBuf};

use anyhow::Context;
use kept_core::ledger::{Certificate, VerifierKey};
use serde_json::json;

use crate::output::{Access, write};
use crate::table::{counted, grouped};
use crate::{Ended, printer};

/// Whether both files can be written: asked before anything is erased.
pub(crate) fn ready(path: Option<&Path>, force: bool) -> anyhow::Result<()> {
    crate::output::ready(path, force)?;
    crate::output::ready(path.map(|path| path.with_extension("md")).as_deref(), force)
}

/// Writes the certificate, and its words beside it.
pub(crate) fn hand_out(
    path: &Path,
    certificate: &Certificate,
    words: &str,
    force: bool,
) -> anyhow::Result<()> {
    let access = || Access { private: true, over: force };
    let text = format!("{}\n", serde_json::to_string_pretty(certificate)?);
    write(path, &text, access())?;
    let beside: PathBuf = path.with_extension("md");
    write(&beside, words, access())?;
    printer::note(&format!("the certificate is in {}, its words in {}", path.display(), beside.display()));
    Ok(())
}

/// The certificate in words: the answer to the person, and how to check it.
pub(crate) fn words(answer: &str, certificate: &Certificate) -> String {
    let numbers: Vec<String> = certificate.entries.iter().map(|entry| grouped(entry.sequence)).collect();
    format!(
        "# Certificate of erasure, case {}\n\nMade on {}. It says what went, what stays, and why.\n\n```text\n{}\n```\n\n\
        ## How to check it\n\n\
        The JSON file beside this page is signed with the key of the controller's ledger, and holds the \
        ledger's entries {} of this case with the proof that each is in it. Anybody can check it with \
        Kept, without asking the controller for anything but its public key:\n\n\
        ```sh\nkept ledger verify --certificate certificate.json --key '{}'\n```\n\n\
        Take the key from a place that you trust: the controller's site, or an earlier certificate.\n",
        certificate.case,
        certificate.made_at,
        answer.trim(),
        numbers.join(", "),
        certificate.key.trim(),
    )
}

/// Checks a certificate; exit status 1 when it does not hold.
pub(crate) fn verify(path: &Path, key: &VerifierKey, json: bool) -> anyhow::Result<Ended> {
    let text = std::fs::read_to_string(path).with_context(|| format!("can't read `{}`", path.display()))?;
    let certificate: Certificate =
        serde_json::from_str(&text).with_context(|| format!("`{}` is no certificate", path.display()))?;
    let shown = match certificate.verify(key) {
        Ok(shown) => shown,
        Err(error) => {
            if json {
                printer::json(&json!({ "sound": false, "finding": error.to_string() }))?;
            } else {
                printer::data(&format!("{} {error}", printer::colour(31, "wrong:")));
            }
            return Ok(Ended::Findings);
        }
    };
    let lines: Vec<String> = shown
        .entries
        .iter()
        .map(|(number, entry)| {
            let store = entry.store.as_ref().map(|store| format!(" in {store}")).unwrap_or_default();
            let found = entry
                .found
                .map(|found| format!(": {} changed, {} left", counted(found.changed, "row"), found.left));
            format!(
                "  entry {}: {} {}{store}{}",
                grouped(*number),
                entry.at,
                entry.kind,
                found.unwrap_or_default()
            )
        })
        .collect();
    if json {
        printer::json(&json!({
            "sound": true,
            "origin": shown.origin,
            "case": shown.case,
            "made-at": shown.made_at,
            "size": shown.size,
            "entries": shown.entries.iter().map(|(number, _)| number).collect::<Vec<_>>(),
        }))?;
    } else {
        printer::data(&format!(
            "certificate of erasure, case {} of {}, made {}\n{}\n  {}: signed, and each entry is in the ledger of {} entries",
            shown.case,
            shown.origin,
            shown.made_at,
            lines.join("\n"),
            printer::colour(32, "sound"),
            grouped(shown.size),
        ));
    }
    Ok(Ended::Done)
}
