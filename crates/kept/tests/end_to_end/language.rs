//! `fmt`, `texts`, `schema` and `check --watch`: what helps while a policy is written.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::company::kept;

const POLICY: &str = "edition=1\n[controller.acme]\nname = \"Acme\"\ncountry = \"FR\"\nemail = \"a@acme.example\"\n\
    [notice]\nversion = 2024-01-01\nlanguages = [\"en\",\"fr\"]\nchanges = {significant=[\"page\"]} # said\n\
    [rights]\nfee = \"never\"\n[data.contact]\nfields = {name = \"person-name\"}\n\
    [purpose.answers]\ndata = [\"contact\"]\nbasis = \"contract\"\nkeep = \"1 year after collection\"\n";

fn policy() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy.toml"), POLICY).unwrap();
    let name = folder.path().to_string_lossy().into_owned();
    (folder, name)
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn fmt_lays_out_once_and_then_has_nothing_to_do() {
    let (folder, name) = policy();
    let would = kept(&["fmt", &name, "--check"], &[]).ending(1);
    assert_eq!(would.out, "policy.toml\n");
    assert_eq!(read(folder.path(), "policy.toml"), POLICY, "--check writes nothing");
    kept(&["fmt", &name], &[]).ending(0);
    let laid_out = read(folder.path(), "policy.toml");
    assert!(laid_out.contains("edition = 1\n\n[controller.acme]\n"), "{laid_out}");
    assert!(laid_out.contains("changes = { significant = [\"page\"] } # said\n"), "{laid_out}");
    kept(&["fmt", &name, "--check"], &[]).ending(0);
}

#[test]
fn fmt_writes_nothing_where_one_file_is_no_toml() {
    let (folder, name) = policy();
    std::fs::write(folder.path().join("broken.toml"), "[purpose").unwrap();
    let answer = kept(&["fmt", &name], &[]).ending(1);
    assert!(answer.all().contains("broken.toml") && answer.err.contains("nothing was written"));
    assert_eq!(read(folder.path(), "policy.toml"), POLICY);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 2, "no file of ours is left behind");
}

#[test]
fn texts_shows_first_writes_when_told_and_is_quiet_when_all_is_translated() {
    let (folder, name) = policy();
    let shown = kept(&["texts", &name, "--lang", "fr"], &[]).ending(1);
    assert!(shown.out.contains("# title = { text = \"Answers\", of = \""), "{}", shown.out);
    assert!(!folder.path().join("texts").exists(), "nothing is written unless told");
    kept(&["texts", &name, "--lang", "fr", "--write"], &[]).ending(0);
    let waiting = read(folder.path(), "texts/fr.toml");
    std::fs::write(folder.path().join("texts/fr.toml"), waiting.replace("\n# ", "\n")).unwrap();
    kept(&["texts", &name, "--lang", "fr"], &[]).ending(0);
    kept(&["check", &name], &[]).ending(0);
    std::fs::write(
        folder.path().join("policy.toml"),
        POLICY.replace("[data.contact]", "[data.contact]\ntitle = \"You\""),
    )
    .unwrap();
    let stale = kept(&["texts", &name, "--lang", "fr"], &[]).ending(1);
    assert!(stale.err.contains("1 stale, the first is `data.contact.title`"), "{}", stale.err);
    assert!(kept(&["check", &name], &[]).all().contains("text/stale"));
}

#[test]
fn texts_refuses_what_can_not_be_translated() {
    let (folder, name) = policy();
    for (language, word) in [("en", "written in `en`"), ("french", "not a language code")] {
        let answer = kept(&["texts", &name, "--lang", language, "--write"], &[]).ending(2);
        assert!(answer.err.contains(word), "{}", answer.err);
    }
    std::fs::write(folder.path().join("policy.toml"), "edition = 1\n[purpose.x]\nkep = 1\n").unwrap();
    assert!(kept(&["texts", &name, "--lang", "fr", "--write"], &[]).ending(2).err.contains("has errors"));
    assert!(!folder.path().join("texts").exists());
}

#[test]
fn the_schema_is_json_and_knows_the_keys() {
    let schema = kept(&["schema"], &[]).ending(0).json();
    assert_eq!(schema["properties"]["edition"]["type"], "integer");
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn findings_in_json_have_their_places() {
    let (folder, name) = policy();
    std::fs::write(folder.path().join("policy.toml"), POLICY.replace("keep = ", "kep = ")).unwrap();
    let json = kept(&["check", &name, "--json"], &[]).ending(1).json();
    let found = json["diagnostics"].as_array().unwrap();
    let found = found.iter().find(|found| found["code"] == "key/unknown").unwrap();
    assert_eq!((&found["line"], &found["column"], &found["endColumn"]), (&17.into(), &1.into(), &4.into()));
    assert_eq!(found["help"], "did you mean `keep`?");
}

#[cfg(unix)]
#[test]
fn watching_checks_again_after_each_change_until_it_is_interrupted() {
    let (folder, name) = policy();
    // Whoever runs tests in the background of a script has them ignore interrupts, and what they start too.
    let mut child = Command::new("env")
        .args(["--default-signal=INT", env!("CARGO_BIN_EXE_kept"), "check", &name, "--watch", "--json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> serde_json::Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    assert_eq!(next()["errors"], 0);
    std::fs::write(folder.path().join("policy.toml"), POLICY.replace("keep = ", "kep = ")).unwrap();
    let mut last = next();
    while last["errors"] == 0 {
        last = next(); // a file may be seen while it is half written
    }
    std::fs::write(folder.path().join("policy.toml"), POLICY).unwrap();
    while last["errors"] != 0 {
        last = next();
    }
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert!(!child.wait().unwrap().success());
}
