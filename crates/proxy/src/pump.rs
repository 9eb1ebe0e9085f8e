//! What both directions have in common: reading frames, keeping the books, writing.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use bytes::{Bytes, BytesMut};
use protocol::traffic::{AtServer, Batch, Event, EventName, Item, Kind, Message};
use protocol::{Direction, Method, Side};
use serde_json::{Value, json};
use system::{Sink, Source};
use tokio::sync::mpsc::UnboundedReceiver;
use wire::{Frame, Framer, Head, Header, HeaderError, Skimmer, Step};

use crate::outbox::Outbox;
use crate::outcome::outcome;
use crate::own::Level;
use crate::shared::Shared;
use crate::speaker::{Own, Question};
use crate::{Pending, own, timeout};

/// How much is read at once; a pipe holds no more.
const READ: usize = 64 * 1024;

/// How often the source is looked at while it is not read, because the other side reads nothing.
const LOOK: Duration = Duration::from_millis(250);

/// What one direction decides for itself.
pub(crate) trait Policy {
    /// Its way.
    const DIRECTION: Direction;

    /// How many bytes may wait for the other side before no more is read.
    const BACKLOG: usize;

    /// The largest body that is held whole, of those that begin like this.
    fn hold(&self, shared: &Shared, start: &[u8]) -> u64;

    /// Handles a frame that is held whole.
    fn frame(&mut self, core: &mut Core, frame: Frame, now: Instant);

    /// The body of a frame that is not held begins.
    fn large_begins(&mut self, core: &mut Core, bytes: Bytes, header: Header);

    /// Its last piece is about to be written.
    fn large_ends(&mut self, core: &mut Core, skimmer: &Skimmer, now: Instant);

    /// These bytes belong to no frame and are left out.
    fn skipped(&mut self, core: &mut Core, bytes: &[u8], error: &HeaderError);

    /// Whether nothing more is to be read.
    fn is_over(&self) -> bool;
}

/// Why a pump stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Nothing more comes: the stream ended, or broke.
    Ended,
    /// What comes can be read no more.
    Lost(HeaderError),
    /// The other side takes nothing more.
    SinkGone,
    /// The policy says that it is over.
    Over,
}

/// One direction.
pub(crate) struct Pump<P> {
    pub(crate) core: Core,
    pub(crate) policy: P,
}

/// What a policy works with.
pub(crate) struct Core {
    pub(crate) source: Source,
    /// What was read and not yet looked at.
    pub(crate) buffer: BytesMut,
    pub(crate) framer: Framer,
    pub(crate) shared: Arc<Shared>,
    pub(crate) direction: Direction,
    large: Option<Skimmer>,
    inbox: UnboundedReceiver<Own>,
    pub(crate) out: Outbox,
    pub(crate) batch: Vec<Item>,
    /// Where changed bodies are made.
    pub(crate) changed: BytesMut,
}

impl<P: Policy> Pump<P> {
    pub(crate) fn new(
        source: Source,
        shared: Arc<Shared>,
        inbox: UnboundedReceiver<Own>,
        policy: P,
    ) -> Self {
        let core = Core {
            source,
            buffer: BytesMut::with_capacity(READ),
            framer: Framer::default(),
            shared,
            direction: P::DIRECTION,
            large: None,
            inbox,
            out: Outbox::default(),
            batch: Vec::new(),
            changed: BytesMut::new(),
        };
        Self { core, policy }
    }

