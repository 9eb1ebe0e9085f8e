//! What go writes in GOPATH, besides the module cache.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Code, Finding, Severity};

use crate::variable::Variable;
use crate::writing::Refusal;
use crate::{Chart, Exam, GoEnv, Patient, Workspace, places};

/// Tries whether go can install programs, and keep what it has seen of the checksum database: without that it
/// takes no module whose checksum is not in go.sum.
pub(super) struct Gopath;

impl Exam for Gopath {
    fn name(&self) -> &'static str {
        "GOPATH"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::GopathNotWritable]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            match workspace.go().env(system) {
                Ok(env) => examine(system, workspace, env, chart),
                Err(_) => chart.cannot_tell("go does not say what GOPATH is"),
            }
        }
    }
}

/// Whether the same folder keeps go from writing in GOPATH, which is found anyway.
pub(super) fn has_same(system: &dyn System, env: &GoEnv, refusal: &Refusal) -> bool {
    let refusals = Refusals::of(system, env);
    let mut all = refusals.sums.iter().chain(&refusals.programs);
    all.any(|other| other.tried == refusal.tried)
}

/// What go cannot write in GOPATH.
struct Refusals {
    /// The state of the checksum database; none where it is not asked.
    sums: Option<Refusal>,
    /// Programs; none where GOBIN says that they go elsewhere.
    programs: Option<Refusal>,
}

impl Refusals {
    fn of(system: &dyn System, env: &GoEnv) -> Self {
        let Some(gopath) = first(env) else {
            return Self {
                sums: None,
                programs: None,
            };
        };
        let asks = env.gosumdb != "off" && env.goproxy != "off";
        let refusal = |below: &str| Refusal::of(system, &gopath.join(below));
        // What is beside a part that is closed can be anybody's: GOPATH may well be the home folder.
        let of_all = |refusal: Refusal| match gopath.starts_with(&refusal.tried) {
            true => refusal.within(&gopath),
            false => refusal,
        };
        Self {
            sums: asks.then(|| refusal("pkg/sumdb")).flatten().map(of_all),
            programs: refusal("bin").filter(|_| env.gobin.is_empty()).map(of_all),
        }
    }
}

/// The first folder of GOPATH, which is the one that go writes in.
fn first(env: &GoEnv) -> Option<PathBuf> {
    let gopath = std::env::split_paths(&env.gopath).next()?;
    gopath.is_absolute().then_some(gopath)
}

fn examine(system: &dyn System, workspace: &Workspace, env: &GoEnv, chart: &mut Chart) {
    let Some(gopath) = first(env) else {
        return;
    };
    let Refusals { sums, programs } = Refusals::of(system, env);
    let no_sums = "go keeps what it has seen of the checksum database there, and without that it brings no \
        module whose checksum is not in go.sum: `go get` fails.";
    let no_programs =
        "`go install` puts programs there, gopls and the other tools of the editor among them.";
    let (refusal, severity, cause) = match (&sums, &programs) {
        (Some(sums), None) => (sums, Severity::Warning, no_sums.to_owned()),
        (Some(sums), Some(_)) => (sums, Severity::Warning, format!("{no_sums} {no_programs}")),
        (None, Some(programs)) => (programs, Severity::Info, no_programs.to_owned()),
        (None, None) => return chart.see(format!("go can write in {}", gopath.display())),
    };
    if refusal.is_meant() {
        return chart.see(format!("{} is read-only, by its mount", gopath.display()));
    }
    let finding = Finding::new(Code::GopathNotWritable, title(&gopath, refusal), cause);
    let variable = Variable::of(system, workspace, "GOPATH");
    let finding = finding
        .severity(severity)
        .about(gopath.display().to_string());
    let finding = finding.evidence(variable.evidence());
    let finding = refusal.explain(system, finding);
    chart.find(match variable.is_set() {
        true => variable.offer_to_unset(system, workspace, finding),
        false => places::offer_in_home(system, "GOPATH", &gopath, &["go", "gopath"], finding),
    });
}

