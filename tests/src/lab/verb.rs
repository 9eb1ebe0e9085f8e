//! The verbs of a case: one a line.

mod read;
#[cfg(test)]
mod tests;

use std::time::Duration;

use trace::finding::{Code, Severity};

use crate::lab::proxy::Manner;
use crate::lab::root::Owner;

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
    /// What the editor says that it can do, at this path of its capabilities, as JSON.
    Capability { path: String, value: String },
    /// A request of gopls that the editor never answers.
    Silent(String),
    /// A request of gopls that the editor takes so long to answer.
    Late { method: String, after: Duration },
    /// gopls is this release, and the go command is the one that built it.
    Gopls(String),
    /// This release of gopls is to be found there too.
    GoplsAt { path: String, version: String },
    /// The go command is the one that built this release of gopls.
    GoOf(String),
    /// gopls is a copy of itself that says it has this checksum.
    GoplsSum(String),
    /// What gopls says has the one text in the place of the other, wherever it stands.
    Spoil { old: String, new: String },
    /// A symbolic link.
    Link { from: String, to: String },
    /// A second name of a file, as good as the first.
    HardLink { from: String, to: String },
    /// What the editor calls a file, or a folder and all in it.
    Spelt { path: String, uri: String },
    /// The mode of a file or folder.
    Chmod { mode: u32, path: String },
    /// A file or folder is not there.
    Remove(String),
    /// A file stands there so often, with `NNN` in its name and text replaced by a number.
    Copies { file: String, count: u32 },
    /// root runs the go command with these arguments.
    Go(Vec<String>),
    /// A file system in memory, with these options.
    Tmpfs { path: String, options: String },
    /// What is mounted there has no room left.
    Fill(String),
    /// Nothing can be written in what is mounted there.
    ReadOnly(String),
    /// Nobody may change a folder.
    Immutable(String),
    /// A file, or a folder and all in it, belongs to somebody.
    Owner { owner: Owner, path: String },
    /// The machine is this user's, and the doctor runs as them.
    User(Owner),
    /// A server on loopback, whose URL is the value of `$name`.
    Serve { name: String, manner: Manner },
}

impl Preparation {
    /// Whether only root can do it.
    pub(crate) fn takes_root(&self) -> bool {
        matches!(
            self,
            Self::Go(_)
                | Self::Tmpfs { .. }
                | Self::Fill(_)
                | Self::ReadOnly(_)
                | Self::Immutable(_)
                | Self::Owner { .. }
                | Self::User(_)
        )
    }
}

/// Something in the session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    Open(String),
    Close(String),
    OpenFolder(String),
    CloseFolder(String),
    Ask {
        method: &'static str,
        place: Place,
    },
    /// Any message, be it as the protocol has it or not.
    Say {
        asks: bool,
        method: String,
        params: String,
    },
    ExpectNull,
    ExpectSome(Option<String>),
    ExpectError(String),
    ExpectNoAnswer(Duration),
    AskUntilSome(Option<String>),
    Edit {
        file: String,
        edit: Edit,
        how: How,
    },
    EditOutside(String),
    Save(String),
    Write(String),
    Delete(String),
    Configure(String),
    Signal(Signal),
    Wait(Duration),
    Expect(Expected),
    ExpectNoted {
        code: Code,
        says: Vec<String>,
    },
    Fix(String),
    ExpectCleared(Code),
    ExpectNone,
    /// Something with `goplens doctor`, which needs no session.
    Doctor(Examine),
}

/// What is done with `goplens doctor`, and what is to come of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Examine {
    /// It is run in the workspace, with these arguments.
    Run(Vec<String>),
    /// It has found this; where it is shown does not matter.
    Expect(Expected),
    /// One of its checks has seen this.
    ExpectFact(String),
    /// One of its checks could not tell, and says this.
    ExpectUnknown(String),
    /// It has found nothing.
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
    /// How bad it has to be, if that matters.
    pub(crate) severity: Option<Severity>,
    pub(crate) file: Option<String>,
    pub(crate) spot: Option<Spot>,
    pub(crate) says: Vec<String>,
}
