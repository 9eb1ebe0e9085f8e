//! Lines that are read, and lines that make no sense.

use trace::finding::{Code, Severity};

use super::*;

#[test]
fn a_finding_is_expected_in_a_line() {
    let line = r#"expect go-mod-invalid as warning at go.mod "requir^e" says "a" says "b""#;
    let Ok(Verb::Act(Action::Expect(expected))) = Verb::read(line) else {
        panic!("{:?}", Verb::read(line));
    };
    assert_eq!(expected.code, Code::GoModInvalid);
    assert_eq!(expected.severity, Some(Severity::Warning));
    assert_eq!(expected.file.as_deref(), Some("go.mod"));
    assert_eq!(expected.spot, Some(Spot::Needle("requir^e".to_owned())));
    assert_eq!(expected.says, ["a", "b"]);
}

#[test]
fn what_is_wrong_with_a_line_is_said() {
    for (line, complaint) in [
        ("opne a.go", "there is no verb opne"),
        ("open", "a path is missing"),
        ("open a.go b.go", "what is b.go for?"),
        ("definition a.go", "where in the file is missing"),
        (
            "definition a.go Dial",
            "a place is a text in quotes or LINE:COLUMN, not Dial",
        ),
        (
            r#"definition a.go "a^b^c""#,
            r#""a^b^c" has more than one ^"#,
        ),
        ("expect go-mod-invlaid", "go-mod-invlaid is no code"),
        (
            "expect go-mod-invalid as bad",
            "a finding is an error, a warning, an info or a hint, not bad",
        ),
        (
            "expect go-mod-invalid says text",
            "what the finding says is written in quotes, not as text",
        ),
        ("owner root bin", "an owner is UID:GID, not root"),
        ("tmpfs cache", "the list of options is missing"),
        ("serve proxy dead", "there is no server of the kind dead"),
        ("env GOFLAGS", "env takes NAME=VALUE"),
        ("wait long", "the number of seconds is a number, not long"),
    ] {
        assert_eq!(Verb::read(line), Err(complaint.to_owned()), "{line}");
    }
    let Err(complaint) = Verb::read("settings {") else {
        panic!("half an object is no JSON");
    };
    assert!(complaint.starts_with("not JSON: "), "{complaint}");
}
