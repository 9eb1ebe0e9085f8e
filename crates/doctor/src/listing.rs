//! All packages that gopls loads, as go lists them with the network switched off.

mod refused;
mod scope;
mod unresolved;

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use system::{Call, Output, System};

use self::refused::refused;
use self::scope::{Scope, scopes};
use self::unresolved::unresolved;
use crate::package::Package;
use crate::{Workspace, driver};

pub(crate) use self::refused::Refused;
pub(crate) use self::scope::cut_short;
pub(crate) use self::unresolved::Unresolved;

/// How long go may take for one of them.
const LIMIT: Duration = Duration::from_secs(100);

/// What is asked of each package.
const FIELDS: &str = "-json=ImportPath,Dir,Standard,Error";

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
    /// Why go lists nothing at all, in its words, where that is no module that is missing.
    pub(crate) words: Option<String>,
    /// The folders of the packages that are not of Go itself, as go spells them.
    pub(crate) folders: BTreeSet<PathBuf>,
    /// The folders that go refuses by their names.
    pub(crate) refused: Vec<Refused>,
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
        let (ended, output) = match system.run(&call) {
            Ok(output) => (true, output),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => (false, Output::default()),
            Err(_) => return None,
        };
        let taken = begun.elapsed();
        let packages = Package::read(&output.stdout);
        let mut unresolved = unresolved(&packages, &scope.folder);
        let mut words = None;
        if ended && !output.success && packages.is_empty() {
            let said = output.stderr.lines().rfind(|line| is_error(line));
            let said = said.unwrap_or_default().trim();
            match Unresolved::module(said, &scope.folder) {
                Some(module) => unresolved.push(module),
                None => words = Some(said.to_owned()),
            }
        }
        Some(Self {
            line: match scope.without_go_work {
                true => format!("GOWORK=off {line}"),
                false => line,
            },
            packages: packages.len(),
            taken,
            ended,
            unresolved,
            words,
            refused: refused(system, &packages, &scope),
            folders: packages
                .iter()
                .filter(|package| !package.standard)
                .filter_map(|package| package.dir.clone())
                .collect(),
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

/// Whether a line of go's is more than what it is doing, or the command that it would have run.
fn is_error(line: &str) -> bool {
    !line.starts_with("go: downloading ") && !line.starts_with('\t') && !line.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use system::Real;

    use trace::finding::Position;

    use super::*;
    use crate::missing_import::MissingImport;
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
    fn a_module_without_which_go_lists_nothing_is_told() {
        let go_mod = "module example.com/a\n\ngo 1.16\n\nrequire x.test/x v1.0.0\n";
        let sums = "x.test/x v1.0.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
        let text = "package a\n\nimport _ \"y.test/y\"\n";
        let module = Module::new(&[("go.mod", go_mod), ("go.sum", sums), ("a.go", text)]);
        let mut workspace = module.workspace();
        workspace.set("GOMODCACHE", &module.path("../cache").display().to_string());
        let [listing] = Listing::all(&Real, &workspace) else {
            panic!("{workspace:?}");
        };
        let [missing] = &listing.unresolved[..] else {
            panic!("{listing:?}");
        };
        assert_eq!((&*missing.path, &listing.words), ("x.test/x", &None));
        assert_eq!(listing.packages, 0);
    }
}
