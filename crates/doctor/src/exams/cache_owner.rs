//! Folders in the caches that belong to others.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use system::{EntryKind, Owner, System};
use trace::finding::{Action, Code, Finding, Severity};

use crate::writing::{Reason, Refusal};
use crate::{Chart, Exam, Patient, Workspace, build_cache, owners, places};

/// How many folders of a cache are looked at.
const MOST: usize = 600;
/// How many entries of each of them are.
const ENTRIES: usize = 64;
/// How long that may take.
const LIMIT: Duration = Duration::from_millis(200);
/// In how many of the folders of others a file is tried.
const TRIED: usize = 3;

/// Looks for folders of other users in caches that are this user's own, and tries whether they are in the
/// way. Root, who is kept out of nothing, has no trouble with them.
pub(super) struct CacheOwner;

impl Exam for CacheOwner {
    fn name(&self) -> &'static str {
        "owners of the caches"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::CacheOwnerMismatch]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        let Some(user) = system.user() else {
            return;
        };
        for workspace in &patient.workspaces {
            let Ok(env) = workspace.go().env(system) else {
                continue;
            };
            let gocache = Path::new(&env.gocache);
            if gocache.is_absolute()
                && let Some(refusal) = build_cache::mixed(system, gocache)
            {
                let finding = build_cache::of_others(system, gocache, &refusal);
                let finding = finding.severity(Severity::Warning);
                chart.find(offer_user(system, workspace, &refusal, finding));
            }
            let others = [PathBuf::from(&env.gomodcache), places::gopls_cache(system)];
            for cache in others.iter().filter(|cache| cache.is_absolute()) {
                match in_the_way(system, cache, user.owner) {
                    Seen::Obstacle(refusal, counts) => {
                        let finding = finding(cache, &refusal, system, counts);
                        chart.find(offer_user(system, workspace, &refusal, finding));
                    }
                    Seen::Nothing(counts) => chart.see(format!("{}: {counts}", cache.display())),
                    Seen::NoCache => {}
                }
            }
        }
    }
}

/// What is to be seen in a cache.
enum Seen {
    /// There is none, or nothing at all can be written in it, which is told elsewhere.
    NoCache,
    /// Nothing is in the way.
    Nothing(String),
    /// A folder that nothing can be written in, since it is another's.
    Obstacle(Box<Refusal>, String),
}

fn in_the_way(system: &dyn System, cache: &Path, own: Owner) -> Seen {
    let is_there = system
        .kind(cache)
        .is_ok_and(|kind| kind == EntryKind::Folder);
    if !is_there {
        return Seen::NoCache;
    }
    let folders = sample(system, cache);
    let of_others = folders.iter().filter(|(_, owner)| owner.uid != own.uid);
    let of_others: Vec<_> = of_others.collect();
    let counts = format!(
        "{} of the {} folders that were looked at belong to other users",
        of_others.len(),
        folders.len()
    );
    if of_others.is_empty() {
        return Seen::Nothing(counts);
    }
    if Refusal::of(system, cache).is_some() {
        return Seen::NoCache;
    }
    let mut refusals = of_others.iter().take(TRIED).filter_map(|(folder, _)| {
        let refusal = Refusal::of(system, folder)?;
        let is_of_others = matches!(refusal.reason, Reason::OfOther | Reason::OfOutside);
        is_of_others.then(|| refusal.within(cache))
    });
    match refusals.next() {
        Some(refusal) => Seen::Obstacle(Box::new(refusal), counts),
        None => Seen::Nothing(counts),
    }
}

/// Folders of a cache in which go or gopls would make files, the upper ones first, with their owners. What is
/// unpacked from a module has an `@` in its name, and nothing is ever made in it.
fn sample(system: &dyn System, cache: &Path) -> Vec<(PathBuf, Owner)> {
    let begun = Instant::now();
    let mut waiting = VecDeque::from([cache.to_owned()]);
    let mut seen = Vec::new();
    while let Some(folder) = waiting.pop_front() {
        if seen.len() == MOST || begun.elapsed() > LIMIT {
            break;
        }
        let Some(owner) = system.stat(&folder).ok().and_then(|stat| stat.owner) else {
            continue;
        };
        let entries = system.list(&folder, ENTRIES).unwrap_or_default();
        seen.push((folder.clone(), owner));
        waiting.extend(entries.iter().filter_map(|entry| {
            let name = entry.name.to_string_lossy();
            let is_unpacked = name.contains('@') && name != "@v";
            let is_own = entry.kind == EntryKind::Folder && !entry.is_link && !is_unpacked;
            is_own.then(|| folder.join(&entry.name))
        }));
    }
    seen
}

