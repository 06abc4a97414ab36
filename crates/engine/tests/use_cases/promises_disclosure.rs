//! Promises on what leaves for authorities and other companies, kept under the companies' own
//! policies.

use std::collections::BTreeMap;

use kept_core::ledger::{Kind, Outcome};
use kept_core::policy::reader::examine;
use kept_core::policy::source::SourceFile;
use kept_engine::company::Company;
use kept_engine::disclose::{Disclosed, DisclosureOrder, NotDisclosed, Unmet};

use crate::promises::{DAY, More, collect, company, contract, leading};
use crate::recording::{ADA, data, datum};
use crate::world::{World, at, whom};

const FORM: [&str; 3] = ["form-data.name", "form-data.email", "form-data.phone"];

/// What a court's order brings by Claranet's policy.
const ORDER: [(&str, &str); 4] = [
    ("legal reference", "Rechtbank-Amsterdam/C-13-741/2026-02-27"),
    ("scope", "form-data.name, form-data.email"),
    ("approval by legal", "head of legal"),
    ("basis", "legal-obligation"),
];

fn customer(world: &World) -> Company {
    let mut claranet = world.open(at(DAY));
    let consumer = More {
        people: Some("consumer"),
        events: &["contract-start"],
        about: contract("C-1"),
        ..More::default()
    };
    collect(&mut claranet, (&["service-delivery"], &FORM), consumer, DAY).unwrap();
    claranet
}

fn demand(
    company: &mut Company,
    (way, purpose): (&str, &str),
    fields: &[&str],
    evidence: &[(&str, &str)],
) -> Disclosed {
    let controller = leading(company, purpose);
    let order = DisclosureOrder { controller, ..demanded((way, purpose), fields, evidence) };
    company.disclose(&order, at(DAY)).unwrap()
}

fn demanded((way, purpose): (&str, &str), fields: &[&str], evidence: &[(&str, &str)]) -> DisclosureOrder {
    let evidence: BTreeMap<String, String> =
        evidence.iter().map(|(what, text)| ((*what).to_owned(), (*text).to_owned())).collect();
    DisclosureOrder {
        whom: whom(&[ADA]),
        recipient: way.into(),
        purpose: purpose.into(),
        fields: data(fields),
        contract: None,
        role: None,
        paid: false,
        evidence,
        controller: None,
        actor: Some("legal 2".to_owned()),
    }
}

fn to_claranet(company: &mut Company, fields: &[&str], evidence: &[(&str, &str)]) -> Disclosed {
    demand(company, ("authorities", "service-delivery"), fields, evidence)
}

/// The evidence without one part, or with another in its place.
fn order(but: &str, instead: Option<&'static str>) -> Vec<(&'static str, &'static str)> {
    let kept = ORDER.into_iter().filter(|(what, _)| *what != but);
    let mut known = ORDER.into_iter().map(|(what, _)| what).chain(["proportionality review"]);
    let other = known.find(|what| *what == but).zip(instead);
    kept.chain(other).collect()
}

fn names(given: &Disclosed) -> Vec<String> {
    given.values.iter().map(|value| value.field.to_string()).collect()
}

#[test]
fn cla_35_an_authority_gets_nothing_without_reference_or_approval_and_then_the_asked_fields_only() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    for (missing, said) in [
        ("legal reference", "legal reference"),
        ("approval by legal", "approval by legal"),
        ("scope", "scope"),
        ("basis", "basis"),
    ] {
        let told = to_claranet(&mut claranet, &FORM[..1], &order(missing, None));
        assert_eq!(told.refused, Some(NotDisclosed::Unmet(Unmet::Needs(said.to_owned()))));
        assert!(told.values.is_empty(), "{missing}");
    }
    let blank = to_claranet(&mut claranet, &FORM[..1], &order("legal reference", Some("  ")));
    assert!(blank.values.is_empty() && blank.refused.is_some(), "{blank:?}");
    let given = to_claranet(&mut claranet, &FORM[..1], &ORDER);
    assert_eq!(names(&given), ["form-data.name"], "of three that are held");
    let entries = world.entries();
    let disclosed: Vec<_> = entries.iter().filter(|entry| entry.kind == Kind::Disclosed).collect();
    assert_eq!(disclosed.len(), 6, "what was refused is on record too");
    assert!(disclosed[..5].iter().all(|entry| entry.outcome == Outcome::Refused));
    let last = disclosed[5];
    assert_eq!((last.outcome, &last.fields), (Outcome::Done, &data(&FORM[..1])));
    assert_eq!(last.request.as_ref().unwrap().as_str(), "Rechtbank-Amsterdam/C-13-741/2026-02-27");
    assert_eq!(last.rule.as_deref(), Some("disclosure.authorities.legal-obligation"));
    assert_eq!(world.files_with(b"head of legal"), Vec::<String>::new(), "who approved stays out of it");
}

