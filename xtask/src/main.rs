//! Project chores, run as `cargo xtask …`. No part of the product.
//!
//! A chore is one file: a function from the project's root to what is to be printed and whether it
//! found something. Not here: tests of the product, and anything that a user of Kept would run.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

mod figures;
mod files;
mod house;
mod licences;
mod promises;
mod spdx;

const USAGE: &str = "\
usage: cargo xtask CHORE

  promises [--json]   which promises of docs/promises have a test, and which do not
  licences            every dependency's licence is one that we may ship
  figures [--json|--markdown] [words for `kept bench`]
                      time, size and memory of a release build, each beside its target; with words,
                      such as `http --people 20000`, that part only
  house               the rules of ARCHITECTURE.md that a compiler doesn't check

exit status: 0 nothing found, 1 something found, 2 wrong use or failure";

/// What a chore has to say.
#[derive(Debug)]
struct Outcome {
    /// For standard output.
    report: String,
    /// What is wrong, a line each, for standard error.
    findings: Vec<String>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(Some(outcome)) => finish(&outcome),
        Ok(None) => said(std::io::stderr(), USAGE, 2),
        Err(error) => said(std::io::stderr(), &format!("error: {error:#}"), 2),
    }
}

/// Runs the chore, or tells by `None` that there is no such chore.
fn run(words: &[&str]) -> anyhow::Result<Option<Outcome>> {
    let root = root()?;
    Ok(Some(match words {
        ["promises"] => promises::list(&root, promises::Form::Text)?,
        ["promises", "--json"] => promises::list(&root, promises::Form::Json)?,
        ["licences"] => licences::check(&root)?,
        ["figures", "--json", words @ ..] => figures::measure(&root, figures::Form::Json, words)?,
        ["figures", "--markdown", words @ ..] => figures::measure(&root, figures::Form::Markdown, words)?,
        ["figures", words @ ..] => figures::measure(&root, figures::Form::Text, words)?,
        ["house"] => house::check(&root)?,
        _ => return Ok(None),
    }))
}

fn finish(outcome: &Outcome) -> ExitCode {
    let printed = said(std::io::stdout(), &outcome.report, 0);
    if outcome.findings.is_empty() {
        return printed;
    }
    let count = outcome.findings.len();
    let plural = if count == 1 { "" } else { "s" };
    said(std::io::stderr(), &format!("{}\n{count} finding{plural}", outcome.findings.join("\n")), 1)
}

fn said(mut out: impl Write, text: &str, status: u8) -> ExitCode {
    // A reader that went away (`| head`) is no failure.
    let _ = writeln!(out, "{}", text.trim_end());
    ExitCode::from(status)
}

/// The workspace's folder, the parent of this package's.
fn root() -> anyhow::Result<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().map(Path::to_owned).context("the package has no parent folder")
}
