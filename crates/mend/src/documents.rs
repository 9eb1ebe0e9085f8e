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
            Method::TEXT_DOCUMENT_DID_CHANGE => self.0.change(&uri, body()),
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
fn document(body: &[u8]) -> Option<Cow<'_, str>> {
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

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::*;
    use crate::testing::{Linked, rewrite};
    use crate::twice::Twice;

    /// A client that has two names for the files of a folder.
    struct Client {
        linked: Linked,
        documents: Documents,
        twice: Twice,
    }

    impl Client {
        fn new() -> Self {
            let linked = Linked::new();
            let spellings = linked.spellings.clone();
            let desk = Arc::new(Desk::new(spellings, Arc::default()));
            Self {
                linked,
                documents: Documents(desk.clone()),
                twice: Twice(desk),
            }
        }

        fn says(&self, rewriter: &dyn Rewriter, method: &Method, params: Value) -> Verdict {
            let message = json!({ "method": method.as_str(), "params": params });
            let direction = Direction::ClientToServer;
            rewrite(rewriter, direction, method, &message.to_string(), None)
        }

        fn open(&self, uri: &str, text: &str) -> Verdict {
            let document = json!({ "uri": uri, "languageId": "go", "version": 1, "text": text });
            let params = json!({ "textDocument": document });
            self.says(&self.documents, &Method::TEXT_DOCUMENT_DID_OPEN, params)
        }

        fn change(&self, uri: &str, text: &str) -> Verdict {
            let document = json!({ "uri": uri, "version": 2 });
            let params = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
            self.says(&self.documents, &Method::TEXT_DOCUMENT_DID_CHANGE, params)
        }

        fn close(&self, uri: &str) -> Verdict {
            let params = json!({ "textDocument": { "uri": uri } });
            self.says(&self.documents, &Method::TEXT_DOCUMENT_DID_CLOSE, params)
        }

        fn ask(&self, uri: &str) -> Verdict {
            self.ask_for(&Method::TEXT_DOCUMENT_DEFINITION, uri, Value::Null)
        }

        /// The client asks with this context.
        fn ask_for(&self, method: &Method, uri: &str, context: Value) -> Verdict {
            let params = json!({
                "textDocument": { "uri": uri },
                "context": context,
                "command": "gopls.package_symbols",
                "arguments": [{ "URI": uri }],
            });
            let message = json!({ "id": 7, "method": method.as_str(), "params": params });
            let direction = Direction::ClientToServer;
            rewrite(&self.twice, direction, method, &message.to_string(), None)
        }

        /// Whether an answer says that gopls has another text.
        fn is_refused(verdict: &Verdict) -> bool {
            let Verdict::Answer(body) = verdict else {
                return false;
            };
            let answer: Value = serde_json::from_slice(body).unwrap();
            answer["id"] == 7 && answer["error"]["code"] == -32801
        }

        /// That gopls gets this text of the one file that it knows, and then this becomes of the message.
        fn whole(&self, text: &str, version: i64, then: Verdict) -> Verdict {
            let message = json!({
                "jsonrpc": "2.0",
                "method": "textDocument/didChange",
                "params": {
                    "textDocument": { "uri": format!("{}/a.go", self.linked.link), "version": version },
                    "contentChanges": [{ "text": text }],
                },
            });
            Verdict::Before(vec![Bytes::from(message.to_string())], Box::new(then))
        }
    }

    #[test]
    fn gopls_has_the_text_of_the_document_that_was_used_last() {
        let client = Client::new();
        let [real, link] =
            [&client.linked.real, &client.linked.link].map(|folder| format!("{folder}/a.go"));
        assert_eq!(client.open(&link, "one"), Verdict::Forward);
        assert!(client.twice.sleeps());
        assert_eq!(
            client.open(&real, "two"),
            client.whole("two", 1, Verdict::Drop)
        );
        assert_eq!(client.ask(&real), Verdict::Forward);
        assert_eq!(client.ask(&link), client.whole("one", 1, Verdict::Forward));
        assert_eq!(client.ask(&link), Verdict::Forward);
        assert_eq!(client.change(&link, "three"), Verdict::Forward);
        assert_eq!(
            client.change(&real, "four"),
            client.whole("four", 2, Verdict::Drop)
        );
        assert_eq!(client.close(&real), client.whole("three", 2, Verdict::Drop));
        assert!(client.twice.sleeps());
        assert_eq!(client.close(&link), Verdict::Forward);
    }

    #[test]
    fn what_nobody_asked_for_gives_gopls_no_other_text() {
        let client = Client::new();
        let [real, link] =
            [&client.linked.real, &client.linked.link].map(|folder| format!("{folder}/a.go"));
        let hints = |uri: &str| client.ask_for(&Method::TEXT_DOCUMENT_INLAY_HINT, uri, Value::Null);
        let actions = |uri: &str, trigger: u32| {
            let context = json!({ "triggerKind": trigger });
            client.ask_for(&Method::TEXT_DOCUMENT_CODE_ACTION, uri, context)
        };
        client.open(&link, "one");
        client.open(&real, "one");
        for uri in [&link, &real, &link] {
            assert_eq!(hints(uri), Verdict::Forward, "the text is the same");
            assert_eq!(actions(uri, 2), Verdict::Forward, "the version, too");
        }
        client.change(&real, "two");
        for uri in [&real, &link] {
            assert_eq!(Client::is_refused(&hints(uri)), *uri == link);
            assert_eq!(Client::is_refused(&actions(uri, 2)), *uri == link);
        }
        assert_eq!(actions(&real, 1), Verdict::Forward, "gopls still has it");
        client.change(&link, "three");
        assert!(Client::is_refused(&hints(&real)));
        // What makes it the same is no use of it: an editor reloads what was saved.
        let dropped = Verdict::Before(vec![], Box::new(Verdict::Drop));
        assert_eq!(client.change(&real, "three"), dropped);
        assert_eq!(hints(&real), Verdict::Forward, "the text is the same");
        assert_eq!(actions(&link, 1), Verdict::Forward);
        assert_eq!(actions(&real, 1), Verdict::Forward, "and the version");
    }

    #[test]
    fn a_document_that_comes_to_the_front_takes_no_text_from_another_one() {
        let client = Client::new();
        let [real, link] =
            [&client.linked.real, &client.linked.link].map(|folder| format!("{folder}/a.go"));
        let outline =
            |uri: &str| client.ask_for(&Method::WORKSPACE_EXECUTE_COMMAND, uri, Value::Null);
        client.open(&link, "one");
        client.open(&real, "one");
        for uri in [&link, &real] {
            assert_eq!(outline(uri), Verdict::Forward, "the text is the same");
            let used = client.linked.spellings.open_as(uri);
            assert_eq!(used.unwrap().1, None, "it was used last");
        }
        client.change(&real, "two");
        assert!(Client::is_refused(&outline(&link)));
        assert_eq!(outline(&real), Verdict::Forward);
    }

    #[test]
    fn a_version_of_its_own_is_told_though_the_text_is_the_same() {
        let client = Client::new();
        let [real, link] =
            [&client.linked.real, &client.linked.link].map(|folder| format!("{folder}/a.go"));
        client.open(&link, "one");
        client.change(&link, "two");
        client.open(&real, "two");
        let context = json!({ "triggerKind": 2 });
        let method = Method::TEXT_DOCUMENT_CODE_ACTION;
        let automatic = client.ask_for(&method, &link, context);
        assert!(Client::is_refused(&automatic), "an edit is for a version");
        assert_eq!(client.ask(&link), client.whole("two", 2, Verdict::Forward));
    }

    #[test]
    fn one_that_was_not_used_last_goes_without_a_word() {
        let client = Client::new();
        let [real, link] =
            [&client.linked.real, &client.linked.link].map(|folder| format!("{folder}/a.go"));
        client.open(&link, "one");
        client.open(&real, "two");
        let dropped = Verdict::Before(vec![], Box::new(Verdict::Drop));
        assert_eq!(client.close(&link), dropped);
        assert_eq!(client.ask(&real), Verdict::Forward);
    }

    #[test]
    fn a_change_of_a_text_that_is_not_known_does_not_go_into_another_one() {
        let client = Client::new();
        let [real, link] =
            [&client.linked.real, &client.linked.link].map(|folder| format!("{folder}/a.go"));
        client.open(&link, "one");
        client.open(&real, "two");
        let insert = |line: u32| {
            let at = json!({ "line": line, "character": 0 });
            let change = json!({ "range": { "start": at, "end": at }, "text": "x" });
            let document = json!({ "uri": real, "version": 2 });
            let params = json!({ "textDocument": document, "contentChanges": [change] });
            let method = Method::TEXT_DOCUMENT_DID_CHANGE;
            client.says(&client.documents, &method, params)
        };
        assert_eq!(insert(9), Verdict::Forward, "gopls has that document's");
        assert_eq!(client.ask(&link), client.whole("one", 1, Verdict::Forward));
        let dropped = Verdict::Before(vec![], Box::new(Verdict::Drop));
        assert_eq!(insert(0), dropped);
        assert_eq!(client.ask(&real), Verdict::Forward);
        assert_eq!(
            client.change(&real, "three"),
            client.whole("three", 2, Verdict::Drop)
        );
    }

    #[test]
    fn a_document_that_gets_another_name_is_closed_and_opened_again() {
        let client = Client::new();
        let real = format!("{}/a.go", client.linked.real);
        client.open(&real, "one");
        client.change(&real, "two");
        let known = paths::Known {
            server: "file:///other/a.go".into(),
            linked: true,
            tree: None,
            unclear: Vec::new(),
        };
        let renaming = paths::Renaming {
            client: real,
            known,
        };
        let said = client.documents.0.rename(vec![renaming]);
        let said: Vec<Value> = said
            .iter()
            .map(|body| serde_json::from_slice(body).unwrap())
            .collect();
        let [close, open] = &said[..] else {
            panic!("{said:?}");
        };
        assert_eq!(close["method"], "textDocument/didClose");
        assert_eq!(
            close["params"]["textDocument"]["uri"],
            format!("{}/a.go", client.linked.link)
        );
        assert_eq!(open["method"], "textDocument/didOpen");
        assert_eq!(open["params"]["textDocument"]["uri"], "file:///other/a.go");
        assert_eq!(open["params"]["textDocument"]["text"], "two");
        assert_eq!(open["params"]["textDocument"]["version"], 2);
    }
}
