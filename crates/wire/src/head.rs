//! The head of a message: the few fields that a proxy needs, from a body that is held whole.

use std::borrow::Cow;

use crate::cursor::{Cursor, Value};
use crate::{Fault, Id, Looks, Rejection, unescape};

/// The head of a message, read as gopls reads it: by presence of its fields, the last of two equal
/// keys wins, and case does not matter in keys (`internal/jsonrpc2/messages.go` of x/tools, with
/// `encoding/json`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head<'a> {
    /// The id, unless there is none or it is `null`.
    pub id: Option<Id>,
    /// The method, unless there is none or it is empty.
    pub method: Option<Cow<'a, str>>,
    /// The bytes of `params`.
    pub params: Option<&'a [u8]>,
    /// What `result` holds.
    pub result: Option<Shape>,
    /// The error, unless there is none or it is `null`.
    pub error: Option<WireError<'a>>,
}

/// What a result holds, as far as a proxy must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `null`.
    Null,
    /// `[]`, `{}`, or an object whose `data` or `items` is `[]`: no tokens, no completions.
    Empty,
    /// Anything else.
    Full,
}

/// The error of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WireError<'a> {
    /// Its code; 0 where there is none, as Go reads it.
    pub code: i64,
    /// Its message.
    pub message: Cow<'a, str>,
}

/// Reads the head of `body`.
///
/// # Errors
///
/// Where gopls would die of the body, with what could be read of it.
pub fn scan(body: &[u8]) -> Result<Head<'_>, Rejection> {
    let mut head = Head::default();
    let mut looks = Looks::Unknown;
    match read(body, &mut head, &mut looks) {
        Ok(()) => Ok(head),
        Err(fault) => Err(Rejection {
            fault,
            id: head.id,
            looks,
        }),
    }
}

fn read<'a>(body: &'a [u8], head: &mut Head<'a>, looks: &mut Looks) -> Result<(), Fault> {
    let mut cursor = Cursor::new(body);
    match cursor.peek() {
        Some(b'{') => {}
        None => return Err(Fault::Empty),
        Some(0xef) if body[cursor.at()..].starts_with(b"\xef\xbb\xbf") => {
            return Err(Fault::ByteOrderMark);
        }
        Some(first) => {
            cursor.value(0)?;
            return Err(if first == b'[' {
                Fault::Batch
            } else {
                Fault::NotAnObject
            });
        }
    }
    // Of what Go's decoder finds wrong with a value it tells when it has read them all, so that
    // a syntax error behind it comes first, and the id behind it is known.
    let mut wrong = None;
    cursor.members(|cursor, key| {
        if let Err(fault) = member(cursor, key, body, head, looks)? {
            wrong = wrong.or(Some(fault));
        }
        Ok(())
    })?;
    if cursor.peek().is_some() {
        return Err(Fault::Trailing(cursor.at()));
    }
    if let Some(fault) = wrong {
        return Err(fault);
    }
    match (&head.id, &head.method) {
        (None, None) => Err(Fault::Nothing),
        (Some(Id::Text(text)), Some(_)) if text.is_empty() => Err(Fault::EmptyId),
        _ => Ok(()),
    }
}

