//! A line under each hover in a document that has a finding.

use std::sync::Arc;

use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::{Board, splice};

/// Adds the document's first finding to what gopls says in a hover.
pub(crate) struct Hover(pub(crate) Arc<Board>);

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    result: Shown<'a>,
}

#[derive(Deserialize)]
struct Shown<'a> {
    #[serde(borrow)]
    contents: Contents<'a>,
}

#[derive(Deserialize)]
struct Contents<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
}

impl Rewriter for Hover {
    fn name(&self) -> &'static str {
        "hover"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        match direction {
            Direction::ServerToClient => MethodSet::new().with(Method::TEXT_DOCUMENT_HOVER),
            Direction::ClientToServer => MethodSet::new(),
        }
    }

    fn rewrite(&self, message: &Incoming<'_>, request: Option<&Pending>) -> Verdict {
        let verdict = request.and_then(|request| self.annotate(message, request));
        verdict.unwrap_or(Verdict::Forward)
    }
}

impl Hover {
    fn annotate(&self, message: &Incoming<'_>, request: &Pending) -> Option<Verdict> {
        let findings = self.0.findings(&request.place()?.uri);
        let finding = findings.first()?;
        let response: Response<'_> = serde_json::from_slice(message.body).ok()?;
        let raw = response.result.contents.value.get();
        let mut text: String = serde_json::from_str(raw).ok()?;
        text.push_str(&format!("\n\n---\n\ngoplens: {}", finding.title));
        let new = Value::from(text).to_string();
        let line = splice::replace(message.body, raw, new);
        Some(Verdict::Splice(vec![line]))
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::time::Instant;

    use trace::finding::{Code, Finding};

    use super::*;
    use crate::testing::spliced;

    #[test]
    fn a_hover_gets_a_line_only_where_there_is_a_finding() {
        let hover = Hover(Arc::default());
        let finding = Finding::new(Code::ImportCycle, "A \"b\".", "B.");
        hover.0.show("file:///a.go", "file:///a.go", vec![finding]);
        let method = Method::TEXT_DOCUMENT_HOVER;
        let body = r#"{"result":{"contents":{"kind":"markdown","value":"x"},"range":{}}}"#;
        let rewrite = |uri: &str| {
            let params = format!("{{\"textDocument\":{{\"uri\":\"{uri}\"}}}}");
            let request = Pending::new(method.clone(), Instant::now(), Some(params.into()));
            let direction = Direction::ServerToClient;
            crate::testing::rewrite(&hover, direction, &method, body, Some(&request))
        };
        assert_eq!(rewrite("file:///b.go"), Verdict::Forward);
        let expected = r#"{"result":{"contents":{"kind":"markdown","value":"x\n\n---\n\ngoplens: A \"b\"."},"range":{}}}"#;
        assert_eq!(spliced(&rewrite("file:///a.go"), body), expected);
    }
}
