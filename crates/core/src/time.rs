//! Calendar time: the only code that adds a month, ends a day or skips a holiday.
//!
//! Periods are always computed from their origin, never step by step (31 August + 1 month +
//! 1 month is not 31 August + 2 months), and month ends are kept (31 January + 1 month is
//! 28 February). A period ends at 00:00 local time after its last day. Not here: which period
//! applies to what (`policy`, `standing`).

pub mod deadline;
pub mod reading;
pub mod span;
pub mod zone;

pub use jiff::Timestamp as Instant;
pub use jiff::civil::Date as Day;

pub use span::Span;
pub use zone::Zone;
