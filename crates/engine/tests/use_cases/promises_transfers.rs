//! Promises on transfers outside the Union.

use kept_core::decision::Refusal;
use kept_core::ledger::{Kind, Outcome};
use kept_engine::company::Company;
use kept_engine::decide::Verb;

use crate::promises::{DAY, More, collect, company, disclose, give_consent, refusal, withdraw};
use crate::recording::{ADA, ask, decide};
use crate::world::{World, at};

/// Klaxoon with a tool in the United States that the service does not need.
const TOOL: &str = r#"
[recipient.analysis-america]
name = "Analysis of support questions in the United States"
role = "processor"
country = "US"
due-diligence = 2024-05-02
contract = 2024-05-15
safeguard = "standard contractual clauses of the European Commission, 2021"
copy = "in our data processing addendum"
transfer-consent = "analysis-abroad"

[purpose.analysis-abroad]
title = "Analysis in the United States"
people = ["user"]
data = ["account"]
basis = { consent = "explicit" }
keep = "until account-deletion"
"#;

const FIELD: &str = "account.email";

fn klaxoon() -> World {
    let mut world = company("klaxoon");
    world.files.push(("tool.toml".to_owned(), TOOL.to_owned()));
    let purpose = "basis = { legitimate-interest = \"improve the quality of our service\" }";
    world.rewrite(purpose, &format!("{purpose}\nrecipients = [\"analysis-america\"]"));
    world
}

fn user(company: &mut Company) {
    let user = More { people: Some("user"), events: &["contract-start"], ..More::default() };
    collect(company, (&["account", "quality-statistics"], &[FIELD]), user, DAY).unwrap();
}

#[test]
fn klx_58_a_consent_to_a_transfer_carries_the_data_of_which_its_purpose_told() {
    let mut world = klaxoon();
    world.rewrite(
        "data = [\"account\"]\nbasis = { consent = \"explicit\" }",
        "data = [\"account.surname\"]\nbasis = { consent = \"explicit\" }",
    );
    let mut klaxoon = world.open(at(DAY));
    let user = More { people: Some("user"), events: &["contract-start"], ..More::default() };
    let fields = ["account.surname", FIELD];
    collect(&mut klaxoon, (&["account", "quality-statistics"], &fields), user, DAY).unwrap();
    give_consent(&mut klaxoon, "analysis-abroad", "2026-03-03");
    let given = disclose(&mut klaxoon, "analysis-america", "quality-statistics", &fields, "2026-03-03");
    let names: Vec<String> = given.values.iter().map(|value| value.field.to_string()).collect();
    assert_eq!(names, ["account.surname"]);
}

#[test]
fn klx_58_a_tool_abroad_that_the_service_does_not_need_gets_data_while_the_person_agrees_and_no_longer() {
    let world = klaxoon();
    let mut klaxoon = world.open(at(DAY));
    user(&mut klaxoon);
    let values = |klaxoon: &mut Company, day: &str| {
        let given = disclose(klaxoon, "analysis-america", "quality-statistics", &[FIELD], day);
        let asked = ask(ADA, "quality-statistics", Verb::Disclose("analysis-america".into()), &[FIELD]);
        let decided = decide(klaxoon, asked, at(day));
        assert_eq!(decided.allowed, !given.values.is_empty());
        if !decided.allowed {
            assert_eq!(refusal(decided), Refusal::NoTransferConsent);
        }
        given.values.len()
    };
    assert_eq!(values(&mut klaxoon, DAY), 0);
    give_consent(&mut klaxoon, "analysis-abroad", "2026-03-03");
    assert_eq!(values(&mut klaxoon, "2026-03-03"), 1);
    withdraw(&mut klaxoon, "analysis-abroad", "2026-03-04");
    assert_eq!(values(&mut klaxoon, "2026-03-04"), 0);
    let given = world.entries().into_iter().filter(|entry| entry.kind == Kind::Disclosed);
    let outcomes: Vec<Outcome> = given.map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [Outcome::Refused, Outcome::Done, Outcome::Refused]);
}
