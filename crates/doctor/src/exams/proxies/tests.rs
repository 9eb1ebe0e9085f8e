//! Proxies on this machine, good ones and bad ones. What takes long or speaks TLS is in the fault lab.

use std::time::Duration;

use system::made_up::MadeUp;
use system::{Reach, Step, StepKind};
use trace::finding::{Action, Finding, Severity};

use super::*;
use crate::network::Way;
use crate::network::goproxy::entries;
use crate::testing::{Module, PLAIN, examined, is_whole};
use crate::trial::fake_proxy::{Answer, refusing, start};
use crate::variable::Variable;
use crate::{GoEnv, Workspace};

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
fn what_is_not_asked_stays_in_the_value() {
    let others = [(); 5].map(|()| start(Answer::Status("404 Not Found")));
    let others = others.join(",");
    let finding = found(&format!("{},{others},direct", refusing()));
    assert!(
        fixes(&finding).contains(&format!("|{others},direct\"")),
        "{}",
        fixes(&finding)
    );
}

#[test]
fn an_entry_that_go_does_not_take_stops_all() {
    let finding = found("nowhere|direct");
    assert_eq!(finding.severity, Severity::Error);
    assert!(
        finding.title.ends_with("go takes it for none."),
        "{}",
        finding.title
    );
    assert!(
        fixes(&finding).contains("\"GOPROXY\": \"direct\""),
        "{}",
        fixes(&finding)
    );
}

#[test]
fn a_name_that_is_looked_up_for_long_is_told_from_a_server_that_is_slow() {
    let system = MadeUp::default();
    let (workspace, env) = (Workspace::new("/w"), GoEnv::default());
    let mut survey = Survey {
        system: &system,
        workspace: &workspace,
        env: &env,
        goproxy: Variable::of(&system, &workspace, "GOPROXY"),
        entries: entries("https://proxy.test"),
        proxies: Vec::new(),
        looked: checksums::Looked::Up,
    };
    let mut proxy = |request: u64, name: u64| {
        let step = Step {
            kind: StepKind::Name,
            with: "proxy.test".into(),
            taken: Duration::from_secs(name),
            outcome: Ok("10.0.0.1".into()),
        };
        let reach = Reach {
            steps: vec![step],
            chain: Vec::new(),
        };
        survey.proxies = vec![survey::Proxy {
            number: 0,
            entry: survey.entries[0].clone(),
            verdict: Verdict::Answers {
                listed: Vec::new(),
                request: Duration::from_secs(request),
            },
            taken: Duration::from_secs(request),
            way: Some(Way {
                http_proxy: None,
                reach,
            }),
        }];
        slow::find(&survey, &survey.proxies[0])
    };
    assert_eq!(proxy(2, 0), None);
    let server = proxy(6, 1).unwrap();
    assert!(!server.cause.contains("name"), "{}", server.cause);
    let name = proxy(6, 5).unwrap();
    is_whole(&name, Code::ProxySlow, "proxy.test");
    assert!(name.cause.contains("look-up of its name"), "{}", name.cause);
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

#[test]
fn all_folders_with_a_network_of_their_own_are_asked() {
    let module = Module::plain();
    let with = |goproxy: &str| {
        let mut workspace = module.workspace();
        workspace.set("GOPROXY", goproxy);
        workspace.set("GOSUMDB", "off");
        workspace
    };
    let (good, gone) = (start(Answer::Status("404 Not Found")), refusing());
    let patient = Patient {
        workspaces: vec![with(&good), with(&good), with(&gone)],
        ..Patient::default()
    };
    let mut chart = Chart::default();
    Proxies.run(&system::Real, &patient, &mut chart);
    let answers = chart.facts.iter().filter(|fact| fact.contains(" answers"));
    assert_eq!(answers.count(), 1, "{chart:#?}");
    let found = &chart.findings[..];
    assert_eq!(found.len(), 1, "{found:#?}");
    is_whole(&found[0], Code::ProxyUnreachable, &gone["http://".len()..]);
}
