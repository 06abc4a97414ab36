//! PostgreSQL through its synchronous client. One writer at a time, by an advisory lock taken
//! first in the transaction: every statement after it sees all that was committed before.
//! Connections are encrypted where the URL demands it, by ways that the opener brings.

use std::collections::BTreeMap;
use std::time::Duration;

use kept_core::plan::Value;
use kept_core::transport::demanded;
use postgres::error::SqlState;
use postgres::types::{ToSql, Type};
use postgres::{Client, Config, NoTls};

use super::Access;
use crate::fault::Fault;
use crate::location::Settings;
use crate::row::Row;
use crate::statements::Statement;
use crate::way::Way;

/// "kept" as four bytes: the advisory lock that makes one writer.
const WRITER_LOCK: i64 = 0x6b65_7074;

/// A connection to PostgreSQL.
pub(crate) struct Connection {
    client: Client,
    prepared: BTreeMap<&'static str, postgres::Statement>,
    in_transaction: bool,
    /// The way of an encrypted connection, after the client that speaks through it.
    _way: Option<Box<dyn Way>>,
}

const NO_WAY: &str = "its URL demands an encrypted connection, and nobody who can make one opened it";

impl Connection {
    pub(crate) fn open(url: &str, settings: &Settings) -> Result<Self, Fault> {
        let refused_for = |reason: String| Fault::Open { reason };
        let (url, demand) = demanded(url).map_err(|wrong| refused_for(wrong.0))?;
        let mut config: Config = url.parse().map_err(|_| Fault::Location)?;
        let way = match &demand {
            Some(demand) => {
                let ways = settings.ways.as_ref().ok_or_else(|| refused_for(NO_WAY.to_owned()))?;
                Some(ways.begin(&config, demand, settings.wait_for).map_err(refused_for)?)
            }
            None => None,
        };
        if let Some(way) = &way {
            config = way.config().clone();
        }
        config.application_name("kept").connect_timeout(settings.wait_for);
        let refused = |error: postgres::Error| {
            let why = way.as_ref().and_then(|way| way.why());
            refused_for(why.unwrap_or_else(|| reason(&error)))
        };
        let mut client = config.connect(NoTls).map_err(refused)?;
        let millis = |time: Duration| time.as_millis();
        let (wait, run) = (millis(settings.wait_for), millis(settings.statement_for));
        client
            .batch_execute(&format!(
                "SET lock_timeout = {wait}; SET statement_timeout = {run};
                 SET idle_in_transaction_session_timeout = {};
                 SET synchronous_commit = on; SET bytea_output = 'hex'",
                run.saturating_mul(4)
            ))
            .map_err(refused)?;
        Ok(Self { client, prepared: BTreeMap::new(), in_transaction: false, _way: way })
    }

    pub(crate) fn begin(&mut self, access: Access, act: &'static str) -> Result<(), Fault> {
        let begin = match access {
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned(),
            Access::Write => {
                format!("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({WRITER_LOCK})")
            }
        };
        self.in_transaction = true;
        self.client.batch_execute(&begin).map_err(|error| fault(act, &error))
    }

    pub(crate) fn commit(&mut self, act: &'static str) -> Result<(), Fault> {
        self.client.batch_execute("COMMIT").map_err(|error| fault(act, &error))?;
        self.in_transaction = false;
        Ok(())
    }

    pub(crate) fn roll_back(&mut self) -> bool {
        if !std::mem::take(&mut self.in_transaction) {
            return !self.client.is_closed();
        }
        self.client.batch_execute("ROLLBACK").is_ok()
    }

    pub(crate) fn query(&mut self, of: Statement, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let statement = self.prepared(of)?;
        let bound = bind(of, &statement, values)?;
        let bound: Vec<_> = bound.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
        let rows = self.client.query(&statement, &bound).map_err(|error| fault(of.name, &error))?;
        rows.iter()
            .map(|row| {
                let values = (0..row.len()).map(|column| value(of, row, column)).collect::<Result<_, _>>()?;
                Ok(Row { statement: of.name, values })
            })
            .collect()
    }

    pub(crate) fn execute(&mut self, of: Statement, values: &[Value]) -> Result<u64, Fault> {
        let statement = self.prepared(of)?;
        let bound = bind(of, &statement, values)?;
        let bound: Vec<_> = bound.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
        self.client.execute(&statement, &bound).map_err(|error| fault(of.name, &error))
    }

    pub(crate) fn run(&mut self, name: &'static str, script: &str) -> Result<(), Fault> {
        self.client.batch_execute(script).map_err(|error| fault(name, &error))
    }

    pub(crate) fn prepare(&mut self, of: Statement) -> Result<(), Fault> {
        self.prepared(of).map(drop)
    }

