//! That nobody is treated worse for having used their rights: the gate knows of no request.

use kept_core::admission::{Age, Collection};
use kept_core::name::PurposeName;
use kept_core::policy::model::Channel;
use kept_engine::company::Company;
use kept_engine::decide::{Decided, Verb};

use crate::promises::{DAY, company};
use crate::recording::{ADA, BO, ask, data, decide, with_values};
use crate::world::{at, whom};

const LATER: &str = "2026-04-20";

fn signs_up(company: &mut Company, who: &str) {
    let collection = Collection {
        purposes: vec!["account".into()],
        fields: data(&["account.surname", "account.email"]),
        people: Some("user".into()),
        age: Some(Age::Years(40)),
        events: vec!["contract-start".into()],
        notice: Some(company.policy().digest.clone()),
        ..Collection::default()
    };
    company.record(&with_values(who, collection), at(DAY)).unwrap();
}

#[test]
fn klx_74_whoever_used_a_right_is_answered_as_somebody_like_them_who_did_not() {
    let world = company("klaxoon");
    let mut klaxoon = world.open(at(DAY));
    signs_up(&mut klaxoon, ADA);
    signs_up(&mut klaxoon, BO);
    klaxoon.access(&whom(&[ADA]), Some(at(DAY)), at(DAY)).unwrap();
    let purposes: Vec<PurposeName> = klaxoon.policy().purposes.keys().cloned().collect();
    let own = |name: &PurposeName| name.as_str() == "rights-requests";
    let mut open = 0;
    for purpose in purposes.iter().filter(|name| !own(name)) {
        for verb in [Verb::Read, Verb::Contact(Channel::Email)] {
            let mut answer = |who: &str| -> Decided {
                decide(&mut klaxoon, ask(who, purpose.as_str(), verb.clone(), &["account.email"]), at(LATER))
            };
            let (ada, bo) = (answer(ADA), answer(BO));
            assert_eq!((ada.allowed, &ada.because), (bo.allowed, &bo.because), "{purpose}");
            open += usize::from(ada.allowed);
        }
        let file = ask(ADA, purpose.as_str(), Verb::Read, &["request-file"]);
        assert!(!decide(&mut klaxoon, file, at(LATER)).allowed, "{purpose} does not read of requests");
    }
    assert!(open > 0, "some purposes are open to both");
}
