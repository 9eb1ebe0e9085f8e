//! A build cache that go cannot use.

use std::path::Path;

use system::System;
use trace::finding::{Action, Code, Finding};

use crate::load::Load;
use crate::variable::Variable;
use crate::{Check, Workspace, build_cache};

/// Finds that go has no build cache.
pub(super) struct GocacheUnusable;

impl Check for GocacheUnusable {
    fn code(&self) -> Code {
        Code::GocacheUnusable
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let Some(cache) = shown_by_go(system, workspace) else {
            return Vec::new();
        };
        // To be asked why it fails, go has to use the cache: only where that is bound to fail.
        let refusal = match cache.as_str() {
            "off" => None,
            path => match build_cache::refusal(system, Path::new(path)) {
                Some(refusal) => Some(refusal),
                None => return Vec::new(),
            },
        };
        let Some(words) = build_cache::go_says(system, workspace, &cache) else {
            return Vec::new();
        };
        let variable = Variable::of(system, workspace, "GOCACHE");
        let title = match (variable.is_set(), variable.value.as_str()) {
            (true, "off") => "Go's build cache is switched off by GOCACHE=off.".to_owned(),
            (true, value) => format!("Go cannot use its build cache, {value}."),
            (false, _) if cache == "off" => "Go does not know where its build cache is.".to_owned(),
            (false, _) => format!("Go cannot use its build cache, {cache}."),
        };
        let mut finding = Finding::new(
            Code::GocacheUnusable,
            title,
            "go lists no packages without its build cache, and gopls gets all that it knows of packages \
             from go.",
        )
        .about(&cache)
        .evidence(format!("go says: {words}"))
        .evidence(variable.evidence());
        if let Some(refusal) = &refusal {
            finding = refusal.explain(system, finding);
        }
        let finding = if variable.is_set() {
            variable.offer_to_unset(system, workspace, finding)
        } else if cache == "off" {
            let how = "The editor starts gopls without HOME. Set it where the editor is started, or set \
                       GOCACHE and GOPATH in `build.env` of gopls's settings.";
            finding.fix("Give gopls a home folder", Action::Hand(how.to_owned()))
        } else {
            build_cache::offer_elsewhere(system, Path::new(&cache), finding)
        };
        vec![workspace.at_failed(finding)]
    }
}

/// The cache that go means to use; `off` where it has none.
fn shown_by_go(system: &dyn System, workspace: &Workspace) -> Option<String> {
    let load = Load::all(system, workspace).first()?;
    let call = workspace.go().call(&load.folder, &["env", "GOCACHE"]);
    let output = system.run(&call).ok().filter(|output| output.success)?;
    let cache = output.stdout.trim();
    (!cache.is_empty()).then(|| cache.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, found, is_silent, is_whole};

    #[test]
    fn a_cache_that_cannot_be_is_found() {
        let module = Module::plain();
        module.write("file", "");
        let file = module.path("file").display().to_string();
        let below = module.path("file/below").display().to_string();
        for value in ["off", "relative", &file, &below] {
            let mut workspace = module.failing("a.go", "A");
            workspace.set("GOCACHE", value);
            let finding = found(&GocacheUnusable, &workspace);
            // A relative one is none to go.
            let about = if value == "relative" { "off" } else { value };
            is_whole(&finding, Code::GocacheUnusable, about);
            let origin = format!("GOCACHE={value} is in `build.env` of gopls's settings");
            assert_eq!(finding.evidence[1], origin);
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_cache_that_cannot_be_made_is_found() {
        let module = Module::plain();
        let mut workspace = module.workspace();
        workspace.set("GOCACHE", "/proc/goplens");
        let finding = found(&GocacheUnusable, &workspace);
        let evidence = finding.evidence.join("\n");
        let words = "/proc/goplens is not there, and would have to be made in /proc\n";
        assert!(evidence.contains(words), "{evidence}");
        let words = "in /proc a file was made on trial; making it failed: ";
        assert!(evidence.contains(words), "{evidence}");
    }

    #[test]
    #[cfg(unix)]
    fn without_a_home_there_is_none() {
        let module = Module::plain();
        let mut workspace = module.workspace();
        for name in ["HOME", "XDG_CACHE_HOME", "GOCACHE"] {
            workspace.set(name, "");
        }
        let finding = found(&GocacheUnusable, &workspace);
        assert_eq!(finding.title, "Go does not know where its build cache is.");
        assert_eq!(finding.evidence[1], "GOCACHE is set nowhere");
    }

    #[test]
    fn a_cache_that_is_there_or_can_be_made_is_no_fault() {
        let module = Module::plain();
        for value in [module.path(""), module.path("new/cache")] {
            let mut workspace = module.failing("a.go", "A");
            workspace.set("GOCACHE", &value.display().to_string());
            workspace.set("HOME", "");
            is_silent(&GocacheUnusable, &workspace);
        }
    }
}
