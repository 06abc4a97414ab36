//! Why a person's data are held: every ground, with its rule and its event.

use std::collections::BTreeSet;

use kept_core::name::{EventKind, Language, StoreName, TableName};
use kept_core::policy::Policy;
use kept_core::policy::model::{DataRef, OwnRecord, Purpose};
use kept_core::standing::proof::{Proof, STATEMENT};
use kept_core::standing::{Ground, KeepState, Mark, Purposed, RequestState, Stage, Standing, Why, own};
use kept_core::time::{Day, Instant};
use kept_vault::request::Request;
use serde::Serialize;

use crate::report::{FoundIn, Unreached};
use crate::why::{Held, Places};

/// The grounds of one person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhyReport {
    /// As of when.
    pub at: Instant,
    /// Where the person was found.
    pub found: Vec<FoundIn>,
    /// Stores that could not be asked.
    pub unreached: Vec<Unreached>,
    /// The grounds, those that keep first; many of one purpose and stage are one line.
    pub grounds: Vec<GroundLine>,
    /// When something changes next by itself.
    pub next_change: Option<Instant>,
}

/// One ground, or several of the same purpose, stage and reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroundLine {
    /// How people know the purpose; a hold says so.
    pub title: String,
    /// The statement that decides it.
    pub statement: String,
    /// The legal basis, by its article.
    pub basis: Option<&'static str>,
    /// The arm of a basis by audience on which it stands, by its statement:
    /// `purpose.mailing.basis.customer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arm: Option<String>,
    /// Its stage.
    pub stage: Stage,
    /// Marks beside it.
    pub marks: Vec<Mark>,
    /// Why.
    pub why: Why,
    /// The fact that is missing.
    pub missing: Option<EventKind>,
    /// The event that decided, and its day.
    pub event: Option<EventKind>,
    /// Its day; the latest where there are several.
    pub event_on: Option<Day>,
    /// Until when; the latest where there are several.
    pub until: Option<Instant>,
    /// The data that lean on it.
    pub data: Vec<String>,
    /// How many occasions (contracts, requests, rows).
    pub occasions: usize,
    /// Where the rows lie that lean on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<HeldIn>,
    /// What people do about it, where no date ends it: the review of a criterion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<&'static str>,
}

/// What is said of data that stay by a criterion until people decide otherwise.
const REVIEWED: &str =
    "it stays until a review says otherwise; record each review: kept record reviewed --person …";

/// Rows of a table that lean on a ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldIn {
    /// The store.
    pub store: StoreName,
    /// The table.
    pub table: TableName,
    /// The keys of the rows.
    pub keys: BTreeSet<String>,
}

/// The grounds that concern a datum, or all; then the purposes of which nothing tells whether they began, and
/// for which rows stay all the same.
pub(crate) fn ground_lines(
    policy: &Policy,
    (standing, held): (&Standing, &Held),
    only: Option<&DataRef>,
    language: &Language,
) -> Vec<GroundLine> {
    let mut lines = begun_lines(policy, (standing, held), only, language);
    for (name, places) in &held.unknown {
        let Some(purpose) = policy.purposes.get(name) else { continue };
        let statement = purpose.path("basis");
        let known = lines.iter_mut().find(|line| line.stage == Stage::Unknown && line.statement == statement);
        match known {
            Some(line) => gather(&mut line.held, held_in(Some(places))),
            None => lines.push(unknown_line(policy, purpose, places, language)),
        }
    }
    lines.sort_by_key(|line| matches!(line.stage, Stage::Ended | Stage::None));
    lines
}

/// What is said of the proof of a consent that is over: it is kept, and not used.
pub(crate) fn proof_line(policy: &Policy, proof: &Proof, language: &Language) -> GroundLine {
    let purpose = policy.purposes.get(&proof.purpose);
    GroundLine {
        title: purpose.map_or_else(
            || proof.purpose.to_string(),
            |purpose| policy.text(&purpose.title, language).to_owned(),
        ),
        statement: STATEMENT.to_owned(),
        basis: Some("Art. 7(1) GDPR"),
        arm: None,
        stage: Stage::Locked,
        marks: Vec::new(),
        why: Why::Period,
        missing: None,
        event: Some("consent-end".into()),
        event_on: Some(proof.ended_on),
        until: proof.goes_at,
        data: Vec::new(),
        occasions: proof.events.len(),
        held: Vec::new(),
        mend: None,
    }
}

