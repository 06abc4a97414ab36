//! What the reader makes of a policy that is sound.

use kept_core::policy::keep::{Limit, Phase};
use kept_core::policy::model::store::{ArchiveWay, EventSource, Nulls, OwnerPath};
use kept_core::policy::model::{Basis, Channel, OccasionKind, Policy, Url};
use kept_core::policy::{SourceFile, read};
use kept_core::time::Span;

use super::folder;

/// The sketch of the design page as written there, and the few parts that it leaves out.
fn sketch() -> Policy {
    let sketch = include_str!("../policies/sketch.toml");
    let rest = r#"
        [data]
        log = { fields = ["action"] }
        billing = { fields = ["number", "amount", "address"] }
        request-file = { fields = ["request"] }
        messages = { fields = ["subject", "body"] }
    "#;
    let files = vec![SourceFile::new("sketch.toml", sketch), SourceFile::new("rest.toml", rest)];
    let read = read(&files);
    let found: Vec<String> = read.diagnostics.iter().map(|found| folder::shown(found, &files)).collect();
    let graver: Vec<&String> = found.iter().filter(|line| !line.contains("text/missing")).collect();
    assert!(graver.is_empty(), "{graver:#?}");
    read.policy.unwrap()
}

#[test]
fn the_sketch_of_the_design_reads_as_written() {
    let policy = sketch();
    let klivar = policy.controller().unwrap();
    assert_eq!(klivar.zone.name(), "Europe/Paris");
    assert_eq!(klivar.registered["siren"], "909093148");
    assert_eq!(policy.notice.version.unwrap().to_string(), "2024-01-01");
    let prospecting = &policy.purposes["prospecting"];
    assert_eq!(prospecting.basis, Basis::Consent { explicit: false });
    assert_eq!(prospecting.marketing, [Channel::Email]);
    assert_eq!(prospecting.occasion, OccasionKind::Consent);
    assert_eq!(prospecting.starts.as_str(), "consent-given");
    let log = &policy.purposes["security-log"];
    assert_eq!((log.occasion, log.starts.as_str()), (OccasionKind::Collection, "collection"));
    let billing = &policy.purposes["billing"];
    assert_eq!((billing.occasion, billing.starts.as_str()), (OccasionKind::Contract, "contract-start"));
    assert_eq!(billing.keep().unwrap().stages[1].phase, Phase::Archive);
    assert_eq!(billing.keep().unwrap().stages[1].limit, Limit::More(Span::years(10)));
    let requests = &policy.purposes["requests"];
    assert_eq!((requests.occasion, requests.starts.as_str()), (OccasionKind::Request, "request-received"));
    assert!(policy.rights.never_a_fee);
}

#[test]
fn the_stores_of_the_sketch_read_as_written() {
    let policy = sketch();
    let store = &policy.stores["platform"];
    assert_eq!(store.url, Url::Env("PLATFORM_URL".to_owned()));
    assert_eq!(store.zone.name(), "Europe/Paris");
    let accounts = &store.tables["accounts"];
    assert_eq!(accounts.archive, Some(ArchiveWay::Flag("archived_at".into())));
    let null = |event: &str| match &accounts.events[event] {
        EventSource::Column { null, .. } => *null,
        EventSource::Aggregate { .. } => panic!("{event}"),
    };
    assert_eq!(null("contract-end"), Nulls::NotYet);
    assert_eq!(null("contract-start"), Nulls::Unknown);
    let invoices = &store.tables["invoices"];
    assert_eq!(invoices.owned_by[0].path, OwnerPath::Column("account_id".into()));
    assert_eq!(invoices.occasion, Some((OccasionKind::Contract, "contract_id".into())));
    assert_eq!(invoices.frozen.as_ref().unwrap().once.as_str(), "issued_at");
    assert_eq!(store.tables["messages"].shared_with[0].column.as_str(), "recipient_id");
}

