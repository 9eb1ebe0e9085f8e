//! A gopls that does not start, or does not take its settings.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};
use system::System;
use trace::finding::{Action, Code, Finding};

use crate::editor::{Extension, GOPLS, Node, Stack};
use crate::trial_start::TrialStart;
use crate::{Chart, Exam, Patient, RefusedSetting, Workspace, ended_early, not_started, settings};

/// Starts gopls for a moment, with each of the settings that the editors have for it.
pub(super) struct GoplsStart;

impl Exam for GoplsStart {
    fn name(&self) -> &'static str {
        "the start of gopls"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::GoplsCannotStart, Code::GoplsSettingsInvalid]
    }

    /// There gopls has started, and says what it has against its settings.
    fn in_session(&self) -> bool {
        false
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        let Some(gopls) = patient.gopls.as_deref() else {
            return;
        };
        let stacks = &patient.settings.stacks;
        // Those of several editors and folders are mostly the same: none.
        let mut all: BTreeMap<String, (Map<String, Value>, Vec<&Stack>)> = BTreeMap::new();
        for stack in stacks {
            let settings = Extension::of(system, patient, stack).of_gopls();
            let key = Value::Object(settings.clone()).to_string();
            all.entry(key)
                .or_insert((settings, Vec::new()))
                .1
                .push(stack);
        }
        if all.is_empty() {
            all.insert(String::new(), Default::default());
        }
        let workspace = patient.first();
        for (settings, stacks) in all.into_values() {
            let given = workspace.map_or(&[][..], |workspace| &workspace.given);
            match TrialStart::of(system, gopls, given, &settings) {
                Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                    chart.cannot_tell(format!("{} was started, and had {error}", gopls.display()));
                }
                Err(error) => {
                    return chart.find(not_started(gopls, &error.to_string()));
                }
                Ok(start) if !start.answered => {
                    return chart.find(cannot_start(gopls, &start));
                }
                Ok(start) => {
                    chart.see(format!("{} starts and answers", gopls.display()));
                    refused(system, workspace, &stacks, &start, chart);
                }
            }
        }
    }
}

fn cannot_start(gopls: &Path, start: &TrialStart) -> Finding {
    let how = match start.ended_well {
        true => "exit code 0",
        false => "an error",
    };
    ended_early(how, &start.last_words).evidence(format!("the program is {}", gopls.display()))
}

fn refused(
    system: &dyn System,
    workspace: Option<&Workspace>,
    stacks: &[&Stack],
    start: &TrialStart,
    chart: &mut Chart,
) {
    let gopls = workspace.and_then(|workspace| workspace.gopls.as_ref());
    let texts = start.said.iter();
    for refused in texts.flat_map(|text| RefusedSetting::all(text)) {
        for stack in stacks {
            let written = written(stack, refused.setting);
            let given = written.map(|(name, node)| node.evidence(&format!("gopls, {name}")));
            let mut finding = refused.finding(gopls, given);
            if let Some((name, node)) = written {
                let path = [GOPLS[0], name];
                if let Some(edit) = settings::remove(system, &node.place.path, &path) {
                    let title = format!("Remove {name} from gopls's settings");
                    finding = finding.fix(title, Action::Edit(vec![edit]));
                }
                finding = node.place.at(finding);
            }
            let how =
                "`gopls api-json` lists the settings that this gopls knows, with their types.";
            let title = format!("Correct {}", refused.setting);
            chart.find(finding.fix(title, Action::Hand(how.to_owned())));
        }
    }
}

/// A setting of gopls's, as it is written: gopls names it by the whole name or by the last part.
fn written<'a>(stack: &'a Stack, setting: &str) -> Option<(&'a str, &'a Node)> {
    let mut members = stack.get(GOPLS)?.members();
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let found = members.find(|(name, _)| *name == setting || last(name) == last(setting));
    found.map(|(name, node)| (name.as_str(), node))
}
