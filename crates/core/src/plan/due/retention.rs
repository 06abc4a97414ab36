//! A retention sentence as conditions: over, open, missing a fact, or in the archive.
//!
//! The same algebra as `LastDay::evaluate`: the first of several is over when one that happened is,
//! the latest when all that happened are.

use crate::name::EventKind;
use crate::plan::due::condition::Condition;
use crate::policy::keep::Phase;
use crate::policy::keep::ending::{LastDay, Shift};

/// What holds when a last day, or a stage, is in each state.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    /// It lies in the past.
    pub(super) over: Condition,
    /// None of its events happened.
    pub(super) absent: Condition,
    /// It waits for an event that has not come.
    pub(super) open: Condition,
    /// A fact is missing; whatever is absent counts too.
    pub(super) missing: Condition,
}

impl State {
    /// What lasts for good.
    pub(super) const OPEN: Self = Self {
        over: Condition::Never,
        absent: Condition::Never,
        open: Condition::Always,
        missing: Condition::Never,
    };
}

/// The state of a last day, given that of each event in it.
pub(super) fn state(last_day: &LastDay, leaf: &mut dyn FnMut(&EventKind, Shift) -> State) -> State {
    match last_day {
        LastDay::Of(event, shift) => leaf(event, *shift),
        LastDay::First(all) => first_of(&all.iter().map(|one| state(one, leaf)).collect::<Vec<_>>()),
        LastDay::Latest(all) => latest_of(&all.iter().map(|one| state(one, leaf)).collect::<Vec<_>>()),
    }
}

fn each(all: &[State], part: impl Fn(&State) -> Condition) -> Vec<Condition> {
    all.iter().map(part).collect()
}

fn known_missing(one: &State) -> Condition {
    Condition::all([one.absent.clone().negated(), one.missing.clone()])
}

fn first_of(all: &[State]) -> State {
    if all.is_empty() {
        return State::OPEN;
    }
    let absent = Condition::all(each(all, |one| one.absent.clone()));
    let waits = Condition::all(each(all, |one| Condition::any([one.absent.clone(), one.open.clone()])));
    State {
        over: Condition::any(each(all, |one| one.over.clone())),
        open: Condition::all([absent.clone().negated(), waits]),
        missing: Condition::any(each(all, known_missing).into_iter().chain([absent.clone()])),
        absent,
    }
}

fn latest_of(all: &[State]) -> State {
    if all.is_empty() {
        return State::OPEN;
    }
    let absent = Condition::all(each(all, |one| one.absent.clone()));
    let open = Condition::any(each(all, |one| one.open.clone()));
    let some = Condition::any(each(all, |one| one.over.clone()));
    let every = Condition::all(each(all, |one| Condition::any([one.over.clone(), one.absent.clone()])));
    let lacking = Condition::any(each(all, known_missing));
    State {
        over: Condition::all([every, some]),
        missing: Condition::any([Condition::all([open.clone().negated(), lacking]), absent.clone()]),
        open,
        absent,
    }
}

/// Whether the running stage is one of the archive, and whether it misses a fact.
pub(super) fn place(stages: &[(Phase, State)]) -> (Condition, Condition) {
    let mut before: Vec<Condition> = Vec::new();
    let mut archived = Vec::new();
    let mut missing = Vec::new();
    for (phase, state) in stages {
        let running = Condition::all(before.iter().cloned().chain([state.over.clone().negated()]));
        let lacks = Condition::all([running.clone(), state.missing.clone()]);
        if *phase == Phase::Archive {
            archived.push(Condition::all([running, state.missing.clone().negated()]));
        }
        missing.push(lacks);
        before.push(state.over.clone());
    }
    (Condition::any(archived), Condition::any(missing))
}
