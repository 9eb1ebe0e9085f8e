//! The checks: each looks at the machine and the workspace for one kind of fault and gathers the
//! evidence.
//!
//! A check never guesses. What it raises it has seen here: in a file, in the environment that gopls
//! has, in what the go command says with the session's own environment and build flags. It changes
//! nothing and downloads nothing into the user's caches.

mod broken;
mod build;
mod build_cache;
mod cannot_start;
mod checks;
mod complaint;
mod driver;
pub mod editor;
mod exam;
mod examine;
mod exams;
mod explain;
mod folder;
mod go;
mod homes;
mod installation;
mod left_out;
mod listing;
mod load;
mod login_shell;
mod missing_import;
mod modfile;
mod module;
mod module_cache;
mod mounts;
mod near;
mod network;
mod overlay;
mod owners;
mod package;
mod patient;
mod places;
pub mod probe;
mod refused_setting;
pub mod releases;
mod selinux;
pub mod settings;
mod shell;
mod sought;
pub mod source;
mod start_up_files;
#[cfg(test)]
mod testing;
mod trial;
mod trial_start;
mod uri;
mod variable;
mod version;
mod versions;
mod workspace;
mod writing;

use system::System;
use trace::finding::{Code, Finding};

pub use cannot_start::{ended_early, not_started};
pub use checks::ALL;
pub use exam::{Chart, Exam, Takes};
pub use examine::{Effort, Examined, Progress, examine};
pub use exams::EXAMS;
pub use explain::{RESTART, explain, look_closer, without_view};
pub use go::{Go, GoEnv};
pub use homes::Homes;
pub use installation::on_path;
pub use patient::Patient;
pub use refused_setting::RefusedSetting;
pub use shell::quoted;
pub use uri::{file_path, file_uri};
pub use version::Version;
pub use versions::{Gopls, Installable, Lines, VERSIONS, Versions, compare};
pub use workspace::{Diagnostic, Failed, View, Workspace};

/// Looks at the machine for one kind of fault.
pub trait Check: Send + Sync {
    /// What it finds.
    fn code(&self) -> Code;

    /// What is wrong, with evidence; nothing where nothing is. It takes a second at most.
    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding>;

    /// What takes longer, 5 s at most, and says more of what [`run`](Self::run) has found: the finding
    /// that is to take its place.
    fn look_closer(
        &self,
        _system: &dyn System,
        _workspace: &Workspace,
        _found: &Finding,
    ) -> Option<Finding> {
        None
    }
}
