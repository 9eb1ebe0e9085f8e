//! Inspection, put together for one session.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use inspect::{Chosen, Feed};
use mend::{Board, Desk};
use paths::Spellings;
use proxy::{Level, Speaker};
use system::{Dirs, Real};
use tokio::sync::mpsc::UnboundedSender;
use trace::Recorder;

use crate::serve::outlet::SessionOutlet;
use crate::serve::pages;
use crate::serve::record::Record;

/// Where the pages of the findings are written; nowhere where there is no state directory.
pub(crate) fn pages() -> Option<PathBuf> {
    Dirs::of(&Real).state.as_deref().map(pages::folder)
}

/// Starts to inspect a session with this gopls, of which the process id is none where it works in a daemon.
pub(crate) fn start(
    board: &Arc<Board>,
    desk: &Arc<Desk>,
    spellings: &Arc<Spellings>,
    speaker: Speaker,
    recorder: Option<Recorder>,
    (gopls, server): (Chosen, Option<u32>),
    say: UnboundedSender<(Level, String)>,
) -> Feed {
    let (names, told) = (speaker.clone(), desk.clone());
    spellings.on_renamed(move |renamings| {
        let desk = told.clone();
        names.tell_server(move || desk.rename(renamings));
    });
    let (changes, told) = (speaker.clone(), desk.clone());
    spellings.on_changed(move |changed| {
        let desk = told.clone();
        changes.tell_server(move || vec![desk.changed(&changed)]);
    });
    let (places, shown) = (speaker.clone(), board.clone());
    board.on_due(move |uri| {
        let (board, uri) = (shown.clone(), uri.to_owned());
        places.tell_client(move || board.publication(&uri));
    });
    let outlet = SessionOutlet {
        speaker,
        board: board.clone(),
        spellings: spellings.clone(),
        record: Record::of(recorder),
        pages: pages(),
        server,
        gopls,
        say,
        popped_up: Mutex::default(),
        on_record: Mutex::default(),
    };
    let feed = inspect::start(Arc::new(Real), Arc::new(outlet), spellings.clone());
    let again = feed.clone();
    board.on_check_again(move || again.check_again());
    feed
}
