//! The audit on a terminal: broken promises first in mind, in the notice's order; and its history.

use std::fmt::Write;

use kept_core::policy::Policy;
use kept_engine::audit::history::AuditHistory;
use kept_engine::report::audit::{AuditReport, Audited, Missing, Verdict};
use kept_web::audit::{Teller, grouped};

use crate::printer::{bold, colour};
use crate::table::aligned;

/// The widest bar of a day, in letters.
const BAR: usize = 40;

/// The whole audit; `findings` leaves out what is kept or only stated.
///
/// # Errors
/// When the words can't be loaded.
pub(crate) fn text(policy: &Policy, report: &AuditReport, findings: bool) -> anyhow::Result<String> {
    let teller = Teller::new(policy)?;
    let title = format!("Audit of the notice of {}, {}", teller.controller(), teller.at(report.at));
    let mut text = format!("{}\n", bold(&title));
    for store in &report.unreached {
        let said = format!("store `{}` could not be asked: {}", store.store, store.problem);
        let _ = writeln!(text, "{}", colour(33, &said));
    }
    let wanted = |one: &&Audited| {
        one.verdict != Verdict::Stated && !is_unseen(one) && !(findings && one.verdict == Verdict::Kept)
    };
    for statement in report.statements.iter().filter(wanted) {
        line(&teller, statement, &mut text);
    }
    unseen(report, &mut text);
    let totals = report.totals;
    let parts = [
        colour(32, &format!("{} kept", totals.kept)),
        colour(if totals.broken > 0 { 31 } else { 32 }, &format!("{} broken", totals.broken)),
        colour(33, &format!("{} can't tell", totals.cannot_tell)),
        format!("{} only stated", totals.stated),
    ];
    let _ = writeln!(text, "\n{}", parts.join(", "));
    Ok(text)
}

fn line(teller: &Teller<'_>, one: &Audited, text: &mut String) {
    let verdict = match one.verdict {
        Verdict::Kept => colour(32, "kept      "),
        Verdict::Broken => colour(31, "broken    "),
        Verdict::CannotTell => colour(33, "can't tell"),
        Verdict::Stated => "stated    ".to_owned(),
    };
    let title = teller.title(one);
    let id =
        if title == one.id.as_str() { String::new() } else { format!("  {}", colour(2, one.id.as_str())) };
    let _ = writeln!(text, "\n{verdict}  {}{id}", bold(&title));
    for breach in &one.breaches {
        let _ = writeln!(text, "            {}", teller.breach(breach));
        let _ = writeln!(text, "            mend: {}", breach.mend);
    }
    for missing in &one.missing {
        let _ = writeln!(text, "            {}", teller.missing(missing));
    }
    if !one.evidence.is_empty() {
        let looked: Vec<String> = one.evidence.iter().map(|evidence| teller.evidence(evidence)).collect();
        let _ = writeln!(text, "            {}", colour(2, &format!("looked at {}", looked.join(", "))));
    }
}

/// Whether nothing but the lack of any record keeps a statement from being told.
fn is_unseen(one: &Audited) -> bool {
    let silent = |missing: &Missing| {
        matches!(
            missing,
            Missing::NoEvidence | Missing::NotHeld | Missing::NoCrawl | Missing::NothingRecorded { .. }
        )
    };
    one.verdict == Verdict::CannotTell && one.missing.iter().all(silent)
}

/// Statements that nothing shows, in two lines.
fn unseen(report: &AuditReport, text: &mut String) {
    let all = report.statements.iter().filter(|one| is_unseen(one));
    let (past, people): (Vec<&Audited>, Vec<&Audited>) =
        all.partition(|one| matches!(one.missing.first(), Some(Missing::NothingRecorded { .. })));
    for (count, what) in [
        (past.len(), "are about uses, disclosures and requests, of which none goes through Kept yet"),
        (people.len(), "are matters of people, papers and pages that no store shows"),
    ] {
        if count > 0 {
            let _ = writeln!(
                text,
                "\n{}  {count} statements {what}; `--json` lists them",
                colour(33, "can't tell")
            );
        }
    }
}

/// The audits by day, and the statements that are broken now, with since when.
///
/// # Errors
/// When the words can't be loaded.
pub(crate) fn history(policy: &Policy, history: &AuditHistory) -> anyhow::Result<String> {
    let teller = Teller::new(policy)?;
    if history.days.is_empty() {
        return Ok("no audit yet: `kept audit` makes one".to_owned());
    }
    let mut text = format!("{}\n", bold(&format!("Audits of the notice of {}, by day", teller.controller())));
    let count = |count: usize| grouped(u64::try_from(count).unwrap_or(u64::MAX));
    let most = history.days.iter().map(|day| day.totals.broken + day.totals.cannot_tell + day.totals.kept);
    let most = most.max().unwrap_or(1).max(1);
    let mut rows = vec![["day", "kept", "broken", "can't tell", "stated", ""].map(str::to_owned).to_vec()];
    for day in &history.days {
        let totals = day.totals;
        let long = |count: usize| (count * BAR).div_ceil(most);
        let bar = [(31, '#', totals.broken), (33, '?', totals.cannot_tell), (32, '=', totals.kept)]
            .map(|(ink, letter, count)| colour(ink, &letter.to_string().repeat(long(count))));
        rows.push(vec![
            day.on.to_string(),
            count(totals.kept),
            count(totals.broken),
            count(totals.cannot_tell),
            count(totals.stated),
            bar.join(""),
        ]);
    }
    text.push_str(&aligned(&rows, "  "));
    let broken: Vec<Vec<String>> = history
        .statements
        .iter()
        .filter(|line| line.verdict == Verdict::Broken)
        .map(|line| {
            vec![line.id.to_string(), format!("since {}", teller.date(line.since)), grouped(line.wrong)]
        })
        .collect();
    if !broken.is_empty() {
        let _ = writeln!(text, "\n{}", bold("Broken now"));
        text.push_str(&aligned(&broken, "  "));
    }
    Ok(text)
}
