//! `kept sweep` and `kept forecast`: what is due goes, and what will be due is foretold.

use anyhow::{Context, bail};
use kept_engine::sweep::SweepOrder;

use crate::cli::{ForecastArgs, SweepArgs};
use crate::commands::audit::bar;
use crate::company::{day, instant, open};
use crate::show::{Shower, sweep};
use crate::{Ended, clock, printer};

/// Sweeps, or counts what a sweep would take.
pub(crate) fn run(args: &SweepArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    let policy = company.policy().clone();
    let at = instant(args.at.as_deref(), "--at", &policy.zone(), now)?;
    if args.at.is_some() && !args.dry_run {
        bail!(
            "--at counts as of another day, and a run takes what is due now\nhelp: add --dry-run to count, or leave --at out"
        );
    }
    let purpose = args.purpose.as_deref().map(|name| known_purpose(&policy, name)).transpose()?;
    let order = SweepOrder {
        at: args.dry_run.then_some(at),
        purpose,
        approver: args.without_ground.clone(),
        vacuum: args.vacuum,
    };
    let bar = bar(policy.stores.len());
    let mut progress = |store: &kept_core::name::StoreName| {
        bar.set_message(format!("in {store}"));
        bar.inc(1);
    };
    let report = match args.dry_run {
        true => company.count_due(&order, now, &mut progress)?,
        false => company.sweep(&order, now, &mut progress)?,
    };
    bar.finish_and_clear();
    if args.work.json {
        printer::json(&report)?;
    } else {
        printer::data(&sweep::text(&Shower::new(&policy)?, &report));
    }
    let troubled = !report.unreached.is_empty()
        || report.stores.iter().any(|store| store.left > 0 || !store.refusals.is_empty());
    Ok(if troubled { Ended::Findings } else { Ended::Done })
}

fn known_purpose(
    policy: &kept_core::policy::Policy,
    name: &str,
) -> anyhow::Result<kept_core::name::PurposeName> {
    match policy.purposes.get(name) {
        Some(purpose) => Ok(purpose.name.clone()),
        None => {
            let names: Vec<&str> = policy.purposes.keys().map(kept_core::name::PurposeName::as_str).collect();
            bail!("the policy has no purpose `{name}`\nhelp: choose one of {}", names.join(", "))
        }
    }
}

/// Foretells by month what will be due until a day.
pub(crate) fn forecast(args: &ForecastArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    let policy = company.policy().clone();
    let until = day(&args.until, "--until")?;
    let report = company.forecast(until, now).context("can't forecast")?;
    if args.work.json {
        printer::json(&report)?;
    } else {
        printer::data(&sweep::forecast(&Shower::new(&policy)?, &report));
    }
    Ok(if report.unreached.is_empty() { Ended::Done } else { Ended::Findings })
}
