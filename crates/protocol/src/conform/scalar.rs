//! Values that are no containers.

use wire::{Cursor, Value, unescape};

use crate::types::{Enumeration, Type, Values};

/// The largest integer of the protocol.
const LARGEST: i64 = i32::MAX as i64;
/// The smallest one.
const SMALLEST: i64 = i32::MIN as i64;
/// How much of a value is shown at most, in characters.
const SHOWN: usize = 80;

/// How a value fits a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It is right.
    Right,
    /// It is of the right kind, and not one of the values that are right.
    Unknown,
    /// It is of another kind.
    Wrong,
}

/// How a value that is no container, or is in the place of what is none, fits a type.
pub(super) fn fit(kind: &Type, value: Value<'_>) -> Fit {
    let right = match (kind, value) {
        (Type::Any, _)
        | (Type::Null, Value::Null)
        | (Type::Boolean, Value::Bool)
        | (Type::Decimal, Value::Number(_))
        | (Type::Text | Type::Uri, Value::Text(_)) => true,
        (Type::Integer, Value::Number(raw)) => {
            integer(raw).is_some_and(|it| (SMALLEST..=LARGEST).contains(&it))
        }
        (Type::UnsignedInteger, Value::Number(raw)) => unsigned(raw).is_some(),
        (Type::Literal(text), Value::Text(raw)) => return known(is(raw, text)),
        (Type::Enumeration(it), value) => return member(it, value),
        (Type::Union(alternatives), value) => {
            let fits = alternatives.iter().map(|it| fit(it, value));
            return fits.min_by_key(|it| *it as u8).unwrap_or(Fit::Wrong);
        }
        _ => false,
    };
    if right { Fit::Right } else { Fit::Wrong }
}

/// Whether a type takes a value that is no container, given as JSON.
pub(super) fn takes(kind: &Type, json: &[u8]) -> bool {
    let mut cursor = Cursor::new(json);
    match cursor.value(0) {
        Ok(value) => cursor.peek().is_none() && fit(kind, value) == Fit::Right,
        Err(_) => false,
    }
}

/// Whether the string between the quotes is this text.
pub(super) fn is(raw: &[u8], text: &str) -> bool {
    raw == text.as_bytes() || memchr::memchr(b'\\', raw).is_some() && unescape(raw) == text
}

/// What a value is, in words: its number where one number is as good as another, else its kind.
pub(super) fn described(value: Value<'_>, kind: &Type) -> String {
    let word = match value {
        Value::Null => "null",
        Value::Bool => "a boolean",
        Value::Number(raw) if takes_numbers(kind) => return shown(raw),
        Value::Number(_) => "a number",
        Value::Text(_) => "a string",
        Value::Array { .. } => "an array",
        Value::Object { .. } => "an object",
    };
    word.to_owned()
}

/// A value as JSON, in few characters.
pub(super) fn shown(json: &[u8]) -> String {
    let text = String::from_utf8_lossy(json);
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn takes_numbers(kind: &Type) -> bool {
    match kind {
        Type::Integer | Type::UnsignedInteger => true,
        Type::Enumeration(it) => matches!(it.values, Values::Numbers(_)),
        Type::Union(alternatives) => alternatives.iter().any(|it| takes_numbers(it)),
        _ => false,
    }
}

fn member(enumeration: &Enumeration, value: Value<'_>) -> Fit {
    match (&enumeration.values, value) {
        (Values::Texts(texts), Value::Text(raw)) => {
            known(enumeration.open || texts.iter().any(|text| is(raw, text)))
        }
        (Values::Numbers(numbers), Value::Number(raw)) => match unsigned(raw) {
            Some(number) => known(enumeration.open || numbers.contains(&number)),
            None => Fit::Wrong,
        },
        _ => Fit::Wrong,
    }
}

fn known(known: bool) -> Fit {
    if known { Fit::Right } else { Fit::Unknown }
}

fn unsigned(raw: &[u8]) -> Option<u32> {
    let number = integer(raw).filter(|it| *it <= LARGEST)?;
    u32::try_from(number).ok()
}

/// The integer that stands there as one: neither peer writes `1.0` or `1e3`, and gopls reads neither.
fn integer(raw: &[u8]) -> Option<i64> {
    let (negative, digits) = match raw {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    // As many digits as a number of 32 bits has.
    if digits.len() > 10 {
        return None;
    }
    let mut number = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i64::from(digit - b'0');
    }
    Some(if negative { -number } else { number })
}
