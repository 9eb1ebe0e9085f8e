//! The LSP meta model, as far as the table needs it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A meta model. What it documents is left out, so that two of them can be compared.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Model {
    pub(crate) requests: Vec<Message>,
    pub(crate) notifications: Vec<Message>,
    pub(crate) structures: Vec<Structure>,
    pub(crate) enumerations: Vec<Enumeration>,
    pub(crate) type_aliases: Vec<TypeAlias>,
}

/// A request or a notification; a notification has no result.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) method: String,
    pub(crate) message_direction: MessageDirection,
    pub(crate) params: Option<Type>,
    pub(crate) result: Option<Type>,
    pub(crate) partial_result: Option<Type>,
    pub(crate) error_data: Option<Type>,
    pub(crate) registration_method: Option<String>,
    pub(crate) registration_options: Option<Type>,
    pub(crate) since: Option<String>,
}

/// Who may send a message.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MessageDirection {
    ClientToServer,
    ServerToClient,
    Both,
}

/// A JSON object with a name.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Structure {
    pub(crate) name: String,
    pub(crate) properties: Vec<Property>,
    #[serde(default)]
    pub(crate) extends: Vec<Type>,
    #[serde(default)]
    pub(crate) mixins: Vec<Type>,
    pub(crate) since: Option<String>,
}

/// A field of a JSON object, there or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Property {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: Type,
    #[serde(default)]
    pub(crate) optional: bool,
    pub(crate) since: Option<String>,
}

/// A set of numbers or strings, which are never URIs.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Enumeration {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) base: Type,
    pub(crate) values: Vec<Member>,
    /// Whether a value that is not in the set is right too.
    #[serde(default)]
    pub(crate) supports_custom_values: bool,
}

/// A member of an enumeration.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) value: Constant,
}

/// The value of a member of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Constant {
    Number(i64),
    Text(String),
}

/// Another name of a type.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct TypeAlias {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: Type,
}

/// A type. A kind that is not here makes the model unreadable, which is meant: it could hold URIs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum Type {
    Base { name: String },
    Reference { name: String },
    Array { element: Box<Type> },
    Map { key: Box<Type>, value: Box<Type> },
    And { items: Vec<Type> },
    Or { items: Vec<Type> },
    Tuple { items: Vec<Type> },
    Literal { value: Literal },
    StringLiteral { value: String },
    IntegerLiteral {},
    BooleanLiteral {},
}

/// A JSON object without a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Literal {
    pub(crate) properties: Vec<Property>,
}

impl Model {
    /// All that the models know, oldest first. Where they differ on a type it may be either, since
    /// each peer may speak either version; on everything else the newest is right.
    pub(crate) fn join(models: Vec<Model>) -> Model {
        let mut joined = Model::default();
        for model in models {
            join_by(
                &mut joined.requests,
                model.requests,
                |it| &it.method,
                Message::join,
            );
            join_by(
                &mut joined.notifications,
                model.notifications,
                |it| &it.method,
                Message::join,
            );
            join_by(
                &mut joined.structures,
                model.structures,
                |it| &it.name,
                Structure::join,
            );
            join_by(
                &mut joined.enumerations,
                model.enumerations,
                |it| &it.name,
                Enumeration::join,
            );
            join_by(
                &mut joined.type_aliases,
                model.type_aliases,
                |it| &it.name,
                |old, new| {
                    join_types(&mut old.kind, new.kind);
                },
            );
        }
        joined
    }
}

impl Message {
    fn join(old: &mut Self, new: Self) {
        let older = std::mem::replace(old, new);
        join_optional(&mut old.params, older.params);
        join_optional(&mut old.result, older.result);
        join_optional(&mut old.partial_result, older.partial_result);
        join_optional(&mut old.error_data, older.error_data);
        join_optional(&mut old.registration_options, older.registration_options);
    }
}

impl Enumeration {
    fn join(old: &mut Self, new: Self) {
        join_by(
            &mut old.values,
            new.values,
            |it| &it.name,
            |old, new| *old = new,
        );
        old.supports_custom_values |= new.supports_custom_values;
    }
}

impl Structure {
    /// A property that only one of the two has may be missing, whatever that one says.
    fn join(old: &mut Self, new: Self) {
        let has = |properties: &[Property], it: &Property| {
            properties.iter().any(|other| other.name == it.name)
        };
        let mut newer = new.properties;
        for it in &mut newer {
            it.optional |= !has(&old.properties, it);
        }
        for it in &mut old.properties {
            it.optional |= !has(&newer, it);
        }
        join_by(
            &mut old.properties,
            newer,
            |it| &it.name,
            |old, new| {
                join_types(&mut old.kind, new.kind);
                old.optional |= new.optional;
                old.since = new.since;
            },
        );
        old.extends.extend(new.extends);
        old.mixins.extend(new.mixins);
        old.since = new.since;
    }
}

fn join_optional(old: &mut Option<Type>, new: Option<Type>) {
    match (old.as_mut(), new) {
        (Some(old), Some(new)) => join_types(old, new),
        (None, new) => *old = new,
        (Some(_), None) => {}
    }
}

fn join_types(old: &mut Type, new: Type) {
    if *old != new {
        let older = std::mem::replace(old, Type::Or { items: Vec::new() });
        *old = Type::Or {
            items: vec![older, new],
        };
    }
}

/// Adds the new things to the old, and joins those which have the same key.
fn join_by<T>(
    old: &mut Vec<T>,
    new: Vec<T>,
    key: impl Fn(&T) -> &String,
    join: impl Fn(&mut T, T),
) {
    let places: BTreeMap<String, usize> = old
        .iter()
        .enumerate()
        .map(|(place, it)| (key(it).clone(), place))
        .collect();
    for it in new {
        match places.get(key(&it)) {
            Some(&place) => join(&mut old[place], it),
            None => old.push(it),
        }
    }
}
