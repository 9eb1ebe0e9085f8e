//! What a session knows of the names of its files.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use system::System;

use crate::document::{Documents, Known};
use crate::folders::Folders;
use crate::home::{Home, Homes};
use crate::maps::Maps;
use crate::place::Place;
use crate::tree::Trees;
use crate::uri;
use crate::worker::{Job, Worker};

/// How long a document that is being opened waits for the disk.
const LOOK: Duration = Duration::from_millis(250);

/// How long documents from outside of the client's folders wait, after `initialize`, for what gopls's
/// folders are. gopls answers nothing before it has loaded them, and what it was told by another name it
/// never quite forgets.
const START: Duration = Duration::from_secs(5);

/// What the client calls its files and what gopls calls them.
///
/// Only [`open`](Self::open) and the functions about folders may wait, and not for long; all else goes by
/// what is known. What is learned later is told to whoever is set by [`on_renamed`](Self::on_renamed).
pub struct Spellings {
    state: Mutex<State>,
    /// The homes have been set.
    learned: Condvar,
    /// Whether any file has two names.
    awake: AtomicBool,
    /// Whether any file is open under two names.
    twice: AtomicBool,
    /// The disk did not answer in time, and has not since.
    behind: AtomicBool,
    /// Counts what may be of interest to who reports.
    changes: AtomicU64,
    jobs: Sender<Job>,
    on_renamed: OnceLock<Tell>,
    on_begin: OnceLock<Begin>,
}

type Begin = Arc<dyn Fn(Option<&str>) + Send + Sync>;

type Tell = Box<dyn Fn(Vec<Renaming>) + Send + Sync>;

/// What is known, under one lock.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) maps: Arc<Maps>,
    pub(crate) folders: Folders,
    /// None before they were learned.
    homes: Option<Arc<Homes>>,
    pub(crate) documents: Documents,
    pub(crate) trees: Trees,
    /// Until when it is worth waiting for the homes.
    patience: Option<Instant>,
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
        let state = State {
            maps: Arc::new(maps),
            ..State::default()
        };
        let spellings = Arc::new(Self {
            state: Mutex::new(state),
            learned: Condvar::new(),
            awake,
            twice: AtomicBool::new(false),
            behind: AtomicBool::new(false),
            changes: AtomicU64::new(0),
            jobs,
            on_renamed: OnceLock::new(),
            on_begin: OnceLock::new(),
        });
        let weak = Arc::downgrade(&spellings);
        let worker = Worker::new(system);
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
        let (answer, answered) = channel();
        let job = Job::Folders {
            now,
            gone: gone.map(PathBuf::from).collect(),
            answer,
        };
        let asked = self.jobs.send(job).ok();
        let renamings = asked.and_then(|()| answered.recv_timeout(LOOK).ok());
        renamings.unwrap_or_default()
    }

    /// Something on the disk may have changed, by which files get other names.
    pub fn look_again(&self) {
        let _ = self.jobs.send(Job::Review);
    }

    /// The client opens a document.
    pub fn open(&self, client: &str) -> Use {
        let known = self.known(client);
        let mut state = self.state();
        let server = known.server.clone();
        let shown = state.shown(&server);
        state.put(client, known);
        self.note(&state);
        state.used(server, shown)
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
        let (answer, answered) = channel();
        self.jobs.send(Job::Real(path, answer)).ok()?;
        answered.recv_timeout(LOOK).ok()
    }

    /// `initialize` passes: what gopls's folders are will soon be known.
    pub(crate) fn begin(&self, folders: Folders) {
        let mut state = self.state();
        // Of folders that are not on disk no homes will be learned.
        let some = !folders.paths().is_empty();
        state.patience = some.then(|| Instant::now() + START);
        state.folders = folders;
        self.note(&state);
    }

    pub(crate) fn wake(&self) {
        self.awake.store(true, Ordering::Relaxed);
    }

    /// The homes were looked up.
    pub(crate) fn set_homes(&self, homes: &Arc<Homes>) {
        let mut state = self.state();
        state.trees.go_by(homes);
        state.homes = Some(homes.clone());
        drop(state);
        self.learned.notify_all();
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

    /// What gopls is to call a document that is being opened.
    fn known(&self, client: &str) -> Known {
        let maps = self.state().maps.clone();
        match server_path(&maps, client) {
            Some(path) => {
                let place = self.place(PathBuf::from(&path));
                known_as(client, &path, place)
            }
            None => Known {
                server: client.into(),
                linked: false,
                tree: None,
                unclear: Vec::new(),
            },
        }
    }

    /// By which name gopls knows a file. Where the disk does not say so in time, it keeps its own, until
    /// it is looked at again.
    fn place(&self, path: PathBuf) -> Place {
        if !self.wait_for_homes(&path) {
            return Place::Own;
        }
        // One that waited in vain is enough: messages in both directions wait with it.
        if !self.behind.load(Ordering::Relaxed) {
            let (answer, answered) = channel();
            let asked = self.jobs.send(Job::Place(path, answer));
            let place = asked.ok().and_then(|()| answered.recv_timeout(LOOK).ok());
            if let Some(place) = place {
                return place;
            }
            self.behind.store(true, Ordering::Relaxed);
        }
        let _ = self.jobs.send(Job::Missed);
        Place::Own
    }

    /// The disk has answered all that was asked.
    pub(crate) fn caught_up(&self) {
        self.behind.store(false, Ordering::Relaxed);
    }

    /// Whether the homes are known. At the start it waits for them where a file is in none of the client's
    /// folders; one that is in one of them nearly always keeps its name.
    fn wait_for_homes(&self, path: &Path) -> bool {
        let state = self.state();
        if state.homes.is_some() || state.folders.holds(path) {
            return state.homes.is_some();
        }
        let Some(patience) = state.patience else {
            return false;
        };
        let left = patience.saturating_duration_since(Instant::now());
        let waited = self
            .learned
            .wait_timeout_while(state, left, |state| state.homes.is_none());
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.homes.is_some()
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
    fn shown(&self, server: &str) -> String {
        let name = self.documents.name(server).map(str::to_owned);
        let name = name.or_else(|| self.maps.uri_to_client(server));
        name.unwrap_or_else(|| server.to_owned())
    }

    /// What is now of a file that was `shown` so.
    fn used(&self, server: Arc<str>, shown: String) -> Use {
        let now = self.shown(&server);
        Use {
            names: self.documents.names(&server).to_vec(),
            moved: (shown != now).then_some((shown, now)),
            server,
        }
    }

    /// A document is known so from now on.
    fn put(&mut self, client: &str, known: Known) {
        if let Some(tree) = &known.tree {
            self.trees.add(tree, self.homes.as_deref());
        }
        self.documents.insert(client, known);
    }
}

/// The path of what the client calls so, by the maps, as gopls would clean it.
pub(crate) fn server_path(maps: &Maps, client: &str) -> Option<String> {
    let path = uri::path(client)?;
    let path = uri::clean(&path);
    Some(maps.to_server(&path).unwrap_or_else(|| path.into_owned()))
}

fn known_as(client: &str, path: &str, place: Place) -> Known {
    let linked = matches!(place, Place::Other { .. });
    let (path, tree, unclear) = match place {
        Place::Own => (Some(path.to_owned()), None, Vec::new()),
        Place::Other { path, tree } => (path.to_str().map(str::to_owned), tree, Vec::new()),
        Place::Unclear(names) => (Some(path.to_owned()), None, names),
    };
    Known {
        server: path.map_or_else(|| client.into(), |path| uri::uri(&path).into()),
        linked,
        tree,
        unclear,
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
