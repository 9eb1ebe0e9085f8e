//! Where the real gopls is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use doctor::Installable;
use inspect::Chosen;
use system::{Call, System};
use trace::finding::{Action, Code, Finding};

use crate::guard;
use crate::setup::before;

/// How long `go env` may take.
const GO_LIMIT: Duration = Duration::from_secs(5);

/// Why a gopls that is named and cannot be run keeps everything from working.
const NO_OTHER: &str =
    "What is named is never passed over for another gopls that may be on this machine.";

/// Finds the real gopls, never goplens itself or its launcher: what `GOPLENS_GOPLS` names, else
/// what the configuration names, else what the editor's settings named before goplens was set up in
/// them, else the first on PATH, in `go env GOBIN`, in GOPATH/bin. What is named to goplens and cannot
/// be used is never silently passed over for another.
///
/// # Errors
///
/// Where there is none, with all the places that were looked at.
pub(crate) fn chosen(
    system: &dyn System,
    configured: Option<&Path>,
) -> Result<Chosen, Box<Finding>> {
    if let Some(path) = system.var("GOPLENS_GOPLS") {
        return named(
            system,
            Path::new(&path),
            "the environment variable GOPLENS_GOPLS",
        );
    }
    if let Some(path) = configured {
        return named(system, path, "`gopls` in goplens's configuration");
    }
    if let Some(path) = before::gopls(system) {
        return Ok(by_name(path));
    }
    let mut search = Search {
        system,
        evidence: Vec::new(),
        met_itself: false,
    };
    let found = search.on_path().or_else(|| search.where_go_installs());
    let path = found.ok_or_else(|| search.reason())?;
    Ok(Chosen {
        path,
        is_named: false,
    })
}

/// The file of the one that is [`chosen`].
///
/// # Errors
///
/// As there.
pub(crate) fn gopls(
    system: &dyn System,
    configured: Option<&Path>,
) -> Result<PathBuf, Box<Finding>> {
    chosen(system, configured).map(|chosen| chosen.path)
}

/// One that the user named.
pub(crate) fn by_name(path: PathBuf) -> Chosen {
    Chosen {
        path,
        is_named: true,
    }
}

/// The gopls that `by` names.
fn named(system: &dyn System, path: &Path, by: &str) -> Result<Chosen, Box<Finding>> {
    let shown = path.display();
    let correct = format!("Correct {by}, or take it away so that goplens looks for gopls itself.");
    if !system.is_executable(path) {
        let what = match (path.is_absolute(), system.exists(path)) {
            (false, _) => "is not an absolute path to a program",
            (true, true) => "is no program that this user may run",
            (true, false) => "is not there",
        };
        let title = format!("gopls was not found: {shown} {what}.");
        let finding = Finding::new(Code::GoplsNotFound, title, NO_OTHER)
            .about(shown.to_string())
            .evidence(format!("{by} names {shown}"))
            .fix("Name the right one", Action::Hand(correct));
        return Err(with_install(system, finding).into());
    }
    if guard::is_goplens(system, path) {
        let evidence = vec![format!("{by} names {shown}, which is goplens")];
        let finding = itself(evidence).fix("Name the real one", Action::Hand(correct));
        return Err(finding.into());
    }
    Ok(by_name(path.to_owned()))
}

/// goplens was found where gopls should be.
pub(crate) fn itself(evidence: Vec<String>) -> Finding {
    let mut finding = Finding::new(
        Code::GoplsIsGoplens,
        "goplens would start itself in gopls's place.",
        "goplens stands between the editor and a real gopls, and has to find that one.",
    );
    finding.evidence = evidence;
    finding
}

/// The finding with the command that installs gopls.
pub(crate) fn with_install(system: &dyn System, finding: Finding) -> Finding {
    Installable::of(system).offer(finding, "Install gopls")
}

struct Search<'a> {
    system: &'a dyn System,
    evidence: Vec<String>,
    met_itself: bool,
}

