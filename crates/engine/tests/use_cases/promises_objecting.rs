//! Promises on profiling, research and decisions by machine, kept under the companies' own policies
//! with one use more than they declare today.

use kept_core::admission::{Act, Refused};
use kept_core::decision::Refusal;
use kept_core::standing::Why;
use kept_engine::company::Company;
use kept_engine::decide::{Decided, Verb};
use kept_engine::sweep::SweepOrder;

use crate::promises::{DAY, More, collect, company, may_read, refusal, values};
use crate::recording::{ADA, ask, decide, record, refused};
use crate::world::{World, at};

/// A company that does one thing more.
fn with(name: &str, never: &str, more: &str) -> World {
    let mut world = company(name);
    if !never.is_empty() {
        world.rewrite(never, "");
    }
    world.files.push(("more.toml".to_owned(), more.to_owned()));
    world
}

fn object(company: &mut Company, purpose: &str, day: &str) {
    record(company, ADA, Act::Object { purpose: Some(purpose.into()) }, at(day)).unwrap();
}

fn outweigh(company: &mut Company, purpose: &str, ground: &str, day: &str) -> Result<(), Refused> {
    let act = Act::RejectObjection {
        purpose: purpose.into(),
        ground: ground.to_owned(),
        approver: "counsel".to_owned(),
        told: true,
    };
    match record(company, ADA, act, at(day)) {
        Ok(_) => Ok(()),
        told => Err(refused(told)),
    }
}

const SCORING: &str = r#"
[data.score]
title = "Scores"
collected = "when we work out how likely a company is to need us"
origin = "derived"
fields = { points = { type = "text", title = "Points" } }

[purpose.lead-scoring]
title = "Scores of prospects"
description = "To work out which prospects may need our services most."
people = ["prospect"]
data = ["prospect.company", "prospect.role", "score"]
basis = { legitimate-interest = "speak first with those who need us most" }
profiling = true
keep = "1 year after collection"
"#;

#[test]
fn klr_100_who_refused_profiling_gets_no_score_and_an_old_one_is_not_used() {
    let world = with("klarrio", "profiling = \"none\"", SCORING);
    let mut klarrio = world.open(at(DAY));
    let prospect = || More { people: Some("prospect"), ..More::default() };
    let scored: (&[&str], &[&str]) = (&["lead-scoring"], &["prospect.company", "score.points"]);
    collect(&mut klarrio, scored, prospect(), DAY).unwrap();
    collect(&mut klarrio, (&["business-development"], &["prospect.email"]), prospect(), DAY).unwrap();
    assert!(may_read(&mut klarrio, "lead-scoring", "score.points", DAY).allowed);
    object(&mut klarrio, "lead-scoring", "2026-03-03");
    let old = may_read(&mut klarrio, "lead-scoring", "score.points", "2026-03-03");
    assert_eq!(refusal(old), Refusal::NoGround(Why::Objected));
    assert_eq!(values(&mut klarrio, "lead-scoring", "2026-03-03"), 0, "old scores are not used");
    let again = collect(&mut klarrio, scored, prospect(), "2026-03-04");
    assert!(matches!(refused(again), Refused::Gate(..)), "nor is a new one stored");
    let weighed = outweigh(&mut klarrio, "lead-scoring", "we earn more with it", "2026-03-04");
    assert_eq!(weighed, Err(Refused::PromiseNotOutweighed("lead-scoring".into())), "by saying so");
    assert!(may_read(&mut klarrio, "business-development", "prospect.email", "2026-03-04").allowed);
    klarrio.sweep(&SweepOrder::default(), at("2026-03-04"), &mut |_| {}).unwrap();
    let report = klarrio.access(&crate::world::whom(&[ADA]), None, at("2026-03-04")).unwrap();
    let mut held = report.held.iter().flat_map(|table| &table.columns);
    assert!(held.all(|column| !column.datum.starts_with("score")), "the score goes");
}

const FILTER: &str = r#"
[purpose.applicant-filter]
title = "First look at applications"
description = "To sort out applications that lack what the vacancy asks for."
people = ["applicant"]
data = ["applicant"]
basis = { contract = "the employment contract that you apply for" }
keep = "6 months after collection"
decides = { what = "who is invited", logic = "the certificates that the vacancy asks for", effect = "no interview", allowed-by = "contract", human = "the head of recruitment, hr@klarrio.example" }
"#;

fn filter(company: &mut Company, day: &str) -> Decided {
    decide(company, ask(ADA, "applicant-filter", Verb::DecideAutomatically, &["applicant.cv"]), at(day))
}

#[test]
fn klr_101_who_refused_decisions_by_machine_is_decided_about_by_the_human_that_the_policy_names() {
    let world = with("klarrio", "automated = \"none\"", FILTER);
    let mut klarrio = world.open(at(DAY));
    let applicant = More { people: Some("applicant"), ..More::default() };
    let application = ["applicant.name", "applicant.cv"];
    collect(&mut klarrio, (&["applicant-filter"], &application), applicant, DAY).unwrap();
    assert!(filter(&mut klarrio, DAY).allowed);
    object(&mut klarrio, "applicant-filter", "2026-03-03");
    let due = filter(&mut klarrio, "2026-03-03");
    assert_eq!(due.human.as_deref(), Some("the head of recruitment, hr@klarrio.example"));
    assert_eq!(refusal(due), Refusal::HumanAsked);
    let human = may_read(&mut klarrio, "applicant-filter", "applicant.cv", "2026-03-03");
    assert!(human.allowed, "the human reads it all the same");
    let events = klarrio.access(&crate::world::whom(&[ADA]), None, at("2026-03-03")).unwrap().held;
    let fields: usize = events.iter().map(|table| table.columns.len()).sum();
    assert_eq!(fields, 2, "what the applicant gave, and no result");
    let refuses_all = record(&mut klarrio, ADA, Act::Object { purpose: None }, at("2026-03-04"));
    assert!(refuses_all.is_ok() && !filter(&mut klarrio, "2026-03-04").allowed);
    drop(klarrio);
    // As the policy is today no machine decides at all, and the role of the purpose does.
    let world = company("klarrio");
    let mut klarrio = world.open(at(DAY));
    let today = ask(ADA, "recruitment", Verb::DecideAutomatically, &["applicant.cv"]);
    let today = decide(&mut klarrio, today, at(DAY));
    assert!(!today.allowed && today.human.as_deref() == Some("Human resources"), "{today:?}");
}

