//! The words of a suite's table of events.
//!
//! Columns: `when` (a day, taken at noon, or a day and a time), `what`, and if needed `about`
//! (`contract 12`, `request 7`, `row invoices 3`; empty: the person), `data` and `known` (when it
//! was recorded).

use kept_core::policy::model::DataRef;
use kept_core::time::{Day, Instant, Zone};
use kept_core::timeline::{Event, EventId, Happening, Occasion, RestrictionReason, Right};

/// One row of the table.
pub(crate) fn read(header: &[String], cells: &[String], number: usize, zone: &Zone) -> Result<Event, String> {
    let cell = |name: &str| {
        let at = header.iter().position(|column| column == name)?;
        cells.get(at).map(String::as_str).filter(|text| !text.is_empty())
    };
    let happened_at = moment(cell("when").ok_or("no `when`")?, zone)?;
    Ok(Event {
        id: EventId(number as u64),
        happened_at,
        recorded_at: cell("known").map_or(Ok(happened_at), |known| moment(known, zone))?,
        about: cell("about").map_or(Ok(Occasion::Person), occasion)?,
        data: cell("data").map(|names| names.split(',').map(datum).collect()).unwrap_or_default(),
        what: happening(cell("what").ok_or("no `what`")?)?,
    })
}

/// `2025-03-01` (noon) or `2025-03-01 09:30`, in the controller's zone.
pub(crate) fn moment(text: &str, zone: &Zone) -> Result<Instant, String> {
    let (day, time) = text.split_once(' ').unwrap_or((text, "12:00"));
    let day: Day = day.parse().map_err(|_| format!("`{day}` is no day"))?;
    let time: jiff::civil::Time = time.parse().map_err(|_| format!("`{time}` is no time"))?;
    zone.instant_of(day.to_datetime(time)).ok_or_else(|| format!("`{text}` does not exist"))
}

/// `identification` or `identification.email`.
pub(crate) fn datum(text: &str) -> DataRef {
    match text.trim().split_once('.') {
        Some((category, field)) => DataRef { category: category.into(), field: Some(field.into()) },
        None => DataRef::whole(text.trim().into()),
    }
}

/// `contract 12`, `request 7`, `row invoices 3`.
pub(crate) fn occasion(text: &str) -> Result<Occasion, String> {
    match text.split(' ').collect::<Vec<_>>().as_slice() {
        ["contract", number] => Ok(Occasion::Contract((*number).into())),
        ["request", number] => Ok(Occasion::Request((*number).into())),
        ["row", table, key] => {
            Ok(Occasion::Record { store: "store".into(), table: (*table).into(), key: (*key).into() })
        }
        _ => Err(format!("`{text}` is no occasion: contract 12, request 7, row invoices 3")),
    }
}

fn happening(text: &str) -> Result<Happening, String> {
    let words: Vec<&str> = text.split(' ').collect();
    Ok(match words.as_slice() {
        ["consent", "for", purpose] => Happening::ConsentGiven {
            purpose: (*purpose).into(),
            wording: Some(1),
            channels: Vec::new(),
            proof: None,
            scope: None,
        },
        ["withdrawal", "for", purpose] => {
            Happening::ConsentWithdrawn { purpose: (*purpose).into(), channels: Vec::new() }
        }
        ["objection"] => Happening::Objected { purpose: None },
        ["objection", "to", purpose] => Happening::Objected { purpose: Some((*purpose).into()) },
        ["objection", "to", purpose, "upheld"] => Happening::ObjectionUpheld { purpose: (*purpose).into() },
        ["objection", "to", purpose, "rejected"] => Happening::ObjectionRejected {
            purpose: (*purpose).into(),
            ground: "compelling".to_owned(),
            approver: "legal".to_owned(),
        },
        ["refusal", "found", "for", purpose] => Happening::RefusalFound { purpose: (*purpose).into() },
        ["request", "for", right] => Happening::RequestReceived { right: right_of(right)?, regime: None },
        ["request", "for", right, "under", regime] => {
            Happening::RequestReceived { right: right_of(right)?, regime: Some((*regime).to_owned()) }
        }
        ["extended"] => Happening::RequestExtended,
        ["paused"] => Happening::RequestPaused,
        ["resumed"] => Happening::RequestResumed,
        ["answered"] => Happening::RequestAnswered,
        ["erasure", "asked", "for"] => Happening::ErasureRequested,
        ["erased"] => Happening::Erased,
        ["seen"] => Happening::Observed { person: None },
        ["seen", "as", kind] => Happening::Observed { person: Some((*kind).into()) },
        ["died"] => Happening::Died,
        ["guardian", "reported"] => Happening::GuardianReported,
        ["report", "dismissed"] => {
            Happening::ReportDismissed { ground: "she is 34".into(), approver: "Jo".into() }
        }
        ["nobody", "knows", event] => Happening::NotKnown { event: (*event).into(), of: None },
        ["restriction", case, "lifted"] => Happening::RestrictionLifted { case: (*case).into() },
        ["restriction", case, reason] => {
            Happening::Restricted { case: (*case).into(), reason: reason_of(reason)?, review_on: None }
        }
        ["told", "of", "lifting", case] => Happening::ToldOfLifting { case: (*case).into() },
        ["hold", case, "released"] => Happening::HoldReleased { case: (*case).into() },
        ["hold", case] => Happening::HoldPlaced {
            case: (*case).into(),
            reason: "a claim".to_owned(),
            approver: "legal".to_owned(),
            review_on: Day::constant(2030, 1, 1),
        },
        [event] => Happening::Dated { event: (*event).into(), of: None },
        _ => return Err(format!("`{text}` is nothing that can happen")),
    })
}

fn right_of(word: &str) -> Result<Right, String> {
    serde_json::from_value(word.into()).map_err(|_| format!("`{word}` is no right"))
}

fn reason_of(word: &str) -> Result<RestrictionReason, String> {
    let word = word.trim_matches(['(', ')']);
    serde_json::from_value(word.into()).map_err(|_| format!("`{word}` is no reason for a restriction"))
}
