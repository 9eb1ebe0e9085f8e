//! How go comes to the servers that it asks, and what they say to it.
//!
//! Whether a server is there, and is to be trusted, is what go says of it. The connections that are opened here
//! besides only tell more of why.

pub(crate) mod goproxy;
pub(crate) mod http_proxy;
pub(crate) mod question;
mod way;

pub(crate) use way::{Way, shown};
