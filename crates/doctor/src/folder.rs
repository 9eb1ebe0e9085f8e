//! Folders, and how one is written and told from another.

use std::path::{Component, Path, PathBuf};

use system::System;

/// The path without `.` and `..`, as Go's `filepath.Clean` has it; links are not followed.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                cleaned.pop();
            }
            other => cleaned.push(other),
        }
    }
    cleaned
}

/// Whether two paths name one folder, links followed.
pub(crate) fn is_same_folder(system: &dyn System, one: &Path, other: &Path) -> bool {
    let real = |path: &Path| system.canonicalize(path).unwrap_or_else(|_| clean(path));
    clean(one) == clean(other) || real(one) == real(other)
}

/// Whether a folder is another one or lies in it, links followed.
pub(crate) fn is_inside(system: &dyn System, folder: &Path, outer: &Path) -> bool {
    folder
        .ancestors()
        .any(|folder| is_same_folder(system, folder, outer))
}

/// A path that is written in a file, relative to the file's folder.
pub(crate) fn beside(file: &Path, written: &str) -> PathBuf {
    clean(&file.parent().unwrap_or(file).join(written))
}

/// A path as it is written in a go.work: relative to the folder of the go.work, with `./` before it.
pub(crate) fn written_in(go_work: &Path, folder: &Path) -> String {
    let base = go_work.parent().unwrap_or(go_work);
    let shared = base.ancestors().find(|above| folder.starts_with(above));
    let Some(shared) = shared else {
        return folder.display().to_string();
    };
    let up = base
        .strip_prefix(shared)
        .map_or(0, |rest| rest.iter().count());
    let rest = folder.strip_prefix(shared).unwrap_or(folder);
    let mut parts = vec![if up == 0 { "." } else { ".." }.to_owned()];
    parts.extend(std::iter::repeat_n("..".to_owned(), up.saturating_sub(1)));
    parts.extend(rest.iter().map(|part| part.to_string_lossy().into_owned()));
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_written_as_go_work_use_writes_it() {
        let written = |folder: &str| written_in("/w/x/go.work".as_ref(), folder.as_ref());
        assert_eq!(written("/w/x/a/b"), "./a/b");
        assert_eq!(written("/w/x"), ".");
        assert_eq!(written("/w/b"), "../b");
        assert_eq!(written("/c"), "../../c");
        assert_eq!(written("/w"), "..");
    }
}
