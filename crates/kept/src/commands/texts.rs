//! `kept texts`: a file of translations brought in step with its policy.

use anyhow::{Context, bail};
use kept_core::diagnostic::Severity;
use kept_core::policy::reader::Read;
use kept_core::policy::translate::{Updated, update};
use kept_core::policy::{SourceFile, read};
use kept_web::words::Words;

use crate::cli::TextsArgs;
use crate::policy::sources;
use crate::{Ended, folder, output, printer, render};

/// Prints or writes the file of a language, with what is missing and what is stale.
pub(crate) fn run(args: &TextsArgs) -> anyhow::Result<Ended> {
    let files = folder::read(&args.policy.path())?;
    let sources = sources(&files);
    let name = format!("texts/{}.toml", args.lang);
    let policy: Vec<SourceFile> =
        sources.iter().filter(|file| !file.name.starts_with("texts/")).cloned().collect();
    let read = read(&policy);
    fits(&read, &args.lang)?;
    warn_of_no_words(&args.lang);
    let empty = SourceFile::new(name.clone(), "");
    let file = sources.iter().find(|file| file.name == name).unwrap_or(&empty);
    let updated = match update(&read.texts, file, args.note_marks) {
        Ok(updated) => updated,
        Err(found) => {
            printer::data(&render::diagnostics(&found, &files));
            bail!("`{name}` can't be read, and was left as it is");
        }
    };
    if !args.write {
        printer::data(&updated.text);
        printer::note(&summary(&name, &updated, &read));
        let done = updated.missing.is_empty() && updated.stale.is_empty();
        return Ok(if done { Ended::Done } else { Ended::Findings });
    }
    if updated.text.as_bytes() == file.bytes {
        printer::note(&format!("{}; nothing to change", summary(&name, &updated, &read)));
    } else {
        let path = args.policy.path().join(&name);
        let texts = args.policy.path().join("texts");
        std::fs::create_dir_all(&texts).with_context(|| format!("can't make `{}`", texts.display()))?;
        output::write(&path, &updated.text, output::WRITTEN_OVER)?;
        printer::note(&format!("{}; written", summary(&name, &updated, &read)));
    }
    Ok(Ended::Done)
}

/// Whether the policy can be translated into this language at all.
fn fits(read: &Read, language: &str) -> anyhow::Result<()> {
    if language.len() != 2 || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
        bail!("`{language}` is not a language code\nhelp: use two small letters: `fr`, `nl`");
    }
    if read.diagnostics.iter().any(|found| found.severity == Severity::Error) {
        bail!("the policy has errors, and its texts can't be told\nhelp: `kept check` shows them");
    }
    let written_in = read.policy.as_ref().and_then(|policy| policy.notice.languages.first());
    if written_in.is_some_and(|own| own.as_str() == language) {
        bail!("the policy is written in `{language}` itself, so nothing is to be translated");
    }
    Ok(())
}

/// Says before the work of translating that the notice can't be published in this language.
fn warn_of_no_words(language: &str) {
    let known = Words::languages();
    if known.iter().all(|one| one.as_str() != language) {
        let known: Vec<_> = known.iter().map(|one| format!("`{one}`")).collect();
        let known = known.join(", ");
        printer::note(&format!(
            "warning: the notice can't be published in `{language}`: there are words in {known}"
        ));
    }
}

fn summary(name: &str, updated: &Updated, read: &Read) -> String {
    let mut parts = vec![format!("{} of {} texts translated", updated.translated, read.texts.len())];
    for (paths, word) in [(&updated.stale, "stale"), (&updated.unknown, "not in the policy")] {
        if let Some(first) = paths.first() {
            parts.push(format!("{} {word}, the first is `{first}`", paths.len()));
        }
    }
    format!("{name}: {}", parts.join("; "))
}
