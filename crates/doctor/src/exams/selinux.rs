//! What SELinux denies.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use crate::shell::quoted;
use crate::writing::{Reason, Refusal};
use crate::{Chart, Exam, Patient, places, selinux};

/// Where the kernel's complaints are kept, for root to read.
const LOG: &str = "/var/log/audit/audit.log";
/// The longest log that is read, in bytes; auditd begins a new one after 8 MiB.
const LONGEST: u64 = 32 << 20;
/// How old a complaint may be.
const RECENT: Duration = Duration::from_secs(24 * 60 * 60);
/// The programs whose complaints count, as the log has their names.
const PROGRAMS: [&str; 6] = ["go", "gopls", "goplens", "compile", "link", "cgo"];

/// Looks for what SELinux has denied go or gopls, and whether it is what keeps them from writing in a cache.
pub(super) struct SeLinux;

impl Exam for SeLinux {
    fn name(&self) -> &'static str {
        "SELinux"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::SelinuxDenied]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        if !selinux::is_enforcing(system) {
            return;
        }
        let log = system.read_text(LOG.as_ref(), LONGEST);
        match &log {
            Ok(_) => chart.see(format!("SELinux is enforcing; {LOG} was read")),
            Err(error) => chart.see(format!(
                "SELinux is enforcing; {LOG} cannot be read: {error}"
            )),
        }
        let log = log.unwrap_or_default();
        if let Some(denial) = Denial::last(system, &log) {
            return chart.find(denied(system, &denial));
        }
        let refused = caches(system, patient).into_iter().find_map(|cache| {
            let refusal = Refusal::of(system, &cache)?;
            (refusal.reason == Reason::SeLinux).then_some(refusal)
        });
        if let Some(refusal) = refused {
            let finding = Finding::new(
                Code::SelinuxDenied,
                format!(
                    "Nothing can be written in {}, though its mode would let.",
                    refusal.wanted.display()
                ),
                "SELinux is enforcing, and decides besides the mode. What it has denied stands in its log, \
                 which this user cannot read or which has nothing of it.",
            );
            let finding = finding.severity(Severity::Warning);
            chart.find(refusal.explain(system, finding));
        }
    }
}

fn caches(system: &dyn System, patient: &Patient) -> Vec<PathBuf> {
    let mut caches = vec![places::gopls_cache(system)];
    for workspace in &patient.workspaces {
        if let Ok(env) = workspace.go().env(system) {
            caches.extend([&env.gocache, &env.gomodcache].map(PathBuf::from));
        }
    }
    caches.retain(|cache| cache.is_absolute());
    caches
}

/// A line of the log.
struct Denial<'a> {
    line: &'a str,
    program: &'a str,
    what: &'a str,
    path: Option<&'a str>,
    context: &'a str,
}

impl<'a> Denial<'a> {
    /// The last that go or gopls has met with not long ago.
    fn last(system: &dyn System, log: &'a str) -> Option<Self> {
        let now = system.now();
        let mut denials = log.lines().rev().filter_map(|line| Self::read(line, now));
        denials.find(|denial| !denial.is_over(system))
    }

    /// Whether the file has been given another context since then.
    fn is_over(&self, system: &dyn System) -> bool {
        let path = self.path.map(Path::new);
        let now = path.and_then(|path| selinux::context(system, path));
        now.is_some_and(|now| now != self.context)
    }

