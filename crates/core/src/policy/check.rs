//! The judgement of a policy that has been read: against itself, and against the law's floors.
//!
//! Which checks there are stands with their codes, one file per family (`codes`). Not here: what
//! can only be seen in the real stores (`kept-connect`).

use crate::diagnostic::Diagnostic;
use crate::policy::codes::{self, Code};
use crate::policy::model::Policy;
use crate::policy::source::Places;
use crate::time::Day;

pub(crate) mod texts;

/// Judges a policy by the law of the day on which its lists were read; see [`check_at`].
pub fn check(policy: &Policy, places: &Places) -> Vec<Diagnostic> {
    check_at(policy, places, crate::law::READ_ON)
}

/// Judges a policy as of a day. `places` are those of its reading: findings point at them, and
/// nothing is said about what could not be read.
pub fn check_at(policy: &Policy, places: &Places, at: Day) -> Vec<Diagnostic> {
    let mut judge = Judge { policy, places, at, found: Vec::new() };
    for family in FAMILIES {
        family(&mut judge);
    }
    judge.found
}

/// The judgements of every family of codes.
const FAMILIES: &[fn(&mut Judge<'_>)] = &[
    codes::policy::check,
    codes::controller::check,
    codes::notice::check,
    codes::link::check,
    codes::people::check,
    codes::children::check,
    codes::data::check,
    codes::source::check,
    codes::event::check,
    codes::purpose::check,
    codes::decisions::check,
    codes::message::check,
    codes::webhook::check,
    codes::never::check,
    codes::keep::check,
    codes::recipient::check,
    codes::joint::check,
    codes::disclosure::check,
    codes::custody::check,
    codes::transfers::check,
    codes::place::check,
    codes::cookies::check,
    codes::cookie::check,
    codes::statistics::check,
    codes::rights::check,
    codes::california::check,
    codes::own::check,
    codes::duty::check,
    codes::role::check,
    codes::form::check,
    codes::store::check,
    codes::table::check,
    codes::text::check,
];

/// A policy before its judge.
pub(crate) struct Judge<'a> {
    /// The policy.
    pub(crate) policy: &'a Policy,
    /// Where its paths stand.
    pub(crate) places: &'a Places,
    /// The day by whose law it is judged.
    pub(crate) at: Day,
    /// What was found.
    found: Vec<Diagnostic>,
}

impl Judge<'_> {
    /// A finding at the value of a path, or at the heading around it.
    pub(crate) fn say(
        &mut self,
        code: &Code,
        path: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.places.is_broken(path) {
            return;
        }
        let raised = code.raise(message).help(help);
        let raised = if self.places.has(path) {
            self.places.point(raised, path, "")
        } else {
            self.places.point_key(raised, path, "")
        };
        self.found.push(raised);
    }

    /// The country of the leading controller, whose national rules apply.
    pub(crate) fn country(&self) -> Option<&str> {
        self.policy.controller().and_then(|controller| controller.country.as_deref())
    }

    /// Whether one of these paths could not be read, so that a name may be missing elsewhere only
    /// because it is misspelt there.
    pub(crate) fn any_broken(&self, mut paths: impl Iterator<Item = String>) -> bool {
        paths.any(|path| self.places.is_broken(&path))
    }

    /// A finding about a thing as a whole, at its heading.
    pub(crate) fn say_of(
        &mut self,
        code: &Code,
        path: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if !self.places.is_broken(path) {
            let raised = code.raise(message).help(help);
            self.found.push(self.places.point_key(raised, path, ""));
        }
    }
}
