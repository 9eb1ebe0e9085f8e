//! The gopls that an editor started before goplens took its place there.

use std::path::{Path, PathBuf};

use system::{Dirs, System};

use crate::guard;
use crate::setup::record::Record;
use crate::setup::workspace;

/// The gopls that `go.alternateTools` named where `goplens setup` has put goplens in its place. None where it named
/// none that can be started, which the Go extension would have passed over, or different ones in different files. What
/// a workspace's own file named does not count: it is part of a repository that may have just been cloned.
pub(crate) fn gopls(system: &dyn System) -> Option<PathBuf> {
    let record = Record::read(system, &Dirs::of(system).data?).ok()?;
    let own = record.files.into_iter();
    let own = own.filter(|(path, _)| !workspace::is_settings(path));
    let mut named = own.filter_map(|(_, changed)| program(system, changed.was?.as_str()?));
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}

/// The program that a value of the setting stands for, in every folder; none where it is no gopls that can be started.
pub(super) fn program(system: &dyn System, value: &str) -> Option<PathBuf> {
    if value.contains("${workspace") {
        return None;
    }
    let path = doctor::editor::resolved(system, Path::new(""), value);
    let path = PathBuf::from(path);
    let can_be = path.is_absolute() && system.is_executable(&path);
    (can_be && !guard::is_goplens(system, &path)).then_some(path)
}

#[cfg(all(test, unix))]
mod tests {
    use serde_json::json;
    use system::made_up::MadeUp;

    use super::*;

    /// A machine on which these settings files named these before.
    fn machine(files: &[(&str, &str)]) -> MadeUp {
        let changed =
            |was| json!({ "before": null, "after": "", "was": was, "is": "/launcher/gopls" });
        let files = files
            .iter()
            .map(|(path, was)| ((*path).to_owned(), changed(was)));
        let files: serde_json::Map<_, _> = files.collect();
        let record = json!({ "files": files }).to_string();
        MadeUp::default()
            .running("/opt/goplens")
            .with_program("/opt/goplens", "")
            .with_program("/launcher/gopls", guard::MARKER)
            .with_program("/home/me/tools/gopls", "\x7fELF")
            .with_program("/usr/lib/gopls", "\x7fELF")
            .with_var("HOME", "/home/me")
            .with_var("TOOLS", "/usr/lib")
            .with_file("/home/me/.local/share/goplens/setup.json", record)
    }

    fn named(files: &[(&str, &str)]) -> Option<String> {
        gopls(&machine(files)).map(|path| path.display().to_string())
    }

    #[test]
    fn what_the_setting_named_is_taken_as_the_extension_would_read_it() {
        for (was, expected) in [
            ("/home/me/tools/gopls", Some("/home/me/tools/gopls")),
            ("~/tools/gopls", Some("/home/me/tools/gopls")),
            ("${env:TOOLS}/gopls", Some("/usr/lib/gopls")),
            ("${workspaceFolder}/usr/lib/gopls", None),
            ("/nowhere/gopls", None),
            ("gopls", None),
            ("/launcher/gopls", None),
            ("/opt/goplens", None),
        ] {
            assert_eq!(named(&[("/s.json", was)]).as_deref(), expected, "{was}");
        }
        assert_eq!(gopls(&MadeUp::default()), None);
    }

    #[test]
    fn where_several_files_named_it_they_have_to_agree() {
        let (own, other) = ("/home/me/tools/gopls", "/usr/lib/gopls");
        assert_eq!(
            named(&[("/a", own), ("/b", "~/tools/gopls")]).as_deref(),
            Some(own)
        );
        assert_eq!(named(&[("/a", own), ("/b", other)]), None);
        assert_eq!(
            named(&[("/a", own), ("/b", "/nowhere")]).as_deref(),
            Some(own)
        );
    }

    #[test]
    fn what_a_repository_names_is_never_started() {
        let shared = "/repository/.vscode/settings.json";
        assert_eq!(named(&[(shared, "/usr/lib/gopls")]), None);
    }
}
