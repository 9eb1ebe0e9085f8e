//! A module proxy that go gets nothing from.

use system::StepKind;
use trace::finding::{Action, Code, Finding, Severity};

use super::survey::{LIMIT, Proxy, Survey, Verdict};
use crate::checks::Reason;
use crate::network::Way;
use crate::network::goproxy::{Entry, joined};
use crate::variable::Origin;

/// What go gets nothing from, why, and what that does to downloads.
pub(super) fn finding(survey: &Survey<'_>, proxy: &Proxy) -> Finding {
    let name = proxy.entry.name();
    let (why, words) = reason(proxy);
    let title = match why {
        Some(why) => format!("go gets nothing from the module proxy {name}: {why}."),
        None => format!("go gets nothing from the module proxy {name}."),
    };
    let (severity, cause) = effect(survey, proxy);
    let mut finding = Finding::new(Code::ProxyUnreachable, title, cause)
        .severity(severity)
        .about(&name)
        .evidence(survey.goproxy.evidence())
        .evidence(format!(
            "go list -m -versions of a public module, with GOPROXY={}: {words}",
            proxy.entry.shown()
        ));
    for fact in proxy.way.iter().flat_map(Way::evidence) {
        finding = finding.evidence(fact);
    }
    fix(survey, proxy, finding)
}

/// Why, where that can be said shortly, and go's words.
fn reason(proxy: &Proxy) -> (Option<String>, String) {
    let name = proxy.entry.name();
    let hop = proxy.way.as_ref().and_then(|way| way.http_proxy.as_ref());
    let Verdict::Fails(words) = &proxy.verdict else {
        let why = step(proxy);
        return (
            Some(why.unwrap_or("it accepts the connection and does not answer".to_owned())),
            format!("no answer within {} s", LIMIT.as_secs()),
        );
    };
    let why = match hop {
        _ if is_invalid(proxy) => Some("go takes it for none".to_owned()),
        _ if proxy.entry.folder().is_some() => Some(words.clone()),
        _ => {
            let said = Reason::of(words, &name, hop).and_then(|reason| reason.why());
            said.or_else(|| step(proxy))
        }
    };
    (why, words.clone())
}

/// The step of the way that failed.
fn step(proxy: &Proxy) -> Option<String> {
    let way = proxy.way.as_ref()?;
    if let Some((between, fault)) = way.ends_at() {
        return Reason::Between(between.clone(), fault).why();
    }
    let why = match way.reach.failed()?.kind {
        StepKind::Name => "its name leads nowhere",
        StepKind::Connect => "no connection comes about",
        StepKind::Tunnel | StepKind::Handshake => "TLS is not agreed on",
    };
    Some(why.to_owned())
}

/// Whether go takes an entry for none, and with it the whole of GOPROXY.
fn is_invalid(proxy: &Proxy) -> bool {
    matches!(&proxy.verdict, Verdict::Fails(words) if words.contains("invalid proxy URL"))
}

/// What it means that this entry fails, by its place and what stands behind it.
pub(super) fn effect(survey: &Survey<'_>, proxy: &Proxy) -> (Severity, String) {
    if is_invalid(proxy) {
        let cause = "It is no URL that begins with https, http or file, so go takes the whole of GOPROXY for \
            wrong, and downloads nothing.";
        return (Severity::Error, cause.to_owned());
    }
    let number = proxy.number;
    let fails = |proxy: &Proxy| !matches!(proxy.verdict, Verdict::Answers { .. });
    let before = &survey.proxies[..number.min(survey.proxies.len())];
    let always = before.iter().all(|one| one.entry.goes_on && fails(one));
    let comes = match (number, always) {
        (0, _) => {
            "It is the first that GOPROXY names, so go asks it for every module that is not in the \
            module cache."
        }
        (_, true) => {
            "go comes to it for every module that is not in the module cache, since those that \
            GOPROXY names before it fail."
        }
        _ => "go comes to it for what those that GOPROXY names before it do not have.",
    };
    let more = number + 1 < survey.entries.len();
    let then = match more {
        true if proxy.entry.goes_on => format!(
            "Behind it stands `|`, so go then asks the next, and each time has lost as long as this takes: \
             {:.1} s here.",
            proxy.taken.as_secs_f32()
        ),
        true if proxy.entry.folder().is_some() => {
            "go takes that for a module that it does not have, and asks the next.".to_owned()
        }
        true => "Behind it stands `,`, so go does not ask the next after such an error, and gives up; gopls \
            says only that no module provides the package."
            .to_owned(),
        false => "Behind it stands nothing, so go gives up; gopls says only that no module provides the \
            package."
            .to_owned(),
    };
    let goes_on = more && (proxy.entry.goes_on || proxy.entry.folder().is_some());
    let severity = match always && !goes_on {
        true => Severity::Error,
        false => Severity::Warning,
    };
    (severity, format!("{comes} {then}"))
}

fn fix(survey: &Survey<'_>, proxy: &Proxy, mut finding: Finding) -> Finding {
    let (system, workspace) = (survey.system, survey.workspace);
    let name = proxy.entry.name();
    let hop = proxy.way.as_ref().and_then(|way| way.http_proxy.as_ref());
    finding = match hop {
        Some(hop) => {
            let (title, action) = hop.fix();
            finding.fix(title, action)
        }
        None if proxy.entry.folder().is_some() || is_invalid(proxy) => finding,
        None => finding.fix(
            "See to it that this machine reaches it",
            Action::Hand(format!(
                "Is {name} the right name, and is the network there (VPN, HTTPS_PROXY)?"
            )),
        ),
    };
    let others: Vec<Entry> = match proxy.entry.goes_on || is_invalid(proxy) {
        true => {
            let others = survey.entries.iter().filter(|entry| **entry != proxy.entry);
            others.cloned().collect()
        }
        false => {
            let mut all = survey.entries.clone();
            if let Some(own) = all.get_mut(proxy.number) {
                own.goes_on = true;
            }
            all
        }
    };
    if survey.entries.len() == 1 {
        return match survey.goproxy.origin {
            Origin::Installation(_) | Origin::Default => finding,
            _ => survey.goproxy.offer_to_unset(system, workspace, finding),
        };
    }
    if proxy.number + 1 == survey.entries.len() && !is_invalid(proxy) {
        return finding;
    }
    offer(survey, finding, &others)
}

/// With another GOPROXY as a fix. A value with a password in it is not shown.
pub(super) fn offer(survey: &Survey<'_>, finding: Finding, entries: &[Entry]) -> Finding {
    if entries.iter().any(|entry| entry.shown() != entry.text) {
        let how = format!(
            "There is a password in it: {}, and the passwords where they are now.",
            crate::trial::without_secrets(&joined(entries))
        );
        return finding.fix("Give GOPROXY another order", Action::Hand(how));
    }
    let value = joined(entries);
    survey
        .goproxy
        .offer_to_set(survey.system, survey.workspace, finding, &value)
}
