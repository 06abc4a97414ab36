//! Connection strings: one server, any of its databases.

use std::path::Path;

use super::PostgresError;
use crate::private_server::percent;

/// The environment variable that names a server to use instead of a private one. Its user must be
/// allowed to create databases.
pub const SERVER_VARIABLE: &str = "KEPT_TEST_POSTGRES";

/// A server's address, to which a database's name is added.
#[derive(Clone, Debug)]
pub(super) struct Base {
    before: String,
    after: String,
}

impl Base {
    /// The server that listens on the socket in this folder, for its superuser.
    pub(super) fn of_socket(folder: &Path) -> Self {
        let host = percent(&folder.to_string_lossy());
        Self {
            before: "postgres:///".to_owned(),
            after: format!("?host={host}&user={}", super::server::SUPERUSER),
        }
    }

    /// The server that the environment names, if it does.
    pub(super) fn of_variable() -> Result<Option<Self>, PostgresError> {
        let Some(text) = std::env::var_os(super::SERVER_VARIABLE).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let text = text.to_str().ok_or(PostgresError::Variable)?;
        text.parse::<postgres::Config>().map_err(|_| PostgresError::Variable)?;
        Ok(Some(Self::of_string(text)))
    }

    fn of_string(text: &str) -> Self {
        let Some((scheme, rest)) = text.split_once("://") else {
            // Words such as `host=… user=…`: the last one of a key counts.
            return Self { before: format!("{text} dbname="), after: String::new() };
        };
        let (address, settings) =
            rest.split_once('?').map_or((rest, None), |(left, right)| (left, Some(right)));
        let authority = address.split_once('/').map_or(address, |(authority, _)| authority);
        let after = settings.map(|settings| format!("?{settings}")).unwrap_or_default();
        Self { before: format!("{scheme}://{authority}/"), after }
    }

    /// The URL of one of its databases.
    pub(super) fn database(&self, name: &str) -> String {
        format!("{}{}{}", self.before, percent(name), self.after)
    }

    /// The database that a URL of [`Self::database`] names.
    pub(super) fn name_in(&self, url: &str) -> Option<String> {
        let config: postgres::Config = url.parse().ok()?;
        url.starts_with(&self.before).then(|| config.get_dbname().map(str::to_owned)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_database(server: &str) -> String {
        Base::of_string(server).database("one")
    }

    #[test]
    fn a_database_takes_the_place_of_the_one_in_the_string() {
        assert_eq!(with_database("postgres://u:p@h:5433/old?a=b"), "postgres://u:p@h:5433/one?a=b");
        assert_eq!(with_database("postgres://h"), "postgres://h/one");
        assert_eq!(with_database("postgresql:///?host=/run/x"), "postgresql:///one?host=/run/x");
        let config: postgres::Config = with_database("host=h user=u dbname=old").parse().unwrap();
        assert_eq!(config.get_dbname(), Some("one"));
    }

    #[test]
    fn a_socket_folder_with_spaces_survives_the_url() {
        let base = Base::of_socket(Path::new("/tmp/a b/ü"));
        let config: postgres::Config = base.database("one").parse().unwrap();
        assert_eq!(config.get_hosts(), [postgres::config::Host::Unix("/tmp/a b/ü".into())]);
        assert_eq!(base.name_in(&base.database("one")).as_deref(), Some("one"));
        assert_eq!(base.name_in("postgres://elsewhere/one"), None);
    }
}
