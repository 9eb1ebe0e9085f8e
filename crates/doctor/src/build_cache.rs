//! Go's build cache, as the go command needs it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use system::{EntryKind, System};
use trace::finding::{Code, Finding};

use crate::folder::clean;
use crate::load::Load;
use crate::writing::{Reason, Refusal};
use crate::{Workspace, places};

/// How many folders go makes in its cache, `00` to `ff`, before it does anything else.
const FOLDERS: usize = 256;
/// How many entries of the cache are looked at: those, and the few beside them.
const MOST: usize = 2 * FOLDERS;
/// In how many of its folders a file is tried.
const TRIED: usize = 4;

/// Why go can write nothing in a cache; none where it can. It writes in the 256 folders, so where they are
/// there, the one above them need not be writable.
pub(crate) fn refusal(system: &dyn System, cache: &Path) -> Option<Refusal> {
    let (folders, count) = folders(system, cache);
    if count < FOLDERS {
        let refusal = Refusal::of(system, cache);
        if refusal.is_some() {
            return refusal;
        }
        let lacking = u64::try_from(FOLDERS - count).unwrap_or_default();
        let existing = cache.ancestors().find(|path| system.exists(path))?;
        if let Some(refusal) = Refusal::of_files(system, existing, lacking) {
            return Some(refusal);
        }
    }
    let mut refusals = folders
        .iter()
        .filter_map(|folder| Refusal::of(system, folder));
    refusals.next().map(|refusal| refusal.within(cache))
}

/// The same where the cache is this user's own, and a folder in it is another's.
pub(crate) fn mixed(system: &dyn System, cache: &Path) -> Option<Refusal> {
    let own = system.user()?.owner.uid;
    let is_own = |path: &Path| {
        let owner = system.stat(path).ok().and_then(|stat| stat.owner);
        owner.is_some_and(|owner| owner.uid == own)
    };
    let (folders, _) = folders(system, cache);
    if !is_own(cache) || folders.iter().all(|folder| is_own(folder)) {
        return None;
    }
    let refusal = refusal(system, cache)?;
    let is_of_others = matches!(refusal.reason, Reason::OfOther | Reason::OfOutside);
    is_of_others.then_some(refusal)
}

/// What is found where a cache is mixed like that.
pub(crate) fn of_others(system: &dyn System, cache: &Path, refusal: &Refusal) -> Finding {
    let finding = Finding::new(
        Code::CacheOwnerMismatch,
        format!(
            "Go's build cache, {}, has folders of another user.",
            cache.display()
        ),
        "They are mostly left by a go command that once ran as root. What go would have to keep in them it \
         cannot keep, and of packages whose entries belong there it says that they are \"not in std\".",
    );
    refusal.explain(system, finding.about(cache.display().to_string()))
}

/// Folders of the cache that differ in whose they are and in their modes, and how many there are in all.
fn folders(system: &dyn System, cache: &Path) -> (Vec<PathBuf>, usize) {
    let is_hex = |name: &str| {
        let mut letters = name.bytes();
        name.len() == 2 && letters.all(|letter| matches!(letter, b'0'..=b'9' | b'a'..=b'f'))
    };
    let entries = system.list(cache, MOST).unwrap_or_default();
    let folders = entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::Folder && entry.name.to_str().is_some_and(is_hex));
    let mut count = 0;
    let mut different = BTreeMap::new();
    for entry in folders {
        count += 1;
        let path = cache.join(&entry.name);
        if let Ok(stat) = system.stat(&path) {
            different.entry((stat.owner, stat.mode)).or_insert(path);
        }
    }
    (different.into_values().take(TRIED).collect(), count)
}

/// What go says of a cache that it cannot use, when it has to use it; none where it can after all.
///
/// Where it can make no entry for a folder of Go's own, it says that the package is not in std.
pub(crate) fn go_says(system: &dyn System, workspace: &Workspace, cache: &str) -> Option<String> {
    let words = list_words(system, workspace)?;
    let cache = clean(Path::new(cache));
    let cache = cache.to_string_lossy();
    let mut lines = words.lines();
    let is_meant = |line: &&str| {
        line.contains("build cache") || line.contains("is not in std") || line.contains(&*cache)
    };
    lines.find(is_meant).map(|line| line.trim().to_owned())
}

/// Why go lists no package that has to be made ready for gopls, in its words; none where it does.
pub(crate) fn list_words(system: &dyn System, workspace: &Workspace) -> Option<String> {
    let load = Load::all(system, workspace).first()?;
    // As gopls asks; the package has no C in it, so that nothing is built where there is a cache after
    // all.
    let output = workspace
        .go()
        .list(system, &load.folder, &["-compiled", "errors"]);
    let output = output.ok().filter(|output| !output.success)?;
    Some(output.stderr)
}

/// The finding with another place for the cache, where the home folder has one.
pub(crate) fn offer_elsewhere(system: &dyn System, cache: &Path, finding: Finding) -> Finding {
    let folders = [".cache/go-build", "go-build"];
    places::offer_in_home(system, "GOCACHE", cache, &folders, finding)
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;
    use trace::finding::Action;

    use super::*;

    /// A cache with so many folders, whose own folder refuses.
    fn cache(count: usize) -> MadeUp {
        (0..count).fold(
            MadeUp::default()
                .with_user(1000, 1000)
                .with_refusal("/c", "making", 13),
            |system, number| system.with_file(&format!("/c/{number:02x}/x-d"), ""),
        )
    }

    #[test]
    fn where_its_folders_are_there_the_one_above_them_does_not_matter() {
        assert!(refusal(&cache(FOLDERS), "/c".as_ref()).is_none());
        assert!(refusal(&cache(FOLDERS - 1), "/c".as_ref()).is_some());
    }

    #[test]
    fn a_folder_of_another_user_among_its_own_is_found() {
        let system = cache(FOLDERS)
            .with_owner("/c/7f", 0, 0)
            .with_refusal("/c/7f", "making", 13);
        let refusal = mixed(&system, "/c".as_ref()).unwrap();
        assert_eq!(refusal.reason, Reason::OfOther);
        let found = of_others(&system, "/c".as_ref(), &refusal);
        let line = "sudo chown -R 1000:1000 /c";
        assert_eq!(found.fixes[0].action, Action::Shell(line.into()));
        assert!(mixed(&system.with_owner("/c", 0, 0), "/c".as_ref()).is_none());
        assert_eq!(refusal.tried, Path::new("/c/7f"));
        assert_eq!(refusal.wanted, Path::new("/c"));
    }

    #[test]
    fn a_file_system_with_too_few_files_left_takes_no_cache() {
        let volume = |free_files| system::Volume {
            free: 1 << 30,
            free_files: Some(free_files),
            read_only: false,
        };
        let with = |files| MadeUp::default().with_volume("/f", 3, volume(files));
        let found = refusal(&with(255), "/f/cache".as_ref()).unwrap();
        assert_eq!(found.reason, Reason::OutOfFiles);
        assert!(refusal(&with(256), "/f/cache".as_ref()).is_none());
    }
}
