//! Looking things up, off the inspecting thread.

use std::cell::LazyCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use doctor::{EXAMS, Effort, Exam, Homes, Patient, Takes, Versions, Workspace, examine, probe};
use paths::{Home, HomeKind, Spellings};
use serde_json::{Value, json};
use system::System;

use crate::event::{Learned, Saved};
use crate::feed::Signal;
use crate::inspectors::compare;
use crate::outlet::Outlet;
use crate::report::Look;

/// How long gopls may take to say what views it has, and how often it is asked while it is busy.
const ASK_LIMIT: Duration = Duration::from_millis(200);
const ASKS: u32 = 3;

/// How long the module proxy may take to say anything.
const PROBE_LIMIT: Duration = Duration::from_millis(1800);

/// What the exams of the machine may have of it, while an editor is open.
const EFFORT: Effort = Effort {
    at_once: 2,
    within: Some(Duration::from_secs(3)),
};

/// The largest file that is compared with its document, in bytes.
const LARGEST_SAVED: u64 = 16 << 20;

/// The threads that look things up, one thing at a time each: one for what is quick, one for what may
/// take seconds, one for what nobody waits for.
pub(crate) struct Lookers {
    quick: Looks,
    slow: Looks,
    aside: Looks,
}

/// Where a thread is told what to look up. It starts with the first of that: the start of gopls waits for
/// none.
type Looks = LazyCell<Sender<Look>, Box<dyn FnOnce() -> Sender<Look> + Send>>;

impl Lookers {
    /// What they learn goes to `learned`.
    pub(crate) fn new(
        system: &Arc<dyn System>,
        outlet: &Arc<dyn Outlet>,
        spellings: &Arc<Spellings>,
        learned: &Sender<Signal>,
    ) -> Self {
        let looks = |name: &'static str| -> Looks {
            let looker = Looker {
                system: system.clone(),
                outlet: outlet.clone(),
                spellings: spellings.clone(),
                learned: learned.clone(),
            };
            LazyCell::new(Box::new(move || looker.start(name)))
        };
        Self {
            quick: looks("look"),
            slow: looks("look-closer"),
            aside: looks("look-aside"),
        }
    }

    /// Looks something up, when its turn comes.
    pub(crate) fn look(&self, look: Look) {
        let looker = match look {
            Look::Explain { .. } | Look::Homes { .. } | Look::Saved { .. } => &self.quick,
            Look::Closer { .. } | Look::Versions(..) | Look::Proxy(..) => &self.slow,
            Look::Examine { .. } => &self.aside,
        };
        // Where there is no such thread, nothing is learnt.
        let _ = looker.send(look);
    }
}

struct Looker {
    system: Arc<dyn System>,
    outlet: Arc<dyn Outlet>,
    spellings: Arc<Spellings>,
    learned: Sender<Signal>,
}

