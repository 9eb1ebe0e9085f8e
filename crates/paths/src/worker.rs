//! The thread that looks at the disk, so that none does who carries messages.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use system::System;

use crate::home::{Home, HomeKind, Homes, module_root};
use crate::links::Links;
use crate::look::Glance;
use crate::place::{Place, place};
use crate::spellings::{Changed, Renaming, Spellings};

/// How long the modules are searched for links, and how long where somebody waits.
const SEARCH: Duration = Duration::from_secs(2);
const SHORT_SEARCH: Duration = Duration::from_millis(10);

/// How long links that were found count as all that there are, and how many times as long as it took to
/// find them.
const FRESH: Duration = Duration::from_secs(2);
const FRESH_TIMES: u32 = 20;

/// What it is asked.
pub(crate) enum Job {
    /// By which name gopls knows a file, as far as it can be told at once.
    Glance(PathBuf, Sender<Glance>),
    /// By which name gopls knows the document that the client has open by this one.
    Document(String),
    /// By which names gopls knows files that have changed.
    Changes(Vec<Changed>),
    /// Where a folder really is.
    Real(PathBuf, Sender<PathBuf>),
    /// The client's folders are these, of which gopls says nothing yet.
    Begin(Vec<PathBuf>, Sender<()>),
    /// gopls has these homes from now on.
    Homes(Vec<Home>),
    /// The client's folders are these now, and no more those: what is open and gets another name by it.
    Folders {
        now: Vec<PathBuf>,
        gone: Vec<PathBuf>,
        answer: Sender<Vec<Renaming>>,
    },
    /// Something on the disk may have changed.
    Review,
}

pub(crate) struct Worker {
    system: Arc<dyn System>,
    /// The homes that gopls is known to have, and before those were learned what the client's folders are;
    /// none before there are any. And those of them that are there.
    known: Option<Vec<Home>>,
    homes: Arc<Homes>,
    /// Whether they were learned.
    learned: bool,
    /// Whether nobody is to wait for it.
    behind: Arc<AtomicBool>,
    /// Until when they count, and the links.
    links: Option<(Instant, Links)>,
}

impl Worker {
    pub(crate) fn new(system: Arc<dyn System>, behind: Arc<AtomicBool>) -> Self {
        Self {
            system,
            known: None,
            homes: Arc::default(),
            learned: false,
            behind,
            links: None,
        }
    }

    /// Works until nobody is left to work for.
    pub(crate) fn run(mut self, jobs: &Receiver<Job>, spellings: &Weak<Spellings>) {
        while let Ok(job) = jobs.recv() {
            let mut review = self.safely(job, spellings);
            // Of many changes at once one look is enough.
            while let Ok(job) = jobs.try_recv() {
                review |= self.safely(job, spellings);
            }
            let Some(spellings) = spellings.upgrade() else {
                return;
            };
            if review {
                let renamings = spellings.review(|path| self.place(path));
                spellings.tell(renamings);
            }
            // A review can be what took so long.
            spellings.caught_up();
        }
    }

    /// Does a job. One that fails has no answer, and the others are done all the same.
    fn safely(&mut self, job: Job, spellings: &Weak<Spellings>) -> bool {
        let done = AssertUnwindSafe(|| self.job(job, spellings));
        catch_unwind(done).unwrap_or_default()
    }

    /// Does a job; whether what is known of the open documents may be outdated.
    fn job(&mut self, job: Job, spellings: &Weak<Spellings>) -> bool {
        match job {
            Job::Glance(path, answer) => {
                // Whoever asked may have lost patience.
                let _ = answer.send(self.look(&path, SHORT_SEARCH));
                false
            }
            Job::Document(client) => {
                if let Some(spellings) = spellings.upgrade() {
                    let renaming = spellings.looked_up(client, |path| self.place(path));
                    spellings.tell(Vec::from_iter(renaming));
                }
                false
            }
            Job::Changes(changes) => {
                if let Some(spellings) = spellings.upgrade() {
                    let changes = spellings.renamed_changes(changes, |path| self.place(path));
                    spellings.tell_changes(changes);
                }
                false
            }
            Job::Real(path, answer) => {
                let real = self.system.canonicalize(&path);
                let _ = answer.send(real.unwrap_or(path));
                false
            }
            Job::Begin(folders, done) => {
                // Who says it twice means the second time.
                self.known = None;
                self.learned = false;
                self.change_folders(&folders, &[]);
                self.look_for_homes(spellings);
                let _ = done.send(());
                false
            }
            Job::Homes(list) => {
                let list = Some(list);
                let news = self.known != list || !self.learned;
                self.known = list;
                self.learned = true;
                self.look_for_homes(spellings);
                news
            }
            Job::Folders { now, gone, answer } => {
                self.change_folders(&now, &gone);
                self.look_for_homes(spellings);
                let review = |spellings: Arc<Spellings>| spellings.review(|path| self.place(path));
                let renamings = spellings.upgrade().map(review).unwrap_or_default();
                // Whoever has lost patience gets them when all is looked at again.
                answer.send(renamings).is_err()
            }
            Job::Review => {
                self.look_for_homes(spellings);
                true
            }
        }
    }

    /// Goes by the modules of the client's folders until go has said more.
    fn change_folders(&mut self, now: &[PathBuf], gone: &[PathBuf]) {
        let known = self.known.get_or_insert_default();
        for folder in gone {
            let root = module_root(&*self.system, folder)
                .unwrap_or(folder)
                .to_owned();
            known.retain(|home| {
                let inside = home.path.starts_with(folder) || home.path == root;
                home.kind == HomeKind::Library || !inside
            });
        }
        for folder in now {
            let root = module_root(&*self.system, folder).unwrap_or(folder);
            if !known.iter().any(|home| home.path == root) {
                known.push(Home {
                    path: root.to_owned(),
                    kind: HomeKind::Module,
                });
            }
        }
    }

    fn look_for_homes(&mut self, spellings: &Weak<Spellings>) {
        self.links = None;
        // That none are known yet does not mean that there are none.
        let Some(known) = &self.known else { return };
        self.homes = Arc::new(Homes::of(&*self.system, known.clone()));
        if let Some(spellings) = spellings.upgrade() {
            spellings.set_homes(&self.homes);
        }
    }

    fn place(&mut self, path: &Path) -> Place {
        // When gopls's homes are learned all is looked at again.
        let limit = match self.learned {
            true => SEARCH,
            false => SHORT_SEARCH,
        };
        self.look(path, limit).place
    }

    /// By which name gopls knows a file, where no longer than this is searched for links to it.
    fn look(&mut self, path: &Path, limit: Duration) -> Glance {
        let Self {
            system,
            homes,
            links,
            behind,
            ..
        } = self;
        let mut whole = true;
        let mut links = || {
            let begun = Instant::now();
            if let Some((until, links)) = links
                && begun < *until
            {
                return links.clone();
            }
            let (mut found, is_all) = Links::of(&**system, homes, SHORT_SEARCH);
            if !is_all && limit <= SHORT_SEARCH {
                // The ones that are missing may lead there, too.
                whole = false;
                return Links::default();
            }
            if !is_all {
                behind.store(true, Ordering::Relaxed);
                (found, _) = Links::of(&**system, homes, limit);
            }
            let fresh = FRESH.max(begun.elapsed() * FRESH_TIMES);
            *links = Some((Instant::now() + fresh, found.clone()));
            found
        };
        let place = place(&**system, homes, &mut links, path);
        Glance { place, whole }
    }
}
