//! The thread that inspects.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use paths::Spellings;
use protocol::MethodSet;
use protocol::traffic::Message;
use system::System;
use trace::finding::{Action, Code, Finding, Fix};

use crate::contract::Contract;
use crate::event::{Event, Pulse, Seen};
use crate::feed::{Backlog, Feed, Signal};
use crate::look::Lookers;
use crate::outlet::Outlet;
use crate::report::{Report, Step};
use crate::session::Session;
use crate::store::{News, Store};
use crate::{Inspector, inspectors, json};

#[cfg(test)]
mod tests;

/// How often inspectors are told that time has passed.
const TICK: Duration = Duration::from_millis(200);

/// How often what gopls does is looked at while something waits.
const PULSE: Duration = Duration::from_secs(1);

/// How long this thread must have stood still for all to have: it does something many times a second.
const BREAK: Duration = Duration::from_secs(2);

/// The largest file that is edited, in bytes.
const LARGEST_EDITED: u64 = 1 << 20;

/// What goes when a load ends.
const OF_LOADS: [Code; 2] = [Code::LoadStuck, Code::LoadSlow];

/// Starts to inspect a session; what its feed gets is looked at by a thread of its own, which ends with
/// the process.
pub fn start(system: Arc<dyn System>, outlet: Arc<dyn Outlet>, spellings: Arc<Spellings>) -> Feed {
    let inspectors = inspectors::all(spellings.clone());
    start_with(system, outlet, spellings, inspectors)
}

fn start_with(
    system: Arc<dyn System>,
    outlet: Arc<dyn Outlet>,
    spellings: Arc<Spellings>,
    inspectors: Vec<Box<dyn Inspector>>,
) -> Feed {
    let (sender, receiver) = channel();
    let entries: Vec<Entry> = inspectors.into_iter().map(Entry::new).collect();
    let wanted = entries
        .iter()
        .fold(MethodSet::new(), |set, entry| set.union(&entry.interests));
    let backlog = Arc::new(Backlog::default());
    let lookers = Lookers::new(&system, &outlet, &spellings, &sender);
    let contract = Contract::start(outlet.clone(), sender.clone());
    let feed = Feed::new(sender, without_explained(wanted), backlog.clone(), contract);
    let engine = Engine {
        session: Session::default(),
        entries,
        store: Store::default(),
        lookers,
        system,
        outlet,
        backlog,
        pulsed: Instant::now(),
        ticked: Instant::now(),
        awake: Instant::now(),
        quiet: true,
        found: Vec::new(),
        looking: BTreeSet::new(),
    };
    let started = thread::Builder::new()
        .name("inspect".to_owned())
        .spawn(move || engine.run(&receiver));
    if let Err(error) = started {
        tracing::warn!("this session is not inspected: {error}");
    }
    feed
}

/// Of the requests that are explained only those are wanted that gave nothing, which the feed sees to.
fn without_explained(wanted: MethodSet) -> MethodSet {
    let explained: MethodSet = inspectors::EXPLAINED.into_iter().collect();
    let rest = protocol::Method::known().filter(|method| wanted.contains(method));
    rest.filter(|method| !explained.contains(method)).collect()
}

struct Engine {
    session: Session,
    entries: Vec<Entry>,
    store: Store,
    lookers: Lookers,
    system: Arc<dyn System>,
    outlet: Arc<dyn Outlet>,
    backlog: Arc<Backlog>,
    pulsed: Instant,
    /// When this thread last did anything, and since when it does so without a break.
    ticked: Instant,
    awake: Instant,
    /// Whether nothing waited at the last pulse.
    quiet: bool,
    /// What was found elsewhere and is not raised yet.
    found: Vec<Finding>,
    /// The inspectors that look again, because the user asks for it.
    looking: BTreeSet<usize>,
}

/// An inspector and what it wants.
struct Entry {
    inspector: Box<dyn Inspector>,
    interests: MethodSet,
    broken: bool,
}

impl Entry {
    fn new(inspector: Box<dyn Inspector>) -> Self {
        Self {
            interests: inspector.interests(),
            inspector,
            broken: false,
        }
    }
}

