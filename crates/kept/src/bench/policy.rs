//! Figures of policies: how long reading and checking take, of a made-up one that is larger than
//! any company's, and of those in folders.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use kept_core::policy::{SourceFile, examine};

use super::figure::{Figure, memory_peak, middle};

/// Purposes of the made-up policy.
const PURPOSES: usize = 1_000;
/// Its categories of data, with ten fields each.
const CATEGORIES: usize = 500;
/// Its recipients.
const RECIPIENTS: usize = 200;
/// Its mapped tables.
const TABLES: usize = 200;
/// Runs of which the middle one counts.
const RUNS: usize = 15;

/// Reads and checks the made-up policy, and whole processes over each folder.
///
/// # Errors
/// When a folder can't be written, or this program can't be run once more.
pub(crate) fn figures(folders: &[PathBuf]) -> anyhow::Result<Vec<Figure>> {
    let files = made_up();
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    let found = examine(&files).diagnostics.len();
    let (within, _) = middle(&mut times(RUNS, || {
        black_box(examine(black_box(&files)));
    }));
    let mut figures = vec![
        Figure::time("reading and checking 1,000 purposes and 5,000 fields", "policy", within)
            .under(1_000.0)
            .against(&format!("{} kB in {} files, {found} findings", bytes / 1_024, files.len())),
    ];
    if let Some(peak) = memory_peak(Path::new("/proc/self/status")) {
        let what = "peak resident memory of that";
        figures.push(Figure::new(what, "policy", peak, "MB").under(100.0));
    }
    let made = tempfile::Builder::new().prefix("kept-policy-").tempdir().context("can't make a folder")?;
    for file in &files {
        let path = made.path().join(&file.name);
        std::fs::write(&path, &file.bytes).with_context(|| format!("can't write `{}`", path.display()))?;
    }
    figures.push(whole(made.path(), "`kept check` of that, whole process")?.under(1_000.0));
    for folder in folders {
        figures
            .push(whole(folder, &format!("`kept check {}`, whole process", folder.display()))?.under(20.0));
    }
    Ok(figures)
}

/// The middle time of a whole process that checks a folder.
fn whole(folder: &Path, what: &str) -> anyhow::Result<Figure> {
    let program = std::env::current_exe().context("can't find this program")?;
    let mut failed = None;
    let mut times = times(RUNS, || {
        let mut check = Command::new(&program);
        check.arg("check").arg("--policy").arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
        // Findings end with 1; anything else was no check.
        match check.status() {
            Ok(status) if matches!(status.code(), Some(0 | 1)) => {}
            Ok(status) => failed = Some(anyhow::anyhow!("`kept check` ended with {status}")),
            Err(wrong) => failed = Some(wrong.into()),
        }
    });
    match failed {
        Some(wrong) => Err(wrong.context(format!("can't check `{}`", folder.display()))),
        None => {
            let (middle, longest) = middle(&mut times);
            let longest =
                format!("the middle of {RUNS}, the longest {:.1} ms", longest.as_secs_f64() * 1_000.0);
            Ok(Figure::time(what, "policy", middle).against(&longest))
        }
    }
}

fn times(runs: usize, mut act: impl FnMut()) -> Vec<Duration> {
    let timed = |_| {
        let begun = Instant::now();
        act();
        begun.elapsed()
    };
    (0..runs).map(timed).collect()
}

/// A sound policy larger than any company's, the same each time.
fn made_up() -> Vec<SourceFile> {
    let file = |name: &str, write: fn(&mut String)| {
        let mut text = String::new();
        write(&mut text);
        SourceFile::new(name, text)
    };
    vec![
        file("data.toml", data),
        file("parties.toml", parties),
        file("policy.toml", head),
        file("purposes.toml", purposes),
        file("stores.toml", stores),
    ]
}

