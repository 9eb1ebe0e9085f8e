//! A module proxy that answers, and takes long.

use std::time::Duration;

use system::StepKind;
use trace::finding::{Action, Code, Finding, Severity};

use super::survey::{Proxy, Survey, Verdict};
use crate::network::Way;

/// How long a list of versions may take. Elsewhere it takes a part of a second.
const LONG: Duration = Duration::from_secs(3);

/// What takes how long, by go's own clock.
pub(super) fn find(survey: &Survey<'_>, proxy: &Proxy) -> Option<Finding> {
    let Verdict::Answers { request, .. } = proxy.verdict else {
        return None;
    };
    if request < LONG {
        return None;
    }
    let name = proxy.entry.name();
    let title = format!(
        "The module proxy {name} took {:.1} s to list the versions of a module.",
        request.as_secs_f32()
    );
    let steps = proxy.way.iter().flat_map(|way| &way.reach.steps);
    let slow_name = steps
        .filter(|step| step.kind == StepKind::Name)
        .any(|step| step.taken * 2 > request);
    let part = match slow_name {
        true => " Most of that is the look-up of its name.",
        false => "",
    };
    let cause = format!(
        "go asks it for each module and version that is not in the module cache, and gopls answers nothing \
         until all are there.{part}"
    );
    let mut finding = Finding::new(Code::ProxySlow, title, cause)
        .severity(Severity::Warning)
        .about(&name)
        .evidence(survey.goproxy.evidence())
        .evidence(format!(
            "go list -x -m -versions of a public module, with GOPROXY={}: the slowest request took {:.1} s",
            proxy.entry.shown(),
            request.as_secs_f32()
        ));
    for fact in proxy.way.iter().flat_map(Way::evidence) {
        finding = finding.evidence(fact);
    }
    let (title, how) = match slow_name {
        true => (
            "Look at the name servers of this machine",
            "A name server that does not answer is waited for before the next is asked.".to_owned(),
        ),
        false => (
            "Try again later, or use another proxy",
            format!("Whoever runs {name} can say why it is slow."),
        ),
    };
    Some(finding.fix(title, Action::Hand(how)))
}
