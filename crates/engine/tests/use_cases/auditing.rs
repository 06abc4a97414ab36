//! What the audit says of a statement: kept, broken since when, or can't be told.

use kept_engine::report::audit::{Audited, Missing, Verdict, Wrong};

use crate::world::{BOTH, Lite, World, at, small};

#[track_caller]
fn statement(world: &World, id: &str, day: &str) -> Audited {
    let now = at(day);
    let audit = world.open(now).audit(now, &mut |_| {}).unwrap();
    let found = audit.statements.into_iter().find(|one| one.id.as_str() == id);
    found.unwrap_or_else(|| panic!("no statement {id}"))
}

#[test]
fn a_period_that_rests_on_a_consent_recorded_nowhere_cannot_be_told() {
    for kind in BOTH {
        let mut world = small(kind, Lite);
        assert_eq!(
            statement(&world, "purpose.newsletter.keep", "2026-03-02").verdict,
            Verdict::Kept,
            "{kind:?}"
        );
        world.rewrite(
            "[store.app.table.accounts.consents]\nnewsletter = { given = \"optin_at\", withdrawn = \"optout_at\" }\n",
            "",
        );
        let told = statement(&world, "purpose.newsletter.keep", "2026-03-03");
        assert_eq!(told.verdict, Verdict::CannotTell, "{kind:?}: {told:?}");
        assert!(told.missing.contains(&Missing::NoConsentRecord { store: "app".into() }), "{told:?}");
    }
}

#[test]
fn rows_that_belong_in_the_archive_are_told_by_the_oldest_that_is_not_there() {
    for kind in BOTH {
        let mut world = small(kind, Lite);
        world.rewrite(
            "frozen = { once = \"issued_at\", law = \"Code de commerce, art. L123-22\", correct = \"by addition\" }",
            "archive = { flag = \"archived_at\" }",
        );
        world.run("app", "ALTER TABLE invoices ADD COLUMN archived_at TIMESTAMP");
        world.run(
            "app",
            "INSERT INTO invoices VALUES (13, 3, 'C-3', 'F-13', '3 quai Cy', '2023-02-01 00:00:00', NULL)",
        );
        let oldest = |world: &World| {
            let told = statement(world, "purpose.billing.keep.archive", "2026-03-02");
            let mut wrong = told.breaches.into_iter().filter(|breach| breach.what == Wrong::NotArchived);
            let here =
                wrong.find(|breach| breach.table.as_ref().is_some_and(|name| name.as_str() == "invoices"));
            here.map(|breach| (breach.rows, breach.oldest.map(|day| day.to_string())))
        };
        assert_eq!(oldest(&world), Some((2, Some("2025-05-31".to_owned()))), "{kind:?}");
        // The older one is put where it belongs.
        world.run("app", "UPDATE invoices SET archived_at = '2025-06-01 00:00:00' WHERE id = 13");
        assert_eq!(oldest(&world), Some((1, Some("2025-06-30".to_owned()))), "{kind:?}");
        world.run("app", "UPDATE invoices SET archived_at = '2025-07-01 00:00:00' WHERE id = 11");
        assert_eq!(oldest(&world), None, "{kind:?}");
    }
}

/// A company whose questions stay by a criterion that is reviewed every half year.
fn criterion() -> World {
    let mut world = small(Lite, Lite);
    world.rewrite(
        "basis = { legitimate-interest = \"help you\" }\nkeep = \"1 year after collection\"",
        "basis = { legitimate-interest = \"help you\" }\n\
         keep = { criterion = \"as long as the question is open\", review = \"every 6 months\" }",
    );
    world
}

