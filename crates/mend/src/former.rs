//! What gopls still says of a document by the name that it had for it before.

use std::sync::Arc;

use paths::Spellings;
use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use serde::Deserialize;

/// Keeps back the diagnostics of a file that gopls calls as the client calls another one, which gopls knows by
/// another name by now: the client would take them for that one's, in the place of its own. gopls says them
/// last when the document gets its new name, and then that there are none.
pub(crate) struct Former(pub(crate) Arc<Spellings>);

impl Rewriter for Former {
    fn name(&self) -> &'static str {
        "former"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        match direction {
            Direction::ServerToClient => {
                MethodSet::new().with(Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
            }
            Direction::ClientToServer => MethodSet::new(),
        }
    }

    fn sleeps(&self) -> bool {
        !self.0.awake()
    }

    fn rewrite(&self, message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
        #[derive(Deserialize)]
        struct Message {
            params: Params,
        }
        #[derive(Deserialize)]
        struct Params {
            uri: String,
        }
        match serde_json::from_slice::<Message>(message.body) {
            Ok(Message { params }) if self.0.is_former(&params.uri) => Verdict::Drop,
            _ => Verdict::Forward,
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::testing::{Linked, rewrite};

    #[test]
    fn only_what_is_said_by_the_former_name_is_kept_back() {
        let linked = Linked::new();
        let [real, link] = [&linked.real, &linked.link].map(|folder| format!("{folder}/a.go"));
        let former = Former(linked.spellings.clone());
        let publish = |uri: &str| {
            let body = format!(r#"{{"params":{{"uri":"{uri}","diagnostics":[]}}}}"#);
            let method = Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS;
            rewrite(&former, Direction::ServerToClient, &method, &body, None)
        };
        assert_eq!(publish(&real), Verdict::Forward, "it is not open");
        linked.spellings.open(&real);
        assert_eq!(publish(&real), Verdict::Drop);
        assert_eq!(publish(&link), Verdict::Forward, "it is the document's");
        linked.spellings.close(&real);
        linked.spellings.open(&link);
        assert_eq!(publish(&real), Verdict::Forward);
    }
}
