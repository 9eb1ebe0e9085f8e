//! Types as the macros of `crates/protocol/src/types.rs` read them.

use super::kind::{Field, Kind};
use crate::codegen::model::{Constant, Enumeration};

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
            let fields = written(fields).join(",\n        ");
            format!("    {name} = {{\n        {fields},\n    }};\n")
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
    let mut line = format!("    {openness} {} =", enumeration.name);
    let mut lines = String::new();
    for (index, it) in enumeration.values.iter().enumerate() {
        let value = match &it.value {
            Constant::Text(text) => format!("{text:?}"),
            Constant::Number(number) => format!("{} {number}", it.name),
        };
        let last = index + 1 == enumeration.values.len();
        let end = if last { ";" } else { "," };
        if line.len() + " ".len() + value.len() + end.len() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line = "       ".to_owned();
        }
        line.push_str(&format!(" {value}{end}"));
    }
    lines + &line + "\n"
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
