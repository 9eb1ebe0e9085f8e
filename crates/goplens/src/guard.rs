//! How goplens knows that it was started in gopls's place by itself.

use std::ffi::OsString;
use std::path::Path;

use system::System;

/// The one variable that gopls gets besides the editor's own. A goplens that finds it was started by
/// a goplens that took it for gopls.
pub(crate) const VARIABLE: &str = "GOPLENS_GUARD";

/// What `GOPLENS_GOPLS` says where goplens's own stand-in is to answer: there is no Go.
pub(crate) const STAND_IN_SETTING: &str = "goplens:stand-in";

/// What the variable says to a goplens that is to be the stand-in.
const STAND_IN: &str = "stand-in";

/// What the variable says to the real gopls.
const SET: &str = "1";

/// What stands in goplens and in its launcher, and in no gopls.
pub(crate) const MARKER: &[u8] =
    b"goplens marker 5b0c2d7e: this file is goplens or its launcher, not gopls";

/// The words with which a goplens that was taken for gopls ends; the one that started it looks for
/// them.
pub(crate) const LOOP: &str = "goplens: this is goplens itself, started in gopls's place";

/// A file that is larger is not read in search of the marker: a goplens for release is smaller, most gopls are larger,
/// and to read one would cost every start. The guard catches what this lets through.
const LARGEST_SEARCHED: u64 = 24 << 20;

/// The variable for the real gopls.
pub(crate) fn set() -> (&'static str, OsString) {
    (VARIABLE, SET.into())
}

/// The variable for the stand-in.
pub(crate) fn stand_in() -> (&'static str, OsString) {
    (VARIABLE, STAND_IN.into())
}

/// Whether this process was started in gopls's place.
pub(crate) fn is_set(system: &dyn System) -> bool {
    system.var(VARIABLE).is_some()
}

/// Whether this process is to be the stand-in.
pub(crate) fn is_stand_in(system: &dyn System) -> bool {
    system.var(VARIABLE).is_some_and(|value| value == STAND_IN)
}

/// Whether the file is goplens or its launcher: the same file under another name or through links,
/// or another one with the marker in it.
pub(crate) fn is_goplens(system: &dyn System, path: &Path) -> bool {
    let own = system
        .current_exe()
        .and_then(|exe| system.canonicalize(&exe));
    if let (Ok(own), Ok(path)) = (own, system.canonicalize(path))
        && own == path
    {
        return true;
    }
    let is_marked = system.has(path, MARKER, LARGEST_SEARCHED);
    is_marked.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    #[test]
    fn goplens_is_known_by_path_by_link_and_by_marker() {
        let mut launcher = b"\x7fELF...".to_vec();
        launcher.extend_from_slice(MARKER);
        let system = MadeUp::default()
            .running("/opt/goplens/gopls")
            .with_program("/opt/goplens/gopls", "")
            .with_link("/bin/gopls", "/opt/goplens/gopls")
            .with_program("/launcher/gopls", launcher)
            .with_program("/go/bin/gopls", "\x7fELF... golang.org/x/tools/gopls");
        for (path, is) in [
            ("/opt/goplens/gopls", true),
            ("/bin/gopls", true),
            ("/launcher/gopls", true),
            ("/go/bin/gopls", false),
            ("/nowhere/gopls", false),
        ] {
            assert_eq!(is_goplens(&system, Path::new(path)), is, "{path}");
        }
    }

    #[test]
    fn the_guard_is_seen_by_whoever_is_started_with_it() {
        let system = MadeUp::default();
        assert!(!is_set(&system));
        let (name, value) = set();
        let guarded = system.clone().with_var(name, &value.to_string_lossy());
        assert!(is_set(&guarded) && !is_stand_in(&guarded));
        let (name, value) = stand_in();
        assert!(is_stand_in(
            &system.with_var(name, &value.to_string_lossy())
        ));
    }
}
