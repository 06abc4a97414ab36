//! The audit on a terminal: broken promises first in mind, in the notice's order.

use std::fmt::Write;

use kept_core::policy::Policy;
use kept_engine::report::audit::{AuditReport, Audited, Breach, Evidence, Missing, Verdict, Wrong};

use crate::printer::{bold, colour};
use crate::show::Shower;
use crate::table::{counted, grouped};

/// The whole audit; `findings` leaves out what is kept.
pub(crate) fn text(shower: &Shower<'_>, report: &AuditReport, findings: bool) -> String {
    let on = shower.words.date(shower.zone.day_of(report.at));
    let name = shower.policy.controller().map(|controller| controller.name.as_str()).unwrap_or_default();
    let mut text = format!("{}\n", bold(&format!("Audit of the notice of {name}, {on}")));
    for store in &report.unreached {
        let _ = writeln!(
            text,
            "{}",
            colour(33, &format!("store `{}` could not be asked: {}", store.store, store.problem))
        );
    }
    let wanted =
        |one: &&Audited| one.missing != [Missing::NoEvidence] && !(findings && one.verdict == Verdict::Kept);
    for statement in report.statements.iter().filter(wanted) {
        line(shower, statement, &mut text);
    }
    unseen(report, &mut text);
    let totals = report.totals;
    let parts = [
        colour(32, &format!("{} kept", totals.kept)),
        colour(if totals.broken > 0 { 31 } else { 32 }, &format!("{} broken", totals.broken)),
        colour(33, &format!("{} can't tell", totals.cannot_tell)),
    ];
    let _ = writeln!(text, "\n{}", parts.join(", "));
    text
}

fn line(shower: &Shower<'_>, one: &Audited, text: &mut String) {
    let verdict = match one.verdict {
        Verdict::Kept => colour(32, "kept      "),
        Verdict::Broken => colour(31, "broken    "),
        Verdict::CannotTell => colour(33, "can't tell"),
    };
    let _ = writeln!(text, "\n{verdict}  {}  {}", bold(&title(shower, one)), colour(2, one.id.as_str()));
    for breach in &one.breaches {
        let _ = writeln!(text, "            {}", broken(shower, breach));
        let _ = writeln!(text, "            mend: {}", breach.mend);
    }
    for missing in &one.missing {
        let _ = writeln!(text, "            {}", unknown(shower, missing));
    }
    if !one.evidence.is_empty() {
        let looked: Vec<String> = one.evidence.iter().map(evidence).collect();
        let _ = writeln!(text, "            {}", colour(2, &format!("looked at {}", looked.join(", "))));
    }
}

/// What a statement says, in short.
fn title(shower: &Shower<'_>, one: &Audited) -> String {
    let policy: &Policy = shower.policy;
    let id = one.id.as_str();
    if let Some(title) = shower.purpose_title(id) {
        let purpose = id.split('.').nth(1).and_then(|name| policy.purposes.get(name));
        return match (one.about, purpose) {
            ("retention", Some(purpose)) => {
                format!("{title}: {}", lower(&shower.words.retention_in_short(policy, purpose)))
            }
            ("basis", Some(purpose)) => {
                format!("{title}: {}", lower(&shower.words.basis_in_short(&purpose.basis)))
            }
            ("archive", _) => format!("{title}: kept apart in the archive"),
            _ => title,
        };
    }
    let category = id.strip_prefix("data.").and_then(|rest| policy.data.get(rest.split('.').next()?));
    match (one.about, category) {
        ("data", Some(category)) => {
            format!("{}: these data and no others", policy.text(&category.title, &shower.language))
        }
        ("reply", _) => "requests are answered in time".to_owned(),
        ("right", _) => "access reaches everything held".to_owned(),
        ("frozen", _) => "records that no one changes".to_owned(),
        ("ledger", _) => "Kept's own record of every act is whole".to_owned(),
        _ => id.to_owned(),
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn broken(shower: &Shower<'_>, breach: &Breach) -> String {
    let place = match (&breach.store, &breach.table) {
        (Some(store), Some(table)) => format!(" in `{store}.{table}`"),
        _ => String::new(),
    };
    let oldest =
        breach.oldest.map(|day| format!(", the oldest from {}", shower.words.date(day))).unwrap_or_default();
    let rows = counted(breach.rows, "row");
    match breach.what {
        Wrong::Overdue => format!("{rows}{place} should be gone or emptied{oldest}"),
        Wrong::NotArchived => format!("{rows}{place} should be in the archive{oldest}"),
        Wrong::WithoutGround => format!("{rows}{place} with data for which the purpose never began"),
        Wrong::Ownerless => format!("{rows}{place} without an owner, so that no request finds them"),
        Wrong::Late => format!("{} not answered in time{oldest}", counted(breach.rows, "request")),
        Wrong::Ledger => "the ledger does not verify".to_owned(),
    }
}

fn unknown(shower: &Shower<'_>, missing: &Missing) -> String {
    match missing {
        Missing::NoStore => "no store of the policy holds these data".to_owned(),
        Missing::Unreached { store } => format!("store `{store}` could not be asked"),
        Missing::Map { store, problem } => format!("`{store}` could not be looked at: {problem}"),
        Missing::Facts { store, table, rows } => {
            format!(
                "{} in `{store}.{table}` without a readable date that the period counts from",
                counted(*rows, "row")
            )
        }
        Missing::NoEvent { store, event } => {
            format!("no column of `{store}` says when {} was", shower.words.event(shower.policy, event))
        }
        Missing::NoConsentRecord { store } => format!("no column of `{store}` records who consented"),
        Missing::Unmapped { store, column } => {
            format!("`{column}` in `{store}` looks personal and is not mapped")
        }
        Missing::NoArchive { store, table } => format!("no archive is declared for `{store}.{table}`"),
        Missing::NothingForbids { store, table } => {
            format!("nothing in the database forbids a change of `{store}.{table}` (a trigger would)")
        }
        Missing::NoEvidence => "nothing that Kept can look at shows it".to_owned(),
    }
}

fn evidence(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Rows { store, table, rows } => format!("{} of {store}.{table}", counted(*rows, "row")),
        Evidence::Requests { open } => {
            format!("{} open requests", grouped(u64::try_from(*open).unwrap_or(u64::MAX)))
        }
        Evidence::Ledger { entries } => format!("{} ledger entries", grouped(*entries)),
        Evidence::Trigger { store, table } => format!("a trigger on {store}.{table}"),
    }
}

/// Statements that no store can show, in one line.
fn unseen(report: &AuditReport, text: &mut String) {
    let ids: Vec<&str> = report
        .statements
        .iter()
        .filter(|one| one.missing == [Missing::NoEvidence])
        .map(|one| one.id.as_str())
        .collect();
    if ids.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n{}  {} statements are matters of people and papers that no store shows; `--json` lists them",
        colour(33, "can't tell"),
        ids.len()
    );
}
