//! `kept clock`: whether Kept believes the machine's clock, and saying that it is right.

use kept_engine::Failure;
use kept_engine::clock::Trust;
use kept_vault::Settings;

use crate::cli::service::ClockArgs;
use crate::company::open_by;
use crate::{Ended, clock, printer};

/// Says whether the clock is believed; with `--is-right`, notes that it is right.
pub(crate) fn run(args: &ClockArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let trust = if args.is_right { Trust::Believed } else { Trust::Act };
    match open_by(&args.work, Settings::default(), (now, trust)) {
        Ok(_) if args.is_right => {
            printer::data(&format!(
                "noted: it is {now}; what was recorded as later than that counts from then on only"
            ));
            Ok(Ended::Done)
        }
        Ok(_) => {
            printer::data(&format!("the machine's clock says {now}, and kept goes by it"));
            Ok(Ended::Done)
        }
        Err(error) => match error.downcast_ref::<Failure>() {
            Some(Failure::Clock(doubt)) => {
                printer::data(&doubt.to_string());
                Ok(Ended::Findings)
            }
            _ => Err(error),
        },
    }
}
