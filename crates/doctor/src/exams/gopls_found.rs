//! Which gopls is run, and which others there are.

use std::path::{Path, PathBuf};
use std::time::Duration;

use system::{Call, System};
use trace::finding::{Action, Code, Finding, Severity};

use crate::editor::Extension;
use crate::{Chart, Exam, Gopls, Patient, Workspace};

/// How long a gopls may take to say its version.
const LIMIT: Duration = Duration::from_secs(3);

/// How many are asked for their version.
const MOST: usize = 6;

/// Tells of a gopls that was not found, and of one that hides the one that `go install` updates.
pub(super) struct GoplsFound;

impl Exam for GoplsFound {
    fn name(&self) -> &'static str {
        "which gopls is run"
    }

    fn codes(&self) -> &'static [Code] {
        &[
            Code::GoplsNotFound,
            Code::GoplsIsGoplens,
            Code::GoplsShadowed,
        ]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        if let Some(finding) = &patient.no_gopls {
            chart.find(finding.clone());
        }
        for stack in &patient.settings(system).stacks {
            if let Some(looked) = Extension::of(system, patient, stack).look("gopls") {
                let (editor, path) = (stack.name(), looked.path.display());
                chart.see(format!(
                    "{editor}: the Go extension runs {path} as gopls, by {}",
                    looked.at
                ));
            }
        }
        let (Some(gopls), Some(workspace)) = (&patient.gopls, patient.first()) else {
            return;
        };
        let Some(taken) = Installed::of(system, gopls) else {
            chart.cannot_tell(format!("{} does not say its version", gopls.display()));
            return;
        };
        chart.see(format!("goplens runs {}", taken.shown()));
        // What the user names is what he wants.
        if patient.gopls_is_named {
            return;
        }
        let (others, target) = others(system, workspace, &taken);
        for other in &others {
            chart.see(format!("there is {}", other.shown()));
        }
        let updated = target.as_deref().and_then(|target| {
            let mut others = others.iter();
            others.find(|other| other.path.parent() == Some(target))
        });
        if let Some(updated) = updated
            && let (Some(own), Some(hidden)) = (taken.gopls.release(), updated.gopls.release())
            && own != hidden
        {
            chart.find(shadowed(&taken, updated, &others, own < hidden));
        }
    }
}

/// A gopls on this machine.
struct Installed {
    path: PathBuf,
    /// The same without links.
    real: PathBuf,
    gopls: Gopls,
}

impl Installed {
    /// A program that says the version of a gopls.
    fn of(system: &dyn System, path: &Path) -> Option<Self> {
        let call = Call::new(path).args(["version", "-json"]).limit(LIMIT);
        let output = system.run(&call).ok().filter(|output| output.success)?;
        Some(Self {
            path: path.to_owned(),
            real: system.canonicalize(path).ok()?,
            gopls: Gopls::read(output.stdout.trim()),
        })
    }

    fn shown(&self) -> String {
        let built = match &self.gopls.built_by {
            Some(go) => format!(", built by {go}"),
            None => String::new(),
        };
        format!(
            "{}, which is {}{built}",
            self.path.display(),
            self.gopls.version
        )
    }
}

/// The other ones where one is looked for, each file once, and the folder that `go install` writes to.
fn others(
    system: &dyn System,
    workspace: &Workspace,
    taken: &Installed,
) -> (Vec<Installed>, Option<PathBuf>) {
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut target = None;
    if let Ok(env) = workspace.go().env(system) {
        let gobin = Some(&env.gobin)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from);
        folders.extend(gobin);
        folders.extend(std::env::split_paths(&env.gopath).map(|path| path.join("bin")));
        target = folders.first().cloned();
    }
    let path = system.var("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&path));
    let name = format!("gopls{}", std::env::consts::EXE_SUFFIX);
    // goplens says the version of the gopls that it runs.
    let own = system
        .current_exe()
        .and_then(|own| system.canonicalize(&own));
    let mut seen: Vec<PathBuf> = own.into_iter().chain([taken.real.clone()]).collect();
    let mut others = Vec::new();
    for path in folders
        .iter()
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
    {
        let real = system.canonicalize(&path).ok();
        let Some(real) = real.filter(|real| system.is_executable(&path) && !seen.contains(real))
        else {
            continue;
        };
        seen.push(real);
        if others.len() < MOST {
            others.extend(Installed::of(system, &path));
        }
    }
    (others, target)
}

