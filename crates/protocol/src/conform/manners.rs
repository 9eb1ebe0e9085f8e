//! Whether a message of this method may come at all, of this kind and this way.

use crate::conform::path::Path;
use crate::conform::walk::Walk;
use crate::conform::{Expectation, Said, What, extras};
use crate::traffic::Kind;
use crate::types::MESSAGES;

/// What the methods begin with that a peer may leave alone if it does not know them.
const OPTIONAL: &str = "$/";

/// What the parts of a message are to be held against; nothing where its method is not known.
pub(super) fn check(said: &Said<'_>, walk: &mut Walk<'_>) -> Option<Expectation> {
    let name = said.method.as_str();
    let (belongs, may_travel, expectation) =
        if let (Some(info), Some(place)) = (said.method.info(), said.method.place()) {
            let expectation = Expectation {
                params: MESSAGES[place].params,
                result: MESSAGES[place].result,
            };
            (info.kind, info.may_travel(said.direction), expectation)
        } else if let Some(request) = extras::request(name) {
            let may_travel = request.direction == said.direction;
            (Kind::Request, may_travel, request.expectation)
        } else {
            if said.kind != Kind::Response && !name.starts_with(OPTIONAL) {
                note(walk, said, What::UnknownMethod(said.method.clone()));
            }
            return None;
        };
    // Of an answer this is said of what it answers.
    if said.kind != Kind::Response {
        let method = || said.method.clone();
        if !may_travel {
            note(walk, said, What::WrongDirection(method(), said.direction));
        }
        if said.kind != belongs {
            let (method, is) = (method(), said.kind);
            note(
                walk,
                said,
                What::WrongKind {
                    method,
                    is,
                    belongs,
                },
            );
        }
    }
    Some(expectation)
}

fn note(walk: &mut Walk<'_>, said: &Said<'_>, what: What) {
    walk.found(&Path::START, 0..said.body.len(), 1, || what);
}
