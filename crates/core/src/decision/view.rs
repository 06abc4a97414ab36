//! A person's standing, made ready for the gate.

use std::collections::BTreeSet;

use crate::decision::Gate;
use crate::decision::answer::Refusal;
use crate::decision::bits::Bits;
use crate::decision::gate::bits_of;
use crate::decision::question::{FieldId, PurposeId};
use crate::name::{CaseId, ControllerName, PurposeName};
use crate::policy::Policy;
use crate::policy::model::DataRef;
use crate::standing::{Ground, Mark, Stage, Standing, Why};
use crate::time::Instant;
use crate::timeline::{Event, Happening, Occasion, Timeline};

/// What a person's grounds allow, purpose by purpose, in the numbers of one [`Gate`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// By purpose: the best of its grounds.
    pub(super) states: Box<[State]>,
    /// By purpose: the channels of its live grounds, as bits; all of them where none is left out.
    pub(super) channels: Box<[u8]>,
    /// Fields under a restriction that names its data.
    pub(super) restricted: Bits,
    /// Whether a restriction names no data, and so covers all.
    pub(super) restricted_wholly: bool,
    /// Whether the person was told where the data come from, or gave them (14(3)).
    pub(super) told: bool,
    /// By purpose: whether the person asked that a human decides.
    pub(super) human: Bits,
    /// The kinds of people as one of which the person is on record.
    pub(super) kinds: Bits,
    /// The contracts of live grounds to which recipients are linked: purpose, recipient, contract.
    links: Box<[(u32, u32, Occasion)]>,
    /// The sources whose data may be joined with others, by purpose.
    pub(super) combined: Box<[(u32, String)]>,
    /// The fields that consents reach, by purpose, where the purpose has come to need more since.
    consented: Box<[(u32, Bits)]>,
    /// Who answers for the live grounds of a purpose, where several controllers do.
    pub(super) controllers: Box<[(u32, ControllerName)]>,
}

/// What the grounds of one purpose come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// In use.
    Live,
    /// In the archive.
    Archive,
    /// Neither, for this reason.
    No(Refusal),
}

impl View {
    /// The view of a person with this standing. `told` says whether the person knows of the
    /// processing: gave the data, or was told of it (14(3)).
    pub fn new(gate: &Gate, standing: &Standing, told: bool) -> Self {
        let states = gate.purposes().map(|purpose| {
            let grounds = telling(standing, purpose).map(|ground| state(standing, ground));
            grounds.reduce(better).unwrap_or(State::No(Refusal::NoGround(Why::NoStart)))
        });
        let channels = gate.purposes().map(|purpose| {
            let live = standing.of(purpose).filter(|ground| state(standing, ground) == State::Live);
            let open = |ground: &Ground| ground.channels.as_ref().map_or(u8::MAX, bits_of);
            live.fold(0, |mask, ground| mask | open(ground))
        });
        let named = |field: &DataRef| {
            standing.restrictions.iter().any(|held| held.data.iter().any(|data| data.overlaps(field)))
        };
        Self {
            states: states.collect(),
            channels: channels.collect(),
            restricted: gate.fields_that(named),
            restricted_wholly: standing.restrictions.iter().any(|held| held.data.is_empty()),
            told,
            human: Bits::default(),
            kinds: Bits::default(),
            links: links(gate, standing),
            consented: consented(gate, standing),
            combined: live(gate, standing, |ground| ground.combined.iter().cloned().collect()),
            controllers: match gate.has_several() {
                true => live(gate, standing, |ground| vec![ground.id.controller.clone()]),
                false => Box::default(),
            },
        }
    }

    /// Whether a ground of a purpose is in use.
    pub(super) fn is_live(&self, purpose: PurposeId) -> bool {
        self.states.get(purpose.0 as usize) == Some(&State::Live)
    }

    /// Whether consent to a purpose reaches a field; of what rests on no consent it is not asked.
    pub(super) fn is_agreed(&self, purpose: PurposeId, field: FieldId) -> bool {
        let own = self.consented.iter().find(|(of, _)| *of == purpose.0);
        own.is_none_or(|(_, reached)| reached.has(field.0 as usize))
    }

    /// The contracts of a purpose to which a recipient is linked.
    pub(super) fn linked(&self, purpose: u32, to: u32) -> impl Iterator<Item = &Occasion> {
        let own = self.links.iter().filter(move |(of, linked, _)| (*of, *linked) == (purpose, to));
        own.map(|(.., occasion)| occasion)
    }

    /// The same view of a person who asked that a human decides, for these purposes (22(3)).
    #[must_use]
    pub fn with_human(mut self, gate: &Gate, asked: &BTreeSet<PurposeName>) -> Self {
        if asked.is_empty() {
            return self;
        }
        let is_asked = |bit: usize| gate.purposes().nth(bit).is_some_and(|name| asked.contains(name));
        self.human = Bits::of(gate.purposes().count(), is_asked);
        self
    }

