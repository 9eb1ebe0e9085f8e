//! Finds where names are declared, by the shape of the code alone.

use super::lexer::{Kind, Token};

/// What a declaration makes of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Function,
    Method,
    Type,
    /// A field of a struct, or a method of an interface.
    Member,
    Variable,
}

/// What the innermost open bracket belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// `type (`, `var (`, `const (`: each line begins with a name.
    Group(Role),
    /// `struct {`, `interface {`: the same, but for what is embedded.
    Members,
    /// The first one in `func (s *Stack[T]) Push`: the name comes after it.
    Receiver,
    Other,
}

/// The tokens that are declared names, with what they are.
pub(super) fn declarations<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<(&'t Token<'a>, Role)> {
    let tokens: Vec<_> = tokens
        .iter()
        .filter(|token| token.kind != Kind::Comment)
        .collect();
    let mut found = Vec::new();
    let mut blocks = Vec::new();
    for (index, token) in tokens.iter().copied().enumerate() {
        let before = |back: usize| index.checked_sub(back).map(|at| tokens[at]);
        let previous = before(1);
        match token.text {
            "(" | "{" | "[" if token.kind == Kind::Mark => blocks.push(opened(previous)),
            ")" | "}" | "]" if token.kind == Kind::Mark => {
                if blocks.pop() == Some(Block::Receiver)
                    && let Some(name) = tokens.get(index + 1)
                    && name.kind == Kind::Word
                {
                    found.push((*name, Role::Method));
                }
            }
            _ if token.kind == Kind::Word => {
                let begins_line = previous.is_none_or(|previous| previous.line < token.line);
                let next = tokens.get(index + 1).filter(|next| next.line == token.line);
                let role = match (previous.map(|previous| previous.text), blocks.last()) {
                    (Some("func"), _) => Some(Role::Function),
                    (Some("type"), _) => Some(Role::Type),
                    (Some("var" | "const"), _) => Some(Role::Variable),
                    (_, Some(Block::Group(role))) if begins_line => Some(*role),
                    (_, Some(Block::Members)) if begins_line => next
                        .filter(|next| next.text != "." && next.kind != Kind::Text)
                        .map(|_| Role::Member),
                    _ => {
                        let assigned = next.is_some_and(|next| next.text == ":")
                            && tokens.get(index + 2).is_some_and(|mark| mark.text == "=");
                        assigned.then_some(Role::Variable)
                    }
                };
                found.extend(role.map(|role| (token, role)));
            }
            _ => {}
        }
    }
    found
}

fn opened(previous: Option<&Token<'_>>) -> Block {
    let Some(previous) = previous else {
        return Block::Other;
    };
    match previous.text {
        // gofmt puts declarations at the first column, and function literals and types elsewhere.
        "func" if previous.column == 0 => Block::Receiver,
        "type" => Block::Group(Role::Type),
        "var" | "const" => Block::Group(Role::Variable),
        "struct" | "interface" => Block::Members,
        _ => Block::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    #[test]
    fn every_form_of_declaration_is_found_and_no_use_of_a_name() {
        let source = r#"package p

import "fmt"

const One = 1

var (
	Two = call(One)
	three, four int
)

type Five struct {
	Six
	Seven int `json:"seven"`
	other.Eight
}

type (
	Nine interface {
		Ten(x int) error
	}
)

func Eleven[T any](x T) T { return x }

func (f *Five) Twelve(fn func(int) bool) {
	thirteen := fn(One)
	fmt.Println(thirteen, f.Seven)
}
"#;
        let tokens = tokens(source);
        let found: Vec<_> = declarations(&tokens)
            .iter()
            .map(|(token, role)| (token.text, *role))
            .collect();
        assert_eq!(
            found,
            [
                ("One", Role::Variable),
                ("Two", Role::Variable),
                ("three", Role::Variable),
                ("Five", Role::Type),
                ("Seven", Role::Member),
                ("Nine", Role::Type),
                ("Ten", Role::Member),
                ("Eleven", Role::Function),
                ("Twelve", Role::Method),
                ("thirteen", Role::Variable),
            ]
        );
    }

    #[test]
    fn brackets_that_do_not_match_are_survived() {
        for source in [
            ")",
            "func (",
            "}}}",
            "func ) x",
            "type struct {",
            "((((",
            "func () f",
        ] {
            declarations(&tokens(source));
        }
    }
}
