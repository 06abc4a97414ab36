//! A policy like Klivar's, built by hand.

use indexmap::IndexMap;
use jiff::civil::date;
use kept_core::name::*;
use kept_core::policy::Policy;
use kept_core::policy::keep::{Keep, Limit, Phase, Stage, When};
use kept_core::policy::model::*;
use kept_core::policy::read;
use kept_core::policy::source::SourceFile;
use kept_core::time::{Span, Zone};

pub(crate) fn text(path: &str, written: &str) -> Text {
    Text { path: path.to_owned(), written: written.to_owned() }
}

fn field(category: &str, name: &str, title: &str, kind: FieldType, origin: Origin) -> (FieldName, Field) {
    let path = format!("data.{category}.fields.{name}.title");
    (
        name.into(),
        Field {
            name: name.into(),
            title: text(&path, title),
            kind,
            origin,
            from: Vec::new(),
            optional: false,
            shown: None,
            screen: None,
        },
    )
}

fn category(name: &str, title: &str, fields: Vec<(FieldName, Field)>) -> (CategoryName, Category) {
    let category = Category {
        name: name.into(),
        title: text(&format!("data.{name}.title"), title),
        fields: fields.into_iter().collect(),
        from: vec!["person".to_owned()],
        collected: None,
        special: None,
        about: Vec::new(),
        tell: None,
        open: None,
    };
    (name.into(), category)
}

fn categories() -> IndexMap<CategoryName, Category> {
    use FieldType as Type;
    use Origin::{Given, Observed};
    let given = |category: &'static str| {
        move |name: &str, title: &str, kind| field(category, name, title, kind, Given)
    };
    let seen = |category: &'static str| {
        move |name: &str, title: &str, kind| field(category, name, title, kind, Observed)
    };
    let (id, sub, log, file) =
        (given("identification"), given("subscription"), seen("log"), given("request-file"));
    let (tech, usage) = (seen("technical"), seen("usage"));
    let mut all: IndexMap<_, _> = [
        category(
            "identification",
            "identification data",
            vec![
                id("name", "name", Type::PersonName),
                id("email", "e-mail address", Type::Email),
                id("company", "company", Type::Organisation),
            ],
        ),
        category(
            "technical",
            "technical data",
            vec![
                tech("operating-system", "operating system", Type::Text),
                tech("browser", "browser and its version", Type::Text),
                tech("ip-address", "IP address", Type::IpAddress),
            ],
        ),
        category(
            "subscription",
            "platform data",
            vec![
                sub("username", "user name", Type::Account),
                sub("password", "password", Type::Password),
                sub("questions", "requests, comments and questions to customer service", Type::FreeText),
            ],
        ),
        category(
            "usage",
            "use data",
            vec![
                usage("functions", "functions used", Type::Text),
                usage("visits", "times of visits", Type::DateTime),
                usage("settings", "settings chosen", Type::Text),
            ],
        ),
        category("log", "log records", vec![log("actions", "actions on our systems", Type::Text)]),
        category("billing", "billing data", vec![given("billing")("amount", "amounts", Type::Money)]),
        category(
            "request-file",
            "request files",
            vec![
                file("request", "your request", Type::FreeText),
                file("proof", "proof of identity", Type::File),
            ],
        ),
    ]
    .into_iter()
    .collect();
    all["identification"].collected =
        Some(text("data.identification.collected", "the contact form of our website"));
    all
}

pub(crate) fn keep(stages: Vec<(Limit, Phase)>) -> Retention {
    let stages = stages.into_iter().map(|(limit, phase)| Stage { limit, phase }).collect();
    Retention::Keep(Keep { stages, at_most: None, then_anonymised: false, written: String::new() })
}

fn purpose(
    name: &str,
    title: &str,
    data: &[&str],
    basis: Basis,
    retention: Retention,
) -> (PurposeName, Purpose) {
    let purpose = Purpose {
        name: name.into(),
        title: text(&format!("purpose.{name}.title"), title),
        description: None,
        controller: "klivar".into(),
        people: Vec::new(),
        data: data.iter().map(|category| DataRef::whole((*category).into())).collect(),
        answers: Answers::Named,
        arms: Vec::new(),
        arm: None,
        serves_law: None,
        uses_also: Vec::new(),
        combines: Vec::new(),
        only: Vec::new(),
        frozen: None,
        profiling: false,
        research: false,
        reconfirm: None,
        unsubscribe: false,
        wordings: Vec::new(),
        basis,
        marketing: Vec::new(),
        retention,
        starts: "collection".into(),
        occasion: OccasionKind::Collection,
        recipients: vec!["providers".into()],
        archive: None,
        after_withdrawal: AfterWithdrawal::Erase,
        special: Vec::new(),
        erasure: Erasure::ByBasis,
        required: None,
        decides: None,
        off: None,
    };
    (name.into(), purpose)
}

