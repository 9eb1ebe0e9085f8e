//! The lines that change the file of `go env -w`.

/// A line that a fix has for a shell, and that does no more than to change the file of `go env -w`:
/// `GOTOOLCHAIN=local go env -u GOFLAGS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EnvLine {
    /// What go is to have in its environment.
    pub(super) environment: Vec<(String, String)>,
    /// Its arguments, from `env` on.
    pub(super) arguments: Vec<String>,
}

impl EnvLine {
    /// Reads a line; none where it is another one. Only what `shell::quoted` writes is understood.
    pub(super) fn read(line: &str) -> Option<Self> {
        let mut words = words(line)?.into_iter().peekable();
        let mut environment = Vec::new();
        while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
            let is_name = |name: &str| {
                let letter = |letter: char| {
                    letter.is_ascii_uppercase() || letter == '_' || letter.is_ascii_digit()
                };
                !name.is_empty() && name.chars().all(letter)
            };
            if !is_name(name) {
                return None;
            }
            environment.push((name.to_owned(), value.to_owned()));
            words.next();
        }
        if words.next()? != "go" {
            return None;
        }
        let arguments: Vec<String> = words.collect();
        let names = arguments.get(2..)?;
        let is_one = match (arguments[0].as_str(), arguments[1].as_str()) {
            ("env", "-w") => names.iter().all(|word| {
                word.split_once('=')
                    .is_some_and(|(_, value)| is_value(value))
            }),
            ("env", "-u") => true,
            _ => false,
        };
        (is_one && !names.is_empty()).then_some(Self {
            environment,
            arguments,
        })
    }
}

/// Whether a value is one, and not a place for the user's own: `GOPROXY=URL,direct`.
fn is_value(value: &str) -> bool {
    !value
        .split([',', '|'])
        .any(|part| part.len() > 1 && part.chars().all(|letter| letter.is_ascii_uppercase()))
}

/// The words of a line without anything that a shell would do more with; none where there is such a thing.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        match letter {
            ' ' => words.extend(word.take()),
            '\'' => {
                let end = rest.find('\'')?;
                word.get_or_insert_default().push_str(&rest[..end]);
                rest = &rest[end + 1..];
            }
            '\\' if rest.starts_with('\'') => {
                word.get_or_insert_default().push('\'');
                rest = &rest[1..];
            }
            letter if letter.is_alphanumeric() || "/._-+@=:,".contains(letter) => {
                word.get_or_insert_default().push(letter);
            }
            _ => return None,
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_sets_or_takes_away_is_read() {
        let line =
            EnvLine::read("GOENV='/a b/it'\\''s' GOTOOLCHAIN=local go env -u GOFLAGS").unwrap();
        let environment = [("GOENV", "/a b/it's"), ("GOTOOLCHAIN", "local")];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(line.environment, environment);
        assert_eq!(line.arguments, ["env", "-u", "GOFLAGS"]);
        let line = EnvLine::read("go env -w GOCACHE=/a GO111MODULE=on").unwrap();
        assert_eq!(line.arguments[2..], ["GOCACHE=/a", "GO111MODULE=on"]);
    }

    #[test]
    fn any_other_line_is_none() {
        for line in [
            "go env",
            "go env -w",
            "go env GOFLAGS",
            "go env -w GOFLAGS",
            "go env -w GOPROXY=URL,direct",
            "go work use ./a",
            "sudo go env -u GOFLAGS",
            "go env -u GOFLAGS && rm -rf x",
            "go env -u $(id)",
            "go env -u `id`",
            "go env -u 'GOFLAGS",
            "rm -rf /",
            "",
        ] {
            assert_eq!(EnvLine::read(line), None, "{line}");
        }
    }
}
