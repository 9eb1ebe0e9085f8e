//! Who takes part, and what they can.

use std::collections::BTreeSet;

use doctor::Gopls;
use protocol::Method;
use protocol::traffic::Kind;
use serde_json::Value;

use crate::encoding::Encoding;
use crate::event::Seen;

/// The client and the server, by what they said of themselves in `initialize`.
#[derive(Debug, Default)]
pub struct Peers {
    /// The client's name; empty where it has none.
    pub client: String,
    /// The client's version; none where it says none.
    pub client_version: Option<String>,
    /// The client's capabilities.
    pub client_capabilities: Value,
    /// The server, by what it says of itself; none before its answer.
    pub gopls: Option<Gopls>,
    /// The server's capabilities; null before its answer.
    pub server_capabilities: Value,
    /// How positions are counted.
    pub encoding: Encoding,
    commands: BTreeSet<String>,
}

impl Peers {
    pub(crate) fn apply(&mut self, seen: &Seen) {
        if seen.message.method != Some(Method::INITIALIZE) {
            return;
        }
        if seen.message.kind == Kind::Request {
            let params = &seen.body["params"];
            let info = |part: &str| params["clientInfo"][part].as_str().map(str::to_owned);
            self.client = info("name").unwrap_or_default();
            self.client_version = info("version");
            self.client_capabilities = params["capabilities"].clone();
            return;
        }
        let version = seen.body["result"]["serverInfo"]["version"].as_str();
        self.gopls = version.map(Gopls::read);
        let capabilities = &seen.body["result"]["capabilities"];
        self.encoding = Encoding::of(capabilities["positionEncoding"].as_str());
        let commands = capabilities["executeCommandProvider"]["commands"].as_array();
        let names = commands.into_iter().flatten().filter_map(Value::as_str);
        self.commands = names.map(str::to_owned).collect();
        self.server_capabilities = capabilities.clone();
    }

    /// Whether gopls offers a command.
    pub fn offers(&self, command: &str) -> bool {
        self.commands.contains(command)
    }
}
