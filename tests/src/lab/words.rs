//! The words of a line: bare ones, and strings in double quotes with the escapes of JSON.

use std::fmt;

/// What is left of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a>(&'a str);

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// One without quotes.
    Bare(String),
    /// What stood between quotes.
    Quoted(String),
}

impl<'a> Words<'a> {
    /// The words of this line.
    pub(crate) fn of(line: &'a str) -> Self {
        Self(line.trim())
    }

    /// The next word, if there is one.
    pub(crate) fn next(&mut self) -> Result<Option<Word>, String> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let end = match self.0.starts_with('"') {
            true => closing_quote(self.0).ok_or("a quote is not closed")? + 1,
            false => self.0.find(char::is_whitespace).unwrap_or(self.0.len()),
        };
        let (word, rest) = self.0.split_at(end);
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return Err(format!("there is no space behind {word}"));
        }
        self.0 = rest.trim_start();
        Ok(Some(match word.starts_with('"') {
            true => Word::Quoted(
                serde_json::from_str(word).map_err(|error| format!("{word}: {error}"))?,
            ),
            false => Word::Bare(word.to_owned()),
        }))
    }

    /// The next word, which is without quotes.
    pub(crate) fn bare(&mut self, what: &str) -> Result<String, String> {
        match self.next()? {
            Some(Word::Bare(word)) => Ok(word),
            Some(Word::Quoted(_)) => Err(format!("{what} is written without quotes")),
            None => Err(format!("{what} is missing")),
        }
    }

    /// The next word, which is in quotes.
    pub(crate) fn quoted(&mut self, what: &str) -> Result<String, String> {
        match self.next()? {
            Some(Word::Quoted(word)) => Ok(word),
            Some(Word::Bare(word)) => Err(format!("{what} is written in quotes, not as {word}")),
            None => Err(format!("{what} is missing")),
        }
    }

    /// The next word, which is a number.
    pub(crate) fn number(&mut self, what: &str) -> Result<u32, String> {
        let word = self.bare(what)?;
        word.parse()
            .map_err(|_| format!("{what} is a number, not {word}"))
    }

    /// All that is left, as it stands there.
    pub(crate) fn rest(&mut self, what: &str) -> Result<String, String> {
        match std::mem::take(&mut self.0) {
            "" => Err(format!("{what} is missing")),
            rest => Ok(rest.to_owned()),
        }
    }

    /// Fails where anything is left.
    pub(crate) fn end(&self) -> Result<(), String> {
        match self.0 {
            "" => Ok(()),
            rest => Err(format!("what is {rest} for?")),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bare(word) => formatter.write_str(word),
            Self::Quoted(word) => write!(formatter, "{word:?}"),
        }
    }
}

/// Where the string that begins a line ends.
fn closing_quote(line: &str) -> Option<usize> {
    let mut escaped = false;
    line.bytes().enumerate().skip(1).find_map(|(at, byte)| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_spaces_and_escapes() {
        let mut words = Words::of(r#" a.go "x \"y\"\n" {"a": 1} "#);
        assert_eq!(words.bare("a"), Ok("a.go".to_owned()));
        assert_eq!(words.quoted("b"), Ok("x \"y\"\n".to_owned()));
        assert_eq!(words.rest("c"), Ok(r#"{"a": 1}"#.to_owned()));
        assert_eq!(words.next(), Ok(None));
        assert!(words.end().is_ok());
    }

    #[test]
    fn what_is_wrong_is_said() {
        let complaint = |line: &str| Words::of(line).next().unwrap_err();
        assert_eq!(complaint(r#""a"#), "a quote is not closed");
        assert_eq!(complaint(r#""a\""#), "a quote is not closed");
        assert_eq!(complaint(r#""a"b"#), r#"there is no space behind "a""#);
        assert!(Words::of("a").quoted("the needle").is_err());
        assert!(Words::of("").bare("the file").is_err());
        assert!(Words::of("x").number("N").is_err());
    }
}