fn head(text: &mut String) {
    text.push_str(
        "edition = 1\n[controller.acme]\nname = \"Acme BV\"\ncountry = \"NL\"\nemail = \"privacy@acme.example\"\n\
         post = \"Kade 1, 1011 AA Amsterdam\"\n[notice]\nversion = 2026-01-01\nlanguages = [\"en\"]\n\
         changes = { significant = [\"page\", \"e-mail\"] }\n[rights]\nfee = \"never\"\nreply = \"1 month\"\n",
    );
    text.push_str("[people]\n");
    for kind in 0..50 {
        let _ = writeln!(text, "kind-{kind} = \"people of kind {kind}\"");
    }
}

fn data(text: &mut String) {
    for category in 0..CATEGORIES {
        let _ = writeln!(
            text,
            "[data.category-{category}]\ntitle = \"Category {category}\"\ncollected = \"by form {category}\"\n[data.category-{category}.fields]"
        );
        for field in 0..10 {
            let _ = writeln!(
                text,
                "field-{field} = {{ type = \"text\", title = \"Field {field} of {category}\" }}"
            );
        }
    }
}

fn parties(text: &mut String) {
    for recipient in 0..RECIPIENTS {
        let _ = writeln!(
            text,
            "[recipient.firm-{recipient}]\nname = \"Firm {recipient}\"\ncountry = \"BE\"\ncontract = 2025-01-01"
        );
    }
}

fn purposes(text: &mut String) {
    const BASES: [&str; 4] = [
        "\"contract\"",
        "\"consent\"",
        "{ legal-obligation = \"Art. 52 AWR\" }",
        "{ legitimate-interest = \"find misuse\" }",
    ];
    const KEEPS: [&str; 4] = [
        "for the contract, then 2 years in the archive",
        "3 years after the latest of collection and last-contact, at most 10 years",
        "7 years after collection",
        "1 year after collection, at most 2 years",
    ];
    for (purpose, kind) in (0..PURPOSES).zip((0..4).cycle()) {
        let (basis, keep) = (BASES.get(kind).unwrap_or(&""), KEEPS.get(kind).unwrap_or(&""));
        let archive = if keep.ends_with("archive") {
            "archive = { reason = \"audits\", roles = [\"clerk\"] }"
        } else {
            ""
        };
        let (one, other) = (purpose % CATEGORIES, (purpose * 7 + 3) % CATEGORIES);
        let _ = writeln!(
            text,
            "[purpose.purpose-{purpose}]\ntitle = \"Purpose {purpose}\"\ndescription = \"What is done for purpose {purpose}.\"\n\
             people = [\"kind-{}\"]\ndata = [\"category-{one}\", \"category-{other}.field-1\"]\nbasis = {basis}\n\
             keep = \"{keep}\"\nrecipients = [\"firm-{}\"]\n{archive}",
            purpose % 50,
            purpose % RECIPIENTS,
        );
    }
    text.push_str("[role.clerk]\npurposes = [\"purpose-0\"]\n");
}

fn stores(text: &mut String) {
    text.push_str("[store.app]\nengine = \"postgres\"\nurl = { env = \"APP_URL\" }\nserver = \"NL\"\n");
    for table in 0..TABLES {
        let _ = writeln!(
            text,
            "[store.app.table.table-{table}]\nperson = \"kind-{}\"\nidentifies = {{ email = \"email\" }}\n\
             columns = {{ email = \"category-{table}.field-0\", a = \"category-{table}.field-1\", b = \"category-{table}.field-2\" }}",
            table % 50
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kept_core::diagnostic::Severity;

    #[test]
    fn the_made_up_policy_is_as_large_as_it_says_and_sound() {
        let read = examine(&made_up());
        let errors: Vec<_> = read.diagnostics.iter().filter(|one| one.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{:?}", errors.first());
        let policy = read.policy.unwrap();
        let fields: usize = policy.data.values().map(|category| category.fields.len()).sum();
        assert_eq!((policy.purposes.len(), fields), (1_000, 5_000));
    }
}
