//! A module in the cache that is not what go.sum says: go then loads nothing at all.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Code, Finding, Position, Range};

use super::reason::Reason;
use crate::module::Module;
use crate::package::Package;
use crate::source::{TokenKind, token_at};
use crate::{Workspace, file_uri};

const WORDS: &str = "checksum mismatch";

/// What gopls said of a checksum, if go says it still. A module that is not in the cache is told of by
/// the attempt to download it.
pub(super) fn find(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let said = workspace.gopls_said(WORDS)?;
    let module = blamed(said)?;
    let words = Package::find(system, workspace, &module.path).err()?;
    if !words.contains(WORDS) || blamed(&words).as_ref() != Some(&module) {
        return None;
    }
    let reason = Reason::Checksum;
    let title = format!(
        "{} cannot be used: its checksum is not the one that is known.",
        module.title()
    );
    let facts = words.lines().map(str::trim).filter(|line| !line.is_empty());
    // What follows is the same for all modules.
    let facts = facts.take_while(|line| *line != "SECURITY ERROR");
    let mut finding = Finding::new(Code::DependencyMissing, title, reason.cause())
        .about(&module.path)
        .evidence(format!(
            "go list {}: {}",
            module.path,
            facts.collect::<Vec<_>>().join(" ")
        ));
    if let Some((title, action)) = reason.fix(&module.path, "") {
        finding = finding.fix(title, action);
    }
    let line = line_in_go_sum(system, workspace, &module);
    if let Some(failed) = &workspace.failed {
        let token = token_at(&failed.text, failed.position);
        if token.kind == TokenKind::Nothing {
            return None;
        }
        finding = finding.place(&failed.uri, Some(token.range));
        return Some(match line {
            Some((uri, range)) => finding.related(uri, range, "What go.sum says."),
            None => finding,
        });
    }
    let (uri, range) = line?;
    Some(finding.place(uri, Some(range)))
}

/// The module in `verifying path@version: checksum mismatch`, or `path@version/go.mod`.
fn blamed(words: &str) -> Option<Module> {
    let (before, _) = words.split_once(": checksum mismatch")?;
    let (_, query) = before.rsplit_once("verifying ")?;
    Module::parse(query.strip_suffix("/go.mod").unwrap_or(query))
}

fn line_in_go_sum(
    system: &dyn System,
    workspace: &Workspace,
    module: &Module,
) -> Option<(String, Range)> {
    let go_mod = Path::new(&workspace.go().env(system).ok()?.gomod);
    let path: PathBuf = go_mod.with_file_name("go.sum");
    let text = system.read_text(&path, 16 << 20).ok()?;
    let begin = format!("{} ", module.title());
    let (number, line) = (0..)
        .zip(text.lines())
        .find(|(_, line)| line.starts_with(&begin))?;
    let end = line.encode_utf16().count() as u32;
    let range = Range::new(Position::new(number, 0), Position::new(number, end));
    Some((file_uri(&path)?, range))
}
