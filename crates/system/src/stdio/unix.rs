//! Pipes and sockets are read and written without blocking; anything else (a terminal, a file, a
//! device) is bridged to a pipe by a thread, because epoll refuses files and a terminal's
//! descriptor is shared with programs that expect it to block.
//!
//! `tokio::io::stdin` is not used: it costs a thread hop for each read and holds up the end of the
//! runtime.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rustix::fs::{FileType, OFlags};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::pipe;

/// Where bytes come from.
pub struct Source {
    end: Reading,
    /// Puts an inherited descriptor back as it was.
    _restore: Option<Restore>,
}

enum Reading {
    Pipe(pipe::Receiver),
    Socket(UnixStream),
}

impl Source {
    /// Reads what there is into the free room of `buffer`, at least a byte; 0 is the end. Nothing is
    /// lost when the future is dropped.
    ///
    /// # Errors
    ///
    /// As the system says.
    pub async fn read(&mut self, buffer: &mut BytesMut) -> io::Result<usize> {
        match &mut self.end {
            Reading::Pipe(pipe) => pipe.read_buf(buffer).await,
            Reading::Socket(socket) => socket.read_buf(buffer).await,
        }
    }

    /// Whether whoever writes has gone, without reading what they left.
    pub fn is_hung_up(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let fd = match &self.end {
            Reading::Pipe(pipe) => pipe.as_fd(),
            Reading::Socket(socket) => socket.as_fd(),
        };
        let mut fds = [PollFd::from_borrowed_fd(fd, HANG_UP)];
        let asked = poll(&mut fds, Some(&Timespec::default()));
        asked.is_ok()
            && fds[0]
                .revents()
                .intersects(HANG_UP | PollFlags::HUP | PollFlags::ERR)
    }

    pub(crate) fn of_child(stdout: tokio::process::ChildStdout) -> io::Result<Self> {
        Ok(Self::of_pipe(stdout.into_owned_fd()?)?.widen())
    }

    pub(crate) fn of_child_errors(stderr: tokio::process::ChildStderr) -> io::Result<Self> {
        Self::of_pipe(stderr.into_owned_fd()?)
    }

    /// Gives the pipe room for a large message, so that gopls and goplens need not take turns for
    /// each 64 KiB of it. Where the system refuses, it works as well, only slower.
    fn widen(self) -> Self {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if let Reading::Pipe(pipe) = &self.end {
            let _ = rustix::pipe::fcntl_setpipe_size(pipe, 1 << 20);
        }
        self
    }

    fn of_pipe(fd: OwnedFd) -> io::Result<Self> {
        Ok(Self {
            end: Reading::Pipe(pipe::Receiver::from_owned_fd(fd)?),
            _restore: None,
        })
    }
}

/// What a socket tells when its other end writes no more; a pipe tells without being asked.
#[cfg(any(target_os = "linux", target_os = "android"))]
const HANG_UP: rustix::event::PollFlags = rustix::event::PollFlags::RDHUP;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const HANG_UP: rustix::event::PollFlags = rustix::event::PollFlags::HUP;

/// Where bytes go.
pub struct Sink {
    end: Writing,
    _restore: Option<Restore>,
    bridge: Option<JoinHandle<()>>,
}

enum Writing {
    Pipe(pipe::Sender),
    Socket(UnixStream),
}

impl Sink {
    /// Writes some of `bytes`, at least one. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    ///
    /// As the system says; `BrokenPipe` where nobody reads any more.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.end {
            Writing::Pipe(pipe) => pipe.write(bytes).await,
            Writing::Socket(socket) => socket.write(bytes).await,
        }
    }

    /// Closes it. Where a thread carries the bytes on, it is given up to `limit` to do so.
    pub async fn close(self, limit: Duration) {
        let Self {
            end,
            _restore,
            bridge,
        } = self;
        drop(end);
        let Some(bridge) = bridge else { return };
        let end = Instant::now() + limit;
        while !bridge.is_finished() && Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    pub(crate) fn of_child(stdin: tokio::process::ChildStdin) -> io::Result<Self> {
        let pipe = pipe::Sender::from_owned_fd(stdin.into_owned_fd()?)?;
        Ok(Self {
            end: Writing::Pipe(pipe),
            _restore: None,
            bridge: None,
        })
    }
}

