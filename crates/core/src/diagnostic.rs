//! Diagnostics as data: what the author of a policy got wrong, where, and how to mend it.
//!
//! Rendering is the edge's business (`kept`). A diagnostic's code is `noun/problem`, stable, and
//! never renumbered. Not here: refusals and faults.

use std::ops::Range;

use serde::Serialize;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth a thought.
    Advice,
    /// Probably wrong; the policy still serves.
    Warning,
    /// The policy can't be served.
    Error,
}

/// One finding about a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Its stable code, `purpose/unknown-data`.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong: lower case, no final period, input in backticks.
    pub message: String,
    /// The article it rests on, where the law does the asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<&'static str>,
    /// The place, then others that matter (the first definition of a thing defined twice).
    pub labels: Vec<Label>,
    /// What to type instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A place in a policy file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// The file, relative to the policy folder.
    pub file: String,
    /// Byte range within the file.
    pub span: Range<usize>,
    /// What to say beside it; may be empty.
    pub text: String,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    /// A piece of advice.
    pub fn advice(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Advice, message)
    }

    fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), article: None, labels: Vec::new(), help: None }
    }

    /// With a place.
    #[must_use]
    pub fn at(mut self, file: &str, span: Range<usize>, text: impl Into<String>) -> Self {
        self.labels.push(Label { file: file.to_owned(), span, text: text.into() });
        self
    }

    /// With a mend.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With the article that asks for it.
    #[must_use]
    pub fn article(mut self, article: &'static str) -> Self {
        self.article = Some(article);
        self
    }
}
