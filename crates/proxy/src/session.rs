//! One session, from the first byte to the end of the last process.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::{Bytes, BytesMut};
use protocol::Side;
use protocol::traffic::EventName;
use serde_json::json;
use system::{Ended, Interrupt, Interrupts, Pipes, Server, Sink, Source};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::client_pump::{self, ClientPump};
use crate::last_words::LastWords;
use crate::own::Level;
use crate::rewriter::{Rewriter, Rewriters};
use crate::server_pump::{self, ServerPump};
use crate::shared::{Shared, lock};
use crate::{DebugServer, Tap, Thresholds, stderr, watch};

/// How long gopls may take to end when its standard input has ended. It does at once, even in a
/// hung load, unless it is stopped.
const END_LIMIT: Duration = Duration::from_millis(500);

/// How long gopls may take to end by itself after `exit`, before its standard input is closed: its
/// exit code tells whether `shutdown` came before, that of an end by EOF does not.
const EXIT_LIMIT: Duration = Duration::from_millis(200);

/// How long what is left in the pipes may take when gopls has ended. A child of gopls's that kept
/// its output open shall not hold the editor up.
const DRAIN_LIMIT: Duration = Duration::from_millis(200);

/// The editor's end: this process's standard input and output.
pub struct Client {
    /// From the editor.
    pub source: Source,
    /// To the editor.
    pub sink: Sink,
}

/// What a session is run with.
pub struct Options {
    /// Who sees the traffic.
    pub tap: Arc<dyn Tap>,
    /// Who may change it, in the order from the server.
    pub rewriters: Vec<Box<dyn Rewriter>>,
    /// How long a request may take; they can change while the session runs.
    pub thresholds: Arc<ArcSwap<Thresholds>>,
    /// Whether gopls can be asked for its goroutines.
    pub debug: DebugServer,
    /// What is to be told to the user as the session goes on.
    pub notices: UnboundedReceiver<(Level, String)>,
}

/// How a session ended.
pub enum End {
    /// With this exit code, said in words.
    Over {
        /// The code for this process to end with.
        code: i32,
        /// Why, for the session's record.
        how: String,
    },
    /// gopls ended before it answered `initialize`, and the client is still there.
    NeverInitialized {
        /// How gopls ended.
        ended: Ended,
        /// The last lines of its standard error.
        last_words: Vec<String>,
        /// The client, to be answered by someone else.
        client: Client,
        /// What was read from it and not yet looked at.
        buffer: BytesMut,
        /// The bodies that it sent so far.
        unanswered: Vec<Bytes>,
    },
}

/// Why a session comes to its end.
enum Reason {
    Client(client_pump::Ending),
    Server(server_pump::Ending),
    Died(Ended),
    Interrupted(Interrupt),
}

