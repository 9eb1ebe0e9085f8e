//! Types as the macros of `crates/protocol/src/types.rs` read them.

use super::kind::{Field, Kind};
use crate::codegen::model::{Constant, Enumeration, Member};

/// How long a line gets at most, unless a single type is longer.
const WIDTH: usize = 100;

/// A type, in one line.
pub(super) fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Any => "any".to_owned(),
        Kind::Base(name) | Kind::Named(name) => name.clone(),
        Kind::Text(text) => format!("{text:?}"),
        Kind::Array(element) => format!("[{}]", self::kind(element)),
        Kind::Map(key, value) => format!("{{ {key} => {} }}", self::kind(value)),
        Kind::Tuple(items) => format!("({})", joined(items, ", ")),
        Kind::Union(alternatives) => joined(alternatives, " | "),
        Kind::Structure(fields) if fields.is_empty() => "{}".to_owned(),
        Kind::Structure(fields) => format!("{{ {} }}", written(fields).join(", ")),
    }
}

/// The definition of a name.
pub(super) fn row(name: &str, kind: &Kind) -> String {
    let line = format!("    {name} = {};\n", self::kind(kind));
    match kind {
        Kind::Structure(fields) if line.trim_end().len() > WIDTH => {
            let lines = filled(&written(fields), ",");
            format!("    {name} = {{\n{lines}    }};\n")
        }
        _ => line,
    }
}

/// The definition of an enumeration. Strings say themselves what they mean, numbers have a name.
pub(super) fn enumeration(enumeration: &Enumeration) -> String {
    let openness = match enumeration.supports_custom_values {
        true => "open",
        false => "closed",
    };
    let value = |it: &Member| match &it.value {
        Constant::Text(text) => format!("{text:?}"),
        Constant::Number(number) => format!("{} {number}", it.name),
    };
    let values: Vec<String> = enumeration.values.iter().map(value).collect();
    let start = format!("    {openness} {} =", enumeration.name);
    let line = format!("{start} {};\n", values.join(", "));
    match line.trim_end().len() > WIDTH {
        true => format!("{start}\n{}", filled(&values, ";")),
        false => line,
    }
}

/// Lines as full as they may be, with commas between these and this at their end.
fn filled(parts: &[String], end: &str) -> String {
    let mut lines = String::new();
    let mut width = WIDTH;
    for (index, part) in parts.iter().enumerate() {
        let behind = if index + 1 == parts.len() { end } else { "," };
        if width + 1 + part.len() + behind.len() > WIDTH {
            lines.push_str(if index == 0 { "       " } else { "\n       " });
            width = 7;
        }
        lines.push_str(&format!(" {part}{behind}"));
        width += 1 + part.len() + behind.len();
    }
    lines + "\n"
}

fn joined(kinds: &[Kind], between: &str) -> String {
    Vec::from_iter(kinds.iter().map(kind)).join(between)
}

fn written(fields: &[Field]) -> Vec<String> {
    let field = |it: &Field| {
        let mark = if it.optional { "?" } else { "" };
        let since = it
            .since
            .map(|(major, minor)| format!(" since {major} {minor}"));
        let since = since.unwrap_or_default();
        format!("{}{mark}: {}{since}", it.name, kind(&it.kind))
    };
    fields.iter().map(field).collect()
}
