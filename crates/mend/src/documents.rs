//! Documents that are opened, changed and closed.

use std::borrow::Cow;
use std::sync::Arc;

use inspect::Encoding;
use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use serde::Deserialize;
use serde_json::Value;

use crate::desk::Desk;

/// Keeps the [`Desk`]. It changes something only where one file is open under two names: gopls then has
/// the text of the one that was used last.
pub(crate) struct Documents(pub(crate) Arc<Desk>);

impl Rewriter for Documents {
    fn name(&self) -> &'static str {
        "documents"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        match direction {
            Direction::ServerToClient => MethodSet::new().with(Method::INITIALIZE),
            Direction::ClientToServer => MethodSet::new()
                .with(Method::TEXT_DOCUMENT_DID_OPEN)
                .with(Method::TEXT_DOCUMENT_DID_CHANGE)
                .with(Method::TEXT_DOCUMENT_DID_CLOSE),
        }
    }

    fn rewrite(&self, message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
        if *message.method == Method::INITIALIZE {
            self.learn_encoding(message.body);
            return Verdict::Forward;
        }
        let Some(uri) = document(message.body) else {
            return Verdict::Forward;
        };
        let body = || message.body.clone();
        let instead = match *message.method {
            Method::TEXT_DOCUMENT_DID_OPEN => self.0.open(&uri, body()).map(|one| vec![one]),
            Method::TEXT_DOCUMENT_DID_CHANGE => self.0.change(&uri, body()).map(|one| vec![one]),
            _ => self.0.close(&uri),
        };
        match instead {
            Some(bodies) => Verdict::Before(bodies, Box::new(Verdict::Drop)),
            None => Verdict::Forward,
        }
    }
}

impl Documents {
    fn learn_encoding(&self, body: &[u8]) {
        if let Ok(answer) = serde_json::from_slice::<Value>(body) {
            let encoding = &answer["result"]["capabilities"]["positionEncoding"];
            self.0.set_encoding(Encoding::of(encoding.as_str()));
        }
    }
}

/// The document that a message is about.
pub(crate) fn document(body: &[u8]) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Message<'a> {
        #[serde(borrow)]
        params: Params<'a>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Params<'a> {
        #[serde(borrow)]
        text_document: Identifier<'a>,
    }
    #[derive(Deserialize)]
    struct Identifier<'a> {
        #[serde(borrow)]
        uri: Cow<'a, str>,
    }
    let message: Message<'_> = serde_json::from_slice(body).ok()?;
    Some(message.params.text_document.uri)
}
