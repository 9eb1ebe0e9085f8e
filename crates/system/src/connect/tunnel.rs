//! The question to an HTTP proxy to connect to somebody else.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use super::{left, said};
use crate::connect::Between;

/// The longest answer that is read, in bytes.
const MOST: usize = 16 << 10;

/// Asks for a connection to `authority`; the word is the status that came.
pub(super) fn open(
    stream: &mut TcpStream,
    authority: &str,
    between: &Between,
    end: Instant,
) -> io::Result<((), String)> {
    let own = match &between.authorization {
        Some(value) => format!("Proxy-Authorization: {value}\r\n"),
        None => String::new(),
    };
    let request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{own}\r\n");
    stream.set_write_timeout(Some(left(end)?))?;
    stream.write_all(request.as_bytes()).map_err(said)?;
    let head = head(stream, end)?;
    let status = head.lines().next().unwrap_or_default().trim();
    match status.split(' ').nth(1) {
        Some(code) if code.starts_with('2') => Ok(((), status.to_owned())),
        _ => Err(io::Error::other(format!("it answers {status:?}"))),
    }
}

/// The head of the answer, byte by byte: what follows belongs to the host.
fn head(stream: &mut TcpStream, end: Instant) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < MOST {
        stream.set_read_timeout(Some(left(end)?))?;
        let mut byte = [0];
        stream.read_exact(&mut byte).map_err(said)?;
        head.extend(byte);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
