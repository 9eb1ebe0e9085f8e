//! What is examined, where no editor is open.

use std::path::Path;
use std::time::Duration;

use doctor::editor::{Settings, Stack};
use doctor::{Gopls, Patient, Workspace};
use system::{Call, System};

use crate::config::Config;
use crate::find;

/// How long gopls may take to say its version.
const VERSION_LIMIT: Duration = Duration::from_secs(5);

/// The workspaces that an editor would have with this folder or `.code-workspace` file open.
pub(super) fn of(system: &dyn System, opened: &Path) -> Patient {
    let (config, problem) = Config::load(system);
    let gopls = find::chosen(system, config.gopls.as_deref());
    let version = gopls
        .as_ref()
        .ok()
        .and_then(|gopls| version(system, &gopls.path));
    let mut settings = Settings::of(system, opened);
    let workspaces = settings.folders.iter().map(|folder| {
        let mut workspace = match settings.first_of(folder) {
            Some(stack) => Workspace::with_settings(system, stack),
            None => Workspace::new(folder),
        };
        workspace.gopls.clone_from(&version);
        workspace
    });
    let workspaces: Vec<Workspace> = workspaces.collect();
    let doubt = workspaces.iter().find_map(|workspace| {
        let mut others = settings.stacks.iter();
        let other = others.find(|stack| {
            stack.folder == workspace.folder
                && !is_same(&Workspace::with_settings(system, stack), workspace)
        })?;
        let first = settings.first_of(&workspace.folder)?;
        Some(disagreement(first, other))
    });
    settings.problems.extend(doubt.into_iter().chain(problem));
    Patient {
        workspaces,
        gopls_is_named: gopls.as_ref().is_ok_and(|gopls| gopls.is_named),
        no_gopls: gopls.as_ref().err().map(|reason| (**reason).clone()),
        gopls: gopls.ok().map(|gopls| gopls.path),
        settings,
        in_session: false,
    }
}

/// Whether gopls gets the same by the settings of two editors, wherever they have it from.
fn is_same(one: &Workspace, other: &Workspace) -> bool {
    one.build_flags == other.build_flags && one.has_variables_of(other)
}

fn disagreement(first: &Stack, other: &Stack) -> String {
    format!(
        "{} and {} have settings by which gopls gets different variables or build flags; those of {} were taken",
        first.editor, other.editor, first.editor
    )
}

/// What a gopls says of itself.
fn version(system: &dyn System, gopls: &Path) -> Option<Gopls> {
    let call = Call::new(gopls)
        .args(["version", "-json"])
        .limit(VERSION_LIMIT);
    let output = system.run(&call).ok().filter(|output| output.success)?;
    Some(Gopls::read(output.stdout.trim()))
}
