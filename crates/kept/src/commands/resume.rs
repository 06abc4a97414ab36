//! `kept resume`: plans that were interrupted or whose store was down.

use crate::cli::service::ResumeArgs;
use crate::commands::reports;
use crate::company::open;
use crate::{Ended, clock, printer};
use kept_core::timeline::Right;
use kept_engine::report::erasure::StoreState;

/// Takes up what waits, and says how each part ended.
pub(crate) fn run(args: &ResumeArgs) -> anyhow::Result<Ended> {
    reports::ready(args.reports.as_deref())?;
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    let mut told = Vec::new();
    let ended = company.resume_telling(now, &mut |report| told.push(report))?;
    if let Some(folder) = &args.reports {
        reports::hand_out(&company, folder, &told)?;
    }
    if args.work.json {
        let lines: Vec<_> = ended
            .iter()
            .map(|(case, outcome)| serde_json::json!({ "case": case, "outcome": outcome }))
            .collect();
        printer::json(&lines)?;
    } else if ended.is_empty() {
        let waiting = company.requests(now)?;
        let waiting = waiting.iter().filter(|one| one.right == Right::Erasure && one.state == "open");
        let waiting: Vec<String> = waiting.map(|one| one.case.to_string()).collect();
        if waiting.is_empty() {
            printer::data("nothing waits");
        } else {
            printer::data(&format!(
                "{}: not yet; a store that failed is left alone for half a minute first, longer each time, and \
                 what another process held for two minutes; ask again then",
                waiting.join(", ")
            ));
            return Ok(Ended::Findings);
        }
    } else {
        for (case, outcome) in &ended {
            let state = serde_json::to_value(outcome.state)?;
            printer::data(&format!("{case} in {}: {}", outcome.store, state.as_str().unwrap_or_default()));
            outcome.notes.iter().for_each(|note| printer::data(&format!("  {note}")));
        }
    }
    let open = ended.iter().any(|(_, outcome)| outcome.state != StoreState::Done || outcome.left > 0);
    Ok(if open { Ended::Findings } else { Ended::Done })
}
