//! The fixes of a finding as code actions.

use serde_json::{Value, json};
use trace::finding::{Action, Finding, Fix};

use crate::Board;
use crate::board::workspace_edit;
use crate::commands::CHECK_AGAIN;

/// What marks a code action as goplens's own, in its `data`.
pub(crate) const MARK: &str = "goplens";

/// The code actions of a finding: its fixes that a client can do, and another look.
pub(crate) fn actions(board: &Board, finding: &Finding) -> Vec<Value> {
    let fixes = finding.fixes.iter().enumerate();
    let mut actions: Vec<Value> = fixes
        .filter_map(|(place, fix)| action(board, finding, fix, place == 0))
        .collect();
    let title = format!("Check again: {}", finding.code);
    let command = json!({ "title": title, "command": CHECK_AGAIN, "arguments": [] });
    let mut again = whole(board, finding, &title, "command", command);
    // It fixes nothing: VS Code puts what has diagnostics before all else.
    if let Some(again) = again.as_object_mut() {
        again.remove("diagnostics");
    }
    actions.push(again);
    actions
}

fn action(board: &Board, finding: &Finding, fix: &Fix, first: bool) -> Option<Value> {
    let mut action = match &fix.action {
        Action::Edit(edits) => {
            let edit = workspace_edit(edits, &board.takes())?;
            whole(board, finding, &fix.title, "edit", edit)
        }
        Action::Server { command, arguments } if board.is_offered(command) => {
            let command = json!({ "title": fix.title, "command": command, "arguments": arguments });
            whole(board, finding, &fix.title, "command", command)
        }
        // What only the user can do stands in the message.
        Action::Server { .. } | Action::Shell(_) | Action::Hand(_) => return None,
    };
    if first {
        action["isPreferred"] = true.into();
    }
    Some(action)
}

fn whole(board: &Board, finding: &Finding, title: &str, what: &str, how: Value) -> Value {
    json!({
        "title": title,
        "kind": "quickfix",
        "diagnostics": [board.diagnostic(finding)],
        "data": { MARK: finding.code.as_str() },
        what: how,
    })
}

#[cfg(test)]
mod tests {
    use trace::finding::{Code, FileEdit, Range};

    use super::*;

    #[test]
    fn what_a_client_can_do_is_offered_and_another_look_always() {
        let edit = FileEdit {
            uri: "file:///go.work".into(),
            range: Range::default(),
            text: "use ./b\n".into(),
            version: None,
            create: false,
        };
        let server = |command: &str| Action::Server {
            command: command.into(),
            arguments: vec![],
        };
        let finding = Finding::new(Code::GoWorkDoesNotListModule, "A.", "B.")
            .fix("Add it", Action::Edit(vec![edit]))
            .fix("Tidy", server("gopls.tidy"))
            .fix("Vendor", server("gopls.vendor"))
            .fix("Run", Action::Shell("go work use ./b".into()));
        let board = Board::default();
        board.offer(["gopls.tidy".to_owned()]);
        let actions = actions(&board, &finding);
        let titles: Vec<&str> = actions
            .iter()
            .filter_map(|action| action["title"].as_str())
            .collect();
        assert_eq!(
            titles,
            [
                "Add it",
                "Tidy",
                "Check again: go-work-does-not-list-module"
            ]
        );
        assert_eq!(actions[0]["isPreferred"], true);
        assert_eq!(actions[1]["command"]["command"], "gopls.tidy");
        assert_eq!(actions[2]["command"]["command"], CHECK_AGAIN);
        assert!(actions[1].get("diagnostics").is_some());
        assert!(actions[2].get("diagnostics").is_none());
    }
}
