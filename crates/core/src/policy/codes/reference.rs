//! The page of all codes, made from the codes themselves.

use super::{Code, all};
use crate::diagnostic::Severity;

const HEAD: &str = "# What `kept check` may say

Every finding about a policy has a code, `noun/problem`, which never changes. An *error* keeps the
policy from being served; a *warning* is probably wrong; *advice* is worth a thought. `kept explain
CODE` prints what stands here. This page is made from the codes themselves.
";

/// The page as Markdown, with the code itself as the anchor of each.
pub fn markdown() -> String {
    let mut page = HEAD.to_owned();
    let mut family = "";
    for code in all() {
        let noun = code.code.split('/').next().unwrap_or_default();
        if noun != family {
            page.push_str(&format!("\n## {noun}\n"));
            family = noun;
        }
        page.push_str(&entry(code));
    }
    page
}

fn entry(code: &Code) -> String {
    let severity = match code.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    };
    let article = code.article.map_or_else(String::new, |article| format!(" · {article}"));
    let id = code.code;
    let text = code.explanation;
    format!("\n### <a id=\"{id}\"></a>`{id}`\n\n*{severity}*{article}\n\n{text}\n")
}
