//! What becomes of files of translations.

use super::*;
use crate::policy::read;

const POLICY: &str = r#"
edition = 1
[controller.a]
country = "BE"
[notice]
languages = ["en", "fr"]
[people]
user = "has an \"account\""
[data.contact]
title = "Contact"
fields = { name = "person-name" }
[purpose.answers]
description = "To answer you."
"#;

fn texts(policy: &str) -> Vec<Text> {
    read(&[SourceFile::new("policy.toml", policy)]).texts
}

fn updated(policy: &str, french: &str) -> Updated {
    update(&texts(policy), &SourceFile::new("texts/fr.toml", french), false).unwrap()
}

#[test]
fn a_new_file_asks_for_every_text_and_says_nothing_yet() {
    let new = updated(POLICY, "");
    assert_eq!(new.missing.len(), 5);
    assert!(new.text.starts_with("# Translations."));
    assert!(
        new.text.contains("[people]\n# user = { text = \"has an \\\"account\\\"\", of = \""),
        "{}",
        new.text
    );
    assert!(new.text.contains("[data.contact]\n# title = "), "{}", new.text);
    assert!(new.text.contains("# fields.name.title = { text = \"Name\""), "{}", new.text);
    assert_eq!(updated(POLICY, &new.text).text, new.text, "a second time nothing changes");
}

#[test]
fn a_text_behind_its_comment_sign_is_a_translation_once_the_sign_is_taken_away() {
    let new = updated(POLICY, "").text;
    let filled = new.replace("# title = { text = \"Contact\"", "title = { text = \"Coordonnées\"");
    let again = updated(POLICY, &filled);
    assert_eq!((again.translated, again.missing.len(), again.stale.len()), (1, 4, 0));
    assert_eq!(again.text, filled);
    let read = read(&[SourceFile::new("p.toml", POLICY), SourceFile::new("texts/fr.toml", filled)]);
    assert_eq!(read.policy.unwrap().texts["fr"]["data.contact.title"], "Coordonnées");
}

#[test]
fn translations_and_comments_of_the_author_stay_as_they_are() {
    let french = "# À moi\n\n[data.contact] # ici\n# une remarque\ntitle = \"Coordonnées\" # bien\n\n# fin\n[people]\nuser   =   \"a un compte\"\n";
    let new = updated(POLICY, french);
    for line in french.lines() {
        assert!(new.text.lines().any(|kept| kept == line), "{line}\n{}", new.text);
    }
    let (before, after) = new.text.split_once("title = \"Coordonnées\" # bien\n").unwrap();
    assert!(after.starts_with("# fields.name.title = "), "under its heading: {before}|{after}");
    assert_eq!(updated(POLICY, &new.text).text, new.text);
}

#[test]
fn a_stale_translation_stays_and_its_new_source_stands_above_it() {
    let before = updated(POLICY, "")
        .text
        .replace("# title = { text = \"Contact\"", "title = { text = \"Coordonnées\"");
    let changed = POLICY.replace("\"Contact\"", "\"Address book\"");
    let new = updated(&changed, &before);
    assert_eq!(new.stale, ["data.contact.title"]);
    assert!(
        new.text.contains("[data.contact]\n# stale: title = { text = \"Address book\", of = \""),
        "{}",
        new.text
    );
    assert!(new.text.contains("\ntitle = { text = \"Coordonnées\""));
    assert_eq!(updated(&changed, &new.text).text, new.text, "one mark is enough");
    let mended = updated(POLICY, &new.text);
    assert_eq!(mended.text, before, "the mark goes with its reason");
}

#[test]
fn a_waiting_text_follows_its_source_unless_somebody_began_to_translate_it() {
    let new = updated(POLICY, "").text;
    let changed = POLICY.replace("\"Contact\"", "\"Address book\"");
    let followed = updated(&changed, &new).text;
    assert!(followed.contains("# title = { text = \"Address book\"") && !followed.contains("\"Contact\""));
    let begun = new.replace("# title = { text = \"Contact\"", "# title = { text = \"Coordonn\"");
    assert!(updated(&changed, &begun).text.contains("# title = { text = \"Coordonn\""));
}

#[test]
fn marks_are_noted_where_they_are_asked_for() {
    let french =
        "[people]\nuser = '''a un\ncompte'''\n[data.contact]\ntitle = \"Coordonnées\"\n[old]\nx = \"y\"\n";
    let file = SourceFile::new("texts/fr.toml", french);
    let new = update(&texts(POLICY), &file, true).unwrap();
    assert!(new.text.contains("user = { text = '''a un\ncompte''', of = \""), "{}", new.text);
    assert!(new.text.contains("x = \"y\"\n"), "what the policy does not know stays");
    assert_eq!(new.unknown, ["old.x"]);
    let read = read(&[SourceFile::new("p.toml", POLICY), SourceFile::new("texts/fr.toml", new.text)]);
    assert!(read.diagnostics.iter().all(|found| found.code != "text/stale" && found.code != "text/bad-mark"));
}

#[test]
fn dotted_keys_at_the_top_get_no_heading_beside_them() {
    let new = updated(POLICY, "data.contact.title = \"Coordonnées\"\n");
    let mut found = Vec::new();
    tree::parse(&SourceFile::new("fr.toml", new.text.as_str()), &mut found);
    assert!(found.is_empty(), "{found:?}\n{}", new.text);
    assert_eq!(updated(POLICY, &new.text).text, new.text);
}

#[test]
fn a_file_that_is_no_toml_is_left_alone() {
    assert!(update(&texts(POLICY), &SourceFile::new("texts/fr.toml", "[people"), false).is_err());
}
