//! Caches on file systems that are not the machine's own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use system::{EntryKind, System};
use trace::finding::{Action, Code, Finding, Severity};

use crate::mounts::Mount;
use crate::shell::quoted;
use crate::variable::Variable;
use crate::{Chart, Exam, Patient, Workspace, places};

/// The types of file systems behind which there is another machine, or another program, or another system:
/// Windows's drives in WSL, shares of a virtual machine or a container's host, network shares.
const FOREIGN: [&str; 13] = [
    "9p",
    "cifs",
    "drvfs",
    "fakeowner",
    "fuse",
    "fuseblk",
    "nfs",
    "nfs4",
    "prl_fs",
    "smb3",
    "smbfs",
    "vboxsf",
    "virtiofs",
];
/// How many small files are measured at first, and how many at most.
const FIRST: u32 = 20;
const ALL: u32 = 1000;
/// How long the measure of a folder is meant to take at most.
const LIMIT: Duration = Duration::from_secs(1);
/// How many times slower than a local folder it has to be.
const TIMES: f64 = 5.0;
/// And how long a file has to take, so that somebody can notice it: the cache of a middling module has ten
/// thousand.
const NOTICED: Duration = Duration::from_micros(500);

/// Measures the caches that are on such a file system against a local folder.
pub(super) struct SlowFileSystem;

impl Exam for SlowFileSystem {
    fn name(&self) -> &'static str {
        "file systems of the caches"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::CacheOnSlowFilesystem]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            let Ok(env) = workspace.go().env(system) else {
                continue;
            };
            let caches = [
                ("GOCACHE", PathBuf::from(&env.gocache)),
                ("GOMODCACHE", PathBuf::from(&env.gomodcache)),
                ("GOPLSCACHE", places::gopls_cache(system)),
            ];
            for (name, cache) in caches {
                examine(system, workspace, name, &cache, chart);
            }
        }
    }
}

fn examine(
    system: &dyn System,
    workspace: &Workspace,
    name: &'static str,
    cache: &Path,
    chart: &mut Chart,
) {
    let is_there = cache.is_absolute()
        && system
            .kind(cache)
            .is_ok_and(|kind| kind == EntryKind::Folder);
    let mount = Mount::of(system, cache).filter(is_foreign);
    let Some(mount) = mount.filter(|_| is_there) else {
        return;
    };
    let local = places::temporary(system);
    if Mount::of(system, &local).is_none_or(|mount| is_foreign(&mount)) {
        return chart.cannot_tell(format!(
            "{} is on {}, and there is no local folder to measure it against",
            cache.display(),
            mount.words()
        ));
    }
    let (Some(slow), Some(fast)) = (measure(system, cache), measure(system, &local)) else {
        return chart.cannot_tell(format!(
            "no files can be made on trial in {}",
            cache.display()
        ));
    };
    let figures = format!(
        "to make, read and remove a small file takes {} in {}, by {} files, and {} in {}, by {}",
        in_words(slow.a_file),
        cache.display(),
        slow.count,
        in_words(fast.a_file),
        local.display(),
        fast.count
    );
    let times = slow.a_file.as_secs_f64() / fast.a_file.as_secs_f64().max(f64::MIN_POSITIVE);
    if times < TIMES || slow.a_file < NOTICED {
        return chart.see(figures);
    }
    let finding = Finding::new(
        Code::CacheOnSlowFilesystem,
        format!("{} is on a file system on which small files take {times:.0} times as long.", cache.display()),
        "Go's caches and gopls's consist of thousands of small files, which are looked at in each load.",
    )
    .severity(Severity::Warning)
    .about(cache.display().to_string())
    .evidence(format!("{} is on {}", cache.display(), mount.words()))
    .evidence(figures);
    chart.find(offer_to_move(system, workspace, name, cache, finding));
}

/// Whether another machine, program or system is behind a mount.
fn is_foreign(mount: &Mount) -> bool {
    let kind = mount.kind.split('.').next().unwrap_or_default();
    FOREIGN.contains(&kind)
}

/// How long a small file takes.
struct Measure {
    a_file: Duration,
    count: u32,
}

/// It measures a few first, and then as many as may take so long.
fn measure(system: &dyn System, folder: &Path) -> Option<Measure> {
    let first = system.time_files(folder, FIRST).ok()?;
    let a_file = first / FIRST;
    let most = LIMIT.as_nanos() / a_file.as_nanos().max(1);
    let count = u32::try_from(most).unwrap_or(ALL).min(ALL);
    if count <= FIRST {
        return Some(Measure {
            a_file,
            count: FIRST,
        });
    }
    let taken = system.time_files(folder, count).ok()?;
    Some(Measure {
        a_file: taken / count,
        count,
    })
}

