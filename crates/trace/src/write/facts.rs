//! Who takes part in a session, picked out of its traffic.

use protocol::Direction;
use protocol::traffic::{Kind, Message};
use serde::Deserialize;

use super::tally::Role;
use crate::info::{Client, SessionInfo};

/// Completes what is known of the session from one message; says whether it did.
pub(super) fn learn(info: &mut SessionInfo, role: Role, message: &Message) -> bool {
    let Some(body) = &message.body else {
        return false;
    };
    match (role, message.kind, message.direction) {
        (Role::Initialize, Kind::Request, Direction::ClientToServer) => {
            from_request(info, body).is_some()
        }
        (Role::Initialize, Kind::Response, Direction::ServerToClient) => {
            from_response(info, body).is_some()
        }
        (Role::Log, Kind::Notification, Direction::ServerToClient) if info.go.is_none() => {
            info.go = go_of_view(body);
            info.go.is_some()
        }
        _ => false,
    }
}

fn from_request(info: &mut SessionInfo, body: &[u8]) -> Option<()> {
    #[derive(Deserialize)]
    struct Request {
        params: Params,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Params {
        client_info: Option<Client>,
        root_uri: Option<String>,
        workspace_folders: Option<Vec<Folder>>,
    }
    #[derive(Deserialize)]
    struct Folder {
        uri: String,
    }
    let params = serde_json::from_slice::<Request>(body).ok()?.params;
    info.client = params.client_info;
    info.folders = match params.workspace_folders {
        Some(folders) if !folders.is_empty() => {
            folders.into_iter().map(|folder| folder.uri).collect()
        }
        _ => params.root_uri.into_iter().collect(),
    };
    Some(())
}

/// gopls puts the JSON of `gopls version -json` into `serverInfo.version`, as a string.
fn from_response(info: &mut SessionInfo, body: &[u8]) -> Option<()> {
    #[derive(Deserialize)]
    struct Response {
        result: Initialized,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Initialized {
        server_info: ServerInfo,
    }
    #[derive(Deserialize)]
    struct ServerInfo {
        #[serde(default)]
        name: String,
        version: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Build {
        go_version: Option<String>,
        main: Module,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Module {
        version: String,
    }
    let response = serde_json::from_slice::<Response>(body).ok()?;
    let ServerInfo { name, version } = response.result.server_info;
    // Where there is no gopls, goplens answers in its place.
    if name == "goplens" {
        return None;
    }
    match serde_json::from_str::<Build>(&version) {
        Ok(build) => {
            info.gopls = Some(build.main.version);
            info.go_built_with = build.go_version;
        }
        Err(_) => info.gopls = Some(version),
    }
    Some(())
}

/// gopls logs `Created View (#1)` with a line `go_version="go version go1.26.8 linux/amd64"` for
/// each view (seen in 0.23.0).
fn go_of_view(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Notification {
        params: Log,
    }
    #[derive(Deserialize)]
    struct Log {
        message: String,
    }
    memchr::memmem::find(body, b"Created View")?;
    let log = serde_json::from_slice::<Notification>(body).ok()?.params;
    let (_, rest) = log.message.split_once("go_version=\"")?;
    let (text, _) = rest.split_once('"')?;
    let version = text.split(' ').find(|word| word.starts_with("go1"));
    Some(version.unwrap_or(text).to_owned())
}
