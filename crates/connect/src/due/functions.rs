//! Functions that SQLite calls to read dates: SQLite has no type for them and knows no zones, so
//! the core's own reading serves, and both forms of a rule read every value alike.

use std::cell::RefCell;

use kept_core::plan::Value;
use kept_core::time::reading::{Reading, read};
use kept_core::time::{Instant, Zone};
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error};

/// Gives a connection `kept_date(value, zone)`, microseconds since 1970 or NULL where there is no
/// date that can be read, and `kept_day(microseconds, zone)`, the day there in ISO 8601.
pub(crate) fn register(connection: &Connection) -> Result<(), Error> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let zones = RefCell::<Zones>::default();
    connection.create_scalar_function("kept_date", 2, flags, move |context| {
        let mut zones = zones.borrow_mut();
        let zone = zones.of(context)?;
        let value = match context.get_raw(0) {
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Text(bytes) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
            _ => return Ok(None),
        };
        Ok(match read(&value, zone) {
            Reading::At(at) => Some(at.as_microsecond()),
            Reading::Nothing | Reading::CannotTell => None,
        })
    })?;
    let zones = RefCell::<Zones>::default();
    connection.create_scalar_function("kept_day", 2, flags, move |context| {
        let mut zones = zones.borrow_mut();
        let zone = zones.of(context)?;
        let at = match context.get_raw(0) {
            ValueRef::Integer(number) => Instant::from_microsecond(number).ok(),
            _ => None,
        };
        Ok(at.map(|at| zone.day_of(at).to_string()))
    })
}

/// The zones that were asked for; a policy has one or two.
///
/// SQLite's own memory for a function (`sqlite3_get_auxdata`) is one list for the whole statement, searched at
/// each call: a condition that asks for a hundred dates would search as long as it reads.
#[derive(Default)]
struct Zones(Vec<(String, Zone)>);

impl Zones {
    fn of(&mut self, context: &Context<'_>) -> Result<&Zone, Error> {
        let refused = |told: Box<dyn std::error::Error + Send + Sync>| Error::UserFunctionError(told);
        let name = context.get_raw(1).as_str().map_err(|error| refused(error.into()))?;
        let place = match self.0.iter().position(|(known, _)| known == name) {
            Some(place) => place,
            None => {
                let zone = Zone::named(name).ok_or_else(|| refused("no such zone".into()))?;
                self.0.push((name.to_owned(), zone));
                self.0.len() - 1
            }
        };
        self.0.get(place).map(|(_, zone)| zone).ok_or_else(|| refused("no such zone".into()))
    }
}