fn purposes() -> IndexMap<PurposeName, Purpose> {
    use Phase::{Archive as Archived, Live};
    let consent = || Basis::Consent { explicit: false };
    let contract = || (Limit::For(OccasionKind::Contract), Live);
    let more = |years| (Limit::More(Span::years(years)), Archived);
    let after = |years, event: &str| (Limit::After(Span::years(years), When::Event(event.into())), Live);
    let law = |name: &str, law| Basis::LegalObligation(text(&format!("purpose.{name}.basis"), law));
    let interest = Basis::LegitimateInterest(text(
        "purpose.security-log.basis",
        "to find fraud and misuse of data, and where an incident began",
    ));
    let mut all: IndexMap<_, _> = [
        purpose(
            "platform",
            "Platform management",
            &["identification", "technical", "subscription", "usage"],
            Basis::Contract,
            keep(vec![contract()]),
        ),
        purpose(
            "customer-file",
            "Customer file",
            &["identification", "subscription"],
            Basis::Contract,
            keep(vec![contract(), more(5)]),
        ),
        purpose(
            "prospecting",
            "Commercial prospecting",
            &["identification"],
            consent(),
            keep(vec![after(3, "last-contact")]),
        ),
        purpose(
            "improvement",
            "Service improvement",
            &["usage", "technical"],
            consent(),
            keep(vec![(Limit::For(OccasionKind::Consent), Live)]),
        ),
        purpose(
            "security-log",
            "Logging",
            &["log", "technical"],
            interest,
            keep(vec![after(1, "collection")]),
        ),
        purpose("contact-form", "Contact form", &["identification"], consent(), Retention::Missing),
        purpose(
            "billing",
            "Billing",
            &["billing"],
            law("billing", "Code de commerce, art. L123-22"),
            keep(vec![contract(), more(10)]),
        ),
        purpose(
            "requests",
            "Exercise of rights",
            &["request-file"],
            law("requests", "GDPR, Art. 12"),
            keep(vec![(Limit::CalendarYearOf(OccasionKind::Request), Live), more(2)]),
        ),
    ]
    .into_iter()
    .collect();
    all["platform"].description = Some(text(
        "purpose.platform.description",
        "We manage your access to the platform: your subscription, technical support and maintenance, news of changes, and answers to your questions and comments.",
    ));
    all["platform"].required =
        Some(text("purpose.platform.required", "yes: without them we can't open your account"));
    all["platform"].people = vec!["user".into()];
    all["prospecting"].marketing = vec![Channel::Email];
    all["prospecting"].people = vec!["prospect".into(), "user".into()];
    all["security-log"].description = Some(text(
        "purpose.security-log.description",
        "We record certain actions on our systems, in records that can't be altered.",
    ));
    all["billing"].archive = Some(Archive {
        reason: Some(text(
            "purpose.billing.archive.reason",
            "the accounts must be shown to the tax office on demand",
        )),
        roles: vec!["accounting".into(), "legal".into()],
    });
    all
}

fn controller() -> Controller {
    Controller {
        id: "klivar".into(),
        name: "Klivar".to_owned(),
        registered: [("siren".to_owned(), "909093148".to_owned())].into_iter().collect(),
        country: Some("FR".to_owned()),
        post: Some("1 centre commercial la Tour, 93120 La Courneuve".to_owned()),
        email: Some("avotreecoute@klivar.com".to_owned()),
        phone: None,
        website: None,
        officer: None,
        no_officer: None,
        trade_name: false,
        called: None,
        affiliates: None,
        affiliates_named: true,
        public_authority: false,
        representative: None,
        zone: Zone::utc(),
        authority: None,
    }
}

