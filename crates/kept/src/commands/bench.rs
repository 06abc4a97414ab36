//! `kept bench`: figures of this build on this machine.

use crate::cli::BenchArgs;
use crate::{Ended, bench, printer};

/// Measures and prints, or makes the company for a measurement.
pub(crate) fn run(args: &BenchArgs) -> anyhow::Result<Ended> {
    if let Some(folder) = &args.make {
        printer::data(&bench::make(folder, args.people)?.to_string());
        return Ok(Ended::Done);
    }
    let figures = match &args.policies {
        Some(folders) => bench::of_policies(folders)?,
        None => {
            let order = bench::Order { people: args.people, postgres: !args.no_postgres };
            bench::run(&order, &mut |what| printer::note(what))?
        }
    };
    if args.json {
        printer::json(&figures)?;
    } else {
        printer::data(&bench::table(&figures));
    }
    Ok(Ended::Done)
}