#[test]
fn cla_37_a_whole_table_goes_to_nobody_before_somebody_asked_whether_less_would_do() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    let all = [FORM[0], FORM[1], FORM[2], "form-data.address", "form-data.company", "form-data.question"];
    let reach = order("scope", Some("form-data"));
    for whole in [&["form-data"][..], &all] {
        let told = to_claranet(&mut claranet, whole, &reach);
        let why = NotDisclosed::Unmet(Unmet::Disproportionate(datum("form-data")));
        assert_eq!((told.values.len(), told.refused), (0, Some(why)), "{whole:?}");
    }
    let two = to_claranet(&mut claranet, &FORM[..2], &reach);
    assert_eq!(two.values.len(), 2, "part of it needs no review");
    let reviewed = [&reach[..], &[("proportionality review", "fraud with changing names")]].concat();
    assert_eq!(to_claranet(&mut claranet, &["form-data"], &reviewed).values.len(), 3, "all that is held");
}

#[test]
fn cla_38_the_scope_of_a_court_order_is_not_exceeded() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    let given = to_claranet(&mut claranet, &FORM, &ORDER);
    assert_eq!(names(&given), ["form-data.email", "form-data.name"]);
    let cut = &given.cut[0];
    assert_eq!((given.cut.len(), &cut.field), (1, &datum("form-data.phone")));
    assert_eq!(cut.article, Some("Art. 5(1)(c) GDPR"));
    let entries = world.entries();
    let last = entries.iter().rfind(|entry| entry.kind == Kind::Disclosed).unwrap();
    assert!(!last.fields.contains(&datum("form-data.phone")), "{last:?}");
    for nothing in ["whatever we like", "form-data.shoe", "form-data.name; form-data.phone", ","] {
        let told = to_claranet(&mut claranet, &FORM, &order("scope", Some(nothing)));
        assert_eq!(
            (told.values.len(), told.refused),
            (0, Some(NotDisclosed::Unmet(Unmet::Scope))),
            "{nothing}"
        );
    }
    let beyond = to_claranet(&mut claranet, &FORM[2..], &ORDER);
    assert!(beyond.values.is_empty() && beyond.cut.len() == 1, "{beyond:?}");
}

#[test]
fn kre_44_nothing_is_released_on_any_other_ground_than_a_legal_obligation() {
    let world = company("kresoft");
    let mut kresoft = world.open(at(DAY));
    let customer = More {
        people: Some("customer"),
        consents: &["customer-mailing"],
        events: &["contract-start"],
        about: contract("O-1"),
        ..More::default()
    };
    let purposes = ["requested-service-contact", "customer-mailing"];
    let fields = ["general.name", "general.email"];
    collect(&mut kresoft, (&purposes, &fields), customer, DAY).unwrap();
    let brought = |basis| {
        [("legal reference", "PV-2026/117"), ("scope", "general.name"), ("approval by legal", "yes"), basis]
    };
    for basis in ["consent", "contract", "legitimate-interest", "vital-interest", "public-task"] {
        let evidence = brought(("basis", basis));
        let told = demand(&mut kresoft, ("legal-demand", purposes[0]), &fields, &evidence);
        let why = NotDisclosed::Unmet(Unmet::NotOnBasis("legal-obligation".to_owned()));
        assert_eq!((told.values.len(), told.refused), (0, Some(why)), "{basis}");
    }
    let evidence = brought(("basis", "legal-obligation"));
    let given = demand(&mut kresoft, ("legal-demand", purposes[0]), &fields, &evidence);
    assert_eq!(names(&given), ["general.name"]);
    // The one recipient of the policy acts on instruction, and for its own task alone.
    for purpose in purposes {
        let told = demand(&mut kresoft, ("google-analytics", purpose), &fields, &[]);
        assert!(told.values.is_empty(), "{purpose}: {told:?}");
    }
    drop(kresoft);
    another_company_is_no_recipient(world);
}

/// A policy that named another company would contradict its own promise.
fn another_company_is_no_recipient(mut world: World) {
    let partner = "[recipient.partner]\nname = \"A partner\"\nrole = \"controller\"\ncountry = \"BE\"\n";
    world.files.push(("partner.toml".to_owned(), partner.to_owned()));
    let files: Vec<SourceFile> =
        world.files.iter().map(|(name, text)| SourceFile::new(name.clone(), text.clone())).collect();
    let found = examine(&files).sound().unwrap_err();
    assert!(found.iter().any(|one| one.code.starts_with("never/")), "{found:?}");
}

