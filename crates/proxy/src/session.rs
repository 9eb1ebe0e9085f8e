//! One session, from the first byte to the end of the last process.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::{Bytes, BytesMut};
use protocol::traffic::EventName;
use protocol::{Method, Side};
use serde_json::{Value, json};
use system::{Ended, Interrupt, Interrupts, Pipes, Server, Sink, Source};
use tokio::sync::mpsc::UnboundedReceiver;
use wire::Framer;

use crate::from_client::{self, FromClient};
use crate::from_server::{self, FromServer};
use crate::last_words::LastWords;
use crate::own::Level;
use crate::pump::{Core, Pump, Stop};
use crate::rewriter::{Rewriter, Rewriters};
use crate::shared::{Shared, lock};
use crate::{Channel, DebugServer, Tap, Thresholds, stderr, watch};

/// How long gopls may take to end when its standard input has ended. It does at once, even in a
/// hung load, unless it is stopped.
const END_LIMIT: Duration = Duration::from_millis(500);

/// How long gopls may take to end by itself after `exit`, before its standard input is closed: its
/// exit code tells whether `shutdown` came before, that of an end by EOF does not.
const EXIT_LIMIT: Duration = Duration::from_millis(200);

/// How long nothing may move while what is left is carried to the client. A child of gopls's that keeps
/// its output open shall not hold the editor up.
const STALL_LIMIT: Duration = Duration::from_millis(200);

/// How many times in a row that may happen while there is something to be written and the client is
/// still there: one that is slow gets its answers whole.
const STALLS: u32 = 150;

/// The same where the client ended the session: VS Code gives it 2 s in all.
const STALLS_AT_THE_CLIENT_S_END: u32 = 2;

/// How long gopls may work on `shutdown` before it counts as hanging when `exit` comes.
const SHUTDOWN_PATIENCE: Duration = Duration::from_millis(500);

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
    /// What others than the two peers say in it.
    pub channel: Channel,
}

/// How a session ended.
pub enum End {
    /// With this exit code, said in words.
    Over {
        /// The code for this process to end with.
        code: i32,
        /// How gopls ended.
        ended: Ended,
        /// Why, for the session's record.
        how: String,
    },
    /// gopls ended before it answered `initialize`, and the client is still there.
    NeverInitialized(Box<Orphan>),
}

/// A client that gopls has left before its first answer, to be answered by someone else.
pub struct Orphan {
    /// How gopls ended.
    pub ended: Ended,
    /// The first and the last lines of its standard error.
    pub last_words: Vec<String>,
    /// What it wrote to its standard output and was no message.
    pub stray: Option<String>,
    /// The client.
    pub client: Client,
    /// What was read from it and not yet looked at.
    pub buffer: BytesMut,
    /// Where in a frame that begins.
    pub framer: Framer,
    /// The bodies that it sent and nobody answered.
    pub unanswered: Vec<Bytes>,
}

/// Why a session comes to its end.
#[derive(PartialEq)]
enum Reason {
    Client(Stop),
    Server(Stop),
    Died(Ended),
    Interrupted(Interrupt),
}

