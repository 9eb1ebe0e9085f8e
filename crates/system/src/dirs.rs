//! Where goplens keeps and finds its own files.

use std::path::PathBuf;

use crate::System;

/// goplens's own places on this machine, by the XDG rules on every system. Where there is no home
/// folder there are none but those that are named: a folder that everybody can write to is no place
/// for a configuration that names a program, nor for what stands in a user's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dirs {
    /// Where sessions are kept: `$GOPLENS_STATE`, else `$XDG_STATE_HOME/goplens`, else
    /// `~/.local/state/goplens`.
    pub state: Option<PathBuf>,
    /// The user's configuration: `$GOPLENS_CONFIG`, else `$XDG_CONFIG_HOME/goplens/config.toml`,
    /// else `~/.config/goplens/config.toml`.
    pub config: Option<PathBuf>,
    /// What goplens has made for the user: `$XDG_DATA_HOME/goplens`, else `~/.local/share/goplens`.
    pub data: Option<PathBuf>,
    /// What can be made again: `$XDG_CACHE_HOME/goplens`, else `~/.cache/goplens`.
    pub cache: Option<PathBuf>,
}

impl Dirs {
    /// As the environment says.
    pub fn of(system: &dyn System) -> Self {
        let path = |name: &str| system.var(name).map(PathBuf::from);
        // Relative paths in the XDG variables are to be ignored, says their specification.
        let base = |name: &str, below_home: &str| {
            path(name)
                .filter(|path| path.is_absolute())
                .or_else(|| Some(system.home()?.join(below_home)))
                .map(|base| base.join("goplens"))
        };
        let named = |name: &str| path(name).and_then(|path| std::path::absolute(path).ok());
        Self {
            state: named("GOPLENS_STATE").or_else(|| base("XDG_STATE_HOME", ".local/state")),
            config: named("GOPLENS_CONFIG").or_else(|| {
                base("XDG_CONFIG_HOME", ".config").map(|folder| folder.join("config.toml"))
            }),
            data: base("XDG_DATA_HOME", ".local/share"),
            cache: base("XDG_CACHE_HOME", ".cache"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up::MadeUp;

    fn some(path: &str) -> Option<PathBuf> {
        Some(path.into())
    }

    #[test]
    fn the_environment_decides_in_the_order_of_the_contract() {
        let home = MadeUp::default().with_var("HOME", "/home/me");
        let dirs = Dirs::of(&home);
        assert_eq!(dirs.state, some("/home/me/.local/state/goplens"));
        assert_eq!(dirs.config, some("/home/me/.config/goplens/config.toml"));
        assert_eq!(dirs.data, some("/home/me/.local/share/goplens"));
        assert_eq!(dirs.cache, some("/home/me/.cache/goplens"));

        let xdg = home
            .with_var("XDG_STATE_HOME", "/s")
            .with_var("XDG_CONFIG_HOME", "/c")
            .with_var("XDG_CACHE_HOME", "not/absolute");
        let dirs = Dirs::of(&xdg);
        assert_eq!(dirs.state, some("/s/goplens"));
        assert_eq!(dirs.config, some("/c/goplens/config.toml"));
        assert_eq!(dirs.cache, some("/home/me/.cache/goplens"));

        let own = xdg
            .with_var("GOPLENS_STATE", "/x")
            .with_var("GOPLENS_CONFIG", "/y.toml");
        let dirs = Dirs::of(&own);
        assert_eq!((dirs.state, dirs.config), (some("/x"), some("/y.toml")));
    }

    #[test]
    fn without_a_home_there_are_only_the_places_that_are_named() {
        assert_eq!(Dirs::of(&MadeUp::default()), Dirs::default());
        let dirs = Dirs::of(&MadeUp::default().with_var("GOPLENS_STATE", "/x"));
        assert_eq!((dirs.state, dirs.config), (some("/x"), None));
    }
}
