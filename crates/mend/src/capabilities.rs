//! Capabilities of the client that gopls would refuse to start for.

use protocol::conform::{self, Expected, Part, Said, Violation, What};
use protocol::traffic::Kind;
use protocol::{Direction, Method, MethodSet, Splice};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use trace::finding::{Action, Code, Finding, Severity};

use crate::member;

/// Gives a capability of the wrong type the right one where there is no doubt what it means, else leaves
/// it out: gopls refuses all of `initialize` for one of them.
///
/// It does so for every property of the protocol's `ClientCapabilities` that has another JSON type than
/// the protocol says, and takes `null` for none: each was tried with gopls 0.23.0 and 0.24.0. An older one
/// takes whatever stands in properties that it does not know, 14 in 0.16.2 and 3 in 0.20.0, and does not
/// miss them.
pub(crate) struct Capabilities {
    /// Takes what was found.
    pub(crate) found: Box<dyn Fn(Finding) + Send + Sync>,
}

/// A capability that gopls would not take.
struct Wrong {
    violation: Violation,
    /// What it means, as JSON; `None` where it is left out.
    meant: Option<&'static str>,
}

impl Rewriter for Capabilities {
    fn name(&self) -> &'static str {
        "client-capabilities"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        match direction {
            Direction::ServerToClient => MethodSet::new(),
            Direction::ClientToServer => MethodSet::new().with(Method::INITIALIZE),
        }
    }

    fn rewrite(&self, message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
        let body = message.body;
        let violations = conform::check(&Said {
            body,
            method: message.method,
            kind: Kind::Request,
            direction: message.direction,
            part_of: None,
        });
        let wrong = violations.into_iter();
        let wrong: Vec<Wrong> = wrong.filter_map(|it| Wrong::of(it, body)).collect();
        let Some(splices) = splices(&wrong, body) else {
            return Verdict::Forward;
        };
        for wrong in wrong {
            (self.found)(wrong.finding());
        }
        Verdict::Splice(splices)
    }
}

impl Wrong {
    fn of(violation: Violation, body: &[u8]) -> Option<Self> {
        let What::WrongType { expected, .. } = &violation.what else {
            return None;
        };
        let below = violation.path.strip_prefix("capabilities")?;
        let is_capability = below.is_empty() || below.starts_with('.');
        let value = body.get(violation.span.clone())?;
        if violation.part != Part::Params || !is_capability || value == b"null" {
            return None;
        }
        let meant = meant(value, *expected);
        Some(Self { violation, meant })
    }

    fn finding(&self) -> Finding {
        let Self { violation, meant } = self;
        let path = &violation.path;
        let done = match meant {
            Some(meant) => format!("goplens gave gopls {meant} in its place"),
            None => "goplens left it out, as if the editor had not said it".to_owned(),
        };
        Finding::new(
            Code::ClientCapabilityInvalid,
            format!("The editor says {path} by a value of the wrong type."),
            "gopls reads all that the editor can do at once, and a gopls that knows the property refuses to \
             start for a value of the wrong type.",
        )
        .severity(Severity::Info)
        .about(path)
        .evidence(violation.to_string())
        .evidence(done)
        .fix(
            "Update the editor or its Go extension, or tell its makers",
            Action::Hand("The value is one that they send; no setting changes it.".to_owned()),
        )
    }
}

/// What a value means beyond doubt, where that could stand in its place.
fn meant(value: &[u8], expected: Expected) -> Option<&'static str> {
    let meant = match value {
        b"1" | b"\"true\"" => "true",
        b"0" | b"\"false\"" => "false",
        _ => return None,
    };
    expected.takes(meant.as_bytes()).then_some(meant)
}