/// Reads one member of the message. The outer error is of syntax, the inner one of meaning.
fn member<'a>(
    cursor: &mut Cursor<'a>,
    key: &'a [u8],
    body: &'a [u8],
    head: &mut Head<'a>,
    looks: &mut Looks,
) -> Result<Result<(), Fault>, Fault> {
    let Some(field) = Field::named(key) else {
        cursor.value(1)?;
        return Ok(Ok(()));
    };
    match field {
        Field::Method | Field::Params => *looks = Looks::Request,
        // As gopls sees it, whatever has a method is a request.
        Field::Result | Field::Error if *looks != Looks::Request => *looks = Looks::Answer,
        _ => {}
    }
    cursor.peek();
    let start = cursor.at();
    match field {
        Field::Version => {
            let version = cursor.value(1)?;
            let right =
                matches!(version, Value::Text(raw) if raw == b"2.0" || unescape(raw) == "2.0");
            return Ok(if right { Ok(()) } else { Err(Fault::Version) });
        }
        Field::Id => {
            head.id = match cursor.value(1)? {
                Value::Null => None,
                Value::Text(raw) => Some(Id::Text(unescape(raw).into())),
                Value::Number(raw) => match integer(raw) {
                    Some(number) => Some(Id::Number(number)),
                    None => return Ok(Err(Fault::BadId)),
                },
                _ => return Ok(Err(Fault::BadId)),
            };
        }
        Field::Method => match cursor.value(1)? {
            Value::Text(raw) => head.method = Some(unescape(raw)).filter(|name| !name.is_empty()),
            Value::Null => {}
            _ => return Ok(Err(Fault::BadMethod)),
        },
        Field::Params => {
            cursor.value(1)?;
            head.params = Some(&body[start..cursor.at()]);
        }
        Field::Result => head.result = Some(shape(cursor)?),
        Field::Error => return error(cursor, head),
    }
    Ok(Ok(()))
}

/// What the result that begins here holds.
fn shape(cursor: &mut Cursor<'_>) -> Result<Shape, Fault> {
    if cursor.peek() != Some(b'{') {
        return Ok(match cursor.value(1)? {
            Value::Null => Shape::Null,
            Value::Array { empty: true } => Shape::Empty,
            _ => Shape::Full,
        });
    }
    let mut anything = false;
    let mut nothing_listed = false;
    cursor.members(|cursor, key| {
        anything = true;
        let value = cursor.value(2)?;
        nothing_listed |=
            matches!(key, b"data" | b"items") && value == Value::Array { empty: true };
        Ok(())
    })?;
    Ok(if anything && !nothing_listed {
        Shape::Full
    } else {
        Shape::Empty
    })
}

/// The error that begins here, which Go reads into `{Code int64, Message string}`.
fn error<'a>(cursor: &mut Cursor<'a>, head: &mut Head<'a>) -> Result<Result<(), Fault>, Fault> {
    if cursor.peek() != Some(b'{') {
        return Ok(match cursor.value(1)? {
            Value::Null => {
                head.error = None;
                Ok(())
            }
            _ => Err(Fault::BadError),
        });
    }
    let mut error = WireError::default();
    let mut right = true;
    cursor.members(|cursor, key| {
        let value = cursor.value(2)?;
        if folds_to(key, "code") {
            match value {
                Value::Number(raw) if integer(raw).is_some() => {
                    error.code = integer(raw).unwrap_or_default();
                }
                Value::Null => {}
                _ => right = false,
            }
        } else if folds_to(key, "message") {
            match value {
                Value::Text(raw) => error.message = unescape(raw),
                Value::Null => {}
                _ => right = false,
            }
        }
        Ok(())
    })?;
    head.error = Some(error);
    Ok(if right { Ok(()) } else { Err(Fault::BadError) })
}

/// An integer as Go's `strconv.ParseInt` takes it: no fraction, no exponent, 64 bits.
fn integer(raw: &[u8]) -> Option<i64> {
    std::str::from_utf8(raw).ok()?.parse().ok()
}

/// The members of a message that matter.
enum Field {
    Version,
    Id,
    Method,
    Params,
    Result,
    Error,
}

impl Field {
    fn named(key: &[u8]) -> Option<Self> {
        Some(match key {
            b"jsonrpc" => Self::Version,
            b"id" => Self::Id,
            b"method" => Self::Method,
            b"params" => Self::Params,
            b"result" => Self::Result,
            b"error" => Self::Error,
            _ if folds_to(key, "jsonrpc") => Self::Version,
            _ if folds_to(key, "id") => Self::Id,
            _ if folds_to(key, "method") => Self::Method,
            _ if folds_to(key, "params") => Self::Params,
            _ if folds_to(key, "result") => Self::Result,
            _ if folds_to(key, "error") => Self::Error,
            _ => return None,
        })
    }
}

