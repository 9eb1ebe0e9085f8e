//! The go command and the environment of the editor, against those of the user's shell.

use std::io;
use std::path::{Path, PathBuf};

use system::{Call, System};
use trace::finding::{Action, Code, Finding, Severity};

use crate::login_shell::LoginShell;
use crate::shell::quoted;
use crate::trial::without_secrets;
use crate::variable::{Origin, Variable};
use crate::version::Version;
use crate::{Chart, Exam, GoEnv, Patient, Workspace, start_up_files};

/// What a shell is asked: which go it finds, and what the go of the editor says of its variables in it, so that
/// no difference comes from another installation. With another toolchain go would have to be fetched, so
/// GOTOOLCHAIN is told apart.
fn line(go: &Path) -> String {
    format!(
        "command -v go || echo; env GOTOOLCHAIN=local {} env -json; printenv GOTOOLCHAIN",
        quoted(go)
    )
}

/// A variable that decides what go finds, and its value in what go says.
type Compared = (&'static str, fn(&GoEnv) -> &String);

/// Those that matter.
const COMPARED: [Compared; 9] = [
    ("GOFLAGS", |env| &env.goflags),
    ("GO111MODULE", |env| &env.go111module),
    ("GOPATH", |env| &env.gopath),
    ("GOMODCACHE", |env| &env.gomodcache),
    ("GOPROXY", |env| &env.goproxy),
    ("GOPRIVATE", |env| &env.goprivate),
    ("GONOSUMDB", |env| &env.gonosumdb),
    ("GOSUMDB", |env| &env.gosumdb),
    ("GOTOOLCHAIN", |env| &env.gotoolchain),
];

/// Asks a login shell for its go and for what that go says of its environment.
pub(super) struct Shell;

impl Exam for Shell {
    fn name(&self) -> &'static str {
        "go here and in a shell"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::GoDiffersFromShell]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        let Some(workspace) = patient.first() else {
            return;
        };
        let Some(go) = workspace.go_on_path(system) else {
            return;
        };
        chart.see(format!("go is {}", go.display()));
        let names = ["GOROOT"].into_iter().chain(COMPARED.map(|(name, _)| name));
        for name in names {
            let variable = Variable::of(system, workspace, name);
            chart.see(without_secrets(&variable.evidence()));
        }
        let (Some(shell), Ok(here)) = (LoginShell::of(system), workspace.go().env(system)) else {
            return;
        };
        let output = match shell.ask(system, Some(&workspace.folder), &line(&go)) {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                let shown = shell.path.display();
                return chart.cannot_tell(format!("a login shell ({shown}) had {error}"));
            }
            Err(_) => return,
        };
        if let Some(there) = There::read(&output.stdout) {
            let compared = Comparison {
                system,
                workspace,
                shell: &shell,
                go: &go,
                here,
                there: &there,
            };
            chart.see(there.finds(&shell));
            if let Some(finding) = compared.finding() {
                chart.find(finding);
            }
        }
    }
}

/// What a shell has.
struct There {
    /// The go that it finds; a shell without one takes nothing away from the editor's.
    go: Option<PathBuf>,
    env: GoEnv,
}

impl There {
    /// What the shell says behind all that its start-up files write.
    fn read(said: &str) -> Option<Self> {
        let (before, behind) = said.split_once("\n{\n")?;
        let (members, toolchain) = behind.split_once("\n}\n")?;
        let mut env: GoEnv = serde_json::from_str(&format!("{{{members}}}")).ok()?;
        env.gotoolchain = toolchain.trim().to_owned();
        let go = PathBuf::from(before.rsplit('\n').next()?.trim());
        let go = Some(go).filter(|go| go.is_absolute());
        Some(Self { go, env })
    }
}

impl There {
    /// Which go the shell finds, in words.
    fn finds(&self, shell: &LoginShell) -> String {
        let shell = shell.path.display();
        match &self.go {
            Some(go) => format!("a login shell ({shell}) finds {}", go.display()),
            None => format!("a login shell ({shell}) finds no go"),
        }
    }
}

struct Comparison<'a> {
    system: &'a dyn System,
    workspace: &'a Workspace,
    shell: &'a LoginShell,
    go: &'a Path,
    here: &'a GoEnv,
    there: &'a There,
}

