//! `diff` between what Kept recorded and what is written now, and requests under another law.

use super::company::{ADA, Company, Desk, kept};

fn person() -> String {
    format!("email={ADA}")
}

#[test]
fn diff_compares_a_version_that_kept_recorded_by_its_digest() {
    let company = Company::new(Desk::File);
    let folder = company.path().to_string_lossy().into_owned();
    let before = kept(&["diff", "recorded", &folder, "--data", &format!("{folder}/nowhere")], &[]).ending(2);
    assert!(before.err.contains("no store of Kept's own"), "{}", before.err);
    assert!(!company.file("nowhere").exists(), "nothing is made by looking");
    company.run(&["audit"]);
    kept(&["diff", "recorded", &folder], &[]).ending(0);
    company.rewrite("purposes.toml", "3 years after the last contact", "2 years after the last contact");
    let newest = kept(&["diff", "recorded", &folder, "--json"], &[]).ending(1);
    assert!(newest.out.contains("2 years"), "{}", newest.out);
    let unknown = kept(&["diff", "000000", &folder], &[]).ending(2);
    let digest = unknown.err.split("recorded are").nth(1).unwrap().split_whitespace().next().unwrap();
    let by_digest = kept(&["diff", digest, &folder, "--json"], &[]).ending(1);
    assert_eq!(by_digest.out, newest.out);
    let turned = kept(&["diff", &folder, &digest.to_uppercase()], &[]).ending(1);
    assert!(turned.out.contains("3 years"), "{}", turned.out);
}

#[test]
fn diff_writes_over_no_file_unasked_and_a_dash_is_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("changes.md");
    let path = output.to_string_lossy().into_owned();
    let policies = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies");
    let (old, new) = (format!("{policies}/starter"), format!("{policies}/klivar"));
    std::fs::write(&output, "mine").unwrap();
    let refused = kept(&["diff", &old, &new, "-o", &path], &[]).ending(2);
    assert!(refused.err.contains("is there already") && refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(&output).unwrap(), "mine");
    kept(&["diff", &old, &new, "-o", &path, "--force"], &[]).ending(1);
    assert!(std::fs::read_to_string(&output).unwrap().len() > 100);
    let shown = kept(&["diff", &old, &new, "-o", "-"], &[]).ending(1);
    assert!(shown.out.len() > 100 && !shown.err.contains("wrote"));
    assert!(!std::path::Path::new("-").exists());
}

#[test]
fn diff_compares_nothing_with_what_can_not_be_read_as_toml() {
    let folder = tempfile::tempdir().unwrap();
    let (broken, output) = (folder.path().join("broken"), folder.path().join("changes.txt"));
    std::fs::create_dir(&broken).unwrap();
    std::fs::write(broken.join("a.toml"), b"edition = 1\n[people]\nuser = \"caf\xe9\"\n").unwrap();
    let (broken, output) = (broken.to_string_lossy().into_owned(), output.to_string_lossy().into_owned());
    let starter = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies/starter");
    for (old, new) in [(broken.as_str(), starter), (starter, broken.as_str())] {
        let answer = kept(&["diff", old, new, "-o", &output], &[]).ending(2);
        assert!(answer.err.contains("can't be read as a policy"), "{}", answer.err);
        assert!(!std::path::Path::new(&output).exists(), "nothing is left behind");
    }
}

/// Two laws beside the Regulation, each quicker than it.
const REGIMES: &str = "\n[rights-for.california]\nfor = \"residents of US-CA\"\nreply = \"20 days\"\n\
    [rights-for.virginia]\nfor = \"residents of US-VA\"\nreply = \"10 days\"\n";

#[test]
fn a_request_under_a_named_region_has_that_regions_deadline() {
    let company = Company::new(Desk::File);
    let rules = std::fs::read_to_string(company.file("company.toml")).unwrap();
    std::fs::write(company.file("company.toml"), rules + REGIMES).unwrap();
    let asked = |more: &[&str]| {
        let person = person();
        let mut all = vec!["request", "access", "--person", &person, "--received", "2026-03-02", "--json"];
        all.extend(more);
        company.run(&all)
    };
    let unknown = asked(&["--under", "US-TX"]).ending(2);
    assert!(unknown.err.contains("`california` (US-CA), `virginia` (US-VA)"), "{}", unknown.err);
    let due =
        |more: &[&str]| asked(more).ending(0).json()["head"]["promised_on"].as_str().unwrap().to_owned();
    assert_eq!(due(&["--under", "us-ca"]), "2026-03-22", "20 days from receipt");
    assert_eq!(due(&["--under", "virginia"]), "2026-03-12", "10 days from receipt");
    assert_eq!(due(&[]), "2026-03-12", "where nobody says, every regime counts");
}
