//! Kept's own store in PostgreSQL over an encrypted connection: a real server with a certificate of an
//! authority of the test's own. What a URL demands is never lowered, and nothing goes over the wire in clear.

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

use kept_connect::private_postgres::{Options, PrivatePostgres};
use kept_engine::Failure;
use kept_vault::Location;

use crate::recording::{ADA, club};
use crate::world::{World, at};

/// An authority, a certificate of a server at `localhost`, and the server.
struct Server {
    folder: tempfile::TempDir,
    _server: PrivatePostgres,
    address: String,
}

fn openssl(folder: &std::path::Path, words: &str) {
    let done = Command::new("openssl").args(words.split(' ')).current_dir(folder).output();
    let done = done.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

/// A folder with an authority (`ca.pem`) and a server's certificate and key.
fn certificates() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    openssl(path, &format!("req -x509 {KEY} -keyout ca.key -out ca.pem -subj /CN=authority -days 2"));
    std::fs::write(path.join("extensions"), "subjectAltName=DNS:localhost\n").unwrap();
    openssl(path, &format!("req -new {KEY} -keyout server.key -out server.csr -subj /CN=server"));
    openssl(
        path,
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 1 -extfile extensions",
    );
    let mode = |name: &str, mode| {
        let path = if name.is_empty() { path.to_owned() } else { path.join(name) };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("", 0o755);
    mode("server.key", 0o640);
    let group = Command::new("id").args(["-g", "postgres"]).output().unwrap();
    let group = if group.status.success() { "postgres" } else { "nogroup" };
    let given = Command::new("chgrp").arg(group).arg(path.join("server.key")).status();
    assert!(given.unwrap().success());
    folder
}

impl Server {
    fn new(is_encrypted: bool) -> Self {
        let folder = certificates();
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let [third, fourth] = free.port().to_be_bytes();
        let address = format!("127.78.{third}.{fourth}");
        let hba = folder.path().join("hba");
        std::fs::write(&hba, "local all all trust\nhost all all 127.0.0.0/8 scram-sha-256\n").unwrap();
        let mut settings = vec![format!("listen_addresses={address}"), format!("hba_file={}", hba.display())];
        if is_encrypted {
            let path = |name: &str| folder.path().join(name).display().to_string();
            let own = [
                ("ssl", "on".to_owned()),
                ("ssl_cert_file", path("server.pem")),
                ("ssl_key_file", path("server.key")),
            ];
            settings.extend(own.into_iter().map(|(name, value)| format!("{name}={value}")));
        }
        let options = Options { server_variable: false, ..Options::for_tests() };
        let server = PrivatePostgres::start_with(&options, &settings).unwrap();
        let url = server.url("postgres");
        let mut own = ::postgres::Client::connect(&url, ::postgres::NoTls).unwrap();
        own.batch_execute("CREATE ROLE keeper LOGIN PASSWORD 'of-the-keeper'").unwrap();
        own.batch_execute("CREATE DATABASE kept OWNER keeper").unwrap();
        Self { folder, _server: server, address }
    }

    fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Tries to work with what is kept in this server, over a wire on which somebody listens in.
    fn tried(&self, world: &mut World, settings: &str, heard: &Arc<Mutex<Vec<u8>>>) -> Result<(), String> {
        let port = forward(format!("{}:5432", self.address), Arc::clone(heard));
        let url = format!("postgres://keeper:of-the-keeper@localhost:{port}/kept{settings}");
        world.vault = url.parse::<Location>().unwrap();
        tried(world)
    }
}

/// A port whose connections are led to a server, with somebody who listens in.
fn forward(to: String, ears: Arc<Mutex<Vec<u8>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let client = client.unwrap();
            let server = TcpStream::connect(to.as_str()).unwrap();
            for (from, to) in [(&client, &server), (&server, &client)] {
                let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
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
        if count == 0 || to.write_all(&part[..count]).is_err() {
            break;
        }
        ears.lock().unwrap().extend(&part[..count]);
    }
    let _closed = to.shutdown(std::net::Shutdown::Both);
}

fn hears(heard: &Mutex<Vec<u8>>, text: &str) -> bool {
    let heard = heard.lock().unwrap();
    heard.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Records something, and says why it could not.
fn tried(world: &World) -> Result<(), String> {
    let now = at("2026-03-02");
    let mut company = world.try_open(now).map_err(|failure: Failure| failure.to_string())?;
    let object = kept_core::admission::Act::Object { purpose: Some("prospecting".into()) };
    crate::recording::record(&mut company, ADA, object, now).map_err(|failure| failure.to_string())?;
    company.requests(now).map(drop).map_err(|failure| failure.to_string())
}

#[test]
fn kepts_own_store_is_reached_in_cipher_where_its_url_demands_it_and_in_clear_where_nothing_is_said() {
    let server = Server::new(true);
    let heard = Arc::default();
    let full = format!("?sslmode=verify-full&sslrootcert={}", server.authority().display());
    let mut world = club();
    server.tried(&mut world, &full, &heard).unwrap();
    assert!(!heard.lock().unwrap().is_empty() && !hears(&heard, "subject"), "statements are to be read");
    let plain = Arc::default();
    server.tried(&mut world, "", &plain).unwrap();
    assert!(hears(&plain, "subject"), "the ears work");
    // A server of another authority, and one that has no certificate for this name.
    let other = certificates();
    let other = format!("?sslmode=verify-full&sslrootcert={}", other.path().join("ca.pem").display());
    let why = server.tried(&mut world, &other, &heard).unwrap_err();
    assert!(why.contains("another authority"), "{why}");
}

#[test]
fn a_server_that_offers_no_encryption_gets_neither_the_name_nor_the_password() {
    let server = Server::new(false);
    let heard = Arc::default();
    let why = server.tried(&mut club(), "?sslmode=require", &heard).unwrap_err();
    assert!(why.contains("offers none"), "{why}");
    assert!(!hears(&heard, "keeper"), "the name was sent");
}

#[test]
fn a_url_of_kepts_own_store_says_its_words_once_and_has_no_fragment() {
    for (words, said) in [
        ("?sslmode=require&sslmode=disable", "more than once"),
        ("?sslmode=disable&ssl%6Dode=require", "more than once"),
        ("?application_name=x#sslmode=require", "`%23`"),
        ("?sslmode=prefer", "clear text as well"),
        ("?tls=true", "not understood"),
    ] {
        let fault = format!("postgres://kept:secret@h/kept{words}").parse::<Location>().unwrap_err();
        let text = fault.to_string();
        assert!(text.contains(said) && !text.contains("secret"), "{words}: {text}");
    }
    // Whoever made the location otherwise is refused before anything is sent.
    let mut world = club();
    world.vault = Location::Postgres("postgres://kept@localhost/kept?sslmode=require&sslmode=disable".into());
    assert!(tried(&world).unwrap_err().contains("more than once"));
}