    /// `type=AVC msg=audit(1767225000.123:45): avc:  denied  { write } for  pid=7 comm="gopls" path="/c" ...`
    fn read(line: &'a str, now: SystemTime) -> Option<Self> {
        let (head, rest) = line.split_once("avc:  denied  { ")?;
        let (what, rest) = rest.split_once(" }")?;
        let field = |name: &str| {
            let mut words = rest.split(' ');
            let value = words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
            Some(value.trim_matches('"'))
        };
        let program = field("comm").filter(|program| PROGRAMS.contains(program))?;
        let (_, time) = head.split_once("audit(")?;
        let seconds = time.split(['.', ':']).next()?.parse().ok()?;
        let age = now.duration_since(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let is_denied = field("permissive") != Some("1");
        let is_recent = age.is_ok_and(|age| age < RECENT);
        (is_denied && is_recent).then_some(Self {
            line,
            program,
            what,
            path: field("path").filter(|path| path.starts_with('/')),
            context: field("tcontext")?,
        })
    }
}

fn denied(system: &dyn System, denial: &Denial<'_>) -> Finding {
    let Denial { program, what, .. } = denial;
    let on = denial.path.unwrap_or("a file");
    let finding = Finding::new(
        Code::SelinuxDenied,
        format!("SELinux has denied {program} to {what} {on}."),
        "What the mode of the file would let a program do, the policy does not. The program only sees that \
         its permission is denied.",
    );
    let finding = finding.severity(Severity::Warning);
    let finding = finding.evidence(format!("{LOG} says: {}", denial.line.trim()));
    let Some(path) = denial.path.map(Path::new) else {
        let how = format!("`sudo ausearch -m AVC -c {program}` shows all of them.");
        return finding.fix("See which file it is", Action::Hand(how));
    };
    let finding = match selinux::context(system, path) {
        Some(now) => {
            let words = format!("{} still has the context {now}", path.display());
            finding.severity(Severity::Error).evidence(words)
        }
        None => finding,
    };
    let line = format!("sudo restorecon -R -v {}", quoted(path));
    finding.fix(
        "Give it the context that the policy has for it",
        Action::Shell(line),
    )
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    /// A quarter of an hour before the time of the made-up machine.
    const AT: u64 = 1_767_224_700;

    fn line(at: u64, program: &str, permissive: u8) -> String {
        format!(
            "type=AVC msg=audit({at}.123:45): avc:  denied  {{ write }} for  pid=7 comm=\"{program}\" \
             path=\"/c/go-build\" dev=\"sda1\" ino=3 scontext=u:r:user_t:s0 tcontext=u:object_r:mnt_t:s0 \
             tclass=dir permissive={permissive}\n"
        )
    }

    fn chart(log: Option<&str>, enforce: &str) -> Chart {
        let mut system = MadeUp::default()
            .with_file("/sys/fs/selinux/enforce", enforce)
            .with_file("/c/go-build/x", "")
            .with_attribute("/c/go-build", "security.selinux", "u:object_r:mnt_t:s0\0");
        if let Some(log) = log {
            system = system.with_file(LOG, log);
        }
        let mut chart = Chart::default();
        SeLinux.run(&system, &Patient::default(), &mut chart);
        chart
    }

    #[test]
    fn a_denial_is_found_with_its_line_and_what_the_file_has_now() {
        let found = chart(Some(&line(AT, "gopls", 0)), "1").findings.remove(0);
        assert_eq!(
            found.title,
            "SELinux has denied gopls to write /c/go-build."
        );
        assert_eq!(found.severity, Severity::Error);
        let words = "/c/go-build still has the context u:object_r:mnt_t:s0";
        assert_eq!(found.evidence[1], words);
        let line = "sudo restorecon -R -v /c/go-build";
        assert_eq!(found.fixes[0].action, Action::Shell(line.to_owned()));
    }

    #[test]
    fn what_is_old_or_of_others_or_only_written_down_is_no_fault() {
        let old = line(AT - 24 * 60 * 60, "gopls", 0);
        for log in [old, line(AT, "sshd", 0), line(AT, "gopls", 1), "x\n".into()] {
            let chart = chart(Some(&log), "1");
            assert_eq!((chart.findings.len(), chart.facts.len()), (0, 1), "{log}");
        }
        let permissive = chart(Some(&line(AT, "gopls", 0)), "0");
        assert_eq!(permissive, Chart::default());
    }

    #[test]
    fn what_has_another_context_now_is_mended() {
        let log = line(AT, "gopls", 0).replace("mnt_t", "shadow_t");
        assert_eq!(chart(Some(&log), "1").findings, []);
        // What was denied before and is as it was still counts.
        let both = format!("{}{log}", line(AT, "go", 0));
        assert_eq!(chart(Some(&both), "1").findings.len(), 1);
    }

    #[test]
    fn without_the_log_a_cache_that_refuses_is_found_by_its_context() {
        assert_eq!(chart(None, "1").findings, []);
        let system = MadeUp::default()
            .with_user(1000, 1000)
            .with_var("GOPLSCACHE", "/c")
            .with_file("/sys/fs/selinux/enforce", "1\n")
            .with_refusal("/c/gopls", "making", 13)
            .with_attribute("/c/gopls", "security.selinux", "u:object_r:mnt_t:s0");
        let mut chart = Chart::default();
        SeLinux.run(&system, &Patient::default(), &mut chart);
        assert_eq!(chart.findings[0].severity, Severity::Warning);
        assert!(
            chart.facts[0].contains("cannot be read"),
            "{:?}",
            chart.facts
        );
    }
}
