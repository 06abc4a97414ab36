//! `check`, `notice`, `new`: what is made from the policy alone.

use super::company::{Company, Desk, kept};

#[test]
fn the_demos_policy_has_nothing_to_mend() {
    let company = Company::new(Desk::File);
    let answer = company.run(&["check"]).ending(0);
    assert!(answer.all().contains("nothing to mend"), "{}", answer.all());
    company.run(&["check", "--json"]).ending(0).json();
}

#[test]
fn a_broken_policy_is_shown_with_its_place_and_serves_no_command() {
    let company = Company::new(Desk::File);
    company.rewrite("purposes.toml", "3 years after the last contact", "3 years after the lust contact");
    let answer = company.run(&["check"]);
    assert_ne!(answer.code, 0);
    assert!(answer.all().contains("purposes.toml"), "{}", answer.all());
    assert!(answer.all().contains("last-contact"), "{}", answer.all());
    company.run(&["check", "--json"]).json();
    let refused = company.run(&["request", "access", "--person", "email=a@example.org"]).ending(2);
    assert!(refused.err.contains("can't be served"), "{}", refused.err);
}

#[test]
fn the_notice_speaks_both_languages_in_every_form() {
    let company = Company::new(Desk::File);
    let english = company.run(&["notice"]).ending(0).out;
    assert!(
        english.contains("How Feuillevent uses your data")
            && english.contains("3 years after the last contact"),
        "{english}"
    );
    let french = company.run(&["notice", "--lang", "fr"]).ending(0).out;
    assert!(
        french.contains("Ce que Feuillevent fait de vos données")
            && french.contains("3 ans à compter du dernier contact"),
        "{french}"
    );
    for word in ["Hosting provider", "What was done", "after the last"] {
        assert!(!french.contains(word), "`{word}` is not French");
    }
    let page = company.run(&["notice", "--lang", "fr", "--format", "html"]).ending(0).out;
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.contains("lang=\"fr\"") && !page.contains("<script"),
        "{page}"
    );
    let json = company.run(&["notice", "--format", "json"]).ending(0).json();
    assert!(json.to_string().contains("Feuillevent"));
}

#[test]
fn every_purpose_of_the_policy_stands_in_the_notice_with_its_id() {
    let company = Company::new(Desk::File);
    let notice = company.run(&["notice"]).ending(0).out;
    let purposes = std::fs::read_to_string(company.file("purposes.toml")).unwrap();
    let names: Vec<&str> =
        purposes.lines().filter_map(|line| line.strip_prefix("[purpose.")?.strip_suffix(']')).collect();
    assert_eq!(names.len(), 10);
    for name in names {
        assert!(notice.contains(&format!("purpose.{name}.keep")), "{name}");
    }
}

#[test]
fn a_language_that_the_notice_does_not_have_is_refused() {
    let company = Company::new(Desk::File);
    let answer = company.run(&["notice", "--lang", "nl"]).ending(2);
    assert!(answer.err.contains("nl") && answer.err.contains("fr"), "{}", answer.err);
}

#[test]
fn a_new_policy_from_the_demo_checks_clean() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine");
    let name = path.to_string_lossy().into_owned();
    kept(&["new", &name, "--from", "demo"], &[]).ending(0);
    kept(&["check", &name], &[]).ending(0);
    kept(&["new", &name, "--from", "demo"], &[]).ending(2);
}

#[test]
fn wrong_use_exits_with_two_and_says_what_is_possible() {
    for arguments in [
        &["chekc"][..],
        &["request", "access"],
        &["check", "/nowhere/at/all"],
        &["notice", "--format", "docx"],
    ] {
        let answer = kept(arguments, &[]).ending(2);
        assert!(!answer.err.is_empty(), "{arguments:?}");
    }
    assert!(kept(&["--help"], &[]).ending(0).out.contains("kept demo"));
}

#[test]
fn what_a_full_disk_loses_of_the_output_is_said() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_kept")).arg("schema").stdout(full).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("can't write to standard output"), "{said}");
}

#[test]
fn the_ending_of_the_file_names_the_form_and_nothing_is_written_over_unasked() {
    let company = Company::new(Desk::File);
    let path = |name: &str| company.file(name);
    for (command, name, start) in [
        ("notice", "n.html", "<!DOCTYPE html>"),
        ("notice", "n.md", "# "),
        ("notice", "n.json", "{"),
        ("register", "r.html", "<!DOCTYPE html>"),
        ("register", "r.json", "{"),
    ] {
        let file = path(name);
        let file = file.to_str().unwrap();
        company.run(&[command, "--output", file]).ending(0);
        assert!(std::fs::read_to_string(file).unwrap().starts_with(start), "{name}");
        let again = company.run(&[command, "--output", file]).ending(2);
        assert!(again.err.contains("--force"), "{}", again.err);
        company.run(&[command, "--output", file, "--force"]).ending(0);
    }
    for command in ["notice", "register"] {
        let file = path("x.xyz");
        let answer = company.run(&[command, "--output", file.to_str().unwrap()]).ending(2);
        assert!(answer.err.contains("--format") && !file.exists(), "{}", answer.err);
    }
}

/// The names in a folder.
fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_file_that_the_system_does_not_let_grow_is_refused_and_leaves_nothing_behind() {
    let company = Company::new(Desk::File);
    let room = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_kept");
    let line = format!(
        "ulimit -f 2; exec {program} notice {} --output {}",
        company.file("").display(),
        room.path().join("notice.md").display()
    );
    let answer = std::process::Command::new("sh").args(["-c", &line]).output().unwrap();
    let said = String::from_utf8_lossy(&answer.stderr).into_owned();
    assert_eq!(answer.status.code(), Some(2), "{said}");
    assert!(said.contains("ulimit -f"), "{said}");
    assert_eq!(names(room.path()), Vec::<String>::new());
}

#[test]
fn a_dash_is_standard_output_and_no_file() {
    let company = Company::new(Desk::File);
    let answer = company.run(&["notice", "--output", "-"]).ending(0);
    assert!(answer.out.starts_with("# ") && !answer.err.contains("wrote"), "{}", answer.err);
    let answer = company.run(&["register", "--output", "-", "--json"]).ending(0);
    answer.json();
}

#[test]
fn what_a_pdf_can_not_draw_is_told_with_its_place() {
    let company = Company::new(Desk::File);
    let room = tempfile::tempdir().unwrap();
    company.rewrite("company.toml", "works for us", "works for us \u{1F33B}");
    let path = room.path().join("notice.pdf");
    let answer = company.run(&["notice", "--output", path.to_str().unwrap()]).ending(0);
    assert!(answer.err.contains("U+1F33B in `people.staff`"), "{}", answer.err);
    assert!(std::fs::read(&path).unwrap().starts_with(b"%PDF"));
}
