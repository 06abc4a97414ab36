//! What is promised of the organisation: decisions by automated means, what is never done, how data
//! are looked after, and the records that answering people makes.

use crate::notice::fact::own_key;
use crate::notice::{Fact, NeverFact, Said};
use crate::policy::Policy;

pub(super) fn automated_decisions(policy: &Policy) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    if policy.decisions.no_automated {
        said.push(Said::new("decisions.automated", Fact::NoAutomatedDecisions));
    }
    if policy.decisions.only_for_contract {
        said.push(Said::new("decisions.automated", Fact::DecisionsOnlyForContract));
    }
    if policy.decisions.no_profiling {
        said.push(Said::new("decisions.profiling", Fact::NoProfiling));
    }
    for purpose in policy.purposes.values() {
        if let Some(words) = &purpose.decides {
            said.push(Said::new(purpose.path("decides"), Fact::AutomatedDecision(purpose, words)));
        }
    }
    said
}

pub(super) fn never(policy: &Policy) -> Vec<Said<'_>> {
    let never = &policy.never;
    let mut said = Vec::new();
    let mut say = |key: &str, fact| said.push(Said::new(format!("never.{key}"), Fact::Never(fact)));
    let whether = [
        ("sell", never.sell, NeverFact::Sell),
        ("track", never.track, NeverFact::Track),
        ("profile", never.profile, NeverFact::Profile),
        ("decide-automatically", never.decide_automatically, NeverFact::DecideAutomatically),
    ];
    for (key, _, fact) in whether.into_iter().filter(|(_, is, _)| *is) {
        say(key, fact);
    }
    if let Some(to) = never.disclose_to {
        say("disclose-to", NeverFact::DiscloseTo(to));
    }
    if !never.leave.is_empty() {
        say("leave", NeverFact::Leave(&never.leave));
    }
    for (name, words) in &never.others {
        say(name, NeverFact::Other(words));
    }
    said
}

pub(super) fn safeguards(policy: &Policy) -> Vec<Said<'_>> {
    let duties = policy.duties.values();
    let mut said: Vec<_> =
        duties.map(|duty| Said::new(format!("duty.{}", duty.id), Fact::Duty(duty))).collect();
    for role in policy.roles.values().filter(|role| !(role.needs.is_empty() && role.purposes.is_empty())) {
        said.push(Said::new(format!("role.{}", role.name), Fact::Role(role)));
    }
    for store in policy.stores.values() {
        for table in store.tables.values() {
            if let Some(frozen) = &table.frozen {
                let path = format!("store.{}.table.{}.frozen", store.name, table.name);
                said.push(Said::new(path, Fact::Frozen(store, table, frozen)));
            }
        }
    }
    said
}

pub(super) fn own(policy: &Policy) -> Vec<Said<'_>> {
    let own = policy.own.iter();
    own.map(|(record, keep)| Said::new(format!("own.{}", own_key(*record)), Fact::Own(*record, keep)))
        .collect()
}