    pub(crate) fn count_tables(&mut self) -> Result<i64, Fault> {
        let rows = self.client.query_one(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema()",
            &[],
        );
        rows.and_then(|row| row.try_get(0)).map_err(|error| fault("count_tables", &error))
    }

    /// Frees the space of dead rows, so that it is written over. Outside a transaction.
    pub(crate) fn vacuum(&mut self) -> Result<(), Fault> {
        for table in ["subject", "bucket", "identifier", "store_key"] {
            let vacuum = format!("VACUUM {table}");
            self.client.batch_execute(&vacuum).map_err(|error| fault("scrub", &error))?;
        }
        Ok(())
    }

    fn prepared(&mut self, of: Statement) -> Result<postgres::Statement, Fault> {
        if let Some(statement) = self.prepared.get(of.name) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(of.text).map_err(|error| fault(of.name, &error))?;
        self.prepared.insert(of.name, statement.clone());
        Ok(statement)
    }
}

type Bound<'a> = Box<dyn ToSql + Sync + 'a>;

/// Values as the parameters' types want them: PostgreSQL's types are strict, ours are five.
fn bind<'a>(
    of: Statement,
    statement: &postgres::Statement,
    values: &'a [Value],
) -> Result<Vec<Bound<'a>>, Fault> {
    let shape = |column| Fault::Shape { statement: of.name, column };
    if statement.params().len() != values.len() {
        return Err(shape(values.len()));
    }
    let bound = |(column, (value, kind)): (usize, (&'a Value, &Type))| -> Result<Bound<'a>, Fault> {
        Ok(match (value, kind) {
            (Value::Null, &Type::INT8) => Box::new(None::<i64>),
            (Value::Null, &Type::INT4) => Box::new(None::<i32>),
            (Value::Null, &Type::TEXT) => Box::new(None::<&str>),
            (Value::Null, &Type::BYTEA) => Box::new(None::<&[u8]>),
            (Value::Null, &Type::FLOAT8) => Box::new(None::<f64>),
            (Value::Integer(number), &Type::INT8) => Box::new(*number),
            (Value::Integer(number), &Type::INT4) => {
                Box::new(i32::try_from(*number).map_err(|_| shape(column))?)
            }
            (Value::Real(number), &Type::FLOAT8) => Box::new(*number),
            (Value::Text(text), &Type::TEXT) => Box::new(text.as_str()),
            (Value::Bytes(bytes), &Type::BYTEA) => Box::new(bytes.as_slice()),
            _ => return Err(shape(column)),
        })
    };
    values.iter().zip(statement.params()).enumerate().map(bound).collect()
}

fn value(of: Statement, row: &postgres::Row, column: usize) -> Result<Value, Fault> {
    let shape = || Fault::Shape { statement: of.name, column };
    let kind = row.columns().get(column).map(postgres::Column::type_).ok_or_else(shape)?;
    let wrong = |_| shape();
    let value = match *kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(column).map_err(wrong)?.map(Value::Integer),
        Type::INT4 => row
            .try_get::<_, Option<i32>>(column)
            .map_err(wrong)?
            .map(|number| Value::Integer(i64::from(number))),
        Type::FLOAT8 => row.try_get::<_, Option<f64>>(column).map_err(wrong)?.map(Value::Real),
        Type::TEXT => row.try_get::<_, Option<String>>(column).map_err(wrong)?.map(Value::Text),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(column).map_err(wrong)?.map(Value::Bytes),
        _ => return Err(shape()),
    };
    Ok(value.unwrap_or(Value::Null))
}

/// The failure without the engine's own text, which may quote values.
fn fault(statement: &'static str, error: &postgres::Error) -> Fault {
    let Some(told) = error.as_db_error() else {
        let source = std::error::Error::source(error);
        return if error.is_closed() || source.is_some_and(<dyn std::error::Error>::is::<std::io::Error>) {
            Fault::Lost
        } else {
            Fault::Statement { statement, code: "the client refused it".to_owned(), place: String::new() }
        };
    };
    let code = told.code();
    if [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::QUERY_CANCELED,
    ]
    .contains(code)
    {
        return Fault::Busy { act: statement };
    }
    if *code == SqlState::DISK_FULL {
        return Fault::Full { act: statement };
    }
    if [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW].contains(code) {
        return Fault::Lost;
    }
    let named = [("table", told.table()), ("column", told.column()), ("constraint", told.constraint())];
    let place = named.iter().filter_map(|(what, name)| name.map(|name| format!(" {what} `{name}`")));
    Fault::Statement { statement, code: format!("SQLSTATE {}", code.code()), place: place.collect() }
}

fn reason(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(told) => match *told.code() {
            SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                "the server refuses this user or password".to_owned()
            }
            SqlState::INVALID_CATALOG_NAME => "there is no database of this name".to_owned(),
            ref code => format!("the server answered SQLSTATE {}", code.code()),
        },
        None => "no server answers at this address".to_owned(),
    }
}
