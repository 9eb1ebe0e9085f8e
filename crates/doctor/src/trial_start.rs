//! gopls, started for a moment to see whether it starts, and what it has against its settings.

use std::io;
use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value, json};
use system::{Call, Late, Output, System};

use crate::editor::Given;

/// How long gopls may take. It takes 0.3 s where nothing else runs; one that has not answered by then hangs.
const LIMIT: Duration = Duration::from_secs(20);

/// What came of starting gopls and ending it at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TrialStart {
    /// Whether it said anything, as a language server does.
    pub(crate) answered: bool,
    /// Whether it ended with 0.
    pub(crate) ended_well: bool,
    /// How long it was waited for, where it did not end.
    pub(crate) gave_up: Option<Duration>,
    /// The texts of its messages to the user.
    pub(crate) said: Vec<String>,
    /// The last lines that it wrote on its standard error.
    pub(crate) last_words: Vec<String>,
}

/// How many of the last lines are kept.
const MOST: usize = 20;

/// How often one is started that ends well and has said nothing: gopls does not wait on `exit` for what it has
/// not written yet, which it loses one time in thirty where the machine is busy (measured with 0.20 and 0.23).
const TRIES: usize = 4;

impl TrialStart {
    /// Whether it has this among its last words.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.last_words.iter().any(|line| line.contains(words))
    }

    /// Starts gopls with these variables and settings, with no folder open, and has it end.
    ///
    /// # Errors
    ///
    /// Where it cannot be started.
    pub(crate) fn of(
        system: &dyn System,
        gopls: &Path,
        given: &[Given],
        settings: &Map<String, Value>,
    ) -> io::Result<Self> {
        let mut call = Call::new(gopls).limit(LIMIT).input(conversation(settings));
        for given in given {
            call = call.env(&given.name, &given.value);
        }
        let mut start = Self::once(system, &call)?;
        for _ in 1..TRIES {
            if start.answered || !start.ended_well {
                break;
            }
            start = Self::once(system, &call)?;
        }
        Ok(start)
    }

    fn once(system: &dyn System, call: &Call) -> io::Result<Self> {
        let (output, gave_up) = match system.run(call) {
            Ok(output) => (output, None),
            Err(error) => match Late::of(&error) {
                Some(late) => (
                    Output {
                        success: false,
                        stdout: late.stdout.clone(),
                        stderr: late.stderr.clone(),
                    },
                    Some(late.after),
                ),
                None => return Err(error),
            },
        };
        let mut start = Self {
            answered: false,
            ended_well: output.success,
            gave_up,
            said: Vec::new(),
            last_words: Vec::new(),
        };
        for message in messages(&output.stdout) {
            // What it has against its settings it says only when it serves.
            start.answered |= message["id"] == 1 || message["method"].is_string();
            if message["method"] == "window/showMessage" {
                let text = message["params"]["message"].as_str();
                start.said.extend(text.map(str::to_owned));
            }
        }
        let lines: Vec<&str> = output.stderr.lines().collect();
        let last = &lines[lines.len().saturating_sub(MOST)..];
        start.last_words = last.iter().map(|line| (*line).to_owned()).collect();
        Ok(start)
    }
}

/// All that an editor would say which opens nothing and closes again.
fn conversation(settings: &Map<String, Value>) -> Vec<u8> {
    let params = json!({
        "processId": null,
        "rootUri": null,
        "capabilities": {},
        "initializationOptions": settings,
    });
    let messages = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}),
        json!({"jsonrpc": "2.0", "method": "exit"}),
    ];
    let mut all = Vec::new();
    for message in messages {
        let body = message.to_string();
        all.extend_from_slice(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }
    all
}

/// The messages in what gopls wrote.
fn messages(text: &str) -> Vec<Value> {
    let mut messages = Vec::new();
    let mut rest = text;
    while let Some((header, behind)) = rest.split_once("\r\n\r\n") {
        let length = header
            .lines()
            .find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.and_then(|length| length.trim().parse().ok());
        let Some((body, next)) = length.and_then(|length| behind.split_at_checked(length)) else {
            break;
        };
        messages.extend(serde_json::from_str::<Value>(body));
        rest = next;
    }
    messages
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    fn start(stdout: &str) -> TrialStart {
        let system = MadeUp::default().with_command("/gopls", stdout);
        TrialStart::of(&system, Path::new("/gopls"), &[], &Map::new()).unwrap()
    }

    #[test]
    fn what_it_says_is_taken_out_of_its_frames() {
        let message =
            r#"{"method":"window/showMessage","params":{"message":"Invalid settings: é"}}"#;
        let frame = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let said =
            frame(message) + &frame(r#"{"id":1,"result":{}}"#) + "Content-Length: 9\r\n\r\n{";
        let start = start(&said);
        assert!(start.answered);
        assert_eq!(start.said, ["Invalid settings: é"]);
    }

    #[test]
    fn a_program_that_says_nothing_has_not_answered() {
        for said in ["", "usage: gopls\n", "Content-Length: x\r\n\r\n{}"] {
            assert!(!start(said).answered, "{said}");
        }
    }

    #[test]
    fn the_conversation_can_be_read_again() {
        let said = String::from_utf8(conversation(&Map::new())).unwrap();
        let methods = messages(&said)
            .into_iter()
            .map(|message| message["method"].clone());
        let methods: Vec<Value> = methods.collect();
        assert_eq!(methods, ["initialize", "initialized", "shutdown", "exit"]);
    }
}
