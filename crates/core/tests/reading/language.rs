//! What the reader makes of audiences, other uses, sources, groups, children and messages.

use kept_core::policy::model::{
    Answers, Basis, Channel, ConsentAge, DataRef, MessageClass, OccasionKind, Origin, Policy, Retention,
    UsesAlsoWhy,
};
use kept_core::policy::read;
use kept_core::time::Span;

use super::folder;

/// A policy that reads without an error.
fn policy(text: &str) -> Policy {
    let files = folder::one(&format!("edition = 1\n[controller.a]\ncountry = \"BE\"\n{text}"));
    let read = read(&files);
    let found: Vec<String> = read.diagnostics.iter().map(|found| folder::shown(found, &files)).collect();
    assert!(found.is_empty(), "{found:#?}");
    read.policy.unwrap()
}

const PARTS: &str = r#"
    [people]
    customer = { who = "has a contract", at-least = { age = 16, known-by = "declaration" } }
    prospect = "showed interest"
    [data.contact]
    fields = { name = "person-name", photo = { type = "file", optional = true, from = ["cookies"] } }
    from = ["person", "source.telecom"]
    [data.usage]
    fields = ["page", "hour"]
    from = ["cookies"]
    [data.firms]
    fields = ["organisation"]
    from = ["source.register"]
    about = ["prospect", "customer"]
    tell = "before recording"
    open = "etc."
    [source.telecom]
    consent = { obtained-by = "the source", proof = ["wording", "when"], names = "us" }
    gives = ["contact.name"]
    [source.register]
    public = true
    exempt = "14(5)(b)"
    [group.other-data]
    title = "Other data"
    of = ["inner", "usage.hour"]
    [group.inner]
    of = ["contact"]
    [purpose.service]
    data = ["other-data", "firms"]
    basis = "contract"
    keep = "for the contract"
"#;

