//! The lists of what was recorded: a person's consents, the holds and restrictions that stand.

use kept_engine::listing::{ConsentLine, ConsentList, GuardLine};
use kept_engine::report::Unreached;

use crate::cli::WorkArgs;
use crate::cli::record::{PersonListArgs, ReviewedArgs};
use crate::company::{open, whom};
use crate::table::aligned;
use crate::{Ended, clock, printer};

/// `kept consent list`: exit status 1 when a store could not be asked.
pub(crate) fn consents(args: &PersonListArgs) -> anyhow::Result<Ended> {
    let mut whom = whom(&args.person)?;
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    company.recognise(&mut [&mut whom], None, now)?;
    let ConsentList { lines, unreached } = company.consents(&whom, now)?;
    if args.work.json {
        printer::json(&lines)?;
    } else if lines.is_empty() {
        printer::data("no consent of this person is on record, neither Kept's own nor in a store's columns");
    } else {
        let rows: Vec<Vec<String>> = lines.iter().map(consent_cells).collect();
        printer::data(&aligned(&rows, ""));
    }
    Ok(ended(&unreached))
}

/// Says which stores are not in a list: then it is not whole.
fn ended(unreached: &[Unreached]) -> Ended {
    for down in unreached {
        printer::note(&format!("store `{}` could not be asked: {}", down.store, down.problem));
    }
    if unreached.is_empty() { Ended::Done } else { Ended::Findings }
}

/// `kept consent export`: exit status 1 when a store could not be asked.
pub(crate) fn export(args: &PersonListArgs) -> anyhow::Result<Ended> {
    let mut whom = whom(&args.person)?;
    let now = clock::now();
    let mut company = open(&args.work, now)?;
    company.recognise(&mut [&mut whom], None, now)?;
    let records = company.consent_records(&whom, now)?;
    let language = company.language();
    printer::json(&kept_web::consent::json_ld(company.policy(), &records, &language)?)?;
    Ok(ended(&records.unreached))
}

fn consent_cells(line: &ConsentLine) -> Vec<String> {
    let channels: Vec<&str> = line.channels.iter().map(|channel| channel.word()).collect();
    let proof = line.proof.as_deref();
    let how = proof.and_then(|proof| proof.how.clone()).unwrap_or_default();
    let source = proof.and_then(|proof| proof.source.as_ref()).map(|name| format!("by {name}"));
    vec![
        line.happened_on.to_string(),
        line.what.to_owned(),
        line.purpose.to_string(),
        channels.join(" "),
        line.wording.map(|number| format!("wording {number}")).unwrap_or_default(),
        [Some(how), source, line.from_store.then(|| "by a store's column".to_owned())]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    ]
}

/// `kept hold list`: exit status 1 when a review is overdue.
pub(crate) fn holds(args: &WorkArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let company = open(args, now)?;
    let lines = company.guards(now)?;
    let overdue = lines.iter().any(|line| line.overdue);
    if args.json {
        printer::json(&lines)?;
    } else if lines.is_empty() {
        printer::data("no hold and no restriction stands, and no use on a vital interest waits for a look");
    } else {
        let rows: Vec<Vec<String>> = lines.iter().map(guard_cells).collect();
        printer::data(&aligned(&rows, ""));
        if let Some(used) = lines.iter().find(|line| line.kind == "vital-interest") {
            printer::note(&format!("whoever looked at a use notes it: kept hold reviewed {}", used.case));
        }
    }
    Ok(if overdue { Ended::Findings } else { Ended::Done })
}

/// `kept hold reviewed`.
pub(crate) fn reviewed(args: &ReviewedArgs) -> anyhow::Result<Ended> {
    let now = clock::now();
    let company = open(&args.work, now)?;
    company.review_use(&args.case, args.actor.as_deref(), now)?;
    if args.work.json {
        printer::json(&serde_json::json!({ "case": args.case, "reviewed-at": now }))?;
    } else {
        printer::data(&format!("{} is reviewed, and off the list", args.case));
    }
    Ok(Ended::Done)
}

fn guard_cells(line: &GuardLine) -> Vec<String> {
    let data: Vec<String> = line.data.iter().map(ToString::to_string).collect();
    let review = line.review_on.map(|day| format!("review {day}")).unwrap_or_default();
    vec![
        line.case.to_string(),
        line.kind.to_owned(),
        format!("since {}", line.since),
        if line.overdue { format!("{review}, overdue") } else { review },
        if data.is_empty() { "everything".to_owned() } else { data.join(", ") },
        line.reason.clone(),
        match (&line.approver, line.keeps) {
            (Some(name), _) => format!("approved by {name}"),
            (None, true) => String::new(),
            (None, false) => "erasure was asked for: it stops use, and keeps nothing".to_owned(),
        },
    ]
}
