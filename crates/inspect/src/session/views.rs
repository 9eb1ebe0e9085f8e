//! The views of gopls, as it logs them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use doctor::View;
use protocol::Method;

use crate::event::Seen;
use crate::session::folders::folders;

/// The views that gopls said it made, by their number.
#[derive(Debug, Default)]
pub struct Views(BTreeMap<u64, Made>);

/// What gopls logs of a view that it made.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Made {
    view: View,
    build_flags: Vec<String>,
}

impl Views {
    pub(crate) fn apply(&mut self, seen: &Seen) {
        match seen.message.method {
            Some(Method::WINDOW_LOG_MESSAGE) => {}
            Some(Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS) => {
                // gopls does not log that the views of a folder go with it.
                for folder in folders(&seen.body["params"]["event"]["removed"]) {
                    self.0.retain(|_, made| made.view.folder != folder.path);
                }
                return;
            }
            _ => return,
        }
        let text = seen.body["params"]["message"].as_str().unwrap_or_default();
        if let Some((number, made)) = created(text) {
            // With other settings gopls makes a view anew, and drops the one before.
            let is_same = |old: &Made| {
                (&old.view.folder, &old.view.root) == (&made.view.folder, &made.view.root)
            };
            self.0.retain(|_, old| !is_same(old));
            self.0.insert(number, made);
        }
    }

    /// The views, unless gopls logged none.
    pub fn known(&self) -> Option<Vec<View>> {
        let views: Vec<View> = self.0.values().map(|made| made.view.clone()).collect();
        (!views.is_empty()).then_some(views)
    }

    /// The build flags of the newest view of a folder, which are those that gopls really uses.
    pub fn build_flags(&self, folder: &Path) -> Option<Vec<String>> {
        let of = self.0.values().rev();
        let made = of.into_iter().find(|made| made.view.folder == folder)?;
        Some(made.build_flags.clone())
    }
}

/// The folder of the client's that a view was made for, where gopls logs that it was.
pub(super) fn made_for(text: &str) -> Option<PathBuf> {
    Some(created(text)?.1.view.folder)
}

/// Reads `Created View (#1)` and the lines behind it (seen in 0.16 to 0.24).
fn created(text: &str) -> Option<(u64, Made)> {
    let (_, rest) = text.split_once("Created View (#")?;
    let (number, rest) = rest.split_once(')')?;
    let field = |name: &str| {
        let line = rest
            .lines()
            .find_map(|line| line.trim().strip_prefix(name))?;
        Some(line.strip_prefix('=')?.trim_matches('"'))
    };
    let flags = field("build_flags").unwrap_or_default();
    let flags = flags.trim_matches(['[', ']']).split_whitespace();
    let made = Made {
        view: View {
            kind: field("view_type")?.to_owned(),
            root: doctor::file_path(field("root_dir")?)?,
            folder: PathBuf::from(field("directory")?),
        },
        build_flags: flags.map(str::to_owned).collect(),
    };
    Some((number.parse().ok()?, made))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_read_as_gopls_logs_it() {
        let text = "2026/11/25 01:41:18 Created View (#1)\n\tdirectory=/w/m\n\tview_type=\"GoMod\"\n\
                    \troot_dir=\"file:///w/m\"\n\tgo_version=\"go version go1.26.8 linux/amd64\"\n\
                    \tbuild_flags=[-tags=a -v]\n\tenv={GOOS:linux}\n\tenv_overlay=[]\n";
        let (number, made) = created(text).unwrap();
        assert_eq!(number, 1);
        assert_eq!(made.view.kind, "GoMod");
        assert_eq!(made.view.root, Path::new("/w/m"));
        assert_eq!(made.build_flags, ["-tags=a", "-v"]);
        let older = Made {
            build_flags: vec![],
            ..made.clone()
        };
        let folder = made.view.folder.clone();
        let views = Views(BTreeMap::from([(9, older), (10, made)]));
        assert_eq!(views.build_flags("/w".as_ref()), None);
        let newest = views.build_flags(&folder).unwrap();
        assert_eq!(newest, ["-tags=a", "-v"], "ten comes behind nine");
        assert_eq!(created("Created View"), None);
    }
}
