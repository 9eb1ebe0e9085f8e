//! The servers that go downloads from: the module proxies of GOPROXY and the checksum database.

mod checksums;
mod slow;
mod stale;
mod survey;
mod unreachable;
mod untrusted;

use std::panic::resume_unwind;
use std::thread;

use system::System;
use trace::finding::Code;

use self::survey::{Survey, Verdict};
use crate::{Chart, Exam, GoEnv, Patient, Takes, Workspace};

/// Has go ask each module proxy and the checksum database, and goes the way there step by step.
pub(super) struct Proxies;

impl Exam for Proxies {
    fn name(&self) -> &'static str {
        "module proxies and checksum database"
    }

    fn codes(&self) -> &'static [Code] {
        &[
            Code::ProxyUnreachable,
            Code::TlsUntrusted,
            Code::SumdbUnreachable,
            Code::ProxyStale,
            Code::ProxySlow,
        ]
    }

    fn takes(&self) -> Takes {
        Takes::Network
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        let mut different: Vec<&Workspace> = Vec::new();
        for workspace in &patient.workspaces {
            // Mostly go has the same network in all folders.
            let has_same = |other: &&Workspace| has_same_network(system, other, workspace);
            if !different.iter().any(has_same) {
                different.push(workspace);
            }
        }
        // Side by side: each of them may have to be waited for.
        thread::scope(|scope| {
            let ask = |of| scope.spawn(move || examined(system, of));
            let running: Vec<_> = different.into_iter().map(ask).collect();
            for thread in running {
                let part = thread.join().unwrap_or_else(|panic| resume_unwind(panic));
                chart.findings.extend(part.findings);
                chart.facts.extend(part.facts);
                chart.unknown.extend(part.unknown);
                chart.failed |= part.failed;
            }
        });
    }
}

/// Whether go goes by the same variables in two folders.
fn has_same_network(system: &dyn System, one: &Workspace, other: &Workspace) -> bool {
    let of = |workspace: &Workspace| {
        let env = workspace.go().env(system).ok().cloned();
        env.map(|env| GoEnv {
            gomod: String::new(),
            gowork: String::new(),
            goversion: String::new(),
            ..env
        })
    };
    // Those that lead to HTTP proxies are no variables of Go's own.
    one.has_variables_of(other) && of(one) == of(other)
}

fn examined(system: &dyn System, workspace: &Workspace) -> Chart {
    let mut chart = Chart::default();
    examine(system, workspace, &mut chart);
    chart
}

fn examine(system: &dyn System, workspace: &Workspace, chart: &mut Chart) {
    let survey = match Survey::of(system, workspace) {
        Ok(survey) => survey,
        Err(why) => return chart.cannot_tell(why),
    };
    if survey.is_bypassed() {
        chart.see(format!(
            "GONOPROXY={} keeps go from asking proxies",
            survey.env.gonoproxy
        ));
    } else if survey.proxies.len()
        < survey
            .entries
            .iter()
            .filter(|entry| entry.is_proxy())
            .count()
    {
        chart.cannot_tell("go could not be run in a temporary folder to ask the proxies");
    }
    for proxy in &survey.proxies {
        let name = proxy.entry.name();
        match &proxy.verdict {
            Verdict::Answers { request, .. } => {
                chart.see(format!("{name} answers, after {} ms", request.as_millis()));
            }
            Verdict::Untrusted(words) => {
                let way = proxy.way.as_ref();
                let mut finding = untrusted::finding(system, workspace, &name, words, way);
                let (severity, effect) = unreachable::effect(&survey, proxy);
                finding.cause = format!("{} {effect}", finding.cause);
                chart.find(finding.severity(severity));
            }
            Verdict::Fails(_) | Verdict::Silent => {
                chart.find(unreachable::finding(&survey, proxy));
            }
            Verdict::Unclear(why) => chart.cannot_tell(why),
        }
        let presented = proxy.way.as_ref().map(|way| way.presented());
        for fact in presented.into_iter().flatten().take(1) {
            chart.see(format!("{name}: {fact}"));
        }
        for finding in slow::find(&survey, proxy)
            .into_iter()
            .chain(stale::find(&survey, proxy))
        {
            chart.find(finding);
        }
    }
    checksums::judge(&survey, chart);
}

#[cfg(test)]
mod tests;
