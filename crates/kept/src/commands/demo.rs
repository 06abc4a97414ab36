//! `kept demo`: made-up people, and everything at work on them.

use kept_core::time::Zone;

use crate::cli::DemoArgs;
use crate::demo::{self, Scale, policy::DESK_URL};
use crate::{Ended, clock, printer};

/// Makes the company.
///
/// # Errors
/// When a database can't be made.
pub(crate) fn run(args: &DemoArgs) -> anyhow::Result<Ended> {
    let Some(folder) = args.keep.as_ref().filter(|_| args.make_only) else {
        anyhow::bail!("not wired in yet");
    };
    let zone = Zone::of_country("FR").unwrap_or_else(Zone::utc);
    let url = std::env::var(DESK_URL).ok().filter(|_| !args.no_postgres);
    let made = demo::make(folder, &Scale::demo(args.people), url.as_deref(), zone.day_of(clock::now()))?;
    let rows = made.shop.total() + made.desk.total();
    printer::note(&format!("{rows} rows about {} made-up people in `{}`", args.people, folder.display()));
    Ok(Ended::Done)
}
