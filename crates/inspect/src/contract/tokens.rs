//! `invalid-semantic-tokens`: tokens that do not fit the document or their legend.

use protocol::tokens::{self, Fault};
use protocol::traffic::{Kind, Message};
use protocol::{Direction, Method};
use serde::Deserialize;
use trace::finding::{Action, Code, Finding, Severity};

use crate::contract::agreed::{Agreed, body, written};
use crate::contract::asked::Asked;
use crate::contract::lines::Lines;

/// The requests for tokens that are not answered yet.
#[derive(Debug, Default)]
pub(super) struct Tokens(Asked<Question>);

/// What was asked about, and when.
#[derive(Debug)]
struct Question {
    uri: String,
    then: u64,
}

impl Tokens {
    /// What is wrong with the tokens in a message, if it has any.
    pub(super) fn look(
        &mut self,
        agreed: &Agreed,
        lines: &Lines,
        message: &Message,
    ) -> Option<Finding> {
        let of_tokens = [
            Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
            Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA,
            Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
        ];
        let method = message
            .method
            .as_ref()
            .filter(|it| of_tokens.contains(it))?;
        let id = message.id.as_ref()?;
        match (message.kind, message.direction) {
            (Kind::Request, Direction::ClientToServer) => {
                let body = body(message);
                let uri = body["params"]["textDocument"]["uri"].as_str()?.to_owned();
                let then = lines.now();
                self.0.keep(id, Question { uri, then });
                None
            }
            (Kind::Response, Direction::ServerToClient) => {
                let asked = self.0.take(id);
                check(agreed, lines, method, asked, written(message)?)
            }
            _ => None,
        }
    }
}

fn check(
    agreed: &Agreed,
    lines: &Lines,
    method: &Method,
    asked: Option<Question>,
    body: &[u8],
) -> Option<Finding> {
    #[derive(Deserialize)]
    struct Response {
        result: Option<Full>,
    }
    #[derive(Deserialize)]
    struct Full {
        data: Vec<u32>,
    }
    // What is of another form is found by the types of the protocol, and edits are not looked at.
    let data = serde_json::from_slice::<Response>(body).ok()?.result?.data;
    let legend = agreed.legend();
    let known = asked.as_ref().and_then(|asked| {
        // What was typed since makes the lines other ones than gopls went by.
        let lines = lines.since(&asked.uri, asked.then)?;
        let is_meant = agreed.takes_no_tokens_across_lines() && agreed.counts_utf_16();
        is_meant.then_some(lines)
    });
    if agreed.takes_overlapping_tokens() {
        return None;
    }
    let fault = tokens::check(&data, legend, known)?;
    let uri = asked.map(|asked| asked.uri).unwrap_or_default();
    Some(
        Finding::new(
            Code::InvalidSemanticTokens,
            format!("gopls has answered `{method}` with tokens that cannot be right."),
            "The editor colours other text than is meant, or throws all of them away.",
        )
        .severity(Severity::Info)
        .about(format!("{method} {}", kind(fault)))
        .evidence(format!("{fault}, in {uri}"))
        .fix(
            "Report it to the makers of gopls",
            Action::Hand(format!(
                "The trace of this session has the answer (goplens tail method:{method})."
            )),
        )
        .quietly(),
    )
}

/// What the same fault in other documents has in common with this one.
fn kind(fault: Fault) -> &'static str {
    match fault {
        Fault::Torn(_) => "torn",
        Fault::Type { .. } => "type",
        Fault::Modifiers { .. } => "modifiers",
        Fault::Line { .. } => "line",
        Fault::Column { .. } => "column",
        Fault::Overlap { .. } => "overlap",
    }
}

#[cfg(test)]
mod tests;