    /// The same view of a person whom Kept recorded as one of some kinds, where these have a least age.
    #[must_use]
    pub fn with_people(mut self, gate: &Gate, timeline: &Timeline) -> Self {
        let guarded = |event: &Event| match &event.what {
            Happening::Observed { person: Some(kind) } => gate.guarded(kind.as_str()),
            _ => None,
        };
        let known: BTreeSet<usize> = timeline.events().iter().filter_map(guarded).collect();
        if let Some(last) = known.last() {
            self.kinds = Bits::of(last + 1, |kind| known.contains(&kind));
        }
        self
    }

    /// The view of somebody of whom nothing is held yet.
    pub fn of_nobody(gate: &Gate) -> Self {
        Self::new(gate, &Standing::default(), true)
    }
}

/// What the live grounds of each purpose say.
fn live<T>(gate: &Gate, standing: &Standing, says: impl Fn(&Ground) -> Vec<T>) -> Box<[(u32, T)]> {
    let mut said = Vec::new();
    for (number, purpose) in (0..).zip(gate.purposes()) {
        let grounds = telling(standing, purpose).filter(|ground| state(standing, ground) == State::Live);
        said.extend(grounds.flat_map(&says).map(|one| (number, one)));
    }
    said.into()
}

/// The fields that the live grounds of each purpose reach, where none of them reaches all.
fn consented(gate: &Gate, standing: &Standing) -> Box<[(u32, Bits)]> {
    let mut narrowed = Vec::new();
    for (number, purpose) in (0..).zip(gate.purposes()) {
        let live = || telling(standing, purpose).filter(|ground| state(standing, ground) == State::Live);
        if live().next().is_some() && live().all(|ground| ground.consented.is_some()) {
            let reached = gate.fields_that(|field| live().any(|ground| ground.is_agreed(field)));
            narrowed.push((number, reached));
        }
    }
    narrowed.into()
}

/// What recipients are linked to, as far as grounds of it are live.
fn links(gate: &Gate, standing: &Standing) -> Box<[(u32, u32, Occasion)]> {
    let mut links = Vec::new();
    for (recipient, occasion) in &standing.links {
        let Some(to) = gate.recipient(recipient.as_str()) else { continue };
        for (number, purpose) in (0..).zip(gate.purposes()) {
            let mut grounds = telling(standing, purpose).filter(|ground| ground.id.occasion == *occasion);
            if grounds.any(|ground| state(standing, ground) == State::Live) {
                links.push((number, to.0, occasion.clone()));
            }
        }
    }
    links.into()
}

/// The grounds of a purpose that say something: an arm whose relation is over leaves the word to those
/// that hold for everybody else.
fn telling<'a>(standing: &'a Standing, purpose: &'a PurposeName) -> impl Iterator<Item = &'a Ground> {
    let is_silent = |ground: &&Ground| ground.id.arm.is_some() && ground.why() == Why::PeriodOver;
    standing.of(purpose).filter(move |ground| !is_silent(ground))
}

/// The state of one ground. A restriction of named data is judged field by field; any other mark
/// stops the whole ground.
fn state(standing: &Standing, ground: &Ground) -> State {
    let by_field =
        |case: &CaseId| standing.restrictions.iter().any(|held| held.case == *case && !held.data.is_empty());
    let mark = ground.marks.iter().find_map(|mark| match mark {
        Mark::Contested => Some(Refusal::Contested),
        Mark::Reported => Some(Refusal::Reported),
        Mark::ReviewOverdue => Some(Refusal::ReviewOverdue),
        Mark::Restricted(case) if by_field(case) => None,
        Mark::Restricted(_) => Some(Refusal::RestrictedWholly),
    });
    match ground.stage() {
        Stage::Live => mark.map_or(State::Live, State::No),
        Stage::Archived => mark.map_or(State::Archive, State::No),
        Stage::Locked => State::No(mark.unwrap_or(Refusal::Locked)),
        Stage::Unknown => State::No(Refusal::FactMissing),
        Stage::None | Stage::Ended => State::No(Refusal::NoGround(ground.why())),
    }
}

/// The one of two grounds that allows more; of two that refuse, the one that says more.
fn better(left: State, right: State) -> State {
    match (left, right) {
        (State::Live, _) | (_, State::Live) => State::Live,
        (State::Archive, _) | (_, State::Archive) => State::Archive,
        (State::No(one), State::No(other)) if other.rank() > one.rank() => right,
        _ => left,
    }
}

/// The purposes for which the person refused to be decided about by machine alone: an objection to
/// the purpose, or to everything. Only an explicit consent given since takes it back (22(2)(c)).
pub fn human_asked(policy: &Policy, timeline: &Timeline, at: Instant) -> BTreeSet<PurposeName> {
    let decided = || policy.purposes.values().filter(|purpose| purpose.decides.is_some());
    let mut asked = BTreeSet::new();
    for event in timeline.events().iter().filter(|event| event.happened_at <= at) {
        match &event.what {
            Happening::Objected { purpose: Some(name) } => asked.extend([name.clone()]),
            Happening::Objected { purpose: None } => asked.extend(decided().map(|one| one.name.clone())),
            Happening::ConsentGiven { purpose, .. } => {
                asked.remove(purpose);
            }
            _ => {}
        }
    }
    asked
}
