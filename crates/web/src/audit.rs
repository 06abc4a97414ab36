//! The audit as people read it: its words (`tell`), in English as everything that staff read, and the
//! page with the state by day (`page`, `graph`).
//!
//! Not here: what the audit says (`kept-engine`), the terminal (`kept`).

use kept_core::policy::Policy;
use kept_engine::audit::history::AuditHistory;
use kept_engine::report::audit::AuditReport;

use crate::words::WordsError;

mod graph;
mod page;
mod tell;

pub use page::STYLE;
pub use tell::{Teller, counted, grouped};

/// The audit as a page that stands alone: no script, nothing loaded from elsewhere.
///
/// # Errors
/// When the words can't be loaded.
pub fn html(policy: &Policy, report: &AuditReport, history: &AuditHistory) -> Result<String, WordsError> {
    Ok(page::html(&Teller::new(policy)?, report, history))
}
