//! An import whose package is not on this machine, and why not: gopls hides all reasons behind one.

mod checksum;
mod download;
mod lack;
mod reason;

pub(crate) use reason::Reason;

use system::System;
use trace::finding::{Action, Code, Finding};

use self::lack::{Lack, Missing};
use crate::module::Module;
use crate::shell::quoted;
use crate::source::token_at;
use crate::trial::without_secrets;
use crate::{Check, Workspace, file_uri};

/// Finds an import whose package is not on this machine, and why.
pub(super) struct DependencyMissing;

impl Check for DependencyMissing {
    fn code(&self) -> Code {
        Code::DependencyMissing
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let Some(missing) = Missing::of(system, workspace) else {
            return checksum::find(system, workspace).into_iter().collect();
        };
        let off = workspace
            .go()
            .env(system)
            .is_ok_and(|env| env.goproxy == "off");
        let found = if off && missing.lack.is_downloadable() {
            because(system, workspace, &missing, &Reason::Off, None)
        } else {
            lacking(system, workspace, &missing)
        };
        found.into_iter().collect()
    }

    fn look_closer(
        &self,
        system: &dyn System,
        workspace: &Workspace,
        found: &Finding,
    ) -> Option<Finding> {
        let missing = Missing::of(system, workspace)?;
        if !missing.lack.is_downloadable() || missing.subject() != found.subject {
            return None;
        }
        let tried = download::attempt(system, workspace, &missing)?;
        if let Reason::There(host) = &tried.reason {
            let finding = lacking(system, workspace, &missing)?;
            return Some(finding.evidence(format!("{host} has it: {}", in_line(&tried.words))));
        }
        because(
            system,
            workspace,
            &missing,
            &tried.reason,
            Some(&tried.words),
        )
    }
}

/// Words of go's, which can be of many lines, in one.
fn in_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is lacking, by what is on this machine alone.
fn lacking(system: &dyn System, workspace: &Workspace, missing: &Missing<'_>) -> Option<Finding> {
    let path = &missing.import.path;
    let not_added = "gopls adds no requirement to go.mod by itself, so the import leads nowhere, and \
        with it every name that comes from it.";
    let (title, cause) = match &missing.lack {
        Lack::NotRequired => (
            format!("No module that go.mod requires has the package {path}."),
            not_added.to_owned(),
        ),
        Lack::NotDownloaded(module) => (
            format!("{}, which is required, is not on this machine.", module.title()),
            "gopls has the go command download what is required and hides why that has not worked, \
             so the import leads nowhere."
                .to_owned(),
        ),
        Lack::NoSum(module) => (
            format!("go.sum has no checksum for {}, which is required.", module.title()),
            "The go command uses no module that it cannot check, and gopls does not say so.".to_owned(),
        ),
        Lack::NoPackage(module) => (
            format!("{} has no package {path}.", module.title()),
            "go.mod requires this version of the module, and the package is not in it; it may be in \
             another version, or in a module of its own."
                .to_owned(),
        ),
        Lack::NoFolder { module, folder } => (
            format!("The module {module} has no package {path}."),
            format!(
                "The package would have to be in {}, and there are no Go files.",
                folder.display()
            ),
        ),
        Lack::NotVendored => (
            format!("The folder vendor does not have the package {path}."),
            "With a folder vendor the go command, and gopls with it, takes packages from there alone."
                .to_owned(),
        ),
        Lack::NoReplacement(module) => (
            format!("What replaces {} is not there.", module.title()),
            "A replace line puts a folder in the place of the module, and the module cannot be read \
             there."
                .to_owned(),
        ),
    };
    let finding = begin(system, workspace, missing, title, cause)?;
    Some(fix(workspace, missing, finding))
}

