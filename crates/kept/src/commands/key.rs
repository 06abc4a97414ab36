//! `kept key`: keys of applications that ask over the network.

use std::fmt::Write as _;

use anyhow::bail;
use kept_engine::applications::{Application, Scope};
use serde_json::json;

use crate::cli::WorkArgs;
use crate::cli::service::{KeyCommand, KeyNewArgs, KeyRevokeArgs};
use crate::company::open;
use crate::{Ended, clock, printer};

/// Carries out the command.
pub(crate) fn run(command: &KeyCommand) -> anyhow::Result<Ended> {
    match command {
        KeyCommand::New(args) => new(args),
        KeyCommand::List(args) => list(args),
        KeyCommand::Revoke(args) => revoke(args),
    }
}

fn new(args: &KeyNewArgs) -> anyhow::Result<Ended> {
    if args.purpose.is_empty() && !args.every_purpose {
        bail!("the key is for no purpose: name each by `--purpose NAME`, or say `--every-purpose`");
    }
    let now = clock::now();
    let work = WorkArgs::from(args.work.clone());
    let company = open(&work, now)?;
    let purposes = args.purpose.iter().map(|name| name.as_str().into()).collect();
    let scope = Scope {
        may: args.may.iter().map(|word| word.0).collect(),
        purposes: (!args.every_purpose).then_some(purposes),
        controller: args.controller.as_deref().map(Into::into),
    };
    let key = company.make_application(&args.name, &scope, now)?;
    if work.json {
        printer::json(&json!({ "name": args.name, "key": key }))?;
    } else {
        printer::note(&format!("the key of `{}`; it is shown this once, and stands nowhere:", args.name));
        printer::data(&format!("{key}\n"));
    }
    Ok(Ended::Done)
}

fn list(args: &WorkArgs) -> anyhow::Result<Ended> {
    let company = open(args, clock::now())?;
    let all = company.applications()?;
    if args.json {
        printer::json(&all)?;
    } else if all.is_empty() {
        printer::note(
            "no application has a key yet; `kept key new NAME --may WORD --purpose PURPOSE` makes one",
        );
    } else {
        let zone = company.policy().zone();
        printer::data(&all.iter().fold(String::new(), |mut text, one| {
            let _ = writeln!(text, "{}", line(one, &zone));
            text
        }));
    }
    Ok(Ended::Done)
}

fn line(application: &Application, zone: &kept_core::time::Zone) -> String {
    let Application { name, scope, made_at, revoked_at } = application;
    let may: Vec<&str> = scope.may.iter().map(|may| may.word()).collect();
    let purposes = match &scope.purposes {
        None => "every purpose".to_owned(),
        Some(named) => {
            let names: Vec<&str> = named.iter().map(kept_core::name::PurposeName::as_str).collect();
            names.join(", ")
        }
    };
    let revoked = revoked_at.map(|at| format!(", revoked on {}", zone.day_of(at))).unwrap_or_default();
    let of = scope.controller.as_ref().map(|own| format!(" as `{own}`")).unwrap_or_default();
    format!("{name}: may {} for {purposes}{of}; made on {}{revoked}", may.join(", "), zone.day_of(*made_at))
}

fn revoke(args: &KeyRevokeArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let work = WorkArgs::from(args.work.clone());
    let company = open(&work, now)?;
    let works = || {
        let all = company.applications()?;
        Ok::<_, anyhow::Error>(all.iter().any(|one| one.name == args.name && one.revoked_at.is_none()))
    };
    if !(if args.dry_run { works()? } else { company.revoke_application(&args.name, now)? }) {
        bail!("no application `{}` has a key\nhelp: `kept key list` shows those that do", args.name);
    }
    if work.json {
        printer::json(&json!({ "revoked": args.name, "dry-run": args.dry_run }))?;
    } else if args.dry_run {
        printer::note(&format!("`{}` could ask no more; nothing was done", args.name));
    } else {
        printer::note(&format!("`{}` may ask no more", args.name));
    }
    Ok(Ended::Done)
}
