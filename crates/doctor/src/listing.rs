//! All packages that gopls loads, as go lists them with the network switched off.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use system::{Call, EntryKind, System};
use trace::finding::Position;

use crate::checks::gopath_leftovers::is_gopath_view;
use crate::folder::{clean, is_inside};
use crate::load::{Load, above};
use crate::missing_import::MissingImport;
use crate::modfile::{GoWork, statements_of};
use crate::near::Near;
use crate::package::Package;
use crate::source::imports;
use crate::{Failed, Workspace, driver, file_uri};

/// How long go may take for one of them.
const LIMIT: Duration = Duration::from_secs(100);

/// How many modules below the opened folder are listed where no go.mod and no go.work says which one counts.
const MOST_MODULES: usize = 6;

/// How many entries of a folder without a module are looked at.
const MOST_FILES: usize = 200;

/// What is asked of each package.
const FIELDS: &str = "-json=ImportPath,Dir,Error";

/// The packages that gopls loads together.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    /// The folder that go was asked in.
    pub(crate) folder: PathBuf,
    /// The command, for evidence.
    pub(crate) line: String,
    /// How many packages go told of, dependencies and tests among them.
    pub(crate) packages: usize,
    /// How long it took; that is the limit where go had not ended by then.
    pub(crate) taken: Duration,
    /// Whether it ended.
    pub(crate) ended: bool,
    /// The imports that lead nowhere, each package once.
    pub(crate) unresolved: Vec<Unresolved>,
    /// The folders that go refuses by their names.
    pub(crate) refused: Vec<Refused>,
}

/// A folder whose packages go refuses by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// In go's words.
    pub(crate) words: String,
    /// Whether go lists the package all the same, so that gopls has it.
    pub(crate) is_loaded: bool,
}

/// An import that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unresolved {
    /// The path that is imported.
    pub(crate) path: String,
    /// What go says of it.
    pub(crate) words: String,
    /// The file that imports it, as go spells it.
    pub(crate) file: PathBuf,
    /// The folder of the package of the user's that needs it, itself or by others.
    needed_in: PathBuf,
}

/// Where go is asked, and for what.
struct Scope {
    folder: PathBuf,
    /// The folders of the modules that are listed.
    modules: Vec<PathBuf>,
    patterns: Vec<String>,
    without_go_work: bool,
}

impl Listing {
    /// Those of a workspace, listed once. There is none where go is not what tells gopls of packages, and
    /// where it cannot be run.
    pub(crate) fn all<'a>(system: &dyn System, workspace: &'a Workspace) -> &'a [Self] {
        workspace.listings.get_or_init(|| {
            if driver::is_in_force(system, workspace) {
                return Vec::new();
            }
            let scopes = scopes(system, workspace).into_iter();
            scopes
                .filter_map(|scope| Self::of(system, workspace, scope))
                .collect()
        })
    }

    fn of(system: &dyn System, workspace: &Workspace, scope: Scope) -> Option<Self> {
        let call = call(system, workspace, &scope);
        let line = call.line();
        let begun = Instant::now();
        let (ended, stdout) = match system.run(&call) {
            Ok(output) => (true, output.stdout),
            Err(error) if error.kind() == std::io::ErrorKind::TimedOut => (false, String::new()),
            Err(_) => return None,
        };
        let taken = begun.elapsed();
        let packages = Package::read(&stdout);
        Some(Self {
            line: match scope.without_go_work {
                true => format!("GOWORK=off {line}"),
                false => line,
            },
            packages: packages.len(),
            taken,
            ended,
            unresolved: unresolved(&packages, &scope.folder),
            refused: refused(system, &packages, &scope),
            folder: scope.folder,
        })
    }
}