/// Runs a session until nothing is left running.
///
/// # Errors
///
/// Where the system does not let signals be received, or does not tell how gopls ended.
pub async fn run(
    client: Client,
    mut server: Server,
    pipes: Pipes,
    options: Options,
) -> io::Result<End> {
    let Options {
        tap,
        rewriters,
        thresholds,
        debug,
        mut notices,
    } = options;
    let mut interrupts = Interrupts::new()?;
    let (to_client, client_inbox) = unbounded_channel();
    let (to_server, server_inbox) = unbounded_channel();
    let rewriters = Rewriters::new(rewriters);
    let shared = Arc::new(Shared::new(
        tap, rewriters, thresholds, to_client, to_server,
    ));
    let words = Arc::new(Mutex::new(LastWords::default()));
    let errors = stderr::pass_on(
        pipes.stderr,
        system::stderr(),
        shared.clone(),
        words.clone(),
    );
    let mut errors = tokio::spawn(errors);
    let watch = tokio::spawn(watch::watch(shared.clone(), server.pid(), debug));

    let group = server.group();
    let mut from_client = ClientPump::new(client.source, shared.clone(), server_inbox);
    let mut from_server = ServerPump::new(pipes.stdout, shared.clone(), client_inbox);
    let mut client_sink = client.sink;
    let mut server_sink = pipes.stdin;

    let reason = loop {
        tokio::select! {
            ending = from_client.run(&mut server_sink) => break Reason::Client(ending),
            ending = from_server.run(&mut client_sink) => break Reason::Server(ending),
            ended = server.wait() => break Reason::Died(ended?),
            interrupt = interrupts.next() => break Reason::Interrupted(interrupt),
            Some((level, text)) = notices.recv() => shared.say(level, &text),
        }
    };

    let mut ending = Closing {
        server: &mut server,
        from_server: &mut from_server,
        sink: &mut client_sink,
    };
    let by_itself = match &reason {
        Reason::Died(ended) => Some(*ended),
        Reason::Client(client_pump::Ending::Exit) => {
            // What is said to a gopls that hangs shall not be waited for.
            let flush = from_client.flush(&mut server_sink);
            let _ = tokio::time::timeout(EXIT_LIMIT, flush).await;
            let hangs = lock(&shared.shutdown).is_some() || shared.pending.any_held();
            let ended = if hangs {
                None
            } else {
                ending.wait(EXIT_LIMIT).await?
            };
            drop(server_sink);
            match ended {
                Some(ended) => Some(ended),
                None => ending.wait(END_LIMIT).await?,
            }
        }
        Reason::Client(_) | Reason::Server(_) => {
            let flush = from_client.flush(&mut server_sink);
            let _ = tokio::time::timeout(EXIT_LIMIT, flush).await;
            drop(server_sink);
            ending.wait(END_LIMIT).await?
        }
        Reason::Interrupted(interrupt) => {
            group.interrupt(*interrupt);
            let ended = ending.wait(END_LIMIT).await?;
            drop(server_sink);
            ended
        }
    };
    let ended = match by_itself {
        Some(ended) => ended,
        None => {
            group.end();
            server.wait().await?
        }
    };
    // What gopls wrote before its end still goes to the client.
    let drain = from_server.run(&mut client_sink);
    let _ = tokio::time::timeout(DRAIN_LIMIT, drain).await;
    // gopls does not take its `go list` with it when it is killed.
    group.end();
    watch.abort();
    let _ = tokio::time::timeout(DRAIN_LIMIT, &mut errors).await;

    let last_words = lock(&words).lines(20);
    shared.event(
        EventName::ServerExit,
        json!({ "how": ended.to_string(), "code": ended.exit_code(),
            "ended_by_goplens": by_itself.is_none(), "because": because(&reason),
            "last_words": last_words }),
    );
    if lost(&reason) {
        shared.say(Level::Error, &because(&reason));
    }
    let initialized = shared.phase.initialized.load(Ordering::Relaxed);
    if !initialized && client_is_there(&reason) {
        let client = Client {
            source: from_client.source,
            sink: client_sink,
        };
        let buffer = from_client.buffer;
        let unanswered = from_client.unanswered;
        return Ok(End::NeverInitialized {
            ended,
            last_words,
            client,
            buffer,
            unanswered,
        });
    }
    for (side, id, request) in shared.pending.waiting() {
        if side == Side::Client {
            let text = format!(
                "gopls ended ({ended}) before it answered {}",
                request.method
            );
            shared.answer_client(&id, &request, Err(&text));
        }
    }
    let _ = tokio::time::timeout(DRAIN_LIMIT, from_server.flush(&mut client_sink)).await;
    client_sink.close(DRAIN_LIMIT).await;
    let code = match (by_itself, &reason) {
        // gopls has nothing to do with it, and may well have ended in good order.
        _ if lost(&reason) => 1,
        (Some(ended), _) => ended.exit_code(),
        (None, Reason::Interrupted(interrupt)) => 128 + interrupt.number(),
        (None, _) if shared.phase.shutting_down.load(Ordering::Relaxed) => 0,
        (None, _) => 1,
    };
    Ok(End::Over {
        code,
        how: format!("{}; gopls ended with {ended}", because(&reason)),
    })
}

/// What keeps going while gopls is given time to end.
struct Closing<'a> {
    server: &'a mut Server,
    from_server: &'a mut ServerPump,
    sink: &'a mut Sink,
}

impl Closing<'_> {
    /// Waits for gopls's end, `limit` at most; its answers still reach the client meanwhile.
    async fn wait(&mut self, limit: Duration) -> io::Result<Option<Ended>> {
        let answers = async {
            self.from_server.run(self.sink).await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            ended = self.server.wait() => ended.map(Some),
            () = answers => Ok(None),
            () = tokio::time::sleep(limit) => Ok(None),
        }
    }
}

/// Whether the client is still there to be answered by someone else: it did not end the session.
fn client_is_there(reason: &Reason) -> bool {
    match reason {
        Reason::Died(_) | Reason::Client(client_pump::Ending::ServerGone) => true,
        Reason::Server(ending) => !matches!(ending, server_pump::Ending::ClientGone),
        Reason::Client(_) | Reason::Interrupted(_) => false,
    }
}

/// Whether a stream could be read no more.
fn lost(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::Client(client_pump::Ending::Lost(_)) | Reason::Server(server_pump::Ending::Lost(_))
    )
}

fn because(reason: &Reason) -> String {
    match reason {
        Reason::Client(client_pump::Ending::Exit) => "the client said exit".into(),
        Reason::Client(client_pump::Ending::Eof) => "the client closed its stream".into(),
        Reason::Client(client_pump::Ending::Lost(error)) => {
            format!("the client's stream could not be read any more: {error}")
        }
        Reason::Client(client_pump::Ending::ServerGone) => "gopls stopped reading".into(),
        Reason::Server(server_pump::Ending::Eof) => "gopls closed its stream".into(),
        Reason::Server(server_pump::Ending::Lost(error)) => {
            format!("gopls's stream could not be read any more: {error}")
        }
        Reason::Server(server_pump::Ending::ClientGone) => "the client stopped reading".into(),
        Reason::Died(_) => "gopls ended by itself".into(),
        Reason::Interrupted(interrupt) => format!("goplens got {}", interrupt.name()),
    }
}
