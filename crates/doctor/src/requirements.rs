//! What a go.mod requires.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use system::System;

use crate::Workspace;

/// A module and its version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Module {
    /// Its path.
    pub(crate) path: String,
    /// Its version; empty for a folder that takes the place of a module.
    pub(crate) version: String,
}

/// The requirements of the go.mod that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Requirements {
    /// The go.mod.
    pub(crate) file: PathBuf,
    modules: Vec<Module>,
    replaced: Vec<Replace>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Replace {
    old: Module,
    new: Module,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GoMod {
    require: Option<Vec<Module>>,
    replace: Option<Vec<Replace>>,
}

impl Requirements {
    /// Of the go.mod that go uses where something failed; it is read by go itself.
    pub(crate) fn read(system: &dyn System, workspace: &Workspace) -> Option<Self> {
        let file = PathBuf::from(&workspace.go().env(system).ok()?.gomod);
        let folder = file.parent().filter(|_| file.ends_with("go.mod"))?;
        let arguments = ["mod", "edit", "-json", "go.mod"];
        let output = system.run(&workspace.go().call(folder, &arguments)).ok()?;
        let read: GoMod = serde_json::from_str(&output.stdout).ok()?;
        Some(Self {
            file,
            modules: read.require.unwrap_or_default(),
            replaced: read.replace.unwrap_or_default(),
        })
    }

    /// The required module that a package would belong to: the one with the longest path.
    pub(crate) fn provider(&self, package: &str) -> Option<&Module> {
        let has = |module: &&Module| is_within(package, &module.path);
        self.modules
            .iter()
            .filter(has)
            .max_by_key(|module| module.path.len())
    }

    /// What is downloaded for a required module: itself, or what replaces it. `None` where that is a
    /// folder.
    pub(crate) fn downloaded<'a>(&'a self, module: &'a Module) -> Option<&'a Module> {
        let replaces = |replace: &&Replace| {
            let version = &replace.old.version;
            replace.old.path == module.path && (version.is_empty() || *version == module.version)
        };
        match self.replaced.iter().find(replaces) {
            Some(replace) if replace.new.version.is_empty() => None,
            Some(replace) => Some(&replace.new),
            None => Some(module),
        }
    }

    /// What is downloaded for them all.
    pub(crate) fn all_downloaded(&self) -> impl Iterator<Item = &Module> {
        self.modules
            .iter()
            .filter_map(|module| self.downloaded(module))
    }
}

impl Module {
    /// Of `path@version`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (path, version) = text.split_once('@')?;
        let plain = !text.contains(char::is_whitespace);
        plain.then(|| Self {
            path: path.to_owned(),
            version: version.to_owned(),
        })
    }

    /// Whether it is in the module cache, unpacked.
    pub(crate) fn is_in(&self, system: &dyn System, cache: &Path) -> bool {
        let folder = format!("{}@{}", escaped(&self.path), escaped(&self.version));
        system.exists(&cache.join(folder))
    }

    /// Path and version, with a space between.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.path, self.version)
    }
}

/// Whether a package path is that of a module or below it.
pub(crate) fn is_within(package: &str, module: &str) -> bool {
    package
        .strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// As the module cache writes it: file systems that take `A` and `a` for the same need that.
fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for character in path.chars() {
        if character.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(character.to_ascii_lowercase());
    }
    escaped
}

#[cfg(test)]
mod tests {
    use system::Real;
    use system::made_up::MadeUp;

    use super::*;
    use crate::testing::Module as OnDisk;

    #[test]
    fn go_mod_is_read_by_go() {
        let disk = OnDisk::new(&[
            (
                "go.mod",
                "module example.com/app\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\
                 \texample.com/a/b v1.2.0\n\texample.com/c v0.1.0\n)\n\n\
                 replace example.com/a => ../a\n\n\
                 replace example.com/c v0.1.0 => example.com/fork v0.2.0\n",
            ),
            ("a.go", "package a\n"),
        ]);
        let workspace = disk.failed("a.go", "package", None, &[]);
        let read = Requirements::read(&Real, &workspace).unwrap();
        let provider = |path| read.provider(path).map(|module| module.path.as_str());
        assert_eq!(provider("example.com/a/b/x"), Some("example.com/a/b"));
        assert_eq!(provider("example.com/a/bc"), Some("example.com/a"));
        assert_eq!(provider("example.com/abc"), None);
        let downloaded: Vec<String> = read.all_downloaded().map(Module::title).collect();
        assert_eq!(
            downloaded,
            ["example.com/a/b v1.2.0", "example.com/fork v0.2.0"]
        );

        disk.write("go.mod", "module example.com/app\n");
        let workspace = disk.failed("a.go", "package", None, &[]);
        let read = Requirements::read(&Real, &workspace).unwrap();
        assert_eq!(read.all_downloaded().count(), 0);
    }

    #[test]
    fn the_cache_is_looked_into_as_go_spells_it() {
        let system = MadeUp::default().with_file("/mod/example.com/!me/a@v1.0.0-!r!c/a.go", "");
        let module = Module::parse("example.com/Me/a@v1.0.0-RC").unwrap();
        assert!(module.is_in(&system, "/mod".as_ref()));
        let other = Module::parse("example.com/me/a@v1.0.0-RC").unwrap();
        assert!(!other.is_in(&system, "/mod".as_ref()));
        assert_eq!(Module::parse("no version"), None);
        assert_eq!(Module::parse("words with an @ in them"), None);
    }
}
