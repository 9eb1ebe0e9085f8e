//! What a request or a notification says, in a few words, beyond its document and position.

use serde_json::Value;

use super::counted;
use crate::record::{Record, id_of};

/// The gist, for the methods that have one.
pub(super) fn gist(record: &Record) -> Option<String> {
    let body: Value = serde_json::from_str(record.body.as_ref()?.get()).ok()?;
    let params = &body["params"];
    match record.method.as_deref()? {
        "initialize" => client(params),
        "textDocument/publishDiagnostics" => Some(counted(
            params["diagnostics"].as_array()?.len(),
            "diagnostic",
        )),
        "window/logMessage" | "window/showMessage" | "window/showMessageRequest" => log(params),
        "$/progress" => progress(&params["value"]),
        "$/cancelRequest" => Some(format!("#{}", id_of(&params["id"])?)),
        "textDocument/didOpen" => version(&params["textDocument"]),
        "textDocument/didChange" => {
            let version = version(&params["textDocument"])?;
            let changes = params["contentChanges"].as_array()?.len();
            Some(format!("{version}, {}", counted(changes, "change")))
        }
        "workspace/executeCommand" => params["command"].as_str().map(str::to_owned),
        "workspace/configuration" => names(&params["items"], "section"),
        "client/registerCapability" => names(&params["registrations"], "method"),
        "client/unregisterCapability" => names(&params["unregisterations"], "method"),
        "workspace/symbol" => Some(format!("{:?}", params["query"].as_str()?)),
        _ => None,
    }
}

fn client(params: &Value) -> Option<String> {
    let info = &params["clientInfo"];
    let name = info["name"].as_str()?;
    Some(match info["version"].as_str() {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    })
}

fn log(params: &Value) -> Option<String> {
    let level = match params["type"].as_u64() {
        Some(1) => "error",
        Some(2) => "warning",
        Some(3) => "info",
        _ => "log",
    };
    Some(format!(
        "{level}: {}",
        params["message"].as_str()?.trim_start()
    ))
}

/// `begin: Setting up workspace, Loading packages...`.
fn progress(value: &Value) -> Option<String> {
    let kind = value["kind"].as_str()?;
    let said: Vec<&str> = ["title", "message"]
        .into_iter()
        .filter_map(|key| value[key].as_str())
        .filter(|text| !text.is_empty())
        .collect();
    Some(match said.is_empty() {
        true => kind.to_owned(),
        false => format!("{kind}: {}", said.join(", ")),
    })
}

fn version(document: &Value) -> Option<String> {
    Some(format!("version {}", document["version"].as_i64()?))
}

fn names(list: &Value, key: &str) -> Option<String> {
    let names = list
        .as_array()?
        .iter()
        .filter_map(|item| item[key].as_str());
    Some(names.collect::<Vec<_>>().join(", "))
}
