//! Why a person's data are held: every ground, with its rule and its event.

use kept_core::name::{EventKind, Language};
use kept_core::policy::Policy;
use kept_core::policy::model::DataRef;
use kept_core::standing::{Ground, KeepState, Mark, Purposed, Stage, Standing, Why};
use kept_core::time::{Day, Instant};
use serde::Serialize;

use crate::report::{FoundIn, Unreached};

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
    /// What people do about it, where no date ends it: the review of a criterion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<&'static str>,
}

/// What is said of data that stay by a criterion until people decide otherwise.
const REVIEWED: &str =
    "it stays until a review says otherwise; record each review: kept record reviewed --person …";

/// The grounds that concern a datum, or all.
pub fn ground_lines(
    policy: &Policy,
    standing: &Standing,
    only: Option<&DataRef>,
    language: &Language,
) -> Vec<GroundLine> {
    let mut lines: Vec<GroundLine> = Vec::new();
    for ground in standing.grounds.iter().filter(|ground| only.is_none_or(|datum| ground.covers(datum))) {
        let line = ground_line(policy, ground, language);
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
            }
            None => lines.push(line),
        }
    }
    lines.sort_by_key(|line| matches!(line.stage, Stage::Ended | Stage::None));
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
        mend: rule.filter(|rule| ground.keep.keeps() && rule.review().is_some()).map(|_| REVIEWED),
    }
}
