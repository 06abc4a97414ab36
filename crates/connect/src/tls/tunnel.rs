//! The way of an encrypted connection: the driver speaks in clear to a socket in a folder that nobody
//! else can enter, and what it says goes encrypted to the server. So both drivers do without a library of
//! their own for encryption, and know nothing of it.
//!
//! Not here: what is demanded of the server (`tls`), and MariaDB's way to begin (`greeting`).

use std::io::{Error, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kept_core::transport::Demand;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

use super::greeting::Packet;
use super::{config, words};
use crate::fault::StoreFault;
use crate::private_server::temporary_folder;

/// The name of the socket: PostgreSQL's driver looks for its own.
const SOCKET: &str = ".s.PGSQL.5432";

/// What PostgreSQL's client sends to ask for encryption: a length, and a number.
const ASK: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// How much is taken at once.
const PART: usize = 1 << 14;

/// How a server's connection becomes an encrypted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Asked for before anything else.
    Postgres,
    /// Asked for after the greeting.
    Mariadb,
}

/// Where a tunnel leads.
struct Target {
    host: String,
    port: u16,
    manner: Manner,
    config: Arc<ClientConfig>,
    timeout: Duration,
    /// Why the last connection did not come about.
    why: Mutex<Option<String>>,
    is_over: AtomicBool,
}

/// A socket whose connections go encrypted to a server, until it is dropped.
pub(crate) struct Tunnel {
    folder: PathBuf,
    target: Arc<Target>,
}

impl std::fmt::Debug for Tunnel {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Tunnel").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Tunnel {
    /// Begins; the server is asked when the driver connects.
    ///
    /// # Errors
    /// [`StoreFault::Unreachable`] for what `config` refuses, and where no socket can be made.
    pub(crate) fn begin(
        demand: &Demand,
        (host, port, manner): (&str, u16, Manner),
        timeout: Duration,
    ) -> Result<Self, StoreFault> {
        let config = config(demand)?;
        let failed = |error: Error| StoreFault::Unreachable {
            why: format!("no socket for its encrypted connection: {}", error.kind()),
        };
        let folder = temporary_folder("kept-tls").map_err(failed)?;
        let why = Mutex::new(None);
        let is_over = AtomicBool::new(false);
        let target = Target { host: host.to_owned(), port, manner, config, timeout, why, is_over };
        let tunnel = Self { folder, target: Arc::new(target) };
        let listener = UnixListener::bind(tunnel.socket()).map_err(failed)?;
        let target = Arc::clone(&tunnel.target);
        let thread = std::thread::Builder::new().name("tls".to_owned());
        thread.spawn(move || listen(&listener, &target)).map_err(failed)?;
        Ok(tunnel)
    }

