//! The baseline: the statements that somebody would write by hand for the made-up shop, through
//! the same drivers and with the same care (one transaction, foreign keys, deleted bytes
//! overwritten and out of the log).

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use kept_connect::Place;
use kept_core::plan::{Action, Step, StorePlan, Value};
use kept_core::policy::model::store::Store;
use postgres::{Client, NoTls};
use rusqlite::Connection;

/// A person's rows, by the number of the account; the first two are asked by address.
const BY_EMAIL: [&str; 2] =
    ["SELECT * FROM accounts WHERE lower(email) = $1", "SELECT * FROM prospects WHERE lower(email) = $1"];
const BY_ACCOUNT: [&str; 6] = [
    "SELECT * FROM orders WHERE account_id = $1",
    "SELECT * FROM order_lines WHERE order_id IN (SELECT id FROM orders WHERE account_id = $1)",
    "SELECT * FROM invoices WHERE account_id = $1",
    "SELECT * FROM invoice_lines WHERE invoice_id IN (SELECT id FROM invoices WHERE account_id = $1)",
    "SELECT * FROM messages WHERE sender_id = $1 OR recipient_id = $1",
    "SELECT * FROM usage_events WHERE account_id = $1",
];

/// Tables in an order in which rows can go.
const CHILDREN_FIRST: [&str; 8] = [
    "order_lines",
    "orders",
    "invoice_lines",
    "invoices",
    "messages",
    "usage_events",
    "accounts",
    "prospects",
];

/// How many keys go into one statement on SQLite.
const BATCH: usize = 1_000;

/// A connection of somebody who writes statements by hand.
pub(super) enum Hand {
    Sqlite(Connection),
    Postgres(Box<Client>, BTreeMap<String, postgres::Statement>),
}

impl Hand {
    pub(super) fn open(place: &Place) -> anyhow::Result<Self> {
        Ok(match place {
            Place::Mariadb(_) | Place::Folder(_) | Place::Http(_) => {
                anyhow::bail!("nothing is measured there")
            }
            Place::File(path) => {
                let connection = Connection::open(path)?;
                connection.busy_timeout(std::time::Duration::from_secs(5))?;
                connection.execute_batch(
                    "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY",
                )?;
                Self::Sqlite(connection)
            }
            Place::Server(url) => Self::Postgres(Box::new(Client::connect(url, NoTls)?), BTreeMap::new()),
        })
    }

    /// Addresses of accounts in use and of closed ones in turn, spread over the whole store.
    pub(super) fn people(&mut self, count: usize) -> anyhow::Result<Vec<String>> {
        let half = count.div_ceil(2);
        let ask = |closed: &str| {
            format!(
                "SELECT email FROM accounts WHERE email <> '' AND id > 10 AND closed_at IS {closed} \
                 ORDER BY (id * 7919) % 100003, id LIMIT {half}"
            )
        };
        let (open, closed) = (self.texts(&ask("NULL"))?, self.texts(&ask("NOT NULL"))?);
        let mixed = open.into_iter().zip(closed).flat_map(|(open, closed)| [closed, open]);
        Ok(mixed.take(count).collect())
    }