#[test]
fn every_form_of_a_table_is_read() {
    let text = r#"
        edition = 1
        [controller.a]
        country = "BE"
        [people]
        user = "uses it"
        [data.contact]
        fields = { name = "person-name", email = { type = "email", title = "Address", origin = "received" } }
        [data.log]
        fields = ["ip-address", "action"]
        origin = "observed"
        [group.all]
        of = ["contact", "log.action"]
        [purpose.news]
        data = "all"
        basis = { consent = "explicit" }
        keep = { criterion = "while it runs", review = "every 12 months" }
        [store.s]
        engine = "sqlite"
        url = "data/s.sqlite"
        zone = "UTC"
        not-personal = ["migrations"]
        [store.s.table.persons]
        name = "crm.persons"
        person = "user"
        key = ["tenant", "id"]
        identifies = { email = "mail" }
        columns = { mail = "contact.email" }
        events = { last-contact = "latest of invoices.issued_at", contract-end = { column = "closed", null = "unknown", or = "left" } }
        consents = { news = { given = "in_at", withdrawn = "out_at", when = { purpose = "news", level = 2 } } }
        [store.s.table.invoices]
        owned-by = { persons = ["payer", "buyer"] }
        refers-to = { persons = { column = "clerk", detach = { to = 0 } } }
        columns = { who = "contact" }
        emptied = { who = "" }
        when = { kind = "person", active = true }
        [store.s.table.addresses]
        owned-by = { persons = { through = "person_addresses", row = "address_id", owner = "person_id" } }
        [store.s.table.person_addresses]
        owned-by = { persons = "person_id" }
    "#;
    let read = read(&folder::one(text));
    assert_eq!(read.diagnostics, [], "no finding");
    let policy = read.policy.unwrap();
    let news = &policy.purposes["news"];
    let data: Vec<String> = news.data.iter().map(ToString::to_string).collect();
    assert_eq!(data, ["contact", "log.action"]);
    assert_eq!(policy.data["contact"].fields["email"].title.path, "data.contact.fields.email.title");
    let tables = &policy.stores["s"].tables;
    assert_eq!(tables["persons"].sql_name, "crm.persons");
    assert!(matches!(&tables["persons"].events["last-contact"], EventSource::Aggregate { latest: true, .. }));
    assert_eq!(tables["persons"].consents["news"].when.len(), 2);
    assert_eq!(tables["invoices"].owned_by.len(), 2);
    assert_eq!(tables["invoices"].when[1].is, "true");
    assert_eq!(tables["invoices"].refers_to[0].detach, kept_core::policy::model::Detach::To("0".to_owned()));
    assert!(matches!(&tables["addresses"].owned_by[0].path, OwnerPath::Through { .. }));
}

#[test]
fn the_digest_follows_names_and_bytes_and_nothing_else() {
    let digest = |files: &[SourceFile]| read(files).policy.unwrap().digest;
    let (a, b) = (SourceFile::new("a.toml", "edition = 1"), SourceFile::new("b.toml", "[people]"));
    let both = digest(&[a.clone(), b.clone()]);
    assert_eq!(both, digest(&[b, a.clone()]));
    assert_eq!(
        both,
        digest(&[a.clone(), SourceFile::new("b.toml", "[people]"), SourceFile::new("notes.txt", "x")])
    );
    assert_ne!(both, digest(&[a.clone(), SourceFile::new("b.toml", "[people] ")]));
    assert_ne!(both, digest(&[a, SourceFile::new("c.toml", "[people]")]));
}

#[test]
fn a_translation_is_filed_under_its_path() {
    let text = "edition = 1\n[notice]\nlanguages = [\"en\", \"fr\"]\n[people]\nuser = \"has an account\"\n";
    let files = [
        SourceFile::new("policy.toml", text),
        SourceFile::new("texts/fr.toml", "[people]\nuser = \"a un compte\"\n"),
    ];
    let policy = read(&files).policy.unwrap();
    let who = &policy.people["user"].who;
    assert_eq!(policy.text(who, &"fr".into()), "a un compte");
    assert_eq!(policy.text(who, &"nl".into()), "has an account");
}
