//! Changes of semantic tokens for a client that can take them, which no gopls gives: each keystroke in a
//! large file would bring all of its tokens anew.
//!
//! [`Offer`] says that they can be asked for, [`Questions`] asks gopls for all tokens, and [`Answers`]
//! makes of what it says the changes since what the client has.

mod answers;
mod kept;
mod numbers;
mod offer;
mod questions;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use proxy::Rewriter;
use serde::Deserialize;

use crate::tokens::answers::Answers;
use crate::tokens::kept::Kept;
use crate::tokens::offer::Offer;
use crate::tokens::questions::Questions;

/// Those of a session.
pub(crate) fn rewriters() -> [Box<dyn Rewriter>; 3] {
    let deltas = Arc::<Deltas>::default();
    [
        Box::new(Offer(deltas.clone())),
        Box::new(Questions(deltas.clone())),
        Box::new(Answers(deltas)),
    ]
}

/// What is known of the two peers, and of the tokens that passed.
#[derive(Debug, Default)]
struct Deltas {
    /// The client can take changes of tokens.
    taken: AtomicBool,
    /// The server gives them itself.
    given: AtomicBool,
    kept: Mutex<Kept>,
}

impl Deltas {
    fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Relaxed)
    }

    fn is_given(&self) -> bool {
        self.given.load(Ordering::Relaxed)
    }

    /// A panic elsewhere leaves nothing half done that matters: what is missing is given in full.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The parameters of the messages that are about a document's tokens, or about a document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Params {
    text_document: Document,
    /// The result that the client has.
    previous_result_id: Option<String>,
    /// Where the client takes a part of the answer before the whole.
    partial_result_token: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Document {
    uri: String,
}
