//! What may be tried out of the settings that a repository brings along.
//!
//! An editor asks before it trusts a workspace, and the Go extension does nothing before. Nobody has been asked
//! here: a repository that was just cloned must not get a program run by its settings, neither by a path nor by a
//! variable that leads go to one.

use serde_json::Value;

use super::tree::{Node, Scope};

/// The variables that lead go to no program, wherever they point. The module cache is none of them, since go runs
/// toolchains from it.
const HARMLESS: [&str; 15] = [
    "CGO_ENABLED",
    "GO111MODULE",
    "GOAMD64",
    "GOARCH",
    "GOARM",
    "GOEXPERIMENT",
    "GOFLAGS",
    "GONOPROXY",
    "GONOSUMDB",
    "GOOS",
    "GOPACKAGESDRIVER",
    "GOPRIVATE",
    "GOPROXY",
    "GOTOOLCHAIN",
    "GOWORK",
];

/// Whether somebody has put it into settings of his own.
pub(super) fn is_own(node: &Node) -> bool {
    node.place.scope < Scope::Workspace
}

/// Whether a variable may be given to go.
pub(super) fn may_set(node: &Node, name: &str) -> bool {
    let value = node.value().to_string();
    let is_harmless = match name {
        "GOFLAGS" => are_harmless(&value),
        // go takes a toolchain from such a proxy without asking the checksum database.
        "GOPROXY" => !value.contains("file:"),
        _ => HARMLESS.contains(&name),
    };
    is_own(node) || is_harmless
}

/// Whether build flags may be given to go.
pub(super) fn may_build_with(node: &Node) -> bool {
    is_own(node) || are_harmless(&node.value().to_string())
}

fn are_harmless(flags: &str) -> bool {
    !["exec", "vettool"].iter().any(|word| flags.contains(word))
}

/// What `build.env` of gopls's settings has that may be given to go.
pub(super) fn variables(env: &Node) -> Value {
    let members = env.members().filter(|(name, node)| may_set(node, name));
    Value::Object(
        members
            .map(|(name, node)| (name.clone(), node.value()))
            .collect(),
    )
}
