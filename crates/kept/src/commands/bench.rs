//! `kept bench`: figures of this build on this machine.

use crate::cli::bench::{BenchArgs, BenchCommand, GdprArgs, ProfileWord, RoleWord};
use crate::{Ended, bench, printer};

/// Measures and prints, or makes the company for a measurement.
pub(crate) fn run(args: &BenchArgs) -> anyhow::Result<Ended> {
    if let Some(folder) = &args.make {
        printer::data(&bench::make(folder, args.people)?.to_string());
        return Ok(Ended::Done);
    }
    let say = &mut |what: &str| printer::note(what);
    let figures = match (&args.what, &args.policies) {
        (Some(BenchCommand::Http(http)), _) => bench::http::run(
            &bench::http::Order { people: http.people, connections: http.connections, workers: http.workers },
            say,
        )?,
        (Some(BenchCommand::Gdpr(gdpr)), _) => bench::gdpr::run(&gdpr_order(gdpr), say)?,
        (Some(BenchCommand::Sweep(sweep)), _) => bench::large::run(sweep.rows, say)?,
        (Some(BenchCommand::Audience(audience)), _) => bench::audience::run(audience.customers, say)?,
        (Some(BenchCommand::Audit(audit)), _) => bench::audit::run(audit.accounts, say)?,
        (None, Some(folders)) => bench::of_policies(folders)?,
        (None, None) => bench::run(&bench::Order { people: args.people, postgres: !args.no_postgres }, say)?,
    };
    if args.json {
        printer::json(&figures)?;
    } else if args.markdown {
        printer::data(&bench::markdown(&figures));
    } else {
        printer::data(&bench::table(&figures));
    }
    Ok(Ended::Done)
}

fn gdpr_order(args: &GdprArgs) -> bench::gdpr::Order {
    let (records, operations) = match args.profile {
        ProfileWord::Head => (10_000, 1_000),
        ProfileWord::Paper => (100_000, 10_000),
    };
    bench::gdpr::Order {
        records: args.records.unwrap_or(records),
        operations: args.operations.unwrap_or(operations),
        profile: match args.profile {
            ProfileWord::Head => bench::gdpr::Profile::Head,
            ProfileWord::Paper => bench::gdpr::Profile::Paper,
        },
        independent: args.independent,
        threads: args.threads,
        role: args.role.map(|role| match role {
            RoleWord::Controller => bench::gdpr::Role::Controller,
            RoleWord::Customer => bench::gdpr::Role::Customer,
            RoleWord::Processor => bench::gdpr::Role::Processor,
            RoleWord::Regulator => bench::gdpr::Role::Regulator,
        }),
    }
}
