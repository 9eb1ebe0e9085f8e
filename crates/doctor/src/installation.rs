//! The Go installation that gopls uses.

use std::path::{Path, PathBuf};

use system::System;

/// The go command that gopls starts: the first in an absolute folder of its own PATH, which is that of
/// this process. What its settings say of PATH does not count.
pub(crate) fn go_on_path(system: &dyn System) -> Option<PathBuf> {
    on_path(system, "go")
}

/// The program of this name that is the first in an absolute folder of PATH.
pub fn on_path(system: &dyn System, name: &str) -> Option<PathBuf> {
    let path = system.var("PATH")?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|program| system.is_executable(program))
}

/// The go command in the folder of an installation's programs.
pub(crate) fn go_in(folder: &Path) -> PathBuf {
    folder.join(format!("go{}", std::env::consts::EXE_SUFFIX))
}

/// The GOROOT that a go command finds by itself: the folder above the one that it really stands in.
pub(crate) fn goroot_of(system: &dyn System, go: &Path) -> Option<PathBuf> {
    let go = system.canonicalize(go).ok()?;
    Some(go.parent()?.parent()?.to_owned())
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    #[test]
    #[cfg(unix)]
    fn the_first_in_an_absolute_folder_counts() {
        let system = MadeUp::default()
            .with_var("PATH", "bin:/a:/usr/bin:/opt/go/bin")
            .with_program("bin/go", "")
            .with_file("/a/go", "")
            .with_program("/usr/bin/go", "")
            .with_link("/usr/bin/go", "/opt/go/bin/go")
            .with_program("/opt/go/bin/go", "");
        let go = go_on_path(&system).unwrap();
        assert_eq!(go, Path::new("/usr/bin/go"));
        assert_eq!(goroot_of(&system, &go).unwrap(), Path::new("/opt/go"));
        assert_eq!(go_on_path(&MadeUp::default()), None);
    }
}
