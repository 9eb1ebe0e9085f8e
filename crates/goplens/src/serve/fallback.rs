//! A session without gopls, answered by the fallback until the client says `exit`.

use std::io;
use std::time::{Duration, SystemTime};

use ::fallback::{Fallback, Reason};
use bytes::{Bytes, BytesMut};
use protocol::traffic::{Batch, Item, Kind, Message, Outcome};
use protocol::{Direction, Method};
use proxy::{Client, Tap};
use system::{Real, Sink, System};
use wire::{Framer, Step};

use super::body;

/// Answers the client: first what it said before, then what it still says. Gives the code to end
/// with: 0 if the client shut the session down before its end, else 1.
///
/// # Errors
///
/// None that the client could not have caused by leaving.
pub(crate) async fn serve(
    client: Client,
    mut buffer: BytesMut,
    unanswered: Vec<Bytes>,
    reason: Reason,
    tap: &dyn Tap,
) -> io::Result<i32> {
    let Client {
        mut source,
        mut sink,
    } = client;
    tracing::warn!("{}: {}", reason.code, reason.title);
    let mut server = Fallback::new(reason, Box::new(|path| Real.exists(path)));
    let mut framer = Framer::default();
    for said in unanswered {
        // It stands in the trace already.
        answer(&mut server, &said, &mut sink, tap).await?;
    }
    while server.exited().is_none() {
        match framer.next(&mut buffer, || proxy::LARGEST_CHECKED) {
            Step::Frame(frame) => {
                let said = frame.body();
                record(Direction::ClientToServer, &said, tap);
                answer(&mut server, &said, &mut sink, tap).await?;
            }
            Step::More(missing) => {
                buffer.reserve(missing.max(16 * 1024));
                if !matches!(source.read(&mut buffer).await, Ok(1..)) {
                    break;
                }
            }
            Step::Lost(error) => {
                tracing::error!("the client's stream cannot be read any more: {error}");
                break;
            }
            // There is nobody to hand them on to.
            Step::Large { .. } | Step::Chunk { .. } | Step::Skipped { .. } => {}
        }
    }
    sink.close(Duration::from_millis(200)).await;
    Ok(server.exited().unwrap_or(1))
}

async fn answer(
    server: &mut Fallback,
    said: &[u8],
    sink: &mut Sink,
    tap: &dyn Tap,
) -> io::Result<()> {
    for answer in server.message(said).await {
        record(Direction::ServerToClient, &answer, tap);
        let frame = wire::frame(&answer);
        let mut rest = &frame[..];
        while !rest.is_empty() {
            let written = sink.write(rest).await?;
            rest = &rest[written..];
        }
    }
    Ok(())
}

/// Puts a message of this session on record; what is none is not.
fn record(direction: Direction, bytes: &[u8], tap: &dyn Tap) {
    let Ok(head) = wire::scan(bytes) else { return };
    let kind = match (&head.method, &head.id) {
        (Some(_), Some(_)) => Kind::Request,
        (Some(_), None) => Kind::Notification,
        (None, _) => Kind::Response,
    };
    let message = Message {
        direction,
        kind,
        method: head.method.as_deref().map(Method::new),
        id: head.id.clone(),
        size: bytes.len() as u64,
        body: Some(body(bytes)),
        latency: None,
        outcome: (kind == Kind::Response).then_some(if head.error.is_some() {
            Outcome::Error
        } else {
            Outcome::Ok
        }),
        checked: true,
        made_here: direction == Direction::ServerToClient,
    };
    tap.feed(Batch {
        time: SystemTime::now(),
        items: vec![Item::Message(message)],
    });
}
