//! What the cursor takes for JSON, beside what others take for it.

use proptest::prelude::*;

use super::*;

/// Whether `text` is one JSON value and nothing else.
fn valid(text: &[u8]) -> bool {
    let mut cursor = Cursor::new(text);
    cursor.value(0).is_ok() && cursor.peek().is_none()
}

#[test]
fn depth_ends_where_go_s_decoder_ends() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(
        Cursor::new(nested(10_000).as_bytes()).value(0),
        Ok(Value::Array { empty: false })
    );
    assert_eq!(
        Cursor::new(nested(10_001).as_bytes()).value(0),
        Err(Fault::TooDeep)
    );
    assert_eq!(
        Cursor::new(nested(10_000).as_bytes()).value(1),
        Err(Fault::TooDeep)
    );
}

#[test]
fn a_range_goes_as_deep_as_any_object() {
    let position = r#"{"line":10,"character":0}"#;
    let range = format!(r#"{{"start":{position},"end":{position}}}"#);
    for (value, depth) in [(position, 1), (&range, 2)] {
        let nested = |around: usize| "[".repeat(around) + value + &"]".repeat(around);
        let walk = |text: &str, outside| Cursor::new(text.as_bytes()).value(outside).is_ok();
        assert!(valid(value.as_bytes()));
        assert!(walk(&nested(10_000 - depth), 0));
        assert!(!walk(&nested(10_001 - depth), 0));
        assert!(walk(value, 10_000 - depth));
        assert!(!walk(value, 10_001 - depth));
    }
}

#[test]
fn containers_close_as_they_opened() {
    let depth = 300;
    let alternating = r#"[{"k":"#.repeat(depth) + "0" + &"}]".repeat(depth);
    assert!(valid(alternating.as_bytes()));
    let crossed = alternating.replace("}]}]}]", "}]]}}]");
    assert!(!valid(crossed.as_bytes()));
}

#[test]
fn go_reads_what_is_no_utf_8_and_no_control_characters() {
    assert!(valid(b"\"\xff\xfe 12345678\""));
    assert!(valid(br#""\ud800""#));
    for control in 0..0x20_u8 {
        for padding in 0..9 {
            let mut text = vec![b'"'];
            text.resize(1 + padding, b'x');
            text.extend([control, b'y', b'"']);
            assert!(!valid(&text), "{text:?}");
        }
    }
    assert!(valid(b"\"\x7f\x80\""));
}

#[test]
fn what_was_read_can_be_found_again() {
    let text = br#" { "a" : [ "b\"c", "" ] } "#;
    let mut cursor = Cursor::new(text);
    let mut found = Vec::new();
    let walked = cursor.members(|cursor, key| {
        found.push(cursor.span(key));
        cursor.elements(|cursor| {
            let again = cursor.clone().value(2);
            let value = cursor.value(2)?;
            assert_eq!(again, Ok(value));
            if let Value::Text(raw) = value {
                found.push(cursor.span(raw));
            }
            Ok(())
        })
    });
    assert_eq!((walked, cursor.peek()), (Ok(()), None));
    assert_eq!(found, [4..5, 12..16, 20..20]);
}

#[test]
fn an_array_is_walked_as_strictly_as_an_object() {
    let walk = |text: &str| Cursor::new(text.as_bytes()).elements(|it| it.value(1).map(drop));
    for good in ["[]", "[ ]", "[1]", "[1 , [2]]"] {
        assert_eq!(walk(good), Ok(()), "{good}");
    }
    for bad in ["", "{}", "[", "[,]", "[1,]", "[1 2]", "[1}"] {
        assert!(walk(bad).is_err(), "{bad}");
    }
}

/// JSON and near misses of it.
fn nearly_json() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(","),
        Just(":"),
        Just("\"a\""),
        Just("\"\\u00e9\\n\""),
        Just("\"\\x\""),
        Just("1"),
        Just("-0.5e+3"),
        Just("01"),
        Just("1."),
        Just("{\"line\":10,\"character\":"),
        Just("{\"start\":"),
        Just("0},\"end\":"),
        Just("null"),
        Just("tru"),
        Just("true"),
        Just(" "),
        Just("\n"),
    ];
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]
    #[test]
    fn serde_json_agrees_on_what_is_json(text in nearly_json()) {
        // Numbers beyond an f64 are JSON too, so no value is made.
        let oracle = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(valid(text.as_bytes()), oracle, "{}", text);
    }

    #[test]
    fn whatever_serde_json_writes_is_json(text in any::<String>(), number in any::<f64>()) {
        let value = serde_json::json!({ &text: [number, { "x": text }, [], {}] });
        prop_assert!(valid(value.to_string().as_bytes()));
        prop_assert!(valid(serde_json::to_string_pretty(&value).unwrap().as_bytes()));
    }

    #[test]
    fn plain_finds_the_first_special_byte(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
        let expected = bytes.iter().position(special).unwrap_or(bytes.len());
        prop_assert_eq!(plain(&bytes), expected);
    }
}
