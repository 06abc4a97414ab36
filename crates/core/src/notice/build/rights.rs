//! People's rights: what they are, what is promised beyond the law, how they are used, and where
//! people complain.

use std::collections::BTreeSet;

use crate::law::authority::Authority;
use crate::notice::build::ways;
use crate::notice::{About, Fact, HandlingFact, Part, RegimeFact, RightFact, Said, Section, SectionKind};
use crate::policy::Policy;
use crate::policy::model::{AuthorityNamed, Basis, InsideFirst, Purpose, Regime};
use crate::timeline::Right;

/// The rights of the section of that name, with their paths.
const RIGHTS: [Right; 5] =
    [Right::Access, Right::Rectification, Right::Erasure, Right::Restriction, Right::Portability];

/// The path of a right.
fn path(right: Right) -> &'static str {
    match right {
        Right::Access => "rights.access",
        Right::Rectification => "rights.rectification",
        Right::Erasure => "rights.erasure",
        Right::Restriction => "rights.restriction",
        Right::Portability => "rights.portability",
        Right::Objection => "rights.objection",
        Right::Withdrawal => "rights.withdrawal",
    }
}

/// Whether the notice names a right: it does unless the policy is one as published and lists others.
fn is_named(policy: &Policy, right: Right) -> bool {
    policy.rights.named.as_ref().is_none_or(|named| named.contains(&right))
}

pub(super) fn rights(policy: &Policy) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    for right in RIGHTS.into_iter().filter(|right| is_named(policy, *right)) {
        said.push(Said::new(path(right), Fact::Right(right, purposes_of_right(policy, right))));
        said.extend(beyond(policy, right));
        if right == Right::Erasure && !policy.rights.erasure_ends.is_empty() {
            let fact = Fact::ErasureEnds(&policy.rights.erasure_ends);
            said.push(Said::new("rights.erasure.ends", fact));
        }
    }
    if policy.controllers.values().any(|one| one.country.as_deref() == Some("FR")) {
        said.push(Said::new("rights.after-death", Fact::AfterDeath));
    }
    said.extend(using(policy));
    said
}

/// What the policy says of a right beyond the law.
fn beyond(policy: &Policy, right: Right) -> Vec<Said<'_>> {
    let Some(rule) = policy.rights.by_right.get(&right) else { return Vec::new() };
    let mut facts: Vec<_> = rule.text.iter().map(RightFact::Text).collect();
    facts.extend(rule.only.iter().map(RightFact::Only));
    if !rule.covers.is_empty() {
        facts.push(RightFact::Covers(&rule.covers));
    }
    facts.extend(rule.yourself.iter().map(RightFact::Yourself));
    facts.extend(rule.reply.map(|span| RightFact::Reply(span, &rule.reply_data)));
    facts.extend(rule.backups.map(RightFact::Backups));
    facts.extend(rule.look_back.map(RightFact::LookBack));
    let said = facts.into_iter().map(|fact| (format!("{}.{}", path(right), fact.key()), right, fact));
    said.map(|(path, right, fact)| Said::new(path, Fact::RightRule(right, fact))).collect()
}

/// How rights are used.
fn using(policy: &Policy) -> Vec<Said<'_>> {
    let rights = &policy.rights;
    let mut said = Vec::new();
    let ways: Vec<_> = policy.controller().map(ways).unwrap_or_default();
    let channels = &rights.channels;
    if !ways.is_empty() || !channels.is_empty() {
        said.push(Said::new("rights.how", Fact::RequestWays { ways, channels }));
    }
    let (promised, never_extended) = (rights.reply, rights.never_extended);
    said.push(Said::new("rights.reply", Fact::Reply { promised, never_extended }));
    said.extend(rights.inquiries.map(|span| handling(HandlingFact::Inquiries(span))));
    said.push(Said::new("rights.fee", Fact::Fee { never: rights.never_a_fee }));
    said.extend(rights.extra_copy.iter().map(|words| handling(HandlingFact::ExtraCopy(words))));
    if let Some(words) = &rights.identity {
        said.push(Said::new("rights.identity", Fact::ProofOfIdentity(words)));
    }
    said.extend(rights.agent.iter().map(|agent| handling(HandlingFact::Agent(agent))));
    said.extend(rights.no_retaliation.iter().map(|words| handling(HandlingFact::NoRetaliation(words))));
    said
}

