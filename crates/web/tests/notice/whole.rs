//! Every fact of the language on one page: nothing unsaid, nothing leaking, in order.

use kept_core::name::RoleName;
use kept_core::notice::{StatementKind, statements};
use kept_core::policy::Policy;
use kept_core::policy::model::*;
use kept_core::time::Span;
use kept_core::timeline::Right;
use kept_web::notice::{Format, Scope, notice_for};

use crate::klivar::{self, text};
use crate::{plain, said, statement};

fn strings(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn whole_category(name: &str) -> DataRef {
    DataRef::whole(name.into())
}

fn parties(policy: &mut Policy) {
    let controller = &mut policy.controllers["klivar"];
    controller.no_officer = Some(text("controller.klivar.no-officer", "no large-scale monitoring"));
    controller.affiliates = Some(text("controller.klivar.affiliates", "its subsidiaries"));
    policy.joint.insert(
        "events".to_owned(),
        Joint {
            id: "events".to_owned(),
            with: text("joint.events.with", "the co-organiser of an event"),
            essence: Some(text("joint.events.essence", "each answers for its own list")),
            purposes: vec!["prospecting".into()],
        },
    );
    let mailer = &mut policy.recipients["mailer"];
    mailer.data = vec![whole_category("identification")];
    mailer.only_if = Some(text("recipient.mailer.only-if", "if you agreed"));
    mailer.instructions = Some(text("recipient.mailer.instructions", "no use of its own"));
    mailer.settings = Some(text("recipient.mailer.settings", "no open tracking"));
    mailer.seat = Some("CA".to_owned());
    mailer.copy = Some(text("recipient.mailer.copy", "on its website"));
    policy.disclosures.insert(
        "control-body".to_owned(),
        Disclosure {
            id: "control-body".to_owned(),
            title: text("disclosure.control-body.title", "demands of control bodies"),
            to: strings(&["authority", "providers"]),
            data: vec![whole_category("billing")],
            bases: vec![
                Basis::LegalObligation(text("disclosure.control-body.basis.0", "the law it cites")),
                Basis::LegitimateInterest(text("disclosure.control-body.basis.1", "to defend claims")),
            ],
            needs: strings(&["legal reference", "scope", "approval by legal"]),
            tell: Some(Tell {
                before: Span::days(5),
                unless: Some(text("disclosure.control-body.tell.unless", "a named law forbids it")),
                then: Some(text("disclosure.control-body.tell.then", "when the ban ends")),
            }),
            secrecy: None,
        },
    );
    policy.custody.insert(
        "sample-database".to_owned(),
        Custody {
            id: "sample-database".to_owned(),
            title: text("custody.sample-database.title", "sample databases"),
            customer: Some(text("custody.sample-database.for", "the customer")),
            under: Some(text("custody.sample-database.under", "the agreement")),
            data: vec![whole_category("usage")],
            tasks: strings(&["testing"]),
            retention: klivar::keep(vec![(
                kept_core::policy::keep::Limit::For(OccasionKind::Contract),
                kept_core::policy::keep::Phase::Live,
            )]),
            then: Some(text("custody.sample-database.then", "returned or erased")),
            requests: Some(text("custody.sample-database.requests", "passed on in 2 working days")),
            protection: Some(text("custody.sample-database.protection", "sealed disks")),
            recipients: vec!["providers".into()],
        },
    );
}

fn data(policy: &mut Policy) {
    policy.people["user"].minimum_age = Some(16);
    policy.people["user"].age_known_by = Some(text("people.user.at-least.known-by", "a declaration"));
    policy.children = Children {
        offered: Some(false),
        consent_age: ConsentAge::ByResidence,
        guardian_proof: Some(text("children.guardian.proof", "the relation")),
        guardian_confirms: Some(text("children.guardian.confirms", "by e-mail")),
        on_report: Some(text("children.on-report", "the data are erased within 3 days")),
    };
    let log = &mut policy.data["log"];
    log.special = Some("health".to_owned());
    log.about = vec!["user".into(), "visitor".into()];
    log.tell = Some(text("data.log.tell", "before recording"));
    log.from = strings(&["source.telecom", "cookies"]);
    policy.data["identification"].fields["company"].optional = true;
    policy.groups.insert(
        "other".to_owned(),
        Group {
            id: "other".to_owned(),
            title: text("group.other.title", "Other data"),
            of: vec![whole_category("log"), whole_category("usage")],
        },
    );
    let source = |id: &str| DataSource {
        id: id.to_owned(),
        name: text(&format!("source.{id}.name"), "telecom firms"),
        gives: vec![whole_category("log")],
        public: true,
        told: Some(text(&format!("source.{id}.told"), "at the first contact, within 1 month at most")),
        exempt: None,
        consent: Some(ObtainedConsent {
            obtained_by: Some(text(&format!("source.{id}.consent.obtained-by"), "the source")),
            proof: strings(&["wording", "when", "how"]),
            names: Some(text(&format!("source.{id}.consent.names"), "us")),
        }),
        limits: SourceLimits::default(),
    };
    policy.sources.insert("telecom".to_owned(), source("telecom"));
    let mut archive = source("archive");
    archive.exempt = Some("14(5)(b)".to_owned());
    archive.gives = Vec::new();
    archive.told = None;
    archive.consent = None;
    policy.sources.insert("archive".to_owned(), archive);
}

fn purposes(policy: &mut Policy) {
    let interest = Basis::LegitimateInterest(text("purpose.prospecting.basis.0", "to keep customers"));
    let purpose = &mut policy.purposes["prospecting"];
    purpose.arms = vec![
        Arm {
            people: vec!["user".into()],
            during: Some(OccasionKind::Contract),
            basis: interest,
            opt_out: Some(text("purpose.prospecting.basis.0.opt-out", "at collection and in each message")),
            rule: None,
        },
        Arm {
            people: Vec::new(),
            during: None,
            basis: Basis::Consent { explicit: true },
            opt_out: None,
            rule: None,
        },
    ];
    purpose.serves_law = Some(text("purpose.prospecting.serves-law", "accounting law"));
    purpose.only = vec![Narrowing {
        category: "identification".into(),
        part: text("purpose.prospecting.only.identification", "customers of this year"),
    }];
    purpose.uses_also = vec![
        UsesAlso {
            data: whole_category("usage"),
            collected_for: "platform".into(),
            why: UsesAlsoWhy::Consent,
        },
        UsesAlso {
            data: whole_category("billing"),
            collected_for: "billing".into(),
            why: UsesAlsoWhy::Compatible(text("purpose.prospecting.uses-also.1", "a close link"), None),
        },
    ];
    purpose.profiling = true;
    purpose.research = true;
    purpose.unsubscribe = true;
    purpose.reconfirm = Some(Span::months(24));
    policy.purposes["billing"].decides = Some(Decides {
        what: text("purpose.billing.decides.what", "a reminder is sent"),
        logic: Some(text("purpose.billing.decides.logic", "the invoice is late")),
        effect: Some(text("purpose.billing.decides.effect", "a fee")),
        allowed_by: Some(text("purpose.billing.decides.allowed-by", "the contract")),
        human: Some(text("purpose.billing.decides.human", "write to us")),
    });
    for (id, class, purpose) in
        [("reminder", MessageClass::Essential, "billing"), ("news", MessageClass::Marketing, "prospecting")]
    {
        policy.messages.insert(
            id.to_owned(),
            Message {
                id: id.to_owned(),
                title: text(&format!("message.{id}.title"), "Our mail"),
                class,
                purpose: purpose.into(),
                why: Some(text(&format!("message.{id}.why"), "the invoice is due")),
                channels: vec![Channel::Email, Channel::Post],
                people: vec!["user".into()],
            },
        );
    }
}

fn cookies(policy: &mut Policy) {
    let class = |id: &str, consent, months| CookieClass {
        id: id.to_owned(),
        title: text(&format!("cookie-class.{id}.title"), id),
        why: Some(text(&format!("cookie-class.{id}.why"), "to count visits")),
        consent: Some(consent),
        exempt: (!consent).then(|| text(&format!("cookie-class.{id}.exempt"), "strictly necessary")),
        life: Some(Span::months(months)),
        purpose: None,
    };
    let cookie = Cookie {
        id: "visits".to_owned(),
        names: strings(&["_ga*", "_gid"]),
        classes: strings(&["traffic", "performance"]),
        life: None,
        why: Some(text("cookie.visits.why", "counts visits")),
        recipient: Some("mailer".into()),
        reads: vec![DataRef { category: "technical".into(), field: Some("ip-address".into()) }],
    };
    policy.cookies = Some(CookieSettings {
        statement: Some(text("cookies.statement", "A cookie is a small file.")),
        link: Some("https://klivar.example/cookies".to_owned()),
        placed: Placed::AfterConsent,
        refuse: Refuse::AsEasily,
        choice_kept: Some(Span::months(6)),
        classes: [class("traffic", true, 13), class("performance", true, 6), class("session", false, 1)]
            .into_iter()
            .map(|class| (class.id.clone(), class))
            .collect(),
        cookies: [("visits".to_owned(), cookie)].into_iter().collect(),
    });
    policy.statistics.insert(
        "web".to_owned(),
        Statistics {
            id: "web".to_owned(),
            title: text("statistics.web.title", "Visits"),
            counts: strings(&["visits", "pages"]),
            reads: strings(&["technical.ip-address", "browser"]),
            drops: strings(&["ip-address"]),
            smallest_group: Some(5),
            recipients: vec!["providers".into()],
            tool: Some(text("statistics.web.tool", "our own server")),
            statement: Some(text("statistics.web.statement", "They hold no personal data.")),
            drawn: kept_core::policy::model::Drawn::default(),
        },
    );
}

fn promises(policy: &mut Policy) {
    policy.decisions = Decisions { no_automated: true, only_for_contract: true, no_profiling: true };
    policy.never = Never {
        sell: true,
        disclose_to: Some(NeverTo::ControllersButAuthorities),
        track: true,
        profile: true,
        decide_automatically: true,
        leave: strings(&["EU"]),
        others: [("rent".to_owned(), text("never.rent", "we never rent lists"))].into_iter().collect(),
    };
    let criterion = Retention::Criterion {
        criterion: text("own.refusals.keep", "as long as the refusal counts"),
        ends: None,
        review: Some(Span::months(36)),
        at_most: None,
        then_anonymised: false,
    };
    policy.own.insert(OwnRecord::Refusals, criterion);
    policy.roles.insert(
        RoleName::from("support"),
        Role {
            name: "support".into(),
            title: None,
            purposes: vec!["platform".into()],
            needs: strings(&["secrecy", "training", "mfa"]),
        },
    );
    let transfers = policy.transfers.as_mut().unwrap();
    transfers.copy = Some(text("transfers.copy", "at our address"));
    transfers.applies = strings(&["outside the Union", "without adequacy"]);
    policy.places.insert(
        "tenant".to_owned(),
        Place {
            id: "tenant".to_owned(),
            title: text("place.tenant.title", "cloud services"),
            only: strings(&["EU"]),
            prefer: strings(&["FR"]),
            otherwise: strings(&["reason", "consent"]),
            options: [("eu".to_owned(), strings(&["EU"])), ("us".to_owned(), strings(&["US"]))]
                .into_iter()
                .collect(),
            chosen_by: Some(text("place.tenant.chosen-by", "the customer")),
        },
    );
    policy.notice.prevails = Some("fr".into());
    policy.notice.changes_before = Some(Span::days(30));
    policy.notice.links.insert(
        "security".to_owned(),
        NoticeLink {
            id: "security".to_owned(),
            title: text("link.security.title", "security page"),
            url: "https://klivar.example/security".to_owned(),
        },
    );
}

fn rights(policy: &mut Policy) {
    let rights = &mut policy.rights;
    rights.never_extended = true;
    rights.inquiries = Some(Span::months(1));
    rights.extra_copy = Some(text("rights.fee.extra-copy", "at cost"));
    rights.channels = strings(&["form"]);
    rights.withdrawal = Some(text("rights.withdrawal", "a link in each message"));
    rights.no_retaliation = Some(text("rights.no-retaliation", "nobody is treated worse for it"));
    rights.erasure_ends = vec![whole_category("usage")];
    rights.agent = Some(Agent {
        proof: Some(text("rights.agent.proof", "a signed mandate")),
        person_confirms: Some(text("rights.agent.person-confirms", "in writing")),
        papers: Some(text("rights.agent.papers", "destroyed after the check")),
    });
    rights.complaint = Complaint { inside_first: InsideFirst::Asked, authority: AuthorityNamed::ByResidence };
    let rule = |right: &str| RightRule {
        text: Some(text(&format!("rights.{right}.text"), "We answer in person.")),
        reply: Some(Span::days(10)),
        reply_data: vec![whole_category("usage")],
        backups: Some(Span::days(60)),
        only: Some(text(&format!("rights.{right}.only"), "outdated data")),
        article: None,
        covers: strings(&["marketing", "profiling"]),
        yourself: Some(text(&format!("rights.{right}.yourself"), "in your account")),
        look_back: Some(Span::months(12)),
    };
    for (right, name) in [
        (Right::Erasure, "erasure"),
        (Right::Access, "access"),
        (Right::Objection, "objection"),
        (Right::Withdrawal, "withdrawal"),
    ] {
        rights.by_right.insert(right, rule(name));
    }
    rights.regimes.insert(
        "california".to_owned(),
        Regime {
            refuses: Vec::new(),
            id: "california".to_owned(),
            people: text("rights-for.california.for", "residents of US-CA"),
            region: "US-CA".to_owned(),
            reply: Some(Span::days(45)),
            confirm: Some(Span::days(10)),
            confirm_working: true,
            look_back: Some(Span::months(12)),
            rights: strings(&["know", "delete"]),
            methods: strings(&["form", "toll-free number"]),
            sells: Some(false),
            sensitive: Some(false),
            verification: Some(text("rights-for.california.verification", "by two facts we hold")),
            text: Some(text("rights-for.california.text", "This is the CCPA.")),
        },
    );
}

/// A policy that says everything that can be said.
pub(crate) fn policy() -> Policy {
    let mut policy = klivar::policy();
    policy.notice.languages.push("nl".into());
    parties(&mut policy);
    data(&mut policy);
    purposes(&mut policy);
    cookies(&mut policy);
    promises(&mut policy);
    rights(&mut policy);
    policy.forms["contact"].consents = vec!["prospecting".into()];
    policy
}

#[test]
fn every_statement_of_the_whole_language_is_on_the_page_in_order_and_says_something() {
    let policy = policy();
    let all = statements(&policy);
    let expected: Vec<_> = all.iter().map(|one| one.id.to_string()).collect();
    for language in ["en", "fr", "nl"] {
        let page = said(&policy, language, Format::Html);
        let found: Vec<_> =
            page.split("data-statement=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(found, expected, "in {language}");
        for one in &all {
            let words = statement(&page, one.id.as_str());
            assert!(words.split(' ').count() > 1, "{} in {language}: {words:?}", one.id);
        }
        let words = plain(&page);
        for hint in ["{", "$", "..", "( ", ": :", ",,", "::"] {
            let found = words.find(hint);
            assert!(found.is_none(), "{hint:?} in {language}: …{:?}", found.map(|at| &words[at - 60..]));
        }
        for key in crate::words::keys(language).iter().filter(|key| key.contains('-')) {
            assert!(!words.split(' ').any(|word| word.trim_matches(['.', ',', ':']) == key), "{key}");
        }
    }
}

#[test]
fn only_what_is_never_done_has_the_kind_of_what_is_never_done() {
    for one in statements(&policy()) {
        let never = one.kind == StatementKind::Never;
        assert_eq!(never, one.id.as_str().starts_with("never."), "{}", one.id);
    }
}

#[test]
fn the_shortest_life_of_a_cookies_classes_holds() {
    let row = statement(&said(&policy(), "en", Format::Html), "cookie.visits");
    assert!(row.contains("6 months from when it is first set"), "{row}");
}

#[test]
fn a_basis_by_audience_names_each_audience_and_how_it_refuses() {
    let page = said(&policy(), "en", Format::Html);
    let basis = statement(&page, "purpose.prospecting.basis");
    assert!(
        basis.contains("For anybody who has an account on the platform, for the duration of the contract"),
        "{basis}"
    );
    assert!(basis.contains("How to refuse: at collection and in each message."), "{basis}");
    assert!(basis.contains("In all other cases: your explicit consent"), "{basis}");
}

#[test]
fn articles_are_written_as_each_language_writes_them() {
    for (language, expected) in
        [("en", "14(5)(b) GDPR"), ("fr", "art. 14.5.b du RGPD"), ("nl", "art. 14, lid 5, onder b, AVG")]
    {
        let line = statement(&said(&policy(), language, Format::Html), "source.archive.exempt");
        assert!(line.contains(expected), "{line}");
    }
}

#[test]
fn a_notice_for_some_people_says_only_what_concerns_them() {
    let policy = policy();
    let scope = Scope::People("user".into());
    let page = notice_for(&policy, &"en".into(), Format::Html, &scope).unwrap();
    assert!(page.contains("id=\"purpose.platform\""));
    assert!(!page.contains("data-statement=\"people.visitor\""));
    assert!(!page.contains("data-statement=\"custody."));
    let basis = statement(&page, "purpose.prospecting.basis");
    assert!(!basis.contains("anybody who"), "{basis}");
    assert!(basis.contains("For the duration of the contract: our legitimate interest"), "{basis}");
    let scope = Scope::People("visitor".into());
    let page = notice_for(&policy, &"en".into(), Format::Html, &scope).unwrap();
    assert!(!page.contains("id=\"purpose.platform\""), "the platform concerns users alone");
    let error = notice_for(&policy, &"en".into(), Format::Html, &Scope::People("martian".into()));
    let error = error.unwrap_err().to_string();
    assert!(error.contains("`martian`") && error.contains("`visitor`"), "{error}");
}

#[test]
fn the_notice_for_data_from_elsewhere_says_the_source_and_when_people_are_told() {
    let policy = policy();
    let scope = Scope::Elsewhere(Some("telecom".to_owned()));
    let page = notice_for(&policy, &"en".into(), Format::Html, &scope).unwrap();
    assert!(statement(&page, "source.telecom").contains("We receive log records from telecom firms."));
    assert!(statement(&page, "source.telecom.told").contains("within 1 month"));
    assert!(page.contains("id=\"purpose.security-log\""));
    assert!(!page.contains("id=\"purpose.billing\"") && !page.contains("data-statement=\"data.billing\""));
    assert!(!page.contains("data-statement=\"source.archive\""));
    let mut policy = policy;
    policy
        .people
        .insert("stranger".into(), People { kind: "stranger".into(), ..policy.people["user"].clone() });
    policy.purposes["security-log"].people = vec!["user".into(), "stranger".into()];
    policy.data["log"].about = vec!["user".into()];
    let page = notice_for(&policy, &"en".into(), Format::Html, &scope).unwrap();
    assert!(page.contains("data-statement=\"people.user\""), "the log is about users");
    assert!(!page.contains("data-statement=\"people.stranger\""), "and about nobody else");
    assert!(!page.contains("data-statement=\"people.visitor\""), "{page}");
    let scope = Scope::Elsewhere(None);
    let error = notice_for(&klivar::policy(), &"en".into(), Format::Html, &scope).unwrap_err();
    assert!(error.to_string().contains("Art. 14"), "{error}");
}

#[test]
fn the_notice_beside_a_form_is_short_and_words_each_consent() {
    let scope = Scope::Form("contact".to_owned());
    for (language, wording) in [
        ("en", "I agree that Klivar uses my data for this purpose: Commercial prospecting."),
        ("fr", "J’accepte que Klivar utilise mes données à cette fin"),
        ("nl", "Ik stem ermee in dat Klivar mijn gegevens voor dit doel gebruikt"),
    ] {
        let page = notice_for(&policy(), &language.into(), Format::Html, &scope).unwrap();
        let words = plain(&page);
        assert!(words.contains(wording), "{words}");
        assert_eq!(page.matches("type=\"checkbox\"").count(), 1);
        assert!(!page.contains("checked"), "a box is ticked beforehand");
        assert!(words.contains("avotreecoute@klivar.com"));
        assert!(words.split(' ').count() < 400, "{} words", words.split(' ').count());
    }
    let error = notice_for(&policy(), &"en".into(), Format::Html, &Scope::Form("x".to_owned()));
    assert!(error.unwrap_err().to_string().contains("`contact`"));
}

#[test]
fn a_form_says_whom_each_basis_is_for_and_each_purpose_under_one_heading() {
    let mut policy = policy();
    policy.forms.get_mut("contact").unwrap().purpose = "billing".into();
    let scope = Scope::Form("contact".to_owned());
    let page = notice_for(&policy, &"en".into(), Format::Html, &scope).unwrap();
    let words = plain(&page);
    assert!(words.contains("For anybody who has an account on the platform, for the duration of"), "{words}");
    assert!(words.contains("In all other cases: your explicit consent"), "{words}");
    assert_eq!(page.matches("<h3>Commercial prospecting</h3>").count(), 1, "{page}");
    let (_, box_) = page.split_once("<h3>Commercial prospecting</h3>").unwrap();
    assert!(box_.split("</article>").next().unwrap().contains("checkbox"), "its box stands with it");
    policy.forms.get_mut("contact").unwrap().purpose = "prospecting".into();
    let page = notice_for(&policy, &"en".into(), Format::Html, &scope).unwrap();
    assert!(!page.contains("section-form-use"), "there is no section without anything in it");
}

#[test]
fn a_form_names_the_fields_of_a_category_that_it_asks_for_whole() {
    let mut policy = policy();
    let form = policy.forms.get_mut("contact").unwrap();
    form.fields = vec![DataRef::whole("identification".into())];
    let said = notice_for(&policy, &"en".into(), Format::Html, &Scope::Form("contact".to_owned())).unwrap();
    let said = plain(&said);
    assert!(!said.contains("We ask you for: identification"), "{said}");
    assert!(said.contains("We ask you for: ") && said.contains("e-mail address"), "{said}");
}

#[test]
fn a_form_that_rests_on_consent_is_not_said_to_work_without_it() {
    let scope = Scope::Form("contact".to_owned());
    let mut policy = policy();
    policy.forms.get_mut("contact").unwrap().purpose = "billing".into();
    let page = notice_for(&policy, &"en".into(), Format::Html, &scope).unwrap();
    assert!(page.contains("The form works without it too."));
    let form = policy.forms.get_mut("contact").unwrap();
    form.purpose = form.consents[0].clone();
    let page = notice_for(&policy, &"en".into(), Format::Html, &scope).unwrap();
    assert!(!page.contains("The form works without it too."), "{page}");
}

#[test]
fn a_condition_is_said_with_one_if_whether_the_policy_wrote_it_or_not() {
    let mut policy = policy();
    for written in ["if you agreed", "you agreed"] {
        policy.recipients["mailer"].only_if = Some(text("recipient.mailer.only-if", written));
        let said = plain(&said(&policy, "en", Format::Html));
        assert!(said.contains("we pass data on only if you agreed."), "{written}");
    }
}

#[test]
fn a_basis_of_several_lines_has_one_dash_after_its_term() {
    let markdown = said(&policy(), "en", Format::Markdown);
    assert!(!markdown.contains("– – "), "{markdown}");
}

#[test]
fn short_words_that_a_language_lacks_are_listed_and_not_silently_mixed() {
    let mut policy = policy();
    policy.statistics["web"].counts.push("harvests".to_owned());
    let foreign =
        |policy: &Policy, language: &str| kept_web::notice::foreign_words(policy, &language.into()).unwrap();
    assert_eq!(foreign(&policy, "fr"), ["harvests"]);
    assert!(foreign(&policy, "en").is_empty(), "the policy is written in English");
}
