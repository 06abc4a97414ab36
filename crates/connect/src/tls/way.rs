//! The encrypted way to a PostgreSQL server: for the company's stores, and for Kept's own, whose opener
//! brings it (`kept_vault::way`).
//!
//! Not here: what is demanded (`kept_core::transport`), and the way of the bytes (`tunnel`).

use std::time::Duration;

use kept_core::transport::Demand;
use postgres::Config;
use postgres::config::{ChannelBinding, Host};

use super::tunnel::{Manner, Tunnel};
use crate::fault::StoreFault;

/// An encrypted way to the one server of a URL, until it is dropped.
#[derive(Debug)]
pub struct Way {
    tunnel: Tunnel,
    config: Config,
}

impl Way {
    /// Begins; the server is asked when the driver connects.
    ///
    /// # Errors
    /// [`StoreFault::Unreachable`] where the URL names several hosts or a socket, for a file of authorities that
    /// can't be read or holds none, and where no socket can be made.
    pub fn begin(given: &Config, demand: &Demand, timeout: Duration) -> Result<Self, StoreFault> {
        let tunnel = tunnel(given, demand, timeout)?;
        let config = through(&tunnel, given);
        Ok(Self { tunnel, config })
    }

    /// To what the driver connects instead.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What went wrong on the way, where that was it: the driver only sees that nobody answers.
    pub fn why(&self) -> Option<String> {
        self.tunnel.why()
    }
}

fn tunnel(config: &Config, demand: &Demand, timeout: Duration) -> Result<Tunnel, StoreFault> {
    let wrong = |why: &str| StoreFault::Unreachable { why: why.to_owned() };
    if config.get_channel_binding() == ChannelBinding::Require {
        return Err(wrong("its URL demands `channel_binding`, which is not possible yet"));
    }
    let host = match (config.get_hosts(), config.get_hostaddrs()) {
        ([Host::Tcp(host)], []) => host,
        ([Host::Unix(_)], _) => {
            return Err(wrong("its URL names a socket and `sslmode`; a socket needs no encryption"));
        }
        _ => return Err(wrong("an encrypted connection is made to one `host`, by its name")),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    Tunnel::begin(demand, (host, port, Manner::Postgres), timeout)
}

/// The same connection by way of a tunnel.
fn through(tunnel: &Tunnel, given: &Config) -> Config {
    let mut config = Config::new();
    config.host_path(tunnel.folder()).port(5432).target_session_attrs(given.get_target_session_attrs());
    if let Some(user) = given.get_user() {
        config.user(user);
    }
    if let Some(password) = given.get_password() {
        config.password(password);
    }
    if let Some(name) = given.get_dbname() {
        config.dbname(name);
    }
    if let Some(options) = given.get_options() {
        config.options(options);
    }
    config
}
