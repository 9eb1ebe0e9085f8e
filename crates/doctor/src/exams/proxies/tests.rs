//! Proxies on this machine, good ones and bad ones. What takes long or speaks TLS is in the fault lab.

use trace::finding::{Action, Finding, Severity};

use super::*;
use crate::testing::{Module, PLAIN, examined, is_whole};
use crate::trial::fake_proxy::{Answer, refusing, start};

/// What comes of the exam with this GOPROXY, which a shell sets for VS Code's gopls.
fn chart(goproxy: &str, go_mod: &str) -> Chart {
    let module = Module::with(go_mod);
    let mut workspace = module.workspace();
    workspace.set("GOPROXY", goproxy);
    workspace.set("GOSUMDB", "off");
    let chart = examined(&Proxies, workspace);
    let known = |finding: &Finding| Proxies.codes().contains(&finding.code);
    assert!(chart.findings.iter().all(known));
    chart
}

fn found(goproxy: &str) -> Finding {
    let mut findings = chart(goproxy, PLAIN).findings;
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.remove(0)
}

fn fixes(finding: &Finding) -> String {
    let fixes = finding.fixes.iter().map(|fix| match &fix.action {
        Action::Edit(edits) => format!("{}: {}", fix.title, edits[0].text),
        _ => fix.text(),
    });
    fixes.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_follows_an_entry_that_fails_says_how_bad_it_is() {
    let gone = refusing();
    let name = gone.strip_prefix("http://").unwrap();
    let stops = found(&format!("{gone},direct"));
    is_whole(&stops, Code::ProxyUnreachable, name);
    assert_eq!(stops.severity, Severity::Error);
    assert!(
        stops
            .title
            .ends_with(&format!("{name} refuses the connection.")),
        "{}",
        stops.title
    );
    assert!(stops.cause.contains("`,`"), "{}", stops.cause);
    assert!(
        fixes(&stops).contains(&format!("{gone}|direct")),
        "{}",
        fixes(&stops)
    );

    let slows = found(&format!("{gone}|direct"));
    assert_eq!(slows.severity, Severity::Warning);
    assert!(slows.cause.contains("`|`"), "{}", slows.cause);
    assert!(
        fixes(&slows).contains("\"GOPROXY\": \"direct\""),
        "{}",
        fixes(&slows)
    );

    let last = found(&format!(
        "{},{gone}",
        start(Answer::Status("404 Not Found"))
    ));
    assert_eq!(last.severity, Severity::Warning);
    assert!(last.cause.contains("do not have"), "{}", last.cause);
}

#[test]
fn no_password_is_shown() {
    let gone = refusing().replace("http://", "https://me:secret@");
    let finding = found(&format!("{gone},direct"));
    let text = format!("{} {}", finding.message(), fixes(&finding));
    assert!(!text.contains("secret"), "{text}");
}

#[test]
fn what_answers_is_healthy() {
    let not_found = start(Answer::Status("404 Not Found"));
    for goproxy in [
        "off",
        "direct",
        &not_found,
        &format!("{not_found},direct"),
        "file:///",
    ] {
        let chart = chart(goproxy, PLAIN);
        assert_eq!(chart.findings, [], "{goproxy}");
        assert_eq!(chart.unknown, [""; 0], "{goproxy}");
    }
    assert!(
        found("file:///not/at/all")
            .title
            .ends_with("there is no such folder.")
    );
}

#[test]
fn one_that_refuses_gopls_is_asked_for_what_is_required() {
    let requires = format!("{PLAIN}\nrequire example.com/m v1.0.0\n");
    let broken = start(Answer::Status("503 Service Unavailable"));
    let plain = chart(&broken, PLAIN);
    assert_eq!(plain.findings, []);
    assert!(
        plain.unknown[0].contains("503 Service Unavailable"),
        "{plain:?}"
    );
    let asked = chart(&broken, &requires);
    assert_eq!(asked.findings[0].code, Code::ProxyUnreachable);
    assert!(
        asked.findings[0].message().contains("example.com/m"),
        "{asked:?}"
    );
}
