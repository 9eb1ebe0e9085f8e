//! Content-Length framing and the head of a message, no policy.
//!
//! Nothing here decides what becomes of a message: [`Framer`] finds where frames begin and end in
//! any chunking of the bytes, [`scan`] reads the few fields that a proxy needs and finds what
//! would kill gopls, [`Skimmer`] does the first of the two for a body that is never held whole, and
//! a [`Cursor`] walks a body for who has to know what else is in it.

mod cursor;
mod fault;
mod framer;
mod head;
mod header;
mod id;
mod skim;
mod start;
mod text;

use bytes::BufMut;

pub use cursor::{Cursor, Value, plain};
pub use fault::{Fault, Looks, Rejection};
pub use framer::{Frame, Framer, HEADER_SEARCH, Step};
pub use head::{Head, Shape, WireError, scan};
pub use header::{Header, HeaderError};
pub use id::Id;
pub use skim::Skimmer;
pub use start::method_at_start;
pub use text::unescape;

/// A frame around `body`, with the header that every peer reads.
pub fn frame(body: &[u8]) -> Vec<u8> {
    let mut frame = canonical_header(body.len() as u64);
    frame.extend_from_slice(body);
    frame
}

/// The header of a body of `size` bytes, as gopls wants it spelt.
pub fn canonical_header(size: u64) -> Vec<u8> {
    let mut header = Vec::with_capacity(LONGEST_CANONICAL);
    put_header(&mut header, size);
    header
}

/// The length of the longest canonical header, in bytes.
pub const LONGEST_CANONICAL: usize = "Content-Length: 18446744073709551615\r\n\r\n".len();

/// Appends the canonical header of a body of `size` bytes.
pub fn put_header(out: &mut impl BufMut, size: u64) {
    out.put_slice(b"Content-Length: ");
    out.put_slice(itoa::Buffer::new().format(size).as_bytes());
    out.put_slice(b"\r\n\r\n");
}
