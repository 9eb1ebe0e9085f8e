//! A session in an editor that people use, driven by a script, in a home of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::binaries::{goplens, root, skip};
use crate::machine::{command, variable};
use crate::module::Module;
use crate::processes::{MARK, marked, wait_until};
use crate::recorded::Recorded;
use crate::session::PATIENCE;
use crate::temporary::temporary_folder;

/// How long an editor may take. Its script gives up by itself before, and says what it waited for.
const LIMIT: Duration = Duration::from_secs(180);

/// The workspace: `main.go` is healthy, and `greet/loud.go` is left out of the build.
const WORKSPACE: [(&str, &str); 4] = [
    ("go.mod", "module example.com/shop\n\ngo 1.24\n"),
    (
        "main.go",
        r#"package main

import "example.com/shop/greet"

func main() { println(greet.Hello("you")) }
"#,
    ),
    (
        "greet/greet.go",
        r#"package greet

// Hello greets.
func Hello(name string) string { return "Hello, " + name }
"#,
    ),
    (
        "greet/loud.go",
        r#"//go:build loud

package greet

// Shout greets so that all hear it.
func Shout(name string) string { return Hello(name) + "!" }
"#,
    ),
];

/// An editor.
pub struct RealEditor {
    program: PathBuf,
}

/// How an editor plays a session.
pub struct Play<'a> {
    /// Its script, in `tests/editors`.
    pub script: &'a str,
    /// Its arguments, as a shell has them; the script is `"$GOPLENS_TEST_SCRIPT"`.
    pub arguments: &'a str,
    /// The folder below `editors` with what goplens has for it, if there is anything.
    pub plugin: &'a str,
    /// Whether it must have a terminal.
    pub terminal: bool,
}

/// What is left of a session in an editor.
pub struct Played {
    /// What the script has to say.
    pub verdict: Value,
    /// What goplens recorded; `None` where it was not started.
    pub recorded: Option<Recorded>,
}

impl RealEditor {
    /// The editor that this variable names. Where it is not set, the test of this name counts as skipped and has
    /// to return.
    pub fn find_or_skip(test: &str, name: &str) -> Option<Self> {
        let program = variable(name).map(PathBuf::from);
        if program.is_none() {
            skip(test, &format!("{name} is not set"));
        }
        program.map(|program| Self { program })
    }

    /// Plays a session in a workspace with a healthy and a faulty file, with this gopls behind goplens, and sees
    /// that the editor ends well and leaves nothing running.
    ///
    /// # Panics
    ///
    /// Where it does not, or its script says nothing.
    pub fn play(&self, play: &Play<'_>, gopls: &Path) -> Played {
        let (home, workspace) = (temporary_folder("goplens-editor-"), Module::of(&WORKSPACE));
        let state = home.path().join("state");
        let verdict = home.path().join("verdict.json");
        let said = home.path().join("said");
        let mark = home.path().display().to_string();
        let output = || File::create(&said).expect("a file can be made");
        let mut child = self
            .command(play)
            .env("HOME", home.path())
            .env("GOCACHE", home.path().join("gocache"))
            .env("GOPLENS_STATE", &state)
            .env("GOPLENS_CONFIG", home.path().join("none.toml"))
            .env("GOPLENS_GOPLS", gopls)
            .env("GOPLENS_TEST_VERDICT", &verdict)
            .env(MARK, &mark)
            .current_dir(workspace.path())
            .stdin(Stdio::null())
            .stdout(output())
            .stderr(output())
            .spawn()
            .expect("a shell can be started");
        let mut ended = None;
        wait_until(LIMIT, || {
            ended = child.try_wait().expect("the editor can be waited for");
            ended.is_some()
        });
        if ended.is_none() {
            let running = marked(&mark);
            running.iter().for_each(|one| one.signal(Signal::KILL));
            panic!("{} does not end: {running:#?}", self.program.display());
        }
        let said = || String::from_utf8_lossy(&fs::read(&said).unwrap_or_default()).into_owned();
        assert!(ended.is_some_and(|status| status.success()), "{}", said());
        let over = || marked(&mark).is_empty();
        assert!(wait_until(PATIENCE, over), "{:#?}", marked(&mark));
        let verdict = fs::read(&verdict).unwrap_or_else(|error| panic!("{error}: {}", said()));
        Played {
            verdict: serde_json::from_slice(&verdict).expect("the script says JSON"),
            recorded: Recorded::read(&state),
        }
    }

    /// The editor as a command that takes nothing of this machine but its programs.
    fn command(&self, play: &Play<'_>) -> Command {
        let line = format!(r#"exec "$GOPLENS_TEST_EDITOR" {}"#, play.arguments);
        let mut command = match play.terminal {
            true => command("script"),
            false => command("sh"),
        };
        match play.terminal {
            true => command.args(["-qec", &line, "/dev/null"]),
            false => command.args(["-c", &line]),
        };
        command
            .env_clear()
            .env("PATH", variable("PATH").unwrap_or_default())
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm")
            .env("GOPROXY", "off")
            .env("GOSUMDB", "off")
            .env("GOTOOLCHAIN", "local")
            .env("GOPLENS_TEST_EDITOR", &self.program)
            .env("GOPLENS_TEST_GOPLENS", goplens())
            .env(
                "GOPLENS_TEST_PLUGIN",
                root().join("editors").join(play.plugin),
            )
            .env(
                "GOPLENS_TEST_SCRIPT",
                root().join("tests/editors").join(play.script),
            );
        command
    }
}
