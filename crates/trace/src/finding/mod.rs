//! What goplens has found to be wrong, with the evidence.

mod code;

pub use code::Code;
pub use lsp_types::{Position, Range};
use serde::{Deserialize, Serialize};

/// Something that is wrong on this machine or in this session, shown only with evidence gathered here.
///
/// Its code, its subject and its URI tell it from others: a finding that is raised again replaces the
/// one before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of thing.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence that names the thing.
    pub title: String,
    /// Facts gathered here: a path, an output, two spellings.
    pub evidence: Vec<String>,
    /// Why that makes what the user did fail, in a sentence or two.
    pub cause: String,
    /// What can be done, the best first.
    pub fixes: Vec<Fix>,
    /// What it is about besides a file: a build tag, a module, a variable. Empty where the code says it
    /// all.
    pub subject: String,
    /// The document or file that it is shown in, in the client's spelling where the client has one.
    pub uri: Option<String>,
    /// Where in it, in the encoding that was agreed; line 1 where there is none.
    pub range: Option<Range>,
    /// Other places that belong to it: the line of a go.mod that decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    /// The number of the trace record that it was seen in.
    pub at: Option<u64>,
    /// Whether it is for the record and the log alone: there is nothing in the workspace or on the machine
    /// that a user can do about it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quiet: bool,
}

/// How bad a finding is; the numbers are the protocol's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something does not work.
    Error = 1,
    /// Something is likely not to work.
    Warning = 2,
    /// Worth knowing.
    Info = 3,
    /// Worth knowing when looking closer.
    Hint = 4,
}

impl Severity {
    /// The name that `findings.jsonl` uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Hint => "hint",
        }
    }
}

/// A place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// The file.
    pub uri: String,
    /// Where in it.
    pub range: Range,
    /// What is to be seen there.
    pub text: String,
}

/// What can be done about a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// What it does, as a menu says it.
    pub title: String,
    /// How.
    pub action: Action,
}

/// How a fix is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// By editing files: go.work, go.mod, .vscode/settings.json, a Go file.
    Edit(Vec<FileEdit>),
    /// By a command of gopls's own, which it must offer.
    Server {
        /// Its name, such as `gopls.tidy`.
        command: String,
        /// Its arguments.
        arguments: Vec<serde_json::Value>,
    },
    /// By a line in a shell, which only the user runs.
    Shell(String),
    /// By something that no program can do.
    Hand(String),
}

/// A change of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEdit {
    /// The file, which is made where it is not there.
    pub uri: String,
    /// What is replaced, in UTF-16 units; nothing where the range is empty.
    pub range: Range,
    /// What stands there then.
    pub text: String,
    /// The version of the document that it was made for, where the client has the file open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// Whether the file has to be made first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub create: bool,
}

impl Finding {
    /// All files that it names: where it is, what belongs to it, and what its fixes edit.
    pub fn uris_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let related = self.related.iter_mut().map(|related| &mut related.uri);
        let edits = self.fixes.iter_mut().flat_map(|fix| match &mut fix.action {
            Action::Edit(edits) => edits.as_mut_slice(),
            Action::Server { .. } | Action::Shell(_) | Action::Hand(_) => &mut [],
        });
        let edits = edits.map(|edit| &mut edit.uri);
        self.uri.iter_mut().chain(related).chain(edits)
    }

    /// A finding without place, evidence and fixes.
    pub fn new(code: Code, title: impl Into<String>, cause: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            title: title.into(),
            evidence: Vec::new(),
            cause: cause.into(),
            fixes: Vec::new(),
            subject: String::new(),
            uri: None,
            range: None,
            related: Vec::new(),
            at: None,
            quiet: false,
        }
    }

    /// For the record and the log alone.
    #[must_use]
    pub fn quietly(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Of another severity than error.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// About this.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// With one more fact.
    #[must_use]
    pub fn evidence(mut self, fact: impl Into<String>) -> Self {
        self.evidence.push(fact.into());
        self
    }

    /// With one more fix.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, action: Action) -> Self {
        let title = title.into();
        self.fixes.push(Fix { title, action });
        self
    }

    /// Shown here.
    #[must_use]
    pub fn place(mut self, uri: impl Into<String>, range: Option<Range>) -> Self {
        self.uri = Some(uri.into());
        self.range = range;
        self
    }

    /// With a place that belongs to it.
    #[must_use]
    pub fn related(
        mut self,
        uri: impl Into<String>,
        range: Range,
        text: impl Into<String>,
    ) -> Self {
        let (uri, text) = (uri.into(), text.into());
        self.related.push(Related { uri, range, text });
        self
    }

    /// The title and what to do, in one line.
    pub fn line(&self) -> String {
        let mut line = self.title.clone();
        if let Some(fix) = self.fixes.first() {
            line.push(' ');
            line.push_str(&fix.text());
        }
        line
    }

    /// What the user reads: the title, why, the evidence and the fix, in lines.
    pub fn message(&self) -> String {
        let mut message = format!("{}\n{}", self.title, self.cause);
        for fact in &self.evidence {
            message.push_str("\n- ");
            message.push_str(fact);
        }
        for fix in &self.fixes {
            message.push('\n');
            message.push_str(&fix.text());
        }
        message
    }
}

impl Fix {
    /// What it does, and how where no program does it.
    pub fn text(&self) -> String {
        let title = &self.title;
        match &self.action {
            Action::Shell(line) => format!("Fix: {title}: {line}"),
            Action::Hand(how) => format!("Fix: {title}. {how}"),
            Action::Edit(edits) => {
                let uris = edits.iter().map(|edit| edit.uri.as_str());
                let mut names: Vec<&str> = uris.filter_map(|uri| uri.rsplit('/').next()).collect();
                names.dedup();
                format!(
                    "Fix: {title} (Quick Fix; then save {})",
                    names.join(" and ")
                )
            }
            Action::Server { .. } => format!("Fix: {title} (Quick Fix)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_after_being_written_and_read() {
        let range = Range::new(Position::new(1, 2), Position::new(1, 5));
        let finding = Finding::new(Code::ExcludedByBuildTag, "A.", "B.")
            .severity(Severity::Warning)
            .about("integration")
            .evidence("a fact")
            .fix("do", Action::Shell("go".into()))
            .place("file:///a.go", Some(range))
            .related("file:///go.mod", range, "here");
        let text = serde_json::to_string(&finding).unwrap();
        assert!(text.contains(r#""code":"excluded-by-build-tag","severity":"warning""#));
        assert_eq!(serde_json::from_str::<Finding>(&text).unwrap(), finding);
    }

    #[test]
    fn the_message_says_all_that_the_user_needs() {
        let finding = Finding::new(Code::GoNotFound, "There is no go.", "gopls needs it.")
            .evidence("PATH is /bin")
            .fix("Install it", Action::Shell("apt install golang".into()))
            .fix("Set PATH", Action::Hand("In the editor.".into()))
            .fix(
                "List it",
                Action::Edit(vec![FileEdit {
                    uri: "file:///w/go.work".into(),
                    range: Range::default(),
                    text: String::new(),
                    version: None,
                    create: false,
                }]),
            );
        assert_eq!(
            finding.message(),
            "There is no go.\ngopls needs it.\n- PATH is /bin\nFix: Install it: apt install golang\
             \nFix: Set PATH. In the editor.\nFix: List it (Quick Fix; then save go.work)"
        );
    }
}
