//! Two small modules that differ by the name of their folder alone.

use std::io;
use std::path::Path;
use std::time::Duration;

use system::{Call, System, TemporaryFolder};

use crate::Workspace;

/// The folder that everything works in.
pub(super) const PLAIN: &str = "plain";

/// How long each command may take: cgo runs the C compiler, and in an empty build cache.
const LIMIT: Duration = Duration::from_secs(20);

/// The module, a file each.
const FILES: [(&str, &str); 4] = [
    ("go.mod", "module goplens.invalid/twin\n\ngo 1.18\n"),
    (
        "main.go",
        "package main\n\nimport \"goplens.invalid/twin/lib\"\n\nfunc main() { lib.Greet() }\n",
    ),
    ("lib/lib.go", "package lib\n\nfunc Greet() {}\n"),
    (
        "c/c.go",
        "package c\n\n// int one(void) { return 1; }\nimport \"C\"\n\nfunc One() int { return int(C.one()) }\n",
    ),
];

/// What is asked of gopls: where `Greet` of main.go is.
const PLACE: &str = "main.go:5:19";

/// What came of it.
pub(super) struct Tried {
    /// What works, in the folder with the odd name.
    pub(super) worked: Vec<&'static str>,
    /// What does not, and does in the other.
    pub(super) failed: Vec<Failure>,
}

/// What works in one folder and not in the other.
pub(super) struct Failure {
    pub(super) what: &'static str,
    /// The command.
    pub(super) line: String,
    /// What it says.
    pub(super) words: String,
    /// Whether gopls is of no use without it.
    pub(super) is_vital: bool,
}

/// A command.
struct Attempt {
    what: &'static str,
    call: Call,
    /// What it has to print.
    prints: &'static str,
    is_vital: bool,
}

impl Tried {
    /// Tries all of it in a folder with this name, and what fails in a plain one too. None where no such
    /// folder can be made.
    pub(super) fn of(
        system: &dyn System,
        workspace: &Workspace,
        gopls: Option<&Path>,
        odd: &Path,
    ) -> Option<Self> {
        let odd = odd.to_str()?;
        let named = |folder: &'static str, odd: &str| {
            let name = |file: &str| match folder {
                PLAIN => format!("{PLAIN}/{file}"),
                _ => format!("{odd}/{file}"),
            };
            FILES.map(|(file, text)| (name(file), text))
        };
        let files = [named("odd", odd), named(PLAIN, odd)].concat();
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, *text)).collect();
        let folder = system.temporary_folder(&files).ok()?;
        let mut tried = Self {
            worked: Vec::new(),
            failed: Vec::new(),
        };
        let in_odd = attempts(workspace, gopls, &folder, odd);
        let in_plain = attempts(workspace, gopls, &folder, PLAIN);
        for (odd, plain) in in_odd.into_iter().zip(in_plain) {
            match odd.run(system) {
                Ok(()) => tried.worked.push(odd.what),
                Err(Some(words)) if plain.run(system).is_ok() => tried.failed.push(Failure {
                    what: odd.what,
                    line: odd.call.line(),
                    words,
                    is_vital: odd.is_vital,
                }),
                // It works nowhere, or did not end: the name is not to blame.
                Err(_) => {}
            }
        }
        Some(tried)
    }
}

impl Attempt {
    /// # Errors
    ///
    /// What it says, where it ends otherwise than it has to.
    fn run(&self, system: &dyn System) -> Result<(), Option<String>> {
        let output = match system.run(&self.call) {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Err(None),
            Err(error) => return Err(Some(error.to_string())),
        };
        if output.success && output.stdout.contains(self.prints) {
            return Ok(());
        }
        let said = [output.stderr, output.stdout].concat();
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        Err(Some(said.chars().take(300).collect()))
    }
}

fn attempts(
    workspace: &Workspace,
    gopls: Option<&Path>,
    folder: &TemporaryFolder,
    name: &str,
) -> Vec<Attempt> {
    let module = folder.path().join(name);
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let go = |arguments: &[&str]| {
        let call = workspace.go().call(&module, arguments);
        call.limit(LIMIT)
            .env("GO111MODULE", "on")
            .env("GOCACHE", path("cache"))
            // Set to nothing it would be what the file of `go env -w` says.
            .env("GOFLAGS", "-mod=mod")
            // The module is none that a driver knows.
            .env("GOPACKAGESDRIVER", "off")
            .env("GOPLSCACHE", path("gopls"))
            .env("GOTOOLCHAIN", "local")
            .env("GOWORK", "off")
    };
    let attempt = |what, call, prints, is_vital| Attempt {
        what,
        call,
        prints,
        is_vital,
    };
    let list = go(&["list", "-compiled", "./lib"]);
    let vet = go(&["vet", "./lib"]);
    let cgo = go(&["list", "-compiled", "./c"]);
    let mut all = vec![
        attempt("go list", list.clone(), "twin/lib", true),
        attempt("go vet", vet, "", false),
        attempt("cgo", cgo, "twin/c", false),
    ];
    if let Some(gopls) = gopls {
        let mut call = Call::new(gopls)
            .args(["definition", PLACE])
            .folder(&module)
            .limit(LIMIT);
        call.env = list.env;
        all.push(attempt("gopls definition", call, "lib.go", true));
    }
    all
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;

    #[test]
    fn no_driver_is_asked() {
        let mut workspace = Workspace::new("/w");
        workspace.set("GOPACKAGESDRIVER", "/driver");
        let folder = Real.temporary_folder(&[("go.mod", "")]).unwrap();
        for attempt in attempts(&workspace, Some(Path::new("/gopls")), &folder, PLAIN) {
            let mut set = attempt.call.env.iter().rev();
            let driver = set.find(|(name, _)| name == "GOPACKAGESDRIVER");
            assert_eq!(driver.unwrap().1, "off", "{}", attempt.what);
        }
    }
}