fn shadowed(
    taken: &Installed,
    updated: &Installed,
    others: &[Installed],
    is_older: bool,
) -> Finding {
    let (path, version) = (taken.path.display(), &taken.gopls.version);
    let mut finding = Finding::new(
        Code::GoplsShadowed,
        format!(
            "goplens runs gopls {version}, and go install updates another one, which is {}.",
            updated.gopls.version
        ),
        "The first gopls on PATH is taken. What go install puts elsewhere is not run.",
    )
    .severity(match is_older {
        true => Severity::Warning,
        false => Severity::Info,
    })
    .about(path.to_string())
    .evidence(format!("goplens runs {}", taken.shown()))
    .evidence(format!("go install updates {}", updated.shown()));
    for other in others.iter().filter(|other| other.path != updated.path) {
        finding = finding.evidence(format!("there is also {}", other.shown()));
    }
    let name = updated.path.display();
    finding
        .fix(
            "Name the one that go install updates",
            Action::Hand(format!(
                "Write gopls = \"{name}\" into goplens's configuration, or have its folder go first on PATH."
            )),
        )
        .fix(
            "Remove the other",
            Action::Hand(format!("{path} is run by nobody then; a package manager may have put it there.")),
        )
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::*;
    use crate::testing::is_whole;

    fn machine(installed: &[(&str, &str)]) -> MadeUp {
        let env = r#"{"GOBIN": "", "GOPATH": "/home/me/go"}"#;
        let system = MadeUp::default()
            .with_var("PATH", "/opt/goplens:/usr/bin:/home/me/go/bin")
            .with_command("go env -json", env)
            .running("/opt/goplens/gopls")
            .with_program("/opt/goplens/gopls", "");
        installed.iter().fold(system, |system, (path, version)| {
            let said =
                format!(r#"{{"GoVersion": "go1.26.8", "Main": {{"Version": "{version}"}}}}"#);
            system
                .with_program(path, "")
                .with_command(&format!("{path} version -json"), &said)
        })
    }

    fn examined(system: &MadeUp, gopls: &str) -> Chart {
        let patient = Patient {
            workspaces: vec![Workspace::new("/w")],
            gopls: Some(gopls.into()),
            ..Patient::default()
        };
        let mut chart = Chart::default();
        GoplsFound.run(system, &patient, &mut chart);
        chart
    }

    #[test]
    fn the_one_that_go_install_updates_may_not_be_the_one_that_runs() {
        let system = machine(&[
            ("/usr/bin/gopls", "v0.20.0"),
            ("/home/me/go/bin/gopls", "v0.23.0"),
        ]);
        let chart = examined(&system, "/usr/bin/gopls");
        let finding = &chart.findings[0];
        is_whole(finding, Code::GoplsShadowed, "/usr/bin/gopls");
        assert_eq!(finding.severity, Severity::Warning);
        let newer = machine(&[
            ("/usr/bin/gopls", "v0.24.0"),
            ("/home/me/go/bin/gopls", "v0.23.0"),
        ]);
        let chart = examined(&newer, "/usr/bin/gopls");
        assert_eq!(chart.findings[0].severity, Severity::Info);
    }

    #[test]
    fn several_names_of_one_and_one_version_hide_nothing() {
        let same = machine(&[
            ("/usr/bin/gopls", "v0.23.0"),
            ("/home/me/go/bin/gopls", "v0.23.0"),
        ]);
        let alone = machine(&[("/home/me/go/bin/gopls", "v0.23.0")]);
        let linked = alone
            .clone()
            .with_link("/usr/bin/gopls", "/home/me/go/bin/gopls");
        let elsewhere = machine(&[
            ("/usr/bin/gopls", "v0.20.0"),
            ("/opt/goplens/x/gopls", "v0.23.0"),
        ]);
        let built = machine(&[
            ("/usr/bin/gopls", "(devel)"),
            ("/home/me/go/bin/gopls", "v0.23.0"),
        ]);
        for (system, gopls) in [
            (same, "/usr/bin/gopls"),
            (alone, "/home/me/go/bin/gopls"),
            (linked, "/home/me/go/bin/gopls"),
            (elsewhere, "/usr/bin/gopls"),
            (built, "/usr/bin/gopls"),
        ] {
            let chart = examined(&system, gopls);
            assert_eq!(chart.findings, [], "{gopls}");
            assert_eq!(chart.unknown, [""; 0]);
        }
    }
}
