//! The thread that empties the queue.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use protocol::traffic::{Event, EventName, Item, Message};

use super::facts;
use super::format;
use super::queue::{Queue, Queued, Stderr};
use super::recorder::OnTrouble;
use super::stderr::StderrLog;
use super::store::Store;
use super::sweep;
use super::tally::{Role, Tally};
use crate::folder::{self, SESSION, STDERR};
use crate::info::{Ending, SessionInfo};
use crate::platform;
use crate::settings::{Settings, Start};
use crate::stamp::{self, Clock};

/// The pause after a look at the queue while traffic is recent: nobody has to wake the writer then,
/// which would cost the proxy a system call a message.
const PAUSE: Duration = Duration::from_millis(10);
/// The pause while traffic is dense, so that little of it waits in memory.
const SHORT_PAUSE: Duration = Duration::from_millis(2);
/// How many batches at one look make traffic dense.
const DENSE: usize = 32;
/// How many bytes are written before their room in the queue is given back.
const RELEASED: usize = 64 << 10;
/// How long after the last traffic there is time to compress. While traffic is dense, it would cost
/// more than all else; the cap of the session holds without it.
const QUIET: Duration = Duration::from_millis(100);
/// How long after the last traffic the writer sleeps until it is woken.
const AWAKE: Duration = Duration::from_millis(500);
/// How often `session.json` is written again while traffic goes on.
const SAVE_EVERY: Duration = Duration::from_secs(5);

/// See the module.
pub(super) struct Writer {
    folder: PathBuf,
    settings: Settings,
    info: SessionInfo,
    queue: Arc<Queue>,
    on_trouble: OnTrouble,
    clock: Clock,
    tally: Tally,
    stderr: StderrLog,
    saved: Instant,
    unsaved: Unsaved,
}

/// How urgently `session.json` should be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unsaved {
    Nothing,
    Counts,
    Facts,
}

/// What `session.json` says when a session starts.
pub(super) fn info(start: Start, now: SystemTime, pid: u32) -> SessionInfo {
    SessionInfo {
        pid,
        goplens: start.goplens,
        argv: start.argv,
        cwd: start.cwd.to_string_lossy().into_owned(),
        start: stamp::rfc3339(now),
        ..SessionInfo::default()
    }
}

impl Writer {
    pub(super) fn new(
        folder: PathBuf,
        settings: Settings,
        info: SessionInfo,
        queue: Arc<Queue>,
        on_trouble: OnTrouble,
    ) -> Self {
        Self {
            stderr: StderrLog::new(folder.join(STDERR), settings.stderr_cap),
            folder,
            settings,
            info,
            queue,
            on_trouble,
            clock: Clock::new(),
            tally: Tally::new(),
            saved: Instant::now(),
            unsaved: Unsaved::Facts,
        }
    }

    /// Writes until the session ends. After an error, which it tells, it only waits for that, and
    /// then tries to say how the session ended.
    pub(super) fn run(mut self) {
        // Shows to others that the session is live, as long as this runs. Where the file system
        // has no locks, they go by how recently the session wrote.
        let _lock = platform::lock(&self.folder).ok();
        let written = self
            .save()
            .and_then(|()| Store::open(&self.folder, &self.settings))
            .and_then(|store| self.write_all(store));
        if let Err(error) = written {
            self.queue.give_up();
            let folder = self.folder.display();
            (self.on_trouble)(format!(
                "the trace of this session ends here: cannot write in {folder}: {error}"
            ));
            self.await_end();
        }
    }

    fn write_all(&mut self, mut store: Store) -> io::Result<()> {
        let mut hand = VecDeque::new();
        let mut last_traffic = Instant::now();
        let mut swept = false;
        loop {
            let ending = self.queue.ending();
            let stderr = self.queue.take(&mut hand);
            let count = hand.len();
            self.write_stderr(&stderr)?;
            self.write_batches(&mut hand, &mut store)?;
            store.flush()?;
            if let Some(ending) = ending
                && self.queue.is_empty()
            {
                self.summarize(&store);
                self.end(ending);
                return self.save();
            }
            if count > 0 || !stderr.bytes.is_empty() {
                last_traffic = Instant::now();
            }
            self.save_if_due(&store)?;
            let silence = last_traffic.elapsed();
            if silence >= QUIET && store.compress() {
                continue;
            }
            if silence < AWAKE {
                let pause = if count < DENSE { PAUSE } else { SHORT_PAUSE };
                std::thread::park_timeout(pause);
                continue;
            }
            if !std::mem::replace(&mut swept, true) {
                sweep::sweep(&self.settings, &self.folder);
                continue;
            }
            self.sleep(&store)?;
        }
    }

