//! The example of the guide to files, typed as it stands.

use std::path::Path;
use std::process::Command;

use super::company::kept;

/// What the guide prints in its first block of a language.
fn block(guide: &str, language: &str) -> String {
    let (_, rest) = guide.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_guide_to_files_can_be_typed() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides/files.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let typed = Command::new("sh").args(["-ec", &block(&guide, "sh")]).current_dir(folder.path()).status();
    assert!(typed.unwrap().success());
    let policy = folder.path().join("my-policy");
    std::fs::write(policy.join("policy.toml"), block(&guide, "toml")).unwrap();
    let at = policy.to_str().unwrap();
    let text = |name: &str| std::fs::read_to_string(policy.join("exports").join(name)).unwrap();
    let before = (text("subscribers.csv"), text("opens.csv"));

    let checked = kept(&["check", at, "--stores"], &[]).ending(0);
    assert!(!checked.all().contains("error"), "{}", checked.all());
    let audited = kept(&["audit", at], &[]).ending(1);
    assert!(audited.out.contains("2021"), "{}", audited.out);
    let access =
        kept(&["request", "access", "--policy", at, "--person", "email=ADA@example.org"], &[]).ending(0);
    assert!(access.out.contains("Ada Bell") && access.out.contains("192.0.2.7"), "{}", access.out);
    kept(&["sweep", "--policy", at, "--dry-run"], &[]);
    assert_eq!((text("subscribers.csv"), text("opens.csv")), before);

    kept(&["sweep", "--policy", at], &[]).ending(0);
    let ada = "1,ada@example.org,Ada Bell,2020-03-01,2021-05-10\n";
    assert_eq!(text("subscribers.csv"), before.0.replace(ada, ""));
    assert_eq!(text("opens.csv"), before.1.replace("10,1,2021-01-02,192.0.2.7\n", ""));
    kept(&["audit", at], &[]).ending(0);

    kept(&["request", "erase", "--policy", at, "--person", "email=bob@example.org"], &[]);
    let wrong = "id,email,full_name,subscribed_at,left_at\n3,secret@example.org\n";
    std::fs::write(policy.join("exports/subscribers.csv"), wrong).unwrap();
    let told = kept(&["audit", at], &[]).all();
    assert!(told.contains("`subscribers.csv`, line 2: it has 2 fields"), "{told}");
    assert!(!told.contains("secret@"), "{told}");
    let names: Vec<_> = std::fs::read_dir(policy.join("exports")).unwrap().collect();
    assert_eq!(names.len(), 2, "nothing else lies in the folder");
}
