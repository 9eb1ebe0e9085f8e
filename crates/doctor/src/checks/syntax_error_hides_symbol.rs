//! A file that cannot be parsed: gopls reads around the error, and what stands behind it is lost.

use std::path::{Path, PathBuf};

use system::{Call, System};
use trace::finding::{Action, Code, Finding, Position, Range};

use crate::complaint::undefined;
use crate::package::Package;
use crate::sought::Sought;
use crate::source::{TokenKind, declaration, imports, token_at};
use crate::{Check, Failed, Workspace, file_uri};

/// Finds the file that declares a name behind a syntax error.
pub(super) struct SyntaxErrorHidesSymbol;

/// How much of a Go file is read, in bytes, and how many files of a package.
const MOST: u64 = 1 << 20;
const FILES: usize = 500;

impl Check for SyntaxErrorHidesSymbol {
    fn code(&self) -> Code {
        Code::SyntaxErrorHidesSymbol
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        find(system, workspace).into_iter().collect()
    }
}

fn find(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let failed = workspace.failed.as_ref()?;
    let token = token_at(&failed.text, failed.position);
    if token.kind != TokenKind::Name {
        return None;
    }
    let said = &undefined(failed, token.range)?.message;
    let imports = imports(&failed.text);
    let sought = Sought::of(failed, &token, &imports)?;
    let broken = match sought.import {
        None => Broken::here(failed, sought.name),
        Some(_) => None,
    };
    let broken = broken.or_else(|| Broken::in_package(system, workspace, &sought))?;
    let name = broken.path.file_name()?.to_string_lossy();
    let line = broken.error.start.line + 1;
    let title = format!(
        "{} is declared in {name}, which has a syntax error in line {line}.",
        token.text
    );
    let cause = "gopls reads around a syntax error, and here the declaration got lost with what \
        it skipped.";
    let uri = file_uri(&broken.path)?;
    Some(
        Finding::new(Code::SyntaxErrorHidesSymbol, title, cause)
            .about(broken.path.display().to_string())
            .evidence(broken.words)
            .evidence(format!(
                "{}:{} declares {}",
                broken.path.display(),
                broken.declared.start.line + 1,
                token.text
            ))
            .evidence(format!("gopls: {said}"))
            .fix(
                format!("Correct {name}"),
                Action::Hand(format!("The error is in line {line} or above it.")),
            )
            .related(&uri, broken.error, "The syntax error.")
            .related(&uri, broken.declared, "The declaration.")
            .place(&failed.uri, Some(token.range)),
    )
}

/// A file with a syntax error that declares the name.
struct Broken {
    path: PathBuf,
    error: Range,
    words: String,
    declared: Range,
}

impl Broken {
    /// The file that failed itself, in which gopls has seen the error.
    fn here(failed: &Failed, name: &str) -> Option<Self> {
        let syntax = failed
            .diagnostics
            .iter()
            .find(|diagnostic| diagnostic.source == "syntax")?;
        Some(Self {
            path: failed.path.clone(),
            error: syntax.range,
            words: format!("gopls: {}", syntax.message),
            declared: declaration(&failed.text, name)?,
        })
    }

    /// A file of a package, in which gofmt finds the error.
    fn in_package(system: &dyn System, workspace: &Workspace, sought: &Sought<'_>) -> Option<Self> {
        let package = Package::find(system, workspace, sought.asked()).ok()?;
        let folder = package.dir.as_deref()?;
        let mut files = package.files().take(FILES);
        files.find_map(|file| {
            let path = folder.join(file);
            let text = system.read_text(&path, MOST).ok()?;
            let declared = sought.declared_in(file, &text)?;
            let (position, words) = gofmt(system, workspace, &path)?;
            Some(Self {
                error: Range::new(position, position),
                path,
                words,
                declared,
            })
        })
    }
}

