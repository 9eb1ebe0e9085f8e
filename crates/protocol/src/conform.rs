//! Messages held against the protocol.
//!
//! A body is walked once beside the types of the protocol (`types/`) and a small table of what gopls
//! and its clients add (`conform/extras.rs`). Where it does not fit, a [`Violation`] says where and
//! how. Nothing is allocated for a message that fits.

mod choice;
mod described;
#[expect(
    non_upper_case_globals,
    reason = "types are called as their makers call them"
)]
mod extras;
mod manners;
mod path;
mod scalar;
mod structure;
mod told;
mod violation;
mod walk;

use wire::{Cursor, Fault};

use crate::conform::walk::Walk;
use crate::traffic::Kind;
use crate::types::Type;
use crate::{Direction, Method};

pub use violation::{Expected, Part, Violation, What};

/// How many violations of one message are told at most. All capabilities that a client of today has could be
/// wrong at once.
pub const MOST: usize = 512;

/// A message, as it was said.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Its body.
    pub body: &'a [u8],
    /// Its method; that of a response is its request's.
    pub method: &'a Method,
    /// What it is.
    pub kind: Kind,
    /// Its way.
    pub direction: Direction,
    /// Of a `$/progress` that reports parts of a result: the method of the request, where it is
    /// known. Such a part is not looked at otherwise.
    pub part_of: Option<&'a Method>,
}

/// What in a message is not as the protocol has it, in the order in which it stands there; at most
/// [`MOST`]. A body that is not JSON has nothing to hold against it.
pub fn check(said: &Said<'_>) -> Vec<Violation> {
    let mut walk = Walk::telling(*said);
    let Some(types) = manners::check(said, &mut walk) else {
        return walk.violations();
    };
    match envelope(said, &types, &mut walk) {
        Ok(()) => walk.violations(),
        Err(_) => Vec::new(),
    }
}

/// What the parts of a message are to be held against.
#[derive(Clone, Copy)]
struct Expectation {
    params: Option<&'static Type>,
    result: Option<&'static Type>,
}

/// Walks the outermost object.
fn envelope(said: &Said<'_>, types: &Expectation, walk: &mut Walk<'_>) -> Result<(), Fault> {
    let mut cursor = Cursor::new(said.body);
    let (mut params, mut answer) = (false, false);
    cursor.members(|cursor, key| match (said.kind, key) {
        (Kind::Response, b"result") => {
            answer = true;
            walk.part(cursor, Part::Result, types.result)
        }
        (Kind::Response, b"error") if cursor.peek() != Some(b'n') => {
            answer = true;
            walk.part(cursor, Part::Error, Some(&extras::ResponseError))
        }
        (Kind::Request | Kind::Notification, b"params") => {
            params = true;
            walk.part(cursor, Part::Params, types.params)
        }
        _ => cursor.value(1).map(drop),
    })?;
    if cursor.peek().is_some() {
        return Err(Fault::Trailing(cursor.at()));
    }
    // Those of `initialized` are an object without properties, and clients leave it out.
    let needs_params = *said.method != Method::INITIALIZED
        && types.params.is_some_and(|it| !matches!(it, Type::Any));
    let missing = match said.kind {
        Kind::Response if !answer => Part::Result,
        Kind::Request | Kind::Notification if !params && needs_params => Part::Params,
        _ => return Ok(()),
    };
    walk.missing_part(missing, 0..said.body.len());
    Ok(())
}

#[cfg(test)]
mod tests;
