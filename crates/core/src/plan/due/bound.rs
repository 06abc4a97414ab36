//! Earlier versions of the policy that still bind what began under them: a version that keeps longer, or a
//! purpose that came later, is no reason to keep older data (semantics 9).
//!
//! The conditions of a table go by the version in force. What an earlier one lets go earlier is told here, a
//! little more than that at times: the pure function has the last word, person by person. Not here: which versions
//! bind a ground (`standing::history`).

use std::collections::BTreeMap;

use crate::name::PurposeName;
use crate::plan::due::condition::Condition;
use crate::plan::due::ground::{Ground, Source};
use crate::plan::due::lean::{Leaned, lean};
use crate::plan::due::routes::{Node, Rows, Ways};
use crate::plan::due::tell::Clock;
use crate::policy::Policy;
use crate::policy::model::{Purpose, Store};
use crate::standing::history::PolicyHistory;
use crate::time::Instant;

/// By purpose of the version in force, the earlier versions that said otherwise of it.
#[derive(Debug, Default)]
pub(super) struct Bound<'a> {
    versions: Vec<Version<'a>>,
    purposes: BTreeMap<PurposeName, Vec<usize>>,
}

/// An earlier version.
#[derive(Debug)]
struct Version<'a> {
    /// As of the instant of the question.
    now: Source<'a>,
    /// As of its own end.
    then: Source<'a>,
}

impl<'a> Bound<'a> {
    /// The earlier versions of a history that matter at an instant.
    pub(super) fn new(history: &'a PolicyHistory, map: &'a Store, ways: &'a Ways, at: Instant) -> Self {
        let policy: &Policy = &history.at(at).policy;
        let mut bound = Self::default();
        let versions: Vec<_> = history.until(at).collect();
        for pair in versions.windows(2) {
            let [version, next] = pair else { continue };
            let earlier: &'a Policy = &version.policy;
            let source = |at| Source { policy: earlier, map, ways, clock: Clock::new(at, earlier.zone()) };
            let changed = policy
                .purposes
                .values()
                .filter(|purpose| differs(earlier.purposes.get(&purpose.name), purpose));
            for purpose in changed {
                bound.purposes.entry(purpose.name.clone()).or_default().push(bound.versions.len());
            }
            bound.versions.push(Version { now: source(at), then: source(next.from) });
        }
        bound
    }

    /// Whether no earlier version said otherwise.
    pub(super) fn is_empty(&self) -> bool {
        self.purposes.is_empty()
    }

    /// What a purpose says of a row, where everything is over that some version lets go.
    pub(super) fn loosened(
        &self,
        purpose: &'a Purpose,
        node: Node<'a>,
        rows: &Rows,
        leaned: Leaned,
    ) -> Leaned {
        let versions = self.purposes.get(&purpose.name).into_iter().flatten();
        versions.filter_map(|place| self.versions.get(*place)).fold(leaned, |leaned, version| {
            match version.now.policy.purposes.get(&purpose.name) {
                Some(earlier) => {
                    let told = |source| lean(source, earlier, node, rows);
                    // Of what a law obliges to keep only what was over before the next version came is over.
                    let is_duty = purpose.basis.is_duty() && earlier.basis.is_duty();
                    let now = if is_duty { &version.then } else { &version.now };
                    match (told(now), told(&version.then)) {
                        (Some(now), Some(then)) => over_by(&leaned, Some(&now), &then),
                        _ => leaned,
                    }
                }
                None if purpose.basis.is_duty() => leaned,
                // What was collected before the purpose was told of is not collected for it.
                None => match lean(&version.then, purpose, node, rows) {
                    Some(then) => over_by(&leaned, None, &then),
                    None => leaned,
                },
            }
        })
    }
}

/// Whether a purpose began, runs or ends otherwise than by an earlier version, or was not there.
fn differs(earlier: Option<&Purpose>, purpose: &Purpose) -> bool {
    let Some(earlier) = earlier else { return true };
    let says = |one: &Purpose| {
        let rules: Vec<_> = one.rules().map(|rule| (rule.starts.clone(), rule.basis.clone())).collect();
        (rules, one.retention.clone(), one.occasion, one.reconfirm, one.after_withdrawal, one.people.clone())
    };
    says(earlier) != says(purpose)
}

/// Over where an earlier version says so of what began while it was in force.
fn over_by(leaned: &Leaned, now: Option<&Leaned>, then: &Leaned) -> Leaned {
    let parties = leaned.parties.iter().zip(&then.parties).enumerate();
    Leaned {
        ground: earlier(&leaned.ground, now.map(|now| &now.ground), &then.ground),
        parties: parties
            .map(|(place, (party, then))| earlier(party, now.and_then(|now| now.parties.get(place)), then))
            .collect(),
    }
}

fn earlier(ground: &Ground, now: Option<&Ground>, then: &Ground) -> Ground {
    let begun = then.begun.clone();
    let ends = now.map_or(Condition::Always, |now| now.ended.clone());
    let keeps = now.map_or(Condition::Never, |now| now.keeps.clone());
    Ground {
        ended: Condition::any([ground.ended.clone(), Condition::all([begun.clone(), ends])]),
        keeps: Condition::all([ground.keeps.clone(), Condition::any([keeps, begun.negated()])]),
        ..ground.clone()
    }
}
