//! Types as they are to be written: aliases seen through where that makes them shorter, and one
//! word for all that takes everything.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};

use crate::codegen::model::{Enumeration, Model, Property, Structure, Type};

/// The alias that takes any value. It is recursive, so it must be known by its name.
const ANY: &str = "LSPAny";

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Any,
    /// A base type, as the protocol calls it.
    Base(String),
    /// The one string that is right.
    Text(String),
    /// What is defined elsewhere.
    Named(String),
    Array(Box<Kind>),
    /// An object with keys of the first type, which is a kind of string.
    Map(String, Box<Kind>),
    Tuple(Vec<Kind>),
    Structure(Vec<Field>),
    Union(Vec<Kind>),
}

/// A property of a structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) optional: bool,
    pub(super) since: Option<(u8, u8)>,
    pub(super) kind: Kind,
}

/// What a name stands for.
pub(super) enum Definition<'model> {
    Kind(Kind),
    Enumeration(&'model Enumeration),
}

/// The types of a model by name. Its structures must have been flattened.
pub(super) struct Grammar<'model> {
    structures: BTreeMap<&'model str, &'model Structure>,
    aliases: BTreeMap<&'model str, &'model Type>,
    enumerations: BTreeMap<&'model str, &'model Enumeration>,
}

impl<'model> Grammar<'model> {
    pub(super) fn new(model: &'model Model) -> Self {
        Self {
            structures: (model.structures.iter())
                .map(|it| (it.name.as_str(), it))
                .collect(),
            aliases: (model.type_aliases.iter())
                .map(|it| (it.name.as_str(), &it.kind))
                .collect(),
            enumerations: (model.enumerations.iter())
                .map(|it| (it.name.as_str(), it))
                .collect(),
        }
    }

    /// Whether the model has a type of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.structures.contains_key(name)
            || self.aliases.contains_key(name)
            || self.enumerations.contains_key(name)
    }

    /// What a name stands for.
    pub(super) fn definition(&self, name: &str) -> anyhow::Result<Definition<'model>> {
        if let Some(structure) = self.structures.get(name) {
            return Ok(Definition::Kind(Kind::Structure(
                self.fields(&structure.properties)?,
            )));
        }
        if let Some(alias) = self.aliases.get(name) {
            return Ok(Definition::Kind(self.kind(alias)?));
        }
        let enumeration = self.enumerations.get(name);
        Ok(Definition::Enumeration(
            enumeration.with_context(|| format!("no type is named {name}"))?,
        ))
    }

    /// A type of the model.
    pub(super) fn kind(&self, kind: &Type) -> anyhow::Result<Kind> {
        Ok(match kind {
            Type::Base { name } => Kind::Base(name.clone()),
            Type::StringLiteral { value } => Kind::Text(value.clone()),
            Type::Array { element } => Kind::Array(Box::new(self.kind(element)?)),
            Type::Tuple { items } => Kind::Tuple(self.kinds(items)?),
            Type::Literal { value } => Kind::Structure(self.fields(&value.properties)?),
            Type::Map { key, value } => match self.kind(key)? {
                Kind::Base(key) => Kind::Map(key, Box::new(self.kind(value)?)),
                key => bail!("a key is a string, not {key:?}"),
            },
            Type::Or { items } => self.union(items)?,
            Type::Reference { name } if name == ANY => Kind::Any,
            Type::Reference { name } => match self.aliases.get(name.as_str()) {
                None => Kind::Named(name.clone()),
                Some(alias) => match self.kind(alias)? {
                    Kind::Array(_) | Kind::Tuple(_) | Kind::Structure(_) | Kind::Union(_) => {
                        Kind::Named(name.clone())
                    }
                    short => short,
                },
            },
            Type::And { .. } | Type::IntegerLiteral {} | Type::BooleanLiteral {} => {
                bail!("no type of this kind was there when this was written: {kind:?}")
            }
        })
    }

    fn kinds(&self, types: &[Type]) -> anyhow::Result<Vec<Kind>> {
        types.iter().map(|it| self.kind(it)).collect()
    }

    /// A choice, without choices in it.
    fn union(&self, types: &[Type]) -> anyhow::Result<Kind> {
        let mut alternatives = Vec::new();
        for kind in self.kinds(types)? {
            let seen_through = match &kind {
                Kind::Named(name) => match self.aliases.get(name.as_str()) {
                    Some(alias) => self.kind(alias)?,
                    None => kind.clone(),
                },
                other => other.clone(),
            };
            match seen_through {
                Kind::Union(more) => alternatives.extend(more),
                _ => alternatives.push(kind),
            }
        }
        Ok(Kind::Union(alternatives))
    }

    fn fields(&self, properties: &[Property]) -> anyhow::Result<Vec<Field>> {
        let field = |it: &Property| {
            Ok(Field {
                name: it.name.clone(),
                optional: it.optional,
                since: it.since.as_deref().and_then(version),
                kind: self.kind(&it.kind)?,
            })
        };
        properties.iter().map(field).collect()
    }
}

/// The version that brought a property. Where the model says more than a version, that is about a
/// part of the property, which itself is older.
fn version(text: &str) -> Option<(u8, u8)> {
    let text = text.trim_start_matches("version ").trim_end_matches('.');
    let text = text.trim_end_matches(" - proposed");
    let mut numbers = text.split('.').map(|it| it.parse().ok());
    let version = (numbers.next()??, numbers.next()??);
    numbers.all(|it| it.is_some()).then_some(version)
}

impl Kind {
    /// Adds the names that this type refers to.
    pub(super) fn names(&self, names: &mut BTreeSet<String>) {
        match self {
            Self::Any | Self::Base(_) | Self::Text(_) => {}
            Self::Named(name) => {
                names.insert(name.clone());
            }
            Self::Array(inner) | Self::Map(_, inner) => inner.names(names),
            Self::Tuple(kinds) | Self::Union(kinds) => kinds.iter().for_each(|it| it.names(names)),
            Self::Structure(fields) => fields.iter().for_each(|it| it.kind.names(names)),
        }
    }
}
