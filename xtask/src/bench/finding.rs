//! How soon a finding is there, with the real gopls: what goplens adds to the time that gopls itself takes until it
//! shows that something is wrong.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::figures::median;
use super::frames::{self, Frames};
use super::subjects::Place;
use super::targets::{Target, at_most};
use crate::{shell, tools};

/// How long anything may take to be seen.
const LIMIT: Duration = Duration::from_secs(60);

/// How often each is measured.
const ROUNDS: usize = 5;

/// Something that is wrong in a workspace.
struct Fault {
    what: &'static str,
    /// The finding that tells of it.
    code: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// A cache folder that cannot be made.
    cache: bool,
    /// By what gopls alone shows it first, or has done all that it does.
    shows: fn(&Value) -> bool,
}

const MAIN: (&str, &str) = (
    "app/main.go",
    "package main\n\nimport \"example.com/stock\"\n\nfunc main() {\n\tprintln(stock.Left())\n}\n",
);
/// Where the definition is asked for: `Left`.
const LINE: u32 = 5;
const CHARACTER: u32 = 15;

const APP: (&str, &str) = ("app/go.mod", "module example.com/app\n\ngo 1.24\n");
const STOCK: (&str, &str) = ("stock/go.mod", "module example.com/stock\n\ngo 1.24\n");
const LEFT: (&str, &str) = (
    "stock/stock.go",
    "package stock\n\nfunc Left() int {\n\treturn 1\n}\n",
);

const FAULTS: [Fault; 3] = [
    Fault {
        what: "a definition leads nowhere",
        code: "go-work-does-not-list-module",
        files: &[
            MAIN,
            APP,
            STOCK,
            LEFT,
            ("go.work", "go 1.24\n\nuse ./app\n"),
        ],
        cache: true,
        shows: |message| message["id"] == 2 && message["method"].is_null(),
    },
    Fault {
        what: "the workspace does not load",
        code: "go-work-missing-directory",
        files: &[
            MAIN,
            APP,
            ("go.work", "go 1.24\n\nuse (\n\t./app\n\t./stock\n)\n"),
        ],
        cache: true,
        shows: |message| diagnostics(message).next().is_some(),
    },
    Fault {
        what: "gopls's cache cannot be written, of which gopls says nothing",
        code: "gopls-cache-not-writable",
        files: &[
            MAIN,
            APP,
            STOCK,
            LEFT,
            ("go.work", "go 1.24\n\nuse (\n\t./app\n\t./stock\n)\n"),
        ],
        cache: false,
        shows: |message| {
            message["method"] == "$/progress" && message["params"]["value"]["kind"] == "end"
        },
    },
];

/// Measures each, and gives a target for it.
///
/// # Errors
///
/// gopls cannot be had, or a session fails.
pub(super) fn targets(place: &Place) -> Result<Vec<Target>> {
    let gopls = tools::gopls()?;
    let goplens = shell::target().join("release/goplens");
    let mut targets = Vec::new();
    for (number, fault) in FAULTS.iter().enumerate() {
        let folder = place.join(&format!("fault-{number}"));
        lay_out(&folder, fault)?;
        let (mut alone, mut through) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let is_found = |message: &Value| is_found(message, fault.code);
            alone.push(time(&gopls, &gopls, place, &folder, fault, &fault.shows)?);
            through.push(time(&goplens, &gopls, place, &folder, fault, &is_found)?);
        }
        targets.push(at_most(
            &format!("first finding, {}: at most 1 s after gopls", fault.what),
            "s",
            median(through) - median(alone),
            1.0,
        ));
    }
    Ok(targets)
}

