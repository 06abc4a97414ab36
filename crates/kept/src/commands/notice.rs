//! `kept notice`: the notice in one language and form, for everybody or for some.

#[cfg(feature = "pdf")]
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;

use anyhow::bail;
use kept_core::name::Language;
#[cfg(feature = "pdf")]
use kept_core::notice::StatementId;
use kept_core::policy::Policy;
#[cfg(feature = "pdf")]
use kept_web::notice::pdf::Lacking;
use kept_web::notice::{Format, Scope, foreign_words, notice_for};

use crate::cli::{NoticeArgs, NoticeFormat};
use crate::output::{Access, named, ready, write};
use crate::policy::{examine_folder, serve};
use crate::{Ended, printer};

/// Prints the notice, or writes it to a file.
pub(crate) fn run(args: &NoticeArgs) -> anyhow::Result<Ended> {
    let output = named(args.output.as_deref());
    ready(output, args.force)?;
    let format = format(args)?;
    let (policy, _) = serve(&args.policy.path())?;
    let language = match (&args.lang, policy.notice.languages.first()) {
        (Some(code), _) => Language::from(code.as_str()),
        (None, Some(first)) => first.clone(),
        (None, None) => bail!(
            "the policy names no language\nhelp: write `languages = [\"en\"]` in `[notice]`, or use --lang"
        ),
    };
    let bytes = written(args, format, &policy, &language)?;
    warn_of_untranslated(args, &policy, &language)?;
    match output {
        Some(path) => {
            write(path, &bytes, Access { private: false, over: args.force })?;
            printer::note(&format!("wrote {}", path.display()));
        }
        None => printer::bytes(&bytes),
    }
    Ok(Ended::Done)
}

/// The form that was asked for; else the one that the file's ending names; else Markdown.
fn format(args: &NoticeArgs) -> anyhow::Result<NoticeFormat> {
    match (args.format, named(args.output.as_deref())) {
        (Some(asked), _) => Ok(asked),
        (None, Some(path)) => by_ending(path),
        (None, None) => Ok(NoticeFormat::Markdown),
    }
}

fn by_ending(path: &Path) -> anyhow::Result<NoticeFormat> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    Ok(match ending.to_ascii_lowercase().as_str() {
        "md" | "markdown" | "txt" => NoticeFormat::Markdown,
        "html" | "htm" => NoticeFormat::Html,
        #[cfg(feature = "pdf")]
        "pdf" => NoticeFormat::Pdf,
        "json" => NoticeFormat::Json,
        "jsonld" => NoticeFormat::JsonLd,
        _ => {
            let pdf = if cfg!(feature = "pdf") { " .pdf," } else { "" };
            bail!(
                "the ending of `{}` names no form of the notice\nhelp: end it in .md, .html,{pdf} .json or .jsonld, or add --format",
                path.display()
            )
        }
    })
}

fn written(
    args: &NoticeArgs,
    format: NoticeFormat,
    policy: &Policy,
    language: &Language,
) -> anyhow::Result<Vec<u8>> {
    let scope = scope(args);
    let format = match format {
        NoticeFormat::Markdown => Format::Markdown,
        NoticeFormat::Html => Format::Html,
        NoticeFormat::Json => Format::Json,
        NoticeFormat::JsonLd => Format::JsonLd,
        #[cfg(feature = "pdf")]
        NoticeFormat::Pdf => {
            if named(args.output.as_deref()).is_none() && std::io::stdout().is_terminal() {
                bail!("a PDF is no text for a terminal\nhelp: name a file with --output");
            }
            let paper = kept_web::notice::notice_pdf(policy, language, &scope)?;
            warn_of_lacking(&paper.lacking);
            return Ok(paper.bytes);
        }
    };
    Ok(notice_for(policy, language, format, &scope)?.into_bytes())
}

fn scope(args: &NoticeArgs) -> Scope {
    if let Some(kind) = &args.people {
        return Scope::People(kind.as_str().into());
    }
    if let Some(form) = &args.form {
        return Scope::Form(form.clone());
    }
    if args.article_14 || args.source.is_some() {
        return Scope::Elsewhere(args.source.clone());
    }
    Scope::Whole
}

/// Says which texts stand in another language than the notice's, since its reader can't tell.
fn warn_of_untranslated(args: &NoticeArgs, policy: &Policy, language: &Language) -> anyhow::Result<()> {
    let found = examine_folder(&args.policy.path())?.read.diagnostics;
    let into = format!("into `{language}`");
    for one in found.iter().filter(|one| one.code == "text/missing" && one.message.contains(&into)) {
        printer::note(&format!("warning: {}", one.message));
        if let Some(help) = &one.help {
            printer::note(&format!("help: {help}"));
        }
    }
    let foreign = foreign_words(policy, language)?;
    if !foreign.is_empty() {
        let listed: Vec<_> = foreign.iter().map(|word| format!("`{word}`")).collect();
        printer::note(&format!("warning: no words in `{language}` for {}", listed.join(", ")));
    }
    Ok(())
}

/// Says which letters the PDF could not draw, and where: its reader sees a sign in their place.
#[cfg(feature = "pdf")]
fn warn_of_lacking(lacking: &[Lacking]) {
    let mut places: BTreeMap<Vec<&str>, Vec<String>> = BTreeMap::new();
    for one in lacking {
        let statements = one.statements.iter().map(StatementId::as_str).collect();
        places.entry(statements).or_default().push(format!("U+{:04X}", u32::from(one.letter)));
    }
    for (statements, letters) in &places {
        let noun = if letters.len() == 1 { "letter" } else { "letters" };
        let statements: Vec<_> = statements.iter().map(|id| format!("`{id}`")).collect();
        let place = if statements.is_empty() { "a title".to_owned() } else { some(&statements) };
        printer::note(&format!("warning: the fonts of the PDF lack the {noun} {} in {place}", some(letters)));
    }
    if !lacking.is_empty() {
        printer::note(
            "help: the PDF shows `\u{FFFD}` there; `--format html` shows them, and a browser can print it",
        );
    }
}

/// The first of many words, and how many more there are.
#[cfg(feature = "pdf")]
fn some(words: &[String]) -> String {
    let shown: Vec<&str> = words.iter().take(8).map(String::as_str).collect();
    match words.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
