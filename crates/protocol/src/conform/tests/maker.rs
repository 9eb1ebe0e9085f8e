//! Messages made at random, as the table has them.

use serde_json::{Map, Value, json};

use crate::conform::choice;
use crate::types::{Type, Values};

/// A property in a message that can be told from any other: no choice on the way to it depends on it.
#[derive(Debug)]
pub(super) struct Place {
    /// The way to it as a JSON pointer, and as violations have it.
    pub(super) pointer: String,
    pub(super) path: String,
    pub(super) optional: bool,
    pub(super) kind: &'static Type,
}

/// Makes a value of a type, at random.
pub(super) struct Maker {
    pub(super) random: u64,
    pub(super) places: Vec<Place>,
}

impl Maker {
    /// A number below this one (Marsaglia's xorshift).
    fn below(&mut self, limit: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random % limit as u64) as usize
    }

    /// A value at a place, which is sure if nothing else would fit there in another way.
    pub(super) fn value(
        &mut self,
        kind: &'static Type,
        pointer: &str,
        path: &str,
        sure: bool,
    ) -> Value {
        let depth = pointer.matches('/').count();
        match kind {
            Type::Any => [json!(null), json!([1, { "a": 1 }]), json!("x")][self.below(3)].clone(),
            Type::Null => Value::Null,
            Type::Boolean => Value::Bool(self.below(2) == 0),
            Type::Integer => json!(self.below(1000) as i64 - 500),
            Type::UnsignedInteger => json!(self.below(1000)),
            Type::Decimal => json!(self.below(1000) as f64 / 7.0),
            Type::Text | Type::Uri => json!(["", "x", "file:///w/\u{e9}\n\""][self.below(3)]),
            Type::Literal(text) => json!(text),
            Type::Enumeration(it) => match it.values {
                Values::Texts(texts) => json!(texts[self.below(texts.len())]),
                Values::Numbers(numbers) => json!(numbers[self.below(numbers.len())]),
            },
            Type::Tuple(items) => {
                let items = items.iter().enumerate();
                let item = |(at, it): (usize, &&'static Type)| {
                    self.value(
                        it,
                        &format!("{pointer}/{at}"),
                        &format!("{path}[{at}]"),
                        sure,
                    )
                };
                items.map(item).collect()
            }
            Type::Array(element) => {
                let length = if depth > 8 { 0 } else { self.below(3) };
                let element = |at| {
                    let (pointer, path) = (format!("{pointer}/{at}"), format!("{path}[{at}]"));
                    self.value(element, &pointer, &path, sure)
                };
                (0..length).map(element).collect()
            }
            Type::Map(values) => {
                let (pointer, path) = (format!("{pointer}/a"), step(path, "a"));
                json!({ "a": self.value(values, &pointer, &path, sure) })
            }
            Type::Structure(structure) => {
                let mut members = Map::new();
                for it in structure.properties {
                    if it.optional && (depth > 6 || self.below(2) == 0) {
                        continue;
                    }
                    let (pointer, path) = (format!("{pointer}/{}", it.name), step(path, it.name));
                    let value = self.value(it.kind, &pointer, &path, sure);
                    members.insert(it.name.to_owned(), value);
                    if sure {
                        let (optional, kind) = (it.optional, it.kind);
                        self.places.push(Place {
                            pointer,
                            path,
                            optional,
                            kind,
                        });
                    }
                }
                Value::Object(members)
            }
            Type::Union(alternatives) => {
                let chosen = alternatives[self.below(alternatives.len())];
                // What begins like the others could also be another one of them.
                let before = self.places.len();
                let value = self.value(chosen, pointer, path, sure);
                let first = value.to_string().into_bytes().first().copied();
                if alternatives
                    .iter()
                    .filter(|it| choice::may_be(it, first))
                    .count()
                    > 1
                {
                    self.places.truncate(before);
                }
                value
            }
        }
    }
}

fn step(path: &str, name: &str) -> String {
    let dot = if path.is_empty() { "" } else { "." };
    format!("{path}{dot}{name}")
}
