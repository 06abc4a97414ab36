//! What the reader makes of parties, places, cookies, rights and promises that are sound.

use kept_core::policy::keep::{Limit, Phase, When};
use kept_core::policy::model::{
    AuthorityNamed, Basis, InsideFirst, NeverTo, OwnRecord, Placed, Policy, RecipientRole, Refuse, Retention,
};
use kept_core::policy::read;
use kept_core::time::Span;
use kept_core::timeline::Right;

use super::folder;

/// A policy that reads without a finding, completed by what every policy needs.
fn sound(text: &str) -> Policy {
    let rest = r#"
        edition = 1
        [data.contact]
        fields = ["name", "ip-address"]
        [purpose.answers]
        data = ["contact"]
        basis = "contract"
        keep = "1 year after collection"
    "#;
    let read = read(&folder::one(&format!("{rest}{text}")));
    assert_eq!(read.diagnostics, [], "no finding");
    read.policy.unwrap()
}

fn named(text: Option<&kept_core::policy::model::Text>) -> (&str, &str) {
    let text = text.expect("a text");
    (&text.path, &text.written)
}

const WHO: &str = "[controller.a]\ncountry = \"BE\"\n";

#[test]
fn a_controller_says_who_it_is_and_for_whom_it_speaks() {
    let policy = sound(
        r#"
        [controller.a]
        name = "Acme"
        trade-name = true
        called = "processor"
        country = "BE"
        no-officer = "no large-scale monitoring"
        affiliates = "its subsidiaries"
        affiliates-named = false
        public-authority = true
        [controller.b]
        country = "NL"
    "#,
    );
    let (one, other) = (&policy.controllers["a"], &policy.controllers["b"]);
    assert!(one.trade_name && !one.affiliates_named && one.public_authority);
    assert_eq!(one.called.as_deref(), Some("processor"));
    assert_eq!(named(one.no_officer.as_ref()), ("controller.a.no-officer", "no large-scale monitoring"));
    assert_eq!(named(one.affiliates.as_ref()), ("controller.a.affiliates", "its subsidiaries"));
    assert!(!other.trade_name && other.affiliates_named && !other.public_authority);
    assert_eq!(other.zone.name(), "Europe/Amsterdam");
}

#[test]
fn a_notice_is_written_in_its_first_language_and_may_have_a_month_for_a_version() {
    let policy = sound(&format!(
        r#"{WHO}
        [notice]
        version = "2024-01"
        written-in = "nl"
        prevails = "nl"
        changes = {{ significant = ["page"], before = "30 days" }}
        [link.security]
        url = "https://acme.example/security"
    "#
    ));
    let notice = &policy.notice;
    assert_eq!((notice.version, notice.version_month.as_deref()), (None, Some("2024-01")));
    let languages: Vec<&str> = notice.languages.iter().map(kept_core::name::Language::as_str).collect();
    assert_eq!(languages, ["nl"]);
    assert_eq!(notice.prevails.as_ref().map(kept_core::name::Language::as_str), Some("nl"));
    assert_eq!(notice.changes_before, Some(Span::days(30)));
    assert_eq!(notice.links["security"].title.written, "Security");
    assert_eq!(notice.links["security"].url, "https://acme.example/security");
}

#[test]
fn recipients_and_joint_control_are_read_as_written() {
    let policy = sound(&format!(
        r#"{WHO}
        [recipient.host]
        country = "FR"
        seat = "US"
        data = ["contact.name"]
        safeguard = "standard contractual clauses of 2021"
        copy = "on request"
        contract = 2024-01-31
        due-diligence = 2023-12-01
        instructions = "stores what we send"
        settings = "no access from outside"
        only-if = "if you agreed"
        [recipient.sister]
        role = "affiliate"
        [recipient.partner]
        role = "joint"
        [joint.events]
        with = "the co-organisers"
        essence = "each answers for its own list"
        purposes = ["answers"]
    "#
    ));
    let host = &policy.recipients["host"];
    assert_eq!((host.role, host.seat.as_deref()), (RecipientRole::Processor, Some("US")));
    assert_eq!(host.data[0].to_string(), "contact.name");
    assert_eq!(host.due_diligence.unwrap().to_string(), "2023-12-01");
    assert_eq!(named(host.copy.as_ref()).0, "recipient.host.copy");
    assert_eq!(named(host.instructions.as_ref()).1, "stores what we send");
    assert_eq!(named(host.settings.as_ref()).1, "no access from outside");
    assert_eq!(named(host.only_if.as_ref()).1, "if you agreed");
    assert_eq!(policy.recipients["sister"].role, RecipientRole::Affiliate);
    assert_eq!(policy.recipients["partner"].role, RecipientRole::Joint);
    let joint = &policy.joint["events"];
    assert_eq!((joint.with.written.as_str(), joint.purposes[0].as_str()), ("the co-organisers", "answers"));
    assert_eq!(named(joint.essence.as_ref()).1, "each answers for its own list");
}