/// It names the folder that is meant: not all of GOPATH need be closed.
fn title(gopath: &Path, refusal: &Refusal) -> String {
    match refusal.tried.starts_with(gopath) && refusal.tried != gopath {
        true => format!("go cannot write in {}, in GOPATH.", refusal.tried.display()),
        false => format!("go cannot write in GOPATH, {}.", gopath.display()),
    }
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;
    use trace::finding::Action;

    use super::*;
    use crate::testing::{Module, examined};

    /// With a file in the place of a folder.
    fn chart(below: &str, variables: &[(&str, &str)]) -> Chart {
        let module = Module::plain();
        module.write(below, "");
        let mut workspace = module.workspace();
        workspace.set("GOPATH", &module.path("path").display().to_string());
        workspace.set("GOPROXY", "https://proxy.example.com");
        workspace.set("GOSUMDB", "sum.example.com+01234567+x");
        workspace.set("GOBIN", "");
        for (name, value) in variables {
            workspace.set(name, value);
        }
        examined(&Gopath, workspace)
    }

    #[test]
    fn what_go_needs_of_it_decides() {
        let severity = |chart: Chart| chart.findings.first().map(|found| found.severity);
        assert_eq!(severity(chart("path", &[])), Some(Severity::Warning));
        assert_eq!(severity(chart("path/pkg", &[])), Some(Severity::Warning));
        assert_eq!(severity(chart("path/bin", &[])), Some(Severity::Info));
        for off in [("GOSUMDB", "off"), ("GOPROXY", "off")] {
            assert_eq!(severity(chart("path/pkg", &[off])), None);
            assert_eq!(severity(chart("path", &[off])), Some(Severity::Info));
            assert_eq!(severity(chart("path", &[off, ("GOBIN", "/bin")])), None);
        }
        assert_eq!(severity(chart("path/src/x", &[])), None);
    }

    #[test]
    fn what_else_is_there_stays_whose_it_is() {
        let go = r#"{"GOPATH": "/home/me", "GOPROXY": "https://p.test", "GOSUMDB": "sum.test"}"#;
        let of_root = |folder: &str| {
            let system = MadeUp::default()
                .with_command("go env -json", go)
                .with_user(1000, 1000)
                .with_owner(folder, 0, 0)
                .with_refusal(folder, "making", 13)
                .with_file(&format!("{folder}/x"), "");
            let workspace = Workspace::new("/w");
            let mut chart = Chart::default();
            let env = workspace.go().env(&system).unwrap();
            examine(&system, &workspace, env, &mut chart);
            assert_eq!(chart.findings[0].subject, "/home/me");
            chart.findings[0].fixes[0].action.clone()
        };
        for (folder, line) in [
            ("/home/me/bin", "sudo chown -R 1000:1000 /home/me/bin"),
            (
                "/home/me/pkg",
                "sudo install -d -o 1000 -g 1000 /home/me/pkg/sumdb",
            ),
            ("/home/me", "sudo chown -R 1000:1000 /home/me"),
        ] {
            assert_eq!(of_root(folder), Action::Shell(line.to_owned()));
        }
    }

    #[test]
    fn the_module_cache_in_it_has_the_same_cause() {
        let env = GoEnv {
            gopath: "/go:/other".into(),
            ..GoEnv::default()
        };
        let system = MadeUp::default().with_refusal("/go", "making", 13);
        let refusal = |path: &str| Refusal::of(&system, path.as_ref()).unwrap();
        assert!(has_same(&system, &env, &refusal("/go/pkg/mod")));
        let system = MadeUp::default().with_refusal("/go/pkg/mod", "making", 13);
        let refusal = Refusal::of(&system, "/go/pkg/mod".as_ref()).unwrap();
        assert!(!has_same(&system, &env, &refusal));
    }
}