/// Whether Go's decoder takes `key` for the field `name`: escapes are read, case does not matter,
/// and neither do the two letters outside of ASCII that fold into it (`foldRune` in
/// `encoding/json/fold.go`): `ſ` is an s and `K` (the Kelvin sign) a k.
fn folds_to(key: &[u8], name: &str) -> bool {
    if key.eq_ignore_ascii_case(name.as_bytes()) {
        return true;
    }
    if key.is_ascii() && !key.contains(&b'\\') {
        return false;
    }
    let folded = unescape(key);
    let folded = folded.chars().map(|letter| match letter {
        'ſ' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    });
    folded.eq(name.chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(body: impl AsRef<[u8]>) -> Fault {
        scan(body.as_ref()).expect_err("a fault").fault
    }

    #[test]
    fn a_request_a_notification_and_a_response_are_told_apart_by_presence() {
        let head = scan(br#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":[1]}}"#).unwrap();
        assert_eq!(head.id, Some(Id::Number(1)));
        assert_eq!(head.method.as_deref(), Some("m"));
        assert_eq!(head.params, Some(&br#"{"a":[1]}"#[..]));

        let head = scan(br#"{"method":"m"}"#).unwrap();
        assert_eq!((head.id, head.method.as_deref()), (None, Some("m")));

        let head = scan(br#"{"jsonrpc":"2.0","result":null,"id":3}"#).unwrap();
        assert_eq!(
            (head.id, head.result),
            (Some(Id::Number(3)), Some(Shape::Null))
        );
        assert_eq!(head.method, None);

        let head = scan(br#"{"id":"a\u003cb","error":{"code":-32601,"message":"no"}}"#).unwrap();
        assert_eq!(head.id, Some(Id::from("a<b")));
        assert_eq!(
            head.error,
            Some(WireError {
                code: -32601,
                message: "no".into()
            })
        );
        assert_eq!(head.result, None);
    }

    #[test]
    fn keys_are_read_as_go_reads_them() {
        let head = scan(br#"{"ID":1,"Method":"a","method":"b","id":2}"#).unwrap();
        assert_eq!(
            (head.id, head.method.as_deref()),
            (Some(Id::Number(2)), Some("b"))
        );
        let head = scan(br#"{"id":1,"id":null,"me\u0074hod":"a"}"#).unwrap();
        assert_eq!((head.id, head.method.as_deref()), (None, Some("a")));
        let head = scan(br#"{"method":"a","method":null}"#).unwrap();
        assert_eq!(head.method.as_deref(), Some("a"));
        assert_eq!(fault(r#"{"jſonrpc":"1.0","method":"a"}"#), Fault::Version);
    }

    #[test]
    fn results_with_nothing_in_them_are_seen() {
        let shape = |result: &str| {
            scan(format!(r#"{{"id":1,"result":{result}}}"#).as_bytes())
                .unwrap()
                .result
                .unwrap()
        };
        for empty in [
            "[]",
            "{}",
            "[ ]",
            r#"{"data":[]}"#,
            r#"{"isIncomplete":true,"items":[]}"#,
        ] {
            assert_eq!(shape(empty), Shape::Empty, "{empty}");
        }
        for full in [
            "0",
            "[0]",
            "\"\"",
            "false",
            r#"{"data":[1]}"#,
            r#"{"a":[]}"#,
        ] {
            assert_eq!(shape(full), Shape::Full, "{full}");
        }
        assert_eq!(shape("null"), Shape::Null);
    }

    #[test]
    fn each_frame_that_kills_gopls_is_named() {
        let cases: &[(&[u8], Fault)] = &[
            (b"", Fault::Empty),
            (b" \n", Fault::Empty),
            (b"\xef\xbb\xbf{\"method\":\"m\"}", Fault::ByteOrderMark),
            (br#"{"method":"m""#, Fault::Syntax(13)),
            (b"{\"method\":\"m\x01\"}", Fault::Syntax(12)),
            (br#"{"method":"m"} x"#, Fault::Trailing(15)),
            (br#"{"method":"m"}{"method":"m"}"#, Fault::Trailing(14)),
            (br#"[{"method":"m"}]"#, Fault::Batch),
            (b"null", Fault::NotAnObject),
            (b"5", Fault::NotAnObject),
            (b"{}", Fault::Nothing),
            (br#"{"result":1}"#, Fault::Nothing),
            (
                br#"{"id":null,"error":{"code":1,"message":""}}"#,
                Fault::Nothing,
            ),
            (br#"{"jsonrpc":"1.0","method":"m"}"#, Fault::Version),
            (br#"{"jsonrpc":2.0,"method":"m"}"#, Fault::Version),
            (br#"{"jsonrpc":null,"method":"m"}"#, Fault::Version),
            (br#"{"id":1.0,"method":"m"}"#, Fault::BadId),
            (br#"{"id":9223372036854775808,"method":"m"}"#, Fault::BadId),
            (br#"{"id":true,"method":"m"}"#, Fault::BadId),
            (br#"{"id":{},"method":"m"}"#, Fault::BadId),
            (br#"{"id":"","method":"m"}"#, Fault::EmptyId),
            (br#"{"id":1,"method":5}"#, Fault::BadMethod),
            (br#"{"id":1,"error":"x"}"#, Fault::BadError),
            (br#"{"id":1,"error":{"code":"x"}}"#, Fault::BadError),
            (br#"{"id":1,"error":{"code":1.5}}"#, Fault::BadError),
            (
                br#"{"id":1,"error":{"code":1,"message":2}}"#,
                Fault::BadError,
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(fault(body), *expected, "{}", String::from_utf8_lossy(body));
        }
        let deep = format!(
            r#"{{"method":"m","params":{}{}}}"#,
            "[".repeat(10_000),
            "]".repeat(10_000)
        );
        assert_eq!(fault(deep), Fault::TooDeep);
    }

    #[test]
    fn what_gopls_lives_with_passes() {
        for body in [
            &br#"{"method":"m"}"#[..],
            br#"{"jsonrpc":"2.0","method":"m","params":"\ud800"}"#,
            b"{\"method\":\"m\",\"params\":\"\xff\"}",
            b" {\"method\" : \"m\" , \"method\" : \"n\" } \r\n",
            br#"{"id":9223372036854775807,"method":"m"}"#,
            br#"{"id":1,"error":null,"result":1}"#,
            br#"{"method":"m","params":{"n":123456789012345678901234567890,"e":1E5}}"#,
        ] {
            assert!(scan(body).is_ok(), "{}", String::from_utf8_lossy(body));
        }
        let deep = format!(
            r#"{{"method":"m","params":{}{}}}"#,
            "[".repeat(9_999),
            "]".repeat(9_999)
        );
        assert!(scan(deep.as_bytes()).is_ok());
    }

    #[test]
    fn what_was_rejected_can_still_be_answered() {
        let rejected = |body: &str| {
            let rejection = scan(body.as_bytes()).unwrap_err();
            (rejection.id, rejection.looks)
        };
        let seven = || Some(Id::Number(7));
        for (body, id, looks) in [
            (
                r#"{"jsonrpc":"1.0","id":7,"method":"m"}"#,
                seven(),
                Looks::Request,
            ),
            (
                r#"{"id":7,"method":"m","params":{]}"#,
                seven(),
                Looks::Request,
            ),
            (
                r#"{"id":7,"params":{]},"method":"m"}"#,
                seven(),
                Looks::Request,
            ),
            (r#"{"id":7,"method":5}"#, seven(), Looks::Request),
            (r#"{"id":7,"result":{]}}"#, seven(), Looks::Answer),
            (r#"{"id":7,"error":5}"#, seven(), Looks::Answer),
            (r#"{"id":7,]}"#, seven(), Looks::Unknown),
            (r#"{"method":"m","id":]}"#, None, Looks::Request),
            ("[]", None, Looks::Unknown),
        ] {
            assert_eq!(rejected(body), (id, looks), "{body}");
        }
    }
}
