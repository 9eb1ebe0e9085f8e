//! What a session knows of the names of its files.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use system::System;

use crate::document::{Documents, Known};
use crate::folders::Folders;
use crate::home::{Home, Homes};
use crate::look::known_as;
use crate::maps::Maps;
use crate::place::{Place, Tree};
use crate::tree::Trees;
use crate::uri;
use crate::worker::{Job, Worker};

/// How long a change of the client's folders waits for the disk.
const LOOK: Duration = Duration::from_millis(250);

/// What the client calls its files and what gopls calls them.
///
/// Only the functions about folders may wait for the disk, and not for long, and [`open`](Self::open) for
/// no more than a moment; all else goes by what is known. What is learned later is told to whoever is set by
/// [`on_renamed`](Self::on_renamed) and [`on_changed`](Self::on_changed).
pub struct Spellings {
    state: Mutex<State>,
    /// Whether any file has two names.
    awake: AtomicBool,
    /// Whether any file is open under two names.
    twice: AtomicBool,
    /// The disk did not answer in time, and has not since, or what it is asked takes longer than that.
    behind: Arc<AtomicBool>,
    /// Counts what may be of interest to who reports.
    changes: AtomicU64,
    pub(crate) jobs: Sender<Job>,
    on_renamed: OnceLock<Tell>,
    on_changed: OnceLock<TellChanges>,
    on_begin: OnceLock<Begin>,
}

type Begin = Arc<dyn Fn(Option<&str>) + Send + Sync>;

type Tell = Box<dyn Fn(Vec<Renaming>) + Send + Sync>;

type TellChanges = Box<dyn Fn(Vec<Changed>) + Send + Sync>;

/// What is known, under one lock.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) maps: Arc<Maps>,
    pub(crate) folders: Folders,
    /// Those of the client's folders until gopls's were learned; none before the client has named any.
    pub(crate) homes: Option<Arc<Homes>>,
    pub(crate) documents: Documents,
    pub(crate) trees: Trees,
}

/// What is of a file after a document was opened, closed or used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// What gopls calls it.
    pub server: Arc<str>,
    /// What the client calls it, as far as it is open; the one used last is the last.
    pub names: Vec<String>,
    /// What the client called it before and calls it now, where what gopls says of it is to be shown
    /// elsewhere than before.
    pub moved: Option<(String, String)>,
}

/// A file on disk that has changed, as a client tells of those that it watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its URI.
    pub uri: String,
    /// The protocol's `FileChangeType`.
    pub kind: u64,
}

/// A document that gopls has to know by another name than it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renaming {
    /// What the client calls it.
    pub client: String,
    /// What gopls is to call it.
    pub known: Known,
}

impl Spellings {
    /// Begins with the maps of the configuration.
    pub fn start(system: Arc<dyn System>, maps: Maps) -> Arc<Self> {
        let (jobs, receiver) = channel();
        let awake = AtomicBool::new(!maps.is_empty());
        let behind = Arc::new(AtomicBool::new(false));
        let state = State {
            maps: Arc::new(maps),
            ..State::default()
        };
        let spellings = Arc::new(Self {
            state: Mutex::new(state),
            awake,
            twice: AtomicBool::new(false),
            behind: behind.clone(),
            changes: AtomicU64::new(0),
            jobs,
            on_renamed: OnceLock::new(),
            on_changed: OnceLock::new(),
            on_begin: OnceLock::new(),
        });
        let weak = Arc::downgrade(&spellings);
        let worker = Worker::new(system, behind);
        // Without it every look takes too long, and everything keeps its name.
        let _ = thread::Builder::new()
            .name("paths".to_owned())
            .spawn(move || worker.run(&receiver, &weak));
        spellings
    }

    /// Says whom to tell of documents that get another name at gopls; only the first is told.
    pub fn on_renamed(&self, tell: impl Fn(Vec<Renaming>) + Send + Sync + 'static) {
        let _ = self.on_renamed.set(Box::new(tell));
    }

    /// Says whom to tell of files that have changed, by the names that gopls knows them by, where it was told
    /// by others; only the first is told.
    pub fn on_changed(&self, tell: impl Fn(Vec<Changed>) + Send + Sync + 'static) {
        let _ = self.on_changed.set(Box::new(tell));
    }

