//! `kept register`: the record of processing in one language and form.

use std::io::IsTerminal;
use std::path::Path;

use anyhow::bail;
use kept_core::name::Language;
use kept_core::policy::Policy;
use kept_core::time::Day;
use kept_web::register::{Format, register};
use kept_web::words::Words;

use crate::cli::{RegisterArgs, RegisterFormat};
use crate::output::{Access, named, ready, write};
use crate::policy::serve;
use crate::{Ended, clock, printer};

/// Prints the record, or writes it to a file.
pub(crate) fn run(args: &RegisterArgs) -> anyhow::Result<Ended> {
    let output = named(args.output.as_deref());
    ready(output, args.force)?;
    let format = format(args)?;
    let (policy, _) = serve(&args.policy.path())?;
    let language = language(args, &policy);
    let bytes = register(&policy, &language, day(args, &policy)?, format)?;
    if let Some(note) = printer::own_words(&policy, &language) {
        printer::note(&note);
    }
    match output {
        Some(path) => {
            write(path, &bytes, Access { private: false, over: args.force })?;
            printer::note(&format!("wrote {}", path.display()));
        }
        None => printer::bytes(&bytes),
    }
    Ok(Ended::Done)
}

/// The language that was asked for; else the policy's first in which Kept has words; else English.
fn language(args: &RegisterArgs, policy: &Policy) -> Language {
    if let Some(code) = &args.lang {
        return Language::from(code.as_str());
    }
    let known = Words::languages();
    let first = policy.notice.languages.iter().find(|language| known.contains(language));
    first.cloned().unwrap_or_else(|| Language::from("en"))
}

fn day(args: &RegisterArgs, policy: &Policy) -> anyhow::Result<Day> {
    let Some(text) = &args.at else { return Ok(policy.zone().day_of(clock::now())) };
    text.parse().map_err(|_| anyhow::anyhow!("`{text}` is not a date\nhelp: write it as 2026-12-31"))
}

fn format(args: &RegisterArgs) -> anyhow::Result<Format> {
    let asked = if args.json { Some(RegisterFormat::Json) } else { args.format };
    let format = match (asked, named(args.output.as_deref())) {
        (Some(asked), _) => asked,
        (None, Some(path)) => by_ending(path)?,
        (None, None) => RegisterFormat::Html,
    };
    Ok(match format {
        RegisterFormat::Html => Format::Html,
        RegisterFormat::Csv => Format::Csv,
        RegisterFormat::Json => Format::Json,
        RegisterFormat::Ods if named(args.output.as_deref()).is_none() && std::io::stdout().is_terminal() => {
            bail!("a spreadsheet can't be shown on a terminal\nhelp: add `--output register.ods`")
        }
        RegisterFormat::Ods => Format::Ods,
    })
}

fn by_ending(path: &Path) -> anyhow::Result<RegisterFormat> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    Ok(match ending.to_ascii_lowercase().as_str() {
        "html" | "htm" => RegisterFormat::Html,
        "csv" => RegisterFormat::Csv,
        "ods" => RegisterFormat::Ods,
        "json" => RegisterFormat::Json,
        "xlsx" | "xls" => bail!(
            "there is no form for `.{ending}`\nhelp: write an `.ods` file, which spreadsheet programs open"
        ),
        _ => bail!(
            "the ending of `{}` names no form of the record\nhelp: end it in .html, .csv, .ods or .json, or add --format",
            path.display()
        ),
    })
}
