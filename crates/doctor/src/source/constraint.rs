//! The build constraint of a Go file, as go/build reads it.

mod parse;

use std::collections::BTreeSet;

use trace::finding::Range;

use super::text::range;

/// What a file says of the builds that it is for: a `//go:build` line, or old `// +build` lines where
/// there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// What has to hold.
    pub expression: Expression,
    /// The lines, as they are written.
    pub lines: Vec<String>,
    /// Where the first of them stands.
    pub range: Range,
}

/// A boolean expression over tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// The tag is set.
    Tag(String),
    /// It does not hold.
    Not(Box<Self>),
    /// All of them hold.
    All(Vec<Self>),
    /// One of them holds.
    Any(Vec<Self>),
}

impl Expression {
    /// Whether it holds where these tags are set.
    pub fn holds(&self, is_set: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::Tag(tag) => is_set(tag),
            Self::Not(inner) => !inner.holds(is_set),
            Self::All(inner) => inner.iter().all(|inner| inner.holds(is_set)),
            Self::Any(inner) => inner.iter().any(|inner| inner.holds(is_set)),
        }
    }

    /// The tags that it names.
    pub fn tags(&self) -> BTreeSet<&str> {
        match self {
            Self::Tag(tag) => BTreeSet::from([tag.as_str()]),
            Self::Not(inner) => inner.tags(),
            Self::All(inner) | Self::Any(inner) => inner.iter().flat_map(Self::tags).collect(),
        }
    }
}

/// The constraint of a file, if it has one that can be understood.
pub fn constraint(text: &str) -> Option<Constraint> {
    let header = Header::of(text);
    let lines = match header.go_build {
        Some(line) => vec![line],
        None => header.plus_build,
    };
    let first = lines.first()?.clone();
    let lines: Vec<&str> = lines.into_iter().map(|line| text[line].trim()).collect();
    let expression = match lines[..] {
        [line] if is_go_build(line) => parse::go_build(line.strip_prefix(GO_BUILD)?)?,
        _ => Expression::All(
            lines
                .iter()
                .filter_map(|line| plus_build(line))
                .map(parse::plus_build)
                .collect(),
        ),
    };
    Some(Constraint {
        expression,
        lines: lines.into_iter().map(str::to_owned).collect(),
        range: range(text, first),
    })
}

const GO_BUILD: &str = "//go:build";

/// Where the lines stand that may be constraints: before the package clause, `// +build` only before
/// the last blank line of the comments that begin the file.
#[derive(Default)]
struct Header {
    go_build: Option<std::ops::Range<usize>>,
    plus_build: Vec<std::ops::Range<usize>>,
}

impl Header {
    fn of(text: &str) -> Self {
        let mut header = Self::default();
        let mut pending = Vec::new();
        let (mut only_comments, mut inside) = (true, false);
        let mut next = 0;
        for whole in text.split_inclusive('\n') {
            let start = next;
            next += whole.len();
            let line = whole.trim();
            let bytes = start..start + whole.trim_end().len();
            if line.is_empty() && only_comments {
                header.plus_build.append(&mut pending);
                continue;
            }
            if !line.starts_with("//") {
                only_comments = false;
            }
            if !inside && header.go_build.is_none() && is_go_build(line) {
                header.go_build = Some(bytes.clone());
            }
            if only_comments && plus_build(line).is_some() {
                pending.push(bytes);
            }
            if !is_comment(line, &mut inside) {
                break;
            }
        }
        header
    }
}

/// Whether a line has nothing but comments; `inside` is whether a `/*` is open, before it and after.
fn is_comment(mut line: &str, inside: &mut bool) -> bool {
    loop {
        if *inside {
            let Some((_, rest)) = line.split_once("*/") else {
                return true;
            };
            *inside = false;
            line = rest.trim();
        } else if line.is_empty() || line.starts_with("//") {
            return true;
        } else if let Some(rest) = line.strip_prefix("/*") {
            *inside = true;
            line = rest;
        } else {
            return false;
        }
    }
}

fn is_go_build(line: &str) -> bool {
    line.strip_prefix(GO_BUILD)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// What stands behind `// +build`, if the line is one.
fn plus_build(line: &str) -> Option<&str> {
    let rest = line
        .strip_prefix("//")?
        .trim_start()
        .strip_prefix("+build")?;
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then_some(rest)
}

#[cfg(test)]
mod tests {
    use trace::finding::Position;

    use super::*;

    /// The lines of the constraint of a file that begins like this.
    fn lines(head: &str) -> Option<Vec<String>> {
        constraint(&format!("{head}package a\n\n//go:build late\n")).map(|found| found.lines)
    }

    fn holds(head: &str, tags: &[&str]) -> bool {
        let constraint = constraint(&format!("{head}\n\npackage a\n")).unwrap();
        constraint.expression.holds(&|tag| tags.contains(&tag))
    }

    #[test]
    fn it_is_found_where_go_finds_it() {
        assert_eq!(lines(""), None);
        assert_eq!(lines("//go:build a\n").unwrap(), ["//go:build a"]);
        let license =
            "// Copyright.\n/* More,\n//go:build no\n*/\n\n//go:build yes\n// +build no\n\n";
        assert_eq!(lines(license).unwrap(), ["//go:build yes"]);
        let range = constraint(&format!("{license}package a")).unwrap().range;
        assert_eq!(range.start, Position::new(5, 0));
        assert_eq!(range.end, Position::new(5, 14));
        let old = "// +build a b\n//+build c\n\n// Package a.\n// +build late\n";
        assert_eq!(lines(old).unwrap(), ["// +build a b", "//+build c"]);
        assert_eq!(lines("// +build a\n"), None);
        assert_eq!(lines("//go:builder a\n\n"), None);
        assert_eq!(lines("//go:build a &&\n\n"), None);
    }

    #[test]
    fn it_holds_where_it_holds_for_go() {
        let new = "//go:build linux && (integration || !e2e) && !prod";
        assert!(holds(new, &["linux"]));
        assert!(holds(new, &["linux", "e2e", "integration"]));
        assert!(!holds(new, &["linux", "e2e"]));
        assert!(!holds(new, &["linux", "prod"]));
        let old = "// +build linux,!cgo darwin\n// +build go1.9";
        assert!(holds(old, &["darwin", "go1.9"]));
        assert!(holds(old, &["linux", "go1.9"]));
        assert!(!holds(old, &["linux", "cgo", "go1.9"]));
        assert!(!holds(old, &["darwin"]));
        assert!(holds("//go:build a // why", &["a"]));
    }

    #[test]
    fn all_its_tags_are_named() {
        let text = "//go:build (a || b) && !c && go1.21\n\npackage p\n";
        let constraint = constraint(text).unwrap();
        let tags: Vec<&str> = constraint.expression.tags().into_iter().collect();
        assert_eq!(tags, ["a", "b", "c", "go1.21"]);
    }

    #[test]
    fn nonsense_is_no_constraint() {
        for line in [
            "", "()", "a b", "(a", "a)", "!", "a | b", "&& a", "!!a", "é &&",
        ] {
            let text = format!("//go:build {line}\n\npackage a\n");
            let found = constraint(&text).is_some();
            assert_eq!(found, line == "!!a", "{line}");
        }
        let deep = format!("//go:build {}a\n\npackage a\n", "(".repeat(100_000));
        assert_eq!(constraint(&deep), None);
    }
}
