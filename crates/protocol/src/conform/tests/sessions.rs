//! What healthy sessions say.
//!
//! `sessions.jsonl` has messages of sessions of gopls 0.12.4, 0.13.2, 0.14.2, 0.15.3, 0.16.2, 0.19.1,
//! 0.20.0, 0.23.0 and 0.24.0 with VS Code's client library (vscode-languageclient 10.1.0), as goplens's
//! trace recorded them: of 5,863 those that have something in them that none before has, the newest
//! version's first. Lists and texts are cut short where the rest adds nothing, and the folders are
//! called by other names.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::*;

#[derive(Deserialize)]
struct Record<'a> {
    gopls: &'a str,
    direction: Direction,
    kind: &'a str,
    method: &'a str,
    #[serde(borrow)]
    body: &'a RawValue,
}

#[test]
fn healthy_sessions_say_nothing_that_does_not_fit() {
    let mut kinds = BTreeSet::new();
    for line in include_str!("sessions.jsonl").lines() {
        let record: Record<'_> = serde_json::from_str(line).expect("a record");
        let all = [Kind::Request, Kind::Notification, Kind::Response];
        let kind = all.into_iter().find(|it| it.as_str() == record.kind);
        let violations = check(&Said {
            body: record.body.get().as_bytes(),
            method: &Method::new(record.method),
            kind: kind.expect("a kind of message"),
            direction: record.direction,
            part_of: None,
        });
        assert_eq!(violations, [], "gopls {}: {line}", record.gopls);
        kinds.insert((record.method, record.kind));
    }
    assert!(kinds.len() > 100, "only {} kinds of messages", kinds.len());
}
