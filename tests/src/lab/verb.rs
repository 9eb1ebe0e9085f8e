//! The verbs of a case: one a line.

use std::time::Duration;

use serde_json::Value;
use trace::finding::Code;

use crate::lab::proxy::Manner;
use crate::lab::words::{Word, Words};

/// A line of a case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verb {
    /// What is done before the session starts.
    Prepare(Preparation),
    /// What the editor does, and what is to come of it.
    Act(Action),
}

/// Something about the machine or the editor, before the session starts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Preparation {
    /// The editor opens this folder.
    Folder(String),
    /// The editor opens no folder.
    NoFolder,
    /// A variable of the editor's environment; none where it is not to be there.
    Env { name: String, value: Option<String> },
    /// The settings for gopls, as JSON.
    Settings(String),
    /// goplens's own configuration: a line of TOML.
    Config(String),
    /// The name that the editor gives itself.
    Client(String),
    /// A request of gopls that the editor never answers.
    Silent(String),
    /// A request of gopls that the editor takes so long to answer.
    Late { method: String, after: Duration },
    /// A symbolic link.
    Link { from: String, to: String },
    /// The mode of a file or folder.
    Chmod { mode: u32, path: String },
    /// A file or folder is not there.
    Remove(String),
    /// A file stands there so often, with `NNN` in its name and text replaced by a number.
    Copies { file: String, count: u32 },
    /// A module proxy on loopback, whose URL is the value of `$name`.
    Serve { name: String, manner: Manner },
}

/// Something in the session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    Open(String),
    Close(String),
    Ask { method: &'static str, place: Place },
    ExpectNull,
    ExpectSome(Option<String>),
    ExpectError(String),
    ExpectNoAnswer(Duration),
    AskUntilSome(Option<String>),
    Edit { file: String, edit: Edit, how: How },
    EditOutside(String),
    Save(String),
    Write(String),
    Delete(String),
    Configure(String),
    Signal(Signal),
    Wait(Duration),
    Expect(Expected),
    Fix(String),
    ExpectCleared(Code),
    ExpectNone,
}

/// What replaces what.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edit {
    pub(crate) old: String,
    pub(crate) new: String,
}

/// How an edit is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum How {
    /// As an editor does.
    Well,
    /// Not at all: the editor has it, the server does not.
    Never,
    /// Two times.
    Twice,
    /// With this version.
    WithVersion(u32),
}

/// What gopls is told by the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Stop,
    Continue,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) spot: Spot,
}

/// Where in a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Spot {
    /// Where this text stands, at the `^` in it if there is one.
    Needle(String),
    /// A line and a column, from 1.
    At(u32, u32),
}

/// A finding that has to be shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expected {
    pub(crate) code: Code,
    pub(crate) file: Option<String>,
    pub(crate) spot: Option<Spot>,
    pub(crate) says: Vec<String>,
}

impl Verb {
    /// Reads a line.
    pub(crate) fn read(line: &str) -> Result<Self, String> {
        let mut words = Words::of(line);
        let verb = words.bare("the verb")?;
        let read = match preparation(&verb, &mut words)? {
            Some(preparation) => Self::Prepare(preparation),
            None => match action(&verb, &mut words)? {
                Some(action) => Self::Act(action),
                None => return Err(format!("there is no verb {verb}")),
            },
        };
        words.end()?;
        Ok(read)
    }
}

fn preparation(verb: &str, words: &mut Words<'_>) -> Result<Option<Preparation>, String> {
    Ok(Some(match verb {
        "folder" => Preparation::Folder(path(words)?),
        "no-folder" => Preparation::NoFolder,
        "env" => {
            let text = words.rest("NAME=VALUE")?;
            let (name, value) = text.split_once('=').ok_or("env takes NAME=VALUE")?;
            Preparation::Env {
                name: name.to_owned(),
                value: Some(value.to_owned()),
            }
        }
        "unset" => Preparation::Env {
            name: words.bare("the variable")?,
            value: None,
        },
        "settings" => Preparation::Settings(json(words)?),
        "config" => Preparation::Config(words.rest("the line of TOML")?),
        "client" => Preparation::Client(words.rest("the name")?),
        "silent" => Preparation::Silent(words.bare("the method")?),
        "late" => Preparation::Late {
            method: words.bare("the method")?,
            after: seconds(words)?,
        },
        "link" => Preparation::Link {
            from: path(words)?,
            to: path(words)?,
        },
        "chmod" => {
            let mode = words.bare("the mode")?;
            Preparation::Chmod {
                mode: u32::from_str_radix(&mode, 8)
                    .map_err(|_| format!("the mode is an octal number, not {mode}"))?,
                path: path(words)?,
            }
        }
        "remove" => Preparation::Remove(path(words)?),
        "copies" => Preparation::Copies {
            file: path(words)?,
            count: words.number("the number of copies")?,
        },
        "serve" => Preparation::Serve {
            name: words.bare("the name of the proxy")?,
            manner: manner(words)?,
        },
        _ => return Ok(None),
    }))
}

fn manner(words: &mut Words<'_>) -> Result<Manner, String> {
    Ok(match words.bare("the kind of proxy")?.as_str() {
        "hang" => Manner::Hang,
        "refuse" => Manner::Refuse,
        "not-found" => Manner::Status(404),
        "gone" => Manner::Status(410),
        "files" => Manner::Files(Duration::ZERO),
        "slow" => Manner::Files(seconds(words)?),
        kind => {
            return Err(format!(
                "a proxy is hang, refuse, not-found, gone, files or slow, not {kind}"
            ));
        }
    })
}

