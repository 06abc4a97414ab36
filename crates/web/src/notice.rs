//! The public notice: a policy's facts as sentences of one language, in one format.
//!
//! `compose` makes a document tree of the facts, `html` and `markdown` write it down, `tilt` fills
//! the public Transparency Information Language. Not here: which facts there are and in which
//! order (`kept_core::notice`), and the words (`words`).

use kept_core::name::Language;
use kept_core::notice::narrow;
use kept_core::policy::Policy;

use crate::words::{Words, WordsError, listed};

mod compose;
pub mod document;
pub mod dpv;
pub mod html;
pub mod markdown;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod tilt;

pub use compose::{document, document_for};
pub use kept_core::notice::{Scope, ScopeError};

/// A format of the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One self-contained page.
    Html,
    /// Markdown.
    Markdown,
    /// JSON in the form of the Transparency Information Language (TILT).
    Json,
    /// JSON-LD in the terms of the Data Privacy Vocabulary (DPV).
    JsonLd,
}

/// Why there is no notice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// The policy does not publish its notice in this language.
    #[error("the policy has no notice in `{asked}`; `[notice] languages` has {have}")]
    NotPublished {
        /// The language asked for.
        asked: Language,
        /// Those that the policy has, each in backticks.
        have: String,
    },
    /// There are no words in this language.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The policy has no such people, form or source.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// The notice can't be written as a PDF that everybody can read.
    #[error("the notice can't be written as PDF/UA: {0}")]
    Pdf(String),
    /// TILT demands a fact that the policy does not state.
    #[error("the JSON form (TILT) needs what the policy does not state: {}", .0.join(", "))]
    Tilt(Vec<&'static str>),
}

/// The notice of a policy in one language and format.
///
/// # Errors
/// [`NoticeError`] when the policy or Kept has no such language, or the format needs a fact that
/// the policy lacks.
pub fn notice(policy: &Policy, language: &Language, format: Format) -> Result<String, NoticeError> {
    notice_for(policy, language, format, &Scope::Whole)
}

/// The notice for some people, for one form, or for data from elsewhere.
///
/// # Errors
/// [`NoticeError`] as [`notice`], and when the policy has no such people, form or source.
pub fn notice_for(
    policy: &Policy,
    language: &Language,
    format: Format,
    scope: &Scope,
) -> Result<String, NoticeError> {
    let words = published(policy, language)?;
    Ok(match format {
        Format::Html => html::html(&document_for(policy, &words, scope)?),
        Format::Markdown => markdown::markdown(&document_for(policy, &words, scope)?),
        Format::JsonLd => dpv::json_ld(&narrow(policy, scope)?, &words, scope),
        Format::Json => tilt::tilt(&narrow(policy, scope)?, &words)?,
    })
}

/// The same on paper: a tagged PDF.
///
/// # Errors
/// [`NoticeError`] as [`notice_for`], and when it can't be written as PDF/UA.
#[cfg(feature = "pdf")]
pub fn notice_pdf(policy: &Policy, language: &Language, scope: &Scope) -> Result<pdf::Paper, NoticeError> {
    pdf::pdf(&document_for(policy, &published(policy, language)?, scope)?)
}

/// Short words of a policy (what is counted, needed, done) that stand on the page as the policy
/// writes them, since nobody has put them into this language; none in the policy's own language.
///
/// # Errors
/// [`NoticeError`] when the policy or Kept has no such language.
pub fn foreign_words(policy: &Policy, language: &Language) -> Result<Vec<String>, NoticeError> {
    let words = published(policy, language)?;
    if policy.notice.languages.first().is_none_or(|first| first == language) {
        return Ok(Vec::new());
    }
    let mut named: Vec<(&str, &String)> = Vec::new();
    for one in policy.statistics.values() {
        let items = one.counts.iter().chain(&one.reads).chain(&one.drops);
        let own = |name: &&String| policy.data.contains_key(name.split('.').next().unwrap_or_default());
        named.extend(items.filter(|name| !own(name)).map(|name| ("datum", name)));
    }
    named.extend(policy.custody.values().flat_map(|one| &one.tasks).map(|name| ("task", name)));
    named.extend(policy.disclosures.values().flat_map(|one| &one.needs).map(|name| ("need", name)));
    named.extend(policy.roles.values().flat_map(|one| &one.needs).map(|name| ("need", name)));
    named.extend(policy.rights.channels.iter().map(|name| ("via", name)));
    for one in policy.rights.regimes.values() {
        named.extend(one.rights.iter().map(|name| ("ask", name)));
        named.extend(one.methods.iter().map(|name| ("via", name)));
    }
    let ways = policy.notice.minor_changes.iter().chain(&policy.notice.significant_changes);
    named.extend(ways.map(|name| ("way", name)));
    named.extend(policy.events.values().flat_map(|one| &one.acts).map(|name| ("act", name)));
    let unknown = named.into_iter().filter(|(family, name)| !words.knows(family, name));
    let unknown: std::collections::BTreeSet<String> = unknown.map(|(_, name)| name.clone()).collect();
    Ok(unknown.into_iter().collect())
}

/// The words of a language in which the policy publishes its notice.
fn published(policy: &Policy, language: &Language) -> Result<Words, NoticeError> {
    let languages = &policy.notice.languages;
    if !languages.is_empty() && !languages.contains(language) {
        let have = listed(languages.iter().map(Language::as_str));
        return Err(NoticeError::NotPublished { asked: language.clone(), have });
    }
    Ok(Words::load(language)?.with(policy))
}
