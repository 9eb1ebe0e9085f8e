//! Values that may be of one of several types.

use wire::{Cursor, Fault};

use crate::conform::path::Path;
use crate::conform::walk::Walk;
use crate::types::{Type, Values};

/// Walks the value that begins here as the first alternative that it fits. Where it fits none, what is
/// told is what keeps it from the one that it comes nearest to.
pub(super) fn walk(
    walk: &mut Walk<'_>,
    cursor: &mut Cursor<'_>,
    kind: &'static Type,
    alternatives: &'static [&'static Type],
    path: &Path<'_>,
    depth: usize,
) -> Result<(), Fault> {
    let first = cursor.peek();
    let mut candidates = alternatives.iter().filter(|it| may_be(it, first));
    let (Some(candidate), others) = (candidates.next(), candidates.clone().next().is_some()) else {
        // It is of a kind that none of them takes.
        return walk.scalar(cursor, kind, kind, path, depth);
    };
    if !others {
        return walk.alternative(cursor, candidate, kind, path, depth);
    }
    let all = || std::iter::once(candidate).chain(candidates.clone());
    for candidate in all() {
        let (mut trial, mut ahead) = (walk.trying(), cursor.clone());
        trial.value(&mut ahead, candidate, path, depth)?;
        if trial.misfit == 0 {
            *cursor = ahead;
            return Ok(());
        }
    }
    if !walk.is_telling() {
        walk.misfit += 1;
        return cursor.value(depth).map(drop);
    }
    let mut nearest: Option<Walk<'_>> = None;
    for candidate in all() {
        let (mut trial, mut ahead) = (walk.again(), cursor.clone());
        trial.alternative(&mut ahead, candidate, kind, path, depth)?;
        if nearest.as_ref().is_none_or(|it| trial.misfit < it.misfit) {
            nearest = Some(trial);
        }
    }
    if let Some(nearest) = nearest {
        walk.take(nearest);
    }
    cursor.value(depth).map(drop)
}

/// Whether a value that begins so may be of this type.
pub(super) fn may_be(kind: &Type, first: Option<u8>) -> bool {
    let Some(first) = first else {
        return false;
    };
    match kind {
        Type::Any => true,
        Type::Null => first == b'n',
        Type::Boolean => matches!(first, b't' | b'f'),
        Type::Integer | Type::UnsignedInteger | Type::Decimal => is_number(first),
        Type::Text | Type::Uri | Type::Literal(_) => first == b'"',
        Type::Enumeration(it) => match it.values {
            Values::Texts(_) => first == b'"',
            Values::Numbers(_) => is_number(first),
        },
        Type::Array(_) | Type::Tuple(_) => first == b'[',
        Type::Map(_) | Type::Structure(_) => first == b'{',
        Type::Union(alternatives) => alternatives.iter().any(|it| may_be(it, Some(first))),
    }
}

fn is_number(first: u8) -> bool {
    first == b'-' || first.is_ascii_digit()
}
