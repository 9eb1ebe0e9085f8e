//! One session with a gopls: from `initialize` until it has registered for all it wants.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::shell;

/// What a gopls said of itself.
pub(super) struct Said {
    /// The capabilities in its answer to `initialize`.
    pub(super) capabilities: Value,
    /// What it registered for afterwards, each with `method` and maybe `registerOptions`.
    pub(super) registrations: Vec<Value>,
}

/// Lets a gopls, which `command` starts in an empty folder, talk with a client of these capabilities.
///
/// # Errors
///
/// It cannot be started, ends early, or answers with an error.
pub(super) fn talk(command: &mut Command, folder: &Path, client: &Value) -> Result<Said> {
    let line = shell::line(command);
    let mut session = Session::start(command)?;
    let said = session.run(folder, client);
    let ended = session.end();
    let said = said.with_context(|| format!("the session with {line} failed"))?;
    ended.map(|()| said)
}

struct Session {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    registrations: Vec<Value>,
}

impl Session {
    fn start(command: &mut Command) -> Result<Self> {
        let mut child = shell::talk(command)?;
        Ok(Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().context("no pipe from gopls")?),
            child,
            registrations: Vec::new(),
        })
    }

    fn run(&mut self, folder: &Path, client: &Value) -> Result<Said> {
        let uri = format!("file://{}", folder.display());
        let initialized = self.ask(
            1,
            "initialize",
            &json!({
                "clientInfo": { "name": "Visual Studio Code" },
                "rootUri": uri,
                "workspaceFolders": [{ "uri": uri, "name": "empty" }],
                "initializationOptions": { "semanticTokens": true },
                "capabilities": client,
            }),
        )?;
        self.send(&json!({ "method": "initialized", "params": {} }))?;
        // It answers this when it has loaded the folder, and it registers before that.
        self.ask(2, "workspace/symbol", &json!({ "query": "nothing" }))?;
        self.ask(3, "shutdown", &Value::Null)?;
        self.send(&json!({ "method": "exit" }))?;
        Ok(Said {
            capabilities: initialized["capabilities"].clone(),
            registrations: std::mem::take(&mut self.registrations),
        })
    }

    /// The result of a request. What gopls asks meanwhile is answered as VS Code does.
    fn ask(&mut self, id: u64, method: &str, params: &Value) -> Result<Value> {
        self.send(&json!({ "id": id, "method": method, "params": params }))?;
        loop {
            let message = self.receive()?;
            if let Some(asked) = message["method"].as_str() {
                if let Some(own) = message.get("id") {
                    let result = self.answer(asked, &message["params"]);
                    self.send(&json!({ "id": own, "result": result }))?;
                }
            } else if message["id"] == id {
                ensure!(message["error"].is_null(), "{method}: {}", message["error"]);
                return Ok(message["result"].clone());
            }
        }
    }

    fn answer(&mut self, method: &str, params: &Value) -> Value {
        match method {
            "workspace/configuration" => {
                let items = params["items"].as_array().into_iter().flatten();
                items.map(|_| json!({ "semanticTokens": true })).collect()
            }
            "client/registerCapability" => {
                let list = params["registrations"].as_array();
                self.registrations
                    .extend(list.into_iter().flatten().cloned());
                Value::Null
            }
            _ => Value::Null,
        }
    }

    fn send(&mut self, message: &Value) -> Result<()> {
        let mut message = message.clone();
        message["jsonrpc"] = "2.0".into();
        let body = message.to_string();
        let input = self.input.as_mut().context("it is over")?;
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        Ok(())
    }

    fn receive(&mut self) -> Result<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            ensure!(self.output.read_line(&mut line)? > 0, "gopls has ended");
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse()?,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body)?;
        Ok(serde_json::from_slice(&body)?)
    }

    /// A gopls whose standard input ends does, too.
    fn end(mut self) -> Result<()> {
        drop(self.input.take());
        self.child.wait()?;
        Ok(())
    }
}