/// This process's standard input.
///
/// # Errors
///
/// Where it is closed, or cannot be read without blocking.
pub fn stdin() -> io::Result<Source> {
    let fd = io::stdin().as_fd().try_clone_to_owned()?;
    match Kind::of(&fd)? {
        Kind::Pipe => {
            let restore = Restore::of(&fd)?;
            Ok(Source {
                end: Reading::Pipe(pipe::Receiver::from_owned_fd(fd)?),
                _restore: restore,
            })
        }
        Kind::Socket => {
            let (restore, socket) = socket(fd)?;
            Ok(Source {
                end: Reading::Socket(socket),
                _restore: restore,
            })
        }
        Kind::Other => {
            let (ours, theirs) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
            carry(File::from(fd), File::from(theirs))?;
            Source::of_pipe(ours)
        }
    }
}

/// This process's standard output.
///
/// # Errors
///
/// Where it is closed, or cannot be written without blocking.
pub fn stdout() -> io::Result<Sink> {
    let fd = io::stdout().as_fd().try_clone_to_owned()?;
    match Kind::of(&fd)? {
        Kind::Pipe => {
            let restore = Restore::of(&fd)?;
            let end = Writing::Pipe(pipe::Sender::from_owned_fd(fd)?);
            Ok(Sink {
                end,
                _restore: restore,
                bridge: None,
            })
        }
        Kind::Socket => {
            let (restore, socket) = socket(fd)?;
            Ok(Sink {
                end: Writing::Socket(socket),
                _restore: restore,
                bridge: None,
            })
        }
        Kind::Other => bridged(fd),
    }
}

/// This process's standard error. It is never made non-blocking, because it is often the same
/// terminal or pipe that other programs write to: a thread waits for it instead.
///
/// # Errors
///
/// Where it is closed.
pub fn stderr() -> io::Result<Sink> {
    bridged(io::stderr().as_fd().try_clone_to_owned()?)
}

fn bridged(fd: OwnedFd) -> io::Result<Sink> {
    let (theirs, ours) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    let bridge = carry(File::from(theirs), File::from(fd))?;
    let end = Writing::Pipe(pipe::Sender::from_owned_fd(ours)?);
    Ok(Sink {
        end,
        _restore: None,
        bridge: Some(bridge),
    })
}

/// Carries bytes from one file to another in a thread, until either ends.
fn carry(mut from: File, mut to: File) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name("stdio".into())
        .spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                if to.write_all(&buffer[..length]).is_err() {
                    break;
                }
            }
        })
}

fn socket(fd: OwnedFd) -> io::Result<(Option<Restore>, UnixStream)> {
    let restore = Restore::of(&fd)?;
    let socket = std::os::unix::net::UnixStream::from(fd);
    socket.set_nonblocking(true)?;
    Ok((restore, UnixStream::from_std(socket)?))
}

/// What a descriptor is, as far as it matters here.
enum Kind {
    Pipe,
    /// Node's child processes get Unix sockets for their stdio, not pipes.
    Socket,
    Other,
}

impl Kind {
    fn of(fd: &OwnedFd) -> io::Result<Self> {
        Ok(
            match FileType::from_raw_mode(rustix::fs::fstat(fd)?.st_mode) {
                FileType::Fifo => Self::Pipe,
                FileType::Socket if is_unix_stream(fd) => Self::Socket,
                _ => Self::Other,
            },
        )
    }
}

fn is_unix_stream(fd: &OwnedFd) -> bool {
    rustix::net::getsockname(fd)
        .is_ok_and(|address| address.address_family() == rustix::net::AddressFamily::UNIX)
}

/// Blocking or not belongs to what the descriptor refers to, which other processes can share: it is
/// put back at the end.
struct Restore {
    fd: OwnedFd,
    flags: OFlags,
}

impl Restore {
    /// `None` where nothing is going to change.
    fn of(fd: &OwnedFd) -> io::Result<Option<Self>> {
        let flags = rustix::fs::fcntl_getfl(fd)?;
        if flags.contains(OFlags::NONBLOCK) {
            return Ok(None);
        }
        Ok(Some(Self {
            fd: fd.try_clone()?,
            flags,
        }))
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        // At the end of a session there is nobody to tell.
        let _ = rustix::fs::fcntl_setfl(&self.fd, self.flags);
    }
}
