//! What holds for any message: it is renamed as a tree would be, and can be renamed back.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{Cow, Kind, Method, REQUEST, RESPONSE, Rename, Splice, body, rename};
use crate::Shape;
use crate::shape::Part;

/// A map that is its own inverse.
struct Swap;

impl Rename for Swap {
    fn uri(&mut self, uri: &str) -> Option<Cow<'_, str>> {
        Some(format!("file://{}", swapped(uri.strip_prefix("file://")?)?).into())
    }

    fn path(&mut self, path: &str) -> Option<Cow<'_, str>> {
        swapped(path).map(Cow::Owned)
    }
}

fn swapped(path: &str) -> Option<String> {
    let (link, real) = ("/link/", "/a \"real\" one/");
    match path.strip_prefix(link) {
        Some(rest) => Some(format!("{real}{rest}")),
        None => Some(format!("{link}{}", path.strip_prefix(real)?)),
    }
}

fn named(name: &str) -> String {
    let new = match name.strip_prefix("file://") {
        Some(path) => swapped(path).map(|path| format!("file://{path}")),
        None => swapped(name),
    };
    new.unwrap_or_else(|| name.to_owned())
}

/// The same done on the tree.
fn renamed(value: &Value, shape: Option<Shape>) -> Value {
    let Some(shape) = shape else {
        return value.clone();
    };
    match value {
        Value::String(text) if shape.is_uri() => named(text).into(),
        Value::Array(elements) => elements
            .iter()
            .map(|element| renamed(element, shape.element()))
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| {
                let name = if shape.keys_are_uris() {
                    named(key)
                } else {
                    key.clone()
                };
                (name, renamed(value, shape.member(key)))
            })
            .collect::<Map<_, _>>()
            .into(),
        _ => value.clone(),
    }
}

/// What may stand where a file is named, or elsewhere.
fn name() -> impl Strategy<Value = String> {
    let start = prop_oneof![
        3 => Just("file:///link/"),
        3 => Just("file:///a \"real\" one/"),
        1 => Just("/link/"),
        1 => Just("file:///"),
        1 => Just("https://link/"),
        1 => Just(""),
    ];
    (start, "[a-z/%&<\"\\\\\n\u{e9}\u{1f600}]{0,8}")
        .prop_map(|(start, rest)| format!("{start}{rest}"))
}

/// Any JSON.
fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i32>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        name().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            object(
                prop_oneof![name(), Just("text".into()), Just("uri".into())],
                inner
            ),
        ]
    })
    .boxed()
}

fn object(
    keys: impl Strategy<Value = String> + 'static,
    values: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Value> {
    prop::collection::hash_map(keys, values, 0..3)
        .prop_map(|members: HashMap<_, _>| Value::Object(members.into_iter().collect()))
        .boxed()
}

/// JSON of this shape, mostly.
fn fitting(shape: Option<Shape>, depth: usize) -> BoxedStrategy<Value> {
    let Some(shape) = shape.filter(|_| depth < 10) else {
        return anything();
    };
    let below = |shape| fitting(Some(shape), depth + 1);
    let mut choices = vec![(1, anything())];
    for part in shape.parts() {
        let choice = match part {
            Part::Uri => name().prop_map(Value::from).boxed(),
            Part::Array(element) => prop::collection::vec(below(*element), 0..4)
                .prop_map(Value::from)
                .boxed(),
            Part::Object(fields) => {
                let field = |(name, shape): &(&'static str, Shape)| {
                    let name = (*name).to_owned();
                    prop::option::weighted(
                        0.8,
                        below(*shape).prop_map(move |it| (name.clone(), it)),
                    )
                };
                let fields = fields.iter().map(field).collect::<Vec<_>>();
                let others = prop::collection::hash_map("[a-z]{1,4}", anything(), 0..2);
                (others, fields)
                    .prop_map(|(others, fields)| {
                        let members = others.into_iter().chain(fields.into_iter().flatten());
                        Value::Object(members.collect())
                    })
                    .boxed()
            }
            Part::Map { values, .. } => object(name(), fitting(*values, depth + 1)),
        };
        choices.push((8, choice));
    }
    prop::strategy::Union::new_weighted(choices).boxed()
}

/// The params of a request or the result of a response that can name files by the protocol's table.
fn message() -> impl Strategy<Value = (Method, Kind, Shape, Value)> {
    let places = Method::known()
        .flat_map(|method| [(method.clone(), REQUEST), (method, RESPONSE)])
        .filter_map(|(method, kind)| {
            let info = method.info()?;
            let shape = if kind == REQUEST {
                info.params
            } else {
                info.result
            };
            shape.map(|shape| (method, kind, shape))
        })
        .collect::<Vec<_>>();
    prop::sample::select(places).prop_flat_map(|(method, kind, shape)| {
        fitting(Some(shape), 0).prop_map(move |value| (method.clone(), kind, shape, value))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]
    #[test]
    fn a_body_is_renamed_as_its_tree_is((method, kind, shape, part) in message(), pretty: bool) {
        let text = if pretty {
            serde_json::to_string_pretty(&part).expect("it is JSON")
        } else {
            part.to_string()
        };
        let once = |body: &[u8]| Splice::apply(&rename(body, &method, kind, &mut Swap), body);
        let body = body(kind, &method, &text);
        let there = once(body.as_bytes());
        let tree: Value = serde_json::from_slice(&there).expect("it is still JSON");
        let key = if kind == RESPONSE { "result" } else { "params" };
        prop_assert_eq!(&tree[key], &renamed(&part, Some(shape)));
        let back = once(&there);
        prop_assert_eq!(&back[..], body.as_bytes());
    }
}
