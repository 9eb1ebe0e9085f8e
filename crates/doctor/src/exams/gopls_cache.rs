//! What gopls keeps of packages between its sessions.

use std::path::{Path, PathBuf};
use std::time::Duration;

use system::{Call, EntryKind, System};
use trace::finding::{Action, Code, Finding, Severity};

use crate::writing::{Refusal, writable};
use crate::{Chart, Exam, Patient, owners, places};

/// How long gopls may take to say its version, or why it cannot.
const LIMIT: Duration = Duration::from_secs(5);
/// How many folders of the cache are looked at: there is one for each gopls that was run.
const MOST: usize = 64;

/// Tries whether gopls can keep its cache. It is content with a folder that is there, and writes in one of
/// its own in that. Where it cannot make the first one, it says nothing and goes to the folder for temporary
/// files; where it cannot make its own one, or may not read in it, it ends.
pub(super) struct GoplsCache;

impl Exam for GoplsCache {
    fn name(&self) -> &'static str {
        "gopls's cache"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::GoplsCacheNotWritable]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        let cache = places::gopls_cache(system);
        if !cache.is_absolute() {
            return;
        }
        let is_there = system
            .kind(&cache)
            .is_ok_and(|kind| kind == EntryKind::Folder);
        let refusal = Refusal::of(system, &cache);
        let refusal = refusal.or_else(|| closed(system, &cache));
        let Some(refusal) = refusal else {
            return chart.see(writable(system, &cache));
        };
        let Some(gopls) = &patient.gopls else {
            return chart.cannot_tell("there is no gopls that could be asked whether it copes");
        };
        let found = match gopls_says(system, gopls) {
            Some(words) => Some(ends(system, &cache, &refusal, &words)),
            None if !is_there => Some(goes_elsewhere(system, &cache, &refusal)),
            None if refusal.is_of_all() => Some(keeps_nothing(system, &cache, &refusal)),
            None => None,
        };
        match found {
            Some(finding) => chart.find(finding),
            None => chart.see(format!("gopls can use {}", cache.display())),
        }
    }
}

/// A folder of a gopls in the cache that this user may not use.
fn closed(system: &dyn System, cache: &Path) -> Option<Refusal> {
    let entries = system.list(cache, MOST).ok()?;
    let folders = entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::Folder);
    let mut closed = folders.map(|entry| cache.join(&entry.name)).filter(|path| {
        let stat = system.stat(path);
        stat.is_ok_and(|stat| owners::mode_forbids(system, &stat))
    });
    let folder: PathBuf = closed.next()?;
    Some(Refusal::of(system, &folder)?.within(cache))
}

/// What gopls says of its cache when it is asked for its version; none where it starts.
fn gopls_says(system: &dyn System, gopls: &Path) -> Option<String> {
    let call = Call::new(gopls).args(["version"]).limit(LIMIT);
    let output = system.run(&call).ok().filter(|output| !output.success)?;
    let mut lines = output.stderr.lines();
    let words = lines.find(|line| line.contains("persistent index"))?;
    let begin = words.find("gopls cannot").unwrap_or_default();
    Some(words[begin..].trim().to_owned())
}

fn ends(system: &dyn System, cache: &Path, refusal: &Refusal, words: &str) -> Finding {
    let finding = Finding::new(
        Code::GoplsCacheNotWritable,
        format!(
            "gopls does not start, since it cannot use its cache, {}.",
            cache.display()
        ),
        "gopls ends at once where it can neither read nor make its folder in the cache.",
    );
    let finding = finding.evidence(format!("gopls says: {words}"));
    offer_elsewhere(refusal.explain(system, finding))
}

fn goes_elsewhere(system: &dyn System, cache: &Path, refusal: &Refusal) -> Finding {
    let other = places::temporary(system).join("gopls");
    let finding = Finding::new(
        Code::GoplsCacheNotWritable,
        format!("gopls cannot make its cache, {}.", cache.display()),
        format!(
            "It says nothing and goes to {} instead, which other users can have taken, and from which \
             all is gone when the machine or the container starts anew: gopls then looks through all \
             packages again.",
            other.display()
        ),
    );
    offer_elsewhere(refusal.explain(system, finding.severity(Severity::Info)))
}

fn keeps_nothing(system: &dyn System, cache: &Path, refusal: &Refusal) -> Finding {
    let finding = Finding::new(
        Code::GoplsCacheNotWritable,
        format!("gopls can keep nothing in its cache, {}.", cache.display()),
        "What it learns of packages is gone at its end, and while it runs, what does not fit into its \
         memory is worked out again. It says nothing of that.",
    );
    offer_elsewhere(refusal.explain(system, finding.severity(Severity::Warning)))
}

fn offer_elsewhere(finding: Finding) -> Finding {
    let how = "Set GOPLSCACHE to a folder that this user can write in, where the editor is started. \
               gopls's settings do not count for it.";
    finding.fix("Have the cache elsewhere", Action::Hand(how.to_owned()))
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    const WORDS: &str =
        "2026/11/28 06:40:28 gopls cannot access its persistent index (disk full?): x\n";

    fn chart(system: &MadeUp) -> Chart {
        let patient = Patient {
            gopls: Some("/bin/gopls".into()),
            ..Patient::default()
        };
        let mut chart = Chart::default();
        GoplsCache.run(system, &patient, &mut chart);
        chart
    }

    fn severity(system: &MadeUp) -> Option<Severity> {
        chart(system).findings.first().map(|found| found.severity)
    }

    fn machine() -> MadeUp {
        MadeUp::default()
            .with_user(1000, 1000)
            .with_var("GOPLSCACHE", "/c")
            .with_command("/bin/gopls version", "")
    }

    #[test]
    fn how_bad_it_is_depends_on_what_gopls_makes_of_it() {
        let cannot_be_made = machine().with_refusal("/c", "making", 13);
        assert_eq!(severity(&cannot_be_made), Some(Severity::Info));
        let full = machine().with_refusal("/c/gopls", "writing", 28);
        assert_eq!(severity(&full), Some(Severity::Warning));
        let ends = cannot_be_made.with_failing_command("/bin/gopls version", WORDS);
        let found = chart(&ends).findings.remove(0);
        assert_eq!(found.severity, Severity::Error);
        let words = "gopls says: gopls cannot access its persistent index (disk full?): x";
        assert_eq!(found.evidence[0], words);
    }

    #[test]
    fn a_folder_of_another_gopls_may_be_anybodys() {
        let of_root = machine()
            .with_file("/c/gopls/0a1b/x", "")
            .with_owner("/c/gopls/0a1b", 0, 0)
            .with_refusal("/c/gopls/0a1b", "making", 13);
        assert_eq!(severity(&of_root), None);
        let ends = of_root.with_failing_command("/bin/gopls version", WORDS);
        assert_eq!(severity(&ends), Some(Severity::Error));
        assert_eq!(severity(&machine().with_file("/c/gopls/1/x", "")), None);
        // Where its own is there and open, the one above need not be.
        let closed = machine().with_refusal("/c/gopls", "making", 13);
        assert_eq!(severity(&closed), None);
    }
}