#[test]
fn rows_kept_by_a_criterion_break_it_when_nobody_has_reviewed_them_in_time() {
    let world = criterion();
    let (before, after) = ("2025-06-01", "2026-03-02");
    assert_eq!(world.rows("desk", "SELECT min(created_at), max(created_at) FROM contacts").len(), 1);
    world.run("desk", "UPDATE contacts SET created_at = '2025-05-05 10:00:00'");
    world.run("desk", "UPDATE tickets SET created_at = '2025-05-05 10:00:00'");
    assert_eq!(statement(&world, "purpose.support.keep", before).verdict, Verdict::Kept);
    let told = statement(&world, "purpose.support.keep", after);
    assert_eq!(told.verdict, Verdict::Broken, "{told:?}");
    let wrong = told.breaches.iter().find(|breach| breach.what == Wrong::ReviewOverdue).unwrap();
    assert_eq!(wrong.oldest.unwrap().to_string(), "2025-11-05", "six months after the collection");
    assert!(wrong.mend.contains("kept record reviewed"), "{wrong:?}");
    let contacts = world.count("desk", "contacts");
    for id in 1..=contacts {
        let email = &world.rows("desk", &format!("SELECT email FROM contacts WHERE id = {id}"))[0];
        let reviewed = kept_core::admission::Act::Happened {
            event: "reviewed".into(),
            about: kept_core::timeline::Occasion::Person,
            data: Vec::new(),
        };
        let mut company = world.open(at(after));
        crate::recording::record(&mut company, &format!("email={email}"), reviewed, at(after)).unwrap();
    }
    let told = statement(&world, "purpose.support.keep", "2026-03-03");
    assert_eq!(told.breaches, [], "whoever was reviewed is in time: {told:?}");
}

#[test]
fn the_review_of_somebody_whom_nobody_knows_is_refused_and_files_nobody() {
    let world = criterion();
    let now = at("2026-03-02");
    let mut company = world.open(now);
    let reviewed = || kept_core::admission::Act::Happened {
        event: "reviewed".into(),
        about: kept_core::timeline::Occasion::Person,
        data: Vec::new(),
    };
    let told = crate::recording::record(&mut company, "email=adda@example.org", reviewed(), now);
    let words = told.unwrap_err().to_string();
    assert!(words.contains("nobody is known by these identifiers"), "{words}");
    assert!(words.contains("slip of the keyboard"), "with what to do: {words}");
    let recording =
        kept_engine::record::Recording::new(crate::world::whom(&["email=adda@example.org"]), reviewed());
    let dry = company.rehearse_record(&recording, now).unwrap();
    assert!(dry.notes.iter().any(|note| note.contains("if none knows the person")), "{dry:?}");
    crate::recording::record(&mut company, crate::recording::ADA, reviewed(), now).unwrap();
}

#[test]
fn a_criterion_cannot_be_told_where_no_column_says_since_when_the_data_are_there() {
    let mut world = criterion();
    world.rewrite(
        "events = { collection = \"created_at\" }\n\n[store.desk.table.tickets]",
        "\n[store.desk.table.tickets]",
    );
    world.rewrite(
        "columns = { body = \"support.question\" }\nevents = { collection = \"created_at\" }",
        "columns = { body = \"support.question\" }",
    );
    let told = statement(&world, "purpose.support.keep", "2026-03-02");
    let event = "collection".into();
    assert!(told.missing.contains(&Missing::NoEvent { store: "desk".into(), event }), "{told:?}");
}

#[test]
fn why_and_refusals_name_the_command_that_records_a_review_and_the_events_that_are_known() {
    let world = criterion();
    let mut company = world.open(at("2026-03-02"));
    let whom = crate::world::whom(&[crate::recording::ADA]);
    let why = company.why(&whom, None, at("2026-03-02"), at("2026-03-02")).unwrap();
    let support = why.grounds.iter().find(|line| line.statement == "purpose.support.keep").unwrap();
    assert!(support.mend.unwrap().contains("kept record reviewed --person"), "{support:?}");
    let unknown = kept_core::admission::Act::Happened {
        event: "project-end".into(),
        about: kept_core::timeline::Occasion::Person,
        data: Vec::new(),
    };
    let told = crate::recording::record(&mut company, crate::recording::ADA, unknown, at("2026-03-02"));
    let words = crate::recording::refused(told).to_string();
    assert!(words.contains("`last-contact`") && words.contains("`reviewed`"), "{words}");
    assert!(!words.contains("`collection`"), "collected data come with their fields: {words}");
}
