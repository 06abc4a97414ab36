//! The contract of HTTP stores, kept by a small service over an SQLite database: what a company's own
//! service does, in as few lines as show it. Real sockets, and troubles where a test asks for them.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use kept_connect::http::Secret;
use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};
use serde_json::{Map, Value as Json, json};

/// What both sides know.
pub(crate) const SECRET: &str = "a secret that both sides know";

/// Something that goes wrong with the next call.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// This answer instead, nothing done.
    Answer(u16, &'static str, String),
    /// Nobody answers, nothing done.
    HangUp,
    /// It is done, and the answer gets lost.
    HangUpAfter,
    /// It says that it is done, and does nothing.
    Lie,
}

/// A call that came.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// A service that runs until the process ends.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    database: PathBuf,
    troubles: Mutex<VecDeque<Trouble>>,
    calls: Mutex<Vec<Call>>,
    done: Mutex<BTreeMap<String, Json>>,
}

impl Endpoint {
    pub(crate) fn over(database: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let url = format!("http://{}/kept", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared {
            database: database.to_owned(),
            troubles: Mutex::default(),
            calls: Mutex::default(),
            done: Mutex::default(),
        });
        let own = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&own);
                std::thread::spawn(move || serve(&shared, stream.expect("a connection")));
            }
        });
        Self { url, shared }
    }

    /// What goes wrong with the next calls, one after the other.
    pub(crate) fn trouble(&self, troubles: impl IntoIterator<Item = Trouble>) {
        self.shared.troubles.lock().expect("troubles").extend(troubles);
    }

    /// The calls that came since the last look.
    pub(crate) fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut *self.shared.calls.lock().expect("calls"))
    }
}

fn serve(shared: &Shared, mut stream: TcpStream) {
    let Some(call) = read(&stream) else { return };
    shared.calls.lock().expect("calls").push(call.clone());
    let trouble = shared.troubles.lock().expect("troubles").pop_front();
    let (status, head, body) = match &trouble {
        Some(Trouble::HangUp) => return,
        Some(Trouble::Answer(status, head, body)) => (*status, *head, body.clone()),
        Some(Trouble::Lie) => (200, "", json!({ "done": true }).to_string()),
        Some(Trouble::HangUpAfter) | None => {
            let (status, body) = answer(shared, &call);
            (status, "", body.to_string())
        }
    };
    if matches!(trouble, Some(Trouble::HangUpAfter)) {
        return;
    }
    let text = format!(
        "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{head}Connection: close\r\n\r\n{body}",
        body.len()
    );
    let _client_may_have_gone = stream.write_all(text.as_bytes());
}

fn read(stream: &TcpStream) -> Option<Call> {
    let mut from = BufReader::new(stream);
    let mut line = String::new();
    from.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        from.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    Some(Call { path, headers, body: String::from_utf8(body).ok()? })
}

fn answer(shared: &Shared, call: &Call) -> (u16, Json) {
    let header = |name: &str| call.headers.get(name).map(String::as_str).unwrap_or_default();
    let seconds: i64 = header("kept-timestamp").parse().unwrap_or_default();
    let now = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs().cast_signed();
    let secret = Secret::new(SECRET).expect("a secret");
    let is_signed =
        secret.verifies(header("kept-signature"), ("POST", &call.path), seconds, call.body.as_bytes());
    if !is_signed || (now - seconds).abs() > 300 {
        return (401, Json::Null);
    }
    let body: Json = serde_json::from_str(&call.body).expect("JSON");
    let mut database = Connection::open(&shared.database).expect("a database");
    database.busy_timeout(std::time::Duration::from_secs(5)).expect("a wait");
    database.execute_batch("PRAGMA foreign_keys = ON").expect("foreign keys");
    match call.path.strip_prefix("/kept/") {
        Some("rows") => rows(&database, &body),
        Some("change") => {
            let key = header("idempotency-key").to_owned();
            if let Some(done) = shared.done.lock().expect("done").get(&key) {
                return (200, done.clone());
            }
            let (status, answer) = change(&mut database, &body);
            if status == 200 && !key.is_empty() {
                shared.done.lock().expect("done").insert(key, answer.clone());
            }
            (status, answer)
        }
        _ => (404, Json::Null),
    }
}

fn name(text: &str) -> String {
    format!("`{}`", text.replace('`', "``"))
}

