//! `kept duty`: the organisational duties of the policy, and noting that one was done.

use kept_engine::audit::history::DutyLine;

use crate::cli::service::DutyCommand;
use crate::company::{day, open};
use crate::table::aligned;
use crate::{Ended, clock, printer};

/// Carries out a duty command.
pub(crate) fn run(command: &DutyCommand) -> anyhow::Result<Ended> {
    let now = clock::now();
    match command {
        DutyCommand::Done(args) => {
            let company = open(&args.work, now)?;
            let on = match &args.on {
                Some(text) => day(text, "--on")?,
                None => company.policy().zone().day_of(now),
            };
            company.note_duty(&args.name, on, now)?;
            printer::data(&format!("noted: `{}` was done on {on}", args.name));
            Ok(Ended::Done)
        }
        DutyCommand::List(args) => {
            let company = open(args, now)?;
            let lines = company.duty_lines(now)?;
            if args.json {
                printer::json(&lines)?;
            } else {
                printer::data(&aligned(&lines.iter().map(row).collect::<Vec<_>>(), ""));
            }
            Ok(if lines.iter().any(|line| line.waits) { Ended::Findings } else { Ended::Done })
        }
    }
}

fn row(line: &DutyLine) -> Vec<String> {
    let done = line.done_on.map_or_else(|| "never noted".to_owned(), |on| format!("done {on}"));
    let due = line.due_on.map(|on| format!("due {on}")).unwrap_or_default();
    vec![line.id.clone(), done, due, if line.waits { "waits".to_owned() } else { String::new() }]
}
