//! What macOS does not let run.

use std::path::Path;
use std::time::Duration;

use system::{Call, System};
use trace::finding::{Action, Code, Finding};

use crate::installation::go_on_path;
use crate::shell::quoted;
use crate::{Chart, Exam, Patient};

/// The attribute of a file that came from the network.
const QUARANTINE: &str = "com.apple.quarantine";
/// How long a program may take to say its version, and the system to say what it thinks of it.
const LIMIT: Duration = Duration::from_secs(3);

/// Runs go and gopls on macOS, and where one does not run, looks at what the system has against it. One that
/// runs is in order, whatever Gatekeeper would say of it: it has something against all that Go builds.
pub(super) struct Codesign;

impl Exam for Codesign {
    fn name(&self) -> &'static str {
        "signatures of go and gopls"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::CodesignBlocked]
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        if system.os() != "macos" {
            return;
        }
        let go = go_on_path(system);
        for program in [patient.gopls.as_deref(), go.as_deref()]
            .into_iter()
            .flatten()
        {
            match refused(system, program) {
                Some(words) => examine(system, program, words, chart),
                None => chart.see(format!("{} runs", program.display())),
            }
        }
    }
}

/// How a program fails to say its version; none where it says it.
fn refused(system: &dyn System, program: &Path) -> Option<String> {
    match system.run(&call(program, &["version"])) {
        Ok(output) if output.success => None,
        Ok(output) if output.stderr.trim().is_empty() => Some("it ended without a word".to_owned()),
        Ok(output) => Some(output.stderr.trim().to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

fn call(program: &Path, arguments: &[&str]) -> Call {
    let arguments = arguments.iter().copied();
    Call::new(program).args(arguments).limit(LIMIT)
}

fn examine(system: &dyn System, program: &Path, words: String, chart: &mut Chart) {
    let shown = program.display();
    let quarantine = system.attribute(program, QUARANTINE).ok().flatten();
    let said = |tool: &str, arguments: &[&str]| {
        let path = program.to_string_lossy();
        let call = call(tool.as_ref(), &[arguments, &[&path]].concat());
        let output = system.run(&call).ok().filter(|output| !output.success)?;
        Some(output.stderr.trim().to_owned())
    };
    let signature = said("codesign", &["-v"]);
    if quarantine.is_none() && signature.is_none() {
        return chart.cannot_tell(format!(
            "{shown} does not run, and its signature is in order: {words}"
        ));
    }
    let mut finding = Finding::new(
        Code::CodesignBlocked,
        format!("macOS does not let {shown} run."),
        "A program that came from the network has to be signed by somebody whom Apple knows, and each \
         program has to have a signature that fits it; else the system ends it at once.",
    )
    .about(shown.to_string())
    .evidence(format!("`{shown} version` was run: {words}"));
    if let Some(value) = quarantine {
        let value = String::from_utf8_lossy(&value).into_owned();
        finding = finding.evidence(format!("{shown} has the attribute {QUARANTINE}: {value}"));
        if let Some(words) = said("spctl", &["--assess", "--type", "execute"]) {
            finding = finding.evidence(format!("spctl says: {words}"));
        }
        let line = format!("xattr -d {QUARANTINE} {}", quoted(program));
        finding = finding.fix(
            "Take it out of quarantine, if you trust it",
            Action::Shell(line),
        );
    }
    if let Some(words) = signature {
        let line = format!("codesign --force --sign - {}", quoted(program));
        finding = finding
            .evidence(format!("codesign -v says: {words}"))
            .fix("Sign it anew, for this machine alone", Action::Shell(line));
    }
    chart.find(finding);
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    const VERSION: &str = "/bin/gopls version";
    const SIGNATURE: &str = "codesign -v /bin/gopls";

    fn mac() -> MadeUp {
        MadeUp::default()
            .with_os("macos")
            .with_program("/bin/gopls", "")
            .with_command(SIGNATURE, "")
    }

    fn chart(system: &MadeUp) -> Chart {
        let patient = Patient {
            gopls: Some("/bin/gopls".into()),
            ..Patient::default()
        };
        let mut chart = Chart::default();
        Codesign.run(system, &patient, &mut chart);
        chart
    }

    #[test]
    fn a_gopls_in_quarantine_that_does_not_run_is_found() {
        let assess = "spctl --assess --type execute /bin/gopls";
        let system = mac()
            .with_failing_command(VERSION, "")
            .with_attribute("/bin/gopls", QUARANTINE, "0081;5f;Safari;")
            .with_failing_command(assess, "/bin/gopls: rejected\n");
        let found = chart(&system).findings.remove(0);
        assert_eq!(
            found.evidence,
            [
                "`/bin/gopls version` was run: it ended without a word",
                "/bin/gopls has the attribute com.apple.quarantine: 0081;5f;Safari;",
                "spctl says: /bin/gopls: rejected"
            ]
        );
        let line = "xattr -d com.apple.quarantine /bin/gopls";
        assert_eq!(found.fixes[0].action, Action::Shell(line.to_owned()));
    }

    #[test]
    fn a_signature_that_does_not_fit_is_found() {
        let words = "/bin/gopls: invalid signature (code or signature have been modified)";
        let system = mac()
            .with_failing_command(VERSION, "")
            .with_failing_command(SIGNATURE, words);
        let found = chart(&system).findings.remove(0);
        assert_eq!(found.evidence[1], format!("codesign -v says: {words}"));
        let line = "codesign --force --sign - /bin/gopls";
        assert_eq!(found.fixes[0].action, Action::Shell(line.to_owned()));
    }

    #[test]
    fn what_runs_is_in_order_and_what_fails_for_another_reason_cannot_be_told() {
        let runs =
            mac()
                .with_command(VERSION, "v0.23.0")
                .with_attribute("/bin/gopls", QUARANTINE, "0081");
        assert_eq!(chart(&runs).findings, []);
        let other = chart(&mac().with_failing_command(VERSION, "disk full"));
        assert_eq!((other.findings.len(), other.unknown.len()), (0, 1));
        let linux = mac().with_os("linux").with_failing_command(VERSION, "");
        assert_eq!(chart(&linux), Chart::default());
    }
}
