//! What gopls registered for at the client.

use std::collections::BTreeMap;

use protocol::traffic::Kind;
use protocol::{Direction, Method};
use serde_json::Value;

use crate::event::Seen;

/// What gopls registered for and the client took, by the id of the registration.
#[derive(Debug, Default)]
pub struct Registrations(BTreeMap<String, Method>);

impl Registrations {
    pub(crate) fn apply(&mut self, seen: &Seen) {
        let taken = seen.message.kind == Kind::Response
            && seen.message.direction == Direction::ClientToServer
            && seen.body.get("error").is_none();
        if !taken {
            return;
        }
        let asked = seen.message.asked.as_deref().unwrap_or_default();
        let asked: Value = serde_json::from_slice(asked).unwrap_or_default();
        let list = |name: &str| asked[name].as_array().cloned().unwrap_or_default();
        match seen.message.method {
            Some(Method::CLIENT_REGISTER_CAPABILITY) => {
                for one in list("registrations") {
                    if let (Some(id), Some(method)) = (one["id"].as_str(), one["method"].as_str()) {
                        self.0.insert(id.to_owned(), Method::new(method));
                    }
                }
            }
            Some(Method::CLIENT_UNREGISTER_CAPABILITY) => {
                // The protocol has spelt it so since its beginning.
                for one in list("unregisterations") {
                    self.0.remove(one["id"].as_str().unwrap_or_default());
                }
            }
            _ => {}
        }
    }

    /// Whether gopls registered for a method.
    pub fn has(&self, method: &Method) -> bool {
        self.0.values().any(|registered| registered == method)
    }
}
