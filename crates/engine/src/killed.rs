//! Ending the process at a named step, as a kill would, for the tests of what a killed process
//! leaves behind. Nothing in release builds.

use crate::company::Company;

impl Company {
    /// Ends the process here if the environment names this step. Nothing is flushed or undone.
    #[cfg(debug_assertions)]
    pub(crate) fn reached(&self, step: &str) {
        if self.stores.variable("KEPT_TEST_KILLED_AT").as_deref() == Some(step) {
            std::process::abort();
        }
    }

    /// Nothing: no step ends a release build.
    #[cfg(not(debug_assertions))]
    #[expect(clippy::unused_self, reason = "the same call as in debug builds")]
    pub(crate) fn reached(&self, _: &str) {}
}
