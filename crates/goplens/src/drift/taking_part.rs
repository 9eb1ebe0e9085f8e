//! Who takes part in a session, and in which version.

use std::path::Path;

use doctor::{Lines, Versions};
use inspect::TakingPart;
use serde_json::Value;
use trace::SessionInfo;

/// A line of the table: who, which version, and where that was seen.
type Row = [String; 3];

/// The versions that were looked at in the session; none where that never came to be.
pub(super) fn known(info: &SessionInfo) -> Vec<TakingPart> {
    let workspaces = info.versions.as_ref().map(|all| all["workspaces"].clone());
    // Where another goplens wrote something else, what was looked at is not known here.
    serde_json::from_value(workspaces.unwrap_or(Value::Null)).unwrap_or_default()
}

/// What could not be learnt of these, so that nothing was compared with it: a sentence for each.
pub(super) fn unknown(known: &[TakingPart]) -> Vec<String> {
    let unasked = known.iter().filter(|one| one.versions.selected.is_none());
    unasked
        .map(|one| {
            let folders = folders(one);
            match &one.versions.go {
                Some(go) => format!(
                    "Which Go is used in {folders} could not be asked of {}, and nothing was compared with it.",
                    go.display()
                ),
                None => format!(
                    "No go command was found for {folders}, and nothing was compared with it."
                ),
            }
        })
        .collect()
}

/// The table: by what was looked at in the session, else by what its messages said.
pub(super) fn rows(info: &SessionInfo, known: &[TakingPart]) -> Vec<Row> {
    let mut rows = vec![row("WHO", "VERSION", "SEEN")];
    match known {
        [] => rows.extend(by_messages(info)),
        known => {
            // What is the same for all folders is told once.
            for row in known.iter().flat_map(of_folders) {
                if !rows.contains(&row) {
                    rows.push(row);
                }
            }
        }
    }
    rows
}

fn row(who: &str, version: &str, seen: &str) -> Row {
    [who, version, seen].map(str::to_owned)
}

fn or_dash(text: Option<&str>) -> &str {
    text.filter(|text| !text.is_empty()).unwrap_or("-")
}

fn by_messages(info: &SessionInfo) -> Vec<Row> {
    let client = info.client.as_ref().map(ToString::to_string);
    let mut rows = peers(
        client.as_deref(),
        info.gopls.as_deref(),
        None,
        info.go_built_with.as_deref(),
    );
    if let Some(go) = &info.go {
        rows.push(row("go that gopls runs", go, "gopls logs it"));
    }
    rows
}

fn peers(
    client: Option<&str>,
    gopls: Option<&str>,
    sum: Option<&str>,
    built_by: Option<&str>,
) -> Vec<Row> {
    vec![
        row("editor", or_dash(client), ""),
        row("gopls", or_dash(gopls), sum.unwrap_or_default()),
        row("Go that built gopls", or_dash(built_by), ""),
    ]
}

fn of_folders(one: &TakingPart) -> Vec<Row> {
    let Versions {
        client,
        client_version,
        gopls,
        go,
        go_version,
        selected,
        toolchain,
        files,
    } = &one.versions;
    let client = format!("{client} {}", or_dash(client_version.as_deref()));
    let client = client.strip_suffix(" -").unwrap_or(&client);
    let gopls = gopls.as_ref();
    let mut rows = peers(
        Some(client),
        gopls.map(|gopls| gopls.version.as_str()),
        gopls.and_then(|gopls| gopls.sum.as_deref()),
        gopls.and_then(|gopls| gopls.built_by.as_deref()),
    );
    let go = go.as_deref().map(Path::to_string_lossy);
    rows.push(row(
        "go on PATH",
        or_dash(go_version.as_deref()),
        &go.unwrap_or_default(),
    ));
    rows.push(row(
        &format!("Go in {}", folders(one)),
        or_dash(selected.as_deref()),
        toolchain,
    ));
    rows.extend(files.iter().map(of_file));
    rows
}

fn of_file(lines: &Lines) -> Row {
    let name = lines.file.file_name().unwrap_or_default();
    let go = lines.go.as_ref().map(|go| format!("go {go}"));
    let toolchain = lines.toolchain.as_ref();
    let toolchain = toolchain.map(|toolchain| format!("toolchain {toolchain}"));
    let asks: Vec<String> = go.into_iter().chain(toolchain).collect();
    row(
        &name.to_string_lossy(),
        or_dash(Some(&asks.join(", "))),
        &lines.file.to_string_lossy(),
    )
}

fn folders(one: &TakingPart) -> String {
    let folders: Vec<String> = one.folders.iter().map(|uri| path(uri)).collect();
    folders.join(", ")
}

fn path(uri: &str) -> String {
    match doctor::file_path(uri) {
        Some(path) => path.to_string_lossy().into_owned(),
        None => uri.to_owned(),
    }
}