/// Runs a session until nothing is left running.
///
/// # Errors
///
/// Where the system does not tell how gopls ended.
pub async fn run(
    client: Client,
    mut server: Server,
    pipes: Pipes,
    options: Options,
    interrupts: &mut Interrupts,
) -> io::Result<End> {
    let Options {
        tap,
        rewriters,
        thresholds,
        debug,
        mut notices,
        channel,
    } = options;
    let Channel {
        speaker,
        client_inbox,
        server_inbox,
    } = channel;
    let rewriters = Rewriters::new(rewriters);
    let shared = Arc::new(Shared::new(tap, rewriters, thresholds, speaker));
    let words = Arc::new(Mutex::new(LastWords::default()));
    let errors = stderr::pass_on(
        pipes.stderr,
        system::stderr(),
        shared.clone(),
        words.clone(),
    );
    let mut errors = tokio::spawn(errors);
    let watch = tokio::spawn(watch::watch(shared.clone(), server.pid(), debug));

    let mut from_client = Pump::new(
        client.source,
        shared.clone(),
        server_inbox,
        FromClient::default(),
    );
    let mut from_server = Pump::new(pipes.stdout, shared.clone(), client_inbox, FromServer);
    let mut client_sink = client.sink;
    let mut server_sink = pipes.stdin;

    let reason = loop {
        tokio::select! {
            stop = from_client.run(&mut server_sink) => break Reason::Client(stop),
            stop = from_server.run(&mut client_sink) => break Reason::Server(stop),
            ended = server.wait() => break Reason::Died(ended?),
            interrupt = interrupts.next() => break Reason::Interrupted(interrupt),
            Some((level, text)) = notices.recv() => shared.say(level, &text),
        }
    };
    if let Reason::Client(Stop::Ended) = reason {
        from_client::end_of_stream(&mut from_client.core);
    }

    let group = server.group();
    let mut closing = Closing {
        server: &mut server,
        from_server: &mut from_server,
        sink: &mut client_sink,
    };
    // Whether gopls ended at what the client said, or because goplens closed its standard input.
    let mut told = true;
    let by_itself = match &reason {
        Reason::Died(ended) => Some(*ended),
        Reason::Interrupted(interrupt) => {
            group.interrupt(*interrupt);
            closing.wait(END_LIMIT).await?
        }
        Reason::Client(_) | Reason::Server(_) => {
            // What is said to a gopls that does not read shall not be waited for.
            let flush = from_client.core.flush(&mut server_sink);
            let _ = tokio::time::timeout(EXIT_LIMIT, flush).await;
            let ended = match reason {
                Reason::Client(Stop::Over) if !hangs(&shared) => closing.wait(EXIT_LIMIT).await?,
                _ => None,
            };
            drop(server_sink);
            match ended {
                Some(ended) => Some(ended),
                None => {
                    told = reason != Reason::Client(Stop::Over);
                    closing.wait(END_LIMIT).await?
                }
            }
        }
    };
    let ended = match by_itself {
        Some(ended) => ended,
        None => {
            group.end();
            server.wait().await?
        }
    };
    // gopls does not take its `go list` with it when it is killed.
    group.end();
    watch.abort();
    // What gopls wrote before its end still goes to the client.
    let stalls = if client_is_there(&reason) {
        STALLS
    } else {
        STALLS_AT_THE_CLIENT_S_END
    };
    let drained = tokio::select! {
        drained = drain(&mut from_server, &mut client_sink, &from_client.core, stalls) => drained,
        _ = interrupts.next() => false,
    };
    let stray = from_server::end_of_stream(&mut from_server.core);
    let _ = tokio::time::timeout(STALL_LIMIT, &mut errors).await;

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
    // In the middle of a frame nobody else can go on.
    let orphaned = !initialized && client_is_there(&reason) && from_server.core.is_whole();
    let Pump {
        core: client,
        policy,
    } = from_client;
    let unanswered = if orphaned {
        policy.unanswered(&shared)
    } else {
        Vec::new()
    };
    answer_what_waits(&shared, ended);
    if drained {
        tokio::select! {
            _ = drain(&mut from_server, &mut client_sink, &client, stalls) => {}
            _ = interrupts.next() => {}
        }
    }
    if orphaned {
        return Ok(End::NeverInitialized(Box::new(Orphan {
            ended,
            last_words,
            stray,
            client: Client {
                source: client.source,
                sink: client_sink,
            },
            buffer: client.buffer,
            framer: client.framer,
            unanswered,
        })));
    }
    client_sink.close(STALL_LIMIT).await;
    let code = match (by_itself, &reason) {
        // gopls has nothing to do with it, and may well have ended in good order.
        _ if lost(&reason) => 1,
        // An end by EOF is always in good order, whether `shutdown` came before or not.
        (Some(ended), _) if told || ended != Ended::Code(0) => ended.exit_code(),
        (_, Reason::Interrupted(interrupt)) => 128 + interrupt.number(),
        _ if shared.phase.shutting_down.load(Ordering::Relaxed) => 0,
        _ => 1,
    };
    let how = format!("{}; gopls ended with {ended}", because(&reason));
    Ok(End::Over { code, ended, how })
}

