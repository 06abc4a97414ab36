//! `kept screening`: free text that people look through.

use kept_core::timeline::Right;
use kept_engine::keyed::Ended as Outcome;
use kept_engine::screening::{ScreeningDecision, ScreeningOrder, Waiting};

use crate::cli::screening::{Asks, Becomes, DecideArgs, ListArgs, ScreeningCommand};
use crate::commands::record::datum;
use crate::company::open;
use crate::table::aligned;
use crate::{Ended, clock, printer};

/// Carries out a command on free text.
pub(crate) fn run(command: &ScreeningCommand) -> anyhow::Result<Ended> {
    match command {
        ScreeningCommand::List(args) => list(args),
        ScreeningCommand::Decide(args) => decide(args),
    }
}

fn list(args: &ListArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let company = open(&args.work, now)?;
    let order = ScreeningOrder {
        purpose: args.purpose.as_str().into(),
        role: args.role.as_deref().map(Into::into),
        count: usize::from(args.count),
        after: args.after.clone(),
        actor: args.actor.clone(),
    };
    let pieces = company.screenings(&order, now)?;
    if args.work.json {
        printer::json(&pieces)?;
        return Ok(Ended::Done);
    }
    if pieces.pieces.is_empty() {
        printer::data("nothing waits");
    }
    for piece in &pieces.pieces {
        printer::data(&shown(piece));
    }
    if let Some(next) = &pieces.next {
        printer::note(&format!("there may be more: --after {next}"));
    }
    Ok(Ended::Done)
}

/// A piece, as a terminal shows it: control characters of what somebody wrote never reach it.
fn shown(piece: &Waiting) -> String {
    let text: String = piece.text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    let mut rows = vec![
        vec!["decide by".to_owned(), piece.decide_by.to_string()],
        vec!["person".to_owned(), piece.person.clone()],
        vec!["record".to_owned(), piece.record.to_string()],
        vec!["field".to_owned(), piece.field.to_string()],
    ];
    if !piece.flagged.is_empty() {
        rows.push(vec!["flagged".to_owned(), piece.flagged.join(", ")]);
    }
    rows.push(vec!["text".to_owned(), text]);
    aligned(&rows, "")
}

fn decide(args: &DecideArgs) -> anyhow::Result<Ended> {
    let keep = args.becomes == Becomes::Keep;
    let decision = ScreeningDecision {
        purpose: args.purpose.as_str().into(),
        person: args.person.clone(),
        record: args.record,
        field: datum(&args.field)?,
        keep,
        role: args.role.as_deref().map(Into::into),
        reason: args.reason.clone(),
        asks: args.asks.map(right),
        actor: args.actor.clone(),
        dry_run: args.dry_run,
    };
    let now = clock::now();
    let company = open(&args.work, now)?;
    let done = match company.decide_screening(&decision, now)? {
        Outcome::Done(done) => done,
        Outcome::NoRecord => {
            printer::note(
                "no such piece waits: it was decided on, or went, or the numbers are others\n\
                 help: kept screening list shows what waits",
            );
            return Ok(Ended::Findings);
        }
        Outcome::Refused(refused) => {
            for one in refused {
                let article = one.article.map(|article| format!(" ({article})")).unwrap_or_default();
                printer::note(&format!("not done: `{}`: {}{article}", one.field, one.words));
            }
            return Ok(Ended::Findings);
        }
    };
    if args.work.json {
        printer::json(&done)?;
        return Ok(Ended::Done);
    }
    let verb = match (args.dry_run, keep) {
        (true, true) => "would stay",
        (true, false) => "would go",
        (false, true) => "stays",
        (false, false) => "is gone",
    };
    let entry = done.entry.map(|entry| format!(" (entry {entry})")).unwrap_or_default();
    printer::data(&format!("`{}` of record {} {verb}{entry}", args.field, args.record));
    if let Some(request) = done.request {
        printer::data(&format!("opened as a request: {request}"));
    }
    Ok(Ended::Done)
}

fn right(asks: Asks) -> Right {
    match asks {
        Asks::Access => Right::Access,
        Asks::Rectification => Right::Rectification,
        Asks::Erasure => Right::Erasure,
        Asks::Restriction => Right::Restriction,
        Asks::Portability => Right::Portability,
        Asks::Objection => Right::Objection,
        Asks::Withdrawal => Right::Withdrawal,
    }
}
