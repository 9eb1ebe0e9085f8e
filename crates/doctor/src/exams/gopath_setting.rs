//! Settings by which gopls gets another GOPATH than go has by itself.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Code, Finding, Severity};

use crate::editor::{Extension, Place, Stack};
use crate::modfile::GoMod;
use crate::{Chart, Exam, Patient, Workspace, settings};

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
        let stacks = &patient.settings(system).stacks;
        let set = stacks.iter().filter_map(|stack| {
            let extension = Extension::of(system, patient, stack);
            let (value, setting, node) = extension.gopath()?;
            let setting = setting.join(".");
            let place = node.place.clone();
            Some(Set {
                stack,
                value,
                setting,
                place,
            })
        });
        let set: Vec<Set<'_>> = set.collect();
        for one in &set {
            chart.see(format!("GOPATH is {} by {}", one.value, one.by()));
            let found = differing(stacks, &set, one).or_else(|| {
                let mut workspaces = patient.workspaces.iter();
                let workspace = workspaces.find(|other| other.folder == one.stack.folder)?;
                lacking(system, workspace, one)
            });
            if let Some(finding) = found {
                chart.find(one.finish(system, finding));
            }
        }
    }
}

/// A GOPATH that the settings give in a folder.
struct Set<'a> {
    stack: &'a Stack,
    value: String,
    setting: String,
    place: Place,
}

impl Set<'_> {
    fn by(&self) -> String {
        format!("{} in {}", self.setting, self.place.path.display())
    }

    fn finish(&self, system: &dyn System, finding: Finding) -> Finding {
        let Self { setting, place, .. } = self;
        let parts: Vec<&str> = setting.split('.').collect();
        let title = format!("Take {setting} away");
        let finding = settings::offer(system, finding, &title, &place.path, &parts, None);
        place.at(finding.about(setting))
    }
}

/// The module cache that go has with this GOPATH. No other toolchain is looked for in it.
fn module_cache(
    system: &dyn System,
    workspace: &Workspace,
    gopath: Option<&str>,
) -> Option<PathBuf> {
    let bare = Workspace {
        env: workspace.env.clone(),
        ..Workspace::new(&workspace.folder)
    };
    let mut ask = bare.go().call(&bare.folder, &["env", "GOMODCACHE"]);
    if let Some(gopath) = gopath {
        ask = ask.env("GOPATH", gopath);
    }
    let output = system.run(&ask.env("GOTOOLCHAIN", "local")).ok()?;
    let path = PathBuf::from(output.stdout.trim());
    path.is_absolute().then_some(path)
}

/// Modules that the workspace needs, which go has and gopls's module cache has not.
fn lacking(system: &dyn System, workspace: &Workspace, set: &Set<'_>) -> Option<Finding> {
    let own = module_cache(system, workspace, Some(&set.value))?;
    let usual = module_cache(system, workspace, None)?;
    if own == usual {
        return None;
    }
    let go_mod = GoMod::in_force(system, workspace)?;
    let modules = go_mod.all_downloaded();
    let lacking =
        modules.filter(|module| module.is_in(system, &usual) && !module.is_in(system, &own));
    let lacking: Vec<String> = lacking.map(|module| module.title()).collect();
    let first = lacking.first()?;
    let setting = &set.setting;
    let mut finding = Finding::new(
        Code::GopathSetting,
        format!("{setting} gives gopls another module cache, which lacks {first}."),
        "The Go extension sets GOPATH for gopls, and the module cache lies in GOPATH. What go has downloaded in a \
         terminal is not there for gopls: it is downloaded again, or cannot be imported.",
    )
    .severity(Severity::Warning)
    .evidence(format!("GOPATH={} comes from {}", set.value, set.by()))
    .evidence(format!("gopls's module cache is {}", own.display()))
    .evidence(format!("go's own is {}", usual.display()));
    for module in lacking.iter().take(MOST) {
        finding = finding.evidence(format!("{module} is in go's own alone"));
    }
    if lacking.len() > MOST {
        finding = finding.evidence(format!("so are {} more", lacking.len() - MOST));
    }
    Some(finding)
}

/// Another folder of the same editor with another GOPATH, for which the extension starts no language server at all.
fn differing(stacks: &[Stack], set: &[Set<'_>], one: &Set<'_>) -> Option<Finding> {
    let value = |stack: &Stack| {
        let mut set = set.iter();
        let found =
            set.find(|set| set.stack.editor == stack.editor && set.stack.folder == stack.folder);
        found.map(|set| set.value.as_str())
    };
    let mut others = stacks
        .iter()
        .filter(|other| other.editor == one.stack.editor);
    let other = others.find(|other| value(other) != Some(&one.value))?;
    let told = |folder: &Path, value: Option<&str>| {
        let value = value.unwrap_or("as go has it");
        format!("GOPATH for {}: {value}", folder.display())
    };
    let finding = Finding::new(
        Code::GopathSetting,
        format!(
            "The folders of this workspace have different GOPATHs by {}.",
            one.setting
        ),
        "The Go extension starts no language server where they differ.",
    )
    .evidence(told(&one.stack.folder, Some(&one.value)))
    .evidence(told(&other.folder, value(other)))
    .evidence(one.by());
    Some(finding)
}