#[test]
fn a_basis_by_audience_keeps_its_order_and_the_strictest_leads() {
    let policy = policy(&format!(
        r#"{PARTS}
        [purpose.news]
        controller = "the party to the contract"
        data = "contact"
        basis = [
            {{ for = ["customer"], while = "contract", legitimate-interest = "sell", opt-out = "in each message" }},
            {{ for = ["customer"], legitimate-interest = "win back" }},
            {{ for = "others", consent = "explicit" }},
        ]
        keep = {{ criterion = "while it runs", review = "every 1 year", then = "anonymised" }}
        "#
    ));
    let news = &policy.purposes["news"];
    assert_eq!(news.basis, Basis::Consent { explicit: true }, "consent allows least");
    assert_eq!((news.controller.as_str(), news.answers), ("a", Answers::PartyToContract));
    let [first, second, third] = news.arms.as_slice() else { panic!("{:?}", news.arms) };
    assert_eq!(first.people, ["customer".into()]);
    assert_eq!(first.during, Some(OccasionKind::Contract));
    assert_eq!(first.opt_out.as_ref().unwrap().path, "purpose.news.basis.customer.opt-out");
    let interest = |basis: &Basis| match basis {
        Basis::LegitimateInterest(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(interest(&first.basis).path, "purpose.news.basis.customer.legitimate-interest");
    assert_eq!(interest(&second.basis).path, "purpose.news.basis.customer.legitimate-interest-2");
    assert_eq!(interest(&second.basis).written, "win back");
    assert!(third.people.is_empty() && third.during.is_none() && third.opt_out.is_none());
    assert!(
        matches!(news.retention, Retention::Criterion { then_anonymised: true, review: Some(review), .. }
        if review == Span::years(1))
    );
}

#[test]
fn one_table_with_an_audience_is_an_arm_and_a_list_of_words_is_none() {
    let policy = policy(&format!(
        r#"{PARTS}
        [purpose.alone]
        data = "contact"
        basis = {{ legitimate-interest = "sell", opt-out = "in each message" }}
        keep = "1 year after collection"
        "#
    ));
    let alone = &policy.purposes["alone"];
    assert_eq!(alone.arms.len(), 1);
    assert!(alone.arms[0].people.is_empty());
    assert!(policy.purposes["service"].arms.is_empty());
}

#[test]
fn other_uses_name_each_datum_and_what_allows_it() {
    let policy = policy(&format!(
        r#"{PARTS}
        [purpose.figures]
        data = "usage"
        basis = {{ legitimate-interest = "know what is used" }}
        keep = "1 year after collection"
        profiling = true
        research = true
        unsubscribe = true
        serves-law = "the Statistics Act"
        only = {{ usage = "the last month" }}
        uses-also = [
            {{ data = ["usage.page", "contact"], collected-for = "service", allowed-by = "consent" }},
            {{ data = "usage.hour", collected-for = "service", allowed-by = {{ law = "an act" }} }},
            {{ data = "firms", collected-for = "service", compatible = "assessed", on = 2024-02-29 }},
        ]
        "#
    ));
    let figures = &policy.purposes["figures"];
    assert!(figures.profiling && figures.research && figures.unsubscribe);
    assert_eq!(figures.serves_law.as_ref().unwrap().written, "the Statistics Act");
    assert_eq!(figures.only[0].category.as_str(), "usage");
    assert_eq!(figures.only[0].part.path, "purpose.figures.only.usage");
    let data: Vec<String> = figures.uses_also.iter().map(|other| other.data.to_string()).collect();
    assert_eq!(data, ["usage.page", "contact", "usage.hour", "firms"]);
    assert_eq!(figures.uses_also[1].why, UsesAlsoWhy::Consent);
    assert!(matches!(&figures.uses_also[2].why, UsesAlsoWhy::Law(law) if law.written == "an act"));
    assert!(matches!(&figures.uses_also[3].why, UsesAlsoWhy::Compatible(_, Some(day))
        if day.to_string() == "2024-02-29"));
}

#[test]
fn where_data_come_from_decides_their_origin_unless_it_is_written() {
    let policy = policy(PARTS);
    let field = |category: &str, field: &str| policy.data[category].fields[field].clone();
    assert_eq!(field("contact", "name").origin, Origin::Given, "from the person among others");
    let photo = field("contact", "photo");
    assert!(photo.optional && photo.origin == Origin::Observed && photo.from == ["cookies"]);
    assert_eq!(field("usage", "page").origin, Origin::Observed);
    assert_eq!(field("firms", "organisation").origin, Origin::Received);
    let firms = &policy.data["firms"];
    assert_eq!(firms.about, ["prospect".into(), "customer".into()]);
    assert_eq!(firms.tell.as_ref().unwrap().written, "before recording");
    assert_eq!(firms.open.as_ref().unwrap().path, "data.firms.open");
}

#[test]
fn a_source_gives_what_it_says_or_what_names_it() {
    let policy = policy(PARTS);
    let gives = |source: &str| -> Vec<String> {
        policy.sources[source].gives.iter().map(ToString::to_string).collect()
    };
    assert_eq!(gives("telecom"), ["contact.name"]);
    assert_eq!(gives("register"), ["firms"]);
    assert!(policy.sources["register"].public && !policy.sources["telecom"].public);
    assert_eq!(policy.sources["register"].exempt.as_deref(), Some("14(5)(b)"));
    assert_eq!(policy.sources["telecom"].consent.as_ref().unwrap().proof, ["wording", "when"]);
}

#[test]
fn a_group_stays_in_the_model_with_what_it_holds_opened() {
    let policy = policy(PARTS);
    let group = &policy.groups["other-data"];
    assert_eq!(group.title.written, "Other data");
    let hour = DataRef { category: "usage".into(), field: Some("hour".into()) };
    assert_eq!(group.of, [DataRef::whole("contact".into()), hour]);
    assert_eq!(policy.groups["inner"].title.written, "Inner");
}

#[test]
fn people_children_decisions_and_messages_are_read() {
    let policy = policy(&format!(
        r#"{PARTS}
        [children]
        offered = false
        consent-age = 16
        guardian = {{ proof = "relation", confirms = "by e-mail" }}
        on-report = "we erase"
        [decisions]
        automated = "none"
        [message.reminder]
        class = "essential"
        purpose = "service"
        why = "else it is late"
        channels = ["email", "in-product"]
        people = ["customer"]
        [message.tips]
        purpose = "service"
        [role.desk]
        title = "The desk"
        [form.contact]
        purpose = "service"
        fields = ["contact.name"]
        consents = ["service"]
        "#
    ));
    let customer = &policy.people["customer"];
    assert_eq!(customer.minimum_age, Some(16));
    assert_eq!(customer.age_known_by.as_ref().unwrap().path, "people.customer.at-least.known-by");
    assert_eq!(policy.children.offered, Some(false));
    assert_eq!(policy.children.consent_age, ConsentAge::Years(16));
    assert_eq!(policy.children.guardian_confirms.as_ref().unwrap().written, "by e-mail");
    assert!(policy.decisions.no_automated && !policy.decisions.no_profiling);
    let reminder = &policy.messages["reminder"];
    assert_eq!(reminder.class, MessageClass::Essential);
    assert_eq!(reminder.channels, [Channel::Email, Channel::InProduct]);
    assert_eq!(policy.messages["tips"].class, MessageClass::Marketing, "not said to be essential");
    assert_eq!(policy.roles["desk"].title.as_ref().unwrap().written, "The desk");
    assert_eq!(policy.forms["contact"].consents, ["service".into()]);
}
