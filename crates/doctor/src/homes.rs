//! The folders whose files gopls knows by their spelling.

use std::path::{Path, PathBuf};

use paths::module_root;
use system::System;

use crate::folder::{beside, is_same_folder};
use crate::modfile::{replaced, statements_of};
use crate::{Workspace, driver};

/// The folders whose files gopls knows by their spelling: it spells them as go does, which never follows a
/// link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Homes {
    /// The modules of the views and those that they replace, and the folders that have a view without a
    /// module.
    pub modules: Vec<PathBuf>,
    /// The module cache, GOROOT and the GOPATHs, as far as packages come from there.
    pub libraries: Vec<PathBuf>,
}

impl Homes {
    /// Those of a workspace folder and of the views that gopls says it has.
    pub fn of(system: &dyn System, workspace: &Workspace) -> Self {
        let mut homes = Self::default();
        // What a driver calls files only it knows.
        if driver::is_in_force(system, workspace) {
            return homes;
        }
        // Where HOME is relative, go would make its folders below the workspace.
        let env = (system.home()).and_then(|_| workspace.go().local_env(system).ok());
        let file = |path: &str| Some(PathBuf::from(path)).filter(|path| system.exists(path));
        let in_force = env.as_ref().and_then(|env| file(&env.gowork));
        match &in_force {
            Some(go_work) => homes.add_work(system, go_work),
            None => match module_root(system, &workspace.folder) {
                Some(root) => homes.add_module(system, root),
                None => homes.add(workspace.folder.clone()),
            },
        }
        for view in workspace.views.iter().flatten() {
            match view.kind.as_str() {
                "GoWork" => {
                    let beside = view.root.join("go.work");
                    // GOWORK may have it by another name, and by that gopls knows what it lists.
                    let lies_there = |file: &&PathBuf| {
                        let folder = file.parent();
                        folder.is_some_and(|folder| is_same_folder(system, folder, &view.root))
                    };
                    let named = in_force.as_ref().filter(lies_there);
                    homes.add_work(system, named.unwrap_or(&beside));
                }
                _ => homes.add_module(system, &view.root),
            }
        }
        if let Some(env) = env {
            // Only without modules packages come from there.
            let gopath = match env.gomod.is_empty() {
                true => &*env.gopath,
                false => "",
            };
            let gopaths = std::env::split_paths(gopath).map(|path| path.join("src"));
            homes.libraries = [
                env.gomodcache.clone().into(),
                Path::new(&env.goroot).join("src"),
            ]
            .into_iter()
            .chain(gopaths)
            .filter(|folder: &PathBuf| folder.is_absolute())
            .collect();
        }
        homes
    }

    fn add(&mut self, folder: PathBuf) {
        if !self.modules.contains(&folder) {
            self.modules.push(folder);
        }
    }

    fn add_module(&mut self, system: &dyn System, root: &Path) {
        self.add(root.to_owned());
        for folder in replaced(system, &root.join("go.mod")) {
            self.add(folder);
        }
    }

    fn add_work(&mut self, system: &dyn System, go_work: &Path) {
        for statement in statements_of(system, go_work) {
            if let Some([folder]) = statement.of("use") {
                self.add_module(system, &beside(go_work, folder));
            }
        }
        for folder in replaced(system, go_work) {
            self.add(folder);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::View;
    use crate::testing::Module;

    fn modules(module: &Module, folder: &str) -> Vec<PathBuf> {
        let mut workspace = module.workspace();
        workspace.folder = module.path(folder);
        Homes::of(&system::Real, &workspace).modules
    }

    #[test]
    fn they_are_spelled_as_the_folder_is_and_as_the_files_say() {
        let go_mod = |name: &str| format!("module example.com/{name}\n\ngo 1.24\n");
        let main = go_mod("main") + "\nreplace example.com/lib => ../lib\n";
        let module = Module::new(&[
            ("main/go.mod", &main),
            ("main/in/a.go", "package in\n"),
            ("lib/go.mod", &go_mod("lib")),
            (
                "work/go.work",
                "go 1.24\n\nuse (\n\t.\n\t../lib/../link\n)\n",
            ),
            ("work/go.mod", &go_mod("work")),
        ]);
        module.link("link", "main");
        module.link("other", "work");
        let paths = |names: &[&str]| -> Vec<PathBuf> {
            names.iter().map(|name| module.path(name)).collect()
        };
        assert_eq!(modules(&module, "main/in"), paths(&["main", "lib"]));
        assert_eq!(modules(&module, "link/in"), paths(&["link", "lib"]));
        for folder in ["work", "other"] {
            let expected = paths(&[folder, "link", "lib"]);
            assert_eq!(modules(&module, folder), expected);
        }
        assert_eq!(modules(&module, ""), [module.path("")]);
    }

    #[test]
    fn what_gowork_names_is_spelled_as_it_says() {
        let module = Module::new(&[
            ("real/go.work", "go 1.24\n\nuse ./a\n"),
            ("real/a/go.mod", "module example.com/a\n\ngo 1.24\n"),
        ]);
        module.link("link", "real");
        let mut workspace = module.workspace();
        workspace.folder = module.path("link");
        workspace.views = Some(vec![View {
            kind: "GoWork".into(),
            root: module.path("link"),
            folder: module.path("link"),
        }]);
        let modules = Homes::of(&system::Real, &workspace).modules;
        assert_eq!(modules, [module.path("link/a")]);
        let go_work = module.path("real/go.work").display().to_string();
        workspace.set("GOWORK", &go_work);
        let modules = Homes::of(&system::Real, &workspace).modules;
        assert_eq!(modules, [module.path("real/a")]);
    }

    #[test]
    fn views_and_libraries_are_among_them() {
        let module = Module::new(&[("go.mod", "module example.com/a\n\ngo 1.24\n")]);
        let mut workspace = module.workspace();
        workspace.set("GOMODCACHE", "/cache/mod");
        workspace.set("GOPATH", "/one:/two");
        workspace.views = Some(vec![View {
            kind: "GoMod".into(),
            root: "/elsewhere".into(),
            folder: "/".into(),
        }]);
        let homes = Homes::of(&system::Real, &workspace);
        assert_eq!(homes.modules.last().unwrap(), Path::new("/elsewhere"));
        let [cache, go] = &homes.libraries[..] else {
            panic!("{homes:?}");
        };
        assert_eq!(cache, Path::new("/cache/mod"));
        assert!(go.join("fmt").is_dir());
        let mut workspace = module.workspace();
        workspace.set("GO111MODULE", "off");
        workspace.set("GOPATH", "/one:/two");
        let homes = Homes::of(&system::Real, &workspace);
        let gopaths = &homes.libraries[2..];
        assert_eq!(gopaths, [PathBuf::from("/one/src"), "/two/src".into()]);
        workspace.set("GOPACKAGESDRIVER", "/opt/driver");
        assert_eq!(Homes::of(&system::Real, &workspace), Homes::default());
    }
}
