use serde_json::json;

use super::*;
use crate::contract::testing::message;

/// A session with a document of three lines, the last of them empty.
#[derive(Default)]
struct Talk {
    lines: Lines,
    positions: Positions,
}

impl Talk {
    fn new() -> Self {
        let mut talk = Self::default();
        talk.opens("file:///m/a.go", "a\nb\n");
        talk
    }

    /// What is said of a position in a message.
    fn says(&mut self, kind: Kind, method: &Method, body: &Value) -> Option<String> {
        let is_of_gopls =
            kind == Kind::Response || method.info()?.may_travel(Direction::ServerToClient);
        let direction = match is_of_gopls {
            true => Direction::ServerToClient,
            false => Direction::ClientToServer,
        };
        let message = message(direction, kind, method, body);
        self.lines.apply(&message);
        let found = self.positions.look("vi", &self.lines, &message)?;
        found.evidence.first().cloned()
    }

    fn notifies(&mut self, method: &Method, params: Value) -> Option<String> {
        self.says(Kind::Notification, method, &json!({ "params": params }))
    }

    fn opens(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "version": 1, "text": text });
        let method = Method::TEXT_DOCUMENT_DID_OPEN;
        self.notifies(&method, json!({ "textDocument": document }));
    }

    fn changes(&mut self, version: i64, text: &str) {
        let document = json!({ "uri": "file:///m/a.go", "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
        self.notifies(&Method::TEXT_DOCUMENT_DID_CHANGE, params);
    }

    fn asks(&mut self, method: &Method, mut params: Value) -> Option<String> {
        params["textDocument"] = json!({ "uri": "file:///m/a.go" });
        self.says(Kind::Request, method, &json!({ "params": params }))
    }

    fn answers(&mut self, result: Value) -> Option<String> {
        let method = Method::TEXT_DOCUMENT_DEFINITION;
        self.says(Kind::Response, &method, &json!({ "result": result }))
    }

    fn publishes(&mut self, version: i64, line: u32) -> Option<String> {
        let diagnostic = json!({ "range": range(line), "message": "no" });
        let params =
            json!({ "uri": "file:///m/a.go", "version": version, "diagnostics": [diagnostic] });
        self.notifies(&Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)
    }
}

fn place(line: u32) -> Value {
    json!({ "line": line, "character": 0 })
}

fn range(line: u32) -> Value {
    json!({ "start": place(line), "end": place(line) })
}

fn location(line: u32) -> Value {
    json!([{ "uri": "file:///m/a.go", "range": range(line) }])
}

#[test]
fn what_the_client_asks_about_is_in_its_document() {
    let mut talk = Talk::new();
    let to_the_end = json!({ "start": place(0), "end": place(900) });
    for (method, name, there, beyond) in [
        (
            Method::TEXT_DOCUMENT_COMPLETION,
            "position",
            place(3),
            place(4),
        ),
        (
            Method::TEXT_DOCUMENT_INLAY_HINT,
            "range",
            to_the_end,
            range(4),
        ),
        (
            Method::TEXT_DOCUMENT_SELECTION_RANGE,
            "positions",
            json!([place(0), place(2)]),
            json!([place(0), place(900)]),
        ),
    ] {
        assert_eq!(talk.asks(&method, json!({ name: there })), None, "{method}");
        let said = talk.asks(&method, json!({ name: beyond })).unwrap();
        assert!(said.contains(name), "{said}");
        assert!(said.contains("and the document has 3 lines"), "{said}");
    }
    let explained = Method::TEXT_DOCUMENT_HOVER;
    assert_eq!(
        talk.asks(&explained, json!({ "position": place(900) })),
        None
    );
    talk.changes(2, "a\rb\rc\rd\re\rf");
    let method = Method::TEXT_DOCUMENT_COMPLETION;
    let asked = json!({ "position": place(4) });
    assert_eq!(
        talk.asks(&method, asked),
        None,
        "the client counts otherwise"
    );
}

#[test]
fn where_gopls_leads_to_is_in_the_document_of_the_question() {
    let mut talk = Talk::new();
    let ask = |talk: &mut Talk| {
        let asked = json!({ "position": place(0) });
        talk.asks(&Method::TEXT_DOCUMENT_DEFINITION, asked)
    };
    ask(&mut talk);
    assert_eq!(talk.answers(location(2)), None);
    ask(&mut talk);
    let said = talk.answers(location(900)).unwrap();
    assert!(said.starts_with("`[0].range.start.line` is 900"), "{said}");
    ask(&mut talk);
    let link = json!([{ "targetUri": "file:///m/a.go", "targetSelectionRange": range(900) }]);
    assert!(talk.answers(link).is_some());
    ask(&mut talk);
    assert_eq!(talk.answers(json!(null)), None);
    ask(&mut talk);
    talk.changes(2, "a\n");
    assert_eq!(talk.answers(location(3)), None, "it is of the text before");
    ask(&mut talk);
    assert!(talk.answers(location(3)).is_some());
    // It may be the same file, and its text the one that gopls has.
    talk.opens("file:///link/a.go", "");
    ask(&mut talk);
    assert_eq!(talk.answers(location(900)), None);
}

#[test]
fn what_gopls_publishes_of_a_version_is_in_that_text() {
    let mut talk = Talk::new();
    assert_eq!(talk.publishes(1, 2), None);
    let said = talk.publishes(1, 900).unwrap();
    assert!(
        said.starts_with("`diagnostics[0].range.start.line`"),
        "{said}"
    );
    talk.changes(2, "");
    assert_eq!(talk.publishes(1, 2), None, "it is of the text before");
    assert!(talk.publishes(2, 2).is_some());
    // Which of the texts of a version is meant, nobody knows.
    talk.opens("file:///m/a.go", "");
    assert_eq!(talk.publishes(1, 2), None);
}

#[test]
fn what_gopls_says_of_another_name_of_a_file_is_not_held_against_this_ones_text() {
    let mut talk = Talk::new();
    let diagnostic = json!({ "range": range(900), "message": "no" });
    let params = json!({ "uri": "file:///m/a.go", "version": 1, "diagnostics": [diagnostic] });
    let method = Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS;
    let body = json!({ "params": params });
    let direction = Direction::ServerToClient;
    let mut message = message(direction, Kind::Notification, &method, &body);
    let mut look = |message: &_| talk.positions.look("vi", &talk.lines, message).is_some();
    assert!(look(&message));
    let there = body.to_string().replace("/m/a.go", "/shared/impl.go");
    message.at_server = AtServer::Other(there.into());
    assert!(!look(&message));
}
