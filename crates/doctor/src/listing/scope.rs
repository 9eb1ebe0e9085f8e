//! Where go is asked for packages, and for which.

use std::path::{Path, PathBuf};

use system::{EntryKind, System};

use crate::Workspace;
use crate::checks::gopath_leftovers::is_gopath_view;
use crate::load::{Load, above};
use crate::modfile::{GoWork, statements_of};
use crate::near::Near;

/// How many modules below the opened folder are listed where no go.mod and no go.work says which one counts.
const MOST_MODULES: usize = 6;

/// How many entries of a folder without a module are looked at.
const MOST_FILES: usize = 200;

/// Where go is asked, and for what.
pub(super) struct Scope {
    pub(super) folder: PathBuf,
    /// The folders of the modules that are listed.
    modules: Vec<PathBuf>,
    pub(super) patterns: Vec<String>,
    pub(super) without_go_work: bool,
}

/// What gopls loads: the modules of the go.work in force, or the module of the folder, or those below it.
pub(super) fn scopes(system: &dyn System, workspace: &Workspace) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = Vec::new();
    for load in Load::all(system, workspace) {
        // What go says with modules is not what gopls knows there.
        if is_gopath_view(system, workspace, load) {
            continue;
        }
        let scope = scope(system, workspace, load);
        if let Some(scope) = scope {
            scopes.push(scope);
        } else {
            let near = Near::below(system, &load.folder);
            let folders = near.go_mods.iter().filter_map(|file| file.parent());
            scopes.extend(folders.take(MOST_MODULES).map(|folder| {
                let own = above(system, folder, "go.work");
                let leaves_out = own.is_some_and(|file| {
                    let work = GoWork::read(system, workspace, &file);
                    work.is_ok_and(|work| !work.names(folder))
                });
                Scope {
                    without_go_work: leaves_out,
                    ..Scope::all_below(folder)
                }
            }));
            // Without a module gopls looks at the folder itself, and at none below.
            let files = go_files(system, &load.folder);
            if !files.is_empty() {
                scopes.push(Scope {
                    patterns: files,
                    ..Scope::all_below(&load.folder)
                });
            }
        }
    }
    let mut seen = Vec::new();
    scopes.retain(|scope| {
        let key = (scope.folder.clone(), scope.patterns.clone());
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
    scopes
}

/// The folders without a module of their own below which not all modules are listed, with how many are and how many
/// there are.
pub(crate) fn cut_short(
    system: &dyn System,
    workspace: &Workspace,
) -> Vec<(PathBuf, usize, usize)> {
    let loads = Load::all(system, workspace).iter();
    let bare = loads.filter(|load| {
        !is_gopath_view(system, workspace, load) && scope(system, workspace, load).is_none()
    });
    let counted = bare.map(|load| {
        let all = Near::below(system, &load.folder).go_mods.len();
        (load.folder.clone(), MOST_MODULES, all)
    });
    counted.filter(|(_, listed, all)| all > listed).collect()
}

/// The Go files of a folder but those of tests; go lists such files in no module, and no folder.
fn go_files(system: &dyn System, folder: &Path) -> Vec<String> {
    let entries = system.list(folder, MOST_FILES).unwrap_or_default();
    let files = entries.into_iter().filter_map(|entry| {
        let name = entry.name.into_string().ok()?;
        let is_meant = name.ends_with(".go") && !name.ends_with("_test.go");
        (entry.kind == EntryKind::File && is_meant).then(|| format!("./{name}"))
    });
    files.collect()
}

fn scope(system: &dyn System, workspace: &Workspace, load: &Load) -> Option<Scope> {
    if let Some(go_work) = load.go_work.as_deref().filter(|_| !load.left_out) {
        let work = GoWork::read(system, workspace, go_work).ok()?;
        let below = |folder: &Path| folder.join("...").display().to_string();
        return Some(Scope {
            patterns: work.uses.iter().map(|used| below(&used.folder)).collect(),
            modules: work.uses.into_iter().map(|used| used.folder).collect(),
            ..Scope::all_below(go_work.parent()?)
        });
    }
    let folder = match load.module_folder() {
        Some(folder) => folder,
        // Without modules all below the folder is loaded.
        None if workspace
            .go()
            .env(system)
            .is_ok_and(|env| env.gomod.is_empty()) =>
        {
            &load.folder
        }
        None => return None,
    };
    Some(Scope {
        without_go_work: load.left_out,
        ..Scope::all_below(folder)
    })
}

impl Scope {
    /// The folder of a package, by the modules that are listed.
    pub(super) fn folder_of(&self, system: &dyn System, package: &str) -> Option<PathBuf> {
        self.modules.iter().find_map(|module| {
            let statements = statements_of(system, &module.join("go.mod"));
            let own = statements
                .iter()
                .find_map(|all| all.of("module")?.first())?;
            let rest = package.strip_prefix(own.as_str())?.strip_prefix('/')?;
            let folder = module.join(rest);
            system.exists(&folder).then_some(folder)
        })
    }

    fn all_below(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            modules: vec![folder.to_owned()],
            patterns: vec!["./...".to_owned()],
            without_go_work: false,
        }
    }
}
