//! The service as a Rust program meets it, through the client crate.

use std::collections::BTreeMap;

use kept_client::{
    Act, Client, Collection, Consent, Edit, Error, ListRecords, Manner, Member, NewRecord, Options, Person,
    Problem, Proof, Question, Read, ReadRecord, Verb,
};

use super::serving::{ADA, Service};

fn sign_up() -> Act {
    Act::Collect(Collection {
        purposes: vec!["newsletter".to_owned()],
        fields: BTreeMap::from([("contact.email".to_owned(), ADA.to_owned())]),
        consents: vec![Consent {
            purpose: "newsletter".to_owned(),
            wording: Some(1),
            proof: Some(Proof { how: Some("sign-up form".to_owned()), ..Proof::default() }),
            ..Consent::default()
        }],
        ..Collection::default()
    })
}

#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> Problem {
    match answer {
        Err(Error::Refused(problem)) => *problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_program_collects_asks_reads_and_lets_go_through_the_client() {
    let service = Service::start(&[]);
    let may = ["collect", "record", "consent", "restrict", "decide", "read", "explain", "sweep"];
    let key = service.key("shop", &may, &["newsletter", "enquiry"]);
    let kept = Client::new(service.address(), &key).unwrap();
    let ada = Person::email(ADA);
    let write_to_ada = Question::new(&ada, "newsletter", Verb::Contact("email".to_owned()));
    assert!(!kept.decide(&write_to_ada).unwrap().allowed);
    let rehearsed = kept.record(&ada, &sign_up(), &Options { dry_run: true, ..Options::default() }).unwrap();
    assert_eq!(rehearsed.entry, None, "nothing is written");
    assert!(!kept.decide(&write_to_ada).unwrap().allowed);
    let once = Options { idempotency_key: Some("order-17".to_owned()), ..Options::default() };
    assert!(!kept.record(&ada, &sign_up(), &once).unwrap().repeated);
    assert!(kept.record(&ada, &sign_up(), &once).unwrap().repeated);
    assert!(kept.decide(&write_to_ada).unwrap().allowed);
    let read = Read { person: ada.clone(), purpose: "newsletter".to_owned(), ..Read::default() };
    let given = kept.read(&read).unwrap();
    assert_eq!((given.values.len(), given.values[0].value.as_str()), (1, ADA));
    assert!(!format!("{given:?} {read:?}").contains(ADA), "values reach no log");
    let reached = |kept: &Client| {
        let mut audience = kept.audience("newsletter", "email").unwrap();
        let members: Vec<Member> = audience.by_ref().collect::<Result<_, _>>().unwrap();
        assert_eq!(audience.end().unwrap().count, members.len() as u64);
        members.len()
    };
    assert_eq!(reached(&kept), 1);
    assert!(kept.why(&ada, None).unwrap()["grounds"].is_array());
    let review_on = Some("2999-12-31".to_owned());
    let restricted = Act::Restrict { data: Vec::new(), reason: "accuracy".to_owned(), review_on };
    let case = kept.record(&ada, &restricted, &Options::default()).unwrap().case.unwrap();
    assert!(!kept.decide(&write_to_ada).unwrap().allowed);
    let lift = Act::Lift { case: case.clone() };
    let early = refused(kept.record(&ada, &lift, &Options::default()));
    assert_eq!(early.code(), "not-told-of-lifting", "{early}");
    kept.record(&ada, &Act::TellOfLifting { case }, &Options::default()).unwrap();
    kept.record(&ada, &lift, &Options::default()).unwrap();
    assert!(kept.decide(&write_to_ada).unwrap().allowed);
    let withdrawn = Act::WithdrawConsent { purpose: "newsletter".to_owned(), channels: Vec::new() };
    kept.record(&ada, &withdrawn, &Options::default()).unwrap();
    assert_eq!(reached(&kept), 0);
    let counted = kept.sweep(None, true).unwrap();
    assert_eq!(counted["dry_run"], true, "{counted}");
}

#[test]
fn the_client_says_what_the_service_refuses_and_what_it_can_not_call() {
    let service = Service::start(&[]);
    let key = service.key("mailer", &["decide"], &["enquiry"]);
    let kept = Client::new(service.address(), &key).unwrap();
    let ada = Person::email(ADA);
    let other = refused(kept.decide(&Question::new(&ada, "newsletter", Verb::Read)));
    assert_eq!(other.status, 403, "{other}");
    let stranger = Client::new(service.address(), "kept_AAAA").unwrap();
    assert_eq!(refused(stranger.decide(&Question::new(&ada, "enquiry", Verb::Read))).status, 401);
    assert!(matches!(Client::new("ftp://example.org", &key), Err(Error::Url)));
    assert!(matches!(Client::new(service.address(), "a\nb"), Err(Error::Key)));
    let nobody = Client::new("http://127.0.0.1:1", &key).unwrap();
    assert!(matches!(nobody.decide(&Question::new(&ada, "enquiry", Verb::Read)), Err(Error::Call(_))));
}

#[test]
fn a_program_keeps_records_by_its_own_keys_through_the_client() {
    let service = Service::start(&[]);
    let key = service.key("shop", &["collect", "read"], &["enquiry"]);
    let kept = Client::new(service.address(), &key).unwrap();
    let named = |name: &str| BTreeMap::from([("contact.name".to_owned(), name.to_owned())]);
    let record = NewRecord {
        key: "e-1".to_owned(),
        person: Person::email(ADA),
        purpose: "enquiry".to_owned(),
        fields: named("Quaimarque"),
        ..NewRecord::default()
    };
    let rehearsed = kept.put_record(&record, &Manner { dry_run: true, ..Manner::default() }).unwrap();
    assert_eq!(rehearsed.entry, None, "nothing is written");
    assert!(!kept.put_record(&record, &Manner::once("once")).unwrap().repeated);
    assert!(kept.put_record(&record, &Manner::once("once")).unwrap().repeated);
    assert_eq!(refused(kept.put_record(&record, &Manner::default())).code(), "record-kept");
    let which = ReadRecord { key: "e-1".to_owned(), purpose: "enquiry".to_owned(), ..ReadRecord::default() };
    let value = || kept.read_record(&which).unwrap().values.remove(0).value;
    assert_eq!(value(), "Quaimarque");
    let edit = Edit::of("e-1", "enquiry");
    let rehearsed = Manner { dry_run: true, ..Manner::default() };
    assert_eq!(kept.change_record(&edit, &named("Bo"), &rehearsed).unwrap().entry, None);
    assert_eq!(value(), "Quaimarque", "nothing was changed");
    assert_eq!(kept.change_record(&edit, &named("Ada"), &Manner::default()).unwrap().fields, 1);
    assert_eq!(value(), "Ada");
    let list =
        ListRecords { person: Person::email(ADA), purpose: "enquiry".to_owned(), ..ListRecords::default() };
    let page = kept.records(&list).unwrap();
    assert_eq!((page.records.len(), page.next), (1, None));
    assert!(!format!("{record:?} {list:?} {page:?}").contains("Quaimarque"), "values reach no log");
    kept.delete_record(&edit, &Manner::default()).unwrap();
    assert_eq!(refused(kept.read_record(&which)).status, 404);
}
