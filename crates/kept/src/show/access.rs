//! The access report on a terminal.

use std::fmt::Write;

use kept_core::ledger::Kind;
use kept_core::timeline::Right;
use kept_engine::report::access::{
    AccessReport, Consulted, Disclosure, HeldColumn, HeldRow, HeldTable, HeldValue, PurposeLine, RecordedAct,
};

use crate::printer::{bold, colour};
use crate::show::Shower;
use crate::table::aligned;

/// How many looks are shown; JSON has all.
const LOOKS: usize = 20;

/// The rights that an answer to an access request names (15(1)(e)).
const OTHER_RIGHTS: [Right; 6] = [
    Right::Rectification,
    Right::Erasure,
    Right::Restriction,
    Right::Objection,
    Right::Portability,
    Right::Withdrawal,
];

/// The whole report.
pub(crate) fn text(shower: &Shower<'_>, report: &AccessReport) -> String {
    let mut text = shower.head("report-access", &report.head);
    text.push_str(&shower.found(&report.found, &report.unreached));
    for table in &report.held {
        held(shower, table, &mut text);
    }
    recorded(shower, report, &mut text);
    purposes(shower, report, &mut text);
    disclosed(shower, report, &mut text);
    consulted(shower, report, &mut text);
    if !report.restrictions.is_empty() {
        let count = u64::try_from(report.restrictions.len()).unwrap_or(u64::MAX);
        let _ = writeln!(text, "\n{}", shower.count("report-restrictions", count, &[]));
    }
    rights(shower, report, &mut text);
    if !report.unreached.is_empty() {
        let _ = writeln!(text, "\n{}", shower.words.word("report-incomplete"));
    }
    text
}

fn heading(shower: &Shower<'_>, key: &str, text: &mut String) {
    let _ = writeln!(text, "\n{}", bold(&shower.words.word(key)));
}

fn held(shower: &Shower<'_>, table: &HeldTable, text: &mut String) {
    let _ = writeln!(text, "\n{}", bold(&format!("{}.{}", table.store, table.table)));
    let mut grounds: Vec<String> = Vec::new();
    for row in &table.rows {
        let _ = writeln!(text, "  {}", colour(2, &row_title(shower, row)));
        if row.relation != "mentions" {
            let cells: Vec<Vec<String>> = table
                .columns
                .iter()
                .zip(&row.values)
                .filter(|(_, value)| **value != HeldValue::Absent)
                .map(|(column, value)| {
                    let origin = format!("{}, {}", column.datum, origin(shower, column));
                    vec![title(shower, column), shown(shower, value), colour(2, &origin)]
                })
                .collect();
            text.push_str(&aligned(&cells, "    "));
        }
        corrections(shower, row, text);
        let lines: Vec<String> = row.grounds.iter().map(|reason| shower.reason(reason)).collect();
        if lines != grounds {
            for line in &lines {
                let _ = writeln!(text, "    {} {line}", colour(36, "·"));
            }
            grounds = lines;
        } else if !lines.is_empty() {
            let _ = writeln!(text, "    {} {}", colour(36, "·"), shower.words.word("report-same"));
        }
    }
}

/// Which record a record puts right, and which put it right.
fn corrections(shower: &Shower<'_>, row: &HeldRow, text: &mut String) {
    let mut say = |key: &str, records: &[u64]| {
        let keys: Vec<String> = records.iter().map(ToString::to_string).collect();
        if !keys.is_empty() {
            let _ = writeln!(text, "    {}", shower.say(key, &[("keys", &shower.words.and(&keys))]));
        }
    };
    say("report-row-corrects", row.links.corrects.as_slice());
    say("report-row-corrected-by", &row.links.corrected_by);
}

/// How people know a column, in the language of the answer.
fn title(shower: &Shower<'_>, column: &HeldColumn) -> String {
    let policy = shower.policy;
    let field = column.datum.split_once('.').and_then(|(category, name)| {
        let category = policy.data.get(category)?;
        let field = category.fields.get(name)?;
        Some(capital(&shower.words.field(policy, category, field)))
    });
    field.unwrap_or_else(|| column.title.clone())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn origin(shower: &Shower<'_>, column: &HeldColumn) -> String {
    shower.words.word(match column.origin {
        "observed" => "report-origin-observed",
        "derived" => "report-origin-derived",
        "received" => "report-origin-received",
        _ => "report-origin-given",
    })
}

fn row_title(shower: &Shower<'_>, row: &HeldRow) -> String {
    let key = match row.relation {
        "mentions" => "report-row-mentions",
        "shared" => "report-row-shared",
        _ => "report-row",
    };
    shower.say(key, &[("key", &row.key)])
}

fn shown(shower: &Shower<'_>, value: &HeldValue) -> String {
    match value {
        HeldValue::Value(text) if !text.is_empty() => one_line(text),
        HeldValue::Empty | HeldValue::Absent | HeldValue::Value(_) => shower.words.word("report-empty"),
        HeldValue::NotRead => shower.words.word("report-not-read"),
        HeldValue::Document(text) => shower.say("report-unread", &[("text", &one_line(text))]),
        HeldValue::AnotherPersons => shower.words.word("report-anothers"),
        HeldValue::NeverShown => shower.words.word("report-hash"),
    }
}

/// A value on one line: control characters of a stored value never reach the terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// What the person said and what was noted of them.
fn recorded(shower: &Shower<'_>, report: &AccessReport, text: &mut String) {
    if report.recorded.is_empty() {
        return;
    }
    heading(shower, "report-recorded", text);
    for one in &report.recorded {
        let (at, act) = (shower.at(one.at), shower.words.word(recorded_word(one.what)));
        let mut facts: Vec<String> = Vec::new();
        facts.extend(one.purpose.as_ref().map(|purpose| shower.words.purpose(shower.policy, purpose)));
        facts.extend(one.channels.iter().map(|channel| shower.words.channel(*channel)));
        facts.extend(one.event.as_ref().map(ToString::to_string));
        let line = if facts.is_empty() {
            shower.say("report-recorded-line", &[("at", &at), ("act", &act)])
        } else {
            shower.say("report-recorded-of", &[("at", &at), ("act", &act), ("of", &facts.join(", "))])
        };
        let _ = writeln!(text, "  {line}");
    }
}

fn recorded_word(what: RecordedAct) -> &'static str {
    match what {
        RecordedAct::ConsentGiven => "report-recorded-consent-given",
        RecordedAct::ConsentWithdrawn => "report-recorded-consent-withdrawn",
        RecordedAct::Objected => "report-recorded-objected",
        RecordedAct::ObjectionUpheld => "report-recorded-objection-upheld",
        RecordedAct::ObjectionRejected => "report-recorded-objection-rejected",
        RecordedAct::Restricted => "report-recorded-restricted",
        RecordedAct::RestrictionLifted => "report-recorded-restriction-lifted",
        RecordedAct::Event => "report-recorded-event",
    }
}

