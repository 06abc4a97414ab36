//! Functions that SQLite calls to read dates: SQLite has no type for them and knows no zones, so
//! the core's own reading serves, and both forms of a rule read every value alike.

use std::error::Error;

use kept_core::plan::Value;
use kept_core::time::reading::{Reading, read};
use kept_core::time::{Instant, Zone};
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

/// Gives a connection `kept_date(value, zone)`, microseconds since 1970 or NULL where there is no
/// date that can be read, and `kept_day(microseconds, zone)`, the day there in ISO 8601.
pub(crate) fn register(connection: &Connection) -> Result<(), rusqlite::Error> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("kept_date", 2, flags, |context| {
        let zone = zone(context)?;
        let value = match context.get_raw(0) {
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Text(bytes) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
            _ => return Ok(None),
        };
        Ok(match read(&value, &zone) {
            Reading::At(at) => Some(at.as_microsecond()),
            Reading::Nothing | Reading::CannotTell => None,
        })
    })?;
    connection.create_scalar_function("kept_day", 2, flags, |context| {
        let zone = zone(context)?;
        let at = match context.get_raw(0) {
            ValueRef::Integer(number) => Instant::from_microsecond(number).ok(),
            _ => None,
        };
        Ok(at.map(|at| zone.day_of(at).to_string()))
    })
}

/// The zone, found once a statement.
fn zone(context: &Context<'_>) -> Result<std::sync::Arc<Zone>, rusqlite::Error> {
    context.get_or_create_aux(1, |value| -> Result<Zone, Box<dyn Error + Send + Sync>> {
        Ok(Zone::named(value.as_str()?).ok_or("no such zone")?)
    })
}
