//! Encrypted ways to Kept's own store: the means are those of the company's stores (`kept_connect::tls`), and
//! what is demanded is looked at in both places alike (`kept_core::transport`).

use std::sync::Arc;
use std::time::Duration;

use kept_connect::StoreFault;
use kept_core::transport::Demand;
use kept_vault::Settings;
use kept_vault::way::{Way, Ways};
use postgres::Config;

/// Makes the ways that the company's stores take.
#[derive(Debug)]
struct Tunnels;

/// A way that the company's stores take.
struct Tunnelled(kept_connect::tls::way::Way);

impl Ways for Tunnels {
    fn begin(&self, to: &Config, demand: &Demand, timeout: Duration) -> Result<Box<dyn Way>, String> {
        match kept_connect::tls::way::Way::begin(to, demand, timeout) {
            Ok(way) => Ok(Box::new(Tunnelled(way))),
            Err(StoreFault::Unreachable { why }) => Err(why),
            Err(fault) => Err(fault.to_string()),
        }
    }
}

impl Way for Tunnelled {
    fn config(&self) -> &Config {
        self.0.config()
    }

    fn why(&self) -> Option<String> {
        self.0.why()
    }
}

/// The same settings, with ways for URLs that demand an encrypted connection.
pub(crate) fn with_ways(mut settings: Settings) -> Settings {
    settings.ways = Some(Arc::new(Tunnels));
    settings
}
