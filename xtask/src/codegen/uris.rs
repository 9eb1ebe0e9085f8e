//! Where a message holds URIs: a graph beside which its JSON can be walked.
//!
//! A node stands for all the types that a value at one place may have, so that a walker need not
//! know which one it has before it. [`super::reduce`] then makes the graph small.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail, ensure};

use super::model::{Model, Property, Structure, Type};

/// The base types that are URIs.
const URI_TYPES: [&str; 2] = ["DocumentUri", "URI"];

/// Fields that the model calls strings although their documentation says that they are URIs.
const STRINGS_THAT_ARE_URIS: [(&str, &str); 4] = [
    ("FileCreate", "uri"),
    ("FileDelete", "uri"),
    ("FileRename", "oldUri"),
    ("FileRename", "newUri"),
];

/// Gives the fields which the model calls strings although they are URIs the type that they have.
/// Fails if the model has no such field, so that the list of them stays true.
pub(crate) fn name_uris(model: &mut Model) -> anyhow::Result<()> {
    for (structure, field) in STRINGS_THAT_ARE_URIS {
        let property = model
            .structures
            .iter_mut()
            .filter(|it| it.name == structure)
            .flat_map(|it| &mut it.properties)
            .find(|it| it.name == field)
            .with_context(|| format!("the model has no field {structure}.{field}"))?;
        property.kind = Type::Base {
            name: URI_TYPES[0].to_owned(),
        };
    }
    Ok(())
}

/// What a value may hold, as far as it leads to URIs.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Node {
    /// The value, if a string, is a URI.
    pub(crate) uri: bool,
    /// The fields of the value, if an object.
    pub(crate) fields: BTreeMap<String, usize>,
    /// The elements of the value, if an array.
    pub(crate) element: Option<usize>,
    /// The keys of the value, if an object, are URIs.
    pub(crate) uri_keys: bool,
    /// All the members of the value, if an object.
    pub(crate) values: Option<usize>,
}

impl Node {
    pub(super) fn successors(&self) -> impl Iterator<Item = usize> {
        self.fields
            .values()
            .copied()
            .chain(self.element)
            .chain(self.values)
    }

    /// The node with each successor replaced; one without a replacement is left out.
    pub(super) fn map(&self, replace: impl Fn(usize) -> Option<usize>) -> Node {
        Node {
            uri: self.uri,
            fields: (self.fields.iter())
                .filter_map(|(name, &next)| Some((name.clone(), replace(next)?)))
                .collect(),
            element: self.element.and_then(&replace),
            uri_keys: self.uri_keys,
            values: self.values.and_then(&replace),
        }
    }
}

/// The types that a value at one place may have: structures, literals, arrays, tuples, maps, URIs.
pub(super) type Alternatives<'model> = BTreeSet<&'model Type>;

/// Builds the graph: first [`Graph::add`] the types to start from, then
/// [`Graph::reduce`] it.
pub(crate) struct Graph<'model> {
    structures: BTreeMap<&'model str, &'model Structure>,
    aliases: BTreeMap<&'model str, &'model Type>,
    enumerations: BTreeSet<&'model str>,
    /// The node of each set of types met.
    pub(super) places: BTreeMap<Alternatives<'model>, usize>,
    pub(super) nodes: Vec<Node>,
    /// The nodes to start from.
    pub(super) roots: Vec<usize>,
}

impl<'model> Graph<'model> {
    /// An empty graph over the types of a model.
    pub(crate) fn new(model: &'model Model) -> Self {
        Self {
            structures: model
                .structures
                .iter()
                .map(|it| (it.name.as_str(), it))
                .collect(),
            aliases: model
                .type_aliases
                .iter()
                .map(|it| (it.name.as_str(), &it.kind))
                .collect(),
            enumerations: model
                .enumerations
                .iter()
                .map(|it| it.name.as_str())
                .collect(),
            places: BTreeMap::new(),
            nodes: Vec::new(),
            roots: Vec::new(),
        }
    }

    /// Adds a type to start from, and gives its place in [`Reduced::roots`](super::reduce::Reduced::roots).
    pub(crate) fn add(&mut self, root: &'model Type) -> anyhow::Result<usize> {
        let node = self.node([root])?;
        self.roots.push(node);
        Ok(self.roots.len() - 1)
    }

    /// The node for a value that has one of these types.
    fn node(&mut self, types: impl IntoIterator<Item = &'model Type>) -> anyhow::Result<usize> {
        let mut alternatives = Alternatives::new();
        for it in types {
            self.resolve(it, &mut alternatives)?;
        }
        if let Some(&place) = self.places.get(&alternatives) {
            return Ok(place);
        }
        // It has its place before its successors are looked at, for it may be one of them.
        let place = self.nodes.len();
        self.nodes.push(Node::default());
        self.places.insert(alternatives.clone(), place);
        self.nodes[place] = self.expand(&alternatives)?;
        Ok(place)
    }

    /// Looks through aliases, unions and intersections. What can be no URI and hold none is left out.
    fn resolve(
        &self,
        kind: &'model Type,
        alternatives: &mut Alternatives<'model>,
    ) -> anyhow::Result<()> {
        match kind {
            Type::Or { items } | Type::And { items } => {
                items
                    .iter()
                    .try_for_each(|it| self.resolve(it, alternatives))?;
            }
            Type::Reference { name } => match self.aliases.get(name.as_str()) {
                Some(alias) => self.resolve(alias, alternatives)?,
                None if self.structures.contains_key(name.as_str()) => {
                    alternatives.insert(kind);
                }
                None => {
                    ensure!(
                        self.enumerations.contains(name.as_str()),
                        "no type is named {name}"
                    );
                }
            },
            Type::Base { name } if !URI_TYPES.contains(&name.as_str()) => {}
            Type::StringLiteral { .. } | Type::IntegerLiteral {} | Type::BooleanLiteral {} => {}
            Type::Base { .. }
            | Type::Array { .. }
            | Type::Map { .. }
            | Type::Tuple { .. }
            | Type::Literal { .. } => {
                alternatives.insert(kind);
            }
        }
        Ok(())
    }

    fn expand(&mut self, alternatives: &Alternatives<'model>) -> anyhow::Result<Node> {
        let mut uri = false;
        let mut uri_keys = false;
        let mut elements: Vec<&Type> = Vec::new();
        let mut values: Vec<&Type> = Vec::new();
        let mut properties: Vec<&Property> = Vec::new();
        for &kind in alternatives {
            match kind {
                Type::Base { .. } => uri = true,
                Type::Array { element } => elements.push(element),
                Type::Tuple { items } => elements.extend(items),
                Type::Map { key, value } => {
                    let key = self.node([&**key])?;
                    uri_keys |= self.nodes[key].uri;
                    values.push(value);
                }
                Type::Literal { value } => properties.extend(&value.properties),
                Type::Reference { name } => {
                    let structure = self.structures.get(name.as_str());
                    let structure = structure.with_context(|| format!("no structure {name}"))?;
                    properties.extend(&structure.properties);
                }
                other => bail!("no alternative is {other:?}"),
            }
        }
        let mut fields: BTreeMap<&str, Vec<&Type>> = BTreeMap::new();
        for property in properties {
            fields
                .entry(&property.name)
                .or_default()
                .push(&property.kind);
        }
        Ok(Node {
            uri,
            fields: fields
                .into_iter()
                .map(|(name, types)| Ok((name.to_owned(), self.node(types)?)))
                .collect::<anyhow::Result<_>>()?,
            element: Some(self.node(elements)?),
            uri_keys,
            values: Some(self.node(values)?),
        })
    }
}
