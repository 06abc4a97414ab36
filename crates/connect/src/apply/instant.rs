//! Instants as SQL, in the spelling of the column into which they go: by the rule by which they are read back
//! (`kept_core::time::reading`).

use kept_core::plan::Value;
use kept_core::policy::model::Engine;
use kept_core::time::reading::{Form, Reading, read, write};
use kept_core::time::{Instant, Zone};

use crate::engine::Session;
use crate::fault::StoreFault;
use crate::marks::is_time;
use crate::schema::{Class, Column};

/// The times that a plan writes, in the store's zone; the store's own clock is asked once where the plan
/// does not tell one.
pub(super) struct Clock<'a> {
    zone: &'a Zone,
    now: Option<Instant>,
}

impl<'a> Clock<'a> {
    pub(super) fn new(zone: &'a Zone) -> Self {
        Self { zone, now: None }
    }

    /// A time: what the column is read as.
    ///
    /// # Errors
    /// As the store answers when it is asked for its own.
    pub(super) fn time(
        &mut self,
        session: &mut Session,
        column: &Column,
        at: Option<Instant>,
    ) -> Result<String, StoreFault> {
        let engine = session.engine();
        let Some(form) = form(engine, column.class) else { return Ok(yes(column.class).to_owned()) };
        let at = match at {
            Some(at) => at,
            None => self.now(session)?,
        };
        Ok(literal(engine, column.class, &write(at, form, self.zone)))
    }

    /// A mark: a time, but for a column of numbers whose name does not say that it holds one, which gets 1.
    ///
    /// # Errors
    /// As [`Clock::time`].
    pub(super) fn mark(
        &mut self,
        session: &mut Session,
        column: &Column,
        at: Option<Instant>,
    ) -> Result<String, StoreFault> {
        if column.class == Class::Integer && !is_time(column) {
            return Ok("1".to_owned());
        }
        self.time(session, column, at)
    }

    fn now(&mut self, session: &mut Session) -> Result<Instant, StoreFault> {
        if let Some(now) = self.now {
            return Ok(now);
        }
        let text = match session.engine() {
            Engine::Postgres => "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
            Engine::Mariadb => "SELECT DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%d %H:%i:%s.%f')",
            Engine::Sqlite => "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
        };
        let rows = session.query_text(text, &[])?;
        let cell = rows.first().and_then(|row| row.first());
        let Some(Reading::At(now)) = cell.map(|cell| read(cell, &Zone::utc())) else {
            return Err(StoreFault::Value);
        };
        self.now = Some(now);
        Ok(now)
    }
}

/// The form in which a column holds an instant; none where it only says yes.
fn form(engine: Engine, class: Class) -> Option<Form> {
    match (engine, class) {
        (_, Class::Truth | Class::Decimal | Class::Real) => None,
        (_, Class::Integer) => Some(Form::Seconds),
        (_, Class::Date) => Some(Form::Day),
        (Engine::Postgres | Engine::Mariadb, Class::Instant) => Some(Form::Instant),
        (Engine::Postgres | Engine::Mariadb, Class::LocalTime) => Some(Form::Local),
        _ => Some(Form::Text),
    }
}

fn yes(class: Class) -> &'static str {
    if class == Class::Truth { "TRUE" } else { "1" }
}

/// The value in SQL; it is ours, and has nothing to be quoted in it.
fn literal(engine: Engine, class: Class, value: &Value) -> String {
    let text = value.shown();
    match (engine, class) {
        (_, Class::Integer) => text,
        (Engine::Postgres, Class::Instant) => format!("TIMESTAMPTZ '{text}'"),
        (Engine::Postgres, Class::LocalTime) => format!("TIMESTAMP '{text}'"),
        (Engine::Postgres | Engine::Mariadb, Class::Date) => format!("DATE '{text}'"),
        (Engine::Postgres, _) => format!("CAST('{text}' AS text)"),
        // The session runs in UTC.
        (Engine::Mariadb, Class::Instant | Class::LocalTime) => {
            format!("TIMESTAMP '{}'", text.trim_end_matches("+00:00"))
        }
        _ => format!("'{text}'"),
    }
}
