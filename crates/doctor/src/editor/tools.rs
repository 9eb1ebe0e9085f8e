//! Which programs the Go extension takes, by its `utils/pathUtils.ts`.

use std::path::{Path, PathBuf};

use system::System;

use super::stack::Stack;
use super::tree::Node;
use crate::Patient;

/// The Go extension with the settings of a stack.
pub(crate) struct Extension<'a> {
    pub(super) system: &'a dyn System,
    pub(super) stack: &'a Stack,
    /// `go env GOPATH` without what the settings say of it; empty where go does not say.
    pub(super) gopath: String,
    /// `go env GOBIN`, the same.
    gobin: String,
    /// `go env GOROOT`, the same.
    goroot: String,
}

/// What the extension takes for a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Looked {
    /// The file.
    pub(crate) path: PathBuf,
    /// Where it was found, in words.
    pub(crate) at: &'static str,
}

impl<'a> Extension<'a> {
    /// With these settings, and what `go env` says in their folder, if it says anything.
    pub(crate) fn new(
        system: &'a dyn System,
        stack: &'a Stack,
        env: Option<&crate::GoEnv>,
    ) -> Self {
        let said = |of: fn(&crate::GoEnv) -> &String| env.map(of).cloned().unwrap_or_default();
        Self {
            system,
            stack,
            gopath: said(|env| &env.gopath),
            gobin: said(|env| &env.gobin),
            goroot: said(|env| &env.goroot),
        }
    }

    /// In the folder of a stack, as go sees the patient's.
    pub(crate) fn of(system: &'a dyn System, patient: &Patient, stack: &'a Stack) -> Self {
        let mut workspaces = patient.workspaces.iter();
        let workspace = workspaces.find(|workspace| workspace.folder == stack.folder);
        let env = workspace.and_then(|workspace| workspace.go().env(system).ok());
        Self::new(system, stack, env)
    }

    /// What `go.alternateTools` names for a tool, with `~` and the variables of VS Code in their values.
    pub(crate) fn alternate(&self, tool: &str) -> Option<(PathBuf, &'a Node)> {
        let node = self.stack.get(&["go", "alternateTools", tool])?;
        Some((PathBuf::from(self.resolved(node.text()?)), node))
    }

