//! The gate over a small shop: what it allows and refuses, and why.

use std::sync::Arc;

use super::*;
use crate::policy::Policy;
use crate::policy::model::Channel;
use crate::policy::source::SourceFile;
use crate::standing::{PolicyHistory, Why, standing};
use crate::time::{Day, Instant};
use crate::timeline::{Event, EventId, Happening, Occasion, RestrictionReason, Timeline};

const SHOP: &str = r#"
edition = 1
[controller.shop]
name = "Shop"
country = "FR"
email = "privacy@shop.example"
[people]
customer = "has bought something"
reader = { who = "reads the letter", at-least = 16 }
[data.identification]
fields = { name = "person-name", email = "email" }
[data.billing]
fields = { amount = "money" }
[purpose.letter]
people = ["reader", "customer"]
data = ["identification.email"]
basis = "consent"
marketing = ["email"]
keep = "3 years after the last contact"
recipients = ["mailer"]
[purpose.billing]
people = ["customer"]
data = ["identification.name", "billing"]
basis = { legal-obligation = "Code de commerce" }
keep = "1 year after collection, then 9 years in the archive"
archive = { reason = "audits", roles = ["accounting"] }
recipients = ["host", "broker"]
[purpose.shut]
data = ["billing"]
off = "nobody decided"
keep = "1 year"
[recipient.mailer]
role = "processor"
country = "IN"
contract = 2023-01-01
[recipient.host]
role = "processor"
country = "FR"
contract = 2023-01-01
purposes = ["billing"]
[recipient.broker]
role = "processor"
country = "FR"
[role.accounting]
purposes = ["billing"]
[role.support]
purposes = ["letter"]
"#;

struct Shop {
    policy: Arc<Policy>,
    gate: Gate,
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn instant(text: &str) -> Instant {
    format!("{text}T12:00:00Z").parse().unwrap()
}

fn shop() -> Shop {
    let read = crate::policy::read(&[SourceFile::new("policy.toml", SHOP)]);
    let policy = Arc::new(read.policy.unwrap());
    Shop { gate: Gate::new(&policy, day("2026-11-22")), policy }
}

impl Shop {
    fn view(&self, at: &str, happened: &[(&str, Happening)]) -> View {
        let events = happened.iter().zip(1_u64..).map(|((on, what), id)| Event {
            id: EventId(id),
            happened_at: instant(on),
            recorded_at: instant(on),
            what: what.clone(),
            about: Occasion::Person,
            data: Vec::new(),
        });
        let timeline = Timeline::new(events.collect());
        let history = PolicyHistory::of(Arc::clone(&self.policy));
        View::new(&self.gate, &standing(&history, &timeline, Instant::MAX, instant(at)), true)
    }

