//! The types of all that messages hold, written as Rust: what a message can be held against.
//!
//! [`kind`] reads them from the model, [`union`](mod@union) leaves out of a choice what is no choice,
//! [`rows`] writes them.

mod kind;
mod rows;
mod union;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anyhow::bail;

use self::kind::{Definition, Grammar, Kind};
use super::emit::{HEADER, registration_options};
use super::model::{Message, Model, Type};

/// Types that no message leads to, because the model calls the value of a `$/progress` anything.
const MORE: [&str; 3] = [
    "WorkDoneProgressBegin",
    "WorkDoneProgressEnd",
    "WorkDoneProgressReport",
];

/// The files of the types, by name.
pub(crate) fn files(model: &Model) -> anyhow::Result<BTreeMap<&'static str, String>> {
    let mut writer = Writer {
        grammar: Grammar::new(model),
        wanted: BTreeSet::new(),
    };
    for name in MORE {
        if writer.grammar.has(name) {
            writer.wanted.insert(name.to_owned());
        }
    }
    let messages = messages_file(model, &mut writer)?;
    let (structures, enumerations) = named_files(&mut writer)?;
    Ok(BTreeMap::from([
        ("enumerations.rs", enumerations),
        ("messages.rs", messages),
        ("structures.rs", structures),
    ]))
}

/// Writes types, and remembers which others they name.
struct Writer<'model> {
    grammar: Grammar<'model>,
    wanted: BTreeSet<String>,
}

impl Writer<'_> {
    /// A type of the model as the macro `types!` reads it.
    fn kind(&mut self, kind: &Type) -> anyhow::Result<String> {
        let kind = self.grammar.kind(kind)?;
        self.written(&kind)
    }

    fn written(&mut self, kind: &Kind) -> anyhow::Result<String> {
        let kind = union::simplified(kind, &self.grammar)?;
        kind.names(&mut self.wanted);
        Ok(rows::kind(&kind))
    }
}

fn messages_file(model: &Model, writer: &mut Writer<'_>) -> anyhow::Result<String> {
    let mut messages: Vec<&Message> =
        Vec::from_iter(model.requests.iter().chain(&model.notifications));
    messages.sort_by_key(|it| &it.method);
    let mut text = format!("{HEADER}\nmessages! {{\n");
    for message in messages {
        write!(text, "    {:?}:", message.method)?;
        for (word, kind) in [
            ("params", message.params.as_ref()),
            ("result", message.result.as_ref()),
            ("partial", message.partial_result.as_ref()),
            ("error", message.error_data.as_ref()),
            ("options", registration_options(message, model)),
        ] {
            if let Some(kind) = kind {
                write!(text, "\n        {word} {}", writer.kind(kind)?)?;
            }
        }
        text.push_str(";\n");
    }
    text.push_str("}\n");
    Ok(text)
}

/// The types that have names: structures with aliases, and enumerations.
fn named_files(writer: &mut Writer<'_>) -> anyhow::Result<(String, String)> {
    let mut structures = BTreeMap::new();
    let mut strings = BTreeMap::new();
    let mut numbers = BTreeMap::new();
    let mut done = BTreeSet::new();
    while let Some(name) = writer.wanted.difference(&done).next().cloned() {
        match writer.grammar.definition(&name)? {
            Definition::Kind(kind) => {
                let kind = union::simplified(&kind, &writer.grammar)?;
                kind.names(&mut writer.wanted);
                structures.insert(name.clone(), rows::row(&name, &kind));
            }
            Definition::Enumeration(it) => {
                let rows = match &it.base {
                    Type::Base { name } if name == "string" => &mut strings,
                    Type::Base { name } if name == "uinteger" => &mut numbers,
                    other => bail!("{name} is an enumeration of {other:?}"),
                };
                rows.insert(name.clone(), rows::enumeration(it));
            }
        }
        done.insert(name);
    }
    let structures = format!(
        "{HEADER}\ntypes! {{\n{}}}\n",
        structures.into_values().collect::<String>()
    );
    let enumerations = format!(
        "{HEADER}\nstrings! {{\n{}}}\n\nnumbers! {{\n{}}}\n",
        strings.into_values().collect::<String>(),
        numbers.into_values().collect::<String>()
    );
    Ok((structures, enumerations))
}
