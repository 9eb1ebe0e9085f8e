//! The rewriters: what goplens changes in a message, one per file.
//!
//! What they have to go by is on the [`Board`]: the findings of each document, what gopls published of
//! it last, and what the two peers said they can take. A message that has nothing to do with goplens's
//! own is never changed, and what is changed is spliced into the bytes that came.
//!
//! On the [`Desk`] lie the documents that the client has open; where gopls calls a file otherwise than the
//! client does, the names of files are changed on their way.

mod action;
mod asked;
mod board;
mod cancelled;
mod capabilities;
mod code_action;
mod commands;
mod desk;
mod diagnostic;
mod documents;
mod folders;
mod former;
mod hover;
mod inject;
mod member;
mod paths;
mod splice;
mod takes;
#[cfg(all(test, unix))]
mod testing;
mod texts;
mod tokens;
mod twice;

use std::sync::Arc;

use proxy::Rewriter;
use trace::finding::Finding;

pub use board::Board;
pub use commands::CHECK_AGAIN;
pub use desk::Desk;

/// What is changed beyond what findings and the names of files need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// A hover in a file that has a finding gets a line with it.
    pub annotate_hover: bool,
    /// The client gets changes of semantic tokens.
    pub semantic_token_deltas: bool,
    /// A request that the client cancelled ends with the protocol's code for that.
    pub cancelled_code: bool,
    /// A capability of the client that gopls would refuse to start for is put right, or left out.
    pub client_capabilities: bool,
}

/// All rewriters of a session, in the order from the server. `found` takes what they find, on the path of the
/// message that it is about.
pub fn rewriters(
    desk: &Arc<Desk>,
    board: &Arc<Board>,
    switches: Switches,
    found: impl Fn(Finding) + Send + Sync + 'static,
) -> Vec<Box<dyn Rewriter>> {
    let spellings = &desk.spellings;
    let mut list: Vec<Box<dyn Rewriter>> = Vec::new();
    if switches.cancelled_code {
        list.push(Box::new(cancelled::Cancelled));
    }
    list.extend::<[Box<dyn Rewriter>; _]>([
        Box::new(former::Former(spellings.clone())),
        // What stands below has to do with files by the client's names for them.
        Box::new(paths::Paths(spellings.clone())),
        Box::new(folders::Folders(desk.clone())),
        Box::new(twice::Twice(desk.clone())),
        Box::new(documents::Documents(desk.clone())),
        Box::new(inject::Inject(board.clone())),
        Box::new(code_action::CodeActions(board.clone())),
        Box::new(commands::Commands(board.clone())),
    ]);
    if switches.semantic_token_deltas {
        list.extend(tokens::rewriters());
    }
    if switches.annotate_hover {
        list.push(Box::new(hover::Hover(board.clone())));
    }
    if switches.client_capabilities {
        // All others see the capabilities as they are then.
        let found = Box::new(found);
        list.push(Box::new(capabilities::Capabilities { found }));
    }
    list
}
