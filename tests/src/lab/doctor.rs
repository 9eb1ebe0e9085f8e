//! `goplens doctor` in the machine of a case.

use std::process::Stdio;

use serde_json::Value;
use trace::finding::Code;

use crate::binaries::goplens;
use crate::lab::case::Case;
use crate::lab::stage::Stage;
use crate::lab::verb::Examine;

/// A user who asks the doctor.
pub(crate) struct Doctor<'a> {
    case: &'a Case,
    stage: &'a Stage,
    said: Option<Said>,
}

/// What the doctor said last.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    object: Value,
}

impl<'a> Doctor<'a> {
    /// One who has not asked yet.
    pub(crate) fn new(case: &'a Case, stage: &'a Stage) -> Self {
        Self {
            case,
            stage,
            said: None,
        }
    }

    /// Does what a line says.
    ///
    /// # Errors
    ///
    /// What is not as the line says.
    pub(crate) fn play(&mut self, examine: &Examine) -> Result<(), String> {
        match examine {
            Examine::Run(arguments) => self.run(arguments),
            Examine::Expect(expected) => {
                let severity = expected.severity.map(|severity| severity.as_str());
                let says = expected.says.iter().map(|text| self.stage.expand(text));
                let says = says.collect::<Result<Vec<_>, _>>()?;
                let is_meant = |finding: &&Value| {
                    let text = strings(finding);
                    finding["code"] == expected.code.as_str()
                        && severity.is_none_or(|severity| finding["severity"] == severity)
                        && says.iter().all(|says| text.contains(says))
                };
                let said = self.said()?;
                let found = said.findings().find(is_meant);
                found.ok_or_else(|| {
                    let code = expected.code.as_str();
                    format!("{code} is not found as expected: {said:#?}")
                })?;
                let is_wrong = |finding: &Value| {
                    let severity = finding["severity"].as_str();
                    matches!(severity, Some("error" | "warning"))
                };
                let expected = i32::from(said.findings().any(is_wrong));
                match said.code {
                    Some(code) if code == expected => Ok(()),
                    other => Err(format!(
                        "the exit code is {other:?}, and not {expected}: {said:#?}"
                    )),
                }
            }
            Examine::ExpectFact(text) => self.expect_line("facts", text),
            Examine::ExpectUnknown(text) => self.expect_line("unknown", text),
            Examine::ExpectNone => {
                let said = self.said()?;
                let is_healthy = said.findings().next().is_none() && said.code == Some(0);
                match is_healthy {
                    true => Ok(()),
                    false => Err(format!("nothing is wrong, and the doctor says: {said:#?}")),
                }
            }
        }
    }

    fn run(&mut self, arguments: &[String]) -> Result<(), String> {
        let arguments = arguments.iter().map(|argument| self.stage.expand(argument));
        let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
        let of_stage = |error: std::io::Error| error.to_string();
        let gopls = self.stage.for_user(&self.stage.gopls).map_err(of_stage)?;
        let mut line = self.stage.command(goplens()).map_err(of_stage)?;
        line.args(["doctor", "--json"])
            .args(arguments)
            .env_clear()
            .env("GOPLENS_CONFIG", self.stage.config_file())
            .env("GOPLENS_STATE", self.stage.work().join("../state"))
            .env("GOPLENS_GOPLS", gopls)
            .envs(&self.stage.environment)
            .current_dir(self.stage.work())
            .stdin(Stdio::null());
        let output = line.output().map_err(|error| error.to_string())?;
        let object = serde_json::from_slice(&output.stdout).map_err(|error| {
            let words = String::from_utf8_lossy(&output.stderr);
            format!(
                "the doctor wrote no JSON: {error}; {}: {words}",
                output.status
            )
        })?;
        let said = Said {
            code: output.status.code(),
            object,
        };
        // Nothing is found that the case does not say.
        let expected: Vec<&str> = self.case.expected().map(Code::as_str).collect();
        let odd = |finding: &&Value| !expected.iter().any(|code| finding["code"] == *code);
        if let Some(odd) = said.findings().find(odd) {
            return Err(format!("nobody expects this of the doctor: {odd:#}"));
        }
        if let Some(odd) = said.findings().find(|finding| leans_on_nothing(finding)) {
            return Err(format!("the first fix speaks of one before it: {odd:#}"));
        }
        self.said = Some(said);
        Ok(())
    }

    fn said(&self) -> Result<&Said, String> {
        let said = self.said.as_ref();
        said.ok_or_else(|| "the doctor was not asked".to_owned())
    }

    /// One of the checks says this.
    fn expect_line(&self, member: &str, text: &str) -> Result<(), String> {
        let text = self.stage.expand(text)?;
        let said = self.said()?;
        let exams = said.object["exams"].as_array().into_iter().flatten();
        let mut lines = exams.flat_map(|exam| exam[member].as_array().into_iter().flatten());
        match lines.any(|line| line.as_str().is_some_and(|line| line.contains(&text))) {
            true => Ok(()),
            false => Err(format!(
                "no check says {text:?} among its {member}: {said:#?}"
            )),
        }
    }
}

impl Said {
    fn findings(&self) -> impl Iterator<Item = &Value> {
        self.object["findings"].as_array().into_iter().flatten()
    }
}

/// All texts in a value, a line each.
fn strings(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text}\n"),
        Value::Array(all) => all.iter().map(strings).collect(),
        Value::Object(all) => all.values().map(strings).collect(),
        _ => String::new(),
    }
}

/// Whether the title of a finding's first fix makes sense only behind another one.
fn leans_on_nothing(finding: &Value) -> bool {
    let title = finding["fixes"][0]["title"].as_str().unwrap_or_default();
    ["The same", "Or ", "Then "]
        .iter()
        .any(|beginning| title.starts_with(beginning))
}