    /// Pumps until it stops. Dropping the future loses nothing: what was read is in the buffer, what
    /// is to be written in the outbox.
    pub(crate) async fn run(&mut self, sink: &mut Sink) -> Stop {
        loop {
            let core = &mut self.core;
            let full = core.out.len() >= P::BACKLOG;
            tokio::select! {
                biased;
                result = core.out.write_some(sink), if !core.out.is_empty() => {
                    if result.is_err() {
                        return Stop::SinkGone;
                    }
                }
                // Before what is read, which may never pause.
                Some(own) = core.inbox.recv(), if core.large.is_none() => core.take_own(own),
                result = read(&mut core.source, &mut core.buffer), if !full => {
                    if !matches!(result, Ok(1..)) {
                        return Stop::Ended;
                    }
                    if let Some(stop) = self.take_frames() {
                        return stop;
                    }
                }
                // The block keeps the clock from being read for each message.
                () = async { tokio::time::sleep(LOOK).await }, if full => {
                    // A sender that has gone is not missed because nobody takes what it sent.
                    if core.source.is_hung_up() {
                        return Stop::Ended;
                    }
                }
            }
        }
    }

    /// Handles all that the buffer holds.
    fn take_frames(&mut self) -> Option<Stop> {
        let Self { core, policy } = self;
        let now = Instant::now();
        let mut stop = None;
        while stop.is_none() {
            let hold = |start: &[u8]| policy.hold(&core.shared, start);
            match core.framer.next(&mut core.buffer, hold) {
                Step::More(missing) => {
                    make_room(&mut core.buffer, missing);
                    break;
                }
                Step::Frame(frame) => policy.frame(core, frame, now),
                Step::Large { bytes, header } => {
                    core.large = Some(Skimmer::default());
                    policy.large_begins(core, bytes, header);
                }
                Step::Chunk { bytes, last } => {
                    if let Some(skimmer) = &mut core.large {
                        skimmer.push(&bytes);
                    }
                    if let Some(skimmer) = core.large.take_if(|_| last) {
                        policy.large_ends(core, &skimmer, now);
                    }
                    core.out.push(bytes);
                }
                Step::Skipped { bytes, error } => policy.skipped(core, &bytes, &error),
                Step::Lost(error) => {
                    let rest = core.buffer.split().freeze();
                    if !rest.is_empty() {
                        policy.skipped(core, &rest, &error);
                    }
                    stop = Some(Stop::Lost(error));
                }
            }
            if policy.is_over() {
                stop = Some(Stop::Over);
            }
        }
        core.feed();
        stop
    }
}

impl Core {
    /// Writes what is still to be written, with what goplens itself has to say besides.
    ///
    /// # Errors
    ///
    /// Where the other side takes nothing more.
    pub(crate) async fn flush(&mut self, sink: &mut Sink) -> io::Result<()> {
        // In the middle of a frame nothing can be added: it would be taken for the frame's rest.
        while self.large.is_none()
            && let Ok(own) = self.inbox.try_recv()
        {
            self.take_own(own);
        }
        while !self.out.is_empty() {
            self.out.write_some(sink).await?;
        }
        Ok(())
    }

    /// How many bytes wait to be written.
    pub(crate) fn waiting(&self) -> usize {
        self.out.len()
    }

    /// Whether what was written so far ends with a whole frame.
    pub(crate) fn is_whole(&self) -> bool {
        self.large.is_none() && self.out.is_empty()
    }

    fn take_own(&mut self, own: Own) {
        match own {
            Own::Made { message, body } => {
                self.out.push_body(body);
                self.batch.push(Item::Message(message));
            }
            Own::Late(make) => {
                // Whoever makes it may fail; the messages go on.
                let bodies = catch_unwind(AssertUnwindSafe(make)).unwrap_or_default();
                for body in bodies {
                    self.put_own(body);
                }
            }
            Own::Question(question) => self.ask(question),
        }
        self.feed();
    }

    /// Asks gopls something of goplens's own, unless that would hold the client up.
    fn ask(&mut self, question: Question) {
        let shared = &self.shared;
        let up = shared.phase.initialized.load(Ordering::Relaxed)
            && !shared.phase.shutting_down.load(Ordering::Relaxed);
        if !up || shared.pending.client_waits() {
            return question.refuse();
        }
        let (id, body, pending) = question.put(|id| shared.pending.contains(Side::Client, id));
        shared.pending.insert(Side::Client, id, pending);
        self.put_own(body);
    }

