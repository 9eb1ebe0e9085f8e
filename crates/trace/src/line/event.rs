//! What an event says.

use serde_json::Value;

use super::size;
use crate::record::Record;
use crate::uri;

/// What the line shows of an event anyway.
const SHOWN: [&str; 5] = ["method", "id", "uri", "position", "direction"];

/// The gist of an event: in the words that fit it, else the sentence in its data, else the fields.
pub(super) fn gist(record: &Record) -> Option<String> {
    let data: Value = serde_json::from_str(record.data.as_ref()?.get()).ok()?;
    let own = match record.event.as_deref()? {
        "rejected" => data["reason"].as_str().map(str::to_owned),
        "timeout" => timeout(&data),
        "late" => late(&data),
        "server-exit" => data["how"].as_str().map(str::to_owned),
        "rewrite" => rewrite(&data),
        "unchecked" => data["bytes"].as_u64().map(size),
        // Its line breaks are what matters in a header.
        "header" => data["header"].as_str().map(|header| format!("{header:?}")),
        "dropped" => dropped(&data),
        "finding" | "cleared" => finding(&data),
        "explained" => explained(&data),
        "versions" => versions(&data),
        _ => None,
    };
    own.or_else(|| sentence(&data)).or_else(|| fields(&data))
}

/// The proxy's text begins with the request, which the line has named already.
fn timeout(data: &Value) -> Option<String> {
    let text = data["text"].as_str()?;
    let said = text.find("has not been answered")?;
    Some(text[said..].to_owned())
}

/// Who changed the message, what, and what else became of it.
fn rewrite(data: &Value) -> Option<String> {
    let names: Vec<&str> = data["by"]
        .as_array()?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let mut gist = format!("by {}", names.join(", "));
    let splices = data["splices"].as_array().into_iter().flatten();
    for (number, splice) in splices.enumerate() {
        let (was, is) = (splice["was"].as_str()?, splice["is"].as_str()?);
        let times = match splice["at"].as_array().map_or(0, Vec::len) {
            0 | 1 => String::new(),
            times => format!(" {times} times"),
        };
        let mark = if number == 0 { ":" } else { "," };
        gist.push_str(&match was.is_empty() {
            true => format!("{mark} +{}", start(is)),
            false => format!("{mark} {} -> {}{times}", start(was), start(is)),
        });
    }
    let own = match data["before"].as_u64() {
        None => String::new(),
        Some(1) => "1 message".to_owned(),
        Some(count) => format!("{count} messages"),
    };
    gist.push_str(&match (data["then"].as_str(), own.is_empty()) {
        (Some("answered"), true) => "; answered by goplens".to_owned(),
        (Some("dropped"), true) => "; not handed on".to_owned(),
        (Some("dropped"), false) => format!("; not handed on, {own} of goplens's own in its place"),
        (_, true) => String::new(),
        (_, false) => format!("; {own} of goplens's own before it"),
    });
    Some(gist)
}

/// As much of a text as fits in a line with others.
fn start(text: &str) -> String {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

fn late(data: &Value) -> Option<String> {
    let seconds = data["waited_ms"].as_u64()? as f64 / 1e3;
    let then = match data["dropped"].as_bool() {
        Some(true) => ", not handed on because goplens had answered already",
        _ => "",
    };
    Some(format!("answered after {seconds:.1} s{then}"))
}

fn dropped(data: &Value) -> Option<String> {
    let (records, bodies) = (data["records"].as_u64()?, data["bodies"].as_u64()?);
    Some(format!(
        "{records} records and the bodies of {bodies} more: the trace could not keep up"
    ))
}

/// Its code and its title; all else is in the Problems panel and in `findings.jsonl`.
fn finding(data: &Value) -> Option<String> {
    let (code, title) = (data["code"].as_str()?, data["title"].as_str()?);
    Some(format!("{code}: {title}"))
}

fn explained(data: &Value) -> Option<String> {
    let codes: Vec<&str> = data["found"]
        .as_array()?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    Some(match codes.is_empty() {
        true => "looked into, and nothing was found to be wrong".to_owned(),
        false => format!("found {}", codes.join(", ")),
    })
}

/// Who takes part, and which Go each workspace has.
fn versions(data: &Value) -> Option<String> {
    let workspaces = data["workspaces"].as_array()?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let first = workspaces.first()?;
    let gopls = &first["gopls"];
    let gopls = text(&gopls["version"]).map(|version| match gopls["built_by"].as_str() {
        Some(go) => format!("gopls {version} built by {go}"),
        None => format!("gopls {version}"),
    });
    let on_path = text(&first["go_version"]).map(|version| format!("Go {version} on PATH"));
    let mut parts: Vec<String> = gopls.into_iter().chain(on_path).collect();
    for workspace in workspaces {
        let folder = workspace["folders"][0]
            .as_str()
            .map(|uri| uri::shown(uri, &[]));
        let selected = text(&workspace["selected"]).zip(folder);
        parts.extend(selected.map(|(selected, folder)| format!("{selected} in {folder}")));
    }
    Some(parts.join(", "))
}

fn sentence(data: &Value) -> Option<String> {
    let keys = ["text", "message", "reason", "title"];
    let text = keys.into_iter().find_map(|key| data[key].as_str());
    text.map(str::to_owned)
}

fn fields(data: &Value) -> Option<String> {
    let fields = data.as_object()?.iter();
    let fields: Vec<String> = fields
        .filter(|(key, _)| !SHOWN.contains(&key.as_str()))
        .filter_map(|(key, value)| Some(format!("{key}={}", short(value)?)))
        .collect();
    (!fields.is_empty()).then(|| fields.join(" "))
}

/// A value in a few characters; lists by their length.
fn short(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Array(list) => Some(format!("[{}]", list.len())),
        Value::Object(_) => Some("{...}".to_owned()),
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
