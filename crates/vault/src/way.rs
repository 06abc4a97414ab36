//! Encrypted ways to Kept's own store in PostgreSQL. This crate knows what a URL demands and refuses to do
//! with less; the means to encrypt are those of the company's stores (`kept-connect`), which stands on the
//! same floor: who opens the store brings them.

use std::time::Duration;

use kept_core::transport::Demand;
use postgres::Config;

/// Who can make encrypted ways.
pub trait Ways: Send + Sync + std::fmt::Debug {
    /// Begins a way to the server of a configuration; the server is asked when the driver connects.
    ///
    /// # Errors
    /// Why there is none, in words that hold nothing of the URL.
    fn begin(&self, to: &Config, demand: &Demand, timeout: Duration) -> Result<Box<dyn Way>, String>;
}

/// An encrypted way to a server, until it is dropped.
pub trait Way: Send {
    /// To what the driver connects instead.
    fn config(&self) -> &Config;

    /// What went wrong on the way, where that was it: the driver only sees that nobody answers.
    fn why(&self) -> Option<String>;
}
