//! The fault lab: workspaces and machines with one thing wrong, and their healthy twins.
//!
//! `tests/faults/README.md` says how a case is written.

mod archive;
mod authority;
mod case;
mod checksums;
mod doctor;
mod forge;
mod player;
mod proxy;
mod root;
mod shown;
mod spelt;
mod stage;
mod verb;
mod words;
mod zip;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use trace::RecordKind;
use trace::finding::Code;

use crate::lab::case::Case;
use crate::lab::doctor::Doctor;
use crate::lab::player::{Asked, Player};
use crate::lab::root::Root;
use crate::lab::stage::Stage;
use crate::machine::variable;
use crate::recorded::Recorded;
use crate::releases::Release;
use crate::setup::Setup;

/// How many cases of one test are played at once; they do little but wait.
const AT_ONCE: usize = 3;

/// The lab.
pub struct Lab {
    gopls: PathBuf,
    /// The program that spoils what a gopls says.
    spoiler: PathBuf,
    shared: PathBuf,
}

impl Lab {
    /// A lab with this gopls and this spoiler, whose cases share what they compile in this folder.
    pub fn new(gopls: PathBuf, spoiler: &Path, shared: &Path) -> Self {
        let shared = shared.join("lab");
        let spoiler = spoiler.to_owned();
        Self {
            gopls,
            spoiler,
            shared,
        }
    }

    /// Plays the cases in a folder of `tests/faults` whose names begin so: `fault`, `healthy`. The
    /// variable `GOPLENS_TEST_CASE` narrows them down to those with that in their names. What only root can
    /// play, and this process cannot, is given back: why, and the names.
    ///
    /// # Panics
    ///
    /// Where there is none, and where one does not come out as it says.
    pub fn play(&self, folder: &str, beginning: &str) -> Option<String> {
        let only = variable("GOPLENS_TEST_CASE").and_then(|only| only.into_string().ok());
        let cases = cases(folder, beginning);
        assert!(!cases.is_empty(), "{folder} has no case {beginning}");
        let chosen = cases.iter().filter(|path| {
            let path = path.to_string_lossy();
            only.as_deref().is_none_or(|only| path.contains(only))
        });
        let lacking = Root::lacking();
        let takes_root = |path: &Path| Case::read(path).is_ok_and(|case| case.takes_root());
        let (skipped, chosen): (Vec<_>, Vec<_>) =
            chosen.partition(|path| lacking.is_some() && takes_root(path));
        let failed: Vec<_> = chosen
            .chunks(AT_ONCE)
            .flat_map(|cases| self.play_together(cases))
            .collect();
        assert!(failed.is_empty(), "failed, see above: {failed:#?}");
        let names = skipped.iter().filter_map(|path| path.file_stem());
        let names: Vec<_> = names.collect();
        let reason = lacking.filter(|_| !names.is_empty())?;
        Some(format!("{reason}: {names:?}"))
    }

    /// The releases of gopls that the cases need which [`play`](Self::play) would play, and that are not
    /// there.
    pub fn lacking(folder: &str, beginning: &str) -> BTreeSet<String> {
        let cases = cases(folder, beginning).into_iter();
        let cases = cases.filter_map(|path| Case::read(&path).ok());
        let needed: BTreeSet<String> = cases.flat_map(|case| case.releases()).collect();
        let lacking = needed.into_iter();
        lacking
            .filter(|version| Release::of(version).is_none())
            .collect()
    }

