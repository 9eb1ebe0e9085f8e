//! `client-does-not-answer`: a request of gopls's that the editor leaves unanswered.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::{Method, MethodSet, Side};
use trace::finding::{Action, Code, Finding};
use wire::Id;

use crate::Inspector;
use crate::event::Event;
use crate::outlet::Waiting;
use crate::report::Report;
use crate::session::Session;

/// How long the client may take for what it answers on its own.
const LIMIT: Duration = Duration::from_secs(5);

/// Watches what gopls waits for.
#[derive(Default)]
pub(crate) struct ClientDoesNotAnswer {
    /// The methods that were raised, by the id that waits.
    raised: BTreeMap<Id, Method>,
}

impl Inspector for ClientDoesNotAnswer {
    fn name(&self) -> &'static str {
        "client-does-not-answer"
    }

    fn interests(&self) -> MethodSet {
        MethodSet::new()
    }

    fn on_event(&mut self, session: &Session, event: &Event<'_>, report: &mut Report) {
        let Event::Pulse(pulse) = event else { return };
        let mut gone = Vec::new();
        self.raised.retain(|id, method| {
            let waits = |one: &Waiting| one.asker == Side::Server && one.id == *id;
            let still = pulse.waiting.iter().any(waits);
            if !still {
                gone.push(method.clone());
            }
            still
        });
        for method in gone {
            if !self.raised.values().any(|other| *other == method) {
                report.clear(Code::ClientDoesNotAnswer, method.as_str(), None);
            }
        }
        for one in &pulse.waiting {
            let late = pulse.waited(one) >= LIMIT;
            if one.asker == Side::Server && late && holds_gopls_up(&one.method) {
                let known = self.raised.insert(one.id.clone(), one.method.clone());
                if known.is_none() {
                    report.raise(finding(session, one));
                }
            }
        }
    }
}

/// What gopls does nothing else before (measured). It asks other things too, and a person may think about
/// some of them as long as they like.
fn holds_gopls_up(method: &Method) -> bool {
    matches!(
        *method,
        Method::WINDOW_WORK_DONE_PROGRESS_CREATE
            | Method::WORKSPACE_CONFIGURATION
            | Method::CLIENT_REGISTER_CAPABILITY
    )
}

fn finding(session: &Session, one: &Waiting) -> Finding {
    let client = match session.peers.client.as_str() {
        "" => "the editor",
        name => name,
    };
    Finding::new(
        Code::ClientDoesNotAnswer,
        format!("The editor does not answer gopls's request {}.", one.method),
        "gopls waits for the answer with everything else, without a limit.",
    )
    .about(one.method.as_str())
    .evidence(format!(
        "{} with the id {} has waited for {client} for {} s",
        one.method,
        one.id,
        LIMIT.as_secs()
    ))
    .fix(
        "Restart the language server, and tell the maker of the editor's plug-in if it happens again",
        Action::Hand("The trace of this session has the request (goplens tail kind:request direction:server-to-client).".into()),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::event::Pulse;
    use crate::report::Step;

    fn pulse(method: Method, asker: Side, seconds: u64) -> Pulse {
        let since = Instant::now();
        let awake = since;
        let waiting = Waiting {
            asker,
            id: Id::from(1),
            method,
            since,
        };
        Pulse {
            awake,
            now: since + Duration::from_secs(seconds),
            waiting: vec![waiting],
            activity: None,
        }
    }

    fn steps(pulses: &[Pulse]) -> Vec<&'static str> {
        let mut inspector = ClientDoesNotAnswer::default();
        let mut report = Report::default();
        for pulse in pulses {
            inspector.on_event(&Session::default(), &Event::Pulse(pulse), &mut report);
        }
        let name = |step: &Step| match step {
            Step::Raise(..) => "raise",
            Step::Clear(_) => "clear",
            _ => "other",
        };
        report.steps.iter().map(name).collect()
    }

    #[test]
    fn it_is_raised_once_and_cleared_by_the_answer() {
        let late = || pulse(Method::WORKSPACE_CONFIGURATION, Side::Server, 6);
        let mut answered = late();
        answered.waiting.clear();
        assert_eq!(steps(&[late(), late(), answered]), ["raise", "clear"]);
    }

    #[test]
    fn neither_a_person_nor_gopls_is_meant_and_nobody_in_time() {
        let mut frozen = pulse(Method::WORKSPACE_CONFIGURATION, Side::Server, 60);
        frozen.awake = frozen.now - Duration::from_secs(1);
        for pulse in [
            frozen,
            pulse(Method::WORKSPACE_CONFIGURATION, Side::Server, 4),
            pulse(Method::WORKSPACE_APPLY_EDIT, Side::Server, 60),
            pulse(Method::TEXT_DOCUMENT_HOVER, Side::Client, 60),
        ] {
            assert!(steps(&[pulse]).is_empty());
        }
    }
}
