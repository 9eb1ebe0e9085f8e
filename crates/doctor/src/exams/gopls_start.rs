//! A gopls that does not start, or does not take its settings.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value};
use system::{Call, Late, System};
use trace::finding::{Action, Code, Finding};

use crate::cannot_start::{ended_early, not_started, silent, without_version};
use crate::editor::{Extension, GOPLS, Node, Stack, last_part};
use crate::trial::without_secrets;
use crate::trial_start::TrialStart;
use crate::{Chart, Exam, Patient, RefusedSetting, Takes, Workspace, settings};

/// How long gopls may take to say its version, for which it reads no more than its own file.
const VERSION_LIMIT: Duration = Duration::from_secs(10);

/// What gopls says where it cannot have its cache.
const NO_CACHE: &str = "cannot access its persistent index";

/// Starts gopls for a moment, with each of the settings that the editors have for it.
pub(super) struct GoplsStart;

impl Exam for GoplsStart {
    fn name(&self) -> &'static str {
        "the start of gopls"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::GoplsCannotStart, Code::GoplsSettingsInvalid]
    }

    fn takes(&self) -> Takes {
        Takes::Load
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
                Err(error) => {
                    return chart.find(not_started(system, gopls, &error.to_string()));
                }
                // The exam of gopls's cache says why.
                Ok(start) if start.says(NO_CACHE) => return,
                // It was told to end, and at times it ends before it has written what it has to say.
                Ok(start) if !start.answered && start.ended_well => {
                    chart.cannot_tell(format!(
                        "{} was started, and ended without an answer",
                        gopls.display()
                    ));
                }
                Ok(start) if !start.answered => {
                    return chart.find(cannot_start(system, gopls, &start));
                }
                Ok(start) => {
                    chart.see(format!("{} starts and answers", gopls.display()));
                    if let Some(waited) = start.gave_up {
                        let (gopls, waited) = (gopls.display(), waited.as_secs());
                        chart.cannot_tell(format!(
                            "{gopls} was told to end, and had not ended after {waited} s"
                        ));
                    }
                    refused(system, workspace, &stacks, &start, chart);
                }
            }
        }
        let version = Call::new(gopls).args(["version"]).limit(VERSION_LIMIT);
        if let Err(error) = system.run(&version)
            && let Some(late) = Late::of(&error)
        {
            chart.find(without_version(system, gopls, late.after));
        }
    }
}

fn cannot_start(system: &dyn System, gopls: &Path, start: &TrialStart) -> Finding {
    match start.gave_up {
        Some(waited) => silent(system, gopls, waited, &start.last_words),
        None => ended_early(system, gopls, "an error", &start.last_words),
    }
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
            let given = written.map(|(name, node)| evidence(name, node));
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

/// Where it is written, and its value: but of variables, which can be secrets.
fn evidence(name: &str, node: &Node) -> String {
    let (line, path) = (node.place.range.start.line + 1, node.place.path.display());
    match last_part(name) {
        "env" => format!("gopls, {name} is in {path}:{line}"),
        _ => without_secrets(&node.evidence(&format!("gopls, {name}"))),
    }
}

/// A setting of gopls's, as it is written: gopls names it by the whole name or by the last part.
fn written<'a>(stack: &'a Stack, setting: &str) -> Option<(&'a str, &'a Node)> {
    let mut members = stack.get(GOPLS)?.members();
    let found = members.find(|(name, _)| last_part(name) == last_part(setting));
    found.map(|(name, node)| (name.as_str(), node))
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;

    use super::*;
    use crate::editor::Settings;

    #[test]
    fn no_secret_of_a_setting_is_shown() {
        let text = r#"{"gopls": {"build.env": {"TOKEN": "secret"},
            "ui.documentation.linkTarget": "https://me:secret@docs.test/x"}}"#;
        let system = MadeUp::default().with_file("/w/.vscode/settings.json", text);
        let settings = Settings::of(&system, Path::new("/w"));
        let told = |setting: &str| {
            let (name, node) = written(&settings.stacks[0], setting).unwrap();
            evidence(name, node)
        };
        let file = "/w/.vscode/settings.json";
        assert_eq!(told("env"), format!("gopls, build.env is in {file}:1"));
        let link =
            format!("gopls, ui.documentation.linkTarget is \"https://docs.test/x\" in {file}:2");
        assert_eq!(told("linkTarget"), link);
    }
}
