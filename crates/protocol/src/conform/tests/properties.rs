//! What holds for any message: the walk ends, and what is changed in one that fits is found.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::fitting::Fitting;
use super::maker::{Maker, Place};
use super::*;
use crate::Direction::{ClientToServer, ServerToClient};
use crate::types::MESSAGES;

/// A message of any method that fits, and the places in it.
fn message() -> impl Strategy<Value = (Fitting, Vec<Place>)> {
    let rows = Method::known().zip(&MESSAGES).flat_map(|(method, types)| {
        let info = method.info()?;
        let direction = info.directions[0];
        let request = types
            .params
            .map(|it| (method.clone(), info.kind, direction, it));
        let answer = types
            .result
            .map(|it| (method.clone(), Kind::Response, direction, it));
        Some(request.into_iter().chain(answer))
    });
    let rows = Vec::from_iter(rows.flatten());
    (proptest::sample::select(rows), 1..u64::MAX).prop_map(
        |((method, kind, direction, it), random)| {
            let mut maker = Maker {
                random,
                places: Vec::new(),
            };
            let part = maker.value(it, "", "", true);
            (
                Fitting {
                    method,
                    kind,
                    direction,
                    part,
                },
                maker.places,
            )
        },
    )
}

/// A value that a type does not take, of any kind of JSON.
fn unfit(kind: &Type, random: usize) -> Option<Value> {
    let values = [
        json!(null),
        json!(true),
        json!(-1.5),
        json!("\u{0}"),
        json!([]),
        json!({}),
    ];
    let misfit = |value: &&Value| {
        let first = value.to_string().into_bytes().first().copied();
        !choice::may_be(kind, first)
    };
    let values = Vec::from_iter(values.iter().filter(misfit));
    (!values.is_empty()).then(|| values[random % values.len()].clone())
}

fn remove(part: &mut Value, pointer: &str) {
    let (up, key) = pointer.rsplit_once('/').expect("it is a property");
    let object = part.pointer_mut(up).and_then(Value::as_object_mut);
    object.expect("it is in an object").remove(key);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    let keys = prop_oneof![
        Just("kind".to_owned()),
        Just("value".to_owned()),
        Just("range".to_owned()),
        Just("textDocument".to_owned()),
        ".{0,6}",
    ];
    leaf.prop_recursive(6, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(keys.clone(), inner, 0..4)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

/// Checks what holds for the violations of any body.
fn sound(message: &Fitting, body: &[u8]) {
    let violations = message.violations(body);
    assert!(violations.len() <= MOST);
    assert!(violations.is_sorted_by_key(|it| it.span.start));
    for it in &violations {
        assert!(it.span.start <= it.span.end && it.span.end <= body.len());
        assert!(it.to_string().len() > it.path.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_message_made_of_the_table_fits((message, _) in message()) {
        prop_assert_eq!(said(&message), [""; 0]);
    }

    #[test]
    fn what_is_taken_out_is_missed((message, places) in message(), random: usize) {
        let places = Vec::from_iter(places.iter().filter(|it| !it.optional));
        prop_assume!(!places.is_empty());
        let place = places[random % places.len()];
        let mut message = message;
        remove(&mut message.part, &place.pointer);
        let violations = message.violations(&message.body());
        let found = Vec::from_iter(violations.iter().map(|it| (it.path.as_str(), &it.what)));
        prop_assert_eq!(found, [(place.path.as_str(), &What::Missing)]);
    }

    #[test]
    fn what_is_of_another_type_is_told((message, places) in message(), random: usize) {
        prop_assume!(!places.is_empty());
        let place = &places[random % places.len()];
        let Some(value) = unfit(place.kind, random / places.len()) else {
            return Ok(());
        };
        let is_nothing = value.is_null() && place.optional && message.direction == ClientToServer;
        let mut message = message;
        *message.part.pointer_mut(&place.pointer).expect("the place is there") = value;
        if is_nothing {
            prop_assert_eq!(said(&message), [""; 0]);
            return Ok(());
        }
        let violations = message.violations(&message.body());
        let paths = Vec::from_iter(violations.iter().map(|it| it.path.as_str()));
        prop_assert_eq!(paths, [place.path.as_str()]);
        prop_assert!(matches!(violations[0].what, What::WrongType { .. }), "{:?}", violations[0]);
    }

    #[test]
    fn any_json_comes_to_an_end((message, _) in message(), part in any_json()) {
        let message = Fitting { part, ..message };
        sound(&message, &message.body());
    }

    #[test]
    fn any_bytes_come_to_an_end((message, _) in message(), cut: prop::sample::Index, byte: u8) {
        let mut body = message.body();
        let at = cut.index(body.len());
        body[at] = byte;
        sound(&message, &body);
        sound(&message, &body[..at]);
    }
}

#[test]
fn what_is_nested_without_end_comes_to_an_end() {
    let deep =
        |open: &str, close: &str| format!("{}null{}", open.repeat(9_000), close.repeat(9_000));
    for (method, kind, part) in [
        (
            Method::TEXT_DOCUMENT_DOCUMENT_SYMBOL,
            Kind::Response,
            deep(r#"[{"children":"#, "}]"),
        ),
        (
            Method::TEXT_DOCUMENT_SELECTION_RANGE,
            Kind::Response,
            deep(r#"[{"parent":"#, "}]"),
        ),
        (
            Method::WORKSPACE_EXECUTE_COMMAND,
            Kind::Response,
            deep("[", "]"),
        ),
    ] {
        let body = format!(r#"{{"id":1,"result":{part}}}"#);
        for direction in [ClientToServer, ServerToClient] {
            let message = Fitting {
                method: method.clone(),
                kind,
                direction,
                part: json!(null),
            };
            sound(&message, body.as_bytes());
        }
    }
}

#[test]
fn so_many_violations_are_told_and_no_more() {
    let mut message = fitting::fitting("tokens");
    message.part["data"] = (0..1000).map(|_| "x").collect();
    assert_eq!(said(&message).len(), MOST);
}

#[test]
fn a_bit_is_there_for_each_property() {
    fn check(kind: &'static Type, depth: usize) {
        match kind {
            Type::Structure(it) => {
                assert!(it.properties.len() <= u64::BITS as usize, "{}", it.name);
                // No type is nested deeper but for those that hold themselves.
                if depth < 10 {
                    it.properties
                        .iter()
                        .for_each(|it| check(it.kind, depth + 1));
                }
            }
            Type::Array(it) | Type::Map(it) => check(it, depth),
            Type::Union(them) | Type::Tuple(them) => them.iter().for_each(|it| check(it, depth)),
            _ => {}
        }
    }
    for types in &MESSAGES {
        let parts = [
            types.params,
            types.result,
            types.partial_result,
            types.registration_options,
        ];
        parts.into_iter().flatten().for_each(|it| check(it, 0));
    }
}