    /// The folder of the socket, as PostgreSQL's driver takes it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join(SOCKET)
    }

    /// What went wrong on the way, where that was it: the driver only sees that nobody answers.
    pub(crate) fn why(&self) -> Option<String> {
        lock(&self.target.why).take()
    }

    /// The same as a fault; without one, the driver's.
    pub(crate) fn fault_of(&self, fault: StoreFault) -> StoreFault {
        self.why().map_or(fault, |why| StoreFault::Unreachable { why })
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.target.is_over.store(true, Ordering::Release);
        // Wakes the one who listens, who then ends; connections in progress end with their driver.
        let _ended = UnixStream::connect(self.socket());
        let _gone = std::fs::remove_dir_all(&self.folder);
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen(listener: &UnixListener, target: &Arc<Target>) {
    for local in listener.incoming() {
        if target.is_over.load(Ordering::Acquire) {
            return;
        }
        let Ok(local) = local else { return };
        let target = Arc::clone(target);
        let thread = std::thread::Builder::new().name("tls".to_owned());
        // Without a thread the driver finds the socket closed.
        let _begun = thread.spawn(move || lead(local, &target));
    }
}

/// One connection, from its first byte to its last.
fn lead(mut local: UnixStream, target: &Target) {
    match target.connect(&mut local) {
        // Either side may hang up at any time.
        Ok((server, connection)) => drop(pump(&local, &server, connection)),
        Err(why) => *lock(&target.why) = Some(why),
    }
    let _closed = local.shutdown(Shutdown::Both);
}

impl Target {
    fn connect(&self, local: &mut UnixStream) -> Result<(TcpStream, ClientConnection), String> {
        let io = |error: Error| self.said(&error);
        let mut server = self.dial()?;
        let sign_in = match self.manner {
            Manner::Postgres => {
                server.write_all(&ASK).map_err(io)?;
                let mut answer = [0];
                server.read_exact(&mut answer).map_err(io)?;
                if answer != *b"S" {
                    return Err(NOT_OFFERED.to_owned());
                }
                None
            }
            Manner::Mariadb => Some(ask_mariadb(local, &mut server)?),
        };
        let name = ServerName::try_from(self.host.clone())
            .map_err(|_| "its URL's host is neither a name nor an address".to_owned())?;
        let mut connection = ClientConnection::new(Arc::clone(&self.config), name)
            .map_err(|error| words(&error).to_owned())?;
        while connection.is_handshaking() {
            connection.complete_io(&mut server).map_err(io)?;
        }
        if let Some(sign_in) = sign_in {
            sign(local, &mut rustls::Stream::new(&mut connection, &mut server), sign_in).map_err(io)?;
        }
        server.set_read_timeout(None).map_err(io)?;
        Ok((server, connection))
    }

    fn dial(&self) -> Result<TcpStream, String> {
        let io = |error: Error| error.kind().to_string();
        let mut why = "its URL's host is not known".to_owned();
        for address in (self.host.as_str(), self.port).to_socket_addrs().into_iter().flatten() {
            match TcpStream::connect_timeout(&address, self.timeout) {
                Ok(server) => {
                    server.set_nodelay(true).map_err(io)?;
                    server.set_read_timeout(Some(self.timeout)).map_err(io)?;
                    return Ok(server);
                }
                Err(error) => why = error.kind().to_string(),
            }
        }
        Err(why)
    }

    /// Why a step failed: what TLS refused, or else what the system says.
    fn said(&self, error: &Error) -> String {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match (tls, error.kind()) {
            (Some(tls), _) => words(tls).to_owned(),
            (None, ErrorKind::WouldBlock | ErrorKind::TimedOut) => "timed out".to_owned(),
            (None, ErrorKind::UnexpectedEof) => "it hung up before the connection was encrypted".to_owned(),
            (None, kind) => kind.to_string(),
        }
    }
}

const NOT_OFFERED: &str =
    "its URL demands an encrypted connection, and the server offers none; nothing was sent";

/// Lets the driver see the greeting, and asks the server for encryption; what signs in within it.
fn ask_mariadb(local: &mut UnixStream, server: &mut TcpStream) -> Result<Packet, String> {
    let io = |error: Error| error.kind().to_string();
    let greeting = Packet::read(server).map_err(io)?;
    if greeting.is_refusal() {
        // The driver reads better than we do why.
        greeting.write(local).map_err(io)?;
        return Err("the server takes no connection from here now".to_owned());
    }
    greeting.without_offer().ok_or(NOT_OFFERED)?.write(local).map_err(io)?;
    let sign_in = Packet::read(local).map_err(io)?;
    let (asking, sign_in) = sign_in.asking().ok_or("its driver signs in in an old way")?;
    asking.write(server).map_err(io)?;
    Ok(sign_in)
}

/// Signs in: until that has ended, the server counts one packet more than the driver.
fn sign(local: &mut UnixStream, server: &mut (impl Read + Write), sign_in: Packet) -> std::io::Result<()> {
    let mut next = sign_in;
    loop {
        next.write(server)?;
        let answer = Packet::read(server)?.moved(-1);
        let ends = answer.ends();
        answer.write(local)?;
        if ends {
            return Ok(());
        }
        if answer.is_followed() {
            // More comes from the server by itself.
            let more = Packet::read(server)?.moved(-1);
            let ends = more.ends();
            more.write(local)?;
            if ends {
                return Ok(());
            }
        }
        next = Packet::read(local)?.moved(1);
    }
}

/// Both directions, until one side hangs up.
fn pump(local: &UnixStream, server: &TcpStream, connection: ClientConnection) -> std::io::Result<()> {
    let connection = Arc::new(Mutex::new(connection));
    // Who writes holds this from sealing on: records go in the order in which they were sealed.
    let writing = Arc::new(Mutex::new(()));
    let up = Up {
        local: local.try_clone()?,
        server: server.try_clone()?,
        connection: Arc::clone(&connection),
        writing: Arc::clone(&writing),
    };
    std::thread::Builder::new().name("tls".to_owned()).spawn(move || up.run())?;
    let down = down((local, server), &connection, &writing);
    // The other thread sees it too, and ends.
    let _closed = server.shutdown(Shutdown::Both);
    let _closed = local.shutdown(Shutdown::Both);
    down
}

/// From the server to the driver.
fn down(
    (mut local, mut server): (&UnixStream, &TcpStream),
    connection: &Mutex<ClientConnection>,
    writing: &Mutex<()>,
) -> std::io::Result<()> {
    let invalid = |_| Error::from(ErrorKind::InvalidData);
    let mut part = vec![0; PART];
    // What came with the end of the sign-in.
    let mut plain = opened(&mut lock(connection))?;
    loop {
        local.write_all(&plain)?;
        let count = server.read(&mut part)?;
        if count == 0 {
            return Ok(());
        }
        let mut sealed = part.get(..count).unwrap_or_default();
        plain = Vec::new();
        let mut answers = false;
        while !sealed.is_empty() {
            let mut connection = lock(connection);
            connection.read_tls(&mut sealed)?;
            connection.process_new_packets().map_err(invalid)?;
            plain.extend(opened(&mut connection)?);
            answers |= connection.wants_write();
        }
        if answers {
            let _turn = lock(writing);
            let sealed = sealed_of(&mut lock(connection))?;
            server.write_all(&sealed)?;
        }
    }
}

/// From the driver to the server.
struct Up {
    local: UnixStream,
    server: TcpStream,
    connection: Arc<Mutex<ClientConnection>>,
    writing: Arc<Mutex<()>>,
}

impl Up {
    fn run(mut self) {
        let _ended = self.copy();
        {
            let _turn = lock(&self.writing);
            let mut connection = lock(&self.connection);
            connection.send_close_notify();
            if let Ok(sealed) = sealed_of(&mut connection) {
                let _last = self.server.write_all(&sealed);
            }
        }
        let _closed = self.server.shutdown(Shutdown::Both);
        let _closed = self.local.shutdown(Shutdown::Both);
    }

    fn copy(&mut self) -> std::io::Result<()> {
        let mut part = vec![0; PART];
        loop {
            let count = self.local.read(&mut part)?;
            if count == 0 {
                return Ok(());
            }
            let _turn = lock(&self.writing);
            let sealed = {
                let mut connection = lock(&self.connection);
                connection.writer().write_all(part.get(..count).unwrap_or_default())?;
                sealed_of(&mut connection)?
            };
            self.server.write_all(&sealed)?;
        }
    }
}

/// What is to be sent.
fn sealed_of(connection: &mut ClientConnection) -> std::io::Result<Vec<u8>> {
    let mut sealed = Vec::new();
    while connection.wants_write() {
        connection.write_tls(&mut sealed)?;
    }
    Ok(sealed)
}

/// What was received.
fn opened(connection: &mut ClientConnection) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    match connection.reader().read_to_end(&mut plain) {
        // There may be more later.
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(plain),
        Err(error) => Err(error),
        Ok(_) => Ok(plain),
    }
}
