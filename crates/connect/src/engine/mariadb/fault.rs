//! MariaDB's errors as faults, by their numbers: the text may quote values.

use mysql::{DriverError, Error, MySqlError};

use super::super::Limits;
use crate::fault::{Constraint, ConstraintKind, StoreFault};

/// What the server answered, as a fault.
pub(super) fn answered(answer: &MySqlError, limits: Limits) -> StoreFault {
    match answer.code {
        // MariaDB's own limit, and MySQL's.
        1969 | 3024 => StoreFault::TimedOut { after: limits.statement },
        1317 => StoreFault::Cancelled,
        1205 | 1213 | 1020 | 3572 => StoreFault::Locked,
        1146 | 1054 | 1412 | 1615 | 1243 | 1356 | 1051 => StoreFault::SchemaChanged,
        1044 | 1142 | 1143 | 1227 | 1369 | 1370 => StoreFault::NotAllowed { table: None },
        1290 | 1792 | 1836 => StoreFault::ReadOnly,
        1021 | 1114 | 1026 | 1878 => StoreFault::Full,
        1034 | 1194 | 1195 | 1712 => StoreFault::Damaged,
        1264 | 1265 | 1267 | 1292 | 1300 | 1366 | 1406 | 1411 | 1426 | 1525 | 1690 | 3156 | 4079 => {
            StoreFault::Value
        }
        1040 | 1045 | 1049 | 1053 | 1129 | 1130 | 1152 | 1153 | 1184 | 1203 | 1226 | 1698 | 1927 | 2006
        | 2013 => unreachable(&Error::MySqlError(answer.clone())),
        _ => match constraint(answer) {
            Some(found) => StoreFault::Constraint(found),
            None => StoreFault::Other { code: answer.code.to_string() },
        },
    }
}

/// What a constraint refused. Only names are taken out of the text, from places where the server
/// writes nothing else; a trigger's own text may hold anything and is dropped.
fn constraint(answer: &MySqlError) -> Option<Constraint> {
    let kind = match answer.code {
        1048 | 1263 | 1364 => ConstraintKind::NotNull,
        3819 | 4025 => ConstraintKind::Check,
        1062 | 1169 | 1586 => ConstraintKind::Unique,
        1216 | 1217 | 1451 | 1452 | 1761 | 1762 => ConstraintKind::ForeignKey,
        1643..=1645 => ConstraintKind::Trigger,
        // A condition of the company's own, signalled from a trigger.
        _ if answer.state == "45000" => ConstraintKind::Trigger,
        _ => return None,
    };
    let mut found = Constraint { kind, table: None, column: None, name: None };
    let text = answer.message.as_str();
    match answer.code {
        1048 | 1364 => found.column = between(text, "'", "'"),
        // … (`db`.`orders`, CONSTRAINT `orders_ibfk_1` FOREIGN KEY (…
        1451 | 1452 => {
            found.table = between(text, "(`", "`, CONSTRAINT").map(|both| table_of(&both));
            found.name = between(text, "CONSTRAINT `", "`");
        }
        // CONSTRAINT `grown` failed for `db`.`users`
        4025 => {
            found.name = between(text, "CONSTRAINT `", "`");
            found.table =
                text.rsplit_once(".`").and_then(|(_, rest)| Some(rest.strip_suffix('`')?.to_owned()));
        }
        3819 => found.name = between(text, "'", "'"),
        // The value stands first, the name of the key last.
        1062 => {
            let name = text.rsplit_once("for key '").and_then(|(_, rest)| rest.strip_suffix('\''));
            found.name = name.map(|name| name.rsplit('.').next().unwrap_or(name).to_owned());
        }
        _ => {}
    }
    Some(found)
}

fn between(text: &str, open: &str, close: &str) -> Option<String> {
    let (_, rest) = text.split_once(open)?;
    rest.split_once(close).map(|(found, _)| found.to_owned())
}

/// The table of "db`.`table".
fn table_of(both: &str) -> String {
    both.rsplit_once("`.`").map_or(both, |(_, table)| table).to_owned()
}

/// Why nobody answers, in our words: the client's own may quote the address.
pub(super) fn unreachable(error: &Error) -> StoreFault {
    let why = match error {
        Error::MySqlError(answer) => match answer.code {
            // A user who may come over an encrypted connection only (`REQUIRE SSL`) is refused in the same words.
            1044 | 1045 | 1698 => {
                "the server does not accept the user or the password, or takes this user over an \
                                   encrypted connection only: then the URL ends with `?sslmode=verify-full`"
                    .to_owned()
            }
            3159 => "the server takes encrypted connections only: the URL ends with `?sslmode=verify-full`"
                .to_owned(),
            1049 => "the server has no such database".to_owned(),
            1040 | 1203 | 1226 => "the server has no free connection".to_owned(),
            1053 => "the server is starting or stopping".to_owned(),
            code => format!("the server said {code}"),
        },
        Error::IoError(cause) => cause.kind().to_string(),
        Error::DriverError(DriverError::ConnectTimeout | DriverError::Timeout) => "timed out".to_owned(),
        Error::DriverError(DriverError::CouldNotConnect(Some((_, _, kind)))) => kind.to_string(),
        Error::DriverError(DriverError::UnknownAuthPlugin(_)) => {
            "the server wants the user to sign in in a way that is not known here".to_owned()
        }
        _ => "no connection could be made".to_owned(),
    };
    StoreFault::Unreachable { why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: u16, state: &str, message: &str) -> Constraint {
        let answer = MySqlError { state: state.to_owned(), message: message.to_owned(), code };
        match answered(&answer, Limits::default()) {
            StoreFault::Constraint(found) => found,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn names_are_taken_and_values_are_not() {
        let foreign = found(
            1451,
            "23000",
            "Cannot delete or update a parent row: a foreign key constraint fails (`shop`.`orders`, CONSTRAINT `by_customer` FOREIGN KEY (`customer_id`) REFERENCES `customers` (`id`))",
        );
        assert_eq!(foreign.to_string(), "a foreign key `by_customer` on `orders` refused");
        let twice =
            found(1062, "23000", "Duplicate entry 'ann' for key 'x@example.org' for key 'users.email'");
        assert_eq!(twice.to_string(), "a UNIQUE constraint `email` refused");
        let check = found(4025, "23000", "CONSTRAINT `grown` failed for `shop`.`users`");
        assert_eq!(check.to_string(), "a CHECK constraint `grown` on `users` refused");
        let null = found(1048, "23000", "Column 'email' cannot be null");
        assert_eq!((null.kind, null.column.as_deref()), (ConstraintKind::NotNull, Some("email")));
        let own = found(1644, "45000", "no: ann@example.org");
        assert_eq!(own, Constraint { kind: ConstraintKind::Trigger, table: None, column: None, name: None });
    }
}