    /// Plays cases side by side and gives those that fail. Each has a thread of its own, because a
    /// session has to be torn down in the middle of the panic.
    fn play_together<'a>(&self, cases: &[&'a PathBuf]) -> Vec<&'a PathBuf> {
        thread::scope(|scope| {
            let played: Vec<_> = cases
                .iter()
                .map(|path| (*path, scope.spawn(|| self.play_case(path))))
                .collect();
            let failed = played.into_iter().filter_map(|(path, played)| {
                let failed = played.join().is_err();
                failed.then_some(path)
            });
            failed.collect()
        })
    }

    fn play_case(&self, path: &Path) {
        let case = Case::read(path).unwrap_or_else(|complaint| panic!("{complaint}"));
        let stage = Stage::set(&case, self).unwrap_or_else(|complaint| panic!("{complaint}"));
        if let Some(actions) = case.only_doctor() {
            let mut doctor = Doctor::new(&case, &stage);
            for (line, examine) in actions {
                if let Err(complaint) = doctor.play(examine) {
                    panic!("{}:{line}: {complaint}", case.path.display());
                }
            }
            return;
        }
        let mut setup = Setup::through_goplens(&stage.gopls)
            .nothing_inherited()
            .env("GOPLENS_CONFIG", stage.config_file())
            .settings(stage.settings.clone());
        for (name, value) in &stage.environment {
            setup = setup.env(name, value);
        }
        for method in &stage.silent {
            setup = setup.silent(method);
        }
        for (method, after) in &stage.late {
            setup = setup.late(method, *after);
        }
        let folder = stage.folders.first().filter(|folder| folder.is_dir());
        setup = setup.folder(folder.cloned().unwrap_or_else(|| stage.work()));

        let mut player = Player::start(&case, &stage, setup.start());
        for (line, action) in &case.actions {
            if let Err(complaint) = player.play(action) {
                let path = case.path.display();
                panic!("{path}:{line}: {complaint}; {}", player.so_far());
            }
        }
        let (session, found) = player.end();
        let ended = session.finish();
        let recorded = ended.recorded();
        check_codes(&case, recorded);
        for (code, asked) in found {
            println!("{}: {}", case.name, timing(recorded, code, asked.as_ref()));
        }
    }
}

/// The cases in a folder of `tests/faults` whose names begin so, in order.
pub fn cases(folder: &str, beginning: &str) -> Vec<PathBuf> {
    let folder = faults().join(folder);
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut cases: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "txtar"))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(beginning)
        })
        .collect();
    cases.sort();
    cases
}

/// Reads a case and says what is wrong with it.
///
/// # Errors
///
/// What does not make sense, with the file and the line.
pub fn check_case(path: &Path) -> Result<(), String> {
    Case::read(path).map(drop)
}

/// The folder of the cases.
pub fn faults() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("faults")
}

/// No finding was raised whose code is not expected.
fn check_codes(case: &Case, recorded: &Recorded) {
    let expected: BTreeSet<&str> = case.expected().map(Code::as_str).collect();
    for finding in recorded.events("finding") {
        let code = finding["code"].as_str().unwrap_or_default();
        let path = case.path.display();
        assert!(
            expected.contains(code),
            "{path}: nobody expects this: {finding:#}"
        );
    }
}

/// How long a finding took, by the trace.
fn timing(recorded: &Recorded, code: Code, asked: Option<&Asked>) -> String {
    let found = recorded.records.iter().find(|record| {
        record.event.as_deref() == Some("finding")
            && record.data.as_ref().is_some_and(|data| {
                let code = format!("\"code\":\"{}\"", code.as_str());
                data.get().replace(": ", ":").contains(&code)
            })
    });
    let Some(found) = found else {
        return format!("{} is not in the trace", code.as_str());
    };
    let Some(asked) = asked else {
        return format!("{} before anything was asked", code.as_str());
    };
    let of = |kind: RecordKind| {
        let mut records = recorded.records.iter();
        records.find(|record| {
            record.kind == kind
                && record.id.as_ref() == Some(&asked.id)
                && record.method.as_deref() == Some(asked.method.as_str())
        })
    };
    let answer = of(RecordKind::Response).filter(|answer| answer.seq < found.seq);
    let (what, since) = match answer {
        Some(answer) => ("the answer to", Some(answer)),
        None => ("the request", of(RecordKind::Request)),
    };
    let Some(since) = since else {
        return format!("{} without its request", code.as_str());
    };
    let milliseconds = (micros(&found.time) - micros(&since.time)) / 1000;
    format!(
        "{} {milliseconds} ms after {what} {}",
        code.as_str(),
        asked.method
    )
}

/// The microseconds of the day in a time of the trace.
fn micros(time: &str) -> i64 {
    let clock = time.split_once('T').map_or("", |(_, clock)| clock);
    let (clock, fraction) = clock
        .trim_end_matches('Z')
        .split_once('.')
        .unwrap_or((clock, "0"));
    let seconds = clock.split(':').fold(0, |sum, part| {
        sum * 60
            + part
                .trim_end_matches('Z')
                .parse::<i64>()
                .unwrap_or_default()
    });
    seconds * 1_000_000 + fraction.parse::<i64>().unwrap_or_default()
}
