//! `kept secrecy`: releases that may be kept from the person.

use anyhow::bail;
use kept_engine::secrecy::SecretLine;

use crate::cli::secrecy::{EndArgs, RoleArgs, SecrecyCommand};
use crate::company::{open, whom};
use crate::table::aligned;
use crate::{Ended, clock, printer};

/// Carries out a command on secrecy.
pub(crate) fn run(command: &SecrecyCommand) -> anyhow::Result<Ended> {
    match command {
        SecrecyCommand::List(args) => list(args),
        SecrecyCommand::End(args) => end(args),
    }
}

fn list(args: &RoleArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let company = open(&args.work, now)?;
    let lines = company.secrets(&args.role.as_str().into(), args.actor.as_deref(), now)?;
    if args.work.json {
        printer::json(&lines)?;
    } else if lines.is_empty() {
        printer::data("no release on record may be kept from a person");
    } else {
        let rows: Vec<Vec<String>> = lines.iter().map(cells).collect();
        printer::data(&aligned(&rows, ""));
    }
    Ok(Ended::Done)
}

fn cells(line: &SecretLine) -> Vec<String> {
    let fields: Vec<String> = line.fields.iter().map(ToString::to_string).collect();
    let telling = match (line.secret, line.until) {
        (true, Some(until)) => format!("not told until {until}: {}", line.reason),
        (true, None) => format!("not told: {}", line.reason),
        (false, _) => format!("open to the person: {}", line.reason),
    };
    vec![
        format!("entry-{}", line.entry),
        line.at.to_string(),
        line.way.clone(),
        if line.given { "given" } else { "not given" }.to_owned(),
        fields.join(", "),
        line.reference.as_ref().map(ToString::to_string).unwrap_or_default(),
        telling,
    ]
}

fn end(args: &EndArgs) -> anyhow::Result<Ended> {
    let digits = args.release.strip_prefix("entry-").unwrap_or(&args.release);
    let Ok(release) = digits.parse::<u64>() else {
        bail!(
            "can't read the number of a release\nhelp: write entry-17, as `kept secrecy list --role ROLE` shows it"
        )
    };
    let whom = whom(&args.person)?;
    let now = clock::now();
    let company = open(&args.by.work, now)?;
    let by = (&args.by.role.as_str().into(), args.by.actor.as_deref());
    let entry = company.end_secrecy(&whom, release, by, now)?;
    if args.by.work.json {
        printer::json(&serde_json::json!({ "entry": entry }))?;
    } else {
        printer::data(&format!("ended (entry {entry}): answers to the person show the release from now on"));
        printer::note("tell the person, if nobody has: kept record told");
    }
    Ok(Ended::Done)
}