fn call(system: &dyn System, workspace: &Workspace, scope: &Scope) -> Call {
    let mut arguments = vec!["-e", "-deps", "-test", FIELDS, "--"];
    arguments.extend(scope.patterns.iter().map(String::as_str));
    let call = workspace
        .go()
        .list_call(system, &scope.folder, &arguments)
        .limit(LIMIT);
    match scope.without_go_work {
        true => call.env("GOWORK", "off"),
        false => call,
    }
}

/// What gopls loads: the modules of the go.work in force, or the module of the folder, or those below it.
fn scopes(system: &dyn System, workspace: &Workspace) -> Vec<Scope> {
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
                let lists = own.is_some_and(|file| {
                    let work = GoWork::read(system, workspace, &file);
                    work.is_ok_and(|work| work.lists(system, folder))
                });
                Scope {
                    without_go_work: !lists,
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
    fn folder_of(&self, system: &dyn System, package: &str) -> Option<PathBuf> {
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

fn unresolved(packages: &[Package], folder: &Path) -> Vec<Unresolved> {
    let dirs: BTreeMap<&str, &Path> = packages
        .iter()
        .filter_map(|package| Some((&*package.import_path, package.dir.as_deref()?)))
        .collect();
    let one = |package: &Package| {
        let error = package.error.as_ref().filter(|_| package.dir.is_none())?;
        let (file, _) = split(&error.pos)?;
        let file = clean(&folder.join(file));
        // A package that is in no module has no name to be found by.
        let needs = error
            .import_stack
            .first()
            .and_then(|needs| needs.split(' ').next());
        let needed_in = needs.and_then(|needs| dirs.get(needs).copied());
        Some(Unresolved {
            path: package.import_path.clone(),
            words: error.words.clone(),
            needed_in: needed_in.or(file.parent())?.to_owned(),
            file,
        })
    };
    packages.iter().filter_map(one).collect()
}

/// What go refuses by its name: an element of an import path that is none, and a folder whose name would be
/// that of a module with its version.
fn refused(system: &dyn System, packages: &[Package], scope: &Scope) -> Vec<Refused> {
    let one = |package: &Package| {
        let error = package
            .error
            .as_ref()
            .filter(|error| error.pos.is_empty())?;
        let words = error.words.trim();
        let outside = || {
            let (_, rest) = words.split_once(": directory ")?;
            let (folder, _) = rest.split_once(" outside main module")?;
            folder
                .contains('@')
                .then(|| clean(&scope.folder.join(folder)))
        };
        let folder = if words.contains("invalid input directory name ") {
            package.dir.clone()
        } else if words.starts_with("malformed import path ") {
            scope.folder_of(system, &package.import_path)
        } else {
            outside()
        };
        Some(Refused {
            folder: folder?,
            words: words.to_owned(),
            is_loaded: package.dir.is_some(),
        })
    };
    packages.iter().filter_map(one).collect()
}

/// The file in `FILE:LINE:COLUMN`, and its line.
fn split(place: &str) -> Option<(&str, u32)> {
    let mut parts = place.rsplitn(3, ':');
    let (_column, line) = (parts.next()?, parts.next()?.parse().ok()?);
    Some((parts.next()?, line))
}

impl Unresolved {
    /// The workspace as a check takes it, with this import as what fails: at its place in the file, where
    /// that is the user's, for what a dependency imports is not.
    pub(crate) fn workspace(&self, system: &dyn System, of: &Workspace) -> Workspace {
        let mut workspace = Workspace {
            folder: of.folder.clone(),
            client: of.client.clone(),
            client_version: of.client_version.clone(),
            gopls: of.gopls.clone(),
            env: of.env.clone(),
            build_flags: of.build_flags.clone(),
            ..Workspace::default()
        };
        let range = match self.failed(system, of) {
            Some((failed, range)) => {
                workspace.failed = Some(failed);
                range
            }
            None => {
                workspace.folder.clone_from(&self.needed_in);
                Default::default()
            }
        };
        let import = MissingImport {
            path: self.path.clone(),
            range,
            said: None,
            words: self.words.clone(),
        };
        workspace.missing = Some(import).into();
        workspace
    }

    fn failed(
        &self,
        system: &dyn System,
        workspace: &Workspace,
    ) -> Option<(Failed, trace::finding::Range)> {
        let env = workspace.go().env(system).ok()?;
        let of_others = [&env.gomodcache, &env.goroot]
            .iter()
            .any(|outer| !outer.is_empty() && is_inside(system, &self.file, Path::new(outer)));
        if of_others {
            return None;
        }
        let text = system.read_text(&self.file, 1 << 20).ok()?;
        let import = imports(&text).into_iter();
        let range = import.into_iter().find(|one| one.path == self.path)?.range;
        let failed = Failed {
            uri: file_uri(&self.file)?,
            path: self.file.clone(),
            text,
            position: Position::new(range.start.line, range.start.character + 1),
            error: None,
            answer: None,
            diagnostics: Vec::new(),
        };
        Some((failed, range))
    }
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;
    use crate::testing::{Module, PLAIN};

    const B: &str = "module example.com/b\n\ngo 1.24\n";

    fn folders(module: &Module, opened: &str) -> Vec<(String, usize)> {
        let mut workspace = module.workspace();
        workspace.folder = module.path(opened);
        let top = module.path("").display().to_string();
        let all = Listing::all(&Real, &workspace).iter();
        all.map(|one| {
            let folder = format!("{}/", one.folder.display());
            (folder.replace(&top, ""), one.packages)
        })
        .collect()
    }

    #[test]
    fn it_has_what_gopls_loads() {
        let module = Module::new(&[
            ("a/go.mod", PLAIN),
            ("a/a.go", "package a\n"),
            ("a/in/in.go", "package in\n"),
            ("a/nested/go.mod", B),
            ("a/nested/b.go", "package b\n"),
            ("c/go.mod", "module example.com/c\n\ngo 1.24\n"),
            ("c/c.go", "package c\n"),
        ]);
        let of = |folder: &str, packages| (folder.to_owned(), packages);
        assert_eq!(folders(&module, "a"), [of("a/", 2)]);
        assert_eq!(folders(&module, "a/in"), [of("a/", 2)]);
        let below = [of("a/", 2), of("c/", 1), of("a/nested/", 1)];
        assert_eq!(folders(&module, ""), below);
        module.write("go.work", "go 1.24\n\nuse ./a\nuse ./a/nested\n");
        assert_eq!(folders(&module, ""), [of("", 3)]);
        assert_eq!(folders(&module, "a/in"), [of("", 3)]);
        assert_eq!(folders(&module, "c"), [of("c/", 1)]);
    }

    #[test]
    fn what_leads_nowhere_is_told_with_its_place() {
        let text = "package a\n\nimport (\n\t\"fmt\"\n\t_ \"x.test/x\"\n)\n\nvar _ = fmt.Sprint\n";
        let module = Module::new(&[("go.mod", PLAIN), ("a/a_test.go", text)]);
        let workspace = module.workspace();
        let [listing] = Listing::all(&Real, &workspace) else {
            panic!("{workspace:?}");
        };
        let [missing] = &listing.unresolved[..] else {
            panic!("{listing:?}");
        };
        assert_eq!(missing.path, "x.test/x");
        let failing = missing.workspace(&Real, &workspace);
        let failed = failing.failed.as_ref().unwrap();
        assert_eq!(failed.path, module.path("a/a_test.go"));
        let import = MissingImport::of(&Real, &failing).unwrap();
        assert_eq!(import.range.start, Position::new(4, 3));
        assert!(import.words.starts_with("no required module provides"));
    }

    #[test]
    fn a_name_of_a_file_may_have_colons() {
        assert_eq!(split("a:b/c.go:4:2"), Some(("a:b/c.go", 4)));
        assert_eq!(split("4:2"), None);
    }
}