    /// The first column of every row.
    pub(super) fn texts(&mut self, text: &str) -> anyhow::Result<Vec<String>> {
        Ok(match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare(text)?;
                statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?
            }
            Self::Postgres(client, _) => {
                client.query(text, &[])?.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?
            }
        })
    }

    /// Reads everything of a person and returns how many rows that was.
    pub(super) fn report(&mut self, email: &str) -> anyhow::Result<usize> {
        self.batch("BEGIN")?;
        let mut rows = 0;
        let mut accounts = Vec::new();
        for text in BY_EMAIL {
            let found = self.read(text, &Value::Text(email.to_lowercase()))?;
            rows += found.len();
            if text.contains("FROM accounts") {
                accounts = found;
            }
        }
        for account in accounts {
            for text in BY_ACCOUNT {
                rows += self.read(text, &Value::Integer(account))?.len();
            }
        }
        self.batch("ROLLBACK")?;
        Ok(rows)
    }

    /// Carries out a plan's statements, in one transaction.
    pub(super) fn erase(&mut self, map: &Store, plan: &StorePlan) -> anyhow::Result<()> {
        self.batch("BEGIN")?;
        for table in CHILDREN_FIRST {
            for step in plan.steps.iter().filter(|step| step.table.as_str() == table) {
                self.step(map, step)?;
            }
        }
        self.batch("COMMIT")?;
        if let Self::Sqlite(connection) = self {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    fn step(&mut self, map: &Store, step: &Step) -> anyhow::Result<()> {
        let table = step.table.as_str();
        let start = match &step.action {
            Action::Keep => return Ok(()),
            Action::Delete => format!("DELETE FROM {table}"),
            Action::Restrict { mark, lifts, .. } => {
                format!("UPDATE {table} SET {mark} = {}", if *lifts { "FALSE" } else { "TRUE" })
            }
            Action::Archive => format!("UPDATE {table} SET archived_at = CURRENT_TIMESTAMP"),
            Action::Withdraw { consents } => {
                let sets = consents.iter().map(|consent| match &consent.withdrawn {
                    Some(withdrawn) => format!("{withdrawn} = CURRENT_TIMESTAMP"),
                    None => format!("{} = NULL", consent.given),
                });
                format!("UPDATE {table} SET {}", sets.collect::<Vec<_>>().join(", "))
            }
            Action::Empty { columns } | Action::Detach { columns, .. } => {
                let links: &[_] = if let Action::Detach { links, .. } = &step.action { links } else { &[] };
                let emptied = map.tables.get(&step.table).map(|table| &table.emptied);
                let sets =
                    columns.iter().chain(links).map(|column| match emptied.and_then(|all| all.get(column)) {
                        Some(text) => format!("{column} = '{text}'"),
                        None => format!("{column} = NULL"),
                    });
                format!("UPDATE {table} SET {}", sets.collect::<Vec<_>>().join(", "))
            }
        };
        let keys: Vec<i64> = step.keys.iter().filter_map(|key| whole(key)).collect();
        self.change(&start, &keys)
    }

    fn change(&mut self, start: &str, keys: &[i64]) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(connection) => {
                for batch in keys.chunks(BATCH) {
                    let places = vec!["?"; batch.len()].join(",");
                    let mut statement =
                        connection.prepare_cached(&format!("{start} WHERE id IN ({places})"))?;
                    statement.execute(rusqlite::params_from_iter(batch))?;
                }
            }
            Self::Postgres(client, known) => {
                let statement = prepared(client, known, &format!("{start} WHERE id = ANY($1)"))?;
                client.execute(&statement, &[&keys])?;
            }
        }
        Ok(())
    }

    /// Runs a statement as it is; the number of rows that it changed.
    pub(super) fn execute(&mut self, text: &str) -> anyhow::Result<u64> {
        Ok(match self {
            Self::Sqlite(connection) => connection.execute(text, [])? as u64,
            Self::Postgres(client, _) => client.execute(text, &[])?,
        })
    }

    /// Runs fixed statements.
    pub(super) fn batch(&mut self, text: &str) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(text)?,
            Self::Postgres(client, _) => client.batch_execute(text)?,
        }
        Ok(())
    }

    /// Reads the rows whole and returns their numbers.
    fn read(&mut self, text: &str, by: &Value) -> anyhow::Result<Vec<i64>> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(text)?;
                match by {
                    Value::Integer(number) => statement.raw_bind_parameter(1, number)?,
                    Value::Text(text) => statement.raw_bind_parameter(1, text)?,
                    _ => bail!("a person is asked for by number or address"),
                }
                let width = statement.column_count();
                let mut found = statement.raw_query();
                let mut numbers = Vec::new();
                while let Some(row) = found.next()? {
                    let values: Result<Vec<rusqlite::types::Value>, _> =
                        (0..width).map(|at| row.get(at)).collect();
                    std::hint::black_box(values?);
                    numbers.push(row.get(0)?);
                }
                Ok(numbers)
            }
            Self::Postgres(client, known) => {
                let statement = prepared(client, known, text)?;
                let found = match by {
                    Value::Integer(number) => client.query(&statement, &[number])?,
                    Value::Text(text) => client.query(&statement, &[text])?,
                    _ => bail!("a person is asked for by number or address"),
                };
                found.iter().map(|row| row.try_get(0).context("no number")).collect()
            }
        }
    }
}

fn prepared(
    client: &mut Client,
    known: &mut BTreeMap<String, postgres::Statement>,
    text: &str,
) -> anyhow::Result<postgres::Statement> {
    if let Some(statement) = known.get(text) {
        return Ok(statement.clone());
    }
    let statement = client.prepare(text)?;
    known.insert(text.to_owned(), statement.clone());
    Ok(statement)
}

fn whole(key: &[Value]) -> Option<i64> {
    match key {
        [Value::Integer(number)] => Some(*number),
        _ => None,
    }
}
