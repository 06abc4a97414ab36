//! `kept clock`: whether Kept believes the machine's clock, and saying that it is right.

use kept_core::time::Instant;
use kept_engine::Failure;
use kept_engine::clock::Trust;
use kept_vault::Settings;
use serde::Serialize;

use crate::cli::service::ClockArgs;
use crate::company::open_by;
use crate::{Ended, clock, printer};

/// Says whether the clock is believed; with `--is-right`, notes that it is right.
pub(crate) fn run(args: &ClockArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let opened = |trust| open_by(&args.work, Settings::default(), (now, trust));
    let (believed, words) = match opened(Trust::Act) {
        Ok(_) if args.is_right => {
            (true, format!("nothing was in doubt: the machine's clock says {now}, and kept goes by it"))
        }
        Ok(_) => (true, format!("the machine's clock says {now}, and kept goes by it")),
        Err(error) if args.is_right && matches!(error.downcast_ref(), Some(Failure::Clock(_))) => {
            opened(Trust::Believed)?;
            let words = "what was recorded as later than that counts from then on only";
            (true, format!("noted: it is {now}; {words}"))
        }
        Err(error) => match error.downcast_ref::<Failure>() {
            Some(Failure::Clock(doubt)) => (false, doubt.to_string()),
            _ => return Err(error),
        },
    };
    if args.work.json {
        printer::json(&Said { now, believed, words })?;
    } else {
        printer::data(&words);
    }
    Ok(if believed { Ended::Done } else { Ended::Findings })
}

/// What is said of the clock, for machines.
#[derive(Serialize)]
struct Said {
    /// What the machine's clock says.
    now: Instant,
    /// Whether Kept goes by it.
    believed: bool,
    /// The same in words.
    words: String,
}