fn french() -> IndexMap<String, String> {
    [
        ("purpose.platform.title", "Gestion de la plateforme"),
        ("purpose.prospecting.title", "Prospection commerciale"),
        ("purpose.improvement.title", "Amélioration du service"),
        ("purpose.security-log.title", "Journalisation"),
        ("purpose.contact-form.title", "Formulaire de contact"),
        ("purpose.billing.title", "Facturation"),
        ("purpose.requests.title", "Exercice des droits"),
        ("purpose.customer-file.title", "Dossier client"),
        ("data.identification.title", "données d’identification"),
        ("data.identification.collected", "le formulaire de contact de notre site"),
        ("data.technical.title", "données techniques"),
        ("recipient.providers.name", "prestataires d’hébergement et de maintenance"),
        ("people.user.who", "a un compte sur la plateforme"),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .collect()
}

/// The whole policy.
pub(crate) fn policy() -> Policy {
    let people = [
        ("visitor", "visits the website"),
        ("user", "has an account on the platform"),
        ("prospect", "showed interest"),
    ];
    let providers = Recipient {
        id: "providers".into(),
        name: text("recipient.providers.name", "hosting and maintenance providers"),
        role: RecipientRole::Processor,
        country: Some("FR".to_owned()),
        seat: None,
        data: Vec::new(),
        copy: None,
        due_diligence: None,
        instructions: None,
        settings: None,
        only_if: None,
        controller: None,
        linked_to: None,
        transfer_consent: None,
        certified_members: false,
        members: IndexMap::new(),
        purposes: Vec::new(),
        safeguard: None,
        contract: Some(date(2023, 5, 2)),
        necessity: None,
    };
    let mailer = Recipient {
        id: "mailer".into(),
        name: text("recipient.mailer.name", "e-mail dispatcher"),
        country: Some("US".to_owned()),
        purposes: vec!["prospecting".into()],
        safeguard: Some(text(
            "recipient.mailer.safeguard",
            "standard contractual clauses of 2021, with a data processing agreement",
        )),
        necessity: Some(text("recipient.mailer.necessity", "no provider in the Union offered what we need")),
        ..providers.clone()
    };
    Policy {
        digest: "0f".repeat(32),
        controllers: [("klivar".into(), controller())].into_iter().collect(),
        notice: NoticeSettings {
            version: Some(date(2024, 1, 1)),
            languages: vec!["en".into(), "fr".into()],
            title: None,
            introduction: None,
            minor_changes: vec!["page".to_owned()],
            significant_changes: vec!["page".to_owned(), "at next sign-in".to_owned()],
            ..NoticeSettings::default()
        },
        people: people
            .into_iter()
            .map(|(kind, who)| {
                (
                    kind.into(),
                    People {
                        kind: kind.into(),
                        who: text(&format!("people.{kind}.who"), who),
                        minimum_age: None,
                        age_known_by: None,
                    },
                )
            })
            .collect(),
        data: categories(),
        events: [(
            EventKind::from("last-contact"),
            EventDefinition {
                kind: "last-contact".into(),
                nature: EventNature::Point,
                acts: vec!["reply".to_owned(), "click".to_owned(), "order".to_owned()],
                title: None,
            },
        )]
        .into_iter()
        .collect(),
        purposes: purposes(),
        recipients: [("providers".into(), providers), ("mailer".into(), mailer)].into_iter().collect(),
        rights: Rights {
            reply: Some(Span::months(1)),
            never_a_fee: true,
            identity: Some(text("rights.identity", "when in doubt")),
            ..Rights::default()
        },
        transfers: Some(Transfers {
            statement: text(
                "transfers.statement",
                "We mainly choose providers who host their data within the European Union. When necessary, we may transfer data to providers outside it.",
            ),
            prefer: vec!["EU".to_owned()],
            otherwise: vec!["reason".to_owned(), "safeguard".to_owned(), "agreement".to_owned()],
            copy: None,
            applies: Vec::new(),
        }),
        roles: IndexMap::new(),
        duties: [(
            "review".to_owned(),
            Duty {
                id: "review".to_owned(),
                what: text("duty.review.what", "open findings have an owner"),
                owner: Some("privacy lead".to_owned()),
                every: Some(Span::months(6)),
                evidence: None,
                due: None,
                before: None,
                security: false,
            },
        )]
        .into_iter()
        .collect(),
        forms: [(
            "contact".to_owned(),
            Form {
                id: "contact".to_owned(),
                purpose: "contact-form".into(),
                title: text("form.contact.title", "Contact us"),
                fields: ["name", "email", "company"]
                    .map(|field| DataRef { category: "identification".into(), field: Some(field.into()) })
                    .to_vec(),
                consents: Vec::new(),
                notice: false,
            },
        )]
        .into_iter()
        .collect(),
        stores: IndexMap::new(),
        webhooks: IndexMap::new(),
        texts: [(Language::from("fr"), french())].into_iter().collect(),
        ..empty()
    }
}

/// A policy that says nothing yet.
fn empty() -> Policy {
    read(&[SourceFile::new("policy.toml", "edition = 1")]).policy.unwrap()
}

/// A store with one table, as `with` makes it.
pub(crate) fn store(table: &str, with: impl FnOnce(&mut Table)) -> Store {
    let mut one = Table {
        name: table.into(),
        sql_name: table.to_owned(),
        person: None,
        key: Vec::new(),
        identifies: IndexMap::new(),
        owned_by: Vec::new(),
        shared_with: Vec::new(),
        refers_to: Vec::new(),
        columns: IndexMap::new(),
        columns_of: IndexMap::new(),
        events: IndexMap::new(),
        consents: IndexMap::new(),
        occasion: None,
        archive: None,
        frozen: None,
        when: Vec::new(),
        emptied: IndexMap::new(),
        restricted: None,
        source: None,
        controller: None,
    };
    with(&mut one);
    Store {
        name: "platform".into(),
        engine: Engine::Sqlite,
        files: None,
        http: None,
        url: Url::Written("platform.sqlite".to_owned()),
        zone: Zone::utc(),
        server: None,
        seat: None,
        place: None,
        holds: IndexMap::new(),
        tables: [(table.into(), one)].into_iter().collect(),
        not_personal: Vec::new(),
        row_security: None,
    }
}
