//! A gopls that claims to be a module whose checksum this machine knows otherwise.

use std::path::{Path, PathBuf};

use system::System;
use trace::finding::{Action, Code, Finding};

use super::module_cache::{self, GOPLS};
use super::{Gopls, Versions};
use crate::{Check, GoEnv, Workspace};

/// How much of a file with checksums is read, in bytes.
const MOST: u64 = 16 << 20;

/// How many checksum databases there may be.
const DATABASES: usize = 16;

pub(super) struct GoplsChecksumMismatch;

impl Check for GoplsChecksumMismatch {
    fn code(&self) -> Code {
        Code::GoplsChecksumMismatch
    }

    fn run(&self, system: &dyn System, workspace: &Workspace) -> Vec<Finding> {
        look(system, workspace).into_iter().collect()
    }
}

fn look(system: &dyn System, workspace: &Workspace) -> Option<Finding> {
    let gopls = workspace.gopls.as_ref()?;
    let sum = gopls.sum.as_deref()?;
    let env = workspace.go().env(system).ok()?;
    let records = records(system, workspace, env, gopls);
    let others: Vec<_> = records.iter().filter(|record| record.sum != sum).collect();
    let first = others.first()?;
    let version = &gopls.version;
    let mut finding = Finding::new(
        Code::GoplsChecksumMismatch,
        format!("The gopls that runs does not claim the checksum that {version} has on this machine."),
        "A gopls that `go install` built from this version carries the checksum of the module's files, which \
         is the same everywhere. Either this one was built from other files, or the record was changed.",
    )
    .about(format!("{version} {sum}"))
    .evidence(gopls.evidence())
    .evidence(format!("its build information has {sum}"));
    for record in &others {
        let (file, sum) = (record.file.display(), &record.sum);
        finding = finding.evidence(format!("{file} has {sum}"));
    }
    for record in records.iter().filter(|record| record.sum == sum) {
        finding = finding.evidence(format!("{} has the same as gopls", record.file.display()));
    }
    let versions = Versions::of(system, workspace);
    let finding = finding.fix(
        "Find out where this gopls comes from, and build it anew",
        Action::Shell(format!("go install {GOPLS}@{version}")),
    );
    let ziphash = first.file.extension().is_some_and(|kind| kind == "ziphash");
    Some(match (ziphash, &versions.go) {
        (true, Some(_)) => finding.fix(
            "If it fails with a checksum too, remove the record, so that go asks for it anew",
            Action::Hand(format!("It is {}.", first.file.display())),
        ),
        _ => finding,
    })
}

/// What a file says the checksum of gopls's module is.
struct Record {
    file: PathBuf,
    sum: String,
}

/// All that is known on this machine: of the module that is in the cache, of the checksum database's
/// answers that are kept there, and in the go.sum of the workspace.
fn records(system: &dyn System, workspace: &Workspace, env: &GoEnv, gopls: &Gopls) -> Vec<Record> {
    let version = &gopls.version;
    let ziphash = module_cache::folder(env).join(format!("{version}.ziphash"));
    let databases = Path::new(&env.gomodcache).join("cache/download/sumdb");
    let listed = system.list(&databases, DATABASES).unwrap_or_default();
    let looked_up = listed.iter().map(|database| {
        let lookup = databases.join(&database.name).join("lookup");
        lookup.join(format!("{GOPLS}@{version}"))
    });
    let sums = [(&env.gomod, "go.sum"), (&env.gowork, "go.work.sum")];
    let sums = sums.map(|(file, sum)| match file.is_empty() {
        true => workspace.folder.join(sum),
        false => Path::new(file).with_file_name(sum),
    });
    let whole = read(system, ziphash, |text| Some(text.trim().to_owned()));
    let line = |text: &str| {
        let mut lines = text.lines().filter_map(|line| {
            let rest = line.strip_prefix(GOPLS)?.strip_prefix(' ')?;
            rest.strip_prefix(version.as_str())?.strip_prefix(' ')
        });
        lines.next().map(str::to_owned)
    };
    let lines = looked_up
        .chain(sums)
        .filter_map(|file| read(system, file, line));
    whole.into_iter().chain(lines).collect()
}

/// What a file says, if it is a checksum of the kind that build information has.
fn read(
    system: &dyn System,
    file: PathBuf,
    sum: impl Fn(&str) -> Option<String>,
) -> Option<Record> {
    let text = system.read_text(&file, MOST).ok()?;
    let sum = sum(&text).filter(|sum| sum.starts_with("h1:"))?;
    Some(Record { file, sum })
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::super::testing::{CACHE, local, workspace};
    use super::*;
    use crate::testing::is_whole;

    const RIGHT: &str = "h1:Dn6mf9WXu9iLnTftDDMb9wV0c6Se7PjzEMqP0LEe08Y=";
    const WRONG: &str = "h1:AAAAf9WXu9iLnTftDDMb9wV0c6Se7PjzEMqP0LEe08Y=";

    fn found(system: &MadeUp, sum: Option<&str>) -> Vec<Finding> {
        let mut workspace = workspace("v0.23.0", "go1.26.8");
        workspace.gopls.as_mut().unwrap().sum = sum.map(str::to_owned);
        GoplsChecksumMismatch.run(system, &workspace)
    }

    /// A machine that has this in each place where a checksum can be, one after the other.
    fn machines(sum: &str) -> [MadeUp; 3] {
        let line = format!("{GOPLS} v0.23.0/go.mod h1:x=\n{GOPLS} v0.23.0 {sum}\n");
        let lookup = format!("/mod/cache/download/sumdb/sums.test/lookup/{GOPLS}@v0.23.0");
        [
            local("1.26.8").with_file(&format!("{CACHE}/v0.23.0.ziphash"), sum),
            local("1.26.8").with_file(&lookup, format!("57080297\n{line}\ngo.sum database tree\n")),
            local("1.26.8").with_file("/w/go.sum", line),
        ]
    }

    #[test]
    fn each_record_is_held_against_what_gopls_claims() {
        for system in machines(RIGHT) {
            let found = found(&system, Some(WRONG));
            let [finding] = &found[..] else {
                panic!("{found:#?}");
            };
            let subject = format!("v0.23.0 {WRONG}");
            is_whole(finding, Code::GoplsChecksumMismatch, &subject);
            assert!(finding.evidence[2].ends_with(RIGHT), "{finding:#?}");
        }
    }

    #[test]
    fn what_agrees_and_what_claims_nothing_is_in_order() {
        for system in machines(RIGHT) {
            assert_eq!(found(&system, Some(RIGHT)), []);
            assert_eq!(found(&system, None), []);
        }
        assert_eq!(found(&local("1.26.8"), Some(WRONG)), []);
        for system in machines("") {
            assert_eq!(found(&system, Some(WRONG)), []);
        }
    }
}
