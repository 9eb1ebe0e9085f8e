//! Messages as they come from the tap.

use protocol::traffic::{AtServer, Kind, Message};
use protocol::{Direction, Method};
use serde_json::Value;
use wire::Id;

/// A message that both ends have alike.
pub(super) fn message(direction: Direction, kind: Kind, method: &Method, body: &Value) -> Message {
    Message {
        direction,
        kind,
        method: Some(method.clone()),
        id: (kind != Kind::Notification).then_some(Id::Number(1)),
        size: 0,
        body: Some(body.to_string().into()),
        checked: true,
        latency: None,
        outcome: None,
        asked: None,
        at_server: AtServer::Same,
        made_here: false,
    }
}
