//! The `kept` command: reads the command line and the configuration, opens what a use case needs,
//! prints what it answers. What the use cases do is in `kept-engine`; what decides is in
//! `kept-core`.

mod bench;
mod cli;
mod clock;
mod commands;
mod company;
mod demo;
mod editor;
mod folder;
mod history;
mod hooks;
mod listening;
mod output;
mod policy;
mod printer;
mod recorded;
mod render;
mod service;
mod show;
mod table;
mod templates;

use std::process::ExitCode;

use clap::Parser;

/// How a command ended, as its exit status says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// 0: done, and nothing found.
    Done,
    /// 1: done, with findings.
    Findings,
}

fn main() -> ExitCode {
    // Wrong use exits with 2, as clap does by itself.
    let cli = cli::Cli::parse();
    let ended = commands::run(cli.command);
    if let Some(kind) = printer::lost() {
        let wrong = std::io::Error::from(kind);
        printer::note(&format!("{} can't write to standard output: {wrong}", printer::colour(31, "error:")));
        return ExitCode::from(2);
    }
    match ended {
        Ok(Ended::Done) => ExitCode::SUCCESS,
        Ok(Ended::Findings) => ExitCode::from(1),
        Err(error) => {
            printer::note(&format!("{} {}", printer::colour(31, "error:"), words(&error)));
            ExitCode::from(2)
        }
    }
}

/// The whole chain of an error, one line each.
fn words(error: &anyhow::Error) -> String {
    let parts: Vec<String> = error.chain().map(ToString::to_string).collect();
    let mut told: Vec<&str> = Vec::new();
    for part in &parts {
        if !told.iter().any(|known| known.contains(part.as_str())) {
            told.push(part);
        }
    }
    told.join("\n  because: ")
}