    /// Tells the tap what has happened since it was told last.
    pub(crate) fn feed(&mut self) {
        if !self.batch.is_empty() {
            // They wait for the recorder, so they take no more room than they need.
            let items = self.batch.drain(..).collect();
            let time = SystemTime::now();
            self.shared.tap.feed(Batch { time, items });
        }
    }

    /// Puts an event on record; its data get the direction.
    pub(crate) fn event(&mut self, name: EventName, mut data: Value) {
        data["direction"] = self.direction.as_str().into();
        self.batch.push(Item::Event(Event { name, data }));
    }

    /// Says something to the user, behind all that is on record so far.
    pub(crate) fn say(&mut self, level: Level, text: &str) {
        self.feed();
        self.shared.say(level, text);
    }

    /// A message with this head, as it came.
    pub(crate) fn message(&self, head: &Head<'_>) -> Message {
        Message {
            direction: self.direction,
            kind: Kind::of(head),
            method: head.method.as_deref().map(Method::new),
            id: head.id.clone(),
            size: 0,
            body: None,
            at_server: AtServer::Same,
            checked: false,
            latency: None,
            outcome: None,
            asked: None,
            made_here: false,
        }
    }

    /// A response came: closes the book on its request, which `asker` asked, and gives it.
    pub(crate) fn settle(
        &mut self,
        asker: Side,
        head: &Head<'_>,
        message: &mut Message,
        now: Instant,
    ) -> Option<Pending> {
        let id = head.id.clone()?;
        let Some(request) = self.shared.pending.take(asker, id.clone()) else {
            self.event(
                EventName::Unmatched,
                json!({ "id": own::id_value(Some(&id)) }),
            );
            return None;
        };
        message.method = Some(request.method.clone());
        message.latency = Some(now.saturating_duration_since(request.started));
        message.outcome = Some(outcome(head, &request));
        let asked = request.forwarded.as_ref().or(request.params.as_ref());
        message.asked = asked.cloned();
        self.shared.slow.answered(asker, &request);
        if let Some(late) = timeout::late(asker, &id, &request, now) {
            self.batch.push(Item::Event(late));
        }
        Some(request)
    }

    /// Forwards a frame as it came.
    pub(crate) fn pass(&mut self, frame: Frame, message: Message) {
        self.batch.push(Item::Message(message));
        self.out.push(frame.bytes);
    }

    /// Forwards bytes that are part of a frame.
    pub(crate) fn pass_bytes(&mut self, bytes: Bytes) {
        self.out.push(bytes);
    }

    /// Puts a message on record without forwarding anything.
    pub(crate) fn record(&mut self, message: Message) {
        self.batch.push(Item::Message(message));
    }

    /// Sends a message of goplens's own.
    pub(crate) fn put_own(&mut self, body: Bytes) {
        if let Ok(head) = wire::scan(&body) {
            let mut message = self.message(&head);
            message.size = body.len() as u64;
            message.body = Some(body.clone());
            message.made_here = true;
            self.batch.push(Item::Message(message));
        }
        self.out.push_body(body);
    }
}

/// Reads into a buffer that has room for a whole pipe.
async fn read(source: &mut Source, buffer: &mut BytesMut) -> io::Result<usize> {
    if buffer.capacity() - buffer.len() < READ / 4 {
        buffer.reserve(READ);
    }
    source.read(buffer).await
}

/// Makes room for what is known to be missing, and gives back what a large frame needed.
fn make_room(buffer: &mut BytesMut, missing: usize) {
    if missing > buffer.capacity() - buffer.len() {
        buffer.reserve(missing);
    } else if buffer.is_empty() && buffer.capacity() > 4 * READ {
        *buffer = BytesMut::with_capacity(READ);
    }
}
