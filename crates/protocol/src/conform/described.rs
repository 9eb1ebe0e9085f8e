//! Types in words.

use std::fmt;

use crate::types::{Enumeration, Type, Values};

/// How many values of an enumeration are listed at most.
const VALUES_LISTED: usize = 8;

/// What kinds of JSON a type takes: "a boolean or an object".
pub(super) struct Kinds(pub(super) &'static Type);

/// The values of a type that has only some: "1, 2, 3 or 4".
pub(super) struct Listed(pub(super) &'static Type);

impl fmt::Display for Kinds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = Vec::new();
        let alternatives = match self.0 {
            Type::Union(alternatives) => alternatives,
            one => &[one][..],
        };
        for kind in alternatives {
            let word = word(kind);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        write_list(formatter, &words)
    }
}

impl fmt::Display for Listed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, values) = match self.0 {
            Type::Literal(text) => return write!(formatter, "{text:?}"),
            Type::Enumeration(Enumeration { name, values, .. }) => (name, values),
            other => return Kinds(other).fmt(formatter),
        };
        let values: Vec<String> = match values {
            Values::Texts(texts) => texts.iter().map(|it| format!("{it:?}")).collect(),
            Values::Numbers(numbers) => numbers.iter().map(u32::to_string).collect(),
        };
        if values.len() > VALUES_LISTED {
            write!(formatter, "the {} values of {name}", values.len())
        } else {
            write_list(formatter, &values)
        }
    }
}

fn word(kind: &'static Type) -> String {
    let word = match kind {
        Type::Any => "anything",
        Type::Null => "null",
        Type::Boolean => "a boolean",
        Type::Integer => "an integer",
        Type::UnsignedInteger => "an unsigned integer",
        Type::Decimal => "a number",
        Type::Text => "a string",
        Type::Uri => "a URI",
        Type::Literal(text) => return format!("{text:?}"),
        Type::Enumeration(it) => match it.values {
            Values::Texts(_) => "a string",
            Values::Numbers(_) => "an unsigned integer",
        },
        Type::Array(_) => "an array",
        Type::Tuple(items) => return format!("an array of {}", items.len()),
        Type::Map(_) | Type::Structure(_) => "an object",
        Type::Union(_) => return Kinds(kind).to_string(),
    };
    word.to_owned()
}

fn write_list(formatter: &mut fmt::Formatter<'_>, words: &[String]) -> fmt::Result {
    match words {
        [] => Ok(()),
        [one] => formatter.write_str(one),
        [first @ .., last] => write!(formatter, "{} or {last}", first.join(", ")),
    }
}