impl Looker {
    fn start(self, name: &str) -> Sender<Look> {
        let (sender, receiver) = channel();
        let started = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || self.run(&receiver));
        if let Err(error) = started {
            tracing::warn!("nothing can be looked up: {error}");
        }
        sender
    }

    fn run(&self, looks: &Receiver<Look>) {
        for look in looks {
            // A check that panics finds nothing; whoever waits for it must hear so.
            let nothing = nothing_of(&look);
            let learned = catch_unwind(AssertUnwindSafe(|| self.look(look)));
            if learned.is_err() {
                self.outlet.say("a check failed and has found nothing");
            }
            if let Some(learned) = learned.unwrap_or(nothing)
                && self.learned.send(Signal::Learned(learned)).is_err()
            {
                return;
            }
        }
    }

    fn look(&self, look: Look) -> Option<Learned> {
        match look {
            Look::Explain {
                number,
                mut workspace,
                views,
            } => {
                if views {
                    workspace.views = self.views();
                }
                let findings = doctor::explain(&*self.system, &workspace);
                Some(Learned::Explained { number, findings })
            }
            Look::Closer {
                number,
                workspace,
                found,
            } => {
                let finding = doctor::look_closer(&*self.system, &workspace, &found);
                Some(Learned::Closer { number, finding })
            }
            Look::Homes {
                workspaces,
                folders,
            } => {
                let homes = workspaces
                    .iter()
                    .map(|workspace| Homes::of(&*self.system, workspace));
                let folders: Vec<_> = folders.iter().map(|folder| folder.path.clone()).collect();
                self.spellings.learn(as_homes(homes), &folders);
                None
            }
            Look::Saved {
                uri,
                version,
                path,
                text,
                had,
                again,
            } => {
                // One that cannot be read tells nothing.
                let file = self.system.read_text(&path, LARGEST_SAVED).ok()?;
                let found = compare(&text, &had, &file);
                Some(Learned::Saved(Saved {
                    uri,
                    version,
                    found,
                    again,
                }))
            }
            Look::Versions(workspaces) => {
                let (mut versions, mut findings) = (Vec::new(), Vec::new());
                for (folder, workspace) in workspaces {
                    let found = doctor::compare(&*self.system, &workspace);
                    findings.extend(found.into_iter().map(|one| (folder.clone(), one)));
                    let all = Versions::of(&*self.system, &workspace);
                    versions.push((folder, all.clone()));
                }
                Some(Learned::Versions { versions, findings })
            }
            Look::Proxy(workspace, folder) => {
                let workspace: &Workspace = &workspace;
                let probe = probe::proxy_answers(&*self.system, workspace, &folder, PROBE_LIMIT);
                Some(Learned::Proxy { probe })
            }
            Look::Examine {
                workspaces,
                network,
            } => Some(self.examine(workspaces, network)),
        }
    }

    fn examine(&self, workspaces: Vec<Workspace>, network: bool) -> Learned {
        let chosen = self.outlet.gopls();
        let patient = Arc::new(Patient {
            workspaces,
            gopls_is_named: chosen.as_ref().is_some_and(|gopls| gopls.is_named),
            gopls: chosen.map(|gopls| gopls.path),
            in_session: true,
            ..Patient::default()
        });
        let fits = |exam: &&&'static dyn Exam| {
            let takes = exam.takes();
            exam.in_session() && (takes == Takes::Machine || (network && takes == Takes::Network))
        };
        let exams: Vec<&dyn Exam> = EXAMS.iter().filter(fits).copied().collect();
        let examined = examine(&self.system, &patient, &exams, EFFORT, &mut |progress| {
            let findings = progress.news.iter().flat_map(|one| &one.chart.findings);
            let findings: Vec<_> = findings.cloned().collect();
            if !findings.is_empty() {
                // Where nobody hears it, nobody waits for the rest either.
                let _ = self
                    .learned
                    .send(Signal::Learned(Learned::Found { findings }));
            }
        });
        let (mut looked_for, mut findings) = (Vec::new(), Vec::new());
        for one in examined {
            if one.chart.unknown.is_empty() {
                looked_for.extend(one.exam.codes());
            }
            findings.extend(one.chart.findings);
        }
        Learned::Examined {
            looked_for,
            findings,
        }
    }

    /// The views that gopls has; `None` where it is busy all the time.
    fn views(&self) -> Option<Vec<doctor::View>> {
        let ask = || self.outlet.ask("gopls.views", json!([]), ASK_LIMIT);
        let answer = ask().or_else(|| {
            (1..ASKS).find_map(|_| {
                thread::sleep(ASK_LIMIT / 4);
                ask()
            })
        })?;
        Some(views(&answer))
    }
}

/// What is learnt where looking comes to nothing.
fn nothing_of(look: &Look) -> Option<Learned> {
    match look {
        Look::Explain { number, .. } => Some(Learned::Explained {
            number: *number,
            findings: Vec::new(),
        }),
        Look::Closer { number, .. } => Some(Learned::Closer {
            number: *number,
            finding: None,
        }),
        Look::Examine { .. } => Some(Learned::Examined {
            looked_for: Vec::new(),
            findings: Vec::new(),
        }),
        Look::Homes { .. } | Look::Saved { .. } | Look::Versions(..) | Look::Proxy(..) => None,
    }
}

/// The folders of all workspace folders together, in their order: where two hold a file, the first counts.
fn as_homes(homes: impl Iterator<Item = Homes>) -> Vec<Home> {
    let (mut modules, mut libraries) = (Vec::new(), Vec::new());
    for Homes {
        modules: own,
        libraries: known,
    } in homes
    {
        modules.extend(own);
        libraries.extend(known);
    }
    let as_home = |kind| move |path| Home { path, kind };
    let modules = modules.into_iter().map(as_home(HomeKind::Module));
    let libraries = libraries.into_iter().map(as_home(HomeKind::Library));
    let mut all: Vec<Home> = Vec::new();
    for home in modules.chain(libraries) {
        if !all.contains(&home) {
            all.push(home);
        }
    }
    all
}

/// The answer to `gopls.views`: `[{ID, Type, Root, Folder, EnvOverlay}]`.
fn views(answer: &Value) -> Vec<doctor::View> {
    let view = |view: &Value| {
        let path = |name| view[name].as_str().and_then(doctor::file_path);
        Some(doctor::View {
            kind: view["Type"].as_str()?.to_owned(),
            root: path("Root")?,
            folder: path("Folder")?,
        })
    };
    let all = answer.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(view).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn views_are_read_as_gopls_tells_them() {
        let answer = json!([
            { "ID": "1", "Type": "GoMod", "Root": "file:///m", "Folder": "file:///", "EnvOverlay": null },
            { "ID": "2", "Type": "AdHoc" },
        ]);
        let view = doctor::View {
            kind: "GoMod".into(),
            root: "/m".into(),
            folder: "/".into(),
        };
        assert_eq!(views(&answer), [view]);
        assert_eq!(views(&Value::Null), []);
    }
}
