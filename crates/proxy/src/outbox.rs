//! What is to be written, in order.

use std::collections::VecDeque;
use std::io;

use bytes::{Buf, Bytes, BytesMut};
use system::Sink;

/// Pieces of up to this size are copied together, so that all the whole frames of one read leave in
/// one write; larger ones are written from where they are.
const SMALL: usize = 16 * 1024;

/// No copy grows beyond this: a pipe takes no more at once.
const CHUNK: usize = 64 * 1024;

/// What is to be written to one side. Writing can stop at any byte and go on later: dropping the
/// future of [`Outbox::write_some`] tears no frame.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    pieces: VecDeque<Bytes>,
    /// Small pieces that came after the last of `pieces`.
    tail: BytesMut,
    length: usize,
}

impl Outbox {
    /// How many bytes wait.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub(crate) fn push(&mut self, piece: Bytes) {
        self.length += piece.len();
        if piece.len() > SMALL || self.is_alone(&piece) {
            self.seal();
            self.pieces.push_back(piece);
            return;
        }
        if self.tail.len() + piece.len() > CHUNK {
            self.seal();
        }
        self.tail.extend_from_slice(&piece);
    }

    /// A body that goplens made, in a frame.
    pub(crate) fn push_body(&mut self, body: Bytes) {
        if self.tail.len() + wire::LONGEST_CANONICAL + body.len() > CHUNK {
            self.seal();
        }
        let before = self.tail.len();
        wire::put_header(&mut self.tail, body.len() as u64);
        // With the header in front of it, it is never alone.
        self.length += self.tail.len() - before;
        self.push(body);
    }

    /// Writes some of it.
    pub(crate) async fn write_some(&mut self, sink: &mut Sink) -> io::Result<()> {
        if self.pieces.is_empty() {
            self.seal();
        }
        let Some(piece) = self.pieces.front_mut() else {
            return Ok(());
        };
        let written = sink.write(piece).await?;
        self.length -= written;
        piece.advance(written);
        if piece.is_empty() {
            self.pieces.pop_front();
        }
        Ok(())
    }

    /// A frame that comes alone, the usual case, need not be copied at all.
    fn is_alone(&self, piece: &Bytes) -> bool {
        self.length == piece.len()
    }

    fn seal(&mut self) {
        if !self.tail.is_empty() {
            self.pieces.push_back(self.tail.split().freeze());
        }
    }
}
