//! Encrypted connections to PostgreSQL and MariaDB: real servers with certificates of an authority of the
//! test's own. What a URL demands is never lowered, and what goes over the wire is not to be read.

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use kept_connect::private_mariadb::PrivateMariadb;
use kept_connect::private_postgres::{Install, Options, PrivatePostgres};
use kept_connect::{Access, Limits, Place, Session, StoreFault};
use kept_core::plan::Value;

use crate::encrypted::Authority;

/// The name under which nobody reads along, and the password.
const SIGN_IN: &str = "reader:secret-of-the-reader";

/// A free port of this machine.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a socket").local_addr().expect("an address").port()
}

/// A certificate that the server's account may read.
fn readable(authority: &Authority, host: &str) {
    authority.give(host, "1");
    let folder = authority.path("");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("done");
    std::fs::set_permissions(authority.path("server.key"), std::fs::Permissions::from_mode(0o640))
        .expect("done");
    // MariaDB runs as somebody else.
    std::fs::copy(authority.path("server.key"), authority.path("open.key")).expect("done");
    std::fs::set_permissions(authority.path("open.key"), std::fs::Permissions::from_mode(0o644))
        .expect("done");
    // PostgreSQL takes a key that is root's, and its group's to read.
    let group =
        if Command::new("id").args(["-g", "postgres"]).output().expect("the command `id`").status.success() {
            "postgres"
        } else {
            "nogroup"
        };
    let given = Command::new("chgrp").arg(group).arg(authority.path("server.key")).status();
    assert!(given.expect("the command `chgrp`").success() || !Path::new("/root").is_dir());
}

/// A server, and how its URL goes on after the host and its port.
struct Server {
    kind: &'static str,
    port: u16,
    _postgres: Option<PrivatePostgres>,
    _mariadb: Option<PrivateMariadb>,
}

impl Server {
    fn postgres(authority: Option<&Authority>) -> Self {
        // Its port is fixed: it listens where no other server of this machine does.
        let [third, fourth] = free_port().to_be_bytes();
        let address = format!("127.77.{third}.{fourth}");
        let mut settings = vec![format!("listen_addresses={address}")];
        if let Some(authority) = authority {
            settings.push("ssl=on".to_owned());
            settings.push(format!("ssl_cert_file={}", authority.path("server.pem").display()));
            settings.push(format!("ssl_key_file={}", authority.path("server.key").display()));
        }
        let folder = tempfile::tempdir().expect("a folder");
        let hba = folder.path().join("hba");
        std::fs::write(&hba, "local all all trust\nhost all all 127.0.0.0/8 scram-sha-256\n").expect("done");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).expect("done");
        settings.push(format!("hba_file={}", hba.display()));
        let options = Options { server_variable: false, ..Options::for_tests() };
        let server = PrivatePostgres::start_with(&options, &settings).expect("done");
        let mut own = Session::open(Place::Server(server.url("postgres")), Access::Write, Limits::default())
            .expect("done");
        own.batch("CREATE ROLE reader LOGIN PASSWORD 'secret-of-the-reader'; CREATE TABLE t (a text)")
            .expect("done");
        own.batch("INSERT INTO t VALUES ('marked-value'); GRANT SELECT ON t TO reader").expect("done");
        let port = forward(format!("{address}:5432"), Arc::default());
        Self { kind: "postgres", port, _postgres: Some(server), _mariadb: None }
    }

    fn mariadb(authority: Option<&Authority>) -> Self {
        let port = free_port();
        let mut settings = vec![
            "--skip-networking=0".to_owned(),
            "--bind-address=127.0.0.1".to_owned(),
            format!("--port={port}"),
        ];
        if let Some(authority) = authority {
            settings.push(format!("--ssl-cert={}", authority.path("server.pem").display()));
            settings.push(format!("--ssl-key={}", authority.path("open.key").display()));
        }
        let server = PrivateMariadb::private_with(Install::Allowed, &settings).expect("done");
        let url = server.database("db").expect("done");
        let mut own = Session::open(Place::Mariadb(url), Access::Write, Limits::default()).expect("done");
        own.batch("FLUSH PRIVILEGES; CREATE USER reader@'%' IDENTIFIED BY 'secret-of-the-reader'")
            .expect("done");
        own.batch("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('marked-value')").expect("done");
        own.batch("GRANT SELECT ON *.* TO reader@'%'").expect("done");
        Self { kind: "mariadb", port, _postgres: None, _mariadb: Some(server) }
    }

    fn both(authority: Option<&Authority>) -> [Self; 2] {
        [Self::postgres(authority), Self::mariadb(authority)]
    }

    /// What a session reads with these settings, through a port.
    fn read_at(&self, port: u16, host: &str, settings: &str) -> Result<String, StoreFault> {
        let sign = if settings.is_empty() { "" } else { "?" };
        let name = if self.kind == "postgres" { "postgres" } else { "db_0" };
        let url = format!("{}://{SIGN_IN}@{host}:{port}/{name}{sign}{settings}", self.kind);
        let place = if self.kind == "postgres" { Place::Server(url) } else { Place::Mariadb(url) };
        let mut session = Session::open(place, Access::Read, Limits::default())?;
        let rows = session.query_text("SELECT a FROM t", &[])?;
        // A long answer comes in many records, and a long question goes in many.
        let long = "x".repeat(300_000);
        let back = session.query_text(&format!("SELECT '{long}'"), &[])?;
        assert_eq!(only(&back).len(), 300_000);
        Ok(only(&rows))
    }

    fn read(&self, settings: &str) -> Result<String, StoreFault> {
        self.read_at(self.port, "localhost", settings)
    }

    /// Every byte that goes over the wire while a session reads.
    fn overheard(&self, settings: &str) -> Vec<u8> {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let port = forward(format!("127.0.0.1:{}", self.port), Arc::clone(&heard));
        assert_eq!(self.read_at(port, "localhost", settings), Ok("marked-value".to_owned()));
        let heard = heard.lock().expect("ears");
        heard.clone()
    }
}

