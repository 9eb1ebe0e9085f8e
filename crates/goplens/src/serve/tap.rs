//! What the session's traffic is copied to.

use std::fs::OpenOptions;
use std::io::Write;

use inspect::Feed;
use protocol::traffic::Batch;
use proxy::Tap;
use trace::Recorder;

/// Feeds the trace and the inspectors.
pub(crate) struct SessionTap {
    recorder: Option<Recorder>,
    /// There is none where there is no gopls.
    feed: Option<Feed>,
}

impl SessionTap {
    pub(crate) fn new(recorder: Option<Recorder>, feed: Option<Feed>) -> Self {
        Self { recorder, feed }
    }
}

impl Tap for SessionTap {
    fn feed(&self, batch: Batch) {
        let picked = self.feed.as_ref().map(|feed| feed.pick(&batch));
        let first = self
            .recorder
            .as_ref()
            .map(|recorder| recorder.record(batch));
        if let (Some(feed), Some(picked)) = (&self.feed, picked) {
            feed.inspect(first, picked);
        }
    }

    fn stderr(&self, bytes: &[u8]) {
        if let Some(recorder) = &self.recorder {
            recorder.stderr(bytes);
        }
    }

    fn attach(&self, name: &str, bytes: &[u8]) -> Option<String> {
        let path = self.recorder.as_ref()?.folder()?.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options
            .open(&path)
            .and_then(|mut file| file.write_all(bytes));
        match written {
            Ok(()) => Some(path.display().to_string()),
            Err(error) => {
                tracing::warn!("{} could not be written: {error}", path.display());
                None
            }
        }
    }
}
