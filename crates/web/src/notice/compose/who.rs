//! Who is responsible, whom the notice covers, and how children are cared for.

use kept_core::notice::{ChildFact, Fact, PartyFact};
use kept_core::policy::model::{ConsentAge, Controller, Joint, Text};

use crate::notice::compose::Composer;
use crate::words::within;

/// A statement about responsibility or people, as running text.
pub(super) fn text(composer: &Composer<'_>, fact: &Fact<'_>) -> Option<String> {
    let (words, policy) = (composer.words, composer.policy);
    Some(match fact {
        Fact::Identity(who) => identity(composer, who),
        Fact::Party(PartyFact::NoOfficer(_, why)) => after_colon(composer, "who-no-officer", "why", why),
        Fact::Party(PartyFact::Affiliates(_, who)) => composer.with("who-affiliates", "who", who),
        Fact::Party(PartyFact::Joint(joint)) => self::joint(composer, joint),
        Fact::People(people) => words.people(policy, &[people]),
        Fact::MinimumAge(people, age) => {
            let who = within(&words.people(policy, &[people]));
            let limit = words.say("minimum-age", &[("age", u32::from(*age).into()), ("who", who.into())]);
            let known = people.age_known_by.as_ref();
            let known = known.map(|how| composer.with("minimum-age-known", "how", how));
            std::iter::once(limit).chain(known).collect::<Vec<_>>().join(" ")
        }
        Fact::Child(fact) => child(composer, fact),
        _ => return None,
    })
}

fn identity(composer: &Composer<'_>, who: &Controller) -> String {
    let words = composer.words;
    let details = words.registrations(who);
    let name = ("name", who.name.as_str().into());
    if details.is_empty() {
        words.say("who-bare", &[name])
    } else {
        words.say("who", &[name, ("details", details.join(", ").into())])
    }
}

fn joint(composer: &Composer<'_>, joint: &Joint) -> String {
    let words = composer.words;
    let with = ("with", composer.clause(&joint.with).into());
    let purposes: Vec<_> =
        joint.purposes.iter().map(|name| words.quoted(&words.purpose(composer.policy, name))).collect();
    let first = if purposes.is_empty() {
        words.say("joint-all", &[with])
    } else {
        words.say("joint", &[with, ("purposes", words.and(&purposes).into())])
    };
    let essence = joint.essence.as_ref().map(|text| after_colon(composer, "joint-essence", "essence", text));
    std::iter::once(first).chain(essence).collect::<Vec<_>>().join(" ")
}

/// A sentence that ends with a colon and a text of the policy, which then has no capital.
fn after_colon(composer: &Composer<'_>, key: &str, name: &str, text: &Text) -> String {
    composer.words.say(key, &[(name, within(&composer.clause(text)).into())])
}

fn child(composer: &Composer<'_>, fact: &ChildFact<'_>) -> String {
    let words = composer.words;
    match fact {
        ChildFact::Offered(true) => words.word("children-offered"),
        ChildFact::Offered(false) => words.word("children-not-offered"),
        ChildFact::ConsentAge(ConsentAge::Years(age)) => {
            words.say("children-age", &[("age", u32::from(*age).into())])
        }
        ChildFact::ConsentAge(_) => words.word("children-age-residence"),
        ChildFact::Guardian { proof, confirms } => {
            let proof = proof.map(|text| composer.with("children-guardian-proof", "proof", text));
            let confirms = confirms.map(|text| composer.with("children-guardian-confirms", "how", text));
            proof.into_iter().chain(confirms).collect::<Vec<_>>().join(" ")
        }
        ChildFact::OnReport(what) => after_colon(composer, "children-report", "what", what),
    }
}
