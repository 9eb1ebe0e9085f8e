//! What an inspector answers to an event.

use std::path::PathBuf;

use doctor::Workspace;
use protocol::Method;
use trace::finding::{Code, Finding};

use crate::outlet::TakingPart;
use crate::session::Folder;

/// What is to be done because of an event, in order.
#[derive(Debug, Default)]
pub struct Report {
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) enum Step {
    /// With the URI of the folder that it is about, if it is about one.
    Raise(Finding, Option<String>),
    /// Unless another inspector has found something of its code.
    RaiseUnlessKnown(Finding),
    Clear(Key),
    Look(Look),
    /// It looks again, because the user asks for it.
    LooksAgain,
    /// It has looked again.
    HasLooked,
    Explained(Method, String, Vec<&'static str>),
    Versions(Vec<TakingPart>),
}

/// What a finding is told from others by. Without a URI it stands for the one wherever it is shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) code: Code,
    pub(crate) subject: String,
    pub(crate) uri: Option<String>,
}

impl Key {
    pub(crate) fn of(finding: &Finding) -> Self {
        Self {
            code: finding.code,
            subject: finding.subject.clone(),
            uri: finding.uri.clone(),
        }
    }
}

/// What is to be looked up, off this thread.
#[derive(Debug)]
pub(crate) enum Look {
    /// Why something failed.
    Explain {
        number: u64,
        workspace: Box<Workspace>,
        /// Whether gopls can be asked for its views.
        views: bool,
    },
    /// More about something that was found, which takes longer.
    Closer {
        number: u64,
        workspace: Box<Workspace>,
        found: Finding,
    },
    /// Which folders gopls knows by their spelling, for all its workspace folders.
    Homes {
        workspaces: Vec<Workspace>,
        folders: Vec<Folder>,
    },
    /// Whether the file of a document has the text that gopls has of it.
    Saved {
        uri: String,
        version: i64,
        path: PathBuf,
        text: String,
        /// The fingerprints of the texts that it has had.
        had: Vec<u64>,
        /// Whether it had another one when it was looked at before.
        again: bool,
    },
    /// Whether the versions that take part fit together, in each workspace folder, by its URI.
    Versions(Vec<(String, Workspace)>),
    /// Whether the module proxy of a folder answers.
    Proxy(Box<Workspace>, PathBuf),
    /// What is wrong with the machine under these folders; with the network, where that may explain
    /// something.
    Examine {
        workspaces: Vec<Workspace>,
        network: bool,
    },
}

impl Report {
    /// Something is wrong. A finding of the same code, subject and URI takes this one's place.
    pub fn raise(&mut self, finding: Finding) {
        self.raise_in(finding, None);
    }

    /// Something is wrong, which another inspector may have found where it made something fail: that one says
    /// more.
    pub(crate) fn raise_unless_known(&mut self, finding: Finding) {
        self.steps.push(Step::RaiseUnlessKnown(finding));
    }

    /// Something is wrong with a workspace folder.
    pub(crate) fn raise_in(&mut self, finding: Finding, folder: Option<String>) {
        self.steps.push(Step::Raise(finding, folder));
    }

    /// What was raised with this code and subject is not so any more; wherever it is shown, if no URI
    /// is given.
    pub fn clear(&mut self, code: Code, subject: &str, uri: Option<&str>) {
        self.clear_key(Key {
            code,
            subject: subject.to_owned(),
            uri: uri.map(str::to_owned),
        });
    }

    pub(crate) fn clear_key(&mut self, key: Key) {
        self.steps.push(Step::Clear(key));
    }

    /// It will be looked again, because the user asks for it, and told what still stands when all who look have looked.
    pub(crate) fn looks_again(&mut self) {
        self.steps.push(Step::LooksAgain);
    }

    /// That has been done.
    pub(crate) fn has_looked(&mut self) {
        self.steps.push(Step::HasLooked);
    }

    pub(crate) fn look(&mut self, look: Look) {
        self.steps.push(Step::Look(look));
    }

    pub(crate) fn explained(&mut self, method: &Method, uri: &str, codes: Vec<&'static str>) {
        let (method, uri) = (method.clone(), uri.to_owned());
        self.steps.push(Step::Explained(method, uri, codes));
    }

    pub(crate) fn versions(&mut self, all: Vec<TakingPart>) {
        self.steps.push(Step::Versions(all));
    }
}
