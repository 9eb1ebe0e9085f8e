//! The rewriters: what goplens changes in a message, one per file.
//!
//! What they have to go by is on the [`Board`]: the findings of each document, what gopls published of
//! it last, and what the two peers said they can take. A message that has nothing to do with goplens's
//! own is never changed, and what is changed is spliced into the bytes that came.

mod action;
mod board;
mod code_action;
mod commands;
mod diagnostic;
mod hover;
mod inject;
mod splice;
mod takes;

use std::sync::Arc;

use proxy::Rewriter;

pub use board::Board;
pub use commands::CHECK_AGAIN;

/// All rewriters of a session, in the order from the server.
pub fn rewriters(board: &Arc<Board>, annotate_hover: bool) -> Vec<Box<dyn Rewriter>> {
    let mut list: Vec<Box<dyn Rewriter>> = vec![
        Box::new(inject::Inject(board.clone())),
        Box::new(code_action::CodeActions(board.clone())),
        Box::new(commands::Commands(board.clone())),
    ];
    if annotate_hover {
        list.push(Box::new(hover::Hover(board.clone())));
    }
    list
}
