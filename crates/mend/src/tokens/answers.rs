//! What gopls answers, told as changes.

use std::sync::Arc;

use protocol::{Direction, Method, MethodSet, Splice};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use serde::Deserialize;

use crate::member::Member;
use crate::tokens::kept::Given;
use crate::tokens::numbers::Numbers;
use crate::tokens::{Deltas, Params};

/// Gives each answer of tokens an id, and makes of the answer to one who asked for changes those since
/// the tokens that the client has. Where these are not known any more it gets all, as the protocol
/// allows.
pub(crate) struct Answers(pub(crate) Arc<Deltas>);

impl Rewriter for Answers {
    fn name(&self) -> &'static str {
        "semantic-tokens-answers"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        match direction {
            Direction::ServerToClient => MethodSet::new()
                .with(Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL)
                .with(Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA),
            Direction::ClientToServer => MethodSet::new()
                .with(Method::TEXT_DOCUMENT_DID_OPEN)
                .with(Method::TEXT_DOCUMENT_DID_CLOSE),
        }
    }

    fn sleeps(&self) -> bool {
        !self.0.is_taken() || self.0.is_given()
    }

    fn rewrite(&self, message: &Incoming<'_>, request: Option<&Pending>) -> Verdict {
        if message.direction == Direction::ClientToServer {
            self.document(message);
            return Verdict::Forward;
        }
        let splices = request.and_then(|request| self.answer(message.body, request));
        splices.map_or(Verdict::Forward, Verdict::Splice)
    }
}

impl Answers {
    /// The client opens or closes a document.
    fn document(&self, message: &Incoming<'_>) {
        #[derive(Deserialize)]
        struct Message {
            params: Params,
        }
        let Ok(Message { params }) = serde_json::from_slice(message.body) else {
            return;
        };
        let uri = params.text_document.uri;
        match *message.method {
            Method::TEXT_DOCUMENT_DID_OPEN => self.0.kept().open(uri),
            _ => self.0.kept().close(&uri),
        }
    }

