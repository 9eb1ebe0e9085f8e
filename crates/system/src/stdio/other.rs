//! Where there is no epoll: what tokio offers.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};

/// Where bytes come from.
pub struct Source(Reading);

enum Reading {
    Own(tokio::io::Stdin),
    Child(ChildStdout),
    Errors(ChildStderr),
}

impl Source {
    /// Reads what there is into the free room of `buffer`, at least a byte; 0 is the end.
    ///
    /// # Errors
    ///
    /// As the system says.
    pub async fn read(&mut self, buffer: &mut BytesMut) -> io::Result<usize> {
        match &mut self.0 {
            Reading::Own(stdin) => stdin.read_buf(buffer).await,
            Reading::Child(stdout) => stdout.read_buf(buffer).await,
            Reading::Errors(stderr) => stderr.read_buf(buffer).await,
        }
    }

    /// Whether whoever writes has gone. It is not known here.
    pub fn is_hung_up(&self) -> bool {
        false
    }

    pub(crate) fn of_child(stdout: ChildStdout) -> io::Result<Self> {
        Ok(Self(Reading::Child(stdout)))
    }

    pub(crate) fn of_child_errors(stderr: ChildStderr) -> io::Result<Self> {
        Ok(Self(Reading::Errors(stderr)))
    }
}

/// Where bytes go.
pub struct Sink(Writing);

enum Writing {
    Own(tokio::io::Stdout),
    Errors(tokio::io::Stderr),
    Child(ChildStdin),
}

impl Sink {
    /// Writes some of `bytes`, at least one.
    ///
    /// # Errors
    ///
    /// As the system says; `BrokenPipe` where nobody reads any more.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Writing::Own(stdout) => {
                let length = stdout.write(bytes).await?;
                stdout.flush().await?;
                Ok(length)
            }
            Writing::Errors(stderr) => stderr.write(bytes).await,
            Writing::Child(stdin) => stdin.write(bytes).await,
        }
    }

    /// Closes it.
    pub async fn close(self, _limit: Duration) {}

    pub(crate) fn of_child(stdin: ChildStdin) -> io::Result<Self> {
        Ok(Self(Writing::Child(stdin)))
    }
}

/// This process's standard input.
///
/// # Errors
///
/// None here.
pub fn stdin() -> io::Result<Source> {
    Ok(Source(Reading::Own(tokio::io::stdin())))
}

/// This process's standard output.
///
/// # Errors
///
/// None here.
pub fn stdout() -> io::Result<Sink> {
    Ok(Sink(Writing::Own(tokio::io::stdout())))
}

/// This process's standard error.
///
/// # Errors
///
/// None here.
pub fn stderr() -> io::Result<Sink> {
    Ok(Sink(Writing::Errors(tokio::io::stderr())))
}