fn action(verb: &str, words: &mut Words<'_>) -> Result<Option<Action>, String> {
    Ok(Some(match verb {
        "open" => Action::Open(path(words)?),
        "close" => Action::Close(path(words)?),
        "definition" => ask("textDocument/definition", words)?,
        "typeDefinition" => ask("textDocument/typeDefinition", words)?,
        "implementation" => ask("textDocument/implementation", words)?,
        "declaration" => ask("textDocument/declaration", words)?,
        "references" => ask("textDocument/references", words)?,
        "hover" => ask("textDocument/hover", words)?,
        "expect-null" => Action::ExpectNull,
        "expect-some" => Action::ExpectSome(contained(words)?),
        "ask-until-some" => Action::AskUntilSome(contained(words)?),
        "expect-error" => Action::ExpectError(words.quoted("what the error says")?),
        "expect-no-answer" => Action::ExpectNoAnswer(seconds(words)?),
        "edit" => edit(words, How::Well)?,
        "edit-unsent" => edit(words, How::Never)?,
        "edit-twice" => edit(words, How::Twice)?,
        "edit-version" => {
            let version = words.number("the version")?;
            edit(words, How::WithVersion(version))?
        }
        "edit-outside" => Action::EditOutside(path(words)?),
        "save" => Action::Save(path(words)?),
        "write" => Action::Write(path(words)?),
        "delete" => Action::Delete(path(words)?),
        "configure" => Action::Configure(json(words)?),
        "stop-gopls" => Action::Signal(Signal::Stop),
        "continue-gopls" => Action::Signal(Signal::Continue),
        "wait" => Action::Wait(seconds(words)?),
        "expect" => Action::Expect(expected(words)?),
        "fix" => Action::Fix(words.quoted("the title of the fix")?),
        "expect-cleared" => Action::ExpectCleared(code(words)?),
        "expect-none" => Action::ExpectNone,
        _ => return Ok(None),
    }))
}

fn ask(method: &'static str, words: &mut Words<'_>) -> Result<Action, String> {
    let place = Place {
        file: path(words)?,
        spot: match words.next()? {
            Some(word) => spot(word)?,
            None => return Err("where in the file is missing".to_owned()),
        },
    };
    Ok(Action::Ask { method, place })
}

/// What an answer contains, if that matters.
fn contained(words: &mut Words<'_>) -> Result<Option<String>, String> {
    match words.next()? {
        None => Ok(None),
        Some(Word::Quoted(text)) => Ok(Some(text)),
        Some(word) => Err(format!(
            "what the answer contains is written in quotes, not as {word}"
        )),
    }
}

fn edit(words: &mut Words<'_>, how: How) -> Result<Action, String> {
    Ok(Action::Edit {
        file: path(words)?,
        edit: Edit {
            old: words.quoted("the text that goes")?,
            new: words.quoted("the text that comes")?,
        },
        how,
    })
}

fn expected(words: &mut Words<'_>) -> Result<Expected, String> {
    let mut expected = Expected {
        code: code(words)?,
        file: None,
        spot: None,
        says: Vec::new(),
    };
    let mut next = words.next()?;
    if next == Some(Word::Bare("at".to_owned())) {
        expected.file = Some(path(words)?);
        next = words.next()?;
        if let Some(word) = next.clone().filter(|word| !is_says(word)) {
            expected.spot = Some(spot(word)?);
            next = words.next()?;
        }
    }
    while let Some(word) = next {
        if !is_says(&word) {
            return Err(format!("what is {word} for?"));
        }
        expected.says.push(words.quoted("what the finding says")?);
        next = words.next()?;
    }
    Ok(expected)
}

fn is_says(word: &Word) -> bool {
    *word == Word::Bare("says".to_owned())
}

fn spot(word: Word) -> Result<Spot, String> {
    match word {
        Word::Quoted(needle) if needle.matches('^').count() > 1 => {
            Err(format!("{needle:?} has more than one ^"))
        }
        Word::Quoted(needle) => Ok(Spot::Needle(needle)),
        Word::Bare(word) => word
            .split_once(':')
            .and_then(|(line, column)| Some(Spot::At(line.parse().ok()?, column.parse().ok()?)))
            .ok_or_else(|| format!("a place is a text in quotes or LINE:COLUMN, not {word}")),
    }
}

fn code(words: &mut Words<'_>) -> Result<Code, String> {
    let code = words.bare("the code of the finding")?;
    code.parse().map_err(|_| format!("{code} is no code"))
}

/// A path, which is in quotes where there are spaces in it.
fn path(words: &mut Words<'_>) -> Result<String, String> {
    match words.next()? {
        Some(Word::Bare(path) | Word::Quoted(path)) => Ok(path),
        None => Err("a path is missing".to_owned()),
    }
}

fn seconds(words: &mut Words<'_>) -> Result<Duration, String> {
    Ok(Duration::from_secs(
        words.number("the number of seconds")?.into(),
    ))
}

fn json(words: &mut Words<'_>) -> Result<String, String> {
    let text = words.rest("the JSON")?;
    match serde_json::from_str::<Value>(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_expected_in_a_line() {
        let line = r#"expect go-mod-invalid at go.mod "requir^e" says "a" says "b""#;
        let Ok(Verb::Act(Action::Expect(expected))) = Verb::read(line) else {
            panic!("{:?}", Verb::read(line));
        };
        assert_eq!(expected.code, Code::GoModInvalid);
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
                "expect go-mod-invalid says text",
                "what the finding says is written in quotes, not as text",
            ),
            (
                "serve proxy dead",
                "a proxy is hang, refuse, not-found, gone, files or slow, not dead",
            ),
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
}
