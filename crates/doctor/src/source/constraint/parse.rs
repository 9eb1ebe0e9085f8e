//! The two languages of build constraints.

use super::Expression;

/// How deep an expression may be nested.
const DEEPEST: usize = 100;

/// What stands behind `//go:build`; `None` where it is no expression.
pub(super) fn go_build(text: &str) -> Option<Expression> {
    let mut parser = Parser {
        rest: text,
        deep: 0,
    };
    let expression = parser.any()?;
    parser.peek().is_empty().then_some(expression)
}

/// What stands behind one `// +build`: alternatives with spaces between, each with commas for "and".
pub(super) fn plus_build(text: &str) -> Expression {
    let term = |term: &str| match term.strip_prefix('!') {
        Some(tag) => Expression::Not(Box::new(Expression::Tag(tag.to_owned()))),
        None => Expression::Tag(term.to_owned()),
    };
    let alternative = |words: &str| Expression::All(words.split(',').map(term).collect());
    Expression::Any(text.split_whitespace().map(alternative).collect())
}

struct Parser<'a> {
    rest: &'a str,
    deep: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Option<Expression> {
        let first = self.all()?;
        self.chain(first, "||", Self::all, Expression::Any)
    }

    fn all(&mut self) -> Option<Expression> {
        let first = self.not()?;
        self.chain(first, "&&", Self::not, Expression::All)
    }

    fn chain(
        &mut self,
        first: Expression,
        operator: &str,
        next: fn(&mut Self) -> Option<Expression>,
        join: fn(Vec<Expression>) -> Expression,
    ) -> Option<Expression> {
        let mut terms = vec![first];
        while self.take(operator) {
            terms.push(next(self)?);
        }
        match terms.len() {
            1 => terms.pop(),
            _ => Some(join(terms)),
        }
    }

    fn not(&mut self) -> Option<Expression> {
        self.deep += 1;
        if self.deep > DEEPEST {
            return None;
        }
        let expression = if self.take("!") {
            Expression::Not(Box::new(self.not()?))
        } else if self.take("(") {
            let inner = self.any()?;
            self.take(")").then_some(inner)?
        } else {
            Expression::Tag(self.tag()?.to_owned())
        };
        self.deep -= 1;
        Some(expression)
    }

    fn tag(&mut self) -> Option<&'a str> {
        let text = self.peek();
        let belongs = |character: char| character.is_alphanumeric() || "_.".contains(character);
        let end = text
            .find(|character| !belongs(character))
            .unwrap_or(text.len());
        let (tag, rest) = text.split_at(end);
        self.rest = rest;
        (!tag.is_empty()).then_some(tag)
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.peek().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// What is still to be read, without white space and a comment.
    fn peek(&self) -> &'a str {
        let text = self.rest.trim_start();
        if text.starts_with("//") { "" } else { text }
    }
}