#[test]
fn a_dry_run_asks_what_the_real_disclosure_asks_and_nothing_leaves() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    let several = [FORM[0], FORM[2]];
    let cases = [
        (order("legal reference", None), &FORM[..1]),
        (order("approval by legal", None), &FORM[..1]),
        (order("basis", Some("consent")), &FORM[..1]),
        (order("scope", Some("form-data")), &["form-data"][..]),
        (ORDER.to_vec(), &several[..]),
        (ORDER.to_vec(), &FORM[..1]),
    ];
    for (evidence, fields) in cases {
        let controller = Some("holdings".into());
        let asked = DisclosureOrder {
            controller,
            ..demanded(("authorities", "service-delivery"), fields, &evidence)
        };
        let planned = claranet.rehearse_disclosure(&asked, at(DAY)).unwrap();
        let before = world.count_entries(Kind::Disclosed);
        let given = claranet.disclose(&asked, at(DAY)).unwrap();
        assert_eq!(before + 1, world.count_entries(Kind::Disclosed), "the dry run is no disclosure");
        let would: Vec<String> = planned.would.iter().map(ToString::to_string).collect();
        assert_eq!((would, &planned.refused), (names(&given), &given.refused), "{evidence:?}");
        assert_eq!(planned.cut, given.cut, "{evidence:?}");
    }
}

#[test]
fn an_authority_says_its_country_where_data_never_leave_a_region_and_one_outside_gets_nothing() {
    let policy = include_str!("club.toml")
        .replace("country = \"US\"\n", "country = \"FR\"\n")
        .replace("[never]\n", "[never]\nleave = [\"EU\"]\n");
    let way = "\n[disclosure.courts]\ntitle = \"Orders of courts\"\nto = \"authority\"\n\
               basis = { legal-obligation = \"the order\" }\n\
               needs = [\"legal reference\", \"scope\", \"approval by legal\"]\n";
    let world = World::new(&format!("{policy}{way}"), &[]);
    let mut club = world.open(at(DAY));
    let name = ["identification.name"];
    club.record(&crate::recording::collection(ADA, &["enquiry"], &name), at(DAY)).unwrap();
    for (country, refused) in [
        (None, Some(Unmet::Needs("country".to_owned()))),
        (Some("US"), Some(Unmet::Elsewhere("EU".to_owned()))),
        (Some("Belgium"), Some(Unmet::Country)),
        (Some("BE"), None),
    ] {
        let mut evidence = vec![
            ("legal reference", "C-17"),
            ("scope", "identification.name"),
            ("approval by legal", "head"),
        ];
        evidence.extend(country.map(|country| ("country", country)));
        let told = demand(&mut club, ("courts", "enquiry"), &name, &evidence);
        assert_eq!(told.values.len(), usize::from(refused.is_none()), "{country:?}: {told:?}");
        assert_eq!(told.refused, refused.map(NotDisclosed::Unmet));
    }
}

/// A demand by the services on the ground of national security, with more besides.
fn secret_demand(more: &[(&'static str, &'static str)]) -> DisclosureOrder {
    let evidence = [&ORDER[..], more].concat();
    let controller = Some("holdings".into());
    DisclosureOrder {
        controller,
        ..demanded(("national-security", "service-delivery"), &FORM[..1], &evidence)
    }
}

/// To whom an access answer of this instant says that data went, and how many disclosures it says were made.
fn told_to_ada(company: &mut Company, when: &str) -> (Vec<String>, usize) {
    let report = company.access(&whom(&[ADA]), None, at(when)).unwrap();
    let acts = report.consulted.iter().filter(|one| one.act == Kind::Disclosed).count();
    (report.disclosed.into_iter().map(|one| one.recipient).collect(), acts)
}

