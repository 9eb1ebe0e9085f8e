//! What a response says, in a few words.

use serde_json::Value;

use super::{at, counted};
use crate::record::Record;
use crate::requests::Asked;
use crate::uri;

/// The gist of a response.
pub(super) fn gist(record: &Record, asked: &Asked, folders: &[String]) -> Option<String> {
    let body = record.body.as_ref();
    let body: Value = body
        .and_then(|body| serde_json::from_str(body.get()).ok())
        .unwrap_or_default();
    let outcome = record.outcome.as_deref();
    match outcome {
        Some("ok") => {}
        Some(other) => return Some(with_error(other, &body["error"])),
        None => return None,
    }
    let result = &body["result"];
    let words = match asked.method.as_deref().unwrap_or_default() {
        "initialize" => server(result),
        "textDocument/completion" => completion(result),
        "textDocument/hover" => hover(result),
        method if method.starts_with("textDocument/semanticTokens/") => tokens(result),
        _ => None,
    };
    let words = words
        .or_else(|| locations(result, folders))
        .or_else(|| Some(counted(result.as_array()?.len(), "item")));
    Some(words.unwrap_or_else(|| "ok".to_owned()))
}

/// `error -32601: ...`; what is no error has only its name.
fn with_error(outcome: &str, error: &Value) -> String {
    let Some(message) = error["message"].as_str() else {
        return outcome.to_owned();
    };
    let message = super::shortened(message);
    match error["code"].as_i64() {
        Some(code) => format!("{outcome} {code}: {message}"),
        None => format!("{outcome}: {message}"),
    }
}

/// `Location`, `Location[]` or `LocationLink[]`: how many, and the first.
fn locations(result: &Value, folders: &[String]) -> Option<String> {
    let (count, first) = match result {
        Value::Array(all) => (all.len(), all.first()?),
        one => (1, one),
    };
    let uri = first["uri"].as_str().or(first["targetUri"].as_str())?;
    let ranges = [&first["range"], &first["targetSelectionRange"]];
    let start = ranges
        .iter()
        .map(|range| &range["start"])
        .find(|start| start.is_object())?;
    let (line, character) = (start["line"].as_u64()?, start["character"].as_u64()?);
    let first = at(&uri::shown(uri, folders), line, character);
    let more = if count > 1 { ", ..." } else { "" };
    Some(format!("{} {first}{more}", counted(count, "location")))
}

/// Each token is five numbers. Who asks for changes gets edits of these, or all tokens.
fn tokens(result: &Value) -> Option<String> {
    if let Some(edits) = result["edits"].as_array() {
        return Some(counted(edits.len(), "edit"));
    }
    Some(counted(result["data"].as_array()?.len() / 5, "token"))
}

fn completion(result: &Value) -> Option<String> {
    let items = result["items"].as_array().or(result.as_array())?;
    let more = match result["isIncomplete"].as_bool() {
        Some(true) => " and more",
        _ => "",
    };
    Some(format!("{}{more}", counted(items.len(), "item")))
}

/// The first line of its text, code fences and rules left out.
fn hover(result: &Value) -> Option<String> {
    let contents = &result["contents"];
    let text = contents["value"].as_str().or(contents.as_str())?;
    let says_something = |line: &&str| !line.is_empty() && !line.starts_with("```");
    text.lines()
        .map(str::trim)
        .find(says_something)
        .map(str::to_owned)
}

/// gopls puts the JSON of `gopls version -json` into its version.
fn server(result: &Value) -> Option<String> {
    let info = &result["serverInfo"];
    let name = info["name"].as_str()?;
    let Some(version) = info["version"].as_str() else {
        return Some(name.to_owned());
    };
    let build: Value = serde_json::from_str(version).unwrap_or_default();
    let version = build["Main"]["Version"].as_str().unwrap_or(version);
    Some(format!("{name} {version}"))
}
