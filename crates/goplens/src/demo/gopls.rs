//! Which gopls the demo runs against.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use system::{Call, Dirs, System};

/// The release that the demo installs where there is none, and that the tests run against.
const VERSION: &str = "v0.23.0";

/// What `GOPLENS_GOPLS` is set to for the stand-in.
const STAND_IN: &str = "goplens:stand-in";

/// How long `go version` may take: the go command may have to be read from a cold disk.
const GO_LIMIT: Duration = Duration::from_secs(20);

/// What answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Gopls {
    /// A real one.
    Real(PathBuf),
    /// The stand-in, and why.
    StandIn(String),
}

impl Gopls {
    /// What `GOPLENS_GOPLS` has to be set to.
    pub(super) fn setting(&self) -> &OsStr {
        match self {
            Self::Real(path) => path.as_os_str(),
            Self::StandIn(_) => OsStr::new(STAND_IN),
        }
    }
}

/// What has to be done to have a gopls.
#[derive(Debug, PartialEq, Eq)]
enum Plan {
    Use(Gopls),
    /// Install one into this folder.
    Install(PathBuf),
}

/// The gopls of `--gopls`, else the one that `find` finds on this machine, else the demo's own,
/// which is installed if it is not there. Where Go itself is missing gopls cannot work, and the
/// stand-in takes its place.
pub(super) fn choose(
    given: Option<&Path>,
    system: &dyn System,
    find: impl FnOnce() -> Option<PathBuf>,
) -> Gopls {
    match plan(given, system, find) {
        Plan::Use(gopls) => gopls,
        Plan::Install(folder) => install(&folder),
    }
}

fn plan(given: Option<&Path>, system: &dyn System, find: impl FnOnce() -> Option<PathBuf>) -> Plan {
    if let Some(path) = given {
        // goplens is started in another folder.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        return Plan::Use(Gopls::Real(path));
    }
    let go = system.run(&Call::new("go").args(["version"]).limit(GO_LIMIT));
    if !go.is_ok_and(|output| output.success) {
        return Plan::Use(Gopls::StandIn("there is no Go on this machine".to_owned()));
    }
    if let Some(path) = find() {
        return Plan::Use(Gopls::Real(path));
    }
    let Some(cache) = Dirs::of(system).cache else {
        let why = "there is no gopls, and no home folder to install one into";
        return Plan::Use(Gopls::StandIn(why.to_owned()));
    };
    let folder = cache.join("gopls").join(VERSION);
    let own = folder.join(program());
    if system.is_executable(&own) {
        Plan::Use(Gopls::Real(own))
    } else {
        Plan::Install(folder)
    }
}

fn program() -> String {
    format!("gopls{}", std::env::consts::EXE_SUFFIX)
}

fn install(folder: &Path) -> Gopls {
    let module = format!("golang.org/x/tools/gopls@{VERSION}");
    anstream::eprintln!(
        "There is no gopls here: installing {module} into {} (once, some minutes).",
        folder.display()
    );
    let result = fs::create_dir_all(folder).and_then(|()| {
        // What go says while it downloads goes to the terminal as it comes.
        system::command("go")?
            .args(["install", &module])
            .env("GOBIN", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
    });
    match result {
        Ok(status) if status.success() => Gopls::Real(folder.join(program())),
        Ok(status) => Gopls::StandIn(format!("`go install {module}` failed ({status})")),
        Err(error) => Gopls::StandIn(format!("`go install {module}` failed: {error}")),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    const OWN: &str = "/c/goplens/gopls/v0.23.0/gopls";

    fn machine() -> MadeUp {
        MadeUp::default().with_var("XDG_CACHE_HOME", "/c")
    }

    fn with_go() -> MadeUp {
        machine().with_command("go version", "go version go1.26.8 linux/amd64")
    }

    fn real(path: &str) -> Plan {
        Plan::Use(Gopls::Real(path.into()))
    }

    #[test]
    fn the_given_one_is_taken_as_it_is() {
        let given = Some(Path::new("/x/gopls"));
        assert_eq!(plan(given, &machine(), || unreachable!()), real("/x/gopls"));
    }

    #[test]
    fn without_go_no_gopls_would_work() {
        let machine = machine().with_program(OWN, "");
        let plan = plan(None, &machine, || Some("/x/gopls".into()));
        assert!(matches!(plan, Plan::Use(Gopls::StandIn(_))), "{plan:?}");
    }

    #[test]
    fn the_users_own_comes_before_the_demos_and_that_before_installing() {
        let found = || Some(PathBuf::from("/x/gopls"));
        let installed = with_go().with_program(OWN, "");
        assert_eq!(plan(None, &installed, found), real("/x/gopls"));
        assert_eq!(plan(None, &installed, || None), real(OWN));
        let folder = Path::new(OWN).parent().unwrap().to_owned();
        assert_eq!(
            plan(None, &with_go(), || None),
            Plan::Install(folder.clone())
        );
        // A file that was left by an installation that did not end well is no gopls.
        let broken = with_go().with_file(OWN, "");
        assert_eq!(plan(None, &broken, || None), Plan::Install(folder));
    }
}
