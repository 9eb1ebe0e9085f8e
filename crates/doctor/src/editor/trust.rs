//! What may be tried out of the settings that a repository brings along.
//!
//! An editor asks before it trusts a workspace, and the Go extension does nothing before. Nobody has been asked
//! here: a repository that was just cloned must not get a program run by its settings, neither by a path nor by a
//! variable that leads go to one.

use serde_json::Value;

use super::tree::{Node, Scope};
use crate::driver::VARIABLE as DRIVER;

/// The variables that lead go to no program, wherever they point. The module cache is none of them, since go runs
/// toolchains from it.
const HARMLESS: [&str; 14] = [
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
    "GOPRIVATE",
    "GOPROXY",
    "GOTOOLCHAIN",
    "GOWORK",
];

/// The build flags that neither run a program nor name a file: with others go writes what it traces over any file.
const FLAGS: [&str; 12] = [
    "a",
    "asan",
    "buildvcs",
    "mod",
    "modcacherw",
    "msan",
    "p",
    "race",
    "tags",
    "trimpath",
    "v",
    "x",
];

/// Whether somebody has put it into settings of his own.
pub(super) fn is_own(node: &Node) -> bool {
    node.place.scope < Scope::Workspace
}

/// Whether a variable may be given to go, with the value that go would get.
pub(super) fn may_set(node: &Node, name: &str, value: &str) -> bool {
    let is_harmless = match name {
        "GOFLAGS" => are_harmless(value),
        DRIVER => value == "off",
        // go takes a toolchain from such a proxy without asking the checksum database.
        "GOPROXY" => !value.contains("file:"),
        _ => HARMLESS.contains(&name),
    };
    is_own(node) || is_harmless
}

/// Whether build flags or build tags may be given to go.
pub(super) fn may_build_with(node: &Node) -> bool {
    let is_harmless = match node.value() {
        Value::Array(flags) => flags.iter().all(|flag| are_harmless(&in_words(flag))),
        flags => are_harmless(&in_words(&flags)),
    };
    is_own(node) || is_harmless
}

/// Whether each word is a flag of [`FLAGS`], or can be a value of one. A quote begins neither.
fn are_harmless(flags: &str) -> bool {
    let is_value = |character: char| character.is_alphanumeric() || "_.,!".contains(character);
    flags.split_whitespace().all(|word| {
        let Some(name) = word.strip_prefix('-') else {
            return word.chars().all(is_value);
        };
        let name = name.strip_prefix('-').unwrap_or(name);
        let name = name.split_once('=').map_or(name, |(name, _)| name);
        FLAGS.contains(&name)
    })
}

/// The value of a setting as go would get it.
pub(super) fn text(node: &Node) -> String {
    in_words(&node.value())
}

/// A value as a variable or an argument has it.
pub(super) fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What `build.env` of gopls's settings has that may be given to go.
pub(super) fn variables(env: &Node) -> Value {
    let members = env
        .members()
        .filter(|(name, node)| may_set(node, name, &text(node)));
    Value::Object(
        members
            .map(|(name, node)| (name.clone(), node.value()))
            .collect(),
    )
}