/// What is said of the file of a request: kept, and not used, until its own period is over.
pub(crate) fn case_line(changed_on: Day, request: &Request, until: Option<Instant>) -> GroundLine {
    let is_answered = request.state == RequestState::Answered;
    GroundLine {
        title: request.number.to_string(),
        statement: own::statement(OwnRecord::Requests).to_owned(),
        basis: Some("Art. 5(2) GDPR"),
        arm: None,
        stage: if is_answered { Stage::Locked } else { Stage::Live },
        marks: Vec::new(),
        why: Why::Period,
        missing: None,
        event: is_answered.then(|| "request-closed".into()),
        event_on: is_answered.then_some(changed_on),
        until,
        data: Vec::new(),
        occasions: 1,
        held: Vec::new(),
        mend: None,
    }
}

/// What is said of a purpose for which rows stay although no event tells that it began.
fn unknown_line(policy: &Policy, purpose: &Purpose, places: &Places, language: &Language) -> GroundLine {
    GroundLine {
        title: policy.text(&purpose.title, language).to_owned(),
        statement: purpose.path("basis"),
        basis: Some(purpose.basis.article()),
        arm: None,
        stage: Stage::Unknown,
        marks: Vec::new(),
        why: Why::NoStart,
        missing: Some(purpose.starts.clone()),
        event: None,
        event_on: None,
        until: None,
        data: purpose.data.iter().map(ToString::to_string).collect(),
        occasions: 1,
        held: held_in(Some(places)),
        mend: None,
    }
}

fn held_in(places: Option<&Places>) -> Vec<HeldIn> {
    let place = |((store, table), keys): (&(StoreName, TableName), &BTreeSet<String>)| HeldIn {
        store: store.clone(),
        table: table.clone(),
        keys: keys.clone(),
    };
    places.into_iter().flatten().map(place).collect()
}

/// Adds rows to those that are known.
fn gather(known: &mut Vec<HeldIn>, more: Vec<HeldIn>) {
    for one in more {
        match known.iter_mut().find(|held| held.store == one.store && held.table == one.table) {
            Some(held) => held.keys.extend(one.keys),
            None => known.push(one),
        }
    }
}

fn begun_lines(
    policy: &Policy,
    (standing, held): (&Standing, &Held),
    only: Option<&DataRef>,
    language: &Language,
) -> Vec<GroundLine> {
    let mut lines: Vec<GroundLine> = Vec::new();
    for ground in standing.grounds.iter().filter(|ground| only.is_none_or(|datum| ground.covers(datum))) {
        let mut line = ground_line(policy, ground, language);
        line.held = held_in(held.grounds.get(&ground.id));
        let same = |known: &&mut GroundLine| {
            known.statement == line.statement
                && known.stage == line.stage
                && known.why == line.why
                && known.marks == line.marks
                && known.arm == line.arm
        };
        match lines.iter_mut().find(same) {
            Some(known) => {
                known.occasions += 1;
                known.until = known.until.max(line.until);
                known.event_on = known.event_on.max(line.event_on);
                gather(&mut known.held, line.held);
            }
            None => lines.push(line),
        }
    }
    lines
}

fn ground_line(policy: &Policy, ground: &Ground, language: &Language) -> GroundLine {
    let purpose = ground.purpose().and_then(|name| policy.purposes.get(name));
    let title = match (&ground.id.purpose, purpose) {
        (_, Some(purpose)) => policy.text(&purpose.title, language).to_owned(),
        (Purposed::Purpose(name), None) => name.to_string(),
        (Purposed::Hold(case), None) => case.to_string(),
    };
    let rule = purpose.and_then(|purpose| purpose.rule(ground.id.arm));
    GroundLine {
        title,
        statement: ground.reason.statement.clone(),
        basis: rule.map(|rule| rule.basis.article()),
        arm: ground.id.arm.zip(purpose).and_then(|(place, purpose)| purpose.arm_path(place)),
        stage: ground.stage(),
        marks: ground.marks.clone(),
        why: ground.why(),
        missing: match &ground.keep {
            KeepState::Unknown(event) => Some(event.clone()),
            _ => None,
        },
        event: ground.reason.event_kind.clone(),
        event_on: ground.reason.event_on,
        until: ground.until(),
        data: ground.data.iter().map(ToString::to_string).collect(),
        occasions: 1,
        held: Vec::new(),
        mend: rule.filter(|rule| ground.keep.keeps() && rule.review().is_some()).map(|_| REVIEWED),
    }
}
