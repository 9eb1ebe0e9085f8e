//! The launcher, kept as new as the Go in use.

use std::thread;
use std::time::Duration;

use system::{Dirs, Real, System};

use crate::setup::launcher::Launcher;

/// How long after the start of a session: gopls loads then, and needs the machine more.
const LATER: Duration = Duration::from_secs(30);

/// Has the launcher built anew, in the background, where the Go in use is newer than the one that built it.
pub(super) fn keep_up() {
    let keep_up = || {
        thread::sleep(LATER);
        let Some((data, goplens)) = Dirs::of(&Real).data.zip(Real.current_exe().ok()) else {
            return;
        };
        let goplens = Real.canonicalize(&goplens).unwrap_or(goplens);
        if let Err(error) = Launcher::new(&data).keep_up(&Real, &goplens) {
            tracing::warn!("the launcher cannot be built anew: {error:#}");
        }
    };
    if let Err(error) = thread::Builder::new()
        .name("launcher".to_owned())
        .spawn(keep_up)
    {
        tracing::debug!("the launcher is not looked at: {error}");
    }
}
