//! `kept notice`: the notice in one language and form.

use anyhow::bail;
use kept_core::name::Language;
use kept_web::notice::{Format, notice};

use crate::cli::{NoticeArgs, NoticeFormat};
use crate::output::{Access, write};
use crate::policy::serve;
use crate::{Ended, printer};

/// Prints the notice, or writes it to a file.
pub(crate) fn run(args: &NoticeArgs) -> anyhow::Result<Ended> {
    let (policy, _) = serve(&args.policy.path())?;
    let language = match (&args.lang, policy.notice.languages.first()) {
        (Some(code), _) => Language::from(code.as_str()),
        (None, Some(first)) => first.clone(),
        (None, None) => bail!(
            "the policy names no language\nhelp: write `languages = [\"en\"]` in `[notice]`, or use --lang"
        ),
    };
    let format = match args.format {
        NoticeFormat::Markdown => Format::Markdown,
        NoticeFormat::Html => Format::Html,
        NoticeFormat::Json => Format::Json,
    };
    let text = notice(&policy, &language, format)?;
    match &args.output {
        Some(path) => {
            write(path, &text, Access { private: false, over: args.force })?;
            printer::note(&format!("wrote {}", path.display()));
        }
        None => printer::data(&text),
    }
    Ok(Ended::Done)
}
