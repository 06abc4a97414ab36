//! Every code that a diagnostic about a policy may carry: how grave it is, the article behind it,
//! and a paragraph that explains it.
//!
//! One file per family, the noun before the `/`; the checks of a family stand in its file too. A
//! code is never renamed.

use crate::diagnostic::{Diagnostic, Severity};

pub mod california;
pub mod children;
pub mod controller;
pub mod cookie;
pub mod cookies;
pub mod custody;
pub mod data;
pub mod decisions;
pub mod disclosure;
pub mod duty;
pub mod edition;
pub mod event;
pub mod form;
pub mod joint;
pub mod keep;
pub mod key;
pub mod link;
pub mod message;
pub mod never;
pub mod notice;
pub mod own;
pub mod page;
pub mod people;
pub mod place;
pub mod policy;
pub mod purpose;
pub mod recipient;
pub mod reference;
pub mod rights;
pub mod role;
pub mod source;
pub mod statistics;
pub mod store;
pub mod table;
pub mod text;
pub mod toml;
pub mod transfers;
pub mod webhook;

/// A code.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// `noun/problem`.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The article it rests on.
    pub article: Option<&'static str>,
    /// What it means, why it matters and how to mend it.
    pub explanation: &'static str,
}

impl Code {
    /// A diagnostic of this code.
    pub fn raise(&self, message: impl Into<String>) -> Diagnostic {
        let mut message = message.into();
        shorten(&mut message, MESSAGE_BYTES_MAX);
        let raised = match self.severity {
            Severity::Error => Diagnostic::error(self.code, message),
            Severity::Warning => Diagnostic::warning(self.code, message),
            Severity::Advice => Diagnostic::advice(self.code, message),
        };
        match self.article {
            Some(article) => raised.article(article),
            None => raised,
        }
    }
}

/// A message is a sentence; what quotes half a file is cut.
const MESSAGE_BYTES_MAX: usize = 600;

/// Cuts a text that is longer than so many bytes, at a letter.
pub(crate) fn shorten(text: &mut String, bytes_max: usize) {
    if text.len() > bytes_max {
        text.truncate(text.floor_char_boundary(bytes_max));
        text.push('…');
    }
}

/// Every code, by family.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [
        california::ALL,
        children::ALL,
        controller::ALL,
        cookie::ALL,
        cookies::ALL,
        custody::ALL,
        data::ALL,
        decisions::ALL,
        disclosure::ALL,
        duty::ALL,
        edition::ALL,
        event::ALL,
        form::ALL,
        joint::ALL,
        keep::ALL,
        key::ALL,
        link::ALL,
        message::ALL,
        never::ALL,
        notice::ALL,
        own::ALL,
        people::ALL,
        place::ALL,
        policy::ALL,
        purpose::ALL,
        recipient::ALL,
        rights::ALL,
        role::ALL,
        source::ALL,
        statistics::ALL,
        store::ALL,
        table::ALL,
        text::ALL,
        toml::ALL,
        transfers::ALL,
        webhook::ALL,
    ]
    .into_iter()
    .flatten()
}

/// What a code means, why it matters and how to mend it.
pub fn explain(code: &str) -> Option<&'static str> {
    all().find(|known| known.code == code).map(|known| known.explanation)
}

/// Declares the codes of a family: name, code, severity, article or `-`, explanation.
macro_rules! codes {
    ($($name:ident $code:literal $severity:ident $article:tt $explanation:literal)+) => {
        $(
            #[doc = $explanation]
            pub const $name: $crate::policy::codes::Code = $crate::policy::codes::Code {
                code: $code,
                severity: $crate::diagnostic::Severity::$severity,
                article: $crate::policy::codes::article!($article),
                explanation: $explanation,
            };
        )+
        /// The codes of this family.
        pub const ALL: &[$crate::policy::codes::Code] = &[$($name),+];
    };
}

macro_rules! article {
    (-) => {
        None
    };
    ($article:literal) => {
        Some($article)
    };
}

pub(crate) use {article, codes};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_is_a_noun_and_a_problem_said_once_and_explained() {
        let mut seen = BTreeSet::new();
        for code in all() {
            let (noun, problem) = code.code.split_once('/').expect(code.code);
            let plain = |word: &str| {
                word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte.is_ascii_digit())
            };
            assert!(plain(noun) && plain(problem), "{}", code.code);
            assert!(seen.insert(code.code), "{} twice", code.code);
            assert!(code.explanation.len() > 80, "{} is hardly explained", code.code);
            assert_eq!(explain(code.code), Some(code.explanation));
        }
        assert_eq!(explain("no/such-code"), None);
    }
}
