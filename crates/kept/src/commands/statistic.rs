//! `kept statistic` and `kept anonymous`: figures and data sets of which nobody can be told, and the
//! test of any data set.

use std::path::Path;

use anyhow::{Context, bail};
use kept_engine::anonymous::{StatisticOrder, Tested};

use crate::cli::WorkArgs;
use crate::cli::statistic::{AnonymousCommand, MakeArgs, StatisticArgs, TestArgs};
use crate::company::open;
use crate::output::{Access, named, ready, write};
use crate::table::counted;
use crate::{Ended, clock, printer};

/// `kept statistic`: comma-separated values, or JSON.
pub(crate) fn figures(args: &StatisticArgs) -> anyhow::Result<Ended> {
    let output = named(args.output.as_deref());
    ready(output, args.force)?;
    let (now, work) = (clock::now(), WorkArgs::from(args.work.clone()));
    let order = StatisticOrder {
        name: args.name.clone(),
        purpose: args.purpose.as_str().into(),
        to: args.to.as_deref().map(Into::into),
    };
    let drawn = open(&work, now)?.statistic(&order, now)?;
    let text = match work.json {
        true => serde_json::to_string_pretty(&drawn)? + "\n",
        false => kept_web::anonymous::figures(&drawn.shown),
    };
    give(&text, output, args.force)?;
    if drawn.shown.incomplete {
        printer::note(&format!(
            "groups of fewer than {} people are left out, and others that would tell of them",
            drawn.shown.least
        ));
    }
    Ok(Ended::Done)
}

/// `kept anonymous make` and `test`.
pub(crate) fn anonymous(command: AnonymousCommand) -> anyhow::Result<Ended> {
    match command {
        AnonymousCommand::Make(args) => make(&args),
        AnonymousCommand::Test(args) => test(&args),
    }
}

fn make(args: &MakeArgs) -> anyhow::Result<Ended> {
    let output = named(args.output.as_deref());
    ready(output, args.force)?;
    let (now, work) = (clock::now(), WorkArgs::from(args.work.clone()));
    let set = open(&work, now)?.anonymous(&args.name, now)?;
    let text = match work.json {
        true => {
            let about = serde_json::to_value(&set)?;
            let all = serde_json::json!({ "set": about, "records": set.made.rows });
            serde_json::to_string_pretty(&all)? + "\n"
        }
        false => kept_web::anonymous::records(&set.made),
    };
    give(&text, output, args.force)?;
    let records = counted(set.test.records, "record");
    printer::note(&format!(
        "{records}, {} left out; each leads to {} people or more",
        set.made.left_out, set.test.fewest
    ));
    for (column, said) in set.made.columns.iter().zip(&set.made.said) {
        if let Some(said) = said {
            printer::note(&format!("`{column}` is said as: {said}"));
        }
    }
    Ok(Ended::Done)
}

fn test(args: &TestArgs) -> anyhow::Result<Ended> {
    let about = || format!("can't read `{}`", args.file.display());
    let text = std::fs::read_to_string(&args.file).with_context(about)?;
    let (columns, rows) = kept_web::anonymous::read(&text).with_context(about)?;
    let (now, work) = (clock::now(), WorkArgs::from(args.work.clone()));
    let mut company = open(&work, now)?;
    if let Some(purpose) = &args.purpose
        && !company.policy().purposes.contains_key(purpose.as_str())
    {
        let known: Vec<String> = company.policy().purposes.keys().map(|name| format!("`{name}`")).collect();
        bail!(
            "the policy has no purpose `{purpose}`; it has {}. A set that passes may be used for any: leave \
             `--purpose` out to ask for none",
            known.join(", ")
        );
    }
    let tested = company.try_anonymous(&args.name, (&columns, &rows), now)?;
    if work.json {
        printer::json(&tested)?;
    } else {
        printer::data(&verdict(&tested, args.purpose.as_deref()));
    }
    Ok(if tested.anonymous { Ended::Done } else { Ended::Findings })
}

/// What the test says in words.
fn verdict(tested: &Tested, purpose: Option<&str>) -> String {
    let asked = purpose.map(|purpose| format!(" `{purpose}`")).unwrap_or_default();
    if tested.anonymous {
        let purpose =
            if asked.is_empty() { "any purpose".to_owned() } else { format!("purpose{asked}, as for any") };
        return format!("allowed for {purpose}: no record leads back to few enough people\n");
    }
    let mut said = format!(
        "refused{}: the set is personal data, at best pseudonymous (Art. 4(5) GDPR)\n",
        if asked.is_empty() { String::new() } else { format!(" for purpose{asked}") }
    );
    if tested.test.linked > 0 {
        let records = counted(tested.test.records, "record");
        said.push_str(&format!("  {} of {records} lead back to too few people\n", tested.test.linked));
    }
    if !tested.strange_columns.is_empty() {
        let places: Vec<String> = tested.strange_columns.iter().map(ToString::to_string).collect();
        let places = places.join(", ");
        said.push_str(&format!("  not among the declared columns, and so not looked at: column {places}\n"));
    }
    said
}

fn give(text: &str, output: Option<&Path>, over: bool) -> anyhow::Result<()> {
    match output {
        Some(path) => {
            write(path, text, Access { private: false, over })?;
            printer::note(&format!("wrote {}", path.display()));
        }
        None => printer::data(text),
    }
    Ok(())
}
