//! The notice of a whole policy, read as a person and as a machine would read it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "helpers of tests may fail loudly; a policy by hand is long"
)]

mod audit;
mod axe;
mod browser;
mod dpv;
mod klivar;
mod page;
#[cfg(feature = "pdf")]
mod paper;
mod promises;
mod real;
mod tilt;
mod whole;
mod words;

use kept_core::name::Language;
use kept_core::policy::Policy;
use kept_web::notice::{Format, notice};

/// The notice in a language and format.
pub(crate) fn said(policy: &Policy, language: &str, format: Format) -> String {
    notice(policy, &Language::from(language), format).unwrap()
}

/// The words of an HTML page, without markup.
pub(crate) fn plain(html: &str) -> String {
    let main = html.split("</style>").nth(1).unwrap();
    let mut out = String::new();
    let mut within = true;
    for letter in main.chars() {
        match letter {
            '<' => within = false,
            '>' => {
                within = true;
                out.push(' ');
            }
            _ if within => out.push(letter),
            _ => {}
        }
    }
    let out = out.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<");
    let out = out.replace("&gt;", ">").replace("&amp;", "&");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the statement of this id says on a page.
pub(crate) fn statement(html: &str, id: &str) -> String {
    let anchor = format!("id=\"{id}\" data-statement=\"{id}\"");
    let (before, after) = html.split_once(&anchor).unwrap_or_else(|| panic!("no statement {id}"));
    let (_, after) = after.split_once('>').unwrap();
    let tag = before.rsplit('<').next().unwrap().trim();
    let end = format!("</{tag}>");
    // What is said under a term is read with it.
    let term = match before.rsplit_once("<dt>").filter(|_| tag == "dd") {
        Some((_, term)) => format!("{} ", term.split("</dt>").next().unwrap()),
        None => String::new(),
    };
    plain(&format!("</style>{term}{}", after.split(&end).next().unwrap()))
}
