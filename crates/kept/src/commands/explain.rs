//! `kept explain`: what a code of `kept check` means, why it matters, and an example mended.

use std::fmt::Write;

use anyhow::bail;
use kept_core::diagnostic::Severity;
use kept_core::policy::codes::page::{self, Page};
use kept_core::policy::codes::{self, Code};
use serde_json::json;

use crate::cli::ExplainArgs;
use crate::{Ended, printer};

/// Prints the page of a code, or the list of all codes.
pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<Ended> {
    let Some(code) = args.code.as_deref() else {
        list(args.json)?;
        return Ok(Ended::Done);
    };
    if let Some(page) = page::of(code) {
        if args.json {
            printer::json(&as_json(&page))?
        } else {
            printer::data(&shown(&page))
        }
        return Ok(Ended::Done);
    }
    // Codes about the real databases have no example: nobody's schema stands in a policy.
    if let Some(meaning) = kept_connect::check_map::explain(code) {
        if args.json {
            printer::json(&json!({ "code": code, "meaning": meaning }))?;
        } else {
            printer::data(&format!("{}\n\n{meaning}", printer::bold(code)));
        }
        return Ok(Ended::Done);
    }
    let near = page::near(code);
    let help = match near.as_slice() {
        [] => "`kept explain` alone lists every code".to_owned(),
        [one] => format!("did you mean `{one}`?"),
        several => format!("there are {}", several.join(", ")),
    };
    bail!("there is no diagnostic `{code}`\nhelp: {help}")
}

/// Every code by family.
fn list(as_machine: bool) -> anyhow::Result<()> {
    if as_machine {
        let codes: Vec<_> = codes::all().map(summary).collect();
        return printer::json(&json!({ "codes": codes }));
    }
    let mut text = String::new();
    let mut family = "";
    for code in codes::all() {
        let own = page::family_of(code.code);
        if own != family {
            let gap = if family.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}{}", printer::bold(own));
            family = own;
        }
        let _ = writeln!(
            text,
            "  {:<36} {:<8} {}",
            code.code,
            word(code.severity),
            code.article.unwrap_or_default()
        );
    }
    printer::data(&text);
    printer::note("`kept explain CODE` prints the page of one");
    Ok(())
}

fn summary(code: &Code) -> serde_json::Value {
    json!({
        "code": code.code,
        "severity": code.severity,
        "article": code.article,
        "meaning": code.explanation,
    })
}

fn as_json(page: &Page) -> serde_json::Value {
    let mut value = summary(page.code);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("why".to_owned(), json!(page.why));
        fields.insert("example".to_owned(), json!(page.example));
        fields.insert("related".to_owned(), json!(page.related));
    }
    value
}

/// A page for people.
fn shown(page: &Page) -> String {
    let code = page.code;
    let mut text =
        format!("{} ({})\n\n{}\n", printer::bold(code.code), word(code.severity), code.explanation);
    if let Some(article) = code.article {
        let _ = writeln!(text, "\n{} {article}", printer::bold("Why:"));
        for asked in &page.why {
            let _ = writeln!(text, "  {}: {}", asked.article, asked.sentence);
        }
    }
    if let Some(example) = &page.example {
        for (title, part) in [("Wrong:", &example.wrong), ("Mended:", &example.mended)] {
            let _ = writeln!(text, "\n{}", printer::bold(title));
            part.lines().filter(|line| !is_stage_direction(line)).for_each(|line| {
                let _ = writeln!(text, "    {line}");
            });
        }
    }
    if !page.related.is_empty() {
        let _ = writeln!(text, "\n{} {}", printer::bold("See also:"), page.related.join(", "));
    }
    text
}

/// Lines of an example that are for the tests alone.
fn is_stage_direction(line: &str) -> bool {
    matches!(line, "# alone" | "# beside") || line.starts_with("# also ")
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    }
}
