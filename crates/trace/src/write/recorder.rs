//! The handle that the proxy's tap holds.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::Thread;
use std::time::{Duration, SystemTime};

use protocol::traffic::Batch;

use super::queue::Queue;
use super::writer::{self, Writer};
use crate::folder;
use crate::info::Ending;
use crate::settings::{Settings, Start};

/// How long the end of a session waits for its last records to be written. An editor kills a
/// server that takes more than 2 s to end.
const PATIENCE: Duration = Duration::from_millis(300);

/// Tells, once, why recording has stopped.
pub(super) type OnTrouble = Arc<dyn Fn(String) + Send + Sync>;

/// Records a session. Clones share it; when the last is dropped, recording ends.
#[derive(Clone, Debug)]
pub struct Recorder(Arc<Inner>);

struct Inner {
    queue: Arc<Queue>,
    folder: Option<PathBuf>,
    thread: Option<Thread>,
    done: Arc<Done>,
}

/// Whether the writer has ended.
#[derive(Default)]
pub(super) struct Done {
    done: Mutex<bool>,
    changed: Condvar,
}

impl Recorder {
    /// Makes the session's folder and starts the thread that writes into it.
    ///
    /// This never fails: where nothing can be written, or later no more, `on_trouble` is called
    /// once with a sentence for the user, and all else goes on without a trace.
    pub fn start(
        settings: &Settings,
        start: Start,
        on_trouble: impl Fn(String) + Send + Sync + 'static,
    ) -> Self {
        let queue = Arc::new(Queue::new(settings.queue_cap, settings.max_body));
        let done = Arc::new(Done::default());
        let mut inner = Inner {
            queue,
            folder: None,
            thread: None,
            done,
        };
        let on_trouble: OnTrouble = Arc::new(on_trouble);
        if let Err(error) = inner.open(settings, start, Arc::clone(&on_trouble)) {
            inner.queue.give_up();
            inner.done.set();
            let state = settings.state.display();
            on_trouble(format!(
                "this session is not recorded: cannot write in {state}: {error}"
            ));
        }
        Self(Arc::new(inner))
    }

    /// Takes a batch and says the sequence number of its first record; each item takes one, and
    /// numbers start at 1. Never waits for the disk.
    pub fn record(&self, batch: Batch) -> u64 {
        let (first, wake) = self.0.queue.push(batch);
        if wake {
            self.0.wake();
        }
        first
    }

    /// Takes what gopls wrote to its stderr. Never waits for the disk.
    pub fn stderr(&self, bytes: &[u8]) {
        if self.0.queue.push_stderr(bytes) {
            self.0.wake();
        }
    }

    /// The session's folder, unless it could not be made.
    pub fn folder(&self) -> Option<&Path> {
        self.0.folder.as_deref()
    }

    /// Ends the session: writes what is queued and how it ended. Waits 300 ms at most, and says
    /// whether all was written by then.
    pub fn finish(&self, ending: Ending) -> bool {
        self.0.queue.close(Some(ending));
        self.0.wake();
        self.0.done.wait(PATIENCE)
    }
}

impl Inner {
    fn open(&mut self, settings: &Settings, start: Start, on_trouble: OnTrouble) -> io::Result<()> {
        let now = SystemTime::now();
        let pid = std::process::id();
        let folder = folder::create(&settings.state, now, pid)?;
        let writer = Writer::new(
            folder.clone(),
            settings.clone(),
            writer::info(start, now, pid),
            Arc::clone(&self.queue),
            on_trouble,
        );
        let done = Arc::clone(&self.done);
        let handle = std::thread::Builder::new()
            .name("trace".to_owned())
            .spawn(move || {
                // Set by a guard, so that even a panic in the writer lets the session end.
                let _guard = SetWhenDropped(done);
                writer.run();
            })?;
        self.thread = Some(handle.thread().clone());
        self.folder = Some(folder);
        Ok(())
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.unpark();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close(Some(Ending {
            text: "goplens ended without saying how".to_owned(),
            ..Ending::default()
        }));
        self.wake();
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Recorder")
            .field(&self.folder)
            .finish()
    }
}

struct SetWhenDropped(Arc<Done>);

impl Drop for SetWhenDropped {
    fn drop(&mut self) {
        self.0.set();
    }
}

impl Done {
    fn set(&self) {
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    fn wait(&self, patience: Duration) -> bool {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_timeout_while(done, patience, |done| !*done);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
