//! What the tests of the rewriters have in common.

use bytes::Bytes;
use protocol::traffic::Kind;
use protocol::{Direction, Method, Splice};
use proxy::{Incoming, Pending, Rewriter, Verdict};

/// What a rewriter makes of a message with this body.
pub(crate) fn rewrite(
    rewriter: &dyn Rewriter,
    direction: Direction,
    method: &Method,
    body: &str,
    request: Option<&Pending>,
) -> Verdict {
    let body = Bytes::copy_from_slice(body.as_bytes());
    let head = wire::scan(&body).ok();
    let message = Incoming {
        direction,
        kind: head.as_ref().map_or(Kind::Response, Kind::of),
        method,
        id: head.as_ref().and_then(|head| head.id.as_ref()),
        body: &body,
    };
    rewriter.rewrite(&message, request)
}

/// The body after the changes.
pub(crate) fn spliced(verdict: &Verdict, body: &str) -> String {
    let Verdict::Splice(splices) = verdict else {
        panic!("not changed: {verdict:?}");
    };
    let new = Splice::apply(splices, body.as_bytes());
    String::from_utf8(new.to_vec()).expect("it is text")
}