    fn ask(&self, view: &View, purpose: &str, act: Act, fields: &[&str], role: Option<&str>) -> Answer {
        let fields: Vec<FieldId> = fields.iter().map(|name| self.gate.field(name).unwrap()).collect();
        let question = Question {
            aim: Aim::Purpose(self.gate.purpose(purpose).unwrap()),
            act,
            fields: &fields,
            role: role.map(|name| self.gate.role(name).unwrap()),
            exception: None,
        };
        self.gate.decide(view, &question)
    }
}

fn dated(event: &str) -> Happening {
    Happening::Dated { event: event.into(), of: None }
}

fn consent() -> Happening {
    Happening::ConsentGiven {
        purpose: "letter".into(),
        wording: Some(1),
        channels: Vec::new(),
        proof: None,
        scope: None,
    }
}

const EMAIL: &[&str] = &["identification.email"];
const COLLECT: Act = Act::Collect { people: None, age: None, consents: false };

#[test]
fn an_address_is_used_by_the_channel_that_was_agreed_and_by_no_other() {
    let shop = shop();
    let before = View::of_nobody(&shop.gate);
    let letter = |view: &View, channel| shop.ask(view, "letter", Act::Contact(channel), EMAIL, None);
    assert_eq!(letter(&before, Channel::Email), Answer::Refused(Refusal::NoGround(Why::NoStart)));
    let agreed = shop.view("2026-02-01", &[("2026-01-01", consent()), ("2026-01-01", dated("last-contact"))]);
    assert_eq!(letter(&agreed, Channel::Email), Answer::Allowed(Allowed::Ground));
    assert_eq!(letter(&agreed, Channel::Phone), Answer::Refused(Refusal::NotByChannel));
    let withdrawn = Happening::ConsentWithdrawn { purpose: "letter".into(), channels: Vec::new() };
    let gone = shop.view("2026-02-01", &[("2026-01-01", consent()), ("2026-01-02", withdrawn)]);
    assert_eq!(letter(&gone, Channel::Email), Answer::Refused(Refusal::NoGround(Why::Withdrawn)));
}

#[test]
fn a_field_that_the_purpose_does_not_need_is_refused_by_name() {
    let shop = shop();
    let view = shop.view("2026-02-01", &[("2026-01-01", consent())]);
    let amount = shop.gate.field("billing.amount").unwrap();
    let fields = &["identification.email", "billing.amount"];
    assert_eq!(
        shop.ask(&view, "letter", Act::Read, fields, None),
        Answer::Refused(Refusal::NotNeeded(amount))
    );
    assert_eq!(shop.ask(&view, "shut", Act::Read, &["billing.amount"], None), Answer::Refused(Refusal::Shut));
}

#[test]
fn the_archive_opens_to_its_roles_and_to_reading_only() {
    let shop = shop();
    let view = shop.view("2026-02-01", &[("2024-01-01", dated("collection"))]);
    let read = |role| shop.ask(&view, "billing", Act::Read, &["billing.amount"], role);
    assert_eq!(read(Some("accounting")), Answer::Allowed(Allowed::Archive));
    assert_eq!(read(Some("support")), Answer::Refused(Refusal::Archived));
    assert_eq!(read(None), Answer::Refused(Refusal::Archived));
    let host = Act::Disclose(shop.gate.recipient("host").unwrap());
    let given = shop.ask(&view, "billing", host, &["billing.amount"], Some("accounting"));
    assert_eq!(given, Answer::Refused(Refusal::Archived));
}

#[test]
fn a_role_uses_data_for_its_purposes_only() {
    let shop = shop();
    let view = shop.view("2026-02-01", &[("2026-01-01", dated("collection"))]);
    let read = |role| shop.ask(&view, "billing", Act::Read, &["billing.amount"], role);
    assert_eq!(read(Some("accounting")), Answer::Allowed(Allowed::Ground));
    assert_eq!(read(Some("support")), Answer::Refused(Refusal::NotOfRole));
}

#[test]
fn data_go_to_recipients_with_agreement_and_safeguard_only() {
    let shop = shop();
    let on = "2026-01-01";
    let happened = [(on, dated("collection")), (on, consent()), (on, dated("last-contact"))];
    let view = shop.view("2026-02-01", &happened);
    let give = |purpose, to, fields| {
        shop.ask(&view, purpose, Act::Disclose(shop.gate.recipient(to).unwrap()), fields, None)
    };
    assert_eq!(give("billing", "host", &["billing.amount"]), Answer::Allowed(Allowed::Ground));
    assert_eq!(give("billing", "broker", &["billing.amount"]), Answer::Refused(Refusal::NoContract));
    assert_eq!(give("billing", "mailer", &["billing.amount"]), Answer::Refused(Refusal::NotRecipient));
    assert_eq!(give("letter", "mailer", EMAIL), Answer::Refused(Refusal::NoSafeguard));
    let earlier = Gate::new(&shop.policy, day("2022-12-31"));
    let early = Shop { policy: Arc::clone(&shop.policy), gate: earlier };
    let host = Act::Disclose(early.gate.recipient("host").unwrap());
    let answer = early.ask(&view, "billing", host, &["billing.amount"], None);
    assert_eq!(answer, Answer::Refused(Refusal::NoContract));
}

#[test]
fn nobody_under_the_age_is_collected_from_and_consent_comes_with_its_wording() {
    let shop = shop();
    let nobody = View::of_nobody(&shop.gate);
    let reader = shop.gate.people("reader");
    let collect = |age, consents| Act::Collect { people: reader, age, consents };
    let ask = |act| shop.ask(&nobody, "letter", act, EMAIL, None);
    assert_eq!(ask(collect(Some(15), true)), Answer::Refused(Refusal::UnderAge));
    assert_eq!(ask(collect(None, true)), Answer::Refused(Refusal::AgeNotKnown));
    assert_eq!(ask(collect(Some(16), false)), Answer::Refused(Refusal::NoConsent));
    assert_eq!(ask(collect(Some(16), true)), Answer::Allowed(Allowed::Begins));
    let billing = Act::Collect { people: reader, age: Some(20), consents: false };
    let answer = shop.ask(&nobody, "billing", billing, &["billing.amount"], None);
    assert_eq!(answer, Answer::Refused(Refusal::NotConcerned));
    assert_eq!(
        shop.ask(&nobody, "billing", COLLECT, &["billing.amount"], None),
        Answer::Allowed(Allowed::Begins)
    );
}

#[test]
fn restricted_data_pass_by_a_named_exception_or_for_rights_only() {
    let shop = shop();
    let restricted =
        Happening::Restricted { case: "r-1".into(), reason: RestrictionReason::Claim, review_on: None };
    let view = shop.view("2026-02-01", &[("2026-01-01", dated("collection")), ("2026-01-02", restricted)]);
    let fields = [shop.gate.field("billing.amount").unwrap()];
    let aim = Aim::Purpose(shop.gate.purpose("billing").unwrap());
    let plain = Question { aim, act: Act::Read, fields: &fields, role: None, exception: None };
    assert_eq!(shop.gate.decide(&view, &plain), Answer::Refused(Refusal::RestrictedWholly));
    let claims = Question { exception: Some(Exception::Claims), ..plain };
    assert_eq!(shop.gate.decide(&view, &claims), Answer::Allowed(Allowed::Exception));
    let rights = Question { aim: Aim::Rights, ..plain };
    assert_eq!(shop.gate.decide(&view, &rights), Answer::Allowed(Allowed::BuiltIn));
    let contact = Question { act: Act::Contact(Channel::Email), ..rights };
    assert!(!shop.gate.decide(&view, &contact).is_allowed());
}

#[test]
fn a_question_that_names_no_field_is_refused_where_every_field_that_would_do_is_restricted() {
    let shop = shop();
    let restricted = |fields: &[&str]| {
        let data = fields.iter().map(|name| shop.gate.name_of(shop.gate.field(name).unwrap()).unwrap());
        let case =
            Happening::Restricted { case: "r-1".into(), reason: RestrictionReason::Claim, review_on: None };
        let on = |what: Happening, data: Vec<crate::policy::model::DataRef>| (what, data);
        let events = [
            on(consent(), Vec::new()),
            on(dated("last-contact"), Vec::new()),
            on(dated("collection"), Vec::new()),
            on(case, data.cloned().collect()),
        ];
        let events = events.into_iter().zip(1_u64..).map(|((what, data), id)| Event {
            id: EventId(id),
            happened_at: instant("2026-01-01"),
            recorded_at: instant("2026-01-01"),
            what,
            about: Occasion::Person,
            data,
        });
        let history = PolicyHistory::of(Arc::clone(&shop.policy));
        let timeline = Timeline::new(events.collect());
        let at = instant("2026-02-01");
        View::new(&shop.gate, &standing(&history, &timeline, Instant::MAX, at), true)
    };
    let email = shop.gate.field("identification.email").unwrap();
    let name = shop.gate.field("identification.name").unwrap();
    let contact = |view: &View| shop.ask(view, "letter", Act::Contact(Channel::Email), &[], None);
    let read = |view: &View| shop.ask(view, "billing", Act::Read, &[], None);
    let address = restricted(&["identification.email"]);
    assert_eq!(contact(&address), Answer::Refused(Refusal::Restricted(email)));
    assert_eq!(read(&address), Answer::Allowed(Allowed::Ground));
    let some = restricted(&["identification.name"]);
    assert_eq!(contact(&some), Answer::Allowed(Allowed::Ground));
    assert_eq!(read(&some), Answer::Allowed(Allowed::Ground), "the amount is free");
    let all = restricted(&["identification.name", "billing.amount"]);
    assert_eq!(read(&all), Answer::Refused(Refusal::Restricted(name)));
}

#[test]
fn nobody_is_decided_about_by_machine_unless_the_policy_says_what_allows_it() {
    let shop = shop();
    let view = shop.view("2026-02-01", &[("2026-01-01", dated("collection"))]);
    let answer = shop.ask(&view, "billing", Act::DecideAutomatically, &["billing.amount"], None);
    assert_eq!(answer, Answer::Refused(Refusal::NoAutomatedDecisions));
}
