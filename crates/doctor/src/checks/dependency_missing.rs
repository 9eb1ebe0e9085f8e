//! An import whose package is not on this machine, and why not: gopls hides all reasons behind one.

mod beside;
mod checksum;
mod download;
mod lack;
mod only_tests;
mod reason;

pub(crate) use reason::Reason;
use std::time::Duration;

use system::System;
use trace::finding::{Action, Code, Finding};

use self::lack::{Lack, Missing};
use crate::explain::RESTART;
use crate::module::Module;
use crate::shell::quoted;
use crate::source::token_at;
use crate::trial::{is_among, without_secrets};
use crate::{Check, Workspace, file_uri};

/// How long an attempt to download may take while the user waits for it.
const LIMIT: Duration = Duration::from_millis(4500);

/// Finds an import whose package is not on this machine, and why.
pub(super) struct DependencyMissing;

impl Check for DependencyMissing {
    fn code(&self) -> Code {
        Code::DependencyMissing
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        let Some(missing) = Missing::of(system, workspace) else {
            let found = checksum::find(system, workspace);
            let found = found.or_else(|| only_tests::find(system, workspace));
            return found.into_iter().collect();
        };
        let found = if missing.lack.is_downloadable() && is_off(system, workspace, &missing) {
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
        if missing.subject() != found.subject {
            return None;
        }
        match try_download(system, workspace, LIMIT)? {
            Download::There { words, finding, .. } => Some(finding.evidence(words)),
            Download::Fails(finding) | Download::Unanswered { finding, .. } => Some(finding),
        }
    }
}

/// What comes of an attempt to download what is missing.
pub(crate) enum Download {
    /// It can be had.
    There {
        /// Whether gopls's own load brings it.
        by_itself: bool,
        /// Who has it, in words.
        words: String,
        /// What is lacking.
        finding: Finding,
    },
    /// It cannot be had, for a reason that the finding names.
    Fails(Finding),
    /// Nobody has answered in time, which need not mean that nobody ever does.
    Unanswered {
        /// What was tried, and for how long.
        words: String,
        /// The finding, for where something has failed of it.
        finding: Finding,
    },
}

/// Tries to download what an import lacks, into caches that are removed at once. None where nothing is
/// missing, or a download would not help.
pub(crate) fn try_download(
    system: &dyn System,
    workspace: &Workspace,
    limit: Duration,
) -> Option<Download> {
    let missing = Missing::of(system, workspace)?;
    if !missing.lack.is_downloadable() {
        return None;
    }
    let tried = download::attempt(system, workspace, &missing, limit)?;
    let (reason, words) = (&tried.reason, &tried.words);
    if let Reason::There(host) = reason {
        return Some(Download::There {
            by_itself: is_brought(system, workspace, &missing),
            words: format!("{host} has it: {}", in_line(words)),
            finding: lacking(system, workspace, &missing)?,
        });
    }
    let finding = because(system, workspace, &missing, reason, Some(words))?;
    Some(match reason {
        Reason::Timeout(host) if tried.gave_up => Download::Unanswered {
            words: format!("{} from {host}: {words}", missing.title()),
            finding,
        },
        Reason::Between(between, fault) if tried.gave_up => Download::Unanswered {
            words: format!(
                "{} through {} {fault}: {words}",
                missing.title(),
                between.name()
            ),
            finding,
        },
        _ => Download::Fails(finding),
    })
}

/// What is missing and comes by itself when gopls loads, where the network gives it: path and version.
pub(crate) fn awaits_download(system: &dyn System, workspace: &Workspace) -> Option<String> {
    let missing = Missing::of(system, workspace)?;
    let awaits = is_brought(system, workspace, &missing) && !is_off(system, workspace, &missing);
    awaits.then(|| missing.title())
}

/// Whether the go command that gopls loads with fetches what is missing by itself.
fn is_brought(system: &dyn System, workspace: &Workspace, missing: &Missing<'_>) -> bool {
    match missing.lack {
        Lack::NotDownloaded(_) => true,
        Lack::NotRequired | Lack::NoSum(_) => workspace.go().may_edit_go_mod(system),
        _ => false,
    }
}

/// Whether go is not to download it.
fn is_off(system: &dyn System, workspace: &Workspace, missing: &Missing<'_>) -> bool {
    // What GONOPROXY names, which is GOPRIVATE unless it is set, is fetched from where it is hosted.
    let env = workspace.go().env(system);
    env.is_ok_and(|env| env.goproxy == "off" && !is_among(&env.gonoproxy, missing.subject()))
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
        Lack::NoFolder { module, folder, .. } => (
            format!("The module {module} has no package {path}."),
            format!(
                "The package would have to be in {}, and there are no Go files.",
                folder.display()
            ),
        ),
        Lack::OtherModule {
            module,
            folder,
            other,
        } => (
            format!(
                "{} is a module of its own, {other}, so it has no package {path}.",
                folder.display()
            ),
            format!(
                "A folder with a go.mod is not of the module around it, {module}, and the paths of its packages \
                 begin with that of its own module."
            ),
        ),
        Lack::Beside(_) => (
            format!(
                "The package {path} is in {}, and neither a go.work nor a replace line leads there.",
                missing.beside?.provider.folder.display()
            ),
            "One module finds another by its folder only where a go.work lists both of them, or where a replace \
             line of go.mod names the folder; how near they lie does not count."
                .to_owned(),
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
    let finding = fix(workspace, missing, finding);
    Some(beside::offer(system, workspace, missing, finding))
}

/// Why it cannot be downloaded.
fn because(
    system: &dyn System,
    workspace: &Workspace,
    missing: &Missing<'_>,
    reason: &Reason,
    words: Option<&str>,
) -> Option<Finding> {
    if missing.lack == Lack::NotRequired
        && let Some(beside) = missing.by_what_is_beside()
    {
        return lacking(system, workspace, &beside);
    }
    let title = format!("{} {}.", missing.title(), reason.predicate());
    let mut finding = begin(system, workspace, missing, title, reason.cause())?;
    if let Some(words) = words {
        finding = finding.evidence(format!("go list in a temporary module: {}", in_line(words)));
    }
    if let Reason::Between(between, _) = reason {
        finding = finding.evidence(between.variable.evidence());
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
    let finding = match reason.fix(module, private) {
        Some((title, action)) => finding.fix(title, action),
        None => fix(workspace, missing, finding),
    };
    Some(beside::offer(system, workspace, missing, finding))
}

fn begin(
    system: &dyn System,
    workspace: &Workspace,
    missing: &Missing<'_>,
    title: String,
    cause: impl Into<String>,
) -> Option<Finding> {
    let mut finding = Finding::new(Code::DependencyMissing, title, cause).about(missing.subject());
    if let Some(said) = &missing.import.said {
        finding = finding.evidence(format!("gopls: {said}"));
    }
    finding = finding.evidence(missing.import.evidence());
    let requirement = missing.requirement(system);
    let Some(failed) = &workspace.failed else {
        // A dependency imports it, whose files are not the user's to change.
        let (uri, range) = requirement.or_else(|| missing.top_of_go_mod(system))?;
        return Some(finding.place(uri, Some(range)));
    };
    let token = token_at(&failed.text, failed.position);
    finding = finding.place(&failed.uri, Some(token.range)).related(
        &failed.uri,
        missing.import.range,
        "The import.",
    );
    if let Some((uri, range)) = requirement {
        finding = finding.related(uri, range, "The requirement.");
    }
    Some(finding)
}

/// What gives the package what it lacks.
fn fix(workspace: &Workspace, missing: &Missing<'_>, finding: Finding) -> Finding {
    let path = &missing.import.path;
    let folder = missing.go_mod.parent().unwrap_or(&missing.go_mod);
    let shell = |line: String| Action::Shell(format!("cd {} && {line}", quoted(folder)));
    match &missing.lack {
        Lack::NotRequired => {
            let finding = match &workspace.failed {
                Some(failed) => finding.fix(
                    format!("Add the module of {path} to go.mod"),
                    Action::Server {
                        command: "gopls.go_get_package".to_owned(),
                        arguments: vec![serde_json::json!({
                            "URI": failed.uri, "Pkg": path, "AddRequire": true
                        })],
                    },
                ),
                None => finding,
            };
            finding.fix("In a shell", shell(format!("go get {}", quoted(path))))
        }
        Lack::NoPackage(_) => finding.fix(
            "Take a version that has the package",
            shell(format!("go get {}", quoted(format!("{path}@latest")))),
        ),
        Lack::NotDownloaded(Module { path, .. }) => finding.fix(
            "Download the module",
            shell(format!("go mod download {}", quoted(path))),
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
                shell(format!("go mod download {}", quoted(path))),
            )
        }
        Lack::NoFolder {
            spelt: Some(spelt), ..
        } => finding.fix(
            "Correct the import",
            Action::Hand(format!(
                "The folder that is there makes it \"{spelt}\": small and capital letters count."
            )),
        ),
        Lack::NoFolder { folder, .. } => finding.fix(
            "Correct the import, or write the package",
            Action::Hand(format!("The package belongs in {}.", folder.display())),
        ),
        Lack::OtherModule { module, folder, .. } => finding
            .fix(
                format!("Make the folder a part of {module}, or correct the import"),
                Action::Hand(format!(
                    "Without {} it is a part of it; what that file requires go.mod then has to require.",
                    folder.join("go.mod").display()
                )),
            )
            .fix(
                RESTART,
                Action::Hand("gopls does not notice that a go.mod is gone.".to_owned()),
            ),
        Lack::Beside(_) => finding,
        Lack::NotVendored => finding.fix(
            "Save the file, and bring the folder vendor up to date",
            shell("go mod vendor".to_owned()),
        ),
        Lack::NoReplacement(module) => finding.fix(
            "Put the folder there, or take the replace line out",
            shell(format!(
                "go mod edit {}",
                quoted(format!("-dropreplace={}", module.path))
            )),
        ),
    }
}

#[cfg(test)]
mod tests;
