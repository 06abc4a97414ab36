//! `kept scan` as a person uses it: drafts of the maps of the made-up company and of a schema that
//! nobody here designed, held against the maps that people wrote by hand.

use std::collections::BTreeSet;
use std::path::Path;

use kept_core::policy::model::Store;
use kept_core::policy::model::store::{EventSource, OwnerPath};
use kept_core::policy::{Policy, SourceFile, read};
use serde_json::Value;

use super::company::{Company, Desk, kept};
use super::music_shop::{ENGINES, Shop};

fn policy(folder: &Path) -> Policy {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<SourceFile> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| SourceFile::new(path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect();
    read(&files).sound().unwrap()
}

/// What people mapped: the personal columns, the ways, and columns that are mapped as something else.
fn mapped(store: &Store) -> (BTreeSet<String>, BTreeSet<String>, BTreeSet<String>) {
    let (mut columns, mut ways, mut others) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let sql = |name: &kept_core::name::TableName| store.tables[name].sql_name.clone();
    for table in store.tables.values() {
        let named = |column: &str| format!("{}.{column}", table.sql_name);
        columns.extend(table.columns.keys().map(|column| named(column.as_str())));
        for source in table.events.values() {
            if let EventSource::Column { column, or, .. } = source {
                others.extend(std::iter::once(column).chain(or).map(|column| named(column.as_str())));
            }
        }
        for consent in table.consents.values() {
            others.extend(
                std::iter::once(&consent.given)
                    .chain(&consent.withdrawn)
                    .map(|column| named(column.as_str())),
            );
        }
        for owner in &table.owned_by {
            if let OwnerPath::Column(column) = &owner.path {
                ways.insert(format!("{} owned-by {}", named(column.as_str()), sql(&owner.table)));
            }
        }
        for (links, word) in [(&table.shared_with, "shared-with"), (&table.refers_to, "refers-to")] {
            ways.extend(
                links
                    .iter()
                    .map(|link| format!("{} {word} {}", named(link.column.as_str()), sql(&link.table))),
            );
        }
    }
    (columns, ways, others)
}

/// What a scan found.
fn found(answer: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut columns, mut ways) = (BTreeSet::new(), BTreeSet::new());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for table in answer["scan"]["tables"].as_array().unwrap() {
        let name = text(&table["table"]);
        for column in table["columns"].as_array().unwrap() {
            columns.insert(format!("{name}.{}", text(&column["column"])));
        }
        for link in table["links"].as_array().unwrap() {
            ways.insert(format!(
                "{name}.{} {} {}",
                text(&link["column"]),
                text(&link["means"]),
                text(&link["to"])
            ));
        }
    }
    (columns, ways)
}

fn share(part: usize, of: usize) -> usize {
    part * 100 / of.max(1)
}

/// Holds a scan against a map by hand: of a hundred columns so many are right, so many were found, and
/// every way.
#[track_caller]
fn is_as_good(answer: &Value, store: &Store, (right, seen): (usize, usize)) {
    let ((columns, ways), (true_columns, true_ways, others)) = (found(answer), mapped(store));
    let counted: BTreeSet<String> = columns.difference(&others).cloned().collect();
    let true_columns: BTreeSet<String> = true_columns.difference(&others).cloned().collect();
    let both = counted.intersection(&true_columns).count();
    let wrong: Vec<&String> = counted.symmetric_difference(&true_columns).collect();
    let (precision, recall) = (share(both, counted.len()), share(both, true_columns.len()));
    assert!(precision >= right && recall >= seen, "{precision} % right, {recall} % found: {wrong:?}");
    assert_eq!(ways, true_ways);
}

#[test]
fn the_made_company_is_scanned_into_nearly_the_map_that_its_people_wrote() {
    let company = Company::new(Desk::File);
    let policy = policy(company.path());
    for (store, good) in [("shop", (90, 97)), ("desk", (85, 100))] {
        let file = company.file(&format!("{store}.db"));
        let answer = kept(&["scan", &file.to_string_lossy(), "--json"], &[]).ending(0);
        assert_eq!(answer.json()["store"], store);
        is_as_good(&answer.json(), &policy.stores[store], good);
    }
}

#[test]
fn a_schema_that_nobody_here_designed_is_scanned_into_the_map_that_was_written_by_hand() {
    for engine in ENGINES {
        let shop = Shop::new(engine);
        let address = shop.address();
        let answer = kept(&["scan", &address, "--json"], &[]).ending(0).json();
        is_as_good(&answer, &policy(shop.folder()).stores["shop"], (95, 90));
        let by_variable =
            kept(&["scan", "--env", "MUSIC_URL", "--name", "music"], &[("MUSIC_URL", &address)]);
        let draft = by_variable.ending(0).out;
        assert!(
            draft.contains("url = { env = \"MUSIC_URL\" }") && !draft.contains(&address),
            "{engine:?} {draft}"
        );
    }
}

/// The draft with everything filled in that it asks for.
fn filled(draft: &str) -> String {
    let (head, rest) = draft.split_once("# [purpose.service]").unwrap();
    let (purpose, store) = rest.split_once("\n[store.").unwrap();
    let purpose: String = purpose
        .lines()
        .map(|line| {
            format!("{}\n", line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).unwrap_or(line))
        })
        .collect();
    format!("{head}[purpose.service]{purpose}\n[store.{store}")
        .replace("edition = 1\n", "")
        .replace("FILL IN", "Filled in")
}

