//! Attempts at the network that leave nothing behind: in a module and with caches of their own, which are
//! removed with it.

#[cfg(test)]
pub(crate) mod fake_proxy;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use system::{Call, System, TemporaryFolder};

use crate::Workspace;
use crate::modfile::GoMod;
use crate::module::Module;

/// A module that exists for one attempt.
pub(crate) struct Trial {
    folder: TemporaryFolder,
}

impl Trial {
    /// One that requires no more than this, and knows the checksums that the user's knows.
    pub(crate) fn new(
        system: &dyn System,
        workspace: &Workspace,
        requirement: Option<&Module>,
    ) -> io::Result<Self> {
        // With this version go reads no further into the requirements of a requirement than it must.
        let mut go_mod = "module goplens.invalid/trial\n\ngo 1.17\n".to_owned();
        if let Some(Module { path, version }) = requirement {
            go_mod.push_str(&format!("\nrequire {path} {version}\n"));
        }
        let go_sum = sums(system, workspace);
        Self::with(system, &[("go.mod", &go_mod), ("go.sum", &go_sum)])
    }

    /// One with these files, which knows no checksum but those in them.
    pub(crate) fn with(system: &dyn System, files: &[(&str, &str)]) -> io::Result<Self> {
        let folder = system.temporary_folder(files)?;
        Ok(Self { folder })
    }

    /// The path of a file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A call of go in it, with the network as the session has it.
    pub(crate) fn call(&self, workspace: &Workspace, arguments: &[&str], limit: Duration) -> Call {
        let path = |name: &str| self.path(name).to_string_lossy().into_owned();
        workspace
            .go()
            .online(self.folder.path(), arguments)
            .limit(limit)
            .env("GO111MODULE", "on")
            // What is downloaded must be removable.
            .env("GOFLAGS", "-mod=mod -modcacherw")
            .env("GOMODCACHE", path("modules"))
            // The state of the checksum database is kept in GOPATH.
            .env("GOPATH", path("path"))
            .env("GOTOOLCHAIN", "local")
            .env("GOWORK", "off")
    }
}

/// The checksums beside the user's go.mod and go.work.
fn sums(system: &dyn System, workspace: &Workspace) -> String {
    let Ok(env) = workspace.go().env(system) else {
        return String::new();
    };
    let mut sums = String::new();
    for (file, sum) in [(&env.gomod, "go.sum"), (&env.gowork, "go.work.sum")] {
        let path = std::path::Path::new(file).with_file_name(sum);
        if let Ok(text) = system.read_text(&path, 16 << 20) {
            sums.push_str(text.trim_end());
            sums.push('\n');
        }
    }
    sums
}

/// What a go.mod requires, but those that go would not ask a proxy for.
pub(crate) fn from_proxy<'a>(
    go_mod: &'a GoMod,
    goprivate: &'a str,
) -> impl Iterator<Item = &'a Module> {
    let private = goprivate.to_owned();
    let all = go_mod.all_downloaded();
    all.filter(move |module| !is_among(&private, &module.path))
}

/// Whether a list of patterns, as GOPRIVATE has them, names a module or package.
pub(crate) fn is_among(patterns: &str, path: &str) -> bool {
    let mut patterns = patterns.split(',').filter(|pattern| !pattern.is_empty());
    patterns.any(|pattern| matches(pattern, path))
}

/// Whether a pattern of GOPRIVATE has this module: element by element, with `*` for a part of one.
fn matches(pattern: &str, path: &str) -> bool {
    let mut elements = path.split('/');
    pattern.split('/').all(|glob| {
        elements
            .next()
            .is_some_and(|element| glob_matches(glob, element))
    })
}

fn glob_matches(glob: &str, text: &str) -> bool {
    let Some((start, rest)) = glob.split_once('*') else {
        return glob == text;
    };
    let Some(text) = text.strip_prefix(start) else {
        return false;
    };
    (0..=text.len())
        .filter_map(|skip| text.get(skip..))
        .any(|text| glob_matches(rest, text))
}

/// A text without names and passwords in its URLs.
pub(crate) fn without_secrets(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("://") {
        shown.push_str(before);
        shown.push_str("://");
        let end = behind.find(['/', '"', ' ', '\n', '\t', ',', '|']);
        let (authority, path) = behind.split_at(end.unwrap_or(behind.len()));
        shown.push_str(authority.rsplit('@').next().unwrap_or(authority));
        rest = path;
    }
    shown.push_str(rest);
    shown
}

/// The host, with its port, of the first URL in a text.
pub(crate) fn host(text: &str) -> Option<String> {
    let shown = without_secrets(text);
    let (_, behind) = shown.split_once("://")?;
    let end = behind.find(['/', '"', ' ', '\n', '\t', ',', '|', '?']);
    let host = &behind[..end.unwrap_or(behind.len())];
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_modules_are_not_asked_for() {
        assert!(matches("example.com", "example.com/a/b"));
        assert!(matches("*.example.com/a*", "x.example.com/abc/d"));
        assert!(!matches("example.com/a", "example.com/b"));
        assert!(!matches("example.com/a/b", "example.com/a"));
        assert!(!matches("*.example.com", "example.com"));
    }

    #[test]
    fn no_password_is_shown() {
        let text = "reading https://me:secret@proxy.test:8080/a/@v/list: 404, http://x@y";
        assert_eq!(
            without_secrets(text),
            "reading https://proxy.test:8080/a/@v/list: 404, http://y"
        );
        assert_eq!(host(text).as_deref(), Some("proxy.test:8080"));
        assert_eq!(
            host("Get \"http://[::1]:80?x\"").as_deref(),
            Some("[::1]:80")
        );
        assert_eq!(host("direct"), None);
    }
}