#[test]
fn a_disclosure_keeps_every_basis_and_says_when_people_are_told() {
    let policy = sound(&format!(
        r#"{WHO}
        [recipient.lawyer]
        role = "controller"
        [disclosure.demand]
        to = ["authority", "lawyer"]
        data = ["contact"]
        basis = [{{ legal-obligation = "the law of the demand" }}, {{ legitimate-interest = "claims" }}]
        needs = ["legal reference", "scope"]
        tell = {{ before = "5 days", unless = "a law forbids it", then = "when the ban ends" }}
        [disclosure.claims]
        to = "lawyer"
        tell = {{ before = "release" }}
    "#
    ));
    let demand = &policy.disclosures["demand"];
    assert_eq!(demand.to, ["authority", "lawyer"]);
    let words: Vec<&str> = demand.bases.iter().map(Basis::word).collect();
    assert_eq!(words, ["legal-obligation", "legitimate-interest"]);
    let tell = demand.tell.as_ref().unwrap();
    assert_eq!((tell.before, named(tell.unless.as_ref()).1), (Span::days(5), "a law forbids it"));
    assert_eq!(named(tell.then.as_ref()).0, "disclosure.demand.tell.then");
    let claims = &policy.disclosures["claims"];
    assert_eq!(claims.tell.as_ref().unwrap().before, Span::ZERO);
    assert!(claims.bases.is_empty() && claims.data.is_empty());
}

#[test]
fn custody_has_a_customer_tasks_and_an_end() {
    let policy = sound(&format!(
        r#"{WHO}
        [recipient.host]
        [custody.samples]
        role = "processor"
        for = "customer"
        under = "the agreement"
        data = ["contact"]
        tasks = ["testing"]
        keep = "for the contract, then 30 days"
        then = "return or erase"
        requests = "pass on in 2 working days"
        protection = "open to testers alone"
        recipients = ["host"]
        [custody.keys]
        keep = {{ criterion = "while we operate it", ends = "contract-end" }}
    "#
    ));
    let samples = &policy.custody["samples"];
    assert_eq!(named(samples.customer.as_ref()), ("custody.samples.for", "customer"));
    assert_eq!((samples.tasks[0].as_str(), samples.recipients[0].as_str()), ("testing", "host"));
    assert_eq!(named(samples.requests.as_ref()).1, "pass on in 2 working days");
    let Retention::Keep(keep) = &samples.retention else { panic!("{:?}", samples.retention) };
    assert_eq!(keep.stages[1].limit, Limit::More(Span::days(30)));
    let Retention::Criterion { ends, .. } = &policy.custody["keys"].retention else { panic!("no criterion") };
    assert_eq!(ends.as_ref().unwrap().as_str(), "contract-end");
}

