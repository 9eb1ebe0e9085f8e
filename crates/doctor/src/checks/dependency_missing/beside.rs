//! A module that lies near and has the package, and what leads there.

use std::path::PathBuf;

use system::System;
use trace::finding::{Action, FileEdit, Finding, Range};

use super::lack::{Lack, Missing};
use crate::folder::{clean, is_inside, written_in};
use crate::left_out::{Needed, offer_to_list};
use crate::modfile::{add_uses, line_of, statements_of};
use crate::near::Near;
use crate::shell::quoted;
use crate::variable::Variable;
use crate::version::Version;
use crate::{Workspace, file_uri};

/// The first Go that knows go.work.
const OLDEST: Version = Version::new(1, 18, 0);

/// Whether the module that lies near is the one that is meant, and no download can be: it is of the same
/// family and has been opened with the other, or is required at a version that nobody publishes.
pub(super) fn is_meant(
    system: &dyn System,
    workspace: &Workspace,
    lack: &Lack,
    own: &str,
    needed: &Needed,
) -> bool {
    let provider = &needed.provider;
    match lack {
        Lack::NotRequired => {
            // gopls's own load would look for a published one.
            !workspace.go().may_edit_go_mod(system)
                && is_inside(system, &provider.folder, &workspace.folder)
                && family(own) == family(&provider.module)
        }
        Lack::NoFolder { .. } | Lack::OtherModule { .. } => true,
        Lack::NotDownloaded(module) | Lack::NoSum(module) => {
            module.path == provider.module && is_nobodys(&module.version)
        }
        _ => false,
    }
}

/// The path of a module without its last element.
fn family(module: &str) -> &str {
    module.rsplit_once('/').map_or(module, |(before, _)| before)
}

/// Whether a version stands for none: what users and the go command write where a replace line decides.
fn is_nobodys(version: &str) -> bool {
    version == "v0.0.0" || version.starts_with("v0.0.0-00010101000000-")
}

/// The finding with the module that lies near, and with what has go find it there.
pub(super) fn offer(
    system: &dyn System,
    workspace: &Workspace,
    missing: &Missing<'_>,
    finding: Finding,
) -> Finding {
    let Some(needed) = missing.beside else {
        return finding;
    };
    let provider = &needed.provider;
    let mut finding = finding.evidence(format!(
        "{} has the package {}, as the module {}",
        provider.folder.display(),
        missing.import.path,
        provider.module
    ));
    let go_mod = provider.folder.join("go.mod");
    if let Some(uri) = file_uri(&go_mod) {
        let line = line_of(system, &go_mod, 0);
        finding = finding.related(uri, line, "The module that has the package.");
    }
    if let Some((file, work)) = &needed.in_force {
        let left_out = needed.left_out_of(system, work);
        let finding = offer_to_list(system, file, &left_out, finding);
        return replace(missing, needed, finding);
    }
    match NewWork::of(system, workspace, missing, needed) {
        Some(work) if work.is_in_the_way_of_nothing() => {
            replace(missing, needed, work.offer(system, finding))
        }
        Some(work) => work.offer(system, replace(missing, needed, finding)),
        None => replace(missing, needed, finding),
    }
}

/// By a replace line, which is of use for the one module alone.
fn replace(missing: &Missing<'_>, needed: &Needed, finding: Finding) -> Finding {
    let module = &needed.provider.module;
    let go_mod = missing.own_go_mod();
    let required = missing.lack.module();
    let require = match required.is_some_and(|required| required.path == *module) {
        true => String::new(),
        false => format!("{} ", quoted(format!("-require={module}@v0.0.0"))),
    };
    let written = written_in(&go_mod, &needed.provider.folder);
    // What the module needs itself, a later Go among it, has to be written into this go.mod too.
    let line = format!(
        "cd {} && go mod edit {require}{} && go mod tidy",
        quoted(go_mod.parent().unwrap_or(&go_mod)),
        quoted(format!("-replace={module}={written}"))
    );
    finding.fix("Name its folder in go.mod", Action::Shell(line))
}

