//! Looks at one message after the other.

use std::collections::{BTreeMap, BTreeSet};

use protocol::Method;
use protocol::conform::{self, Said, What};
use protocol::traffic::Message;
use protocol::{Direction, Side};
use trace::finding::{Action, Code, Finding, Severity};

use crate::contract::agreed::{Agreed, written};
use crate::contract::capabilities;
use crate::contract::lines::Lines;
use crate::contract::opened;
use crate::contract::positions::Positions;
use crate::contract::tokens::Tokens;

/// How many findings of a code are told in a session at most: where there are more, they are of one kind.
pub(super) const MOST: usize = 100;

/// Knows what was agreed on and what was told.
#[derive(Default)]
pub(super) struct Watcher {
    agreed: Agreed,
    lines: Lines,
    tokens: Tokens,
    positions: Positions,
    told: BTreeMap<Code, BTreeSet<String>>,
}

/// What came of a look at a message.
pub(super) struct Looked {
    /// What is wrong with it and was not told before.
    pub(super) findings: Vec<Finding>,
    /// The codes of which there are too many by now, each once in a session.
    pub(super) full: Vec<Code>,
}

impl Watcher {
    /// Looks at a message, which has this record.
    pub(super) fn look(&mut self, at: Option<u64>, message: &Message) -> Looked {
        self.agreed.apply(message);
        let client = &self.agreed.client;
        let misplaced = opened::misplaced(client, &self.lines, message);
        self.lines.apply(message);
        let mut findings = self.misfits(message);
        findings.extend(misplaced);
        findings.extend(capabilities::unadvertised(&self.agreed, message));
        let client = &self.agreed.client;
        findings.extend(self.positions.look(client, &self.lines, message));
        findings.extend(self.tokens.look(&self.agreed, &self.lines, message));
        for finding in &mut findings {
            finding.at = at;
        }
        self.untold(findings)
    }

    /// What was not told before, as long as there is not too much of it.
    fn untold(&mut self, mut findings: Vec<Finding>) -> Looked {
        let mut full = Vec::new();
        findings.retain(|finding| {
            let told = self.told.entry(finding.code).or_default();
            // One more is kept, by which it is known that they are too many.
            let is_new = told.len() <= MOST && told.insert(finding.subject.clone());
            if is_new && told.len() > MOST {
                full.push(finding.code);
            }
            is_new && told.len() <= MOST
        });
        Looked { findings, full }
    }

    /// Some messages were not seen.
    pub(super) fn lose(&mut self) {
        self.lines.lose();
    }

    /// What is not as the protocol has it.
    fn misfits(&self, message: &Message) -> Vec<Finding> {
        let (Some(method), Some(body)) = (&message.method, written(message)) else {
            return Vec::new();
        };
        let violations = conform::check(&Said {
            body,
            method,
            kind: message.kind,
            direction: message.direction,
            part_of: None,
        });
        let who = match message.direction.sender() {
            Side::Client => self.agreed.client.as_str(),
            Side::Server => "gopls",
        };
        let finding = |violation: &conform::Violation| {
            let finding = match violation.what {
                What::UnknownMethod(_) => unknown_method(who, method, message.direction),
                _ => malformed(who, method, message).about(subject(message, method, violation)),
            };
            finding
                .severity(Severity::Info)
                .evidence(violation.to_string())
                .fix(
                    format!("Report it to the makers of {who}"),
                    Action::Hand(format!(
                        "The trace of this session has the message (goplens tail method:{method})."
                    )),
                )
                .quietly()
        };
        violations.iter().map(finding).collect()
    }
}

fn unknown_method(who: &str, method: &Method, direction: Direction) -> Finding {
    Finding::new(
        Code::UnknownMethod,
        format!("{who} uses `{method}`, which is in no version of the protocol up to 3.18."),
        "The other side refuses it or ignores it. Where both know it all the same, it is an agreement between \
         the two that nobody else can rely on.",
    )
    .about(format!("{} {method}", direction.as_str()))
}

fn malformed(who: &str, method: &Method, message: &Message) -> Finding {
    let kind = message.kind.as_str();
    Finding::new(
        Code::MalformedMessage,
        format!("{who} has sent a {kind} `{method}` that is not as the protocol has it."),
        "The other side may refuse it, or read it otherwise than it is meant. A feature then goes without a \
         word.",
    )
}

/// What the same violation in other messages has in common with this one.
fn subject(message: &Message, method: &Method, violation: &conform::Violation) -> String {
    let (direction, kind) = (message.direction.as_str(), message.kind.as_str());
    let path = without_numbers(&violation.path);
    format!("{direction} {kind} {method} {path}")
}

/// A path with `[]` for each element.
fn without_numbers(path: &str) -> String {
    let mut inside = false;
    let keeps = |letter: &char| {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            _ => return !inside,
        }
        true
    };
    path.chars().filter(keeps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_findings_of_a_code_hide_none_of_another() {
        let mut watcher = Watcher::default();
        let find = |code, subject: usize| Finding::new(code, "A.", "B.").about(subject.to_string());
        for subject in 0..MOST {
            let found = vec![find(Code::UnknownMethod, subject)];
            let looked = watcher.untold(found.clone());
            assert_eq!((looked.findings, looked.full), (found.clone(), vec![]));
            assert_eq!(watcher.untold(found).findings, [], "it was told");
        }
        let both = || {
            vec![
                find(Code::UnknownMethod, MOST),
                find(Code::UnknownMethod, MOST + 1),
                find(Code::MalformedMessage, 0),
            ]
        };
        let looked = watcher.untold(both());
        assert_eq!(looked.findings, [find(Code::MalformedMessage, 0)]);
        assert_eq!(looked.full, [Code::UnknownMethod]);
        let again = watcher.untold(both());
        assert_eq!((again.findings, again.full), (vec![], vec![]));
    }

    #[test]
    fn elements_are_all_the_same() {
        assert_eq!(without_numbers("[12].range.start"), "[].range.start");
        assert_eq!(without_numbers("a.b"), "a.b");
    }
}