/// A port whose connections are led to a server, with somebody who listens in.
fn forward(to: String, ears: Arc<Mutex<Vec<u8>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let client = client.expect("a connection");
            let server = TcpStream::connect(to.as_str()).expect("a server");
            for (from, to) in [(&client, &server), (&server, &client)] {
                let (from, to) =
                    (from.try_clone().expect("another end"), to.try_clone().expect("another end"));
                let ears = Arc::clone(&ears);
                std::thread::spawn(move || listen_in(from, to, &ears));
            }
        }
    });
    port
}

fn listen_in(mut from: TcpStream, mut to: TcpStream, ears: &Mutex<Vec<u8>>) {
    use std::io::{Read, Write};
    let mut part = [0; 4096];
    while let Ok(count) = from.read(&mut part) {
        if count == 0 {
            break;
        }
        ears.lock().expect("ears").extend(part.iter().take(count));
        if to.write_all(part.get(..count).unwrap_or_default()).is_err() {
            break;
        }
    }
    let _closed = to.shutdown(std::net::Shutdown::Both);
}

/// The one value of an answer.
fn only(rows: &[Vec<Value>]) -> String {
    rows.first().and_then(|row| row.first()).map(Value::shown).unwrap_or_default()
}

fn holds(bytes: &[u8], what: &str) -> bool {
    bytes.windows(what.len()).any(|window| window == what.as_bytes())
}

fn refusal(told: Result<String, StoreFault>) -> String {
    let fault = told.expect_err("refused");
    assert!(matches!(fault, StoreFault::Unreachable { .. }), "{fault:?}");
    let text = format!("{fault} {fault:?}");
    assert!(!text.contains("secret-of"), "{text}");
    text
}

