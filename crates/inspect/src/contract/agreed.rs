//! What the two peers have agreed on.

use std::collections::BTreeMap;

use doctor::Gopls;
use protocol::tokens::Legend;
use protocol::traffic::{Kind, Message};
use protocol::{Direction, Method};
use serde_json::Value;

use crate::contract::needs::{self, Capability, OfServer};
use crate::json;

/// What each peer has said that it can, as the other one has heard it.
#[derive(Debug, Default)]
pub(super) struct Agreed {
    /// The client's name and version, as it calls itself.
    pub(super) client: String,
    /// gopls's version, such as `v0.23.0`; empty where it has not said it.
    pub(super) gopls: String,
    client_capabilities: Value,
    server_capabilities: Value,
    /// What the server has registered for: the method and the options, by id.
    registered: BTreeMap<String, (String, Value)>,
    /// Whether `initialize` was answered.
    pub(super) is_known: bool,
}

impl Agreed {
    /// Takes note of a message, whatever it is.
    pub(super) fn apply(&mut self, message: &Message) {
        match (&message.method, message.kind) {
            (Some(Method::INITIALIZE), Kind::Request) => self.greet(&body(message)),
            (Some(Method::INITIALIZE), Kind::Response) => {
                let mut answer = body(message);
                let version = answer["result"]["serverInfo"]["version"].as_str();
                self.gopls = version
                    .map(|version| Gopls::read(version).version)
                    .unwrap_or_default();
                self.server_capabilities = answer["result"]["capabilities"].take();
                self.is_known = !self.server_capabilities.is_null();
            }
            // A server may rely on it only when the client has answered; whoever uses it before errs too,
            // but on the safe side.
            (Some(Method::CLIENT_REGISTER_CAPABILITY), Kind::Request) => {
                for one in registrations(&body(message)) {
                    let Registration {
                        id,
                        method,
                        options,
                    } = one;
                    self.registered.insert(id, (method, options));
                }
            }
            (Some(Method::CLIENT_UNREGISTER_CAPABILITY), Kind::Request) => {
                // The protocol has spelt it so since its beginning.
                let body = body(message);
                for one in body["params"]["unregisterations"]
                    .as_array()
                    .into_iter()
                    .flatten()
                {
                    self.registered
                        .remove(one["id"].as_str().unwrap_or_default());
                }
            }
            _ => {}
        }
    }

    fn greet(&mut self, request: &Value) {
        let params = &request["params"];
        let info = |name: &str| params["clientInfo"][name].as_str();
        self.client = match (info("name"), info("version")) {
            (Some(name), Some(version)) => format!("{name} {version}"),
            (name, _) => name.unwrap_or("the editor").to_owned(),
        };
        self.client_capabilities = params["capabilities"].clone();
    }

    /// Whether the server has offered this, in its answer to `initialize` or by a registration.
    pub(super) fn is_offered(&self, need: &OfServer) -> bool {
        let mut registered = self.registered.values();
        need.is_in(&self.server_capabilities)
            || registered.any(|(method, options)| need.is_registered(method, options))
    }

    /// Whether the server has offered a command.
    pub(super) fn is_command(&self, command: &str) -> bool {
        let lists = |options: &Value| {
            let commands = options["commands"].as_array();
            commands.is_some_and(|all| all.iter().any(|one| one == command))
        };
        let mut registered = self.registered.values();
        lists(&self.server_capabilities["executeCommandProvider"])
            || registered.any(|(method, options)| {
                method == Method::WORKSPACE_EXECUTE_COMMAND.as_str() && lists(options)
            })
    }

    /// Whether the client has said that it can do this, by a JSON pointer into its capabilities.
    pub(super) fn is_taken(&self, capability: &str) -> bool {
        let capability = self.client_capabilities.pointer(capability);
        capability.is_some_and(is_on)
    }