fn in_words(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

fn offer_to_move(
    system: &dyn System,
    workspace: &Workspace,
    name: &'static str,
    cache: &Path,
    finding: Finding,
) -> Finding {
    let home = system.home().filter(|home| {
        let mount = Mount::of(system, home);
        mount.is_some_and(|mount| !is_foreign(&mount))
    });
    if name == "GOPLSCACHE" {
        let how = "Set GOPLSCACHE to a local folder where the editor is started.".to_owned();
        return finding.fix("Move it", Action::Hand(how));
    }
    let variable = Variable::of(system, workspace, name);
    if variable.is_set() {
        let finding = finding.evidence(variable.evidence());
        return variable.offer_to_unset(system, workspace, finding);
    }
    let folder = match (name, home) {
        ("GOCACHE", Some(home)) => home.join(".cache/go-build"),
        (_, Some(home)) => home.join("go/pkg/mod"),
        (_, None) => Path::new("/var/tmp").join(name.to_lowercase()),
    };
    match folder == cache {
        true => finding,
        false => {
            let line = format!("go env -w {name}={}", quoted(&folder));
            finding.fix("Move it", Action::Shell(line))
        }
    }
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    const WSL: &str = "\
1 0 8:1 / / rw - ext4 /dev/sdc rw
2 1 0:2 / /mnt/c rw,noatime - 9p drvfs rw,aname=drvfs;path=C:\\134;uid=1000
";

    /// WSL, whose Windows drive takes so long for a small file.
    fn wsl(micros: u64) -> MadeUp {
        MadeUp::default()
            .with_var("HOME", "/home/me")
            .with_file("/proc/self/mountinfo", WSL)
            .with_file("/tmp/x", "")
            .with_time("/mnt/c/go-build", Duration::from_micros(micros))
    }

    fn chart(system: &MadeUp, cache: &str) -> Chart {
        let mut chart = Chart::default();
        examine(
            system,
            &Workspace::new("/w"),
            "GOCACHE",
            cache.as_ref(),
            &mut chart,
        );
        chart
    }

    #[test]
    fn a_windows_drive_that_is_slow_is_found_with_both_figures() {
        let found = chart(&wsl(4_000), "/mnt/c/go-build").findings.remove(0);
        assert!(
            found.title.ends_with("take 80 times as long."),
            "{}",
            found.title
        );
        assert_eq!(
            found.evidence,
            [
                "/mnt/c/go-build is on 9p (drvfs), mounted at /mnt/c",
                "to make, read and remove a small file takes 4.00 ms in /mnt/c/go-build, by 250 files, and \
                 0.05 ms in /tmp, by 1000"
            ]
        );
        let line = "go env -w GOCACHE=/home/me/.cache/go-build";
        assert_eq!(found.fixes[0].action, Action::Shell(line.to_owned()));
    }

    #[test]
    fn one_that_is_as_fast_as_a_local_folder_is_seen() {
        for micros in [50, 200, 400] {
            let chart = chart(&wsl(micros), "/mnt/c/go-build");
            assert_eq!((chart.findings.len(), chart.facts.len()), (0, 1));
        }
    }

    #[test]
    fn a_local_file_system_is_not_measured_however_slow_it_is() {
        let slow = wsl(50).with_time("/slow", Duration::from_millis(9));
        assert_eq!(chart(&slow, "/slow"), Chart::default());
        assert_eq!(chart(&slow, "/mnt/c/gone"), Chart::default());
    }

    #[test]
    fn what_takes_very_long_is_measured_with_a_few_files() {
        let found = chart(&wsl(900_000), "/mnt/c/go-build").findings.remove(0);
        assert!(found.evidence[1].contains("by 20 files"), "{found:#?}");
    }

    #[test]
    fn shares_and_programs_count_as_foreign_and_disks_do_not() {
        let is = |kind: &str| {
            let list = format!("1 0 8:1 / / rw - {kind} x rw\n");
            let system = MadeUp::default().with_file("/proc/self/mountinfo", list);
            is_foreign(&Mount::of(&system, "/".as_ref()).unwrap())
        };
        for kind in ["fuse.sshfs", "virtiofs", "nfs4", "cifs", "drvfs", "fuse"] {
            assert!(is(kind), "{kind}");
        }
        for kind in ["ext4", "overlay", "tmpfs", "btrfs", "zfs", "fusectl"] {
            assert!(!is(kind), "{kind}");
        }
    }
}
