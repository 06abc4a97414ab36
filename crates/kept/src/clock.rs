//! The one place where the clock is read.

use kept_core::time::Instant;

/// This instant, by the machine's clock.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
