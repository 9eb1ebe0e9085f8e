//! Who speaks, and which way.

use serde::{Deserialize, Serialize};

/// The way a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the editor to gopls.
    ClientToServer,
    /// From gopls to the editor.
    ServerToClient,
}

impl Direction {
    /// The name that trace records and filters use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientToServer => "client-to-server",
            Self::ServerToClient => "server-to-client",
        }
    }

    /// The side that sends in this direction.
    pub const fn sender(self) -> Side {
        match self {
            Self::ClientToServer => Side::Client,
            Self::ServerToClient => Side::Server,
        }
    }
}

/// One of the two peers. Both sides number their requests from 0 or 1, so an id means nothing
/// without the side that chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The editor.
    Client,
    /// gopls.
    Server,
}
