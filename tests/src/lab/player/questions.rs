//! The questions about places, and what their answers have to be.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::lab::player::{Asked, Player};
use crate::lab::verb::Place;
use crate::session::PATIENCE;

/// How long a user waits who asks again.
const AGAIN: Duration = Duration::from_millis(500);

impl Player<'_> {
    pub(super) fn ask(&mut self, method: &'static str, place: &Place) -> Result<(), String> {
        let (line, character) = self.position(&place.file, &place.spot)?;
        let mut params = json!({
            "textDocument": { "uri": self.stage.uri(&place.file)? },
            "position": { "line": line, "character": character },
        });
        if method == "textDocument/references" {
            params["context"] = json!({ "includeDeclaration": true });
        }
        let id = self.session.ask(method, params.clone());
        let method = method.to_owned();
        self.asked.push(Asked { id, method, params });
        Ok(())
    }

    /// Says anything, and does not wait where it is a question.
    pub(super) fn say(&mut self, asks: bool, method: &str, params: &str) -> Result<(), String> {
        let params = self.stage.json(params)?;
        if asks {
            let id = self.session.ask(method, params.clone());
            let method = method.to_owned();
            self.asked.push(Asked { id, method, params });
        } else {
            self.session.notify(method, params);
        }
        Ok(())
    }

    pub(super) fn answer(&self, asked: &Asked, limit: Duration) -> Option<Value> {
        self.session.look_for(limit, |book| {
            book.responses(&asked.id).next().map(|note| note.value())
        })
    }

    fn last_asked(&self) -> Result<&Asked, String> {
        let last = self.asked.last();
        last.ok_or_else(|| "nothing has been asked yet".to_owned())
    }

    pub(super) fn expect_answer(
        &self,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<(), String> {
        let asked = self.last_asked()?;
        let answer = self
            .answer(asked, PATIENCE)
            .ok_or_else(|| format!("{} is not answered", asked.method))?;
        match wanted(&answer) {
            true => Ok(()),
            false => Err(format!("the answer is not {what} but {answer}")),
        }
    }

    /// Asks the last question again and again, as a user does who waits for a reload.
    pub(super) fn ask_until_some(&mut self, text: &str) -> Result<(), String> {
        let limit = Instant::now() + PATIENCE;
        loop {
            let last = self.last_asked()?.clone();
            let answer = self.answer(&last, PATIENCE);
            let answer = answer.ok_or_else(|| format!("{} is not answered", last.method))?;
            if is_some(&answer, text) {
                return Ok(());
            }
            if Instant::now() > limit {
                return Err(format!(
                    "the answer never is something with {text:?}: {answer}"
                ));
            }
            thread::sleep(AGAIN);
            let id = self.session.ask(&last.method, last.params.clone());
            self.asked.push(Asked { id, ..last });
        }
    }

    pub(super) fn expect_no_answer(&self, limit: Duration) -> Result<(), String> {
        let asked = self.last_asked()?;
        match self.answer(asked, limit) {
            None => Ok(()),
            Some(answer) => Err(format!("there is an answer: {answer}")),
        }
    }
}

/// Whether an answer has something in it, and this text.
pub(super) fn is_some(answer: &Value, text: &str) -> bool {
    let result = &answer["result"];
    let nothing = result.is_null() || *result == json!([]) || *result == json!({});
    !nothing && result.to_string().contains(text)
}