fn lay_out(folder: &Path, fault: &Fault) -> Result<()> {
    for (name, text) in fault.files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// From before the start of `program` until a message is there by which the fault shows, in seconds.
fn time(
    program: &Path,
    gopls: &Path,
    place: &Place,
    folder: &Path,
    fault: &Fault,
    shows: &dyn Fn(&Value) -> bool,
) -> Result<f64> {
    let go_cache = shell::read(shell::command("go").args(["env", "GOCACHE"]))?;
    let mut command = shell::command(program);
    command
        .current_dir(folder)
        .env("GOPLENS_GOPLS", gopls)
        .env("GOPLENS_STATE", place.join("state"))
        .env("GOPLENS_CONFIG", place.join("config.toml"))
        .env("GOPROXY", "off")
        .env("GOCACHE", go_cache.trim());
    if !fault.cache {
        // Below a file there is no folder, for root neither.
        command.env("XDG_CACHE_HOME", folder.join("go.work"));
    }
    let start = Instant::now();
    let mut session = Session::start(&mut command)?;
    let seen = session.run(folder, start + LIMIT, shows);
    let taken = start.elapsed();
    session.end()?;
    seen.with_context(|| format!("{}: {}", program.display(), fault.what))?;
    Ok(taken.as_secs_f64())
}

/// Whether goplens says by this message that just this is wrong.
fn is_found(message: &Value, code: &str) -> bool {
    diagnostics(message).any(|one| one["source"] == "goplens" && one["code"] == code)
}

fn diagnostics(message: &Value) -> impl Iterator<Item = &Value> {
    let all = message["params"]["diagnostics"].as_array();
    all.into_iter().flatten()
}

/// A session of an editor that opens one file and asks for one definition.
struct Session {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
}

impl Session {
    fn start(command: &mut Command) -> Result<Self> {
        let mut child = shell::talk(command)?;
        let output = child.stdout.take().context("no pipe from the server")?;
        let (sender, messages) = channel();
        thread::spawn(move || receive(output, &sender));
        Ok(Self {
            input: child.stdin.take().context("no pipe to the server")?,
            child,
            messages,
        })
    }

    fn run(&mut self, folder: &Path, until: Instant, shows: &dyn Fn(&Value) -> bool) -> Result<()> {
        let uri = format!("file://{}", folder.display());
        self.send(json!({ "id": 1, "method": "initialize", "params": {
            "rootUri": uri,
            "workspaceFolders": [{ "uri": uri, "name": "fault" }],
            "capabilities": { "window": { "workDoneProgress": true } },
        } }))?;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left);
            let message = message.context("nothing is seen of it")?;
            if shows(&message) {
                return Ok(());
            }
            if message["method"].is_null() && message["id"] == 1 {
                self.open(&uri)?;
            } else if message["method"].is_string() && message.get("id").is_some() {
                self.send(json!({ "id": message["id"], "result": null }))?;
            }
        }
    }

    fn open(&mut self, folder: &str) -> Result<()> {
        let (name, text) = MAIN;
        let uri = format!("{folder}/{name}");
        self.send(json!({ "method": "initialized", "params": {} }))?;
        self.send(json!({ "method": "textDocument/didOpen", "params": {
            "textDocument": { "uri": uri, "languageId": "go", "version": 1, "text": text },
        } }))?;
        self.send(
            json!({ "id": 2, "method": "textDocument/definition", "params": {
            "textDocument": { "uri": uri },
            "position": { "line": LINE, "character": CHARACTER },
        } }),
        )
    }

    fn send(&mut self, mut message: Value) -> Result<()> {
        message["jsonrpc"] = "2.0".into();
        let mut frame = Vec::new();
        frames::push(&mut frame, message.to_string().as_bytes());
        self.input.write_all(&frame)?;
        Ok(())
    }

    /// Ends it: it does when its standard input does.
    fn end(self) -> Result<()> {
        let Self {
            mut child, input, ..
        } = self;
        drop(input);
        child.wait()?;
        Ok(())
    }
}

/// Hands on what the server says, until it has ended or nobody hears it.
fn receive(mut output: ChildStdout, messages: &Sender<Value>) -> Result<()> {
    let mut frames = Frames::default();
    while frames.fill(&mut output)? > 0 {
        while let Some(body) = frames.next()? {
            messages.send(serde_json::from_slice(body)?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_told_from_what_gopls_says() {
        let says = |source: &str| {
            let one = json!({ "source": source, "code": "no-module" });
            json!({ "params": { "diagnostics": [one] } })
        };
        assert!(is_found(&says("goplens"), "no-module"));
        assert!(!is_found(&says("goplens"), "gopls-outdated"));
        assert!(!is_found(&says("compiler"), "no-module"));
        assert!(!is_found(&json!({ "params": {} }), "no-module"));
    }
}
