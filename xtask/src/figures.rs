//! The project's figures: builds the release, lets it measure itself (`kept bench`), and adds what
//! can only be seen from outside, its size and its start.
//!
//! Every figure is printed beside its target; none fails the run, because a busy machine misses
//! what an idle one meets. Not here: what is measured inside (`kept::bench`).

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::Outcome;

/// How often a start is timed.
const STARTS: usize = 21;

/// How the figures are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A table for people.
    Text,
    /// A table of Markdown, as `docs/figures.md` has it.
    Markdown,
    /// For machines.
    Json,
}

/// Builds, measures, and prints. Words after the form go to `kept bench`, which is then all that is
/// measured: `http --people 20000`.
pub(crate) fn measure(root: &Path, form: Form, words: &[&str]) -> anyhow::Result<Outcome> {
    let program = root.join("target/release/kept");
    let mut cargo = Command::new(env!("CARGO"));
    let built = cargo.args(["build", "--release", "--package", "kept"]).current_dir(root);
    done(built, "building the release")?;
    let mut figures = from_outside(root, &program)?;
    if words.is_empty() {
        for part in PARTS {
            figures.extend(json_of(Command::new(&program).arg("bench").args(*part).arg("--json"))?);
        }
        // Beside a general policy engine: outside the workspace, so that nobody builds that to use Kept.
        let manifest = root.join("benches/Cargo.toml");
        let mut gate = Command::new(env!("CARGO"));
        figures
            .extend(json_of(gate.args(["bench", "--manifest-path"]).arg(manifest).args(["--", "--json"]))?);
    } else {
        figures.extend(json_of(Command::new(&program).arg("bench").args(words).arg("--json"))?);
    }
    let report = match form {
        Form::Json => serde_json::to_string_pretty(&figures)?,
        Form::Markdown => markdown(&figures),
        Form::Text => text(&figures),
    };
    Ok(Outcome { report, findings: Vec::new() })
}

/// What `kept bench` is asked, one after the other.
const PARTS: &[&[&str]] = &[
    &[],
    &["http"],
    &["gdpr"],
    &["gdpr", "--independent"],
    &["gdpr", "--profile", "paper"],
    &["gdpr", "--profile", "paper", "--independent"],
    &["sweep"],
];

/// The figures that a command prints.
fn json_of(command: &mut Command) -> anyhow::Result<Vec<Value>> {
    let what = format!("{command:?}");
    let measured = command.stderr(Stdio::inherit()).output().with_context(|| format!("can't run {what}"))?;
    ensure!(measured.status.success(), "{what} failed");
    serde_json::from_slice(&measured.stdout).with_context(|| format!("{what} printed no JSON"))
}

fn done(command: &mut Command, what: &str) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("{what} could not begin"))?;
    ensure!(status.success(), "{what} failed");
    Ok(())
}

/// The program's size, and how long it takes to start.
fn from_outside(root: &Path, program: &Path) -> anyhow::Result<Vec<Value>> {
    let bytes = std::fs::metadata(program).context("there is no release binary")?.len();
    let size = json!({
        "what": "size of the release binary", "on": "both", "is": bytes as f64 / 1_048_576.0, "unit": "MB",
        "target": 40.0, "against": "stripped",
    });
    let mut figures = vec![size];
    let policy = root.join("policies/klivar");
    let policy = policy.to_string_lossy();
    for (what, words) in
        [("kept --version", vec!["--version"]), ("kept check policies/klivar", vec!["check", &*policy])]
    {
        let (middle, longest) = start(program, &words)?;
        figures.push(json!({
            "what": what, "on": "both", "is": milliseconds(middle), "unit": "ms", "target": 50.0,
            "against": format!("the middle of {STARTS} whole runs; the longest {:.1} ms", milliseconds(longest)),
        }));
    }
    Ok(figures)
}

fn start(program: &Path, words: &[&str]) -> anyhow::Result<(Duration, Duration)> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let ended = Command::new(program).args(words).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        times.push(began.elapsed());
        // A policy with remarks ends with 1.
        ensure!(matches!(ended.code(), Some(0 | 1)), "`kept {}` failed", words.join(" "));
    }
    times.sort_unstable();
    let at = |place: usize| times.get(place).copied().unwrap_or_default();
    Ok((at(times.len() / 2), at(times.len() - 1)))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The cells of a figure: what, on, measured, target, verdict, against.
fn cells(figure: &Value) -> [String; 6] {
    let word = |name: &str| figure[name].as_str().unwrap_or_default().to_owned();
    let unit = word("unit");
    let number = |number: f64| {
        let text = if number.fract() == 0.0 { format!("{number}") } else { format!("{number:.2}") };
        format!("{text} {unit}").trim().to_owned()
    };
    let is = figure["is"].as_f64().unwrap_or(f64::NAN);
    let target = figure["target"].as_f64();
    let verdict = match target {
        None => "",
        Some(target) if is <= target => "met",
        Some(_) => "missed",
    };
    let target = target.map_or(String::new(), |target| format!("≤ {}", number(target)));
    [word("what"), word("on"), number(is), target, verdict.to_owned(), word("against")]
}

const HEAD: [&str; 6] = ["figure", "on", "measured", "target", "", "against, or how"];

fn text(figures: &[Value]) -> String {
    let rows: Vec<[String; 6]> =
        std::iter::once(HEAD.map(str::to_owned)).chain(figures.iter().map(cells)).collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
    let line = |row: &[String; 6]| {
        let cells = row.iter().zip(&widths);
        let padded = cells.map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn markdown(figures: &[Value]) -> String {
    let line = |cells: &[String; 6]| format!("| {} |", cells.join(" | "));
    let head = format!("{}\n|{}", line(&HEAD.map(str::to_owned)), "---|".repeat(HEAD.len()));
    let rows = figures.iter().map(|figure| line(&cells(figure)));
    std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stands_beside_its_target_with_a_verdict() {
        let figures = [
            json!({"what": "one access", "on": "sqlite", "is": 12.345, "unit": "ms", "target": 50.0, "against": "x"}),
            json!({"what": "copies", "on": "sqlite", "is": 4.0, "unit": "", "target": 0.0, "against": "y"}),
            json!({"what": "opening", "on": "sqlite", "is": 3.0, "unit": "ms", "target": null, "against": ""}),
        ];
        let text = text(&figures);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "one access  sqlite  12.35 ms  ≤ 50 ms  met     x");
        assert_eq!(lines[2], "copies      sqlite  4         ≤ 0      missed  y");
        assert_eq!(lines[3], "opening     sqlite  3 ms");
        assert!(markdown(&figures).contains("| one access | sqlite | 12.35 ms | ≤ 50 ms | met | x |"));
    }
}