#[test]
fn what_goes_over_the_wire_can_not_be_read_and_each_mode_checks_what_it_says() {
    let (own, other) = (Authority::new(), Authority::new());
    readable(&own, "localhost");
    let ca = own.path("ca.pem").display().to_string().replace('/', "%2F");
    let stranger = other.path("ca.pem").display().to_string();
    for server in Server::both(Some(&own)) {
        let kind = server.kind;
        let plain = server.overheard("");
        assert!(holds(&plain, "marked-value") && holds(&plain, "reader"), "{kind}: the ears hear");
        for mode in ["require", "verify-ca", "verify-full"] {
            let settings = match mode {
                "require" => "sslmode=require".to_owned(),
                mode => format!("sslmode={mode}&sslrootcert={ca}"),
            };
            let heard = server.overheard(&settings);
            assert!(!holds(&heard, "marked-value") && !holds(&heard, "reader"), "{kind} {mode}");
        }
        let wrong = refusal(server.read(&format!("sslmode=verify-ca&sslrootcert={stranger}")));
        assert!(wrong.contains("another authority"), "{kind}: {wrong}");
        let wrong = refusal(server.read(&format!("sslmode=require&sslrootcert={stranger}")));
        assert!(wrong.contains("another authority"), "{kind}: {wrong}");
        // By its address, which the certificate does not name.
        let by_address = |mode: &str| {
            server.read_at(server.port, "127.0.0.1", &format!("sslmode={mode}&sslrootcert={ca}"))
        };
        assert_eq!(by_address("verify-ca"), Ok("marked-value".to_owned()), "{kind}");
        let wrong = refusal(by_address("verify-full"));
        assert!(wrong.contains("another name"), "{kind}: {wrong}");
        let wrong = refusal(server.read("sslmode=verify-full&sslrootcert=/nowhere.pem"));
        assert!(wrong.contains("can't be read"), "{kind}: {wrong}");
        let left = std::fs::read_dir(std::env::temp_dir()).expect("done").flatten();
        let own = format!("kept-tls-{}-", std::process::id());
        let left = left.filter(|entry| entry.file_name().to_string_lossy().starts_with(&own));
        assert!(left.count() < 3, "{kind}: folders of sockets go with their sessions");
    }
}

#[test]
fn a_server_that_offers_no_encryption_is_refused_before_a_name_or_password_is_sent() {
    for server in Server::both(None) {
        assert_eq!(server.read(""), Ok("marked-value".to_owned()));
        let refused = refusal(server.read("sslmode=require"));
        assert!(refused.contains("the server offers none; nothing was sent"), "{refused}");
    }
}

#[test]
fn a_statement_over_an_encrypted_connection_can_be_cancelled() {
    let own = Authority::new();
    readable(&own, "localhost");
    for server in Server::both(Some(&own)) {
        let name = if server.kind == "postgres" { "postgres" } else { "db_0" };
        let url = format!("{}://{SIGN_IN}@localhost:{}/{name}?sslmode=require", server.kind, server.port);
        let place = if server.kind == "postgres" { Place::Server(url) } else { Place::Mariadb(url) };
        let mut session = Session::open(place, Access::Read, Limits::default()).expect("open");
        let canceller = session.canceller();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(300));
            canceller.cancel();
        });
        let slow = if server.kind == "postgres" {
            "SELECT pg_sleep(20)::text"
        } else {
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) \
             SELECT count(*) FROM n a, n b, n c WHERE a.i + b.i + c.i = 5000"
        };
        assert_eq!(session.query_text(slow, &[]), Err(StoreFault::Cancelled), "{}", server.kind);
        thread.join().expect("joined");
    }
}

/// On a MySQL of somebody's own over TCP (CONTRIBUTING.md), which makes its certificate by itself.
#[test]
fn a_mysql_server_that_the_environment_names_is_spoken_to_in_cipher_too() {
    let Ok(server) = PrivateMariadb::shared() else { return };
    let url = server.database("secret").expect("done");
    if !url.starts_with("mysql:") || url.contains("socket=") {
        return;
    }
    let url = format!("{url}?sslmode=require");
    // Twice: the server remembers a password that was right, and signs in otherwise then.
    for _ in 0..2 {
        let place = Place::Mariadb(url.clone());
        let mut session = Session::open(place, Access::Read, Limits::default()).expect("open");
        let rows = session.query_text("SHOW STATUS LIKE 'Ssl_cipher'", &[]).expect("a cipher");
        assert!(rows[0][1].shown().len() > 5, "{rows:?}");
    }
}