fn handling(fact: HandlingFact<'_>) -> Said<'_> {
    Said::new(fact.path(), Fact::Handling(fact))
}

/// The open purposes on which a right bites; empty where it bites on all or on none.
fn purposes_of_right(policy: &Policy, right: Right) -> Vec<&Purpose> {
    let bites = |purpose: &&Purpose| match right {
        Right::Portability => {
            purpose.bases().any(|basis| matches!(basis, Basis::Consent { .. } | Basis::Contract))
        }
        Right::Withdrawal => purpose.rests_on_consent(),
        Right::Objection => {
            let weighed =
                |basis: &Basis| matches!(basis, Basis::LegitimateInterest(_) | Basis::PublicTask(_));
            purpose.is_marketing() || purpose.bases().any(weighed)
        }
        Right::Access | Right::Rectification | Right::Erasure | Right::Restriction => false,
    };
    policy.purposes.values().filter(|purpose| purpose.off.is_none()).filter(bites).collect()
}

pub(super) fn withdrawal(policy: &Policy) -> Vec<Said<'_>> {
    let purposes = purposes_of_right(policy, Right::Withdrawal);
    if purposes.is_empty() || !is_named(policy, Right::Withdrawal) {
        return Vec::new();
    }
    let mut said = vec![Said::new("rights.withdrawal", Fact::Right(Right::Withdrawal, purposes))];
    said.extend(policy.rights.withdrawal.iter().map(|words| handling(HandlingFact::Withdrawal(words))));
    said.extend(beyond(policy, Right::Withdrawal));
    said
}

pub(super) fn objection(policy: &Policy) -> Vec<Said<'_>> {
    if !is_named(policy, Right::Objection) {
        return Vec::new();
    }
    let purposes = purposes_of_right(policy, Right::Objection);
    let mut said = vec![Said::new("rights.objection", Fact::Right(Right::Objection, purposes))];
    said.extend(beyond(policy, Right::Objection));
    said
}

pub(super) fn regimes(policy: &Policy) -> Section<'_> {
    let parts = policy.rights.regimes.values();
    let parts = parts.map(|one| Part { about: About::Regime(one), said: regime(one) });
    Section { kind: SectionKind::Regimes, parts: parts.collect() }
}

fn regime(regime: &Regime) -> Vec<Said<'_>> {
    let mut facts = vec![RegimeFact::Opening];
    facts.extend(regime.text.iter().map(RegimeFact::Text));
    if !regime.rights.is_empty() {
        facts.push(RegimeFact::Rights(&regime.rights));
    }
    if !regime.methods.is_empty() {
        facts.push(RegimeFact::Methods(&regime.methods));
    }
    facts.extend(regime.confirm.map(|span| RegimeFact::Confirm(span, regime.confirm_working)));
    facts.extend(regime.reply.map(RegimeFact::Reply));
    facts.extend(regime.look_back.map(RegimeFact::LookBack));
    facts.extend(regime.verification.iter().map(RegimeFact::Verification));
    facts.extend(regime.sells.map(RegimeFact::Sells));
    facts.extend(regime.sensitive.map(RegimeFact::Sensitive));
    let path = format!("rights-for.{}", regime.id);
    let said = facts.into_iter().map(|fact| {
        let path = fact.key().map_or_else(|| path.clone(), |key| format!("{path}.{key}"));
        Said::new(path, Fact::Regime(regime, fact))
    });
    said.collect()
}

pub(super) fn authorities(policy: &Policy) -> Vec<Said<'_>> {
    let complaint = &policy.rights.complaint;
    let mut said = Vec::new();
    if complaint.inside_first != InsideFirst::Unsaid {
        said.push(handling(HandlingFact::InsideFirst(complaint.inside_first)));
    }
    match &complaint.authority {
        AuthorityNamed::Controllers => said.extend(of_controllers(policy)),
        AuthorityNamed::ByResidence => {
            said.push(handling(HandlingFact::AuthorityByResidence));
            said.extend(of_controllers(policy));
        }
        AuthorityNamed::AsPublished { name, post } => {
            said.push(handling(HandlingFact::AuthorityNamed { name, post: post.as_deref() }));
        }
        AuthorityNamed::None => {}
    }
    said
}

fn of_controllers(policy: &Policy) -> Vec<Said<'_>> {
    let mut seen = BTreeSet::new();
    let mut said = Vec::new();
    for controller in policy.controllers.values() {
        let code = controller.authority.as_deref().or(controller.country.as_deref());
        if seen.insert(code) {
            let path = format!("controller.{}.authority", controller.id);
            let authority = code.and_then(Authority::of_country);
            said.push(Said::new(path, Fact::Authority(controller, authority)));
        }
    }
    said
}
