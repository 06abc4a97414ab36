//! `kept fmt`: policy files laid out alike.

use kept_core::policy::SourceFile;
use kept_core::policy::format::format;

use crate::cli::FmtArgs;
use crate::{Ended, folder, output, printer, render};

/// Lays out every file of a policy. Nothing is written if one of them is no TOML.
pub(crate) fn run(args: &FmtArgs) -> anyhow::Result<Ended> {
    let files = folder::read(&args.policy.path())?;
    let mut changed = Vec::new();
    let mut found = Vec::new();
    for file in &files {
        match format(&SourceFile::new(file.name.clone(), file.bytes.clone())) {
            Ok(text) if text.as_bytes() != file.bytes => changed.push((file.name.as_str(), text)),
            Ok(_) => {}
            Err(wrong) => found.extend(wrong),
        }
    }
    if !found.is_empty() {
        printer::data(&render::diagnostics(&found, &files));
        printer::note(&format!("{}; nothing was written", render::counts(&found)));
        return Ok(Ended::Findings);
    }
    for (name, text) in &changed {
        if !args.check {
            output::write(&args.policy.path().join(name), text, output::WRITTEN_OVER)?;
        }
        printer::data(name);
    }
    let what = match (changed.len(), args.check) {
        (0, _) => "every file is laid out already".to_owned(),
        (1, true) => "1 file would change; `kept fmt` changes it".to_owned(),
        (number, true) => format!("{number} files would change; `kept fmt` changes them"),
        (1, false) => "1 file changed".to_owned(),
        (number, false) => format!("{number} files changed"),
    };
    printer::note(&what);
    Ok(if args.check && !changed.is_empty() { Ended::Findings } else { Ended::Done })
}
