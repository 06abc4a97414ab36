//! The answer to one question, by the gate and with words. Not here: how a person is seen (`decide`), and
//! what is allowed (`kept_core::decision`).

use kept_core::admission::missing::what_is_missing;
use kept_core::decision::{Answer, Gate, Question, Refusal, View};
use kept_core::name::ControllerName;
use kept_core::policy::Policy;
use kept_core::time::Instant;

use super::human::human;
use super::question::{question, stranger};
use super::{Ask, Decided, Subject, Verb};
use crate::company::Company;
use crate::unit::ControllerRefusal;

/// That it is not clear, or not so, that a controller asks.
pub(super) fn not_asked(gate: &Gate, refusal: &ControllerRefusal) -> Decided {
    let because = match refusal {
        ControllerRefusal::Unknown { .. } => Refusal::Unknown,
        ControllerRefusal::Unnamed { .. } => Refusal::ControllerNotNamed,
        ControllerRefusal::NotIts { .. } => Refusal::OtherController,
    };
    let problem = format!("{refusal}; {}", refusal.mend());
    decided(gate, Answer::Refused(because), None, Some(problem))
}

/// The answer to one question, as a controller has it.
pub(super) fn answer(
    policy: &Policy,
    gate: &Gate,
    (ask, named): (&Ask, Option<&ControllerName>),
    person: &Subject,
) -> Decided {
    let sight = match &person.sight {
        Ok(sight) => sight,
        Err(problem) => {
            return decided(gate, Answer::Refused(Refusal::FactMissing), None, Some(problem.clone()));
        }
    };
    let (because, until) = match question(policy, gate, ask) {
        Some((aim, act, fields, role)) => {
            let question = Question { aim, act, fields: &fields, role, exception: ask.exception };
            let (view, later) = sight.as_seen_by(named);
            let mut because = gate.decide(view, &question);
            if ask.source.as_ref().is_some_and(|source| !policy.sources.contains_key(source)) {
                because = Answer::Refused(Refusal::Unknown);
            } else if because.is_allowed() && Company::source_forbids(policy, gate, ask, &fields) {
                because = Answer::Refused(Refusal::SourceForbids);
            }
            let turns = |view: &View| gate.decide(view, &question).is_allowed() != because.is_allowed();
            (because, later.iter().find(|(_, view)| turns(view)).map(|(from, _)| *from))
        }
        None => (Answer::Refused(Refusal::Unknown), None),
    };
    let missing =
        sight.told.missing.get(&ask.purpose).filter(|_| because == Answer::Refused(Refusal::FactMissing));
    let problem = missing.map(|event| what_is_missing(policy, &ask.purpose, event));
    let unknown = (because == Answer::Refused(Refusal::Unknown)).then(|| stranger(policy, ask)).flatten();
    let problem = problem.or_else(|| unknown.map(|name| name.whole()));
    let human = (ask.verb == Verb::DecideAutomatically).then(|| human(policy, &ask.purpose)).flatten();
    Decided { human, ..decided(gate, because, until, problem) }
}

fn decided(gate: &Gate, because: Answer, until: Option<Instant>, problem: Option<String>) -> Decided {
    let refusal = match because {
        Answer::Refused(refusal) => Some(refusal),
        Answer::Allowed(_) => None,
    };
    let field = match refusal {
        Some(
            Refusal::NotNeeded(field)
            | Refusal::Restricted(field)
            | Refusal::NotForRecipient(field)
            | Refusal::NotCombined(field)
            | Refusal::NotAgreed(field),
        ) => gate.name_of(field).cloned(),
        _ => None,
    };
    Decided {
        allowed: because.is_allowed(),
        because,
        words: refusal.map_or("allowed", Refusal::words),
        article: refusal.and_then(Refusal::article),
        field,
        until,
        problem,
        human: None,
    }
}
