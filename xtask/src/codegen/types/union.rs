//! Leaves out of a choice whatever another of its alternatives takes too. The two models mostly
//! differ in that the newer one has a name for what the older one writes out.

use super::kind::{Definition, Field, Grammar, Kind};
use crate::codegen::model::{Constant, Enumeration, Type};

/// The same type, with nothing in its choices that makes no difference.
pub(super) fn simplified(kind: &Kind, grammar: &Grammar<'_>) -> anyhow::Result<Kind> {
    let one = |kind: &Kind| simplified(kind, grammar);
    let all = |kinds: &[Kind]| kinds.iter().map(one).collect::<anyhow::Result<Vec<Kind>>>();
    Ok(match kind {
        Kind::Any | Kind::Base(_) | Kind::Text(_) | Kind::Named(_) => kind.clone(),
        Kind::Array(element) => Kind::Array(Box::new(one(element)?)),
        Kind::Map(key, value) => Kind::Map(key.clone(), Box::new(one(value)?)),
        Kind::Tuple(items) => Kind::Tuple(all(items)?),
        Kind::Structure(fields) => {
            let mut fields = fields.clone();
            for field in &mut fields {
                field.kind = one(&field.kind)?;
            }
            Kind::Structure(fields)
        }
        Kind::Union(alternatives) => {
            let mut kept = all(alternatives)?;
            let mut at = 0;
            while at < kept.len() {
                let alternative = kept.remove(at);
                let mut taken = false;
                for other in &kept {
                    taken |= Takes::new(grammar).takes(other, &alternative)?;
                }
                if !taken {
                    kept.insert(at, alternative);
                    at += 1;
                }
            }
            match <[Kind; 1]>::try_from(kept) {
                Ok([only]) => only,
                Err(kept) => Kind::Union(kept),
            }
        }
    })
}

/// Finds out whether one type takes all that another one takes.
struct Takes<'g, 'model> {
    grammar: &'g Grammar<'model>,
    /// Pairs of names that are being looked at: a recursive type takes another one if nothing on the
    /// way there speaks against it.
    assumed: Vec<(String, String)>,
}

impl<'g, 'model> Takes<'g, 'model> {
    fn new(grammar: &'g Grammar<'model>) -> Self {
        Self {
            grammar,
            assumed: Vec::new(),
        }
    }

    fn takes(&mut self, wide: &Kind, narrow: &Kind) -> anyhow::Result<bool> {
        Ok(match (wide, narrow) {
            (Kind::Any, _) => true,
            (_, Kind::Any) => false,
            (wide, Kind::Union(narrow)) => {
                for it in narrow {
                    if !self.takes(wide, it)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Kind::Named(wide), Kind::Named(narrow)) => self.names(wide, narrow)?,
            (Kind::Named(wide), narrow) => match self.grammar.definition(wide)? {
                Definition::Kind(wide) => self.takes(&wide, narrow)?,
                Definition::Enumeration(wide) => takes_all_of(wide, narrow),
            },
            (Kind::Union(wide), narrow) => {
                for it in wide {
                    if self.takes(it, narrow)? {
                        return Ok(true);
                    }
                }
                false
            }
            (wide, Kind::Named(narrow)) => match self.grammar.definition(narrow)? {
                Definition::Kind(narrow) => self.takes(wide, &narrow)?,
                Definition::Enumeration(narrow) => {
                    self.takes(wide, &self.grammar.kind(&narrow.base)?)?
                }
            },
            (Kind::Base(wide), Kind::Base(narrow)) => base_takes(wide, narrow),
            (Kind::Base(wide), Kind::Text(_)) => wide == "string",
            (Kind::Array(wide), Kind::Array(narrow)) => self.takes(wide, narrow)?,
            (Kind::Map(_, wide), Kind::Map(_, narrow)) => self.takes(wide, narrow)?,
            (Kind::Structure(wide), Kind::Structure(narrow)) => self.structures(wide, narrow)?,
            (wide, narrow) => wide == narrow,
        })
    }

    fn names(&mut self, wide: &str, narrow: &str) -> anyhow::Result<bool> {
        let pair = (wide.to_owned(), narrow.to_owned());
        if wide == narrow || self.assumed.contains(&pair) {
            return Ok(true);
        }
        self.assumed.push(pair);
        let definitions = (
            self.grammar.definition(wide)?,
            self.grammar.definition(narrow)?,
        );
        Ok(match definitions {
            (Definition::Kind(wide), Definition::Kind(narrow)) => self.takes(&wide, &narrow)?,
            (Definition::Enumeration(wide), Definition::Enumeration(narrow)) => {
                wide.base == narrow.base
                    && (wide.supports_custom_values
                        || !narrow.supports_custom_values
                            && narrow.values.iter().all(|it| has(wide, &it.value)))
            }
            _ => false,
        })
    }

    /// What is not a property of a structure is wrong in it.
    fn structures(&mut self, wide: &[Field], narrow: &[Field]) -> anyhow::Result<bool> {
        for field in narrow {
            let Some(taker) = wide.iter().find(|it| it.name == field.name) else {
                return Ok(false);
            };
            if field.optional && !taker.optional || !self.takes(&taker.kind, &field.kind)? {
                return Ok(false);
            }
        }
        let has = |name: &str| narrow.iter().any(|it| it.name == name);
        Ok(wide.iter().all(|it| it.optional || has(&it.name)))
    }
}

fn takes_all_of(wide: &Enumeration, narrow: &Kind) -> bool {
    match narrow {
        Kind::Base(narrow) => {
            wide.supports_custom_values
                && matches!(&wide.base, Type::Base { name } if name == narrow)
        }
        Kind::Text(text) => has(wide, &Constant::Text(text.clone())),
        _ => false,
    }
}

fn has(enumeration: &Enumeration, value: &Constant) -> bool {
    enumeration.values.iter().any(|it| it.value == *value)
}

fn base_takes(wide: &str, narrow: &str) -> bool {
    const NUMBERS: [&str; 3] = ["uinteger", "integer", "decimal"];
    const STRINGS: [&str; 3] = ["URI", "DocumentUri", "string"];
    let within = |chain: &[&str]| {
        let place = |name: &str| chain.iter().position(|it| *it == name);
        matches!((place(wide), place(narrow)), (Some(wide), Some(narrow)) if wide >= narrow)
    };
    wide == narrow || within(&NUMBERS) || within(&STRINGS)
}
