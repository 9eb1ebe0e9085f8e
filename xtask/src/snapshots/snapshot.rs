//! The text of a snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Map, Value};

use super::session::Said;

/// A snapshot as JSON, one line for each thing that a release can do.
pub(super) fn text(version: &str, go: &str, said: &Said, api: &Value) -> String {
    let mut capabilities = said.capabilities.as_object().cloned().unwrap_or_default();
    let commands = take(&mut capabilities, "executeCommandProvider", "commands");
    let legend = take(&mut capabilities, "semanticTokensProvider", "legend");
    let legend = match &legend {
        // Until 0.22 it is a capability; some releases register for it instead.
        Value::Null => registered_legend(&said.registrations),
        legend => legend.clone(),
    };
    let registers = said.registrations.iter();
    let registers: BTreeSet<&str> = registers.filter_map(|one| one["method"].as_str()).collect();
    let commands: BTreeSet<&str> = strings(&commands).collect();

    let mut text = String::from("{\n");
    // Writing to a String cannot fail.
    let _ = writeln!(text, "  \"version\": {},", Value::from(version));
    let _ = writeln!(text, "  \"go\": {},", Value::from(go));
    write_map(
        &mut text,
        "capabilities",
        &capabilities.into_iter().collect(),
    );
    write_list(&mut text, "registers", registers.into_iter());
    write_list(&mut text, "commands", commands.into_iter());
    write_map(&mut text, "settings", &settings(api));
    // Their order is what tokens count by.
    write_list(&mut text, "token_types", strings(&legend["tokenTypes"]));
    write_list(
        &mut text,
        "token_modifiers",
        strings(&legend["tokenModifiers"]),
    );
    let end = text.trim_end_matches(",\n").len();
    text.truncate(end);
    text.push_str("\n}\n");
    text
}

/// Takes a part out of a capability, which is then shown by itself.
fn take(capabilities: &mut Map<String, Value>, capability: &str, part: &str) -> Value {
    let capability = capabilities
        .get_mut(capability)
        .and_then(Value::as_object_mut);
    capability
        .and_then(|capability| capability.remove(part))
        .unwrap_or_default()
}

fn registered_legend(registrations: &[Value]) -> Value {
    let mut options = registrations
        .iter()
        .map(|one| &one["registerOptions"]["legend"]);
    let legend = options.find(|legend| !legend.is_null());
    legend.cloned().unwrap_or_default()
}

/// The settings that `gopls api-json` lists, each with its type as that names it.
fn settings(api: &Value) -> BTreeMap<String, Value> {
    let listed = api["Options"]["User"].as_array().into_iter().flatten();
    let setting = |one: &Value| Some((one["Name"].as_str()?.to_owned(), one["Type"].clone()));
    listed.filter_map(setting).collect()
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str)
}

fn write_map(text: &mut String, name: &str, map: &BTreeMap<String, Value>) {
    let lines = map
        .iter()
        .map(|(key, value)| format!("{}: {value}", Value::from(key.as_str())));
    write_lines(text, name, '{', lines, '}');
}

fn write_list<'a>(text: &mut String, name: &str, list: impl Iterator<Item = &'a str>) {
    let lines = list.map(|item| Value::from(item).to_string());
    write_lines(text, name, '[', lines, ']');
}

fn write_lines(
    text: &mut String,
    name: &str,
    open: char,
    lines: impl Iterator<Item = String>,
    close: char,
) {
    let lines: Vec<String> = lines.map(|line| format!("    {line}")).collect();
    let _ = match lines.is_empty() {
        true => writeln!(text, "  \"{name}\": {open}{close},"),
        false => writeln!(
            text,
            "  \"{name}\": {open}\n{}\n  {close},",
            lines.join(",\n")
        ),
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_json_with_a_line_for_each_thing() {
        let said = Said {
            capabilities: json!({
                "hoverProvider": true,
                "executeCommandProvider": { "commands": ["gopls.tidy", "gopls.b"] },
                "semanticTokensProvider": {
                    "full": {},
                    "legend": { "tokenTypes": ["b", "a"], "tokenModifiers": [] },
                },
            }),
            registrations: vec![json!({ "method": "workspace/didChangeConfiguration" })],
        };
        let api = json!({ "Options": { "User": [{ "Name": "gofumpt", "Type": "bool" }] } });
        let text = text("0.1.0", "1.20", &said, &api);
        let expected = json!({
            "version": "0.1.0",
            "go": "1.20",
            "capabilities": {
                "executeCommandProvider": {},
                "hoverProvider": true,
                "semanticTokensProvider": { "full": {} },
            },
            "registers": ["workspace/didChangeConfiguration"],
            "commands": ["gopls.b", "gopls.tidy"],
            "settings": { "gofumpt": "bool" },
            "token_types": ["b", "a"],
            "token_modifiers": [],
        });
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
        assert!(text.contains("\n    \"hoverProvider\": true,\n"), "{text}");
    }
}
