//! The judgement of a policy that has been read: against itself, and against the law's floors.
//!
//! Which checks there are stands with their codes, one file per family (`codes`). Not here: what
//! can only be seen in the real stores (`kept-connect`).

use crate::diagnostic::Diagnostic;
use crate::policy::codes::{self, Code};
use crate::policy::model::Policy;
use crate::policy::source::Places;

/// Judges a policy. `places` are those of its reading: findings point at them, and nothing is said
/// about what could not be read.
pub fn check(policy: &Policy, places: &Places) -> Vec<Diagnostic> {
    let mut judge = Judge { policy, places, found: Vec::new() };
    codes::policy::check(&mut judge);
    codes::controller::check(&mut judge);
    codes::notice::check(&mut judge);
    codes::people::check(&mut judge);
    codes::data::check(&mut judge);
    codes::event::check(&mut judge);
    codes::purpose::check(&mut judge);
    codes::keep::check(&mut judge);
    codes::recipient::check(&mut judge);
    codes::rights::check(&mut judge);
    codes::role::check(&mut judge);
    codes::form::check(&mut judge);
    codes::store::check(&mut judge);
    codes::table::check(&mut judge);
    judge.found
}

/// A policy before its judge.
pub(crate) struct Judge<'a> {
    /// The policy.
    pub(crate) policy: &'a Policy,
    /// Where its paths stand.
    pub(crate) places: &'a Places,
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