fn purposes(shower: &Shower<'_>, report: &AccessReport, text: &mut String) {
    if report.purposes.is_empty() {
        return;
    }
    heading(shower, "report-purposes", text);
    for line in &report.purposes {
        purpose(shower, line, text);
    }
}

fn purpose(shower: &Shower<'_>, line: &PurposeLine, text: &mut String) {
    let Some(purpose) = shower.purpose(&line.statement) else { return };
    let basis = shower.words.basis(shower.policy, &purpose.basis);
    let said = shower.say("report-purpose", &[("title", &line.title), ("basis", &basis)]);
    let _ = writeln!(text, "  {said}\n    {}", shower.words.retention(shower.policy, purpose));
    if !line.recipients.is_empty() {
        let recipients = shower.words.and(&line.recipients);
        let _ = writeln!(text, "    {}", shower.say("report-recipients", &[("recipients", &recipients)]));
    }
}

/// To whom data really went, where that was recorded (15(1)(c)).
fn disclosed(shower: &Shower<'_>, report: &AccessReport, text: &mut String) {
    let line = |one: &Disclosure| {
        let (at, data) = (shower.at(one.at), one.data.join(", "));
        shower.say("report-disclosed-line", &[("at", &at), ("recipient", &one.recipient), ("data", &data)])
    };
    if !report.disclosed.is_empty() {
        heading(shower, "report-disclosed", text);
        for one in &report.disclosed {
            let _ = writeln!(text, "  {}", line(one));
        }
    } else if report.purposes.iter().any(|purpose| !purpose.recipients.is_empty()) {
        let _ = writeln!(text, "  {}", shower.words.word("report-disclosed-none"));
    }
}

fn consulted(shower: &Shower<'_>, report: &AccessReport, text: &mut String) {
    if report.consulted.is_empty() {
        return;
    }
    heading(shower, "report-consulted", text);
    let before = report.consulted.len().saturating_sub(LOOKS);
    for one in report.consulted.iter().skip(before) {
        let (at, act, why) = (shower.at(one.at), act(shower, one.act), why(shower, one));
        let said = shower.say("report-consulted-line", &[("at", &at), ("act", &act), ("why", &why)]);
        let _ = writeln!(text, "  {said}");
    }
    if before > 0 {
        let before = u64::try_from(before).unwrap_or(u64::MAX);
        let _ = writeln!(text, "  {}", shower.count("report-earlier", before, &[]));
    }
}

fn act(shower: &Shower<'_>, kind: Kind) -> String {
    shower.words.word(match kind {
        Kind::Collected => "report-act-collected",
        Kind::Contacted => "report-act-contacted",
        Kind::Disclosed => "report-act-disclosed",
        Kind::ReportMade => "report-act-report-made",
        Kind::ErasureDone => "report-act-erasure-done",
        Kind::RectificationDone => "report-act-rectification-done",
        Kind::SweepDone => "report-act-sweep-done",
        _ => "report-act-read",
    })
}

fn why(shower: &Shower<'_>, one: &Consulted) -> String {
    if let Some(reference) = &one.reference {
        return shower.say("report-why-reference", &[("reference", reference.as_str())]);
    }
    match (&one.request, &one.purpose) {
        (Some(case), _) => shower.say("report-why-request", &[("case", case.as_str())]),
        (None, Some(purpose)) if purpose.as_str() == "rights" => shower.words.word("report-why-rights"),
        (None, Some(purpose)) => {
            let title = shower.words.purpose(shower.policy, purpose);
            shower.say("report-why-purpose", &[("purpose", &title)])
        }
        (None, None) => shower.words.word("report-why-unsaid"),
    }
}

/// The other rights, how to use them, and where to complain (15(1)(e) and (f)).
fn rights(shower: &Shower<'_>, report: &AccessReport, text: &mut String) {
    heading(shower, "report-rights", text);
    let acts = OTHER_RIGHTS.map(|right| shower.words.right_as_act(right));
    let _ = writeln!(text, "  {}", shower.say("report-rights-acts", &[("acts", &shower.words.and(&acts))]));
    let ways = shower.words.apart(&report.head.contact);
    let _ = writeln!(text, "  {}", shower.say("report-ways", &[("ways", &ways)]));
    let complaint = match &report.head.authority {
        Some(name) => shower.say("authority", &[("name", name)]),
        None => shower.words.word("authority-any"),
    };
    let _ = writeln!(text, "  {complaint}\n  {}", shower.words.word("authority-elsewhere"));
}
