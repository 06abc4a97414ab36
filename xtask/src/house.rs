//! The rules of the house (ARCHITECTURE.md) that neither the compiler nor clippy checks.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use crate::Outcome;
use crate::files::{SourceFile, with_ending};
use crate::licences::metadata;

/// The floor of each crate; a crate depends only on lower ones.
const FLOORS: &[(&str, u8)] = &[
    ("kept-core", 0),
    ("kept-client", 1),
    ("kept-vault", 1),
    ("kept-connect", 1),
    ("kept-engine", 2),
    ("kept-web", 3),
    ("kept", 4),
];

/// The longest that a file may be, without the tests in it.
const LINES_MAX: usize = 600;

/// What may not stand in a file.
struct Ban {
    word: &'static str,
    /// The paths to which it applies begin with one of these.
    within: &'static [&'static str],
    /// But not the ones that begin with one of these.
    except: &'static [&'static str],
    why: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        word: "async fn",
        within: &["crates/core/", "crates/vault/", "crates/connect/", "crates/engine/"],
        except: &[],
        why: "everything below the web is synchronous",
    },
    Ban {
        word: "Durable::after_commit",
        within: &["crates/"],
        except: &["crates/vault/", "crates/connect/tests/", "crates/engine/tests/"],
        why: "only the vault, and tests of what is below it, may say that an entry is durable",
    },
    Ban {
        word: "HashMap",
        within: &["crates/"],
        except: &[],
        why: "use BTreeMap or IndexMap: same order every run",
    },
    Ban {
        word: "HashSet",
        within: &["crates/"],
        except: &[],
        why: "use BTreeSet or IndexSet: same order every run",
    },
    Ban { word: "Timestamp::now", within: &["crates/"], except: &["crates/kept/src/clock.rs"], why: CLOCK },
    Ban { word: "Zoned::now", within: &["crates/"], except: &["crates/kept/src/clock.rs"], why: CLOCK },
    Ban {
        word: "SystemTime::now",
        within: &["crates/"],
        except: &["crates/kept/src/clock.rs", "crates/connect/src/http/client.rs"],
        why: CLOCK,
    },
    Ban {
        word: "TimeZone::system",
        within: &["crates/"],
        except: &[],
        why: "days are the controller's, not the machine's",
    },
    Ban { word: "std::fs", within: &["crates/core/src/"], except: &[], why: "the core reads no files" },
    Ban {
        word: "std::net",
        within: &["crates/core/src/"],
        except: &[],
        why: "the core opens no connections",
    },
    Ban {
        word: "std::env",
        within: &["crates/core/src/"],
        except: &[],
        why: "the core reads no environment",
    },
    Ban {
        word: "std::process",
        within: &["crates/core/src/"],
        except: &[],
        why: "the core starts no programs",
    },
    Ban {
        word: "std::time",
        within: &["crates/core/src/"],
        except: &[],
        why: "the core takes instants as arguments",
    },
];

/// But for the second that a signed call carries, by which nothing is decided.
const CLOCK: &str = "only kept::clock reads the clock; take the instant as an argument";

/// Checks floors and files.
pub(crate) fn check(root: &Path) -> anyhow::Result<Outcome> {
    let mut findings = floors(&metadata(root)?)?;
    let sources = with_ending(root, ".rs")?;
    for file in &sources {
        findings.extend(of_file(file));
    }
    let report = format!("{} crates, {} files, {} findings", FLOORS.len(), sources.len(), findings.len());
    Ok(Outcome { report, findings })
}

