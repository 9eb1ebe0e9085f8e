//! The launcher: a small Go program named gopls that starts goplens.
//!
//! VS Code's Go extension runs `go version -m` on the file that it starts as gopls, at each activation. Where it finds
//! no build information of Go, or that of an older Go than the one in use, it asks the user to recompile the tool
//! (vscode-go, `listOutdatedTools` in `goInstallTools.ts`). A launcher that the user's own Go has built has it, and
//! its version is `(devel)`, which the extension leaves alone.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use system::{Call, System};

/// The Go files of the launcher; the one that says where goplens is comes besides.
const SOURCE: [(&str, &str); 4] = [
    ("go.mod", include_str!("go.mod")),
    ("main.go", include_str!("main.go")),
    ("start_other.go", include_str!("start_other.go")),
    ("start_windows.go", include_str!("start_windows.go")),
];

/// How long go may take to build it: with an empty cache it builds the standard library first.
const BUILD_LIMIT: Duration = Duration::from_secs(180);

/// How long go may take to say a version.
const VERSION_LIMIT: Duration = Duration::from_secs(5);

/// The launcher in the data folder of goplens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Launcher {
    folder: PathBuf,
}

/// What is there of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It starts this goplens, and the Go that built it is as new as the one in use.
    Good,
    /// It is there, and has to be built anew: it starts another goplens, or an older Go built it.
    Stale,
    /// It is not there.
    Missing,
}

impl Launcher {
    /// The one in this data folder.
    pub(crate) fn new(data: &Path) -> Self {
        Self {
            folder: data.join("launcher"),
        }
    }

    /// Its file. It has a folder of its own and the name of gopls: by that name the Go extension knows what it
    /// starts.
    pub(crate) fn path(&self) -> PathBuf {
        let name = format!("gopls{}", std::env::consts::EXE_SUFFIX);
        self.folder.join(name)
    }

    /// What is there of it.
    pub(crate) fn condition(&self, system: &dyn System, goplens: &Path) -> Condition {
        if !system.is_executable(&self.path()) {
            return Condition::Missing;
        }
        let built_by = self.built_by(system);
        let used = go_version(system);
        let is_new = match (minor(built_by.as_deref()), minor(used.as_deref())) {
            (Some(built_by), Some(used)) => built_by >= used,
            // Without a Go nothing better can be built.
            (Some(_), None) => true,
            (None, _) => false,
        };
        match self.starts(system, goplens) && is_new {
            true => Condition::Good,
            false => Condition::Stale,
        }
    }

    /// Builds it anew where it starts this goplens and a newer Go is in use than the one that built it: else the Go
    /// extension would ask the user to do so.
    ///
    /// # Errors
    ///
    /// Where it has to be built and cannot be.
    pub(crate) fn keep_up(&self, system: &dyn System, goplens: &Path) -> anyhow::Result<()> {
        match self.starts(system, goplens) && self.condition(system, goplens) == Condition::Stale {
            true => self.build(system, goplens),
            false => Ok(()),
        }
    }

    /// Whether it is one that starts this goplens.
    fn starts(&self, system: &dyn System, goplens: &Path) -> bool {
        let noted = system.read_text(&self.note(), 64 << 10);
        noted.is_ok_and(|noted| noted == place(goplens))
    }

    /// Builds it with the Go that this process finds; what was there before stays until the new one is whole.
    ///
    /// # Errors
    ///
    /// Where there is no go, or it fails, in its words.
    pub(crate) fn build(&self, system: &dyn System, goplens: &Path) -> anyhow::Result<()> {
        let place = place(goplens);
        let mut files = SOURCE.to_vec();
        files.push(("goplens.go", &place));
        let folder = system
            .temporary_folder(&files)
            .context("the source of the launcher cannot be written")?;
        let built = folder.path().join("gopls");
        let call = Call::new("go")
            .args([
                "build",
                "-trimpath",
                "-buildvcs=false",
                "-ldflags=-s -w",
                "-o",
            ])
            .args([built.display().to_string(), ".".to_owned()])
            .folder(folder.path())
            .env("PWD", folder.path().display().to_string())
            // What the user has set for their own code is not for this.
            .env("GOFLAGS", "")
            .env("GOWORK", "off")
            .env("GO111MODULE", "on")
            .env("CGO_ENABLED", "0")
            .env("GOOS", "")
            .env("GOARCH", "")
            .limit(BUILD_LIMIT);
        let output = match system.run(&call) {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                bail!("there is no go on PATH")
            }
            Err(error) => return Err(error).context("go build"),
        };
        if !output.success {
            bail!("go build fails: {}", output.stderr.trim());
        }
        system
            .install(&built, &self.path())
            .with_context(|| format!("{} cannot be written", self.path().display()))?;
        system
            .put(&self.note(), &place)
            .with_context(|| format!("{} cannot be written", self.note().display()))
    }

    /// The file beside it that says which goplens it starts.
    fn note(&self) -> PathBuf {
        self.folder.join("goplens.go")
    }

    /// The Go that built it, such as `go1.26.8`.
    fn built_by(&self, system: &dyn System) -> Option<String> {
        let call = Call::new("go")
            .args(["version".to_owned(), self.path().display().to_string()])
            .limit(VERSION_LIMIT);
        let output = system.run(&call).ok().filter(|output| output.success)?;
        let (_, version) = output.stdout.trim().rsplit_once(": ")?;
        Some(version.to_owned())
    }
}