impl Comparison<'_> {
    fn finding(&self) -> Option<Finding> {
        let versions = self.versions();
        let variables: Vec<(Variable, String)> = COMPARED
            .iter()
            .filter_map(|(name, of)| self.differing(name, of))
            .collect();
        let names: Vec<&str> = variables
            .iter()
            .map(|(variable, _)| variable.name)
            .collect();
        let title = match (&versions, names.is_empty()) {
            (None, true) => return None,
            (Some((here, there)), _) => {
                format!("gopls runs Go {here}, and a login shell finds Go {there}.")
            }
            (None, false) => format!("gopls has not the {} of a login shell.", names.join(", ")),
        };
        let mut finding = Finding::new(
            Code::GoDiffersFromShell,
            title,
            "An editor that was not started from a shell has not what the start-up files of the shell set, so what \
             works in a terminal need not work for gopls.",
        )
        .severity(Severity::Warning)
        .evidence(format!("gopls starts {}", self.go.display()))
        .evidence(self.there.finds(self.shell));
        if versions.is_some()
            && let Some(line) = start_up_files::of_shells(self.system, "PATH")
        {
            finding = finding.evidence(without_secrets(&format!("PATH of the shell: {line}")));
        }
        for (variable, there) in &variables {
            finding = finding.evidence(without_secrets(&self.told(variable, there)));
        }
        finding = finding.fix(
            "Start the editor from a terminal",
            Action::Hand(
                "It then has what the shell has; close all its windows before.".to_owned(),
            ),
        );
        // A password would come into another file, and into what shows the finding.
        let settable = variables.iter().filter(|(variable, there)| {
            !there.is_empty()
                && variable.origin != Origin::Environment
                && without_secrets(there) == *there
        });
        let settable: Vec<String> = settable
            .map(|(variable, there)| format!("{}={}", variable.name, quoted(there)))
            .collect();
        if !settable.is_empty() {
            let line = format!("go env -w {}", settable.join(" "));
            finding = finding.fix("Have go set it for every program", Action::Shell(line));
        }
        let folder = self.there.go.as_deref().and_then(Path::parent);
        if let Some(folder) = folder.filter(|_| versions.is_some()) {
            let folder = folder.display();
            let how = format!(
                "Add {folder} to PATH where the desktop session reads it, and log in anew."
            );
            let title = "Put the shell's go on the PATH that the editor has";
            finding = finding.fix(title, Action::Hand(how));
        }
        Some(finding)
    }

    /// The versions, where the shell's go is of another release and in a folder that the PATH here does not have:
    /// an order of its own is somebody's intention.
    fn versions(&self) -> Option<(Version, Version)> {
        let path = self.system.var("PATH").unwrap_or_default();
        let go = self.there.go.as_deref()?;
        let folder = go.parent()?;
        if std::env::split_paths(&path).any(|other| other == folder) {
            return None;
        }
        let here = &self.workspace.folder;
        let own = self.workspace.go().local_version(self.system, here)?;
        let ask = Call::new(go).args(["env", "GOVERSION"]).folder(here);
        let said = self.system.run(&ask.env("GOTOOLCHAIN", "local")).ok()?;
        let (here, there) = (
            Version::of_go(&format!("go{own}"))?,
            Version::of_go(said.stdout.trim())?,
        );
        ((here.major, here.minor) != (there.major, there.minor)).then_some((here, there))
    }

    /// A variable that the shell's start-up files give another value.
    fn differing(
        &self,
        name: &'static str,
        of: &fn(&GoEnv) -> &String,
    ) -> Option<(Variable, String)> {
        let (here, there) = (of(self.here), of(&self.there.env));
        let variable = Variable::of(self.system, self.workspace, name);
        // What the settings of the editor say is meant for it alone.
        let is_meant = matches!(variable.origin, Origin::Settings | Origin::Editor(_));
        let line = start_up_files::of_shells(self.system, name);
        // What differs by nothing of the shell's differs by the other go, or follows from another variable.
        // Of a shell that has no GOTOOLCHAIN nothing is known: go has a value where nobody set one.
        let is_known = name != "GOTOOLCHAIN" || !there.is_empty();
        let differs = here != there && is_known && line.is_some() && !is_meant;
        differs.then(|| (variable, there.clone()))
    }

    fn told(&self, variable: &Variable, there: &str) -> String {
        let name = variable.name;
        let mut told = format!("{name} in the shell is {there}");
        if let Some(line) = start_up_files::of_shells(self.system, name) {
            told.push_str(&format!(", by {line}"));
        }
        told.push_str("; here ");
        told.push_str(&variable.evidence());
        if variable.origin == Origin::Environment
            && let Some(line) = start_up_files::of_remote(self.system, name)
        {
            told.push_str(&format!(", where {line} can have set it"));
        }
        told
    }
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::*;
    use crate::testing::is_whole;

    fn env(version: &str, goflags: &str, gopath: &str) -> String {
        format!(
            "{{\n\t\"GOFLAGS\": \"{goflags}\",\n\t\"GOPATH\": \"{gopath}\",\n\t\"GOVERSION\": \"{version}\"\n}}\n"
        )
    }

    fn machine(there: &str) -> MadeUp {
        let here = env("go1.22.1", "", "/h/go");
        MadeUp::default()
            .with_var("HOME", "/h")
            .with_var("PATH", "/usr/bin")
            .with_var("SHELL", "/bin/bash")
            .with_program("/bin/bash", "")
            .with_program("/usr/bin/go", "")
            .with_command("go env -json", &here)
            .with_command("go env GOVERSION", "go1.22.1\n")
            .with_command(
                &format!("/bin/bash -lc {}", line(Path::new("/usr/bin/go"))),
                there,
            )
            .with_command("/opt/go/bin/go env GOVERSION", "go1.26.0\n")
    }

    fn examined(system: &MadeUp) -> Chart {
        let patient = Patient {
            workspaces: vec![Workspace::new("/w")],
            ..Patient::default()
        };
        let mut chart = Chart::default();
        Shell.run(system, &patient, &mut chart);
        chart
    }

    #[test]
    fn another_go_that_is_not_on_this_path_is_told() {
        let there = format!("Welcome!\n/opt/go/bin/go\n{}", env("go1.22.1", "", "/h/go"));
        let system = machine(&there).with_file("/h/.profile", "export PATH=/opt/go/bin:$PATH\n");
        let chart = examined(&system);
        let finding = &chart.findings[0];
        is_whole(finding, Code::GoDiffersFromShell, "");
        assert!(finding.title.contains("Go 1.22.1") && finding.title.contains("Go 1.26.0"));
        assert!(
            finding.evidence[2].contains("/h/.profile:1:"),
            "{finding:?}"
        );
        // It is there, and another one goes before it: somebody wants that.
        let order = system.with_var("PATH", "/usr/bin:/opt/go/bin");
        assert_eq!(examined(&order).findings, []);
    }

    #[test]
    fn a_variable_that_the_shell_sets_is_told_with_both_origins() {
        let there = format!("\n{}", env("go1.22.1", "-mod=mod", "/other"));
        let system = machine(&there).with_file("/h/.profile", "export GOFLAGS=-mod=mod\n");
        let chart = examined(&system);
        let finding = &chart.findings[0];
        assert_eq!(finding.title, "gopls has not the GOFLAGS of a login shell.");
        let told = "GOFLAGS in the shell is -mod=mod, by /h/.profile:1: export GOFLAGS=-mod=mod; here GOFLAGS is \
                    set nowhere";
        assert_eq!(finding.evidence.last().unwrap(), told);
        let line = "go env -w GOFLAGS=-mod=mod";
        assert_eq!(finding.fixes[1].action, Action::Shell(line.into()));
    }

    #[test]
    fn a_shell_without_a_toolchain_of_its_own_is_no_difference() {
        let said = |toolchain: &str| {
            let there = format!("/usr/bin/go\n{}{toolchain}", env("go1.22.1", "", "/h/go"));
            let profile = "[ -n \"$X\" ] && export GOTOOLCHAIN=local\n";
            let here = "{\n\t\"GOPATH\": \"/h/go\",\n\t\"GOTOOLCHAIN\": \"auto\"\n}\n";
            let system = machine(&there).with_file("/h/.profile", profile);
            examined(&system.with_command("go env -json", here)).findings
        };
        assert_eq!(said(""), []);
        assert_eq!(said("local\n").len(), 1);
    }

    #[test]
    fn no_password_of_the_shell_is_shown() {
        let there = "/opt/go/bin/go\n{\n\t\"GOFLAGS\": \"-mod=mod\",\n\t\"GOPATH\": \"/h/go\",\n\t\"GOPROXY\": \
                     \"me:secret@proxy.test/go\"\n}\n";
        let profile = "export GOFLAGS=-mod=mod\nexport GOPROXY=me:secret@proxy.test/go \
                       PATH=/opt/go/bin:$PATH\n";
        let system = machine(there).with_file("/h/.profile", profile);
        let finding = &examined(&system).findings[0];
        let told = format!("{finding:?}");
        assert!(!told.contains("secret"), "{told}");
        assert!(told.contains("PATH of the shell") && told.contains("GOPROXY in the shell"));
        let line = "go env -w GOFLAGS=-mod=mod";
        assert_eq!(finding.fixes[1].action, Action::Shell(line.into()));
    }

    #[test]
    fn what_is_the_same_or_cannot_be_asked_is_no_finding() {
        let same = format!("/usr/bin/go\n{}", env("go1.22.1", "", "/h/go"));
        let patch = format!("/opt/patch/go\n{}", env("go1.22.1", "", "/h/go"));
        for there in ["", "Welcome!\n", same.as_str(), patch.as_str()] {
            let system = machine(there).with_command("/opt/patch/go env GOVERSION", "go1.22.9\n");
            let chart = examined(&system);
            assert_eq!((chart.findings, chart.unknown), (vec![], vec![]), "{there}");
        }
        let none = machine("").with_var("SHELL", "/bin/nu");
        assert_eq!(examined(&none).findings, []);
    }
}
