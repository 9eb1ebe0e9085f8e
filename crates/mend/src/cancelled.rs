//! Requests that the client cancelled, and that gopls answers with Go's words for it.

use protocol::traffic::Kind;
use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};

use crate::member::Member;

/// Gives the error by which gopls ends a cancelled request the code that the protocol has for it.
///
/// gopls has that code only for a request whose turn had not come. One that it was at work on ends with
/// code 0 and `context canceled`, with more in front of it where something wrapped that (`querying method
/// sets: context canceled`), and editors report it as a failure.
///
/// Such an error on a request that the client did not cancel stays as it is. No gopls was seen to give one,
/// and which of the protocol's codes would fit it nobody can tell from here: -32801 says that the text
/// changed, and lets VS Code's client take the answer for none; -32802 is for methods that agreed on it.
pub(crate) struct Cancelled;

/// LSP's code for a request that its asker cancelled.
const REQUEST_CANCELLED: &str = "-32800";

/// What Go says of work that was given up.
const CANCELED: &str = "context canceled";

impl Rewriter for Cancelled {
    fn name(&self) -> &'static str {
        "cancelled"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        let asked = |method: &Method| {
            let info = method.info();
            info.is_some_and(|info| {
                info.kind == Kind::Request && info.may_travel(Direction::ClientToServer)
            })
        };
        match direction {
            Direction::ServerToClient => Method::known().filter(asked).collect(),
            Direction::ClientToServer => MethodSet::new(),
        }
    }

    fn holds(&self) -> bool {
        false
    }

    fn rewrite(&self, message: &Incoming<'_>, request: Option<&Pending>) -> Verdict {
        if !request.is_some_and(|request| request.cancelled) {
            return Verdict::Forward;
        }
        let error = message.head().and_then(|head| head.error);
        let says_so = error.is_some_and(|error| error.code == 0 && is_cancellation(&error.message));
        let [code] = match says_so {
            true => Member::all(message.body, &["error"], ["code"]),
            false => [None],
        };
        match code {
            Some(code) => Verdict::Splice(vec![code.put(REQUEST_CANCELLED)]),
            None => Verdict::Forward,
        }
    }
}

/// Whether an error of gopls's says that the request was cancelled, and nothing else.
fn is_cancellation(message: &str) -> bool {
    let before = message.strip_suffix(CANCELED);
    before.is_some_and(|before| before.is_empty() || before.ends_with(": "))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::testing::{rewrite, spliced};

    fn answer(cancelled: bool, body: &str) -> Verdict {
        let method = Method::TEXT_DOCUMENT_IMPLEMENTATION;
        let mut request = Pending::new(method.clone(), Instant::now(), None);
        request.cancelled = cancelled;
        let direction = Direction::ServerToClient;
        rewrite(&Cancelled, direction, &method, body, Some(&request))
    }

    #[test]
    fn only_the_code_changes() {
        for message in ["context canceled", "querying method sets: context canceled"] {
            let body = format!(
                r#"{{"jsonrpc":"2.0","error":{{ "code": 0 ,"message":"{message}"}},"id":"0"}}"#
            );
            let expected = body.replace("\"code\": 0 ", "\"code\": -32800 ");
            assert_eq!(spliced(&answer(true, &body), &body), expected);
            assert_eq!(answer(false, &body), Verdict::Forward);
        }
    }

    #[test]
    fn another_answer_stays() {
        for body in [
            r#"{"error":{"code":0,"message":"no views"},"id":1}"#,
            r#"{"error":{"code":0,"message":"not context canceled"},"id":1}"#,
            r#"{"error":{"code":0,"message":"context canceled: stderr: "},"id":1}"#,
            r#"{"error":{"code":-32800,"message":"context canceled"},"id":1}"#,
            r#"{"error":{"code":-32603,"message":"context canceled"},"id":1}"#,
            r#"{"error":{"message":"context canceled"},"id":1}"#,
            r#"{"result":"context canceled","id":1}"#,
            r#"{"result":null,"id":1}"#,
        ] {
            assert_eq!(answer(true, body), Verdict::Forward, "{body}");
        }
    }

    #[test]
    fn it_looks_at_answers_and_holds_none() {
        let set = Cancelled.methods(Direction::ServerToClient);
        assert!(set.contains(&Method::TEXT_DOCUMENT_REFERENCES));
        for other in [Method::PROGRESS, Method::WORKSPACE_CONFIGURATION] {
            assert!(!set.contains(&other), "{other}");
        }
        assert!(!Cancelled.holds());
    }
}
