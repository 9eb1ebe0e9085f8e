//! Messages that may not come at all, or not so, and what is wrong with the whole of one.

use serde_json::json;

use super::fitting::{Fitting, fitting};
use super::*;
use crate::Direction::{ClientToServer, ServerToClient};

const BOTH: [Direction; 2] = [ClientToServer, ServerToClient];

#[test]
fn a_method_that_nobody_has_is_found() {
    for (kind, direction) in [
        (Kind::Request, ClientToServer),
        (Kind::Notification, ServerToClient),
    ] {
        let method = Method::new("textDocument/definitions");
        let message = Fitting {
            method,
            kind,
            direction,
            part: json!({ "any": 1 }),
        };
        assert_eq!(
            said(&message),
            ["`textDocument/definitions` is no method of the protocol"]
        );
        // What began it was told of.
        let answer = Fitting {
            kind: Kind::Response,
            ..message
        };
        assert_eq!(said(&answer), [""; 0]);
    }
}

#[test]
fn a_method_that_may_be_left_alone_is_no_fault() {
    for direction in BOTH {
        for kind in [Kind::Request, Kind::Notification] {
            let message = Fitting {
                method: Method::new("$/vim/status"),
                kind,
                direction,
                part: json!({ "any": 1 }),
            };
            assert_eq!(said(&message), [""; 0]);
        }
    }
}

#[test]
fn requests_and_notifications_are_told_apart() {
    for (name, kind, expected) in [
        (
            "open",
            Kind::Request,
            "`textDocument/didOpen` came as a request, where the protocol has a notification",
        ),
        (
            "definition",
            Kind::Notification,
            "`textDocument/definition` came as a notification, where the protocol has a request",
        ),
        (
            "published",
            Kind::Request,
            "`textDocument/publishDiagnostics` came as a request, where the protocol has a notification",
        ),
        (
            "configuration",
            Kind::Notification,
            "`workspace/configuration` came as a notification, where the protocol has a request",
        ),
    ] {
        let message = Fitting {
            kind,
            ..fitting(name)
        };
        assert_eq!(said(&message), [expected]);
    }
}

#[test]
fn a_message_that_goes_the_wrong_way_is_found() {
    for (name, direction, expected) in [
        (
            "definition",
            ServerToClient,
            "`textDocument/definition` came from the server, where the protocol has it from the client",
        ),
        (
            "register",
            ClientToServer,
            "`client/registerCapability` came from the client, where the protocol has it from the server",
        ),
        (
            "message",
            ClientToServer,
            "`window/showMessage` came from the client, where the protocol has it from the server",
        ),
    ] {
        let message = Fitting {
            direction,
            ..fitting(name)
        };
        assert_eq!(said(&message), [expected]);
    }
    for direction in BOTH {
        let message = Fitting {
            direction,
            ..fitting("progress")
        };
        assert_eq!(said(&message), [""; 0], "progress goes both ways");
    }
}

/// What is wrong with a message of this method that has this body.
fn of_body(method: Method, kind: Kind, direction: Direction, body: &str) -> Vec<String> {
    let message = Fitting {
        method,
        kind,
        direction,
        part: json!(null),
    };
    let violations = message.violations(body.as_bytes());
    violations.iter().map(Violation::to_string).collect()
}

#[test]
fn parts_have_to_be_there_where_the_protocol_has_them() {
    let request = |method, body| of_body(method, Kind::Request, ClientToServer, body);
    assert_eq!(
        request(Method::TEXT_DOCUMENT_HOVER, r#"{"id":1,"method":"x"}"#),
        ["`params` is missing, where the protocol requires it"]
    );
    for body in [
        r#"{"id":1,"method":"shutdown"}"#,
        r#"{"id":1,"method":"shutdown","params":null}"#,
        r#"{"id":1,"method":"shutdown","params":{}}"#,
        r#"{"id":1,"method":"shutdown","params":[]}"#,
    ] {
        assert_eq!(request(Method::SHUTDOWN, body), [""; 0], "{body}");
    }
    assert_eq!(
        request(Method::SHUTDOWN, r#"{"id":1,"params":"now"}"#),
        ["`params` is a string, where the protocol has null, an object or an array of 0"]
    );
    let answer = |body| of_body(Method::SHUTDOWN, Kind::Response, ServerToClient, body);
    assert_eq!(
        answer(r#"{"jsonrpc":"2.0","id":1}"#),
        ["`result` is missing, where the protocol requires it"]
    );
    assert_eq!(answer(r#"{"result":null,"error":null,"id":1}"#), [""; 0]);
}

#[test]
fn errors_are_looked_at_too() {
    let answer = |method, error: &str| {
        let body = format!(r#"{{"jsonrpc":"2.0","error":{error},"id":1}}"#);
        of_body(method, Kind::Response, ServerToClient, &body)
    };
    let hover = Method::TEXT_DOCUMENT_HOVER;
    assert_eq!(
        answer(hover.clone(), r#"{"code":0,"message":"x"}"#),
        [""; 0]
    );
    let data = r#"{"code":-32603,"message":"x","data":[1]}"#;
    assert_eq!(answer(hover.clone(), data), [""; 0]);
    assert_eq!(
        answer(hover, r#"{"code":"x","message":"x"}"#),
        ["`code` is a string, where the protocol has an integer"]
    );
    assert_eq!(
        answer(
            Method::INITIALIZE,
            r#"{"code":1,"message":"x","data":{"retry":1}}"#
        ),
        ["`data.retry` is a number, where the protocol has a boolean"]
    );
}

#[test]
fn a_body_that_is_no_json_says_nothing() {
    let hover = |body| {
        of_body(
            Method::TEXT_DOCUMENT_HOVER,
            Kind::Request,
            ClientToServer,
            body,
        )
    };
    for body in [
        "",
        "{",
        "[]",
        r#"{"params":1"#,
        r#"{"params":1} x"#,
        r#"{"params":{"x":1,}}"#,
    ] {
        assert_eq!(hover(body), [""; 0], "{body}");
    }
}
