//! A name of C's: gopls knows it only where the go command could run cgo.

mod preamble;

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, Code, Finding, Range, Severity};

use self::preamble::{Include, declared, includes, preamble};
use crate::build::Build;
use crate::complaint::complaint;
use crate::source::{Import, TokenKind, imports, token_at};
use crate::variable::Variable;
use crate::{Check, Failed, Workspace, file_uri};

/// Finds that a name is of C, and why gopls does not lead there.
pub(super) struct SymbolDeclaredByCgo;

/// How much of a header is read, in bytes, and how many of them.
const MOST: u64 = 1 << 20;
const HEADERS: usize = 50;

impl Check for SymbolDeclaredByCgo {
    fn code(&self) -> Code {
        Code::SymbolDeclaredByCgo
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        find(system, workspace).into_iter().collect()
    }
}

fn find(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let failed = workspace.failed.as_ref()?;
    let token = token_at(&failed.text, failed.position);
    let imports = imports(&failed.text);
    let c = imports.iter().find(|import| import.path == "C")?;
    if token.kind == TokenKind::Nothing {
        return None;
    }
    let name = (token.qualifier.as_deref() == Some("C")).then_some(&*token.text);
    let mut finding = if let Some(error) = &failed.error
        && error.contains("no package metadata for file")
    {
        switched_off(system, workspace, failed)?
    } else if let Some(answer) = &failed.answer {
        // Without a place to name instead, the answer is as good as any: cgo has functions of its own.
        find_in_c(system, failed, c, name?)?;
        generated(name?, answer)
    } else {
        not_processed(failed, name?, token.range)?
    };
    if let Some((path, range, line)) = name.and_then(|name| find_in_c(system, failed, c, name)) {
        let text = format!("C declares {} here.", token.text);
        finding = finding.evidence(format!(
            "{}:{}: {line}",
            path.display(),
            range.start.line + 1
        ));
        if let Some(uri) = file_uri(&path) {
            finding = finding.related(uri, range, text);
        }
    }
    Some(finding.place(&failed.uri, Some(token.range)))
}

/// Without cgo no build takes in a file that imports C.
fn switched_off(system: &dyn System, workspace: &Workspace, failed: &Failed) -> Option<Finding> {
    let build = Build::of(system, workspace, ".")?;
    let name = failed.path.file_name()?.to_str()?;
    if build.is_set("cgo") || !build.ignored.iter().any(|file| file == name) {
        return None;
    }
    let title = format!("{name} imports \"C\", and cgo is switched off.");
    let cause = "Without cgo no build takes in a file that imports \"C\", so gopls has nothing to \
        say about it.";
    let evidence = format!(
        "go list in {} ignores {name}, and has cgo off",
        build.folder.display()
    );
    let finding = Finding::new(Code::SymbolDeclaredByCgo, title, cause)
        .about("cgo")
        .evidence(evidence);
    let variable = Variable::of(system, workspace, "CGO_ENABLED");
    if variable.is_set() {
        let finding = finding.evidence(variable.evidence());
        return Some(variable.offer_to_unset(system, workspace, finding));
    }
    // go switches cgo off by itself where it finds no compiler, or builds for another system.
    Some(
        finding
            .evidence(format!(
                "{}, so go has switched cgo off for {} by itself",
                variable.evidence(),
                build.platform
            ))
            .fix(
                "Give go a C compiler",
                Action::Hand(
                    "Install gcc or clang where the PATH of the editor finds it, or set CC.".into(),
                ),
            ),
    )
}

/// cgo did its work, and gopls answers with what came of it.
fn generated(name: &str, answer: &Path) -> Finding {
    let title =
        format!("C.{name} is declared in C, and gopls leads to the file that cgo made of it.");
    let cause = "gopls reads Go alone: it knows a name of C by the Go code that cgo makes of it \
        in the build cache, and not where C declares it.";
    Finding::new(Code::SymbolDeclaredByCgo, title, cause)
        .severity(Severity::Info)
        .about("cgo")
        .evidence(format!("gopls answered with {}", answer.display()))
}

/// cgo is on and could not do its work, of which gopls publishes the reason.
fn not_processed(failed: &Failed, name: &str, place: Range) -> Option<Finding> {
    let said = complaint(failed, place, &format!("undefined: C.{name}"))?;
    let reason = failed.diagnostics.iter().find(|diagnostic| {
        let message = &diagnostic.message;
        message.contains("failed to return CompiledGoFiles") || message.starts_with("# ")
    })?;
    let title = format!("C.{name} is declared in C, and cgo cannot process this package.");
    let cause = "gopls knows the names of C from the Go code that cgo makes of them, and cgo \
        has failed, for all of them.";
    let words: Vec<&str> = reason
        .message
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#') && !line.starts_with("This may indicate"))
        .collect();
    Some(
        Finding::new(Code::SymbolDeclaredByCgo, title, cause)
            .about("cgo")
            .evidence(format!("go list: {}", words.join(" ")))
            .evidence(format!("gopls: {}", said.message))
            .fix("See what cgo says", Action::Shell("go build".into())),
    )
}

/// Where C declares a name: in the preamble, or in a header beside the file.
fn find_in_c(
    system: &dyn System,
    failed: &Failed,
    c: &Import,
    name: &str,
) -> Option<(PathBuf, Range, String)> {
    let text = preamble(&failed.text, c);
    if let Some((range, line)) = declared(&failed.text, text.clone(), name) {
        return Some((failed.path.clone(), range, line));
    }
    let folder = failed.path.parent()?;
    let mut open: Vec<PathBuf> = local(folder, includes(&failed.text[text]));
    let mut seen = Vec::new();
    while let Some(path) = open.pop() {
        if seen.contains(&path) || seen.len() >= HEADERS {
            continue;
        }
        let text = system.read_text(&path, MOST).unwrap_or_default();
        if let Some((range, line)) = declared(&text, 0..text.len(), name) {
            return Some((path, range, line));
        }
        open.extend(local(path.parent().unwrap_or(folder), includes(&text)));
        seen.push(path);
    }
    None
}

fn local(folder: &Path, includes: Vec<Include<'_>>) -> Vec<PathBuf> {
    let local = includes.into_iter().rev().filter(|include| include.local);
    local.map(|include| folder.join(include.path)).collect()
}

#[cfg(test)]
mod tests;