fn floors(metadata: &Value) -> anyhow::Result<Vec<String>> {
    let floors: BTreeMap<&str, u8> = FLOORS.iter().copied().collect();
    let packages =
        metadata.get("packages").and_then(Value::as_array).context("`cargo metadata` lists no packages")?;
    let mut findings = Vec::new();
    for package in packages.iter().filter(|package| package["source"].is_null()) {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(floor) = floors.get(name) else {
            if name != "xtask" {
                findings.push(format!(
                    "{name}: a crate without a floor; give it one in xtask/src/house.rs, or remove it"
                ));
            }
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let on = dependency["name"].as_str().unwrap_or_default();
            // Tests may borrow from a neighbour: the vault's need a private PostgreSQL.
            let highest = if dependency["kind"] == "dev" { *floor } else { floor.saturating_sub(1) };
            if floors.get(on).is_some_and(|other| *other > highest || (*floor == 0)) {
                findings.push(format!("{name} depends on {on}, which is not on a lower floor"));
            }
        }
    }
    Ok(findings)
}

fn of_file(file: &SourceFile) -> Vec<String> {
    let path = &file.path;
    let mut findings = Vec::new();
    if !file.text.starts_with("//!") {
        findings.push(format!("{path}: begin with `//!` and what lives there"));
    }
    if path.ends_with("/mod.rs") {
        findings.push(format!("{path}: name the file after its module"));
    }
    let own: Vec<&str> = file.text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).collect();
    if own.len() > LINES_MAX {
        findings.push(format!("{path}: {} lines; {LINES_MAX} at most: split it by noun", own.len()));
    }
    for ban in BANS.iter().filter(|ban| ban.applies_to(path)) {
        let places = file.text.lines().enumerate().filter(|(_, line)| has(line, ban.word));
        findings.extend(places.map(|(at, _)| format!("{path}:{}: `{}`: {}", at + 1, ban.word, ban.why)));
    }
    findings
}

impl Ban {
    fn applies_to(&self, path: &str) -> bool {
        let begins = |starts: &[&str]| starts.iter().any(|start| path.starts_with(start));
        begins(self.within) && !begins(self.except)
    }
}

/// Whether a line's code, its comment aside, has the word as a word.
fn has(line: &str, word: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices(word).any(|(at, _)| {
        let joins =
            |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        let after = code.get(at + word.len()..).and_then(|text| text.chars().next());
        !joins(before) && !joins(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_crate_depends_on_lower_floors_only() {
        let on = |name: &str, on: &str, kind: Value| {
            let package = json!({"name": name, "source": null, "dependencies": [{"name": on, "kind": kind}]});
            floors(&json!({"packages": [package]})).unwrap().len()
        };
        assert_eq!(on("kept-engine", "kept-vault", Value::Null), 0);
        assert_eq!(on("kept-vault", "kept-connect", Value::Null), 1);
        assert_eq!(on("kept-vault", "kept-connect", json!("dev")), 0);
        assert_eq!(on("kept-core", "kept-vault", json!("dev")), 1);
        assert_eq!(on("kept-extra", "kept-core", Value::Null), 1);
        assert_eq!(on("kept-core", "serde", Value::Null), 0);
    }

    #[test]
    fn a_banned_word_is_found_in_code_and_not_in_comments() {
        let text = "//! Words.\n// HashMap is banned\nuse std::collections::HashMap;\n";
        assert_eq!(of_file(&file("crates/core/src/a.rs", text)).len(), 1);
        assert_eq!(of_file(&file("xtask/src/a.rs", text)).len(), 0);
        assert_eq!(of_file(&file("crates/core/src/a.rs", "//! x\nstruct MyHashMapLike;\n")).len(), 0);
        let receipt = "//! x\nlet d = Durable::after_commit(entry);\n";
        assert_eq!(of_file(&file("crates/engine/src/a.rs", receipt)).len(), 1);
        assert_eq!(of_file(&file("crates/vault/src/a.rs", receipt)).len(), 0);
    }

    #[test]
    fn a_file_says_what_it_is_and_is_short() {
        assert_eq!(of_file(&file("crates/web/src/mod.rs", "use x;\n")).len(), 2);
        let long = format!("//! x\n{}", "\n".repeat(600));
        assert_eq!(of_file(&file("crates/web/src/a.rs", &long)).len(), 1);
        let tests = format!("//! x\n#[cfg(test)]\n{}", "\n".repeat(600));
        assert_eq!(of_file(&file("crates/web/src/a.rs", &tests)).len(), 0);
    }
}