const CREDIT: &str = r#"
[purpose.credit-check]
title = "Kredietbeoordeling"
description = "Om te bepalen of u achteraf kunt betalen."
people = ["consumer"]
data = ["service-usage.volume"]
basis = { BASIS }
keep = "1 year after collection"
decides = { what = "of u achteraf betaalt", logic = "het verbruik", effect = "vooruitbetaling", allowed-by = "ALLOWED", human = "de klantenservice" }
"#;

/// What a machine may decide about a consumer, on a basis and by a ground of 22(2).
fn credit(basis: &str, allowed: &str, consents: &[&str]) -> (Decided, Decided) {
    let policy = CREDIT.replace("BASIS", basis).replace("ALLOWED", allowed);
    let mut world = with("claranet", "", &policy);
    world.rewrite("automated = \"none\"", "automated = \"for a contract only\"");
    let mut claranet = world.open(at(DAY));
    let consumer = More { people: Some("consumer"), consents, ..More::default() };
    collect(&mut claranet, (&["credit-check"], &["service-usage.volume"]), consumer, DAY).unwrap();
    let decided = |claranet: &mut Company, day| {
        let verb = Verb::DecideAutomatically;
        decide(claranet, ask(ADA, "credit-check", verb, &["service-usage.volume"]), at(day))
    };
    let first = decided(&mut claranet, DAY);
    object(&mut claranet, "credit-check", "2026-03-03");
    (first, decided(&mut claranet, "2026-03-04"))
}

#[test]
fn cla_70_a_decision_that_no_contract_needs_is_held_for_a_human_and_one_that_it_needs_runs() {
    let (runs, after) = credit("contract = \"de overeenkomst\"", "de overeenkomst", &[]);
    assert!(runs.allowed);
    assert_eq!(runs.human.as_deref(), Some("de klantenservice"), "who looks again on request");
    assert_eq!(refusal(after.clone()), Refusal::HumanAsked, "the person asked for a review");
    assert_eq!(after.human.as_deref(), Some("de klantenservice"));
    let law = "legal-obligation = \"Wet op het financieel toezicht, art. 4:34\"";
    let consent = ("consent = \"explicit\"", "uitdrukkelijke toestemming", &["credit-check"][..]);
    for (basis, allowed, consents) in [(law, "de wet", &[][..]), consent, (law, "de overeenkomst", &[][..])] {
        let (held, _) = credit(basis, allowed, consents);
        assert_eq!(refusal(held.clone()), Refusal::HumanDecides, "{basis} {allowed}");
        assert_eq!(held.human.as_deref(), Some("de klantenservice"));
    }
}

const RESEARCH: &str = r#"
[purpose.usage-research]
title = "Onderzoek"
description = "Om te onderzoeken hoe mensen het internet gebruiken."
people = ["consumer"]
data = ["service-usage.volume"]
basis = { BASIS }
research = true
keep = "1 year after collection"
"#;

fn research(basis: &str) -> World {
    with("claranet", "", &RESEARCH.replace("BASIS", basis))
}

fn in_the_cut(company: &mut Company, day: &str) -> bool {
    values(company, "usage-research", day) == 1
}

fn studied(company: &mut Company) {
    let consumer = More { people: Some("consumer"), ..More::default() };
    collect(company, (&["usage-research"], &["service-usage.volume"]), consumer, DAY).unwrap();
    assert!(in_the_cut(company, DAY));
    object(company, "usage-research", "2026-03-03");
    assert!(!in_the_cut(company, "2026-03-03"), "not in the next cut");
}

#[test]
fn cla_69_an_objection_takes_a_person_out_of_the_next_cut_unless_a_public_task_is_recorded() {
    let world = research("legitimate-interest = \"ons netwerk beter begrijpen\"");
    let mut claranet = world.open(at(DAY));
    studied(&mut claranet);
    let weighed = outweigh(&mut claranet, "usage-research", "belangrijk onderzoek", "2026-03-04");
    assert_eq!(weighed, Err(Refused::PromiseNotOutweighed("usage-research".into())));
    assert!(!in_the_cut(&mut claranet, "2026-03-04"));
    let world = research("public-task = \"onderzoek in opdracht van het ministerie\"");
    let mut claranet = world.open(at(DAY));
    studied(&mut claranet);
    let unnamed = outweigh(&mut claranet, "usage-research", "", "2026-03-04");
    assert_eq!(unnamed, Err(Refused::NoCompellingGround), "the task has to be named");
    outweigh(&mut claranet, "usage-research", "opdracht 2026-14 van het ministerie", "2026-03-04").unwrap();
    assert!(in_the_cut(&mut claranet, "2026-03-05"), "a task in the public interest is on record");
}
