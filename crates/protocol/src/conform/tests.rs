//! Messages that fit, messages that do not, and how that is told.

mod changed;
mod extras;
mod fitting;
mod manners;
mod properties;
mod sessions;

use serde_json::{Value, json};

use self::fitting::Fitting;
use super::*;

impl Fitting {
    /// The message, as JSON.
    fn body(&self) -> Vec<u8> {
        let (method, part) = (self.method.as_str(), &self.part);
        let body: Value = match self.kind {
            Kind::Request => json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": part }),
            Kind::Notification => json!({ "jsonrpc": "2.0", "method": method, "params": part }),
            Kind::Response => json!({ "jsonrpc": "2.0", "result": part, "id": 1 }),
        };
        body.to_string().into_bytes()
    }

    /// What is wrong with it when it has this body.
    fn violations(&self, body: &[u8]) -> Vec<Violation> {
        check(&Said {
            body,
            method: &self.method,
            kind: self.kind,
            direction: self.direction,
            part_of: None,
        })
    }
}

/// What is wrong with a message, a sentence each.
fn said(message: &Fitting) -> Vec<String> {
    let violations = message.violations(&message.body());
    violations.iter().map(Violation::to_string).collect()
}
