//! Figures and data sets of which nobody can be told, at the terminal and as files.

use std::path::Path;

use serde_json::json;

use super::company::{Answer, kept};
use super::serving::Service;

/// A folder with a policy and a database of so many users on `free`, `team` and `solo`.
fn platform(plans: [u32; 3]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(folder.path().join("app.db")).unwrap();
    db.execute_batch(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, plan TEXT, country TEXT, born TEXT,
             postcode TEXT, created_at TEXT NOT NULL);
         CREATE TABLE visits (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), page TEXT, minutes INTEGER);",
    )
    .unwrap();
    let mut number = 0;
    for (plan, count) in ["free", "team", "solo"].iter().zip(plans) {
        for _ in 0..count {
            number += 1;
            let user = format!(
                "INSERT INTO users VALUES ({number}, 'MARQUE', 'u{number}@example.org', '{plan}', 'FR',
                     '19{}-03-04', '75{number:03}', date('now', '-10 days'));
                 INSERT INTO visits VALUES ({number}, {number}, 'home', 2);",
                50 + number % 40
            );
            db.execute_batch(&user).unwrap();
        }
    }
    let policy = include_str!("../../../engine/tests/use_cases/drawn.toml");
    let policy = policy.replace("@app@", "engine = \"sqlite\"\nurl = \"app.db\"");
    std::fs::write(folder.path().join("policy.toml"), policy).unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Answer {
    let folder = folder.to_string_lossy().into_owned();
    let all: Vec<&str> = arguments.iter().copied().chain(["--policy", &folder]).collect();
    kept(&all, &[])
}

#[test]
fn klx_31_figures_are_printed_without_small_groups_and_refused_for_sales() {
    let folder = platform([9, 6, 4]);
    let figures = run(folder.path(), &["statistic", "plans", "--purpose", "quality"]).ending(0);
    assert_eq!(figures.out, "account.plan,people,sum of usage.minutes\r\nfree,9,18\r\n*,19,38\r\n");
    assert!(figures.err.contains("fewer than 5 people are left out"), "{}", figures.err);
    let json = run(folder.path(), &["statistic", "plans", "--purpose", "quality", "--json"]).ending(0).json();
    assert_eq!((&json["cells"][0]["people"], &json["incomplete"]), (&9.into(), &true.into()));
    let sales = run(folder.path(), &["statistic", "plans", "--purpose", "sales"]).ending(2);
    assert!(sales.err.contains("drawn for `quality` alone") && sales.out.is_empty(), "{}", sales.all());
}

#[test]
fn kre_42_a_set_is_written_whole_never_over_another_and_tested_before_any_use() {
    let folder = platform([40, 40, 40]);
    let (records, raw) = (folder.path().join("records.csv"), folder.path().join("raw.csv"));
    let (records, raw_path) = (records.to_string_lossy().into_owned(), raw.to_string_lossy().into_owned());
    let make = ["anonymous", "make", "set", "--output", &records];
    run(folder.path(), &make).ending(0);
    let text = std::fs::read_to_string(&records).unwrap();
    assert!(text.starts_with("account.plan,account.born,account.postcode\r\n"), "{text}");
    assert!(!text.contains("MARQUE") && !text.contains('@') && text.lines().count() > 100, "{text}");
    assert!(run(folder.path(), &make).ending(2).err.contains("is there already"));
    assert_eq!(std::fs::read_to_string(&records).unwrap(), text);
    let tried = run(folder.path(), &["anonymous", "test", "set", "--file", &records, "--purpose", "sales"]);
    assert!(tried.ending(0).out.contains("allowed for purpose `sales`"));

    let mut lines = "account.plan,account.born,account.postcode\n".to_owned();
    (1..=40).for_each(|number| lines.push_str(&format!("free,19{}-03-04,75{number:03}\n", 50 + number % 40)));
    std::fs::write(&raw, lines).unwrap();
    let tried = run(folder.path(), &["anonymous", "test", "set", "--file", &raw_path, "--purpose", "sales"]);
    let tried = tried.ending(1);
    assert!(tried.out.contains("refused") && tried.out.contains("40 of 40 records"), "{}", tried.out);
}

/// Further data of the served club, and what is drawn from them.
const PAGES: &str = r#"
[data.usage]
title = "Usage"
fields = { page = "text" }
from = ["person"]

[purpose.improvement]
title = "Improvement"
description = "To see which pages are read."
people = ["visitor"]
data = ["usage"]
basis = { legitimate-interest = "improve the site" }
keep = "1 year after collection"

[statistics.pages]
title = "Pages"
counts = ["pages"]
purpose = "improvement"
by = ["usage.page"]
records = ["usage.page"]
smallest-group = 5
"#;

#[test]
fn cla_17_an_application_draws_aggregates_for_its_own_purpose_and_not_for_another() {
    let service = Service::start_with(PAGES, &[], &[]);
    let key = service.key("site", &["collect", "consent", "read"], &["improvement"]);
    for number in 0..12 {
        let page = if number % 2 == 0 { "home" } else { "help" };
        let body = json!({
            "person": { "email": format!("v{number}@example.org") },
            "purposes": ["improvement"],
            "fields": { "usage.page": page },
        });
        let (status, answer) = service.post(&key, "/v1/collect", &body);
        assert_eq!(status, 200, "{answer}");
    }
    let asked = json!({ "statistics": "pages", "purpose": "improvement" });
    let (status, drawn) = service.post(&key, "/v1/statistics", &asked);
    assert_eq!(status, 200, "{drawn}");
    let cells = json!([
        { "group": ["help"], "people": 6, "sums": [] },
        { "group": ["home"], "people": 6, "sums": [] },
    ]);
    assert_eq!((&drawn["cells"], &drawn["total"]["people"]), (&cells, &json!(12)));
    let (status, set) = service.post(&key, "/v1/statistics/records", &json!({ "statistics": "pages" }));
    assert_eq!((status, set["records"].as_array().map(Vec::len)), (200, Some(12)), "{set}");

    let objection = json!({ "person": { "email": "v0@example.org" }, "purpose": "improvement" });
    let (status, answer) = service.post(&key, "/v1/objections", &objection);
    assert_eq!(status, 200, "{answer}");
    let (_, drawn) = service.post(&key, "/v1/statistics", &asked);
    assert_eq!(drawn["total"]["people"], json!(11), "theirs are left out");

    let for_another = json!({ "statistics": "pages", "purpose": "enquiry" });
    assert_eq!(service.post(&key, "/v1/statistics", &for_another).0, 403);
    let wide = service.key("wide", &["read"], &["improvement", "enquiry"]);
    let (status, refused) = service.post(&wide, "/v1/statistics", &for_another);
    assert_eq!(status, 422, "{refused}");
    let other = service.key("other", &["read"], &["enquiry"]);
    assert_eq!(service.post(&other, "/v1/statistics/records", &json!({ "statistics": "pages" })).0, 403);
}
