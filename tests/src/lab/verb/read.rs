//! How a line of a case is read.

use std::time::Duration;

use serde_json::Value;
use trace::finding::{Code, Severity};

use crate::lab::authority::Flaw;
use crate::lab::proxy::Manner;
use crate::lab::root::Owner;
use crate::lab::verb::{
    Action, Edit, Examine, Expected, How, Place, Preparation, Signal, Spot, Verb,
};
use crate::lab::words::{Word, Words};

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
        "capability" => Preparation::Capability {
            path: words.bare("the path of the capability")?,
            value: json(words)?,
        },
        "silent" => Preparation::Silent(words.bare("the method")?),
        "late" => Preparation::Late {
            method: words.bare("the method")?,
            after: seconds(words)?,
        },
        "gopls" => Preparation::Gopls(words.bare("the version")?),
        "gopls-at" => Preparation::GoplsAt {
            path: path(words)?,
            version: words.bare("the version")?,
        },
        "go-of" => Preparation::GoOf(words.bare("the version")?),
        "gopls-sum" => Preparation::GoplsSum(words.bare("the checksum")?),
        "spoil" => Preparation::Spoil {
            old: words.quoted("the text that goes")?,
            new: words.quoted("the text that comes")?,
        },
        "link" => Preparation::Link {
            from: path(words)?,
            to: path(words)?,
        },
        "hard-link" => Preparation::HardLink {
            from: path(words)?,
            to: path(words)?,
        },
        "spelt" => Preparation::Spelt {
            path: path(words)?,
            uri: words.rest("the URI")?,
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
        "go" => Preparation::Go(all(words)?),
        "tmpfs" => Preparation::Tmpfs {
            path: path(words)?,
            options: words.rest("the list of options")?,
        },
        "fill" => Preparation::Fill(path(words)?),
        "read-only" => Preparation::ReadOnly(path(words)?),
        "immutable" => Preparation::Immutable(path(words)?),
        "owner" => Preparation::Owner {
            owner: owner(words)?,
            path: path(words)?,
        },
        "user" => Preparation::User(owner(words)?),
        "serve" => Preparation::Serve {
            name: words.bare("the name of the server")?,
            manner: manner(words)?,
        },
        _ => return Ok(None),
    }))
}

fn owner(words: &mut Words<'_>) -> Result<Owner, String> {
    let word = words.bare("the owner")?;
    let numbers = word.split_once(':');
    let owner = numbers.and_then(|(uid, gid)| {
        Some(Owner {
            uid: uid.parse().ok()?,
            gid: gid.parse().ok()?,
        })
    });
    owner.ok_or_else(|| format!("an owner is UID:GID, not {word}"))
}

fn manner(words: &mut Words<'_>) -> Result<Manner, String> {
    Ok(match words.bare("the kind of server")?.as_str() {
        "hang" => Manner::Hang,
        "refuse" => Manner::Refuse,
        "not-found" => Manner::Status(404),
        "gone" => Manner::Status(410),
        "files" => Manner::Files(Duration::ZERO),
        "slow" => Manner::Files(seconds(words)?),
        "unavailable" => Manner::Status(503),
        "slow-list" => Manner::SlowList(seconds(words)?),
        "stale" => Manner::Stale,
        "tls" => Manner::Tls(Flaw::None),
        "tls-expired" => Manner::Tls(Flaw::Expired),
        "tls-other-name" => Manner::Tls(Flaw::OtherName),
        "mirror" => Manner::Mirror,
        "no-database" => Manner::NoDatabase,
        "gate" => Manner::Gate,
        "shy-gate" => Manner::ShyGate,
        "closed-gate" => Manner::ClosedGate,
        "checksums" => Manner::Checksums,
        kind => return Err(format!("there is no server of the kind {kind}")),
    })
}

fn action(verb: &str, words: &mut Words<'_>) -> Result<Option<Action>, String> {
    Ok(Some(match verb {
        "open" => Action::Open(path(words)?),
        "close" => Action::Close(path(words)?),
        "open-folder" => Action::OpenFolder(path(words)?),
        "close-folder" => Action::CloseFolder(path(words)?),
        "definition" => ask("textDocument/definition", words)?,
        "typeDefinition" => ask("textDocument/typeDefinition", words)?,
        "implementation" => ask("textDocument/implementation", words)?,
        "declaration" => ask("textDocument/declaration", words)?,
        "references" => ask("textDocument/references", words)?,
        "hover" => ask("textDocument/hover", words)?,
        "request" => say(words, true)?,
        "notify" => say(words, false)?,
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
        "expect-noted" => {
            let code = code(words)?;
            let next = words.next()?;
            Action::ExpectNoted {
                code,
                says: says(words, next)?,
            }
        }
        "fix" => Action::Fix(words.quoted("the title of the fix")?),
        "expect-cleared" => Action::ExpectCleared(code(words)?),
        "expect-none" => Action::ExpectNone,
        "doctor" => Action::Doctor(Examine::Run(all(words)?)),
        "expect-doctor" => Action::Doctor(Examine::Expect(expected(words)?)),
        "expect-doctor-fact" => {
            Action::Doctor(Examine::ExpectFact(words.quoted("what a check has seen")?))
        }
        "expect-doctor-unknown" => {
            let text = words.quoted("what a check could not tell")?;
            Action::Doctor(Examine::ExpectUnknown(text))
        }
        "expect-doctor-none" => Action::Doctor(Examine::ExpectNone),
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

/// All words to the end of the line.
fn all(words: &mut Words<'_>) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    while let Some(Word::Bare(word) | Word::Quoted(word)) = words.next()? {
        all.push(word);
    }
    Ok(all)
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
        severity: None,
        file: None,
        spot: None,
        says: Vec::new(),
    };
    let is = |word: &Option<Word>, name: &str| *word == Some(Word::Bare(name.to_owned()));
    let mut next = words.next()?;
    if is(&next, "as") {
        expected.severity = Some(severity(words)?);
        next = words.next()?;
    }
    if is(&next, "at") {
        expected.file = Some(path(words)?);
        next = words.next()?;
        if let Some(word) = next.clone().filter(|word| !is_says(word)) {
            expected.spot = Some(spot(word)?);
            next = words.next()?;
        }
    }
    expected.says = says(words, next)?;
    Ok(expected)
}

/// All that a finding has to say, from this word to the end of the line.
fn says(words: &mut Words<'_>, first: Option<Word>) -> Result<Vec<String>, String> {
    let (mut all, mut next) = (Vec::new(), first);
    while let Some(word) = next {
        if !is_says(&word) {
            return Err(format!("what is {word} for?"));
        }
        all.push(words.quoted("what the finding says")?);
        next = words.next()?;
    }
    Ok(all)
}

fn say(words: &mut Words<'_>, asks: bool) -> Result<Action, String> {
    Ok(Action::Say {
        asks,
        method: words.bare("the method")?,
        params: json(words)?,
    })
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

fn severity(words: &mut Words<'_>) -> Result<Severity, String> {
    let severity = words.bare("the severity")?;
    let all = [
        Severity::Error,
        Severity::Warning,
        Severity::Info,
        Severity::Hint,
    ];
    let found = all.into_iter().find(|one| one.as_str() == severity);
    found.ok_or_else(|| {
        format!("a finding is an error, a warning, an info or a hint, not {severity}")
    })
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
