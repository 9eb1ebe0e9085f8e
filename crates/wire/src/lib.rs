//! Content-Length framing and the head of a message, no policy.
//!
//! Nothing here decides what becomes of a message: [`Framer`] finds where frames begin and end in
//! any chunking of the bytes, [`scan`] reads the few fields that a proxy needs and finds what
//! would kill gopls, [`Builder`] writes the messages that goplens makes itself.

mod id;

pub use id::Id;