/// The Go file that says where goplens is. A string of JSON is one of Go.
fn place(goplens: &Path) -> String {
    let path = serde_json::Value::from(goplens.to_string_lossy());
    format!("package main\n\nconst goplens = {path}\n")
}

/// The Go that the go command on PATH is, such as `go1.26.8`.
fn go_version(system: &dyn System) -> Option<String> {
    let call = Call::new("go")
        .args(["env", "GOVERSION"])
        .limit(VERSION_LIMIT);
    let output = system.run(&call).ok().filter(|output| output.success)?;
    Some(output.stdout.trim().to_owned())
}

/// The numbers that the Go extension compares: 1 and 26 of `go1.26.8`.
fn minor(version: Option<&str>) -> Option<(u32, u32)> {
    let mut numbers = version?
        .strip_prefix("go")?
        .split(|letter: char| !letter.is_ascii_digit());
    let mut next = || numbers.next()?.parse().ok();
    Some((next()?, next()?))
}

#[cfg(all(test, unix))]
mod tests {
    use system::Real;

    use super::*;
    use crate::guard;

    #[test]
    fn it_is_built_and_starts_what_it_is_told_to() {
        let data = tempfile::tempdir().unwrap();
        let launcher = Launcher::new(data.path());
        // A program with a name that has to be escaped.
        let program = data.path().join("go \"plens\"");
        std::os::unix::fs::symlink("/bin/echo", &program).unwrap();
        assert_eq!(launcher.condition(&Real, &program), Condition::Missing);
        launcher.build(&Real, &program).unwrap();
        assert_eq!(launcher.condition(&Real, &program), Condition::Good);
        let call = Call::new(launcher.path()).args(["version", "-json"]);
        assert_eq!(Real.run(&call).unwrap().stdout, "version -json\n");
        assert!(guard::is_goplens(&Real, &launcher.path()));

        // What the Go extension looks at: the third line has a version that it leaves alone.
        let path = launcher.path().display().to_string();
        let call = Call::new("go").args(["version", "-m", &path]);
        let said = Real.run(&call).unwrap().stdout;
        let third = said.lines().nth(2).unwrap();
        assert!(
            third.ends_with("(devel)") || third.contains("(devel)\t"),
            "{said}"
        );

        let other = data.path().join("other");
        assert_eq!(launcher.condition(&Real, &other), Condition::Stale);
        let error = launcher.build(&Real, &program).and_then(|()| {
            std::fs::remove_file(&program)?;
            Ok(Real.run(&Call::new(launcher.path()))?)
        });
        let said = error.unwrap();
        assert!(!said.success);
        assert!(said.stderr.starts_with("gopls: cannot start "), "{said:?}");
    }

    #[test]
    fn it_keeps_up_with_go_where_it_starts_this_goplens() {
        let data = tempfile::tempdir().unwrap();
        let launcher = Launcher::new(data.path());
        let (program, other) = (Path::new("/bin/echo"), Path::new("/bin/cat"));
        launcher.keep_up(&Real, program).unwrap();
        assert_eq!(launcher.condition(&Real, program), Condition::Missing);
        launcher.build(&Real, program).unwrap();
        // No Go has built this one.
        Real.install(program, &launcher.path()).unwrap();
        launcher.keep_up(&Real, other).unwrap();
        assert_eq!(launcher.condition(&Real, program), Condition::Stale);
        launcher.keep_up(&Real, program).unwrap();
        assert_eq!(launcher.condition(&Real, program), Condition::Good);
    }

    #[test]
    fn an_older_go_is_told_by_what_the_extension_compares() {
        assert_eq!(minor(Some("go1.26.8")), Some((1, 26)));
        assert_eq!(minor(Some("go1.27rc1")), Some((1, 27)));
        assert_eq!(minor(Some("devel go1.28-abc")), None);
        assert_eq!(minor(None), None);
    }

    #[test]
    fn its_source_is_marked_as_no_gopls() {
        let marker = std::str::from_utf8(guard::MARKER).unwrap();
        assert!(SOURCE.iter().any(|(_, text)| text.contains(marker)));
    }
}
