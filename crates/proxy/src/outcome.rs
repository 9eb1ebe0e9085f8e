//! How a request ended.

use protocol::traffic::Outcome;
use wire::Head;

use crate::Pending;

/// LSP's code for a request that its asker cancelled.
const REQUEST_CANCELLED: i64 = -32800;

/// How `request` ended, by the head of its response.
pub(crate) fn outcome(head: &Head<'_>, request: &Pending) -> Outcome {
    match &head.error {
        // gopls answers a cancelled request with code 0 and Go's words for it, now and then.
        Some(error) if error.code == REQUEST_CANCELLED || request.cancelled => Outcome::Cancelled,
        _ => Outcome::of(head),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use protocol::Method;

    use super::*;

    #[test]
    fn it_is_told_by_result_error_and_cancel() {
        let mut request = Pending::new(Method::TEXT_DOCUMENT_HOVER, Instant::now(), None);
        let of = |members: &str, request: &Pending| {
            let body = format!(r#"{{"jsonrpc":"2.0",{members},"id":1}}"#);
            outcome(&wire::scan(body.as_bytes()).unwrap(), request)
        };
        assert_eq!(of(r#""result":[{}]"#, &request), Outcome::Ok);
        assert_eq!(of(r#""result":[]"#, &request), Outcome::Empty);
        assert_eq!(of(r#""result":null"#, &request), Outcome::Null);
        assert_eq!(
            of(r#""error":{"code":0,"message":"no views"}"#, &request),
            Outcome::Error
        );
        assert_eq!(
            of(r#""error":{"code":-32800,"message":""}"#, &request),
            Outcome::Cancelled
        );
        request.cancelled = true;
        let words = r#""error":{"code":0,"message":"context canceled"}"#;
        assert_eq!(of(words, &request), Outcome::Cancelled);
        assert_eq!(of(r#""result":[{}]"#, &request), Outcome::Ok);
    }
}