    /// What has to change in an answer. What is no list of tokens stays, and so does the answer to one
    /// who takes it in parts: what else it got nobody here knows.
    fn answer(&self, body: &[u8], request: &Pending) -> Option<Vec<Splice>> {
        let asked: Params = serde_json::from_slice(request.params.as_ref()?).ok()?;
        if asked.partial_result_token.is_some() {
            return None;
        }
        let [data, result_id] = Member::all(body, &["result"], ["data", "resultId"]);
        let data = data?;
        let numbers = Numbers::of(&body[data.value.clone()])?;
        let previous = asked.previous_result_id.as_deref();
        let Given { id, edits } = self
            .0
            .kept()
            .put(&asked.text_document.uri, previous, numbers);
        let mut splices = Vec::new();
        let mut changed = Splice {
            span: data.whole.start..data.whole.start,
            with: Default::default(),
        };
        if let Some(edits) = edits {
            changed.span = data.whole;
            changed.with = format!("\"edits\":{edits}").into();
        }
        match result_id {
            Some(gopls) => splices.push(gopls.put(format!("\"{id}\""))),
            None => {
                let own = format!("\"resultId\":\"{id}\",");
                changed.with = [own.as_bytes(), &changed.with].concat().into();
            }
        }
        if !changed.span.is_empty() || !changed.with.is_empty() {
            splices.push(changed);
        }
        splices.sort_by_key(|splice| splice.span.start);
        Some(splices)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::time::Instant;

    use bytes::Bytes;

    use super::*;
    use crate::testing::{rewrite, spliced};

    fn awake() -> Answers {
        let answers = Answers(Arc::default());
        assert!(answers.sleeps());
        answers.0.taken.store(true, Ordering::Relaxed);
        assert!(!answers.sleeps());
        says(&answers, Method::TEXT_DOCUMENT_DID_OPEN);
        answers
    }

    fn says(answers: &Answers, method: Method) {
        let body = r#"{"method":"m","params":{"textDocument":{"uri":"u","languageId":"go","version":1,"text":"x"}}}"#;
        let verdict = rewrite(answers, Direction::ClientToServer, &method, body, None);
        assert_eq!(verdict, Verdict::Forward);
    }

    /// What becomes of the answer to a request with these parameters besides the document.
    fn answer(answers: &Answers, asked: &str, body: &str) -> Verdict {
        let method = match asked.contains("previousResultId") {
            true => Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA,
            false => Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        };
        let params = format!(r#"{{"textDocument":{{"uri":"u"}}{asked}}}"#);
        let request = Pending::new(method.clone(), Instant::now(), Some(Bytes::from(params)));
        let direction = Direction::ServerToClient;
        rewrite(answers, direction, &method, body, Some(&request))
    }

    #[test]
    fn an_answer_has_an_id_of_goplens_s_and_what_changed() {
        let answers = awake();
        let theirs = r#"{"jsonrpc":"2.0","result":{"resultId":"now","data":[0,1,2,3,4]},"id":1}"#;
        let none = r#"{"jsonrpc":"2.0","result":{ "data":[0,1,2,3,4], "x":{"data":[7]}},"id":1}"#;
        assert_eq!(
            spliced(&answer(&answers, "", theirs), theirs),
            theirs.replace("now", "1")
        );
        assert_eq!(
            spliced(&answer(&answers, "", none), none),
            none.replace("\"data\":[0", "\"resultId\":\"2\",\"data\":[0")
        );
        let asked = r#","previousResultId":"2""#;
        let new = none.replace("0,1,2", "0,1,9");
        let edits = r#"{ "resultId":"3","edits":[{"start":2,"deleteCount":1,"data":[9]}], "x":"#;
        let told = spliced(&answer(&answers, asked, &new), &new);
        assert!(told.contains(edits), "{told}");
        let told = spliced(&answer(&answers, asked, theirs), theirs);
        let same = r#"{"resultId":"4","edits":[]}"#;
        assert!(told.contains(same), "{told}");
        let unknown = spliced(
            &answer(&answers, asked.replace('2', "99").as_str(), theirs),
            theirs,
        );
        assert_eq!(unknown, theirs.replace("now", "5"));
    }

    #[test]
    fn what_is_no_list_of_tokens_stays() {
        let answers = awake();
        for body in [
            r#"{"result":null,"id":1}"#,
            r#"{"result":{},"id":1}"#,
            r#"{"result":[1],"id":1}"#,
            r#"{"result":{"data":null},"id":1}"#,
            r#"{"result":{"data":[1.5]},"id":1}"#,
            r#"{"error":{"code":0,"message":"no views","data":[1]},"id":1}"#,
        ] {
            for asked in ["", r#","previousResultId":"1""#] {
                assert_eq!(answer(&answers, asked, body), Verdict::Forward, "{body}");
            }
        }
        let tokens = r#"{"result":{"data":[1,2,3,4,5]},"id":1}"#;
        let in_parts = r#","partialResultToken":7"#;
        assert_eq!(answer(&answers, in_parts, tokens), Verdict::Forward);
        assert_eq!(
            spliced(&answer(&answers, "", tokens), tokens),
            tokens.replace("{\"data", "{\"resultId\":\"1\",\"data")
        );
    }

    #[test]
    fn one_that_was_closed_begins_anew() {
        let answers = awake();
        let body = r#"{"result":{"data":[1]},"id":1}"#;
        answer(&answers, "", body);
        says(&answers, Method::TEXT_DOCUMENT_DID_CLOSE);
        says(&answers, Method::TEXT_DOCUMENT_DID_OPEN);
        let told = spliced(&answer(&answers, r#","previousResultId":"1""#, body), body);
        assert!(told.contains("\"data\":[1]"), "{told}");
    }
}
