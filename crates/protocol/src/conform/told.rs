//! Values that the protocol calls anything, although another value tells what they are.

use wire::{Cursor, Fault, Value};

use crate::Method;
use crate::conform::{Said, scalar};
use crate::table::METHODS;
use crate::types::structures::{
    WorkDoneProgressBegin, WorkDoneProgressEnd, WorkDoneProgressReport,
};
use crate::types::{MESSAGES, Structure, Type};

/// The code of the errors whose data the protocol knows, other than those of `initialize`:
/// `ServerCancelled`.
const SERVER_CANCELLED: &[u8] = b"-32802";

/// A member of the object that begins here, and what it holds in this one.
pub(super) fn member(
    structure: &Structure,
    cursor: &Cursor<'_>,
    said: &Said<'_>,
) -> Result<Option<(&'static str, &'static Type)>, Fault> {
    Ok(match structure.name {
        "Registration" => registration(cursor)?.map(|it| ("registerOptions", it)),
        "ProgressParams" => progress(cursor, said.part_of)?.map(|it| ("value", it)),
        "ResponseError" => error_data(cursor, said.method)?.map(|it| ("data", it)),
        _ => None,
    })
}

/// The options of a registration, by the method that it is for.
fn registration(cursor: &Cursor<'_>) -> Result<Option<&'static Type>, Fault> {
    let Some(Value::Text(method)) = find(cursor, b"method")?.map(|(_, value)| value) else {
        return Ok(None);
    };
    let registers = |info: &crate::MethodInfo| {
        info.registration
            .is_some_and(|it| scalar::is(method, it.method))
    };
    Ok(METHODS
        .iter()
        .zip(&MESSAGES)
        .filter(|(info, _)| registers(info))
        .find_map(|(_, types)| types.registration_options))
}

/// What a `$/progress` reports: work, by its `kind`, or a part of the result of this method.
fn progress(cursor: &Cursor<'_>, part_of: Option<&Method>) -> Result<Option<&'static Type>, Fault> {
    if let Some((value, Value::Object { .. })) = find(cursor, b"value")?
        && let Some((_, Value::Text(kind))) = find(&value, b"kind")?
    {
        match kind {
            b"begin" => return Ok(Some(&WorkDoneProgressBegin)),
            b"report" => return Ok(Some(&WorkDoneProgressReport)),
            b"end" => return Ok(Some(&WorkDoneProgressEnd)),
            _ => {}
        }
    }
    let part_of = part_of.and_then(Method::place);
    Ok(part_of.and_then(|place| MESSAGES[place].partial_result))
}

/// The data of the error that an answer is.
fn error_data(cursor: &Cursor<'_>, method: &Method) -> Result<Option<&'static Type>, Fault> {
    let known = match *method {
        Method::INITIALIZE => true,
        _ => matches!(
            find(cursor, b"code")?,
            Some((_, Value::Number(SERVER_CANCELLED)))
        ),
    };
    let place = method.place().filter(|_| known);
    Ok(place.and_then(|place| MESSAGES[place].error_data))
}

/// The last member with this key of the object that begins here, and a cursor in front of it.
fn find<'a>(cursor: &Cursor<'a>, wanted: &[u8]) -> Result<Option<(Cursor<'a>, Value<'a>)>, Fault> {
    let mut found = None;
    cursor.clone().members(|cursor, key| {
        let place = (key == wanted).then(|| cursor.clone());
        let value = cursor.value(0)?;
        found = place.map(|place| (place, value)).or(found.take());
        Ok(())
    })?;
    Ok(found)
}
