//! Connections that are opened step by step, to see which step fails and how long each takes.

mod handshake;
mod tunnel;

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use crate::Certificate;

/// What is to be reached, and on which way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// The name or the address of the host, an IPv6 address without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether TLS is spoken with it.
    pub tls: bool,
    /// The HTTP proxy that stands between.
    pub through: Option<Between>,
}

/// An HTTP proxy on the way.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Between {
    /// The name or the address of the host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What it is told of who asks, the value of `Proxy-Authorization`.
    pub authorization: Option<String>,
}

// The authorization is a password, and must not get into any text.
impl fmt::Debug for Between {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Between({}:{})", self.host, self.port)
    }
}

/// How far a connection came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The steps that were taken; only the last one can have failed.
    pub steps: Vec<Step>,
    /// The certificates that were presented, that of the host first. Nobody has verified them.
    pub chain: Vec<Certificate>,
}

/// A step on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done in it.
    pub kind: StepKind,
    /// With whom: a name, or an address and a port.
    pub with: String,
    /// How long it took.
    pub taken: Duration,
    /// What came of it: a word on success, or why it failed.
    pub outcome: Result<String, String>,
}

/// What is done in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// The address of a name is looked up.
    Name,
    /// A connection is opened.
    Connect,
    /// The HTTP proxy is asked to connect to the host.
    Tunnel,
    /// TLS is agreed on.
    Handshake,
}

impl Reach {
    /// The step that failed, if one did.
    pub fn failed(&self) -> Option<&Step> {
        self.steps.last().filter(|step| step.outcome.is_err())
    }

    /// Takes a step, and keeps what it gives.
    fn step<T>(
        &mut self,
        kind: StepKind,
        with: impl Into<String>,
        take: impl FnOnce() -> io::Result<(T, String)>,
    ) -> Option<T> {
        let begun = Instant::now();
        let (given, outcome) = match take() {
            Ok((given, word)) => (Some(given), Ok(word)),
            Err(error) => (None, Err(error.to_string())),
        };
        self.steps.push(Step {
            kind,
            with: with.into(),
            taken: begun.elapsed(),
            outcome,
        });
        given
    }
}

/// Goes the way as far as it leads within `limit`, and closes the connection.
pub(crate) fn reach(route: &Route, limit: Duration) -> Reach {
    let mut reach = Reach::default();
    let end = Instant::now() + limit;
    // How far it came stands in the steps.
    let _ = go(route, end, &mut reach);
    reach
}

fn go(route: &Route, end: Instant, reach: &mut Reach) -> Option<()> {
    let (host, port) = match &route.through {
        Some(between) => (&between.host, between.port),
        None => (&route.host, route.port),
    };
    let addresses = match host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, port)],
        Err(_) => reach.step(StepKind::Name, host, || look_up(host, port, end))?,
    };
    let with = match &addresses[..] {
        [one] => one.to_string(),
        _ => format!("{host}:{port}"),
    };
    let mut stream = reach.step(StepKind::Connect, with, || connect(&addresses, end))?;
    if !route.tls {
        return Some(());
    }
    let with = authority(&route.host, route.port);
    if let Some(between) = &route.through {
        reach.step(StepKind::Tunnel, &with, || {
            tunnel::open(&mut stream, &with, between, end)
        })?;
    }
    let mut chain = Vec::new();
    let done = reach.step(StepKind::Handshake, &with, || {
        handshake::shake(&mut stream, &route.host, end, &mut chain)
    });
    reach.chain = chain
        .iter()
        .filter_map(|der| Certificate::read(der))
        .collect();
    done
}

/// A host and a port, as a URL has them.
fn authority(host: &str, port: u16) -> String {
    match host.contains(':') {
        true => format!("[{host}]:{port}"),
        false => format!("{host}:{port}"),
    }
}

/// The addresses of a name. The system's own look-up knows no limit, so that one which does not end is left
/// behind.
fn look_up(host: &str, port: u16, end: Instant) -> io::Result<(Vec<SocketAddr>, String)> {
    let (sender, found) = channel();
    let name = (host.to_owned(), port);
    std::thread::Builder::new()
        .name("name look-up".to_owned())
        .spawn(move || {
            let found = name.to_socket_addrs().map(Vec::from_iter);
            // Where nobody waits any more, nothing is to be told.
            let _ = sender.send(found);
        })?;
    let addresses = found
        .recv_timeout(left(end)?)
        .unwrap_or_else(|_| Err(late()))?;
    if addresses.is_empty() {
        return Err(io::Error::other("the name has no address"));
    }
    let mut words: Vec<_> = addresses.iter().map(|one| one.ip().to_string()).collect();
    words.dedup();
    Ok((addresses, words.join(", ")))
}

/// A connection to the first address that takes one.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where connections are opened"
)]
fn connect(addresses: &[SocketAddr], end: Instant) -> io::Result<(TcpStream, String)> {
    let mut error = late();
    for (tried, address) in (0u32..).zip(addresses) {
        let more = u32::try_from(addresses.len()).unwrap_or(u32::MAX) - tried;
        match TcpStream::connect_timeout(address, left(end)? / more) {
            Ok(stream) => return Ok((stream, address.to_string())),
            Err(other) if other.kind() == io::ErrorKind::TimedOut => error = late(),
            Err(other) => error = other,
        }
    }
    Err(error)
}

/// What is left of the time.
fn left(end: Instant) -> io::Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    match left.is_zero() {
        true => Err(late()),
        false => Ok(left),
    }
}

fn late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "no answer")
}

/// An error of reading from a socket with a time limit, in plain words.
fn said(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => late(),
        io::ErrorKind::UnexpectedEof => {
            io::Error::new(error.kind(), "the connection was closed at once")
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests;
