//! What the Go extension of VS Code makes of the settings, by golang/vscode-go at 28e27ffd (2026-08):
//! `goEnv.ts`, `util.ts`, `goInstallTools.ts`, `language/goLanguageServer.ts`.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use system::System;

use super::tools::Extension;
use super::tree::Node;
use super::trust;
use crate::installation::goroot_of;

/// The section with gopls's own settings.
pub(crate) const GOPLS: &[&str] = &["gopls"];

/// The setting with variables for all that the extension starts.
pub(crate) const VARIABLES: &[&str] = &["go", "toolsEnvVars"];

/// The setting with the Go installation.
const GOROOT: &[&str] = &["go", "goroot"];

/// A variable that the editor gives the gopls process, besides its own environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The parts of the name of the setting that it comes from: `["go", "toolsEnvVars"]`.
    pub setting: &'static [&'static str],
    /// The file that has the setting.
    pub path: PathBuf,
}

impl Given {
    /// The setting and its file, in words.
    pub fn by(&self) -> String {
        format!("{} in {}", self.setting.join("."), self.path.display())
    }
}

impl Extension<'_> {
    /// The settings that gopls gets, but what a repository may not have tried out. The extension hands on what it
    /// has for the go command as gopls's own build flags, where there are none.
    pub(crate) fn of_gopls(&self) -> Map<String, Value> {
        let own = self.stack.get(GOPLS).into_iter().flat_map(Node::members);
        let own = own.filter_map(|(name, node)| {
            let value = match last_part(name) {
                "env" => trust::variables(node),
                "buildFlags" if !trust::may_build_with(node) => return None,
                _ => node.value(),
            };
            Some((name.clone(), value))
        });
        let mut settings: Map<String, Value> = own.collect();
        let flags = self.stack.get(&["go", "buildFlags"]);
        let flags = flags.filter(|node| trust::may_build_with(node));
        let flags = flags.map(Node::value).unwrap_or_default();
        let flags = flags.as_array().into_iter().flatten();
        let mut flags: Vec<String> = flags.filter_map(Value::as_str).map(str::to_owned).collect();
        if let Some(tags) = self.stack.get(&["go", "buildTags"]).and_then(Node::text)
            && !flags.iter().any(|flag| flag == "-tags")
        {
            flags.extend(["-tags".to_owned(), tags.to_owned()]);
        }
        if !flags.is_empty() {
            settings
                .entry("build.buildFlags")
                .or_insert_with(|| flags.into());
        }
        settings
    }

    /// What of the settings is not tried out since a repository has brought it along, a line each.
    pub(crate) fn untried(&self) -> Vec<String> {
        let mut all: Vec<(String, &Node)> = Vec::new();
        for path in [
            &["go", "goroot"][..],
            &["go", "gopath"],
            &["go", "alternateTools", "go"],
            &["http", "proxy"],
        ] {
            let node = self.stack.get(path).filter(|node| node.text().is_some());
            let node = node.filter(|node| !trust::is_own(node));
            all.extend(node.map(|node| (path.join("."), node)));
        }
        let flags = self.stack.get(&["go", "buildFlags"]).into_iter();
        let flags = flags.filter(|node| !trust::may_build_with(node));
        all.extend(flags.map(|node| ("go.buildFlags".to_owned(), node)));
        let variables = |setting: &str, node: &Node| -> Vec<String> {
            let members = node
                .members()
                .filter(|(name, node)| !trust::may_set(node, name));
            members
                .map(|(name, _)| format!("{name} of {setting}"))
                .collect()
        };
        let mut names: Vec<(String, &Node)> = Vec::new();
        if let Some(node) = self.stack.get(VARIABLES) {
            names.extend(
                variables("go.toolsEnvVars", node)
                    .into_iter()
                    .map(|name| (name, node)),
            );
        }
        for (name, node) in self.stack.get(GOPLS).into_iter().flat_map(Node::members) {
            match last_part(name) {
                "env" => names.extend(variables(name, node).into_iter().map(|name| (name, node))),
                "buildFlags" if !trust::may_build_with(node) => names.push((name.clone(), node)),
                _ => {}
            }
        }
        all.extend(names);
        let told = all.into_iter().map(|(name, node)| {
            let path = node.place.path.display();
            format!("{name} in {path} was not tried out: what a repository brings along names no program here")
        });
        told.collect()
    }

    /// The variables that the gopls process gets.
    pub(crate) fn given(&self) -> Vec<Given> {
        let mut all = Vec::new();
        let mut give =
            |name: &str, value: String, setting: &'static [&'static str], node: &Node| {
                all.retain(|given: &Given| given.name != name);
                all.push(Given {
                    name: name.to_owned(),
                    value,
                    setting,
                    path: node.place.path.clone(),
                });
            };
        if let Some((root, node)) = self.goroot().filter(|(_, node)| trust::is_own(node)) {
            give("GOROOT", root.display().to_string(), GOROOT, node);
        }
        let path = self
            .search_path()
            .filter(|(_, _, node)| trust::is_own(node));
        if let Some((path, setting, node)) = path {
            give("PATH", path, setting, node);
        }
        let variables = self.stack.get(VARIABLES);
        let variables = variables.into_iter().flat_map(Node::members);
        for (name, node) in variables.filter(|(name, node)| trust::may_set(node, name)) {
            // The extension sets it again, to what its own environment has.
            if name == "GOPATH" && self.system.var("GOPATH").is_some() {
                continue;
            }
            let value = match node.value() {
                Value::String(text) => self.resolved(&text),
                other => other.to_string(),
            };
            give(name, value, VARIABLES, node);
        }
        // What is inferred lies in the repository, whoever has switched it on.
        let gopath = self
            .gopath()
            .filter(|(_, setting, node)| trust::is_own(node) && *setting != ["go", "inferGopath"]);
        if let Some((gopath, setting, node)) = gopath {
            give("GOPATH", gopath, setting, node);
        }
        let proxy = self.stack.get(&["http", "proxy"]);
        let proxy = proxy.filter(|node| trust::is_own(node));
        if let Some((node, url)) = proxy.and_then(|node| Some((node, node.text()?))) {
            for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"] {
                give(name, url.to_owned(), &["http", "proxy"], node);
            }
        }
        all
    }

    /// The setting that gives a variable this value, whoever has put it there: for what gopls has already.
    pub(crate) fn that_gives(&self, name: &str, value: &str) -> Option<Given> {
        let variable = self.stack.get(VARIABLES).and_then(|node| node.get(name));
        let variable = variable.and_then(|node| {
            let value = self.resolved(node.text()?);
            Some((value, VARIABLES, node))
        });
        let goroot = self.goroot().filter(|_| name == "GOROOT");
        let goroot = goroot.map(|(root, node)| (root.display().to_string(), GOROOT, node));
        let gopath = self.gopath().filter(|_| name == "GOPATH");
        let mut all = [variable, goroot, gopath].into_iter().flatten();
        let (value, setting, node) = all.find(|(given, ..)| given == value)?;
        Some(Given {
            name: name.to_owned(),
            value,
            setting,
            path: node.place.path.clone(),
        })
    }

    /// The GOROOT that `go.goroot` sets; one that is no folder is passed over.
    fn goroot(&self) -> Option<(PathBuf, &Node)> {
        let node = self.stack.get(GOROOT)?;
        let root = PathBuf::from(self.resolved(node.text()?));
        let is_folder = self
            .system
            .kind(&root)
            .is_ok_and(|kind| kind == system::EntryKind::Folder);
        is_folder.then_some((root, node))
    }

    /// The PATH that gopls gets where the settings name a go: that go goes first.
    fn search_path(&self) -> Option<(String, &'static [&'static str], &Node)> {
        let alternate = self.alternate("go");
        let (go, setting, node): (PathBuf, &'static [&'static str], &Node) = match alternate {
            Some((go, node)) if self.system.is_executable(&go) => {
                (go, &["go", "alternateTools", "go"], node)
            }
            _ => {
                let (root, node) = self.goroot()?;
                let go = crate::installation::go_in(&root.join("bin"));
                (go, GOROOT, node)
            }
        };
        if !self.system.is_executable(&go) {
            return None;
        }
        let root = match self.goroot() {
            Some((root, _)) => root,
            None => goroot_of(self.system, &go)?,
        };
        let path = self.system.var("PATH").unwrap_or_default();
        let folders = std::iter::once(root.join("bin")).chain(std::env::split_paths(&path));
        let joined = std::env::join_paths(folders).ok()?;
        Some((joined.to_string_lossy().into_owned(), setting, node))
    }

    /// The GOPATH that the settings give: what `go.inferGopath` infers from the folder, else `go.gopath`.
    pub(crate) fn gopath(&self) -> Option<(String, &'static [&'static str], &Node)> {
        let infer = self.stack.get(&["go", "inferGopath"]);
        let infer = infer.filter(|node| node.value() == Value::Bool(true));
        if let Some((node, inferred)) =
            infer.and_then(|node| Some((node, inferred(self.system, &self.stack.folder)?)))
        {
            let inferred = inferred.display().to_string();
            let value = match &self.gopath {
                gopath if gopath.is_empty() || *gopath == inferred => inferred,
                gopath => format!(
                    "{inferred}{}{gopath}",
                    if cfg!(windows) { ';' } else { ':' }
                ),
            };
            return Some((value, &["go", "inferGopath"], node));
        }
        let node = self.stack.get(&["go", "gopath"])?;
        Some((self.resolved(node.text()?), &["go", "gopath"], node))
    }
}

/// gopls goes by the last part of a name (`Options.Set` in internal/settings).
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The folder above the last `src` on a path, or the folder itself where it has a `src`; none where a module
/// begins there.
fn inferred(system: &dyn System, folder: &Path) -> Option<PathBuf> {
    let is_src = |path: &&Path| {
        let name = path.file_name();
        name.is_some_and(|name| name.eq_ignore_ascii_case("src"))
    };
    let above = folder.ancestors().find(is_src).and_then(Path::parent);
    let above = above.filter(|above| above.parent().is_some());
    let inferred = match above {
        Some(above) => above,
        None => Some(folder).filter(|folder| {
            let kind = system.kind(&folder.join("src"));
            kind.is_ok_and(|kind| kind == system::EntryKind::Folder)
        })?,
    };
    (!system.exists(&inferred.join("go.mod"))).then(|| inferred.to_owned())
}
