//! What a build of a package takes in, as the go command decides it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use system::System;

use crate::Workspace;
use crate::package::list;
use crate::source::is_unix;

/// A package, and the build that gopls loads it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Build {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// GOOS and GOARCH, with a slash between.
    pub(crate) platform: String,
    /// The tags of `-tags`, of the build flags or else of GOFLAGS.
    pub(crate) tags: Vec<String>,
    /// The Go files that belong to it, those of its tests among them.
    pub(crate) files: Vec<String>,
    /// The Go files that are left out.
    pub(crate) ignored: Vec<String>,
    active: BTreeSet<String>,
}

/// Asks for all of it at once. No name of a file and no tag has a slash.
const TEMPLATE: &str = "{{context.GOOS}}\n{{context.GOARCH}}\n{{context.Compiler}}\n\
    {{context.CgoEnabled}}\n{{join context.BuildTags \"/\"}}\n{{join context.ReleaseTags \"/\"}}\n\
    {{join context.ToolTags \"/\"}}\n{{.Dir}}\n{{join .IgnoredGoFiles \"/\"}}\n\
    {{join .GoFiles \"/\"}}/{{join .CgoFiles \"/\"}}/{{join .TestGoFiles \"/\"}}/{{join .XTestGoFiles \"/\"}}";

impl Build {
    /// Of the package with this import path, or `.` for the one of what failed.
    pub(crate) fn of(system: &dyn System, workspace: &Workspace, package: &str) -> Option<Self> {
        let arguments = ["-e", "-find", "-f", TEMPLATE, "--", package];
        let output = list(system, workspace, &arguments);
        Self::parse(&output.ok()?.stdout)
    }

    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.trim_end_matches('\n').split('\n').collect();
        let [
            system,
            architecture,
            compiler,
            cgo,
            tags,
            releases,
            tools,
            folder,
            ignored,
            files,
        ] = lines[..]
        else {
            return None;
        };
        let mut active: BTreeSet<String> =
            [system, architecture, compiler].map(str::to_owned).into();
        active.extend([tags, releases, tools].into_iter().flat_map(words));
        let implied = [
            ("cgo", cgo == "true"),
            ("unix", is_unix(system)),
            ("linux", system == "android"),
            ("solaris", system == "illumos"),
            ("darwin", system == "ios"),
            ("boringcrypto", active.contains("goexperiment.boringcrypto")),
        ];
        let implied = implied.into_iter().filter(|(_, holds)| *holds);
        active.extend(implied.map(|(tag, _)| tag.to_owned()));
        Some(Self {
            folder: folder.into(),
            platform: format!("{system}/{architecture}"),
            tags: words(tags).collect(),
            files: words(files).collect(),
            ignored: words(ignored).collect(),
            active,
        })
    }

    /// A build in which these tags are set.
    #[cfg(test)]
    pub(crate) fn made_up(active: &[&str]) -> Self {
        Self {
            folder: PathBuf::new(),
            platform: "linux/amd64".into(),
            tags: Vec::new(),
            files: Vec::new(),
            ignored: Vec::new(),
            active: active.iter().map(|tag| (*tag).to_owned()).collect(),
        }
    }

    /// Whether a tag is set.
    pub(crate) fn is_set(&self, tag: &str) -> bool {
        self.active.contains(tag)
    }
}

fn words(list: &str) -> impl Iterator<Item = String> {
    list.split('/')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;

    #[test]
    fn go_says_what_is_active() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("go.mod", "module example.com/a\n\ngo 1.21\n"),
            ("a.go", "package a\n"),
            ("a_test.go", "package a\n"),
            ("b.go", "//go:build b\n\npackage a\n"),
            ("c_plan9.go", "package a\n"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let mut workspace = Workspace::new(folder.path());
        workspace.env = vec![
            ("GOFLAGS".into(), "-tags=lost".into()),
            ("GOOS".into(), "android".into()),
            ("GOARCH".into(), "arm64".into()),
            ("CGO_ENABLED".into(), "0".into()),
        ];
        workspace.build_flags = vec!["-tags".into(), "x,y".into()];
        let build = Build::of(&Real, &workspace, ".").unwrap();
        assert_eq!(build.platform, "android/arm64");
        assert_eq!(build.tags, ["x", "y"]);
        assert_eq!(build.files, ["a.go", "a_test.go"]);
        assert_eq!(build.ignored, ["b.go", "c_plan9.go"]);
        assert_eq!(build.folder.file_name(), folder.path().file_name());
        for tag in ["android", "linux", "arm64", "unix", "gc", "x", "go1.1"] {
            assert!(build.is_set(tag), "{tag}");
        }
        for tag in ["cgo", "lost", "go1.999", "darwin", "", "ignore"] {
            assert!(!build.is_set(tag), "{tag}");
        }
        let other = Build::of(&Real, &workspace, "fmt").unwrap();
        assert!(other.files.contains(&"print.go".to_owned()));
    }

    #[test]
    fn where_go_says_nothing_nothing_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(folder.path());
        assert_eq!(Build::of(&Real, &workspace, "."), None);
        assert_eq!(Build::parse(""), None);
    }
}
