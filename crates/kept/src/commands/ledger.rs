//! `kept ledger`: publishing the record of everything Kept did, and checking it as an outsider
//! would.

use std::path::Path;

use anyhow::{Context, bail};
use kept_core::ledger::{Checkpoint, Report, Sequence, VerifierKey, verify};
use kept_engine::ledger::{Compared, Folder, compare};
use kept_vault::{FileKeys, Location, Settings, Vault};
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
    let published = Folder::new(&folder);
    let report = verify(&published, &key, &known);
    let own = match args.ledger {
        None => beside_store(args, &published, &report)?,
        Some(_) => None,
    };
    if args.work.json {
        print_json(&report, own.as_ref())?;
    } else {
        printer::data(&text(&report, own.as_ref(), &folder, known.is_empty()));
    }
    let is_sound = report.is_sound() && own.is_none_or(|own| own.wrong() == 0);
    Ok(if is_sound { Ended::Done } else { Ended::Findings })
}

/// The company's own store beside the ledger that it published; `None` where there is no store, or nothing
/// public to compare with.
fn beside_store(args: &VerifyArgs, folder: &Folder, report: &Report) -> anyhow::Result<Option<Compared>> {
    let Some(head) = report.head else { return Ok(None) };
    let places = places(&args.work.policy.path(), &args.work.data)?;
    if matches!(&places.vault, Location::Sqlite(path) if !path.exists()) {
        return Ok(None);
    }
    let keys = Box::new(FileKeys::new(places.keys));
    let vault = Vault::open(&places.vault, keys, Settings::default(), clock::now())
        .context("can't open Kept's own store\nhelp: --ledger DIR checks the published ledger alone")?;
    let compared = compare(&vault, folder, head.size);
    compared.map(Some).context("can't read the entries of Kept's own store")
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

fn print_json(report: &Report, own: Option<&Compared>) -> anyhow::Result<()> {
    let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    let own = own.map(|own| {
        let changed: Vec<u64> = own.changed.iter().map(|entry| entry.0).collect();
        json!({ "entries": own.entries, "changed": changed, "unlisted": own.unlisted })
    });
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
        "store": own,
    }))
}

fn text(report: &Report, own: Option<&Compared>, folder: &Path, alone: bool) -> String {
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
    lines.extend(own.iter().flat_map(|own| store_lines(own)));
    lines.join("\n")
}

/// What the store says of the entries that are public.
fn store_lines(own: &Compared) -> Vec<String> {
    if own.wrong() == 0 {
        let same = printer::colour(32, "the same");
        return vec![format!("  {same}: Kept's own store has these entries as they were published")];
    }
    let wrong = printer::colour(31, "wrong:");
    let line = |entry: &Sequence| {
        format!(
            "  {wrong} entry {} of Kept's own store is missing, or not the one that was published",
            entry.0
        )
    };
    let mut lines: Vec<String> = own.changed.iter().map(line).collect();
    if own.unlisted > 0 {
        lines.push(format!("  and {} more", grouped(own.unlisted)));
    }
    lines.push(
        "  help: restore the store from before it was changed; the published ledger says what it was"
            .to_owned(),
    );
    lines
}
