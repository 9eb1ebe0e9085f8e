//! goplens's own commands.

use std::sync::Arc;

use bytes::Bytes;
use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::{Board, splice};

/// Looks again at all that was found: not every cause says when it is gone.
pub const CHECK_AGAIN: &str = "goplens.check_again";

/// Reads what the peers tell each other of themselves, offers goplens's own commands behind those of
/// gopls, and takes them, so that gopls never sees one.
pub(crate) struct Commands(pub(crate) Arc<Board>);

impl Rewriter for Commands {
    fn name(&self) -> &'static str {
        "commands"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        let set = MethodSet::new().with(Method::INITIALIZE);
        match direction {
            Direction::ServerToClient => set,
            Direction::ClientToServer => set.with(Method::WORKSPACE_EXECUTE_COMMAND),
        }
    }

    fn rewrite(&self, message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
        let verdict = match (message.direction, message.method) {
            (Direction::ServerToClient, _) => self.offer(message.body),
            (_, &Method::INITIALIZE) => {
                self.greet(message.body);
                None
            }
            _ => self.take(message),
        };
        verdict.unwrap_or(Verdict::Forward)
    }
}

impl Commands {
    fn greet(&self, body: &[u8]) {
        if let Ok(request) = serde_json::from_slice::<Value>(body) {
            self.0.greet(&request["params"]);
        }
    }

    fn offer(&self, body: &Bytes) -> Option<Verdict> {
        #[derive(Deserialize)]
        struct Response<'a> {
            #[serde(borrow)]
            result: Initialized<'a>,
        }
        #[derive(Deserialize)]
        struct Initialized<'a> {
            #[serde(borrow)]
            capabilities: Capabilities<'a>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Capabilities<'a> {
            #[serde(borrow)]
            execute_command_provider: Provider<'a>,
        }
        #[derive(Deserialize)]
        struct Provider<'a> {
            #[serde(borrow)]
            commands: &'a RawValue,
        }
        let response: Response<'_> = serde_json::from_slice(body).ok()?;
        let provider = response.result.capabilities.execute_command_provider;
        let offered = provider.commands.get();
        self.0
            .offer(serde_json::from_str::<Vec<String>>(offered).ok()?);
        let own = splice::append(body, offered, &[CHECK_AGAIN.into()])?;
        Some(Verdict::Splice(vec![own]))
    }

    fn take(&self, message: &Incoming<'_>) -> Option<Verdict> {
        let request: Value = serde_json::from_slice(message.body).ok()?;
        if request["params"]["command"] != CHECK_AGAIN {
            return None;
        }
        self.0.check_again();
        Some(Verdict::Answer(splice::answer(message.id, &Value::Null)?))
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::testing::{rewrite, spliced};

    #[test]
    fn own_commands_stand_behind_gopls_s_and_stay_here() {
        let count = Arc::new(AtomicU32::new(0));
        let counted = count.clone();
        let on_check_again = move || {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        let commands = Commands(Arc::default());
        commands.0.on_check_again(on_check_again);
        let ask = |direction, method: &Method, body: &'static str| {
            rewrite(&commands, direction, method, body, None)
        };
        let initialized = r#"{"result":{"capabilities":{"executeCommandProvider":{"commands":["gopls.tidy"]}},"serverInfo":{"version":"{\"a\": 1}"}}}"#;
        let changed =
            initialized.replace("\"gopls.tidy\"", "\"gopls.tidy\",\"goplens.check_again\"");
        let verdict = ask(Direction::ServerToClient, &Method::INITIALIZE, initialized);
        assert_eq!(spliced(&verdict, initialized), changed);
        assert!(commands.0.is_offered("gopls.tidy"));
        let execute = &Method::WORKSPACE_EXECUTE_COMMAND;
        let gopls = r#"{"id":1,"params":{"command":"gopls.tidy"}}"#;
        assert_eq!(
            ask(Direction::ClientToServer, execute, gopls),
            Verdict::Forward
        );
        let own = r#"{"id":1,"params":{"command":"goplens.check_again"}}"#;
        assert!(matches!(
            ask(Direction::ClientToServer, execute, own),
            Verdict::Answer(_)
        ));
        assert_eq!(count.load(Ordering::Relaxed), 1);
        let failed = r#"{"id":0,"error":{"code":0,"message":"no"}}"#;
        assert_eq!(
            ask(Direction::ServerToClient, &Method::INITIALIZE, failed),
            Verdict::Forward
        );
    }
}
