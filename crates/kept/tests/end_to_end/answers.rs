//! Answers as people get them: in their language, with what Art. 15(1) asks for, in files of their own.

use super::company::{ADA, Company, Desk};

fn ada() -> String {
    format!("email={ADA}")
}

#[test]
fn answers_to_people_are_in_their_language() {
    let company = Company::new(Desk::File);
    let access = |language: &str| {
        company.run(&["request", "access", "--person", &ada(), "--lang", language]).ending(0).out
    };
    let erase = |language: &str| {
        let plan = ["request", "erase", "--dry-run", "--person", &ada(), "--lang", language];
        company.run(&plan).ending(0).out
    };
    for said in
        ["Réponse à votre demande d’accès", "À quoi servent ces données", "conservées", "(vide)", "fournie"]
    {
        assert!(
            access("fr").to_lowercase().contains(&said.to_lowercase()),
            "no `{said}` in\n{}",
            access("fr")
        );
    }
    for said in ["Antwoord op uw verzoek om inzage", "Waarvoor de gegevens dienen", "tot en met", "verstrekt"]
    {
        assert!(access("nl").contains(said), "no `{said}` in\n{}", access("nl"));
    }
    for said in
        ["Effacement prévu", "Ce qui serait effacé", "lignes supprimées", "Ce qui reste", "archivé jusqu’au"]
    {
        assert!(erase("fr").contains(said), "no `{said}` in\n{}", erase("fr"));
    }
    for said in ["Voorgenomen wissing", "rijen verwijderd", "Wat blijft"] {
        assert!(erase("nl").contains(said), "no `{said}` in\n{}", erase("nl"));
    }
    for english in [" until ", " rows ", "deleted", ", given", "received"] {
        assert!(!access("fr").contains(english) && !erase("fr").contains(english), "`{english}` is English");
    }
    let unknown = company.run(&["request", "access", "--person", &ada(), "--lang", "xx"]).ending(2);
    assert!(unknown.err.contains("there are no words in `xx`"), "{}", unknown.err);
}

#[test]
fn an_access_answer_names_the_other_rights_the_authority_and_every_look() {
    let company = Company::new(Desk::Postgres);
    let first = company.run(&["request", "access", "--person", &ada()]).ending(0);
    for said in [
        "to have them erased",
        "to object to their use",
        "complain to the supervisory authority",
        "Newsletter service",
    ] {
        assert!(first.out.contains(said), "no `{said}` in\n{}", first.out);
    }
    company.run(&["why", "--person", &ada()]).ending(0);
    let second = company.run(&["request", "access", "--person", &ada()]).ending(0);
    for said in [
        "When and why they were looked at",
        "reported to you, for your request R-",
        "looked at, for a request of yours",
        "looked at, by our staff, without a purpose noted",
    ] {
        assert!(second.out.contains(said), "no `{said}` in\n{}", second.out);
    }
    let json = company.run(&["request", "access", "--json", "--person", &ada()]).ending(0).json();
    let looks = json["consulted"].as_array().unwrap();
    assert!(looks.iter().any(|look| look["act"] == "read" && look["purpose"] == "rights"), "{looks:?}");
}

#[test]
fn a_list_of_all_requests_shows_the_answered_ones_page_by_page() {
    let company = Company::new(Desk::File);
    assert!(company.run(&["request", "list", "--all"]).ending(0).out.contains("there was no request yet"));
    company.run(&["request", "erase", "--yes", "--person", &ada()]).ending(0);
    for account in 2..=52 {
        company.run(&["request", "access", "--person", &format!("account={account}")]).ending(0);
    }
    assert!(company.run(&["request", "list"]).ending(0).out.contains("no request is open"));
    let first = company.run(&["request", "list", "--all"]).ending(0);
    assert!(
        first.out.contains("answered") && first.out.contains("page 1 of 2; 52 requests"),
        "{}",
        first.out
    );
    assert!(!first.out.contains("-0001 "), "the newest come first:\n{}", first.out);
    let last = company.run(&["request", "list", "--all", "--page", "2"]).ending(0);
    assert!(last.out.contains("-0001  Erasure"), "{}", last.out);
    let none = company.run(&["request", "list", "--all", "--page", "3"]).ending(2);
    assert!(none.err.contains("--page 2"), "{}", none.err);
    let json = company.run(&["request", "list", "--all", "--json"]).ending(0).json();
    assert_eq!(json["count"], 52);
    assert!(json["requests"][0]["answered_on"].is_string(), "{json}");
    assert_eq!(json["requests"].as_array().map(Vec::len), Some(50));
}

#[test]
fn a_file_that_is_there_is_never_written_over_unasked() {
    let company = Company::new(Desk::File);
    let path = company.file("answer.txt");
    std::fs::write(&path, "mine").unwrap();
    let name = path.to_string_lossy().into_owned();
    let erase = ["request", "erase", "--yes", "--person", &ada(), "--output", &name];
    let refused = company.run(&erase).ending(2);
    assert!(refused.err.contains("is there already") && refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    assert_eq!(company.in_shop("SELECT count(*) FROM orders WHERE account_id = 1"), 3, "nothing was begun");
    let notice = company.run(&["notice", "--output", &name]).ending(2);
    assert!(notice.err.contains("--force"), "{}", notice.err);
    let mut forced = erase.to_vec();
    forced.push("--force");
    company.run(&forced).ending(0);
    assert!(std::fs::read_to_string(&path).unwrap().contains("Erasure (Art. 17 GDPR)"));
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let nowhere = company.file("nowhere/answer.txt").to_string_lossy().into_owned();
    let refused = company.run(&["request", "access", "--person", &ada(), "--output", &nowhere]).ending(2);
    assert!(refused.err.contains("there is no folder"), "{}", refused.err);
}

#[test]
fn two_policy_folders_are_refused_and_the_environment_is_no_second_one() {
    let company = Company::new(Desk::File);
    let folder = company.path().to_string_lossy().into_owned();
    let both = super::company::kept(&["check", &folder, "--policy", "elsewhere"], &[]).ending(2);
    assert!(both.err.contains("cannot be used with"), "{}", both.err);
    super::company::kept(&["check", &folder], &[("KEPT_POLICY", "elsewhere")]).ending(0);
    super::company::kept(&["check"], &[("KEPT_POLICY", &folder)]).ending(0);
}