/// A go.work that could be made for the two modules.
struct NewWork {
    file: PathBuf,
    folders: [PathBuf; 2],
    /// Whether gopls hears of it.
    is_seen: bool,
    /// Whether there are other modules below it.
    has_others: bool,
}

impl NewWork {
    /// In the nearest folder above the two; none where it could not be in force there.
    fn of(
        system: &dyn System,
        workspace: &Workspace,
        missing: &Missing<'_>,
        needed: &Needed,
    ) -> Option<Self> {
        if Variable::of(system, workspace, "GOWORK").is_set() || has_mod_flag(system, workspace) {
            return None;
        }
        let folders = [missing.own_go_mod().parent()?, &needed.provider.folder].map(clean);
        let mut above = folders[0].ancestors();
        let shared = above.find(|above| folders[1].starts_with(above))?;
        // In the root of a file system it would be in force everywhere.
        shared.parent()?;
        let file = shared.join("go.work");
        if system.exists(&file) {
            return None;
        }
        let is_other = |go_mod: &PathBuf| {
            let folder = go_mod.parent().map(clean);
            folder.is_some_and(|folder| !folders.contains(&folder))
        };
        Some(Self {
            is_seen: is_inside(system, shared, &workspace.folder),
            has_others: Near::below(system, shared).go_mods.iter().any(is_other),
            file,
            folders,
        })
    }

    fn is_in_the_way_of_nothing(&self) -> bool {
        self.is_seen && !self.has_others
    }

    fn offer(&self, system: &dyn System, finding: Finding) -> Finding {
        let written = self.folders.each_ref();
        let written = written.map(|folder| written_in(&self.file, folder));
        let [one, other] = &written;
        let but = match self.has_others {
            true => " (the go command then wants each module below it listed)",
            false => "",
        };
        let title = format!("Make a go.work that lists {one} and {other}{but}");
        let base = self.file.parent().unwrap_or(&self.file);
        let line = format!(
            "cd {} && go work init {} {}",
            quoted(base),
            quoted(one),
            quoted(other)
        );
        if !self.is_seen {
            // The editor tells of no file outside of what it has opened.
            let title = format!("{title}, and restart the language server");
            return finding.fix(title, Action::Shell(line));
        }
        let finding = match file_uri(&self.file).zip(self.go_line(system)) {
            Some((uri, go_line)) => {
                let (_, uses) = add_uses(&go_line, &written);
                let edit = FileEdit {
                    uri,
                    range: Range::default(),
                    text: format!("{go_line}{uses}\n"),
                    version: None,
                    create: true,
                };
                finding.fix(&title, Action::Edit(vec![edit]))
            }
            None => finding,
        };
        finding.fix(format!("{title}, in a shell"), Action::Shell(line))
    }

    /// A go.work must not have an older one than the modules that it lists. None where one of theirs cannot be
    /// read.
    fn go_line(&self, system: &dyn System) -> Option<String> {
        let mut newest = (OLDEST, "1.18".to_owned());
        for folder in &self.folders {
            let statements = statements_of(system, &folder.join("go.mod"));
            let line = statements.iter().find_map(|all| all.of("go")?.first());
            if let Some(written) = line {
                newest = newest.max((Version::of_go(written)?, written.clone()));
            }
        }
        Some(format!("go {}", newest.1))
    }
}

/// Whether the go command is told of a go.mod in a way that it takes under no go.work.
fn has_mod_flag(system: &dyn System, workspace: &Workspace) -> bool {
    let goflags = Variable::of(system, workspace, "GOFLAGS").value;
    let flags = workspace.build_flags.iter().map(String::as_str);
    let mut flags = flags.chain(goflags.split_whitespace());
    flags.any(|flag| {
        let flag = flag.trim_start_matches('-');
        let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
        name == "modfile" || (name == "mod" && value != "readonly")
    })
}

#[cfg(test)]
mod tests;