/// Whether gopls has been working on `shutdown` for so long that it will not end by itself.
fn hangs(shared: &Shared) -> bool {
    let asked = lock(&shared.shutdown)
        .as_ref()
        .map(|(_, asked)| asked.elapsed());
    shared.pending.any_answered() || asked.is_some_and(|waited| waited >= SHUTDOWN_PATIENCE)
}

/// Carries what gopls wrote, and what goplens has to say, to the client, until nothing is left, which
/// it tells, or until nothing has moved for `most` times [`STALL_LIMIT`], or the client has gone.
async fn drain(
    from_server: &mut Pump<FromServer>,
    sink: &mut Sink,
    client: &Core,
    most: u32,
) -> bool {
    let mut stalls = 0;
    let mut before = usize::MAX;
    while stalls < most {
        let rest = async {
            match from_server.run(sink).await {
                Stop::SinkGone => false,
                _ => from_server.core.flush(sink).await.is_ok(),
            }
        };
        if let Ok(all) = tokio::time::timeout(STALL_LIMIT, rest).await {
            return all;
        }
        let waiting = from_server.core.waiting();
        match waiting {
            // Whoever still holds gopls's output open has nothing to say.
            0 => return true,
            _ if waiting != before => stalls = 0,
            // A client that closed its own stream may still read, but nobody knows.
            _ if client.source.is_hung_up() => stalls += most / STALLS_AT_THE_CLIENT_S_END,
            _ => stalls += 1,
        }
        before = waiting;
    }
    false
}

/// gopls has ended: its answers will not come, and one that is still in a pipe comes too late.
fn answer_what_waits(shared: &Shared, ended: Ended) {
    for (side, id, request) in shared.pending.waiting() {
        if side != Side::Client || request.asked_here.is_some() {
            continue;
        }
        let Some(request) = shared.pending.answer_early(&id) else {
            continue;
        };
        if request.method == Method::SHUTDOWN {
            // It is down, which is all that was asked.
            shared.answer_client(&id, &request, Ok(Value::Null));
        } else {
            let text = format!(
                "gopls ended ({ended}) before it answered {}",
                request.method
            );
            shared.answer_client(&id, &request, Err(&text));
        }
    }
}

/// What keeps going while gopls is given time to end.
struct Closing<'a> {
    server: &'a mut Server,
    from_server: &'a mut Pump<FromServer>,
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
        Reason::Died(_) => true,
        Reason::Client(stop) => *stop == Stop::SinkGone,
        Reason::Server(stop) => *stop != Stop::SinkGone,
        Reason::Interrupted(_) => false,
    }
}

/// Whether a stream could be read no more.
fn lost(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::Client(Stop::Lost(_)) | Reason::Server(Stop::Lost(_))
    )
}

fn because(reason: &Reason) -> String {
    match reason {
        Reason::Client(Stop::Over) => "the client said exit".into(),
        Reason::Client(Stop::Ended) => "the client closed its stream".into(),
        Reason::Client(Stop::SinkGone) => "gopls stopped reading".into(),
        Reason::Client(Stop::Lost(error)) => {
            format!("the client's stream could not be read any more: {error}")
        }
        Reason::Server(Stop::SinkGone) => "the client stopped reading".into(),
        Reason::Server(Stop::Lost(error)) => {
            format!("gopls's stream could not be read any more: {error}")
        }
        Reason::Server(Stop::Ended | Stop::Over) => "gopls closed its stream".into(),
        Reason::Died(_) => "gopls ended by itself".into(),
        Reason::Interrupted(interrupt) => format!("goplens got {}", interrupt.name()),
    }
}
