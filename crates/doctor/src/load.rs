//! What go says where gopls loads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use system::{EntryKind, System};

use crate::Workspace;
use crate::folder::{clean, is_inside};
use crate::modfile::GoWork;

/// How many places of a workspace are looked at where nothing says which one counts.
const MOST: usize = 4;

/// A folder that gopls loads packages from, and what go says there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    /// The folder that go was asked in.
    pub(crate) folder: PathBuf,
    /// The go.mod above it.
    pub(crate) go_mod: Option<PathBuf>,
    /// The go.work that is in force there.
    pub(crate) go_work: Option<PathBuf>,
    /// Whether that go.work leaves the module out: gopls then loads the module with GOWORK=off.
    pub(crate) left_out: bool,
    /// Whether what failed is of a dependency or of Go itself, and go was asked in the opened folder
    /// instead: gopls loads the packages of others for those of the user.
    pub(crate) of_others: bool,
    /// Why go loads nothing, in its words; none where it does.
    pub(crate) words: Option<String>,
}

impl Load {
    /// What go says in the folder of what failed; where nothing did, in the opened folder and where
    /// gopls has views.
    pub(crate) fn all<'a>(system: &dyn System, workspace: &'a Workspace) -> &'a [Self] {
        workspace.loads.get_or_init(|| {
            let of_others = is_of_others(system, workspace);
            let mut folders = vec![if of_others {
                &workspace.folder
            } else {
                workspace.place()
            }];
            if workspace.failed.is_none() {
                let views = workspace.views.iter().flatten();
                folders.extend(views.map(|view| view.root.as_path()));
                let mut seen = BTreeSet::new();
                folders.retain(|folder| seen.insert(*folder));
                folders.truncate(MOST);
            }
            let existing = folders.into_iter().filter(|folder| {
                system
                    .kind(folder)
                    .is_ok_and(|kind| kind == EntryKind::Folder)
            });
            existing
                .map(|folder| Self {
                    of_others,
                    ..Self::ask(system, workspace, folder)
                })
                .collect()
        })
    }

    /// What go says in the folder of what failed.
    pub(crate) fn of_failed<'a>(system: &dyn System, workspace: &'a Workspace) -> Option<&'a Self> {
        workspace.failed.as_ref()?;
        Self::all(system, workspace).first()
    }

    /// The first place where go fails with words that have this in them.
    pub(crate) fn that_says<'a>(
        system: &dyn System,
        workspace: &'a Workspace,
        words: &str,
    ) -> Option<(&'a Self, &'a str)> {
        Self::all(system, workspace).iter().find_map(|load| {
            let said = load.words.as_deref()?;
            said.contains(words).then_some((load, said))
        })
    }

    fn ask(system: &dyn System, workspace: &Workspace, folder: &Path) -> Self {
        let go = workspace.go();
        let go_mod = above(system, folder, "go.mod");
        let go_work = system
            .run(&go.call(folder, &["env", "GOWORK"]))
            .ok()
            .map(|output| output.stdout.trim().to_owned())
            .filter(|path| !path.is_empty() && path != "off")
            .map(PathBuf::from);
        let left_out = go_mod.as_deref().is_some_and(|go_mod| {
            let work = go_work
                .as_deref()
                .and_then(|file| GoWork::read(system, workspace, file).ok());
            let module = go_mod.parent().unwrap_or(folder);
            // To go, as to gopls, a folder is what it is called: one by a link is another.
            work.is_some_and(|work| !work.names(module))
        });
        let mut call = go.list_call(system, folder, &["-e", "-find", "."]);
        if left_out {
            call = call.env("GOWORK", "off");
        }
        let output = system.run(&call).ok();
        let words = output
            .filter(|output| !output.success)
            .map(|output| output.stderr.trim().to_owned());
        Self {
            folder: folder.to_owned(),
            go_mod,
            go_work,
            left_out,
            of_others: false,
            words,
        }
    }

    /// A path that go shows, which it does relative to the folder where that is shorter.
    pub(crate) fn path(&self, shown: &str) -> PathBuf {
        clean(&self.folder.join(shown))
    }

    /// The folder of the module that the place is in.
    pub(crate) fn module_folder(&self) -> Option<&Path> {
        self.go_mod.as_deref()?.parent()
    }
}

/// Whether what failed is a file of the module cache or of Go itself.
fn is_of_others(system: &dyn System, workspace: &Workspace) -> bool {
    let failed = workspace.failed.as_ref();
    let Some(folder) = failed.and_then(|failed| failed.path.parent()) else {
        return false;
    };
    // Toolchains that go has fetched lie in the module cache too.
    let arguments = ["env", "GOMODCACHE", "GOROOT"];
    let call = workspace
        .go()
        .call(folder, &arguments)
        .env("GOTOOLCHAIN", "local");
    let Ok(output) = system.run(&call) else {
        return false;
    };
    let mut outer = output.stdout.lines().filter(|line| !line.is_empty());
    outer.any(|outer| is_inside(system, folder, Path::new(outer)))
}

/// The nearest file of this name in a folder or above it.
pub(crate) fn above(system: &dyn System, folder: &Path, name: &str) -> Option<PathBuf> {
    let mut all = folder.ancestors().map(|folder| folder.join(name));
    all.find(|path| system.kind(path).is_ok_and(|kind| kind == EntryKind::File))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Module;

    #[test]
    fn a_module_that_go_work_leaves_out_is_loaded_by_itself() {
        let module = Module::new(&[
            ("go.work", "go 1.24\n\nuse ./a\n"),
            ("a/go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("a/a.go", "package a\n"),
            ("b/go.mod", "module example.com/b\n\ngo 1.24\n"),
            ("b/b.go", "package b\n\nvar B = 1\n"),
        ]);
        let listed = module.failing("a/a.go", "a");
        let load = Load::of_failed(&system::Real, &listed).unwrap();
        assert_eq!(load.go_work.as_deref(), Some(&*module.path("go.work")));
        assert_eq!((load.left_out, &load.words), (false, &None));

        let left_out = module.failing("b/b.go", "B");
        let load = Load::of_failed(&system::Real, &left_out).unwrap();
        assert_eq!(load.module_folder(), Some(&*module.path("b")));
        assert_eq!((load.left_out, &load.words), (true, &None));
    }

    #[test]
    fn for_a_file_of_a_dependency_the_opened_folder_counts() {
        let module = Module::new(&[
            ("a/go.mod", "module example.com/a\n\ngo 1.24\n"),
            ("a/a.go", "package a\n"),
            (
                "cache/x.test/b@v1.0.0/go.mod",
                "module x.test/b\n\ngo 1.99\n",
            ),
            ("cache/x.test/b@v1.0.0/b.go", "package b\n\nvar B = 1\n"),
        ]);
        let mut workspace = module.failing("cache/x.test/b@v1.0.0/b.go", "B");
        workspace.folder = module.path("a");
        workspace.set("GOMODCACHE", &module.path("cache").display().to_string());
        let load = Load::of_failed(&system::Real, &workspace).unwrap();
        assert_eq!((load.of_others, &load.words), (true, &None));
        assert_eq!(load.module_folder(), Some(&*module.path("a")));
    }
}
