//! Gives each structure of a model all its properties, those included that it takes from others, so
//! that who reads the model afterwards need not look for them.

use std::collections::BTreeMap;

use anyhow::{Context, bail};

use super::model::{Literal, Message, Model, Property, Structure, Type};

/// Flattens the structures, and the options that the model has as several structures in one.
pub(crate) fn flatten(model: &mut Model) -> anyhow::Result<()> {
    let structures: BTreeMap<&str, &Structure> = model
        .structures
        .iter()
        .map(|it| (it.name.as_str(), it))
        .collect();
    let properties: Vec<Vec<Property>> = (model.structures.iter())
        .map(|it| all_properties(it, &structures))
        .collect::<anyhow::Result<_>>()?;
    let mut messages = [model.requests.clone(), model.notifications.clone()];
    for message in messages.iter_mut().flatten() {
        join_structures(message, &structures)?;
    }
    for (structure, properties) in model.structures.iter_mut().zip(properties) {
        structure.properties = properties;
        structure.extends.clear();
        structure.mixins.clear();
    }
    [model.requests, model.notifications] = messages;
    Ok(())
}

/// The properties of a structure and of all that it extends and mixes in, its own first. Of those
/// with one name the first is right: it says more than the one it takes the place of.
fn all_properties(
    structure: &Structure,
    structures: &BTreeMap<&str, &Structure>,
) -> anyhow::Result<Vec<Property>> {
    let mut properties = structure.properties.clone();
    for other in structure.extends.iter().chain(&structure.mixins) {
        for property in all_properties(named(other, structures)?, structures)? {
            if properties.iter().all(|it| it.name != property.name) {
                properties.push(property);
            }
        }
    }
    Ok(properties)
}

fn named<'model>(
    kind: &Type,
    structures: &BTreeMap<&str, &'model Structure>,
) -> anyhow::Result<&'model Structure> {
    let Type::Reference { name } = kind else {
        bail!("a structure can only take the fields of a structure, not of {kind:?}");
    };
    structures
        .get(name.as_str())
        .copied()
        .with_context(|| format!("no structure {name}"))
}

/// Makes one structure without a name of registration options that are several in one.
fn join_structures(
    message: &mut Message,
    structures: &BTreeMap<&str, &Structure>,
) -> anyhow::Result<()> {
    if let Some(Type::And { items }) = &message.registration_options {
        let mut properties = Vec::new();
        for item in items {
            properties.extend(all_properties(named(item, structures)?, structures)?);
        }
        let value = Literal { properties };
        message.registration_options = Some(Type::Literal { value });
    }
    Ok(())
}