#[test]
fn places_and_stores_say_where_data_are_and_who_chose() {
    let policy = sound(&format!(
        r#"{WHO}
        [transfers]
        statement = "Mainly in the Union."
        otherwise = ["reason", "consent"]
        copy = "on request"
        applies = ["without adequacy"]
        [place.cloud]
        only = ["EU"]
        [place.tenant]
        title = "Your space"
        options = {{ eu = ["EU", "NO"], us = ["US"] }}
        chosen-by = "customer"
        [store.us]
        engine = "sqlite"
        url = "us.sqlite"
        server = "US"
        seat = "FR"
        place = "cloud"
        holds = {{ tenant = "us" }}
    "#
    ));
    let transfers = policy.transfers.as_ref().unwrap();
    assert_eq!((&*transfers.otherwise[1], &*transfers.applies[0]), ("consent", "without adequacy"));
    assert_eq!(named(transfers.copy.as_ref()).0, "transfers.copy");
    assert_eq!(policy.places["cloud"].only, ["EU"]);
    let tenant = &policy.places["tenant"];
    assert_eq!((tenant.options["eu"].len(), named(tenant.chosen_by.as_ref()).1), (2, "customer"));
    let store = &policy.stores["us"];
    assert_eq!((store.seat.as_deref(), store.place.as_deref()), (Some("FR"), Some("cloud")));
    assert_eq!(store.holds["tenant"], "us");
}

#[test]
fn cookies_have_classes_and_lives_and_statistics_say_what_they_count() {
    assert_eq!(sound(WHO).cookies, None, "a policy may be silent on cookies");
    let policy = sound(&format!(
        r#"{WHO}
        [cookies]
        placed = "unless refused"
        refuse = "browser settings"
        choice-kept = "6 months"
        link = "https://acme.example/cookies"
        [cookie-class.traffic]
        why = "to count visits"
        consent = true
        life = "13 months from first set"
        purpose = "answers"
        [cookie.visits]
        name = "_ga*"
        classes = "traffic"
        life = "session"
        reads = ["contact.ip-address"]
        [cookie.sid]
        classes = "traffic"
        [statistics.web]
        counts = ["page"]
        reads = ["ip-address"]
        drops = ["ip-address"]
        smallest-group = 5
        statement = "no personal data"
    "#
    ));
    let cookies = policy.cookies.as_ref().unwrap();
    assert_eq!((cookies.placed, cookies.refuse), (Placed::UnlessRefused, Refuse::BrowserSettings));
    assert_eq!(cookies.choice_kept, Some(Span::months(6)));
    let class = &cookies.classes["traffic"];
    assert_eq!((class.consent, class.life), (Some(true), Some(Span::months(13))));
    assert_eq!(class.purpose.as_ref().unwrap().as_str(), "answers");
    let visits = &cookies.cookies["visits"];
    assert_eq!((&*visits.names[0], &*visits.classes[0], visits.life), ("_ga*", "traffic", Some(Span::ZERO)));
    assert_eq!(visits.reads[0].to_string(), "contact.ip-address");
    assert_eq!(cookies.cookies["sid"].names, ["sid"], "its name in the policy, where it says none");
    let web = &policy.statistics["web"];
    assert_eq!((web.smallest_group, web.drops.len()), (Some(5), 1));
}