#[test]
fn cla_36_a_release_for_national_security_says_why_the_person_is_told_or_not_and_one_role_reads_it() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    for (more, refused) in [
        (&[][..], Unmet::Untold),
        (&[("not told", "UAVG-41-1-a"), ("told", "letter-7")], Unmet::Untold),
        (&[("not told", "Ada Lovelace is watched")], Unmet::Reason),
        (&[("not told", "UAVG-41-1-a"), ("secret until", "2026-01-01")], Unmet::Until),
        (&[("not told", "UAVG-41-1-a"), ("secret until", "one day")], Unmet::Until),
        (&[("told", "letter-7"), ("secret until", "2031-01-01")], Unmet::Until),
    ] {
        let asked = claranet.disclose(&secret_demand(more), at(DAY)).unwrap();
        assert_eq!((asked.values.len(), asked.refused), (0, Some(NotDisclosed::Unmet(refused))), "{more:?}");
    }
    let secret = claranet.disclose(&secret_demand(&[("not told", "UAVG-41-1-a")]), at(DAY)).unwrap();
    let open = claranet.disclose(&secret_demand(&[("told", "letter-7")]), at(DAY)).unwrap();
    assert_eq!((names(&secret), names(&open)), (vec![FORM[0].to_owned()], vec![FORM[0].to_owned()]));
    // One role reads of both, with the reasons; every other is refused, and who looked is on record.
    let lines = claranet.secrets(&"legal".into(), Some("head of legal"), at(DAY)).unwrap();
    let read: Vec<_> = lines.iter().map(|one| (one.entry, one.secret, one.reason.as_str())).collect();
    assert_eq!(read, [(secret.entry, true, "UAVG-41-1-a"), (open.entry, false, "letter-7")]);
    assert!(lines.iter().all(|one| one.given && one.way == "national-security"));
    for other in ["service", "marketing", "nobody"] {
        let refused = claranet.secrets(&other.into(), None, at(DAY)).unwrap_err();
        assert!(refused.to_string().contains("no way of disclosure lets this role"), "{other}: {refused}");
    }
    let looks = world.entries().into_iter().filter(|one| one.rule.as_deref() == Some("disclosure.secrecy"));
    let looks: Vec<_> = looks.map(|one| (one.kind, one.outcome)).collect();
    let refused = (Kind::Read, Outcome::Refused);
    assert_eq!(looks, [(Kind::Read, Outcome::Done), refused, refused, refused]);
    // The person is told of the one that is no secret.
    assert_eq!(told_to_ada(&mut claranet, DAY), (vec!["Nationale veiligheid".to_owned()], 1));
}

#[test]
fn a_release_is_kept_from_the_person_until_its_last_day_is_over_or_the_role_ends_the_secrecy() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    let dated = [("not told", "UAVG-41-1-a"), ("secret until", "2026-12-31")];
    claranet.disclose(&secret_demand(&dated), at(DAY)).unwrap();
    let open_end = claranet.disclose(&secret_demand(&dated[..1]), at(DAY)).unwrap().entry;
    let acts = |claranet: &mut Company, when| told_to_ada(claranet, when).1;
    assert_eq!(acts(&mut claranet, DAY), 0);
    assert_eq!(acts(&mut claranet, "2026-12-31T22:59:00Z"), 0, "the last day, in Amsterdam");
    assert_eq!(acts(&mut claranet, "2026-12-31T23:00:00Z"), 1);
    let end = |claranet: &Company, who: &str, entry, role: &str| {
        claranet.end_secrecy(&whom(&[who]), entry, (&role.into(), None), at("2027-02-01T10:00:00Z"))
    };
    assert!(end(&claranet, ADA, open_end, "service").is_err(), "not in this role");
    assert!(end(&claranet, "email=bo@example.org", open_end, "legal").is_err(), "of somebody else");
    assert!(end(&claranet, ADA, open_end + 1, "legal").is_err(), "no release");
    assert_eq!(acts(&mut claranet, "2027-02-01T10:01:00Z"), 1, "nothing was ended yet");
    end(&claranet, ADA, open_end, "legal").unwrap();
    assert_eq!(acts(&mut claranet, "2027-02-01T10:01:00Z"), 2);
    assert!(end(&claranet, ADA, open_end, "legal").is_err(), "once");
}

#[test]
fn a_certificate_for_the_person_holds_no_release_that_is_kept_from_them() {
    let world = company("claranet");
    let mut claranet = customer(&world);
    let asked = claranet.access(&whom(&[ADA]), Some(at(DAY)), at(DAY)).unwrap().head.case.unwrap();
    let next = asked.replace("0001", "0002");
    assert_ne!(asked, next);
    // The reference of the demand happens to be the number of the erasure.
    let reasons = [("not told", "UAVG-41-1-a")];
    let mut evidence = order("legal reference", None);
    evidence.extend([("legal reference", next.as_str()), reasons[0]]);
    let controller = Some("holdings".into());
    let order = DisclosureOrder {
        controller,
        ..demanded(("national-security", "service-delivery"), &FORM[..1], &evidence)
    };
    let secret = claranet.disclose(&order, at(DAY)).unwrap();
    assert_eq!(secret.values.len(), 1, "{secret:?}");
    let report = claranet.erase(&whom(&[ADA]), at(DAY), false, at(DAY)).unwrap();
    assert_eq!(report.head.case.as_deref(), Some(next.as_str()));
    let certificate = claranet.erasure_certificate(&report, at(DAY)).unwrap();
    let numbers: Vec<u64> = certificate.entries.iter().map(|one| one.sequence).collect();
    assert!(!numbers.is_empty() && !numbers.contains(&secret.entry), "{numbers:?}");
}