fn finding(cache: &Path, refusal: &Refusal, system: &dyn System, counts: String) -> Finding {
    let finding = Finding::new(
        Code::CacheOwnerMismatch,
        format!(
            "{} has folders of another user, in which nothing can be written.",
            cache.display()
        ),
        "They are mostly left by a command that once ran as root. What go or gopls would have to write in \
         them fails, and the rest works.",
    );
    let finding = finding
        .severity(Severity::Warning)
        .about(cache.display().to_string())
        .evidence(counts);
    refusal.explain(system, finding)
}

/// The finding with the user of the container, where the files of the caches are another's than its own.
fn offer_user(
    system: &dyn System,
    workspace: &Workspace,
    refusal: &Refusal,
    finding: Finding,
) -> Finding {
    let files = [".devcontainer/devcontainer.json", ".devcontainer.json"];
    let mut files = files.iter().map(|file| workspace.folder.join(file));
    let Some(file) = files.find(|file| system.exists(file)) else {
        return finding;
    };
    let stat = system.stat(&refusal.tried).ok();
    let Some(owner) = stat.and_then(|stat| stat.owner) else {
        return finding;
    };
    let how = format!(
        "`remoteUser` in {} says which user the editor's server runs as; the folder belongs to {}.",
        file.display(),
        owners::user(system, owner.uid)
    );
    finding.fix(
        "Have the container run as the user whose they are",
        Action::Hand(how),
    )
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    const OWN: Owner = Owner {
        uid: 1000,
        gid: 1000,
    };

    fn machine() -> MadeUp {
        MadeUp::default()
            .with_user(1000, 1000)
            .with_file("/m/cache/download/a.com/@v/list", "")
            .with_file("/m/a.com@v1.0.0/a.go", "")
            .with_owner("/m/a.com@v1.0.0", 0, 0)
    }

    fn refusal(seen: Seen) -> Option<Box<Refusal>> {
        match seen {
            Seen::Obstacle(refusal, _) => Some(refusal),
            Seen::Nothing(_) | Seen::NoCache => None,
        }
    }

    #[test]
    fn what_is_unpacked_is_in_nobodys_way() {
        let Seen::Nothing(counts) = in_the_way(&machine(), "/m".as_ref(), OWN) else {
            panic!("nothing is in the way");
        };
        let words = "0 of the 5 folders that were looked at belong to other users";
        assert_eq!(counts, words);
        assert!(matches!(
            in_the_way(&machine(), "/gone".as_ref(), OWN),
            Seen::NoCache
        ));
    }

    #[test]
    fn a_folder_of_root_is_in_the_way_where_nothing_can_be_written_in_it() {
        let of_root = machine().with_owner("/m/cache/download/a.com", 0, 0);
        assert!(refusal(in_the_way(&of_root, "/m".as_ref(), OWN)).is_none());
        let closed = of_root.with_refusal("/m/cache/download/a.com/@v", "making", 13);
        let refusal = refusal(in_the_way(&closed, "/m".as_ref(), OWN)).unwrap();
        assert_eq!(refusal.tried, Path::new("/m/cache/download/a.com/@v"));
        let found = finding("/m".as_ref(), &refusal, &closed, "2 of 5".into());
        let line = "sudo chown -R 1000:1000 /m";
        assert_eq!(found.fixes[0].action, Action::Shell(line.into()));
        assert_eq!(found.subject, "/m");
    }

    #[test]
    fn a_cache_that_takes_nothing_at_all_is_told_of_elsewhere() {
        let closed = machine()
            .with_owner("/m", 0, 0)
            .with_refusal("/m", "making", 13);
        assert!(matches!(
            in_the_way(&closed, "/m".as_ref(), OWN),
            Seen::NoCache
        ));
    }

    #[test]
    fn a_container_can_run_as_the_owner() {
        let system = machine()
            .with_owner("/m/cache", 0, 0)
            .with_refusal("/m/cache", "making", 13)
            .with_file("/w/.devcontainer/devcontainer.json", "{}");
        let refusal = refusal(in_the_way(&system, "/m".as_ref(), OWN)).unwrap();
        let offer = |folder: &str| {
            let finding = Finding::new(Code::CacheOwnerMismatch, "A.", "B.");
            let fixes = offer_user(&system, &Workspace::new(folder), &refusal, finding).fixes;
            fixes.len()
        };
        assert_eq!((offer("/w"), offer("/x")), (1, 0));
    }
}
