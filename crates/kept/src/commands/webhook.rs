//! `kept webhook`: what waits to be told to webhooks.

use std::fmt::Write as _;

use anyhow::bail;
use kept_core::time::Zone;
use kept_engine::delivery::Delivered;
use kept_engine::webhook::{Outbox, WaitingLetter};
use serde_json::json;

use crate::cli::WorkArgs;
use crate::cli::webhook::{WebhookCommand, WebhookDropArgs};
use crate::company::open;
use crate::table::counted;
use crate::{Ended, clock, printer};

/// Carries out the command.
pub(crate) fn run(command: &WebhookCommand) -> anyhow::Result<Ended> {
    match command {
        WebhookCommand::List(args) => list(args),
        WebhookCommand::Deliver(args) => deliver(args),
        WebhookCommand::Drop(args) => take_away(args),
    }
}

fn list(args: &WorkArgs) -> anyhow::Result<Ended> {
    let company = open(args, clock::now())?;
    let outbox = company.outbox()?;
    if args.json {
        printer::json(&outbox)?;
    } else {
        printer::data(&lines(&outbox, &company.policy().zone()));
        printer::note(&format!("{} waiting, {} tried in vain", outbox.waiting, outbox.failed));
    }
    // A letter that could not even be sent counts no try, and waits for somebody all the same.
    let held_back = outbox.letters.iter().any(|letter| letter.problem.is_some());
    Ok(if outbox.failed == 0 && !held_back { Ended::Done } else { Ended::Findings })
}

fn lines(outbox: &Outbox, zone: &Zone) -> String {
    outbox.letters.iter().fold(String::new(), |mut text, one| {
        let _ = writeln!(text, "{}", line(one, zone));
        text
    })
}

fn line(letter: &WaitingLetter, zone: &Zone) -> String {
    let WaitingLetter { id, webhook, person, what, made_at, attempts, problem, .. } = letter;
    let since = zone.day_of(*made_at);
    let tried = match problem {
        Some(problem) if *attempts == 0 => format!("; not tried yet: {problem}"),
        Some(problem) => format!("; tried {}: {problem}", counted(attempts.unsigned_abs(), "time")),
        None => String::new(),
    };
    format!("{id}: {what} of {person}, for `{webhook}`, since {since}{tried}")
}

fn deliver(args: &WorkArgs) -> anyhow::Result<Ended> {
    let company = open(args, clock::now())?;
    let delivered = company.deliver_all(clock::now)?;
    if args.json {
        printer::json(&delivered)?;
    } else {
        let Delivered { told, failed, given_up, waiting } = delivered;
        printer::note(&format!("{told} told, {failed} to be tried again, {waiting} left"));
        if given_up > 0 {
            printer::note(&format!(
                "{given_up} given up: the person is erased, and no identifier that the webhook asks for is known"
            ));
        }
    }
    Ok(if delivered.waiting == 0 { Ended::Done } else { Ended::Findings })
}

fn take_away(args: &WebhookDropArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let work = WorkArgs::from(args.work.clone());
    let company = open(&work, now)?;
    let waits = || Ok::<_, anyhow::Error>(company.letter(args.number)?.is_some());
    if !(if args.dry_run { waits()? } else { company.drop_letter(args.number, now)? }) {
        bail!("nothing of the number {} waits\nhelp: `kept webhook list` shows what does", args.number);
    }
    if work.json {
        printer::json(&json!({ "dropped": args.number, "dry-run": args.dry_run }))?;
    } else if args.dry_run {
        printer::note(&format!("{} would not be told any more; nothing was done", args.number));
    } else {
        printer::note(&format!("{} is not told any more", args.number));
    }
    Ok(Ended::Done)
}