/// Why it cannot be downloaded.
fn because(
    system: &dyn System,
    workspace: &Workspace,
    missing: &Missing<'_>,
    reason: &Reason,
    words: Option<&str>,
) -> Option<Finding> {
    let what = match &missing.lack {
        Lack::NotDownloaded(module) | Lack::NoSum(module) => module.title(),
        _ => format!("The package {}", missing.import.path),
    };
    let title = format!("{what} {}.", reason.predicate());
    let mut finding = begin(system, workspace, missing, title, reason.cause())?;
    if let Some(words) = words {
        finding = finding.evidence(format!("go list in a temporary module: {}", in_line(words)));
    }
    let mut private = "";
    if let Ok(env) = workspace.go().env(system) {
        private = &env.goprivate;
        finding = finding.evidence(format!("GOPROXY={}", without_secrets(&env.goproxy)));
        if !env.goprivate.is_empty() {
            finding = finding.evidence(format!("GOPRIVATE={}", env.goprivate));
        }
    }
    let module = match &missing.lack {
        Lack::NotDownloaded(module) | Lack::NoSum(module) => &module.path,
        _ => &missing.import.path,
    };
    Some(match reason.fix(module, private) {
        Some((title, action)) => finding.fix(title, action),
        None => fix(workspace, missing, finding),
    })
}

fn begin(
    system: &dyn System,
    workspace: &Workspace,
    missing: &Missing<'_>,
    title: String,
    cause: impl Into<String>,
) -> Option<Finding> {
    let failed = workspace.failed.as_ref()?;
    let token = token_at(&failed.text, failed.position);
    let mut finding = Finding::new(Code::DependencyMissing, title, cause)
        .about(missing.subject())
        .evidence(format!("gopls: {}", missing.import.said))
        .evidence(missing.import.evidence())
        .place(&failed.uri, Some(token.range))
        .related(&failed.uri, missing.import.range, "The import.");
    if let Some(module) = missing.lack.module()
        && let Some((uri, range)) = missing.line_in_go_mod(system, module)
    {
        finding = finding.related(uri, range, "The requirement.");
    }
    Some(finding)
}

/// What gives the package what it lacks.
fn fix(workspace: &Workspace, missing: &Missing<'_>, finding: Finding) -> Finding {
    let path = &missing.import.path;
    match &missing.lack {
        Lack::NotRequired => {
            let uri = workspace.failed.as_ref().map(|failed| failed.uri.as_str());
            let arguments =
                vec![serde_json::json!({ "URI": uri, "Pkg": path, "AddRequire": true })];
            let command = "gopls.go_get_package".to_owned();
            finding
                .fix(
                    format!("Add the module of {path} to go.mod"),
                    Action::Server { command, arguments },
                )
                .fix(
                    "In a shell",
                    Action::Shell(format!("go get {}", quoted(path))),
                )
        }
        Lack::NoPackage(_) => finding.fix(
            "Take a version that has the package",
            Action::Shell(format!("go get {}", quoted(format!("{path}@latest")))),
        ),
        Lack::NotDownloaded(Module { path, .. }) => finding.fix(
            "Download the module",
            Action::Shell(format!("go mod download {}", quoted(path))),
        ),
        Lack::NoSum(Module { path, .. }) => {
            let finding = match file_uri(&missing.go_mod) {
                Some(uri) => finding.fix(
                    "Complete go.sum (go mod tidy)",
                    Action::Server {
                        command: "gopls.tidy".into(),
                        arguments: vec![serde_json::json!({ "URIs": [uri] })],
                    },
                ),
                None => finding,
            };
            finding.fix(
                "In a shell",
                Action::Shell(format!("go mod download {}", quoted(path))),
            )
        }
        Lack::NoFolder { folder, .. } => finding.fix(
            "Correct the import, or write the package",
            Action::Hand(format!("The package belongs in {}.", folder.display())),
        ),
        Lack::NotVendored => finding.fix(
            "Save the file, and bring the folder vendor up to date",
            Action::Shell("go mod vendor".to_owned()),
        ),
        Lack::NoReplacement(module) => finding.fix(
            "Put the folder there, or take the replace line out",
            Action::Shell(format!(
                "go mod edit {}",
                quoted(format!("-dropreplace={}", module.path))
            )),
        ),
    }
}

#[cfg(test)]
mod tests;