    /// The file that the extension runs for a tool; none where it finds none. A path in `go.alternateTools` that
    /// is not there is passed over.
    pub(crate) fn look(&self, tool: &str) -> Option<Looked> {
        let named = self.alternate(tool).map(|(path, _)| path);
        if let Some(path) = named.as_ref().filter(|path| path.is_absolute())
            && self.system.is_executable(path)
        {
            return Some(Looked {
                path: path.clone(),
                at: "go.alternateTools",
            });
        }
        let name = match &named {
            Some(name) if !name.is_absolute() => name.display().to_string(),
            _ => tool.to_owned(),
        };
        let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        let mut places: Vec<(PathBuf, &'static str)> = Vec::new();
        let mut add = |paths: &str, below: &str, at| {
            let paths = std::env::split_paths(paths).filter(|path| path.is_absolute());
            places.extend(paths.map(|path| (path.join(below), at)));
        };
        add(&self.gobin, "", "GOBIN");
        if tool != "go" {
            if let Some(path) = self.stack.get(&["go", "toolsGopath"]).and_then(Node::text) {
                add(&self.resolved(path), "bin", "go.toolsGopath");
            }
            let given = self.gopath().map(|(path, ..)| path);
            add(given.as_ref().unwrap_or(&self.gopath), "bin", "GOPATH/bin");
        }
        let root = self.stack.get(&["go", "goroot"]).and_then(Node::text);
        let root = root.map(|root| self.resolved(root));
        match root.filter(|_| tool == "go") {
            Some(root) => add(&root, "bin", "go.goroot"),
            None => add(&self.goroot, "bin", "GOROOT/bin"),
        }
        let path = self.system.var("PATH").unwrap_or_default();
        add(&path.to_string_lossy(), "", "PATH");
        let found = places.into_iter().map(|(folder, at)| Looked {
            path: folder.join(&name),
            at,
        });
        let mut found = found.filter(|looked| self.system.is_executable(&looked.path));
        found.next()
    }

    /// The folder that the extension has `go install` write its tools to.
    pub(crate) fn installs_to(&self) -> Option<PathBuf> {
        let own = self.stack.get(&["go", "toolsGopath"]).and_then(Node::text);
        if let Some(own) = own {
            return Some(PathBuf::from(self.resolved(own)).join("bin"));
        }
        if !self.gobin.is_empty() {
            return Some(PathBuf::from(&self.gobin));
        }
        let given = self.gopath().map(|(path, ..)| path);
        let gopath = given.as_ref().unwrap_or(&self.gopath);
        let first = std::env::split_paths(gopath).next()?;
        first.is_absolute().then(|| first.join("bin"))
    }

    /// A text of the settings with `${env:NAME}`, `${workspaceFolder}` and a leading `~` in their values.
    pub(crate) fn resolved(&self, text: &str) -> String {
        resolved(self.system, &self.stack.folder, text)
    }
}

/// A text of the settings as the Go extension reads it in this folder, with `${env:NAME}`, `${workspaceFolder}` and a
/// leading `~` in their values.
pub fn resolved(system: &dyn System, folder: &Path, text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((name, after)) = behind.split_once('}') else {
            break;
        };
        shown.push_str(before);
        match name {
            "workspaceFolder" | "workspaceRoot" => shown.push_str(&folder.to_string_lossy()),
            "workspaceFolderBasename" => {
                let name = folder.file_name().unwrap_or_default();
                shown.push_str(&name.to_string_lossy());
            }
            _ => match name.strip_prefix("env:") {
                Some(name) => {
                    let value = system.var(name.trim()).unwrap_or_default();
                    shown.push_str(&value.to_string_lossy());
                }
                None => shown.push_str(&format!("${{{name}}}")),
            },
        }
        rest = after;
    }
    shown.push_str(rest);
    match (shown.strip_prefix('~'), system.home()) {
        (Some(below), Some(home)) => format!("{}{below}", home.display()),
        _ => shown,
    }
}

/// What a path in the settings is, where it is no program that this user may run.
pub(crate) fn is_program(system: &dyn System, path: &Path) -> Result<(), &'static str> {
    match (system.is_executable(path), system.exists(path)) {
        (true, _) => Ok(()),
        (false, true) => Err("is no program that this user may run"),
        (false, false) => Err("is not there"),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::*;
    use crate::GoEnv;
    use crate::editor::Settings;

    #[test]
    fn a_tool_is_looked_for_in_the_order_of_the_extension() {
        let places = [
            ("/named/gopls", "go.alternateTools"),
            ("/gobin/gopls", "GOBIN"),
            ("/h/tools/bin/gopls", "go.toolsGopath"),
            ("/gopath/bin/gopls", "GOPATH/bin"),
            ("/goroot/bin/gopls", "GOROOT/bin"),
            ("/usr/bin/gopls", "PATH"),
        ];
        let env = GoEnv {
            gobin: "/gobin".into(),
            gopath: "/gopath".into(),
            goroot: "/goroot".into(),
            ..GoEnv::default()
        };
        let text =
            r#"{"go.alternateTools": {"gopls": "/named/gopls"}, "go.toolsGopath": "~/tools"}"#;
        for (first, expected) in places.iter().enumerate() {
            let system = MadeUp::default()
                .with_var("HOME", "/h")
                .with_var("PATH", "/usr/bin")
                .with_file("/w/.vscode/settings.json", text);
            let there = places[first..].iter();
            let system = there.fold(system, |system, (path, _)| system.with_program(path, ""));
            let settings = Settings::of(&system, Path::new("/w"));
            let extension = Extension::new(&system, &settings.stacks[0], Some(&env));
            let looked = extension.look("gopls").unwrap();
            assert_eq!((looked.path.to_str().unwrap(), looked.at), *expected);
            assert_eq!(extension.look("dlv"), None);
            let target = extension.installs_to();
            assert_eq!(target.as_deref(), Some(Path::new("/h/tools/bin")));
        }
    }
}
