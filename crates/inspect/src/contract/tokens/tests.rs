use serde_json::{Value, json};

use super::*;
use crate::contract::testing::message;

/// A session with a document of two lines.
#[derive(Default)]
struct Talk {
    agreed: Agreed,
    lines: Lines,
    tokens: Tokens,
}

impl Talk {
    fn new(client: Value) -> Self {
        let mut talk = Self::default();
        let initialize = Method::INITIALIZE;
        let capabilities = json!({ "textDocument": { "semanticTokens": client } });
        let hello = json!({ "params": { "capabilities": capabilities } });
        talk.says(Direction::ClientToServer, Kind::Request, &initialize, hello);
        let legend = json!({ "tokenTypes": ["type"], "tokenModifiers": ["static"] });
        let server = json!({ "semanticTokensProvider": { "legend": legend, "full": true } });
        let answer = json!({ "result": { "capabilities": server } });
        talk.says(
            Direction::ServerToClient,
            Kind::Response,
            &initialize,
            answer,
        );
        let document = json!({ "uri": "file:///a", "version": 1, "text": "ab cd\nef" });
        let open = json!({ "params": { "textDocument": document } });
        let method = Method::TEXT_DOCUMENT_DID_OPEN;
        talk.says(Direction::ClientToServer, Kind::Notification, &method, open);
        talk
    }

    fn says(
        &mut self,
        direction: Direction,
        kind: Kind,
        method: &Method,
        body: Value,
    ) -> Option<String> {
        let message = message(direction, kind, method, &body);
        self.agreed.apply(&message);
        self.lines.apply(&message);
        let found = self.tokens.look(&self.agreed, &self.lines, &message)?;
        found.evidence.first().cloned()
    }

    fn asks(&mut self) {
        let params = json!({ "params": { "textDocument": { "uri": "file:///a" } } });
        let method = Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL;
        self.says(Direction::ClientToServer, Kind::Request, &method, params);
    }

    fn answers(&mut self, data: &[u32]) -> Option<String> {
        let answer = json!({ "result": { "data": data } });
        let method = Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL;
        self.says(Direction::ServerToClient, Kind::Response, &method, answer)
    }
}

const GOOD: [u32; 10] = [0, 3, 2, 0, 1, 1, 0, 2, 0, 0];

#[test]
fn only_tokens_that_do_not_fit_are_found() {
    let mut talk = Talk::new(json!({}));
    for (place, value, fault) in [
        (0, 0, None),
        (5, 2, Some("token 1 lies on line 2")),
        (7, 3, Some("token 1 ends at column 3")),
        (3, 1, Some("token 0 has the type 1")),
        (9, 2, Some("token 1 has the modifiers")),
    ] {
        let mut data = GOOD;
        data[place] = value;
        talk.asks();
        let found = talk.answers(&data);
        let fault = fault.map(|fault: &str| fault.split(' ').take(2).collect::<Vec<_>>().join(" "));
        match (&found, &fault) {
            (None, None) => {}
            (Some(found), Some(fault)) => assert!(found.starts_with(fault.as_str()), "{found}"),
            _ => panic!("{found:?} for {fault:?}"),
        }
    }
}

#[test]
fn an_answer_that_was_overtaken_by_an_edit_is_not_held_against_the_text() {
    let mut talk = Talk::new(json!({}));
    talk.asks();
    let at = json!({ "line": 1, "character": 0 });
    let end = json!({ "line": 1, "character": 2 });
    let change = json!({ "range": { "start": at, "end": end }, "text": "" });
    let params = json!({ "textDocument": { "uri": "file:///a" }, "contentChanges": [change] });
    let method = Method::TEXT_DOCUMENT_DID_CHANGE;
    let body = json!({ "params": params });
    talk.says(Direction::ClientToServer, Kind::Notification, &method, body);
    assert_eq!(talk.answers(&GOOD), None);
    talk.asks();
    assert!(talk.answers(&GOOD).is_some());
}

#[test]
fn a_document_that_was_opened_again_is_another_one() {
    let mut talk = Talk::new(json!({}));
    talk.asks();
    for (method, text) in [
        (Method::TEXT_DOCUMENT_DID_CLOSE, ""),
        (Method::TEXT_DOCUMENT_DID_OPEN, "ab"),
    ] {
        let document = json!({ "uri": "file:///a", "version": 1, "text": text });
        let body = json!({ "params": { "textDocument": document } });
        talk.says(Direction::ClientToServer, Kind::Notification, &method, body);
    }
    assert_eq!(talk.answers(&GOOD), None);
}

#[test]
fn a_client_that_takes_more_is_sent_more() {
    let mut talk = Talk::new(json!({ "multilineTokenSupport": true }));
    talk.asks();
    assert_eq!(talk.answers(&[0, 0, 7, 0, 0]), None);
    assert!(talk.answers(&[0, 0, 7, 0]).is_some(), "no groups of five");
    let mut talk = Talk::new(json!({ "overlappingTokenSupport": true }));
    talk.asks();
    assert_eq!(talk.answers(&[0, 0, 5, 0, 0, 0, 1, 2, 0, 0]), None);
}