impl Search<'_> {
    fn on_path(&mut self) -> Option<PathBuf> {
        let Some(path) = self.system.var("PATH") else {
            self.evidence.push("PATH is not set".to_owned());
            return None;
        };
        // Go refuses what a relative entry would find, and so does goplens: it depends on the folder.
        let folders: Vec<PathBuf> = std::env::split_paths(&path)
            .filter(|folder| folder.is_absolute())
            .collect();
        let found = folders.iter().find_map(|folder| self.in_folder(folder));
        if found.is_none() {
            self.evidence.push(format!(
                "no gopls on PATH, which is {}",
                path.to_string_lossy()
            ));
        }
        found
    }

    fn where_go_installs(&mut self) -> Option<PathBuf> {
        let ask = Call::new("go")
            .args(["env", "GOBIN", "GOPATH"])
            // Neither depends on the Go that a go.mod here asks for, which may have to be downloaded first.
            .env("GOTOOLCHAIN", "local")
            .limit(GO_LIMIT);
        let output = match self.system.run(&ask) {
            Ok(output) if output.success => output.stdout,
            Ok(output) => {
                self.evidence
                    .push(format!("`go env` failed: {}", output.stderr.trim()));
                return None;
            }
            Err(error) => {
                self.evidence
                    .push(format!("`go env GOBIN GOPATH` could not be asked: {error}"));
                return None;
            }
        };
        let mut lines = output.lines().map(str::trim);
        let gobin = lines.next().unwrap_or_default();
        let gopath = lines.next().unwrap_or_default();
        let mut folders = Vec::new();
        if !gobin.is_empty() {
            folders.push(PathBuf::from(gobin));
        }
        let below = std::env::split_paths(gopath).filter(|path| !path.as_os_str().is_empty());
        folders.extend(below.map(|path| path.join("bin")));
        let found = folders.iter().find_map(|folder| self.in_folder(folder));
        if found.is_none() {
            let shown: Vec<_> = folders
                .iter()
                .map(|folder| folder.display().to_string())
                .collect();
            self.evidence.push(match shown.is_empty() {
                true => "`go env GOBIN GOPATH` names no folder".to_owned(),
                false => format!("no gopls where go installs: {}", shown.join(", ")),
            });
        }
        found
    }

    fn in_folder(&mut self, folder: &Path) -> Option<PathBuf> {
        let path = folder.join(format!("gopls{}", std::env::consts::EXE_SUFFIX));
        if !self.system.is_executable(&path) {
            return None;
        }
        if guard::is_goplens(self.system, &path) {
            self.met_itself = true;
            self.evidence.push(format!("{} is goplens", path.display()));
            return None;
        }
        Some(path)
    }

    fn reason(self) -> Finding {
        if self.met_itself {
            return with_install(self.system, itself(self.evidence));
        }
        let mut finding = Finding::new(
            Code::GoplsNotFound,
            "gopls was not found on this machine.",
            "goplens stands between the editor and gopls, and does nothing without it.",
        );
        finding.evidence = self.evidence;
        with_install(self.system, finding)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    const ASK: &str = "go env GOBIN GOPATH";
    const REAL: &str = "\x7fELF golang.org/x/tools/gopls";

    /// A machine with goplens on it, under the name of gopls, in front.
    fn machine() -> MadeUp {
        MadeUp::default()
            .running("/opt/goplens/gopls")
            .with_program("/opt/goplens/gopls", "")
            .with_var("PATH", "/opt/goplens:/usr/bin:/usr/local/bin")
    }

    fn found(system: &MadeUp) -> PathBuf {
        gopls(system, None).expect("a gopls")
    }

    #[test]
    fn the_first_real_one_on_path_is_taken() {
        let system = machine().with_program("/usr/local/bin/gopls", REAL);
        assert_eq!(found(&system), Path::new("/usr/local/bin/gopls"));
        let system = system.with_file("/usr/bin/gopls", REAL);
        assert_eq!(
            found(&system),
            Path::new("/usr/local/bin/gopls"),
            "not one that may not run"
        );
    }

    #[test]
    fn go_is_asked_where_it_installs() {
        let asked = |answer: &str| machine().with_command(ASK, answer);
        let system = asked("/b\n/g:/h\n").with_program("/h/bin/gopls", REAL);
        assert_eq!(found(&system), Path::new("/h/bin/gopls"));
        let system = system.with_program("/b/gopls", REAL);
        assert_eq!(found(&system), Path::new("/b/gopls"));
        let system = asked("\n/g\n").with_program("/g/bin/gopls", REAL);
        assert_eq!(found(&system), Path::new("/g/bin/gopls"));
    }

    #[test]
    fn what_is_named_goes_first_and_is_never_passed_over() {
        let system = machine()
            .with_program("/usr/bin/gopls", REAL)
            .with_program("/x/gopls", REAL);
        let configured = gopls(&system, Some(Path::new("/x/gopls"))).unwrap();
        assert_eq!(configured, Path::new("/x/gopls"));
        let reason = gopls(&system, Some(Path::new("/typo/gopls"))).unwrap_err();
        assert_eq!(reason.code, Code::GoplsNotFound);
        assert!(
            reason.title.contains("/typo/gopls is not there"),
            "{reason:?}"
        );
        let system = system.with_var("GOPLENS_GOPLS", "/opt/goplens/gopls");
        let reason = gopls(&system, Some(Path::new("/x/gopls"))).unwrap_err();
        assert_eq!(reason.code, Code::GoplsIsGoplens);
    }

    #[test]
    fn where_go_cannot_build_the_newest_it_is_told_which_it_can() {
        let bare = |said: &str| {
            let machine = MadeUp::default()
                .with_var("PATH", "/go/bin")
                .with_program("/go/bin/go", "")
                .with_command(ASK, "\n/g\n");
            machine.with_command("go env GOVERSION GOTOOLCHAIN", said)
        };
        let shell = |line: &str| Action::Shell(line.to_owned());
        let system = bare("go1.24.5\nlocal\n");
        for named in [None, Some(Path::new("/typo/gopls"))] {
            let older = gopls(&system, named).unwrap_err();
            let expected = shell("go install golang.org/x/tools/gopls@v0.20.0");
            let install = older.fixes.last().unwrap();
            assert_eq!(install.action, expected);
            assert!(install.title.contains("go1.24.5"), "{install:?}");
        }
        for said in ["go1.24.5\nauto\n", ""] {
            let reason = gopls(&bare(said), None).unwrap_err();
            let newest = shell("go install golang.org/x/tools/gopls@latest");
            assert_eq!(reason.fixes[0].action, newest);
        }
    }

    #[test]
    fn where_there_is_none_all_places_are_told() {
        let bare = MadeUp::default().with_var("PATH", "/usr/bin");
        let reason = gopls(&bare, None).unwrap_err();
        assert_eq!(reason.code, Code::GoplsNotFound);
        assert_eq!(reason.evidence.len(), 2, "{:?}", reason.evidence);
        assert!(reason.evidence[0].contains("/usr/bin"));
        let reason = gopls(&machine().with_command(ASK, "\n/g\n"), None);
        let reason = reason.unwrap_err();
        assert_eq!(reason.code, Code::GoplsIsGoplens);
        assert!(
            reason
                .evidence
                .iter()
                .any(|fact| fact == "/opt/goplens/gopls is goplens")
        );
        assert!(reason.evidence.iter().any(|fact| fact.contains("/g/bin")));
    }
}