    /// Says who sets the maps of a workspace when the client names its folders, of which it is told the
    /// first; only the first is asked. It may look at the disk.
    pub fn on_begin(&self, set: impl Fn(Option<&str>) + Send + Sync + 'static) {
        let _ = self.on_begin.set(Arc::new(set));
    }

    /// Whether any file has two names. Once one has, this stays so.
    pub fn awake(&self) -> bool {
        self.awake.load(Ordering::Relaxed)
    }

    /// Whether any file is open under two names.
    pub fn any_twice(&self) -> bool {
        self.twice.load(Ordering::Relaxed)
    }

    /// A number that grows with what may be of interest to who reports.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// The maps are these from now on.
    pub fn set_maps(&self, maps: Maps) {
        if !maps.is_empty() {
            self.wake();
        }
        self.state().maps = Arc::new(maps);
        self.look_again();
    }

    /// gopls knows the files of these homes by their spelling. They were looked for when its workspace
    /// folders were `folders`; where they are others now, better ones will come.
    pub fn learn(&self, homes: Vec<Home>, folders: &[PathBuf]) {
        let mut now = self.state().folders.paths();
        let mut then = folders.to_vec();
        now.sort();
        then.sort();
        if now == then {
            let _ = self.jobs.send(Job::Homes(homes));
        }
    }

    /// gopls's workspace folders have changed, and it has no more those that the client calls so: the
    /// open documents that get another name by it.
    pub fn folders_changed(&self, gone: &[String]) -> Vec<Renaming> {
        let (now, maps) = {
            let state = self.state();
            (state.folders.paths(), state.maps.clone())
        };
        let gone = gone.iter().filter_map(|uri| server_path(&maps, uri));
        let gone = gone.map(PathBuf::from).collect();
        let renamings = self.ask(LOOK, |answer| Job::Folders { now, gone, answer });
        renamings.unwrap_or_default()
    }

    /// Something on the disk may have changed, by which files get other names.
    pub fn look_again(&self) {
        let _ = self.jobs.send(Job::Review);
    }

    /// The client closes a document; `None` where it was not open.
    pub fn close(&self, client: &str) -> Option<Use> {
        let mut state = self.state();
        let shown = state.shown(&state.documents.get(client)?.server);
        let known = state.documents.remove(client)?;
        self.note(&state);
        Some(state.used(known.server, shown))
    }

    /// The client uses a document; `None` where it is not open, or where it is used anyway.
    pub fn touch(&self, client: &str) -> Option<Use> {
        let mut state = self.state();
        let server = state.documents.get(client)?.server.clone();
        let shown = state.shown(&server);
        if !state.documents.touch(client) {
            return None;
        }
        self.note(&state);
        Some(state.used(server, shown))
    }

    /// A document gets another name at gopls: what is then of the name before, and of the new one. `None`
    /// where it is not open any more, or has the name already.
    pub fn rename(&self, renaming: Renaming) -> Option<(Use, Use)> {
        let mut state = self.state();
        let Renaming { client, known } = renaming;
        let (before, after) = (
            state.documents.get(&client)?.server.clone(),
            known.server.clone(),
        );
        let shown = [&before, &after].map(|server| state.shown(server));
        state.put(&client, known);
        self.note(&state);
        let [shown_before, shown_after] = shown;
        (before != after).then(|| {
            let before = state.used(before, shown_before);
            (before, state.used(after, shown_after))
        })
    }

    /// Has the maps set for these folders, and waits for it, but not for long.
    pub(crate) fn configure(&self, folders: &[String]) {
        let Some(set) = self.on_begin.get().cloned() else {
            return;
        };
        let first = folders.first().cloned();
        let (done, is_done) = channel();
        let started = thread::Builder::new()
            .name("workspace".to_owned())
            .spawn(move || {
                set(first.as_deref());
                // Whoever waited may have lost patience.
                let _ = done.send(());
            });
        if started.is_ok() {
            let _ = is_done.recv_timeout(LOOK);
        }
    }

    /// Everything that is known, for as long as the guard is held.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere leaves nothing half done here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a folder really is, if the disk says so in time.
    pub(crate) fn real(&self, path: PathBuf) -> Option<PathBuf> {
        self.ask(LOOK, |answer| Job::Real(path, answer))
    }