impl Engine {
    fn run(mut self, signals: &Receiver<Signal>) {
        loop {
            match signals.recv_timeout(TICK) {
                Ok(signal) => self.signal(signal),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if self.backlog.lost.load(Ordering::Relaxed) {
                return self.give_up();
            }
            self.pulse();
            self.take_found();
            self.tell(&Event::Tick(Instant::now()));
            self.show();
        }
    }

    fn signal(&mut self, signal: Signal) {
        match signal {
            Signal::Message { at, time, message } => self.message(at, time, message),
            Signal::Learned(learned) => self.tell(&Event::Learned(&learned)),
            Signal::CheckAgain => self.tell(&Event::CheckAgain),
            Signal::Found(finding) => self.found.push(finding),
        }
    }

    /// Raises what was found elsewhere, as soon as anything can be shown.
    fn take_found(&mut self) {
        if !self.is_early() {
            let nobody = self.entries.len();
            for finding in std::mem::take(&mut self.found) {
                self.step(Step::Raise(finding, None), nobody, None);
            }
        }
    }

    /// Whether gopls has not answered `initialize` yet, before which the protocol lets nobody show anything.
    fn is_early(&self) -> bool {
        self.session.peers.server_capabilities.is_null()
    }

    fn message(&mut self, at: Option<u64>, time: SystemTime, message: Message) {
        let size = message.body_at_server().map_or(0, bytes::Bytes::len);
        self.backlog.waiting.fetch_sub(size, Ordering::Relaxed);
        let body = message.body_at_server().map(|body| &body[..]);
        let Some(body) = body.and_then(json::read) else {
            // Too large to be held, or no JSON, which is for others to complain of.
            self.session.missed(&message);
            return;
        };
        let seen = Seen {
            at,
            message,
            body,
            time,
            now: Instant::now(),
        };
        self.session.apply(&seen);
        if let Some(uri) = seen.changed() {
            self.store.touch(uri);
        }
        self.tell(&Event::Message(&seen));
    }

    /// Looks at what gopls does, once a second while something waits, and once more then.
    fn pulse(&mut self) {
        let now = Instant::now();
        if now.saturating_duration_since(self.ticked) > BREAK {
            self.awake = now;
        }
        self.ticked = now;
        if self.is_early() || now.saturating_duration_since(self.pulsed) < PULSE {
            return;
        }
        self.pulsed = now;
        let waiting = self.outlet.waiting();
        let loading = self.session.loads.go_on(now) || self.store.has(&OF_LOADS);
        let quiet = waiting.is_empty() && !loading;
        if quiet && std::mem::replace(&mut self.quiet, true) {
            return;
        }
        self.quiet = quiet;
        let server = self.outlet.server();
        let activity = server.and_then(|pid| self.system.activity(pid));
        let pulse = Pulse {
            now,
            awake: self.awake,
            waiting,
            activity,
        };
        self.tell(&Event::Pulse(&pulse));
    }

    /// Tells all inspectors that want it, and does what they answer.
    fn tell(&mut self, event: &Event<'_>) {
        let mut steps = Vec::new();
        let mut broken = Vec::new();
        for (place, entry) in self.entries.iter_mut().enumerate() {
            if entry.broken || !wants(&entry.interests, event) {
                continue;
            }
            let inspector = &mut entry.inspector;
            let session = &self.session;
            let told = catch_unwind(AssertUnwindSafe(|| {
                let mut own = Report::default();
                inspector.on_event(session, event, &mut own);
                own
            }));
            match told {
                Ok(own) => steps.extend(own.steps.into_iter().map(|step| (place, step))),
                Err(_) => {
                    entry.broken = true;
                    broken.push(place);
                    let name = entry.inspector.name();
                    self.outlet
                        .say(&format!("the inspector {name} failed and is switched off"));
                }
            }
        }
        let at = match event {
            Event::Message(seen) => seen.at,
            _ => None,
        };
        for (place, step) in steps {
            self.step(step, place, at);
        }
        for place in broken {
            // What it found nobody would ever clear.
            for finding in self.store.clear_of(place) {
                self.outlet.cleared(&finding);
            }
            self.has_looked(place);
        }
    }

    fn step(&mut self, step: Step, finder: usize, at: Option<u64>) {
        match step {
            Step::Raise(finding, folder) => {
                let mut finding = self.at_home(finding, folder.as_deref());
                finding.at = finding.at.or(at);
                let news = self.store.raise(finding.clone(), finder);
                if !finding.quiet {
                    self.backlog.watching.store(true, Ordering::Relaxed);
                }
                match news {
                    News::First => self.outlet.raised(&finding, true),
                    News::Words => self.outlet.raised(&finding, false),
                    News::Place | News::None => {}
                }
            }
            Step::RaiseUnlessKnown(finding) => {
                if !self.store.has_of_others(finding.code, finder) {
                    self.step(Step::Raise(finding, None), finder, at);
                }
            }
            Step::Clear(key) => {
                for finding in self.store.clear(&key, finder) {
                    self.outlet.cleared(&finding);
                }
            }
            Step::Look(look) => self.lookers.look(look),
            Step::LooksAgain => {
                self.looking.insert(finder);
            }
            Step::HasLooked => self.has_looked(finder),
            Step::Explained(method, uri, codes) => self.outlet.explained(&method, &uri, &codes),
            Step::Versions(all) => self.outlet.versions(&all),
        }
    }

    /// When the last of those who look again has looked, the user hears what still stands, whoever has found it.
    fn has_looked(&mut self, finder: usize) {
        if self.looking.remove(&finder) && self.looking.is_empty() {
            self.outlet.tell(&self.store.summary());
        }
    }

    /// A finding that is about no file is shown where its folder begins, or the first that begins anywhere.
    fn at_home(&self, mut finding: Finding, folder: Option<&str>) -> Finding {
        if finding.uri.is_some() || finding.quiet {
            return finding;
        }
        if finding.code == Code::GoplsSettingsInvalid
            && let Some((uri, range)) = self.in_settings(&finding.subject)
        {
            return finding.place(uri, Some(range));
        }
        let folders = self.session.folders.all().iter();
        let folders = folders.filter(|one| folder.is_none_or(|folder| one.uri == folder));
        let files =
            folders.flat_map(|folder| ["go.work", "go.mod"].map(|name| folder.path.join(name)));
        let home = files
            .filter(|path| self.system.exists(path))
            .find_map(|path| doctor::file_uri(&path));
        let open = || {
            self.session
                .documents
                .uris()
                .first()
                .map(|uri| (*uri).to_owned())
        };
        finding.uri = home.or_else(open);
        finding
    }

    /// The line of a workspace's settings that names a setting.
    fn in_settings(&self, setting: &str) -> Option<(String, trace::finding::Range)> {
        let find = |folder: &Path| {
            let path = folder.join(".vscode/settings.json");
            let text = self.system.read_text(&path, 1 << 20).ok()?;
            let at = text.find(setting)?;
            let range = doctor::source::range(&text, at..at + setting.len());
            Some((doctor::file_uri(&path)?, range))
        };
        let mut folders = self.session.folders.all().iter();
        folders.find_map(|folder| find(&folder.path))
    }

    /// Shows what has changed, as the peers count.
    fn show(&mut self) {
        if self.is_early() {
            return;
        }
        for (uri, mut findings) in self.store.changes() {
            for finding in &mut findings {
                finding.fixes.retain_mut(|fix| self.fits(fix));
            }
            if let Some(text) = self.session.documents.text(&uri) {
                for finding in &mut findings {
                    let encoding = self.session.peers.encoding;
                    finding.range = finding
                        .range
                        .map(|range| encoding.range_of_utf16(text, range));
                }
            }
            self.outlet.show(&uri, findings);
        }
        if self.store.shows_nothing() {
            self.backlog.watching.store(false, Ordering::Relaxed);
        }
    }

    /// Whether a fix can be done to the files as the client has them: an edit was made for what is on
    /// disk, and would spoil an open file with other text. One that fits gets the version that it is for.
    fn fits(&self, fix: &mut Fix) -> bool {
        let Action::Edit(edits) = &mut fix.action else {
            return true;
        };
        edits.iter_mut().all(|edit| {
            let Some(open) = self.session.documents.get(&edit.uri) else {
                return true;
            };
            edit.version = Some(open.version);
            let path = doctor::file_path(&edit.uri);
            let on_disk = path.and_then(|path| self.system.read_text(&path, LARGEST_EDITED).ok());
            on_disk.is_some() && on_disk == open.text
        })
    }

    /// Too much came at once for what is known to be true.
    fn give_up(&mut self) {
        for finding in self.store.clear_all() {
            self.outlet.cleared(&finding);
        }
        self.show();
        self.outlet.say(
            "more was said than could be looked at: the rest of this session is not inspected",
        );
    }
}

fn wants(interests: &MethodSet, event: &Event<'_>) -> bool {
    match event {
        Event::Message(seen) => {
            let method = seen.message.method.as_ref();
            method.is_some_and(|method| interests.contains(method))
        }
        Event::Pulse(_) | Event::Learned(_) | Event::Tick(_) | Event::CheckAgain => true,
    }
}
