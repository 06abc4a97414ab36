//! The notice in the Transparency Information Language (TILT), a public JSON form.
//! (filled next)

use kept_core::policy::Policy;

use crate::notice::NoticeError;
use crate::words::Words;

/// A policy's notice as TILT.
///
/// # Errors
/// [`NoticeError::Tilt`] names facts that TILT demands and the policy does not state.
pub fn tilt(_policy: &Policy, _words: &Words) -> Result<String, NoticeError> {
    Err(NoticeError::Tilt(Vec::new()))
}
