//! go.mod and go.work, as go reads them.

mod statement;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use system::System;

use crate::Workspace;
use crate::folder::{beside, clean, is_same_folder};
use crate::module::{Module, is_within};

pub(crate) use statement::{add_uses, line_of, replaced, statements_of};

/// A go.mod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GoMod {
    /// The file.
    pub(crate) file: PathBuf,
    /// The path of the module; empty where the file does not say.
    pub(crate) module: String,
    required: Vec<Module>,
    replaced: Vec<Replace>,
}

/// A go.work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GoWork {
    /// The modules that it lists.
    pub(crate) uses: Vec<Use>,
}

/// A module that a go.work lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    /// The folder as it is written there.
    pub(crate) written: String,
    /// Its path.
    pub(crate) folder: PathBuf,
}

impl GoMod {
    /// Reads a go.mod.
    ///
    /// # Errors
    ///
    /// In go's words, where it does not take the file.
    pub(crate) fn read(
        system: &dyn System,
        workspace: &Workspace,
        file: &Path,
    ) -> Result<Self, String> {
        let said: SaidMod = edit(system, workspace, "mod", file)?;
        Ok(Self {
            file: file.to_owned(),
            module: said.module.map(|module| module.path).unwrap_or_default(),
            required: said.require.unwrap_or_default(),
            replaced: said.replace.unwrap_or_default(),
        })
    }

    /// The one that go goes by where something failed.
    pub(crate) fn in_force(system: &dyn System, workspace: &Workspace) -> Option<Self> {
        let file = Path::new(&workspace.go().env(system).ok()?.gomod);
        // In no module it is the null device.
        file.ends_with("go.mod")
            .then(|| Self::read(system, workspace, file).ok())?
    }

    /// The required module that a package would belong to: the one with the longest path.
    pub(crate) fn provider(&self, package: &str) -> Option<&Module> {
        let has = |module: &&Module| is_within(package, &module.path);
        let all = self.required.iter().filter(has);
        all.max_by_key(|module| module.path.len())
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

    /// What is downloaded for all that is required.
    pub(crate) fn all_downloaded(&self) -> impl Iterator<Item = &Module> {
        self.required
            .iter()
            .filter_map(|module| self.downloaded(module))
    }
}

impl GoWork {
    /// Reads a go.work.
    ///
    /// # Errors
    ///
    /// In go's words, where it does not take the file.
    pub(crate) fn read(
        system: &dyn System,
        workspace: &Workspace,
        file: &Path,
    ) -> Result<Self, String> {
        let said: SaidWork = edit(system, workspace, "work", file)?;
        let uses = said.uses.unwrap_or_default().into_iter().map(|used| Use {
            folder: beside(file, &used.disk_path),
            written: used.disk_path,
        });
        Ok(Self {
            uses: uses.collect(),
        })
    }

    /// Whether it lists the module in this folder by this name, without a link that leads there.
    pub(crate) fn names(&self, folder: &Path) -> bool {
        let folder = clean(folder);
        self.uses.iter().any(|used| clean(&used.folder) == folder)
    }

    /// Whether it lists the module in this folder.
    pub(crate) fn lists(&self, system: &dyn System, folder: &Path) -> bool {
        self.uses
            .iter()
            .any(|used| is_same_folder(system, &used.folder, folder))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SaidMod {
    module: Option<Module>,
    require: Option<Vec<Module>>,
    replace: Option<Vec<Replace>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Replace {
    old: Module,
    new: Module,
}

#[derive(Deserialize)]
struct SaidWork {
    #[serde(rename = "Use")]
    uses: Option<Vec<SaidUse>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SaidUse {
    disk_path: String,
}

/// Has go read a file. What the workspace's environment says counts for nothing here: a wrong value in
/// it is for another check to find.
fn edit<T: DeserializeOwned>(
    system: &dyn System,
    workspace: &Workspace,
    tool: &str,
    file: &Path,
) -> Result<T, String> {
    let folder = file.parent().unwrap_or(&workspace.folder);
    // By its name alone, since the path of the folder may not be text.
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let call = workspace
        .go()
        .call(folder, &[tool, "edit", "-json", &name])
        .env("GOENV", "off")
        .env("GOFLAGS", "")
        .env("GO111MODULE", "on")
        .env("GOTOOLCHAIN", "local")
        .env("GOWORK", "off");
    let output = system.run(&call).map_err(|error| error.to_string())?;
    if !output.success {
        return Err(output.stderr.trim().to_owned());
    }
    serde_json::from_str(&output.stdout).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;
    use crate::testing;

    #[test]
    fn a_go_work_is_read_by_go() {
        let disk = testing::Module::new(&[(
            "go.work",
            "go 1.24\n\nuse (\n\t./a // Ours.\n\t\"./b c\"\n)\nuse ../d\n",
        )]);
        let work = GoWork::read(&Real, &disk.workspace(), &disk.path("go.work")).unwrap();
        let written: Vec<_> = work.uses.iter().map(|used| &*used.written).collect();
        assert_eq!(written, ["./a", "./b c", "../d"]);
        let d = disk.path("").parent().unwrap().join("d");
        assert_eq!(work.uses[2].folder, d);
        assert!(work.lists(&Real, &d));
    }

    #[test]
    fn a_go_mod_is_read_by_go() {
        let disk = testing::Module::new(&[
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
        let read = GoMod::in_force(&Real, &workspace).unwrap();
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
        let read = GoMod::in_force(&Real, &workspace).unwrap();
        assert_eq!(read.all_downloaded().count(), 0);
    }

    #[test]
    fn a_file_that_go_does_not_take_is_an_error_in_its_words() {
        let disk = testing::Module::new(&[("go.mod", "module a\n\nrequier b v1.0.0\n")]);
        let mut workspace = disk.workspace();
        workspace.set("GOFLAGS", "-bogus");
        let words = GoMod::read(&Real, &workspace, &disk.path("go.mod")).unwrap_err();
        assert!(
            words.ends_with("go.mod:3: unknown directive: requier"),
            "{words}"
        );

        disk.write("go.mod", "module a\n\ngo 1.99\n");
        let read = GoMod::read(&Real, &workspace, &disk.path("go.mod")).unwrap();
        assert_eq!(read.module, "a");
    }
}