fn rows(database: &Connection, body: &Json) -> (u16, Json) {
    let table = body["table"].as_str().expect("a table");
    let limit = body["limit"].as_u64().expect("a limit");
    let known = |column: &Json| {
        let text = "SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2";
        let count =
            database.query_row(text, [table, column.as_str().expect("a name")], |row| row.get::<_, i64>(0));
        count.is_ok_and(|count| count == 1)
    };
    if let Some(column) = body["columns"].as_array().and_then(|all| all.iter().find(|one| !known(one))) {
        return (422, json!({ "unknown": { "table": table, "column": column } }));
    }
    let mut text = format!("SELECT rowid, * FROM {} WHERE rowid > ?1", name(table));
    let mut args = vec![Value::Integer(body["after"].as_i64().unwrap_or(i64::MIN))];
    if let Some(columns) = body["columns"].as_array().filter(|_| body["alike"] != json!(true)) {
        let columns: Vec<String> =
            columns.iter().map(|column| name(column.as_str().expect("a name"))).collect();
        let one = |row: &Json, args: &mut Vec<Value>| {
            let same = row.as_array().expect("a row").iter().zip(&columns).map(|(value, column)| {
                args.push(sql(value));
                format!("{column} = ?{}", args.len())
            });
            format!("({})", same.collect::<Vec<_>>().join(" AND "))
        };
        let any = body["any-of"].as_array().expect("rows").iter().map(|row| one(row, &mut args));
        text.push_str(&format!(" AND ({})", any.collect::<Vec<_>>().join(" OR ")));
    }
    text.push_str(&format!(" ORDER BY rowid LIMIT {limit}"));
    let Ok(mut statement) = database.prepare(&text) else {
        return (422, json!({ "unknown": { "table": table } }));
    };
    let columns: Vec<String> = statement.column_names().skip(1).map(str::to_owned).collect();
    let truths = truths(database, table);
    let mut found = statement.query(rusqlite::params_from_iter(args)).expect("rows");
    let (mut rows, mut last) = (Vec::new(), Json::Null);
    while let Some(row) = found.next().expect("a row") {
        last = json!(row.get::<_, i64>(0).expect("a number"));
        let value = |(place, column): (usize, &String)| {
            let value = match row.get_ref(place + 1).expect("a value") {
                ValueRef::Null => Json::Null,
                ValueRef::Integer(number) if truths.contains(column) => Json::from(number == 1),
                ValueRef::Integer(number) => Json::from(number),
                ValueRef::Real(number) => Json::from(number),
                ValueRef::Text(text) | ValueRef::Blob(text) => Json::from(String::from_utf8_lossy(text)),
            };
            (column.clone(), value)
        };
        rows.push(columns.iter().enumerate().map(value).collect::<Map<_, _>>());
    }
    let next = if rows.len() as u64 == limit { last } else { Json::Null };
    (200, json!({ "rows": rows, "next": next }))
}

/// The columns that hold yes or no.
fn truths(database: &Connection, table: &str) -> Vec<String> {
    let text = "SELECT name FROM pragma_table_info(?1) WHERE type = 'BOOLEAN'";
    let mut asked = database.prepare(text).expect("prepared");
    let names = asked.query_map([table], |row| row.get(0)).expect("names");
    names.map(|name| name.expect("a name")).collect()
}

fn change(database: &mut Connection, body: &Json) -> (u16, Json) {
    let transaction = database.transaction().expect("a transaction");
    transaction.execute_batch("PRAGMA defer_foreign_keys = ON").expect("deferred");
    for step in body["steps"].as_array().expect("steps") {
        let table = step["table"].as_str().expect("a table");
        let refused = || (409, json!({ "refused": { "table": table.to_lowercase(), "code": "constraint" } }));
        for (text, args) in statements(table, step) {
            if transaction.execute(&text, rusqlite::params_from_iter(args)).is_err() {
                return refused();
            }
        }
    }
    if body["dry-run"] == json!(true) {
        let open: i64 = transaction
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
            .expect("a count");
        return if open == 0 { (200, json!({ "done": true })) } else { (409, json!({ "refused": {} })) };
    }
    match transaction.commit() {
        Ok(()) => (200, json!({ "done": true })),
        Err(_) => (409, json!({ "refused": { "code": "constraint" } })),
    }
}

fn statements(table: &str, step: &Json) -> Vec<(String, Vec<Value>)> {
    let all = |key: &str| step[key].as_array().cloned().unwrap_or_default();
    let table = name(table);
    let mut found = Vec::new();
    let equal = |row: &Map<String, Json>, between: &str| {
        row.keys().map(|column| format!("{} = ?", name(column))).collect::<Vec<_>>().join(between)
    };
    for set in all("set") {
        let part = |name: &str| set.get(name).and_then(Json::as_object).expect("a key, and values");
        let (key, values) = (part("key"), part("values"));
        let text = format!("UPDATE {table} SET {} WHERE {}", equal(values, ", "), equal(key, " AND "));
        found.push((text, values.values().chain(key.values()).map(sql).collect()));
    }
    for key in all("delete") {
        let key = key.as_object().expect("a key");
        found.push((
            format!("DELETE FROM {table} WHERE {}", equal(key, " AND ")),
            key.values().map(sql).collect(),
        ));
    }
    found
}

fn sql(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Integer(i64::from(*truth)),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| Value::Real(number.as_f64().expect("a number")), Value::Integer)
        }
        other => Value::Text(other.as_str().map_or_else(|| other.to_string(), str::to_owned)),
    }
}