    fn await_end(&mut self) {
        let ending = loop {
            match self.queue.ending() {
                Some(ending) => break ending,
                None => std::thread::park(),
            }
        };
        self.end(ending);
        // It was already said that nothing more can be written.
        let _ = self.save();
    }

    fn end(&mut self, ending: Ending) {
        self.info.end = Some(stamp::rfc3339(SystemTime::now()));
        self.info.ended = Some(ending);
        self.info.methods = self.tally.summaries();
    }

    fn sleep(&mut self, store: &Store) -> io::Result<()> {
        if self.unsaved > Unsaved::Nothing {
            self.summarize(store);
            self.save()?;
        }
        self.queue.set_sleeping(true);
        if self.queue.is_empty() && self.queue.ending().is_none() {
            std::thread::park();
        }
        self.queue.set_sleeping(false);
        Ok(())
    }

    fn write_batches(&mut self, hand: &mut VecDeque<Queued>, store: &mut Store) -> io::Result<()> {
        let mut done = 0;
        while let Some(mut queued) = hand.pop_front() {
            // The time is copied out, because learning from a message needs the whole writer.
            let time = *self.clock.text(queued.batch.time);
            for (seq, item) in (queued.first..).zip(&mut queued.batch.items) {
                match item {
                    Item::Message(message) => {
                        self.write_message(store, seq, &time, message)?;
                        message.body = None;
                    }
                    Item::Rewrite(rewrite) => {
                        store.add(false, |out| format::rewrite(out, seq, &time, rewrite))?;
                    }
                    Item::Event(event) => {
                        self.learn_from(event);
                        store.add(false, |out| format::event(out, seq, &time, event))?;
                    }
                }
            }
            done += queued.cost;
            if done >= RELEASED || hand.is_empty() {
                self.queue.release(std::mem::take(&mut done));
            }
        }
        Ok(())
    }

    fn write_message(
        &mut self,
        store: &mut Store,
        seq: u64,
        time: &[u8],
        message: &Message,
    ) -> io::Result<()> {
        self.info.messages += 1;
        self.unsaved = self.unsaved.max(Unsaved::Counts);
        let (role, field) = match &message.method {
            Some(method) => {
                let entry = self.tally.count(method, message);
                (entry.role, entry.field.as_slice())
            }
            None => (Role::Plain, &b""[..]),
        };
        store.add(role.is_head(), |out| {
            format::message(out, seq, time, field, message);
        })?;
        if role != Role::Plain && facts::learn(&mut self.info, role, message) {
            self.unsaved = Unsaved::Facts;
        }
        Ok(())
    }

    fn write_stderr(&mut self, stderr: &Stderr) -> io::Result<()> {
        if !stderr.bytes.is_empty() {
            self.stderr.append(&stderr.bytes)?;
        }
        if stderr.lost > 0 {
            let text = format!("\n[goplens had no room for {} bytes]\n", stderr.lost);
            self.stderr.append(text.as_bytes())?;
        }
        Ok(())
    }

    fn learn_from(&mut self, event: &Event) {
        let data = &event.data;
        match event.name {
            EventName::Dropped => {
                let number = |key: &str| data[key].as_u64().unwrap_or(0);
                self.info.dropped.records += number("records");
                self.info.dropped.bodies += number("bodies");
            }
            // Its record may be rotated away.
            EventName::Versions => {
                self.info.versions = Some(data.clone());
                self.unsaved = Unsaved::Facts;
            }
            _ => {}
        }
    }

    fn save_if_due(&mut self, store: &Store) -> io::Result<()> {
        let due = match self.unsaved {
            Unsaved::Nothing => false,
            Unsaved::Counts => self.saved.elapsed() >= SAVE_EVERY,
            Unsaved::Facts => true,
        };
        if due {
            self.summarize(store);
            self.save()?;
        }
        Ok(())
    }

    fn summarize(&mut self, store: &Store) {
        self.info.trace_bytes = store.total();
        self.info.methods = self.tally.summaries();
    }

    /// Replaces `session.json` at once, so that a reader never sees half of it.
    fn save(&mut self) -> io::Result<()> {
        let path = self.folder.join(SESSION);
        let temporary = path.with_extension("json.part");
        let text = serde_json::to_vec_pretty(&self.info)?;
        folder::create_file(&temporary)?.write_all(&text)?;
        std::fs::rename(&temporary, &path)?;
        self.saved = Instant::now();
        self.unsaved = Unsaved::Nothing;
        Ok(())
    }
}
