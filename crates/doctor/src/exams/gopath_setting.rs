//! Settings by which gopls gets another GOPATH than go has by itself.

use std::path::Path;

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use crate::editor::{Given, VARIABLES};
use crate::modfile::GoMod;
use crate::{Chart, Exam, GoEnv, Patient, Workspace, settings};

/// How many modules are named.
const MOST: usize = 3;

/// Holds the module cache that gopls gets by `go.gopath` and `go.inferGopath` against the one that go has.
pub(super) struct GopathSetting;

impl Exam for GopathSetting {
    fn name(&self) -> &'static str {
        "GOPATH in the settings"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::GopathSetting]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        if let Some(finding) = differing(system, patient) {
            chart.find(finding);
            return;
        }
        for workspace in &patient.workspaces {
            let Some(given) = gopath(workspace) else {
                continue;
            };
            let bare = Workspace {
                env: workspace.env.clone(),
                ..Workspace::new(&workspace.folder)
            };
            let (Ok(with), Ok(without)) = (workspace.go().env(system), bare.go().local_env(system))
            else {
                continue;
            };
            chart.see(format!("GOPATH is {} by {}", given.value, given.by()));
            if let Some(finding) = lacking(system, workspace, given, with, &without) {
                chart.find(finding);
            }
        }
    }
}

/// The GOPATH that the editor gives, where that is by a setting for just that.
fn gopath(workspace: &Workspace) -> Option<&Given> {
    let mut given = workspace.given.iter();
    given.find(|given| given.name == "GOPATH" && given.setting != VARIABLES)
}

/// Modules that the workspace needs, which go has and gopls's module cache has not.
fn lacking(
    system: &dyn System,
    workspace: &Workspace,
    given: &Given,
    with: &GoEnv,
    without: &GoEnv,
) -> Option<Finding> {
    if with.gomodcache == without.gomodcache {
        return None;
    }
    let go_mod = GoMod::in_force(system, workspace)?;
    let (own, usual) = (Path::new(&with.gomodcache), Path::new(&without.gomodcache));
    let modules = go_mod.all_downloaded();
    let lacking =
        modules.filter(|module| module.is_in(system, usual) && !module.is_in(system, own));
    let lacking: Vec<String> = lacking.map(|module| module.title()).collect();
    let first = lacking.first()?;
    let setting = given.setting.join(".");
    let mut finding = Finding::new(
        Code::GopathSetting,
        format!("{setting} gives gopls another module cache, which lacks {first}."),
        "The Go extension sets GOPATH for gopls, and the module cache lies in GOPATH. What go has downloaded in a \
         terminal is not there for gopls: it is downloaded again, or cannot be imported.",
    )
    .severity(Severity::Warning)
    .about(setting.clone())
    .evidence(format!("GOPATH={} comes from {}", given.value, given.by()))
    .evidence(format!("gopls's module cache is {}", own.display()))
    .evidence(format!("go's own is {}, by GOPATH={}", usual.display(), without.gopath));
    for module in lacking.iter().take(MOST) {
        finding = finding.evidence(format!("{module} is in go's own alone"));
    }
    if lacking.len() > MOST {
        finding = finding.evidence(format!("so are {} more", lacking.len() - MOST));
    }
    let title = format!("Take {setting} away");
    let finding = match settings::remove(system, &given.path, given.setting) {
        Some(edit) => finding.fix(title, Action::Edit(vec![edit])),
        None => finding.fix(
            title,
            Action::Hand(format!("It stands in {}.", given.path.display())),
        ),
    };
    let uri = crate::file_uri(&given.path);
    Some(match uri {
        Some(uri) => finding.place(uri, None),
        None => finding,
    })
}

/// Folders with different GOPATHs, for which the extension starts no language server at all.
fn differing(system: &dyn System, patient: &Patient) -> Option<Finding> {
    let first = patient.first()?;
    if !patient.workspaces.iter().any(|one| gopath(one).is_some()) {
        return None;
    }
    let value = |workspace: &Workspace| match gopath(workspace) {
        Some(given) => Some(given.value.clone()),
        None => Some(workspace.go().env(system).ok()?.gopath.clone()),
    };
    let other = patient
        .workspaces
        .iter()
        .find(|one| value(one) != value(first))?;
    let given = gopath(first).or_else(|| gopath(other))?;
    let setting = given.setting.join(".");
    let told = |workspace: &Workspace| {
        let value = value(workspace).unwrap_or_default();
        format!("GOPATH for {}: {value}", workspace.folder.display())
    };
    let how = format!("It stands in {}.", given.path.display());
    let finding = Finding::new(
        Code::GopathSetting,
        format!("The folders of this workspace have different GOPATHs by {setting}."),
        "The Go extension starts no language server where they differ.",
    )
    .about(setting.clone())
    .evidence(told(first))
    .evidence(told(other))
    .evidence(given.by())
    .fix(format!("Take {setting} away"), Action::Hand(how));
    Some(finding)
}
