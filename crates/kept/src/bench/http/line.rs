//! One connection of a client: HTTP/1.1, one request after the other. Only what the service answers
//! is understood.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use anyhow::{Context, bail, ensure};

/// A connection that stays open.
pub(super) struct Line {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Line {
    /// Connects to `127.0.0.1:port`, as the application of a key.
    pub(super) fn open(address: &str, key: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| format!("can't connect to {address}"))?;
        stream.set_nodelay(true)?;
        let head =
            format!("host: {address}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n");
        Ok(Self { stream: BufReader::with_capacity(64 * 1024, stream), head })
    }

    /// The status and the body of the answer.
    pub(super) fn post(&mut self, path: &str, body: &str) -> anyhow::Result<(u16, Vec<u8>)> {
        let request =
            format!("POST {path} HTTP/1.1\r\n{}content-length: {}\r\n\r\n{body}", self.head, body.len());
        self.stream.get_mut().write_all(request.as_bytes())?;
        let first = self.text()?;
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status: u16 = status.with_context(|| format!("no status in `{first}`"))?;
        let (mut length, mut chunked) = (0, false);
        loop {
            let header = self.text()?.to_ascii_lowercase();
            match header.split_once(':') {
                _ if header.is_empty() => break,
                Some(("content-length", value)) => length = value.trim().parse()?,
                Some(("transfer-encoding", value)) => chunked = value.trim() == "chunked",
                _ => {}
            }
        }
        Ok((status, if chunked { self.chunks()? } else { self.exactly(length)? }))
    }

    fn chunks(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut all = Vec::new();
        loop {
            let length = usize::from_str_radix(&self.text()?, 16).context("no length of a chunk")?;
            all.extend(self.exactly(length)?);
            ensure!(self.text()?.is_empty(), "a chunk is longer than it says");
            if length == 0 {
                return Ok(all);
            }
        }
    }

    fn exactly(&mut self, length: usize) -> anyhow::Result<Vec<u8>> {
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }

    fn text(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            bail!("the service closed the connection");
        }
        Ok(line.trim_end().to_owned())
    }
}
