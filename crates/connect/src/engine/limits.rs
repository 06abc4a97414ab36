//! How long a store may take. Not here: what becomes of what took longer (`fault`).

use std::time::Duration;

/// How long a store may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To answer a connection.
    pub connect: Duration,
    /// To carry out one statement.
    pub statement: Duration,
    /// To wait for a lock of somebody else's.
    pub lock: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            statement: Duration::from_mins(1),
            lock: Duration::from_secs(5),
        }
    }
}