const HEAD: &str = "edition = 1

[controller.c]
name = \"C\"
country = \"FR\"
post = \"1 rue, 75001 Paris\"
email = \"a@c.example\"

[notice]
version = 2020-01-01
languages = [\"en\"]

[rights]
reply = \"1 month\"
";

#[test]
fn a_draft_is_accepted_with_its_stores_once_it_is_filled_in_and_is_never_written_over() {
    let company = Company::new(Desk::File);
    let folder = tempfile::tempdir().unwrap();
    let draft = folder.path().join("shop.toml");
    let (file, path) = (company.file("shop.db"), draft.to_string_lossy().into_owned());
    let file = file.to_string_lossy().into_owned();
    let answer = kept(&["scan", &file, "-o", &path], &[]).ending(0);
    assert!(
        answer.err.contains("2 of people") && answer.err.contains("look there for FILL IN"),
        "{}",
        answer.err
    );
    let text = std::fs::read_to_string(&draft).unwrap();
    assert!(text.contains("FILL IN") && !text.contains("ada.martin@example.org"));
    let again = kept(&["scan", &file, "-o", &path], &[]).ending(2);
    assert!(again.err.contains("is there already"), "{}", again.err);
    kept(&["scan", &file, "-o", &path, "--force"], &[]).ending(0);
    std::fs::write(folder.path().join("policy.toml"), HEAD).unwrap();
    let policy = folder.path().to_string_lossy().into_owned();
    std::fs::write(&draft, filled(&text).replacen("\"Filled in", "\"FILL IN", 1)).unwrap();
    let unfilled = kept(&["check", &policy], &[]).ending(1);
    assert!(unfilled.all().contains("text/placeholder"), "{}", unfilled.all());
    std::fs::write(&draft, filled(&text)).unwrap();
    kept(&["check", &policy], &[]).ending(0);
    kept(&["check", &policy, "--stores"], &[]).ending(0);
}

#[test]
fn a_draft_for_a_policy_uses_what_it_declares_and_declares_nothing_twice() {
    let company = Company::new(Desk::File);
    let file = company.file("desk.db").to_string_lossy().into_owned();
    let folder = company.path().to_string_lossy().into_owned();
    let answer = kept(&["scan", &file, "--policy", &folder, "--name", "second"], &[]).ending(0);
    assert!(answer.out.contains("email = \"identification.email\""), "{}", answer.out);
    assert!(!answer.out.contains("[data.identification]"), "{}", answer.out);
    assert!(answer.out.contains("[store.second.table.contacts]"), "{}", answer.out);
    let joins = !answer.out.contains("edition = 1") && !answer.out.contains("\n[people]");
    assert!(joins, "it stands beside the policy's files: {}", answer.out);
}

#[test]
fn a_draft_written_over_an_earlier_one_of_the_same_policy_stays_whole() {
    let company = Company::new(Desk::File);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy.toml"), HEAD).unwrap();
    let file = company.file("shop.db").to_string_lossy().into_owned();
    let policy = folder.path().to_string_lossy().into_owned();
    let draft = folder.path().join("shop.toml");
    let path = draft.to_string_lossy().into_owned();
    let scan = ["scan", &file, "--policy", &policy, "-o", &path, "--force"];
    kept(&scan, &[]).ending(0);
    let first = std::fs::read_to_string(&draft).unwrap();
    kept(&scan, &[]).ending(0);
    assert_eq!(std::fs::read_to_string(&draft).unwrap(), first);
    std::fs::write(&draft, filled(&first)).unwrap();
    let over = kept(&scan, &[]).ending(0);
    assert_eq!(std::fs::read_to_string(&draft).unwrap(), first, "over one that was filled in");
    assert!(over.err.contains("kept in") && over.err.contains("shop.toml.before"), "{}", over.err);
    let aside = std::fs::read_to_string(folder.path().join("shop.toml.before")).unwrap();
    assert_eq!(aside, filled(&first), "what was filled in by hand is not lost");
    let second = folder.path().join("second.toml").to_string_lossy().into_owned();
    let twice = kept(&["scan", &file, "--policy", &policy, "-o", &second], &[]).ending(2);
    assert!(twice.err.contains("maps the store `shop` already"), "{}", twice.err);
}

#[test]
fn what_can_not_be_scanned_is_said() {
    for (arguments, words) in [
        (&["scan", "nowhere.db"][..], "is there such a file?"),
        (&["scan", "oracle://host/db"], "no kind of database that Kept knows"),
        (&["scan", "--env", "KEPT_NO_SUCH_URL"], "`KEPT_NO_SUCH_URL` is not set"),
        (&["scan", "."], "is a folder"),
        (&["scan", "x.db", "--sample", "0"], "0 is not in"),
        (&["scan"], "URL"),
    ] {
        let answer = kept(arguments, &[]).ending(2);
        assert!(answer.err.contains(words), "{arguments:?}: {}", answer.err);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no.db");
    std::fs::write(&file, "this is no database, and long enough to be looked at as one").unwrap();
    let answer = kept(&["scan", &file.to_string_lossy()], &[]).ending(2);
    assert!(answer.err.contains("damaged or no database"), "{}", answer.err);
    let address = "postgres://reader:verysecret@127.0.0.1:1/crm";
    let answer = kept(&["scan", address], &[]).ending(2);
    assert!(!answer.all().contains("verysecret"), "{}", answer.err);
}