    /// What the disk says in time. One question that waited in vain is enough until all are answered: messages
    /// in both directions wait with it.
    pub(crate) fn ask<T>(&self, limit: Duration, job: impl FnOnce(Sender<T>) -> Job) -> Option<T> {
        let (answer, answered) = channel();
        let limit = match self.behind.load(Ordering::Relaxed) {
            true => Duration::ZERO,
            false => limit,
        };
        self.jobs.send(job(answer)).ok()?;
        let answered = answered.recv_timeout(limit).ok();
        if answered.is_none() {
            self.behind.store(true, Ordering::Relaxed);
        }
        answered
    }

    /// `initialize` passes: until more is known, gopls's folders are the client's.
    pub(crate) fn begin(&self, folders: Folders) {
        let paths = folders.paths();
        let mut state = self.state();
        state.folders = folders;
        self.note(&state);
        drop(state);
        self.ask(LOOK, |done| Job::Begin(paths, done));
    }

    pub(crate) fn wake(&self) {
        self.awake.store(true, Ordering::Relaxed);
    }

    /// The homes were looked up.
    pub(crate) fn set_homes(&self, homes: &Arc<Homes>) {
        let mut state = self.state();
        state.trees.go_by(homes);
        state.homes = Some(homes.clone());
    }

    /// Looks at all open documents and folders again.
    pub(crate) fn review(&self, mut place: impl FnMut(&Path) -> Place) -> Vec<Renaming> {
        let (maps, open, mut trees) = {
            let state = self.state();
            let all = state.documents.all().into_iter();
            let all: Vec<_> = all
                .map(|(client, known)| (client.clone(), known.clone()))
                .collect();
            (state.maps.clone(), all, state.trees.all())
        };
        // A folder has two spellings where any file in it would have.
        trees.retain(|tree| {
            let [client, server] = [&tree.client, &tree.server].map(|folder| folder.join("any.go"));
            !matches!(place(&client), Place::Other { path, .. } if path == server)
        });
        self.state().trees.forget(&trees);
        let mut renamings = Vec::new();
        for (client, before) in open {
            let Some(path) = server_path(&maps, &client) else {
                continue;
            };
            let known = known_as(&client, &path, place(Path::new(&path)));
            if known != before {
                renamings.push(Renaming { client, known });
            }
        }
        renamings
    }

    pub(crate) fn tell(&self, renamings: Vec<Renaming>) {
        if let (Some(tell), false) = (self.on_renamed.get(), renamings.is_empty()) {
            tell(renamings);
        }
    }

    pub(crate) fn tell_changes(&self, changes: Vec<Changed>) {
        if let (Some(tell), false) = (self.on_changed.get(), changes.is_empty()) {
            tell(changes);
        }
    }

    /// The disk has answered all that was asked.
    pub(crate) fn caught_up(&self) {
        self.behind.store(false, Ordering::Relaxed);
    }

    /// What changed may wake others.
    pub(crate) fn note(&self, state: &State) {
        let twice = state.documents.any_twice();
        self.twice.store(twice, Ordering::Relaxed);
        self.changes.fetch_add(1, Ordering::Relaxed);
        if state.trees.any() || state.documents.any_renamed() {
            self.wake();
        }
    }
}

impl State {
    /// What the client calls what gopls calls so, where nothing else is said.
    pub(crate) fn shown(&self, server: &str) -> String {
        let name = self.documents.name(server).map(str::to_owned);
        let name = name.or_else(|| self.maps.uri_to_client(server));
        name.unwrap_or_else(|| server.to_owned())
    }

    /// What is now of a file that was `shown` so.
    pub(crate) fn used(&self, server: Arc<str>, shown: String) -> Use {
        let now = self.shown(&server);
        Use {
            names: self.documents.names(&server).to_vec(),
            moved: (shown != now).then_some((shown, now)),
            server,
        }
    }

    /// A document is known so from now on.
    pub(crate) fn put(&mut self, client: &str, known: Known) {
        self.add(known.tree.as_ref());
        self.documents.insert(client, known);
    }

    /// A folder with two spellings was met, or not.
    pub(crate) fn add(&mut self, tree: Option<&Tree>) {
        if let Some(tree) = tree {
            self.trees.add(tree, self.homes.as_deref());
        }
    }
}

/// The path of what the client calls so, by the maps, as gopls would clean it.
pub(crate) fn server_path(maps: &Maps, client: &str) -> Option<String> {
    let path = uri::path(client)?;
    let path = uri::clean(&path);
    Some(maps.to_server(&path).unwrap_or_else(|| path.into_owned()))
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
