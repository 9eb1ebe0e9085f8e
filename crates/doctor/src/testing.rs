//! Workspaces on disk for the tests of the checks, with the real go.

use std::path::PathBuf;

use system::Real;
use tempfile::TempDir;
use trace::finding::{Code, Finding};

use crate::source::range;
use crate::{Chart, Check, Diagnostic, Exam, Failed, Patient, Workspace, file_uri};

/// A go.mod that is in order.
pub(crate) const PLAIN: &str = "module example.com/a\n\ngo 1.24\n";

/// A folder with files, `w`, which is opened unless a test says otherwise.
pub(crate) struct Module {
    folder: TempDir,
}

impl Module {
    /// With these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let module = Self { folder };
        for (path, text) in files {
            module.write(path, text);
        }
        module
    }

    /// A module with this go.mod and one package, whose file `a.go` declares `A`.
    pub(crate) fn with(go_mod: &str) -> Self {
        Self::new(&[("go.mod", go_mod), ("a.go", "package a\n\nvar A = 1\n")])
    }

    /// One that is in order.
    pub(crate) fn plain() -> Self {
        Self::with(PLAIN)
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Makes a link to another of its files.
    #[cfg(unix)]
    pub(crate) fn link(&self, from: &str, to: &str) {
        std::os::unix::fs::symlink(self.path(to), self.path(from)).unwrap();
    }

    /// The path of a file in it. Links are followed, since the folder for temporary files can be one.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        let root = self.folder.path().canonicalize().unwrap();
        root.join("w").join(path)
    }

    /// The workspace in which nothing has failed. What this machine's own environment says of Go counts
    /// for nothing in it.
    pub(crate) fn workspace(&self) -> Workspace {
        let mut workspace = Workspace::new(self.path(""));
        workspace.client = "Visual Studio Code".into();
        workspace.set("GOENV", "off");
        workspace.set("GOTOOLCHAIN", "local");
        for name in ["GOFLAGS", "GO111MODULE", "GOWORK", "GOPROXY"] {
            workspace.set(name, "");
        }
        workspace
    }

    /// The URI of a file.
    pub(crate) fn uri(&self, name: &str) -> Option<String> {
        file_uri(&self.path(name))
    }

    /// The workspace in which a request about the last place of `words` in a file has failed.
    pub(crate) fn failing(&self, file: &str, words: &str) -> Workspace {
        let text = std::fs::read_to_string(self.path(file)).unwrap();
        let start = text.rfind(words).unwrap();
        let mut workspace = self.workspace();
        workspace.failed = Some(self.request(file, text, start));
        workspace
    }

    /// The same about the first place; gopls published the diagnostics, each on the first place with its
    /// words. The client has no settings that goplens could edit.
    pub(crate) fn failed(
        &self,
        file: &str,
        words: &str,
        error: Option<&str>,
        diagnostics: &[(&str, &str)],
    ) -> Workspace {
        let text = std::fs::read_to_string(self.path(file)).unwrap();
        let start = text.find(words).unwrap();
        let mut workspace = self.workspace();
        workspace.client.clear();
        let mut failed = self.request(file, text, start);
        failed.error = error.map(str::to_owned);
        workspace.failed = Some(failed);
        for (words, message) in diagnostics {
            workspace.publish(words, message);
        }
        workspace
    }

    fn request(&self, file: &str, text: String, start: usize) -> Failed {
        Failed {
            uri: self.uri(file).unwrap(),
            path: self.path(file),
            position: range(&text, start..start).start,
            text,
            error: None,
            answer: None,
            diagnostics: Vec::new(),
        }
    }
}

impl Workspace {
    /// Sets a variable by `build.env`.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.env.push((name.into(), value.into()));
    }

    /// Has gopls publish a diagnostic on the first place with these words in the file that failed, if it
    /// has any.
    pub(crate) fn publish(&mut self, words: &str, message: &str) {
        let failed = self.failed.as_mut().unwrap();
        if let Some(start) = failed.text.find(words) {
            failed.diagnostics.push(Diagnostic {
                range: range(&failed.text, start..start + words.len()),
                source: "compiler".into(),
                message: message.into(),
            });
        }
    }

    /// Has gopls say that it could not import a package.
    pub(crate) fn lacking(mut self, package: &str) -> Self {
        let message = format!("could not import {package} (no required module provides package)");
        self.publish(&format!("\"{package}\""), &message);
        self
    }
}

/// What a check finds on this machine: one thing.
pub(crate) fn found(check: &dyn Check, workspace: &Workspace) -> Finding {
    let mut found = check.run(&Real, workspace);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

/// That a check finds nothing on this machine.
pub(crate) fn is_silent(check: &dyn Check, workspace: &Workspace) {
    assert_eq!(check.run(&Real, workspace), []);
}

/// What comes of an exam of this workspace on this machine.
pub(crate) fn examined(exam: &dyn Exam, workspace: Workspace) -> Chart {
    let patient = Patient {
        workspaces: vec![workspace],
        ..Patient::default()
    };
    let mut chart = Chart::default();
    exam.run(&Real, &patient, &mut chart);
    chart
}

/// That a finding has this code, is about this, and says all that a user needs.
pub(crate) fn is_whole(finding: &Finding, code: Code, subject: &str) {
    assert_eq!((finding.code, &*finding.subject), (code, subject));
    assert!(finding.title.ends_with('.'), "{}", finding.title);
    assert!(finding.cause.ends_with('.'), "{}", finding.cause);
    assert!(!finding.evidence.is_empty() && !finding.fixes.is_empty());
}
