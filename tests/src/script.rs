//! What the stand-in for gopls is told to do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A script of the program `stand-in`. Methods are those of the client's messages.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Script {
    /// Bytes instead of messages; nothing else is looked at then.
    pub raw: Option<Raw>,
    /// How long requests wait before they are answered, in milliseconds.
    pub delays_ms: BTreeMap<String, u64>,
    /// Requests that are never answered, `shutdown` too.
    pub never: BTreeSet<String>,
    /// What it writes upon a message, all at once, before it does anything else about it.
    pub floods: BTreeMap<String, Flood>,
    /// How it ends upon a message.
    pub ends: BTreeMap<String, End>,
    /// What it writes to standard output, outside of any frame, upon a message.
    pub garbage: BTreeMap<String, String>,
    /// What it writes to standard error upon a message.
    pub complaints: BTreeMap<String, String>,
    /// Which request it sends to the client upon a message.
    pub asks: BTreeMap<String, String>,
    /// Starts a child that sleeps.
    pub child: bool,
    /// Ends neither upon `exit` nor with its standard input.
    pub stays: bool,
    /// SIGTERM, SIGINT and SIGHUP do not end it.
    pub deaf: bool,
}

/// A message of a size, which is in the pipe as a whole before the stand-in goes on, as far as the
/// system lets a pipe hold it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flood {
    /// The answer to the message upon which it is written. A stand-in that does not end then answers
    /// twice, unless the message is never answered otherwise.
    Answer(usize),
    /// A notification, `stand-in/flood`.
    Notification(usize),
}

/// How the stand-in ends.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// With this exit code.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

/// A server that reads and writes bytes and understands none of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Raw {
    /// The file that each byte of its standard input goes to.
    pub dump: PathBuf,
    /// The file whose bytes it writes to its standard output.
    pub play: PathBuf,
    /// How many bytes it reads before it writes, at the least.
    pub plays_after: u64,
    /// How long it waits before it begins to read, in milliseconds.
    pub idle_ms: u64,
    /// The code that it ends with when its standard input has ended.
    pub code: i32,
}