#[test]
fn rights_are_read_in_general_and_one_by_one() {
    let policy = sound(&format!(
        r#"{WHO}
        [rights]
        reply = "1 month"
        inquiries = "1 month"
        extension = "never"
        fee = {{ extra-copy = "the cost of the copy" }}
        channels = ["form"]
        named = ["access", "erasure", "withdrawal"]
        inside-first = "required"
        authority = {{ name = "Privacy Commission", post = "Drukpersstraat 35" }}
        [rights.access]
        look-back = "at least 12 months"
        yourself = "in your account"
        article = "15(1)"
        [rights.erasure]
        reply = {{ data = ["contact"], within = "30 days", backups = "60 days from the request" }}
        only = "outdated data"
        ends = ["contact"]
        [rights.withdrawal]
        text = "as easily as you gave it"
        reply = "3 days"
        [rights.agent]
        papers = "destroyed after the check"
        [rights-for.california]
        for = "residents of US-CA"
        confirm = "10 working days"
        sells = false
    "#
    ));
    let rights = &policy.rights;
    assert!(rights.never_extended && !rights.never_a_fee);
    assert_eq!(named(rights.extra_copy.as_ref()), ("rights.fee.extra-copy", "the cost of the copy"));
    assert_eq!(rights.named, Some(vec![Right::Access, Right::Erasure, Right::Withdrawal]));
    assert_eq!(rights.complaint.inside_first, InsideFirst::Required);
    let AuthorityNamed::AsPublished { name, post } = &rights.complaint.authority else { panic!("by name") };
    assert_eq!((name.as_str(), post.as_deref()), ("Privacy Commission", Some("Drukpersstraat 35")));
    let access = &rights.by_right[&Right::Access];
    assert_eq!((access.look_back, access.article.as_deref()), (Some(Span::months(12)), Some("15(1)")));
    let erasure = &rights.by_right[&Right::Erasure];
    assert_eq!((erasure.reply, erasure.backups), (Some(Span::days(30)), Some(Span::days(60))));
    assert_eq!(erasure.reply_data[0].to_string(), "contact");
    assert_eq!((named(erasure.only.as_ref()).1, rights.erasure_ends.len()), ("outdated data", 1));
    assert_eq!(named(rights.withdrawal.as_ref()), ("rights.withdrawal.text", "as easily as you gave it"));
    assert_eq!(rights.by_right[&Right::Withdrawal].reply, Some(Span::days(3)));
    assert_eq!(named(rights.agent.as_ref().unwrap().papers.as_ref()).1, "destroyed after the check");
    let california = &rights.regimes["california"];
    assert_eq!((california.region.as_str(), california.confirm), ("US-CA", Some(Span::days(10))));
    assert_eq!((california.sells, california.sensitive), (Some(false), None));
}

#[test]
fn the_short_forms_of_rights_are_read() {
    let policy = sound(&format!(
        "{WHO}[rights]\nfee = \"never\"\nauthority = \"by residence\"\n\
         withdrawal = \"in your account\"\nerasure = {{ reply = \"30 days\" }}\n"
    ));
    assert_eq!(policy.rights.complaint.authority, AuthorityNamed::ByResidence);
    assert_eq!(named(policy.rights.withdrawal.as_ref()), ("rights.withdrawal", "in your account"));
    assert_eq!(policy.rights.by_right[&Right::Erasure].reply, Some(Span::days(30)));
    assert_eq!(policy.rights.named, None);
    assert!(!policy.rights.by_right.contains_key(&Right::Withdrawal), "words alone are no rule");
}

#[test]
fn promises_never_own_and_duties_are_read_as_written() {
    let policy = sound(&format!(
        r#"{WHO}
        [never]
        sell = true
        profile = false
        disclose-to = "other controllers but authorities"
        leave = ["EU"]
        rent = "We never rent out addresses."
        [own]
        consent-proof = "5 years after consent-end"
        identity-papers = "until verified, at most 1 month"
        refusals = {{ criterion = "as long as the refusal holds", review = "every 3 years" }}
        [duty.diligence]
        before = "first disclosure to a processor"
        due = 2026-12-31
        security = true
    "#
    ));
    let never = &policy.never;
    assert!(never.sell && !never.profile && !never.track && !never.decide_automatically);
    assert_eq!(never.disclose_to, Some(NeverTo::ControllersButAuthorities));
    assert_eq!((never.leave.len(), never.others["rent"].path.as_str()), (1, "never.rent"));
    let Retention::Keep(proof) = &policy.own[&OwnRecord::ConsentProof] else { panic!("a sentence") };
    assert_eq!(proof.stages[0].limit, Limit::After(Span::years(5), When::Event("consent-end".into())));
    let Retention::Keep(papers) = &policy.own[&OwnRecord::IdentityPapers] else { panic!("a sentence") };
    assert_eq!(papers.stages[0].limit, Limit::Until(When::Event("verification".into())));
    assert_eq!((papers.stages[0].phase, papers.at_most), (Phase::Live, Some(Span::months(1))));
    let Retention::Criterion { review, .. } = &policy.own[&OwnRecord::Refusals] else {
        panic!("a criterion")
    };
    assert_eq!(*review, Some(Span::years(3)));
    let duty = &policy.duties["diligence"];
    assert_eq!((duty.security, duty.due.unwrap().to_string().as_str()), (true, "2026-12-31"));
    assert_eq!(named(duty.before.as_ref()), ("duty.diligence.before", "first disclosure to a processor"));
}
