//! A session without gopls, answered by the fallback until the client says `exit`.

use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant, SystemTime};

use ::fallback::Fallback;
use bytes::{Bytes, BytesMut};
use protocol::traffic::{Batch, Item, Kind, Message, Outcome};
use protocol::{Direction, Method};
use proxy::{Client, Tap};
use system::{Interrupts, Real, Sink, System};
use trace::finding::{Code, Finding};
use url::Url;
use wire::{Framer, Head, Id, Step};

use crate::serve::{inspection, pages};

/// A client without a gopls.
pub(crate) struct Orphan {
    pub(crate) client: Client,
    /// What was read from it and not yet looked at.
    pub(crate) buffer: BytesMut,
    /// Where in a frame that begins.
    pub(crate) framer: Framer,
    /// The bodies that it sent and nobody answered. They stand in the trace already.
    pub(crate) unanswered: Vec<Bytes>,
}

impl Orphan {
    /// A client that has said nothing yet.
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            buffer: BytesMut::new(),
            framer: Framer::default(),
            unanswered: Vec::new(),
        }
    }
}

impl From<proxy::Orphan> for Orphan {
    fn from(orphan: proxy::Orphan) -> Self {
        let proxy::Orphan {
            client,
            buffer,
            framer,
            unanswered,
            ..
        } = orphan;
        Self {
            client,
            buffer,
            framer,
            unanswered,
        }
    }
}

/// Answers the client: first what it said before, then what it still says. Gives the code to end
/// with: 0 if the client shut the session down before its end, 128 and its number for a signal,
/// else 1.
///
/// # Errors
///
/// Where the client takes no answer.
pub(crate) async fn serve(
    orphan: Orphan,
    reason: Finding,
    tap: &dyn Tap,
    interrupts: &mut Interrupts,
) -> io::Result<i32> {
    tracing::warn!("{}: {}", reason.code, reason.title);
    let page = page(reason.code);
    let mut server = Fallback::new(reason, page, Box::new(|path| Real.exists(path)));
    tokio::select! {
        ended = converse(orphan, &mut server, tap) => ended?,
        interrupt = interrupts.next() => return Ok(128 + interrupt.number()),
    }
    let in_order = server.is_shut_down();
    Ok(server.exited().unwrap_or(if in_order { 0 } else { 1 }))
}

/// The page of a finding; none where it cannot be written.
fn page(code: Code) -> Option<Url> {
    let folder = inspection::pages()?;
    let written = pages::write(&folder, code);
    let path = folder.join(format!("{code}.md"));
    written.ok().and_then(|()| Url::from_file_path(path).ok())
}

async fn converse(orphan: Orphan, server: &mut Fallback, tap: &dyn Tap) -> io::Result<()> {
    let Orphan {
        client: Client {
            mut source,
            mut sink,
        },
        mut buffer,
        mut framer,
        unanswered,
    } = orphan;
    let mut book = Book {
        tap,
        asked: HashMap::new(),
    };
    for said in unanswered {
        answer(server, &said, &mut sink, &mut book).await?;
    }
    while server.exited().is_none() {
        match framer.next(&mut buffer, |_| proxy::LARGEST_CHECKED) {
            Step::Frame(frame) => {
                let said = frame.body();
                book.record(Direction::ClientToServer, &said);
                answer(server, &said, &mut sink, &mut book).await?;
            }
            Step::More(missing) => {
                buffer.reserve(missing.max(16 * 1024));
                if !matches!(source.read(&mut buffer).await, Ok(1..)) {
                    break;
                }
            }
            // What cannot be read as a message gets the answer that any such body gets.
            Step::Skipped { bytes, .. } => answer(server, &bytes, &mut sink, &mut book).await?,
            Step::Chunk { bytes, last: true } => {
                answer(server, &bytes, &mut sink, &mut book).await?
            }
            Step::Large { .. } | Step::Chunk { .. } => {}
            Step::Lost(error) => {
                tracing::error!("the client's stream cannot be read any more: {error}");
                break;
            }
        }
    }
    sink.close(Duration::from_millis(200)).await;
    Ok(())
}

async fn answer(
    server: &mut Fallback,
    said: &[u8],
    sink: &mut Sink,
    book: &mut Book<'_>,
) -> io::Result<()> {
    book.ask(said);
    for answer in server.message(said).await {
        book.record(Direction::ServerToClient, &answer);
        let frame = wire::frame(&answer);
        let mut rest = &frame[..];
        while !rest.is_empty() {
            let written = sink.write(rest).await?;
            rest = &rest[written..];
        }
    }
    Ok(())
}

/// Puts the messages of this session on record.
struct Book<'a> {
    tap: &'a dyn Tap,
    /// The requests that were not answered yet.
    asked: HashMap<Id, (Method, Instant)>,
}

impl Book<'_> {
    /// Keeps in mind what the client asked.
    fn ask(&mut self, body: &[u8]) {
        if let Ok(Head {
            id: Some(id),
            method: Some(method),
            ..
        }) = wire::scan(body)
        {
            self.asked
                .insert(id, (Method::new(&method), Instant::now()));
        }
    }

    /// Puts a message on record; what is none is not.
    fn record(&mut self, direction: Direction, body: &[u8]) {
        let Ok(head) = wire::scan(body) else { return };
        let mut message = Message {
            direction,
            kind: Kind::of(&head),
            method: head.method.as_deref().map(Method::new),
            id: head.id.clone(),
            size: body.len() as u64,
            body: Some(Bytes::copy_from_slice(body)),
            checked: true,
            latency: None,
            outcome: None,
            asked: None,
            at_server: Default::default(),
            made_here: direction == Direction::ServerToClient,
        };
        if message.kind == Kind::Response {
            message.outcome = Some(Outcome::of(&head));
            let asked = head.id.as_ref().and_then(|id| self.asked.remove(id));
            if let Some((method, started)) = asked {
                message.method = Some(method);
                message.latency = Some(started.elapsed());
            }
        }
        let items = vec![Item::Message(message)];
        self.tap.feed(Batch {
            time: SystemTime::now(),
            items,
        });
    }
}
