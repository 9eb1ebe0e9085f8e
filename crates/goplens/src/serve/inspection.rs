//! Inspection, put together for one session.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use inspect::Feed;
use mend::Board;
use proxy::{Level, Speaker};
use system::{Dirs, Real};
use tokio::sync::mpsc::UnboundedSender;
use trace::{FindingsLog, Recorder};

use crate::serve::outlet::SessionOutlet;
use crate::serve::pages;

/// Where the pages of the findings are written; nowhere where there is no state directory.
pub(crate) fn pages() -> Option<PathBuf> {
    Dirs::of(&Real).state.as_deref().map(pages::folder)
}

/// Starts to inspect a session with the gopls of this process id; none where it works in a daemon.
pub(crate) fn start(
    board: &Arc<Board>,
    speaker: Speaker,
    recorder: Option<Recorder>,
    server: Option<u32>,
    say: UnboundedSender<(Level, String)>,
) -> Feed {
    let folder = recorder.as_ref().and_then(Recorder::folder);
    let outlet = SessionOutlet {
        speaker,
        board: board.clone(),
        log: folder.map(FindingsLog::of),
        recorder,
        pages: pages(),
        server,
        say,
        popped_up: Mutex::default(),
    };
    let feed = inspect::start(Arc::new(Real), Arc::new(outlet));
    let again = feed.clone();
    board.on_check_again(move || again.check_again());
    feed
}
