//! The exams, run side by side.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use system::System;

use crate::{Chart, Exam, Patient, Takes};

/// What came of one exam.
pub struct Examined {
    /// The exam.
    pub exam: &'static dyn Exam,
    /// What came of it.
    pub chart: Chart,
    /// How long it took.
    pub taken: Duration,
}

/// How far the exams are.
pub struct Progress<'a> {
    /// How many have ended.
    pub ended: usize,
    /// How many there are.
    pub all: usize,
    /// The names of those that run now.
    pub running: &'a [&'static str],
    /// Those that have ended since this was told last.
    pub news: &'a [&'a Examined],
}

impl Takes {
    /// How long an exam may take; what has not ended then counts as not to be told.
    pub const fn limit(self) -> Duration {
        match self {
            Self::Machine => Duration::from_secs(8),
            Self::Network => Duration::from_secs(20),
            Self::Load => Duration::from_secs(120),
        }
    }
}

/// How much of the machine the exams may have.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How many run at the same time.
    pub at_once: usize,
    /// After what time those that take no network are given up, begun or not; none where each may take as
    /// long as its own limit.
    pub within: Option<Duration>,
}

/// Runs exams and gives what came of each, in their order. `tell` hears of each that begins or ends.
///
/// One that does not end in time is left behind, and one that panics has found nothing; both are told as
/// something that cannot be told.
pub fn examine(
    system: &Arc<dyn System>,
    patient: &Arc<Patient>,
    exams: &[&'static dyn Exam],
    effort: Effort,
    tell: &mut dyn FnMut(Progress<'_>),
) -> Vec<Examined> {
    let begun = Instant::now();
    let over = |exam: &dyn Exam| {
        let within = effort.within.filter(|_| exam.takes() == Takes::Machine);
        within.map(|within| begun + within)
    };
    let (sender, ended) = channel();
    let mut waiting: VecDeque<usize> = (0..exams.len()).collect();
    let mut running: BTreeMap<usize, Instant> = BTreeMap::new();
    let mut done: BTreeMap<usize, Examined> = BTreeMap::new();
    let mut told = BTreeSet::new();
    loop {
        while running.len() < effort.at_once.max(1)
            && let Some(number) = waiting.pop_front()
        {
            let (exam, now) = (exams[number], Instant::now());
            if over(exam).is_some_and(|over| over <= now) {
                done.insert(
                    number,
                    examined(exam, given_up("there was no time for it"), now),
                );
                continue;
            }
            running.insert(number, now);
            start(system, patient, exam, number, &sender);
        }
        let names: Vec<_> = running.keys().map(|number| exams[*number].name()).collect();
        let untold = done.iter().filter(|(number, _)| told.insert(**number));
        let news: Vec<_> = untold.map(|(_, examined)| examined).collect();
        tell(Progress {
            ended: done.len(),
            all: exams.len(),
            running: &names,
            news: &news,
        });
        let deadline = |(number, since): (&usize, &Instant)| {
            let exam = exams[*number];
            let own = *since + exam.takes().limit();
            over(exam).map_or(own, |over| over.min(own))
        };
        let Some(next) = running.iter().map(deadline).min() else {
            return done.into_values().collect();
        };
        match ended.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok((number, chart)) => {
                // Of one that was left behind nobody waits any more.
                if let Some(since) = running.remove(&number) {
                    done.insert(number, examined(exams[number], chart, since));
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                let now = Instant::now();
                let late = running.iter().filter(|one| deadline(*one) <= now);
                let late: Vec<_> = late.map(|(number, since)| (*number, *since)).collect();
                for (number, since) in late {
                    running.remove(&number);
                    let seconds = since.elapsed().as_secs_f32();
                    let chart = given_up(&format!("it had not ended after {seconds:.0} s"));
                    done.insert(number, examined(exams[number], chart, since));
                }
            }
        }
    }
}

/// What comes of an exam that came to nothing.
fn given_up(why: &str) -> Chart {
    let mut chart = Chart::default();
    chart.cannot_tell(why);
    chart
}

fn examined(exam: &'static dyn Exam, chart: Chart, since: Instant) -> Examined {
    Examined {
        exam,
        chart,
        taken: since.elapsed(),
    }
}

fn start(
    system: &Arc<dyn System>,
    patient: &Arc<Patient>,
    exam: &'static dyn Exam,
    number: usize,
    ended: &Sender<(usize, Chart)>,
) {
    let (system, patient, sender) = (system.clone(), patient.clone(), ended.clone());
    let run = move || {
        let mut chart = Chart::default();
        let ran = catch_unwind(AssertUnwindSafe(|| {
            exam.run(&*system, &patient, &mut chart)
        }));
        if ran.is_err() {
            chart = given_up("the check itself failed");
        }
        // Where nobody waits any more, nothing is to be told.
        let _ = sender.send((number, chart));
    };
    let name = format!("exam {}", exam.name());
    if let Err(error) = thread::Builder::new().name(name).spawn(run) {
        let chart = given_up(&format!("it could not be started: {error}"));
        let _ = ended.send((number, chart));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use system::made_up::MadeUp;
    use trace::finding::{Code, Finding};

    use super::*;

    enum Made {
        Nothing,
        Finds,
        Network,
        Panics,
        Waits,
    }

    impl Exam for Made {
        fn name(&self) -> &'static str {
            match self {
                Self::Nothing => "nothing",
                Self::Finds => "finds",
                Self::Network => "network",
                Self::Panics => "panics",
                Self::Waits => "waits",
            }
        }

        fn codes(&self) -> &'static [Code] {
            &[Code::NoModule]
        }

        fn takes(&self) -> Takes {
            match self {
                Self::Network => Takes::Network,
                _ => Takes::Machine,
            }
        }

        fn run(&self, _system: &dyn System, _patient: &Patient, chart: &mut Chart) {
            static ALONE: Mutex<()> = Mutex::new(());
            match self {
                Self::Nothing => {}
                Self::Finds | Self::Network => chart.find(Finding::new(Code::NoModule, "A.", "B.")),
                Self::Panics => {
                    chart.see("nothing");
                    panic!("on purpose");
                }
                Self::Waits => {
                    let _alone = ALONE.try_lock().expect("one at a time");
                    thread::sleep(Duration::from_millis(20));
                }
            }
        }
    }

    fn run(exams: &[&'static dyn Exam], effort: Effort) -> (Vec<Examined>, Vec<String>) {
        let system: Arc<dyn System> = Arc::new(MadeUp::default());
        let (mut told, mut news) = (Vec::new(), Vec::new());
        let examined = examine(&system, &Arc::default(), exams, effort, &mut |progress| {
            news.extend(progress.news.iter().map(|one| one.exam.name()));
            told.push(format!(
                "{} of {}: {}",
                progress.ended,
                progress.all,
                progress.running.join(", ")
            ));
        });
        // Each is news once, whatever comes of it.
        let mut names: Vec<_> = examined.iter().map(|one| one.exam.name()).collect();
        names.sort_unstable();
        news.sort_unstable();
        assert_eq!(news, names);
        (examined, told)
    }

    fn at_once(at_once: usize) -> Effort {
        Effort {
            at_once,
            within: None,
        }
    }

    #[test]
    fn each_comes_to_its_own_and_one_that_panics_finds_nothing() {
        let (examined, told) = run(&[&Made::Panics, &Made::Nothing, &Made::Finds], at_once(3));
        let names: Vec<_> = examined.iter().map(|one| one.exam.name()).collect();
        assert_eq!(names, ["panics", "nothing", "finds"]);
        assert_eq!(examined[0].chart.unknown, ["the check itself failed"]);
        assert_eq!(examined[0].chart.facts, [""; 0]);
        assert_eq!(examined[1].chart, Chart::default());
        assert_eq!(examined[2].chart.findings.len(), 1);
        assert_eq!(told[0], "0 of 3: panics, nothing, finds");
        assert_eq!(told.last().unwrap(), "3 of 3: ");
    }

    #[test]
    fn no_more_run_at_once_than_may() {
        let (examined, told) = run(&[&Made::Waits, &Made::Waits], at_once(1));
        assert!(examined.iter().all(|one| one.chart == Chart::default()));
        assert_eq!(told, ["0 of 2: waits", "1 of 2: waits", "2 of 2: "]);
    }

    #[test]
    fn for_those_that_come_too_late_there_is_no_time() {
        let effort = Effort {
            at_once: 1,
            within: Some(Duration::ZERO),
        };
        let (examined, _) = run(&[&Made::Finds, &Made::Network], effort);
        assert_eq!(examined[0].chart.unknown, ["there was no time for it"]);
        assert_eq!(examined[1].chart.findings.len(), 1);
    }
}
