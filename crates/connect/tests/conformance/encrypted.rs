//! Calls over TLS, against a server with certificates of an authority of the test's own, made by the
//! `openssl` command: whom it trusts, and what it says of certificates that do not hold.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use kept_connect::http::{Address, Secret};
use kept_connect::{Access, Limits, Place, Session, StoreFault};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::endpoint::{Endpoint, SECRET};
use crate::world::{Says, World, table};

const PEOPLE: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT);
    INSERT INTO people VALUES (1, 'ann@example.org');";

/// A folder with an authority and the certificates that it gave.
pub(crate) struct Authority(tempfile::TempDir);

impl Authority {
    pub(crate) fn new() -> Self {
        let own = Self(tempfile::tempdir().expect("a folder"));
        own.openssl(&[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
            "-subj",
            "/CN=Test authority",
            "-days",
            "2",
            "-addext",
            "basicConstraints=critical,CA:TRUE",
        ]);
        own
    }

    fn openssl(&self, words: &[&str]) {
        let done = Command::new("openssl").args(words).current_dir(self.0.path()).output();
        let done = done.expect("the command `openssl`: apt-get install openssl");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Makes `server.pem` and `server.key`: a certificate for a host that holds so many days, and its key.
    pub(crate) fn give(&self, host: &str, days: &str) {
        std::fs::write(self.path("extensions"), format!("subjectAltName=DNS:{host}\n")).expect("a file");
        self.openssl(&[
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            "server.key",
            "-out",
            "server.csr",
            "-subj",
            "/CN=server",
        ]);
        self.openssl(&[
            "x509",
            "-req",
            "-in",
            "server.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-out",
            "server.pem",
            "-days",
            days,
            "-extfile",
            "extensions",
        ]);
    }

    /// The same, as a server takes it.
    fn certificate(&self, host: &str, days: &str) -> ServerConfig {
        self.give(host, days);
        let certificate = CertificateDer::from_pem_file(self.path("server.pem")).expect("a certificate");
        let key = PrivateKeyDer::from_pem_file(self.path("server.key")).expect("a key");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("a pair")
    }
}

/// A proxy that speaks TLS to callers and hands on what they say; its URL.
fn encrypted(endpoint: &Endpoint, config: ServerConfig) -> String {
    let behind = endpoint.url.trim_start_matches("http://").trim_end_matches("/kept").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let port = listener.local_addr().expect("an address").port();
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let stream = StreamOwned::new(connection, stream.expect("a connection"));
            // A caller that does not trust the certificate hangs up.
            let _may_fail = hand_on(stream, &behind);
        }
    });
    format!("https://localhost:{port}/kept")
}

fn hand_on(mut from: StreamOwned<ServerConnection, TcpStream>, behind: &str) -> std::io::Result<()> {
    let mut asked = Vec::new();
    let mut part = [0; 4096];
    while !is_whole(&asked) {
        let count = from.read(&mut part)?;
        if count == 0 {
            return Ok(());
        }
        asked.extend(part.iter().take(count));
    }
    let mut to = TcpStream::connect(behind)?;
    to.write_all(&asked)?;
    let mut answer = Vec::new();
    to.read_to_end(&mut answer)?;
    from.write_all(&answer)?;
    from.conn.send_close_notify();
    from.flush()
}

fn is_whole(asked: &[u8]) -> bool {
    let text = String::from_utf8_lossy(asked).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    body.len() >= length.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

fn people() -> (World, Endpoint) {
    World::http(PEOPLE, vec![table("people").person("user").identifies("email", "email").columns(&["email"])])
}

/// What the store says when it is asked over TLS.
fn asked(world: &World, url: &str, authorities: Option<&Path>) -> Result<usize, StoreFault> {
    let address = Address {
        url: url.to_owned(),
        secret: Secret::new(SECRET).expect("a secret"),
        allows_plain: false,
        authorities: authorities.map(|path| std::fs::read(path).expect("a file")),
    };
    let endpoint = kept_connect::Endpoint::of(&world.map, address);
    let mut session = Session::open(Place::Http(endpoint), Access::Read, Limits::default())?;
    session.query_text("SELECT email FROM people", &[]).map(|rows| rows.len())
}

#[track_caller]
fn refusal(world: &World, url: &str, authorities: Option<&Path>) -> String {
    let fault = asked(world, url, authorities).expect_err("refused");
    assert!(matches!(fault, StoreFault::Unreachable { .. }), "{fault:?}");
    fault.to_string()
}

#[test]
fn rows_come_over_tls_from_a_server_of_the_companys_own_authority() {
    let (world, endpoint) = people();
    let authority = Authority::new();
    let url = encrypted(&endpoint, authority.certificate("localhost", "1"));
    assert_eq!(asked(&world, &url, Some(&authority.path("ca.pem"))), Ok(1));
    assert!(!endpoint.calls().is_empty());
}

#[test]
fn an_unknown_authority_another_name_and_an_old_certificate_are_told_apart_and_nothing_is_sent() {
    let (world, endpoint) = people();
    let authority = Authority::new();
    let own = authority.path("ca.pem");
    let url = encrypted(&endpoint, authority.certificate("localhost", "1"));
    let unknown = refusal(&world, &url, None);
    assert!(unknown.contains("authority that is not known") && unknown.contains("ca = {"), "{unknown}");
    let other = refusal(&world, &url, Some(&Authority::new().path("ca.pem")));
    assert!(other.contains("authority that is not known"), "{other}");
    let elsewhere = encrypted(&endpoint, authority.certificate("crm.example.org", "1"));
    let name = refusal(&world, &elsewhere, Some(&own));
    assert!(name.contains("another name"), "{name}");
    let old = encrypted(&endpoint, authority.certificate("localhost", "-1"));
    let expired = refusal(&world, &old, Some(&own));
    assert!(expired.contains("has expired"), "{expired}");
    assert!(endpoint.calls().is_empty(), "no row and no signature left");
}

#[test]
fn a_server_without_tls_and_a_file_without_certificates_are_named() {
    let (world, _endpoint) = people();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let plain = format!("https://localhost:{}/kept", listener.local_addr().expect("an address").port());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _may_fail = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let told = refusal(&world, &plain, None);
    assert!(told.contains("does not speak TLS"), "{told}");
    let authority = Authority::new();
    let key = refusal(&world, &plain, Some(&authority.path("ca.key")));
    assert!(key.contains("holds no certificate"), "{key}");
}
