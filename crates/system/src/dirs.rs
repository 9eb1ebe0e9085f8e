//! Where goplens keeps and finds its own files.

use std::path::{Path, PathBuf};

use crate::System;

/// goplens's own places on this machine, by the XDG rules on every system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirs {
    /// Where sessions are kept: `$GOPLENS_STATE`, else `$XDG_STATE_HOME/goplens`, else
    /// `~/.local/state/goplens`.
    pub state: PathBuf,
    /// The user's configuration: `$GOPLENS_CONFIG`, else `$XDG_CONFIG_HOME/goplens/config.toml`,
    /// else `~/.config/goplens/config.toml`.
    pub config: PathBuf,
    /// What can be made again: `$XDG_CACHE_HOME/goplens`, else `~/.cache/goplens`.
    pub cache: PathBuf,
}

impl Dirs {
    /// As the environment says. Without a home the temporary folder takes its place, so that a
    /// session still has its trace.
    pub fn of(system: &dyn System) -> Self {
        let path = |name: &str| system.var(name).map(PathBuf::from);
        let home = path("HOME")
            .or_else(|| path("USERPROFILE"))
            .unwrap_or_else(|| std::env::temp_dir().join("goplens-home"));
        // Relative paths in the XDG variables are to be ignored, says their specification.
        let base = |name: &str, below_home: &str| {
            path(name)
                .filter(|path| path.is_absolute())
                .unwrap_or_else(|| home.join(below_home))
                .join("goplens")
        };
        Self {
            state: path("GOPLENS_STATE")
                .map(absolute)
                .unwrap_or_else(|| base("XDG_STATE_HOME", ".local/state")),
            config: path("GOPLENS_CONFIG")
                .map(absolute)
                .unwrap_or_else(|| base("XDG_CONFIG_HOME", ".config").join("config.toml")),
            cache: base("XDG_CACHE_HOME", ".cache"),
        }
    }
}

/// Against the working folder, without looking at the disk.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(Path::new(&path)).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up::MadeUp;

    #[test]
    fn the_environment_decides_in_the_order_of_the_contract() {
        let home = MadeUp::default().with_var("HOME", "/home/me");
        let dirs = Dirs::of(&home);
        assert_eq!(dirs.state, Path::new("/home/me/.local/state/goplens"));
        assert_eq!(
            dirs.config,
            Path::new("/home/me/.config/goplens/config.toml")
        );
        assert_eq!(dirs.cache, Path::new("/home/me/.cache/goplens"));

        let xdg = home
            .with_var("XDG_STATE_HOME", "/s")
            .with_var("XDG_CONFIG_HOME", "/c")
            .with_var("XDG_CACHE_HOME", "not/absolute");
        let dirs = Dirs::of(&xdg);
        assert_eq!(dirs.state, Path::new("/s/goplens"));
        assert_eq!(dirs.config, Path::new("/c/goplens/config.toml"));
        assert_eq!(dirs.cache, Path::new("/home/me/.cache/goplens"));

        let own = xdg
            .with_var("GOPLENS_STATE", "/x")
            .with_var("GOPLENS_CONFIG", "/y.toml");
        let dirs = Dirs::of(&own);
        assert_eq!((dirs.state, dirs.config), ("/x".into(), "/y.toml".into()));
    }

    #[test]
    fn a_machine_without_a_home_still_has_places() {
        assert!(Dirs::of(&MadeUp::default()).state.is_absolute());
    }
}
