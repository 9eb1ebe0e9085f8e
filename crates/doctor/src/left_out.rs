//! The modules that a failed import needs, and which go.work has them.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, FileEdit, Finding, Position, Range};

use crate::folder::{is_same_folder, written_in};
use crate::load::{Load, above};
use crate::missing_import::MissingImport;
use crate::modfile::{GoWork, add_uses};
use crate::near::{Near, Provider};
use crate::shell::quoted;
use crate::{Workspace, file_uri};

/// How many go.work files are read.
const MOST: usize = 8;

/// A failed import that a module on this disk could serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needed {
    /// The import.
    pub(crate) import: MissingImport,
    /// The folder of the module of the file; none where it is in no module.
    pub(crate) own: Option<PathBuf>,
    /// The module that has the package.
    pub(crate) provider: Provider,
    /// The go.work that is in force, read.
    pub(crate) in_force: Option<(PathBuf, GoWork)>,
    /// The others that lie near, read.
    pub(crate) others: Vec<(PathBuf, GoWork)>,
}

impl Needed {
    /// What failed needs; none where no import is missing, or no module that is near has it. Looked for
    /// once.
    pub(crate) fn of<'a>(system: &dyn System, workspace: &'a Workspace) -> Option<&'a Self> {
        let find = || Self::find(system, workspace);
        workspace.needed.get_or_init(find).as_ref()
    }

    fn find(system: &dyn System, workspace: &Workspace) -> Option<Self> {
        let import = MissingImport::of(system, workspace)?;
        let load = Load::of_failed(system, workspace)?;
        let read = |file: &Path| {
            let work = GoWork::read(system, workspace, file).ok()?;
            Some((file.to_owned(), work))
        };
        let in_force = load.go_work.as_deref().and_then(read);
        let mut near = Near::of(system, workspace, load);
        // The one that would be in force by its place alone.
        let natural = above(system, &load.folder, "go.work");
        let files = natural
            .into_iter()
            .chain(std::mem::take(&mut near.go_works));
        let mut others: Vec<(PathBuf, GoWork)> = Vec::new();
        for file in files {
            let known = in_force.iter().chain(&others).any(|(other, _)| {
                other == &file || system.canonicalize(other).ok() == system.canonicalize(&file).ok()
            });
            if !known && others.len() < MOST {
                others.extend(read(&file));
            }
        }
        for (_, work) in in_force.iter().chain(&others) {
            let listed = work.uses.iter().map(|used| used.folder.join("go.mod"));
            near.go_mods
                .extend(listed.filter(|file| system.exists(file)));
        }
        let provider = near.provider(system, workspace, &import.path)?;
        let own = load.module_folder();
        // A package of the module itself is missing for another reason.
        if own.is_some_and(|own| is_same_folder(system, own, &provider.folder)) {
            return None;
        }
        Some(Self {
            import: import.clone(),
            own: own.map(Path::to_owned),
            provider,
            in_force,
            others,
        })
    }

    /// The modules of the two, that of the file and that of the import, that a go.work leaves out.
    pub(crate) fn left_out_of(&self, system: &dyn System, work: &GoWork) -> Vec<&Path> {
        let own = self.own.as_deref();
        own.into_iter()
            .chain([self.provider.folder.as_path()])
            .filter(|folder| !work.lists(system, folder))
            .collect()
    }

    /// The finding with what is known of the import.
    pub(crate) fn evidence(&self, workspace: &Workspace, finding: Finding) -> Finding {
        let finding = finding.evidence(self.import.evidence()).evidence(format!(
            "{} has the package {}, as the module {}",
            self.provider.folder.display(),
            self.import.path,
            self.provider.module
        ));
        match &workspace.failed {
            Some(failed) if !is_on(failed.position, self.import.range) => {
                let text = format!("The import of {}.", self.import.path);
                finding.related(failed.uri.clone(), self.import.range, text)
            }
            _ => finding,
        }
    }
}

fn is_on(position: Position, range: Range) -> bool {
    range.start <= position && position <= range.end
}

/// The finding with the fix that has a go.work list these folders.
pub(crate) fn offer_to_list(
    system: &dyn System,
    go_work: &Path,
    folders: &[&Path],
    finding: Finding,
) -> Finding {
    let written: Vec<String> = folders
        .iter()
        .map(|folder| written_in(go_work, folder))
        .collect();
    let title = format!("List {} in go.work", written.join(" and "));
    let text = system.read_text(go_work, 1 << 20);
    let finding = match (text, file_uri(go_work)) {
        (Ok(text), Some(uri)) => {
            let (range, added) = add_uses(&text, &written);
            let edit = FileEdit {
                uri,
                range,
                text: added,
                version: None,
                create: false,
            };
            finding.fix(&title, Action::Edit(vec![edit]))
        }
        _ => finding,
    };
    let base = go_work.parent().unwrap_or(go_work);
    let arguments: Vec<String> = written.iter().map(quoted).collect();
    let line = format!("cd {} && go work use {}", quoted(base), arguments.join(" "));
    finding.fix(format!("{title}, in a shell"), Action::Shell(line))
}