    /// Whether the client has said that it can take this.
    pub(super) fn can(&self, capability: Capability) -> bool {
        let lists = |list: &str, entry: &str| {
            let list = self.client_capabilities.pointer(list)?.as_array()?;
            Some(list.iter().any(|one| one == entry))
        };
        match capability {
            Capability::Any(some) => some.iter().any(|one| self.is_taken(one)),
            Capability::Lists(list, entry) => lists(list, entry).unwrap_or(false),
            Capability::ListsIfAny(list, entry) => lists(list, entry).unwrap_or(true),
        }
    }

    /// Whether the client lets a server register for a method later; `None` where the protocol has no
    /// capability for that.
    pub(super) fn takes_registration(&self, method: &str) -> Option<(String, bool)> {
        let capability = needs::registration(method)?;
        let pointer = format!("/{}", capability.replace('.', "/"));
        let value = self.client_capabilities.pointer(&pointer);
        Some((capability, value.is_some_and(is_on)))
    }

    /// What the numbers of semantic tokens may be; anything where the server has not said it.
    pub(super) fn legend(&self) -> Legend {
        let legend = &self.server_capabilities["semanticTokensProvider"]["legend"];
        let count = |name: &str| legend[name].as_array().map_or(usize::MAX, Vec::len);
        Legend {
            types: count("tokenTypes"),
            modifiers: count("tokenModifiers"),
        }
    }

    /// Whether each token has to end on its own line for the client.
    pub(super) fn takes_no_tokens_across_lines(&self) -> bool {
        !self.takes_tokens("multilineTokenSupport")
    }

    /// Whether the client takes tokens that overlap.
    pub(super) fn takes_overlapping_tokens(&self) -> bool {
        self.takes_tokens("overlappingTokenSupport")
    }

    fn takes_tokens(&self, how: &str) -> bool {
        self.client_capabilities["textDocument"]["semanticTokens"][how] == true
    }

    /// The encoding of positions that the server goes by, where the client has not offered it. UTF-16 every
    /// client has to take, whatever it lists.
    pub(super) fn foreign_encoding(&self) -> Option<&str> {
        let agreed = self.encoding().filter(|agreed| *agreed != "utf-16")?;
        let offered = self
            .client_capabilities
            .pointer("/general/positionEncodings");
        let mut offered = offered.and_then(Value::as_array).into_iter().flatten();
        (!offered.any(|one| one == agreed)).then_some(agreed)
    }

    /// Whether columns count UTF-16 units.
    pub(super) fn counts_utf_16(&self) -> bool {
        self.encoding().is_none_or(|agreed| agreed == "utf-16")
    }

    /// What the server says that columns count.
    fn encoding(&self) -> Option<&str> {
        self.server_capabilities["positionEncoding"].as_str()
    }
}

/// What a server registers for.
pub(super) struct Registration {
    id: String,
    /// The method.
    pub(super) method: String,
    options: Value,
}

/// The registrations in a request.
pub(super) fn registrations(request: &Value) -> Vec<Registration> {
    let all = request["params"]["registrations"].as_array();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let read = |one: &Value| Registration {
        id: text(&one["id"]),
        method: text(&one["method"]),
        options: one["registerOptions"].clone(),
    };
    all.into_iter().flatten().map(read).collect()
}

/// Whether a capability is there and not switched off.
pub(super) fn is_on(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

/// What the client has said, and what it has heard: each peer can go by that only.
pub(super) fn body(message: &Message) -> Value {
    let body = message.body.as_deref();
    body.and_then(json::read).unwrap_or_default()
}

/// What its writer wrote, but for what goplens has put right in what the client says of itself: that is told by
/// `client-capability-invalid`.
pub(super) fn written(message: &Message) -> Option<&[u8]> {
    let is_mended = message.method == Some(Method::INITIALIZE);
    let body = match message.direction {
        Direction::ClientToServer if !is_mended => message.body.as_ref(),
        Direction::ClientToServer | Direction::ServerToClient => message.body_at_server(),
    };
    body.map(|body| &body[..])
}
