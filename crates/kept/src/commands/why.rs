//! `kept why`: every ground of a person, with its rule and its event.

use anyhow::bail;
use kept_core::policy::model::DataRef;

use crate::cli::WhyArgs;
use crate::company::{instant, open, whom};
use crate::show::{Shower, why};
use crate::{Ended, clock, printer};

/// Prints the grounds.
pub(crate) fn run(args: &WhyArgs) -> anyhow::Result<Ended> {
    let whom = whom(&args.person)?;
    let only = args.field.as_deref().map(datum).transpose()?;
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    let at = instant(args.at.as_deref(), "--at", &company.policy().zone(), now)?;
    let report = company.why(&whom, only.as_ref(), at, now)?;
    if args.work.json {
        printer::json(&report)?;
    } else {
        let policy = company.policy().clone();
        printer::data(&why::text(&Shower::new(&policy)?, &report));
    }
    Ok(if report.unreached.is_empty() { Ended::Done } else { Ended::Findings })
}

fn datum(text: &str) -> anyhow::Result<DataRef> {
    let (category, field) = match text.split_once('.') {
        Some((category, field)) => (category, Some(field)),
        None => (text, None),
    };
    if category.is_empty() || field.is_some_and(str::is_empty) {
        bail!(
            "can't read --field\nhelp: write it as CATEGORY or CATEGORY.FIELD, such as `identification.email`"
        );
    }
    Ok(DataRef { category: category.into(), field: field.map(Into::into) })
}
