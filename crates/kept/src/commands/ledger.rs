//! `kept ledger`: publishing the record of everything Kept did, and checking it as an outsider
//! would.

use std::path::Path;

use anyhow::{Context, bail};
use kept_core::ledger::{Checkpoint, Report, VerifierKey, verify};
use kept_engine::ledger::Folder;
use serde_json::json;

use crate::cli::{LedgerCommand, VerifyArgs, WorkArgs};
use crate::company::{open, places};
use crate::table::{counted, grouped};
use crate::{Ended, clock, printer};
use kept_engine::company::public_key_path;

/// Carries out a ledger command.
pub(crate) fn run(command: &LedgerCommand) -> anyhow::Result<Ended> {
    match command {
        LedgerCommand::Verify(args) => run_verify(args),
        LedgerCommand::Publish(args) => run_publish(args),
    }
}

fn run_publish(args: &WorkArgs) -> anyhow::Result<Ended> {
    let company = open(args, clock::now())?;
    let published = company.publish()?;
    if args.json {
        printer::json(&published)?;
    } else {
        printer::data(&format!(
            "{} in {}\nkey {}",
            counted(published.size, "entry").replace("entrys", "entries"),
            published.folder.display(),
            published.key
        ));
    }
    Ok(Ended::Done)
}

fn run_verify(args: &VerifyArgs) -> anyhow::Result<Ended> {
    if let (Some(path), Some(key)) = (&args.certificate, &args.key) {
        let key = VerifierKey::parse(key.trim()).context("can't read the public key")?;
        return crate::commands::certificate::verify(path, &key, args.work.json);
    }
    let folder = match &args.ledger {
        Some(folder) => folder.clone(),
        None => places(&args.work.policy.path(), &args.work.data)?.ledger,
    };
    if let Some(path) = &args.certificate {
        let key = verifier(&folder, None)?;
        return crate::commands::certificate::verify(path, &key, args.work.json);
    }
    if !folder.is_dir() {
        bail!(
            "there is no published ledger at `{}`\nhelp: `kept ledger publish` makes it, --ledger names another place",
            folder.display()
        );
    }
    let key = verifier(&folder, args.key.as_deref())?;
    let older = args.against.as_deref().map(|path| checkpoint(path, &key)).transpose()?;
    let known: Vec<Checkpoint> = older.into_iter().collect();
    let report = verify(&Folder::new(&folder), &key, &known);
    if args.work.json {
        print_json(&report)?;
    } else {
        printer::data(&text(&report, &folder, known.is_empty()));
    }
    Ok(if report.is_sound() { Ended::Done } else { Ended::Findings })
}

fn verifier(folder: &Path, given: Option<&str>) -> anyhow::Result<VerifierKey> {
    let text = match given {
        Some(text) => text.to_owned(),
        None => {
            let path = public_key_path(folder);
            std::fs::read_to_string(&path).with_context(|| {
                format!("can't read the public key `{}`\nhelp: --key takes it from elsewhere", path.display())
            })?
        }
    };
    VerifierKey::parse(text.trim()).context("can't read the public key")
}

fn checkpoint(path: &Path, key: &VerifierKey) -> anyhow::Result<Checkpoint> {
    let bytes = std::fs::read(path).with_context(|| format!("can't read `{}`", path.display()))?;
    Checkpoint::open(&bytes, key)
        .with_context(|| format!("`{}` is not a checkpoint of this ledger", path.display()))
}

fn print_json(report: &Report) -> anyhow::Result<()> {
    let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    printer::json(&json!({
        "origin": report.origin,
        "sound": report.is_sound(),
        "size": report.head.map(|head| head.size),
        "root": report.head.map(|head| head.root.to_string()),
        "entries": { "about-people": report.counts.sealed, "system": report.counts.system },
        "files": report.counts.files,
        "older-checkpoints": report.counts.checkpoints,
        "findings": findings,
        "unlisted": report.unlisted,
    }))
}

fn text(report: &Report, folder: &Path, alone: bool) -> String {
    let mut lines = vec![format!("ledger {} in {}", report.origin, folder.display())];
    if let Some(head) = report.head {
        lines.push(format!(
            "  {} entries ({} about people, {} system), root {}",
            grouped(head.size),
            grouped(report.counts.sealed),
            grouped(report.counts.system),
            head.root
        ));
    }
    for finding in &report.findings {
        lines.push(format!("  {} {finding}", printer::colour(31, "wrong:")));
    }
    if report.unlisted > 0 {
        lines.push(format!("  and {} more", grouped(report.unlisted)));
    }
    if report.is_sound() {
        lines.push(format!(
            "  {}: every entry is in the tree, every hash agrees, the signature holds",
            printer::colour(32, "sound")
        ));
        if alone {
            lines.push("  a cut tail or a past signed anew shows only against a checkpoint that you kept: --against FILE".to_owned());
        } else {
            lines.push(format!("  {} the older checkpoint", printer::colour(32, "continues")));
        }
    }
    lines.join("\n")
}