/// The changes that make the capabilities right; `None` where there are none, or they would do harm.
fn splices(wrong: &[Wrong], body: &[u8]) -> Option<Vec<Splice>> {
    let mut splices = Vec::new();
    let mut left_out = Vec::new();
    for Wrong { violation, meant } in wrong {
        let span = violation.span.clone();
        match meant {
            Some(meant) => splices.push(Splice {
                span,
                with: meant.as_bytes().into(),
            }),
            None => left_out.push(span),
        }
    }
    splices.extend(member::left_out(body, left_out));
    splices.sort_by_key(|splice| splice.span.start);
    let still_json = || wire::scan(&Splice::apply(&splices, body)).is_ok();
    (!splices.is_empty() && still_json()).then_some(splices)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::testing::{rewrite, spliced};

    /// What becomes of these capabilities, and the paths of what was found.
    fn mended(capabilities: &str) -> (Option<String>, Vec<String>) {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"processId":null,"rootUri":null,"capabilities":{capabilities}}}}}"#
        );
        let found = Arc::<Mutex<Vec<String>>>::default();
        let list = found.clone();
        let capabilities = Capabilities {
            found: Box::new(move |finding| list.lock().unwrap().push(finding.subject)),
        };
        let method = Method::INITIALIZE;
        let direction = Direction::ClientToServer;
        let verdict = rewrite(&capabilities, direction, &method, &body, None);
        let new = match verdict {
            Verdict::Forward => None,
            verdict => {
                let new = spliced(&verdict, &body);
                let start = new.find("\"capabilities\":").map(|at| at + 15);
                Some(start.map_or(String::new(), |start| new[start..new.len() - 2].to_owned()))
            }
        };
        let found = found.lock().unwrap().clone();
        (new, found)
    }

    #[test]
    fn what_is_meant_beyond_doubt_is_put_right() {
        for (was, is) in [
            ("1", "true"),
            ("0", "false"),
            ("\"true\"", "true"),
            ("\"false\"", "false"),
        ] {
            for (object, path) in [
                (
                    r#"{"textDocument":{"semanticTokens":{"requests":{"full":{"delta": @}},"tokenTypes":[],"tokenModifiers":[],"formats":[]}}}"#,
                    "full.delta",
                ),
                (
                    r#"{"textDocument":{"semanticTokens":{"requests":{"full": @ },"tokenTypes":[],"tokenModifiers":[],"formats":[]}}}"#,
                    "full",
                ),
            ] {
                let (new, found) = mended(&object.replace('@', was));
                assert_eq!(new.as_deref(), Some(&*object.replace('@', is)));
                let path = format!("capabilities.textDocument.semanticTokens.requests.{path}");
                assert_eq!(found, [path]);
            }
        }
    }

    #[test]
    fn all_else_is_left_out() {
        for (was, is) in [
            (
                r#"{"window":{"workDoneProgress":"yes"}}"#,
                r#"{"window":{}}"#,
            ),
            (r#"{"window":5,"general":{}}"#, r#"{"general":{}}"#),
            (
                r#"{"window":{},"general":[] , "workspace":"x"}"#,
                r#"{"window":{}}"#,
            ),
            (
                r#"{"general":{"positionEncodings":["utf-16",8,[]]}}"#,
                r#"{"general":{"positionEncodings":["utf-16"]}}"#,
            ),
            (
                r#"{"workspace":{"applyEdit":2,"configuration":1,"workspaceFolders":[]}}"#,
                r#"{"workspace":{"configuration":true}}"#,
            ),
        ] {
            assert_eq!(mended(was).0.as_deref(), Some(is));
        }
        assert_eq!(mended("7").0.as_deref(), Some(""));
    }

    #[test]
    fn what_gopls_takes_stays() {
        for fine in [
            "{}",
            r#"{"window":null,"textDocument":{"hover":null}}"#,
            r#"{"nonsense":5,"window":{"nonsense":[]},"experimental":7}"#,
            r#"{"textDocument":{"semanticTokens":{}}}"#,
            r#"{"workspace":{"workspaceEdit":{"failureHandling":"nonsense"}}}"#,
        ] {
            assert_eq!(mended(fine), (None, vec![]), "{fine}");
        }
    }
}