/// The first error that gofmt finds in a file.
fn gofmt(system: &dyn System, workspace: &Workspace, path: &Path) -> Option<(Position, String)> {
    let env = workspace.go().env(system).ok()?;
    let program =
        Path::new(&env.goroot)
            .join("bin")
            .join(if cfg!(windows) { "gofmt.exe" } else { "gofmt" });
    let call = Call::new(&program)
        .args(["-e", "-l"])
        .args([path.to_str()?]);
    let output = system.run(&call).ok()?;
    let words = output.stderr.lines().next()?.trim();
    let place = words.strip_prefix(path.to_str()?)?.strip_prefix(':')?;
    let mut numbers = place.split(':').map(|number| number.parse::<u32>().ok());
    let (line, column) = (numbers.next()??, numbers.next()??);
    let position = Position::new(line.checked_sub(1)?, column.checked_sub(1)?);
    Some((position, format!("gofmt -e: {words}")))
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;
    use crate::Diagnostic;
    use crate::testing::Module;

    const MAIN: &str = "package main\n\nimport \"example.com/app/dep\"\n\n\
        func main() { helper(); dep.Name() }\n";
    const UNDEFINED: [(&str, &str); 2] = [
        ("helper()", "undefined: helper"),
        ("Name()", "undefined: dep.Name"),
    ];

    fn module() -> Module {
        Module::new(&[
            ("go.mod", "module example.com/app\n\ngo 1.21\n"),
            ("main.go", MAIN),
            (
                "broken.go",
                "package main\n\nfunc broken( {\n\n func helper() {}\n",
            ),
            (
                "dep/dep.go",
                "package dep\n\nfunc f() {\n\tx := [\n}\n\nfunc Name() {}\n",
            ),
        ])
    }

    #[test]
    fn the_broken_file_is_named_with_its_error() {
        let module = module();
        let finding = find(
            &Real,
            &module.failed("main.go", "helper()", None, &UNDEFINED),
        )
        .unwrap();
        let expected = "helper is declared in broken.go, which has a syntax error in line 3.";
        assert_eq!(finding.title, expected);
        let places: Vec<u32> = finding
            .related
            .iter()
            .map(|place| place.range.start.line)
            .collect();
        assert_eq!(places, [2, 4]);
        assert!(
            finding
                .message()
                .contains("broken.go:3:14: expected ')', found '{'")
        );
        let finding = find(&Real, &module.failed("main.go", "Name()", None, &UNDEFINED)).unwrap();
        assert!(
            finding
                .title
                .starts_with("Name is declared in dep.go, which has")
        );
    }

    #[test]
    fn gopls_knows_the_error_of_the_file_itself() {
        let module = module();
        let text = "package main\n\nfunc main() { helper() }\n\nfunc x( {\n\n func helper() {}\n";
        module.write("main.go", text);
        std::fs::remove_file(
            module
                .failed("main.go", "", None, &[])
                .folder
                .join("broken.go"),
        )
        .unwrap();
        let mut workspace = module.failed("main.go", "helper()", None, &UNDEFINED[..1]);
        workspace
            .failed
            .as_mut()
            .unwrap()
            .diagnostics
            .push(Diagnostic {
                range: Range::new(Position::new(4, 8), Position::new(4, 8)),
                source: "syntax".into(),
                message: "expected ')', found '{'".into(),
            });
        let finding = find(&Real, &workspace).unwrap();
        assert!(
            finding
                .title
                .ends_with("main.go, which has a syntax error in line 5.")
        );
    }

    #[test]
    fn a_file_that_parses_is_never_blamed() {
        let module = module();
        let silent = |name: &str, said: &[(&str, &str)]| {
            assert_eq!(
                find(&Real, &module.failed("main.go", name, None, said)),
                None
            );
        };
        silent("helper()", &[]);
        silent("func", &UNDEFINED);
        module.write("broken.go", "package main\n\nfunc broken( {\n");
        silent("helper()", &UNDEFINED);
        module.write("broken.go", "package main\n\nfunc helper() {}\n");
        silent("helper()", &UNDEFINED);
    }
}
