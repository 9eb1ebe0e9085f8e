//! A session in an editor that people use, driven by a script, in a home of its own.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, iter};

use rustix::process::Signal;
use serde_json::Value;

use crate::binaries::{goplens, gopls_or_skip, root, skip};
use crate::machine::{command, variable};
use crate::module::{Module, put};
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

/// An editor, and how it is started.
pub struct RealEditor {
    /// The environment variable by which `cargo xtask test` names the program.
    pub variable: &'static str,
    /// Its arguments, as a shell has them; the script is `"$GOPLENS_TEST_SCRIPT"`.
    pub arguments: &'static str,
    /// Files in its home, by their names and texts.
    pub home: &'static [(&'static str, &'static str)],
    /// The folder below `editors` with what goplens has for it, if there is anything.
    pub plugin: &'static str,
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
    /// Plays a script of `tests/editors` in a workspace with a healthy and a faulty file, with the real gopls behind
    /// goplens, which is on PATH and in `~/.local/bin` as the pages in `docs/editors` have it, and sees that the editor ends well and leaves nothing running. Where there is no such editor or no
    /// gopls, the test of this name counts as skipped and has to return.
    ///
    /// # Panics
    ///
    /// Where it does not, or its script says nothing.
    pub fn play_or_skip(&self, test: &str, script: &str) -> Option<Played> {
        let gopls = gopls_or_skip(test)?;
        let Some(program) = variable(self.variable) else {
            skip(test, &format!("{} is not set", self.variable));
            return None;
        };
        Some(self.play(&program, script, &gopls))
    }

    fn play(&self, program: &OsStr, script: &str, gopls: &Path) -> Played {
        let (home, workspace) = (temporary_folder("goplens-editor-"), Module::of(&WORKSPACE));
        let state = home.path().join("state");
        let verdict = home.path().join("verdict.json");
        let said = home.path().join("said");
        let mark = home.path().display().to_string();
        for (name, text) in self.home {
            put(&home.path().join(name), text.as_bytes());
        }
        let bin = home.path().join(".local/bin");
        fs::create_dir_all(&bin).expect("a folder can be made");
        symlink(goplens(), bin.join("goplens")).expect("a link can be made");
        let programs = variable("PATH").unwrap_or_default();
        let path = env::join_paths(iter::once(bin).chain(env::split_paths(&programs)));
        let path = path.expect("the folders can stand in PATH");
        let output = || File::create(&said).expect("a file can be made");
        let mut child = self
            .command()
            .env("GOPLENS_TEST_EDITOR", program)
            .env(
                "GOPLENS_TEST_SCRIPT",
                root().join("tests/editors").join(script),
            )
            .env("HOME", home.path())
            .env("PATH", path)
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
            panic!("the editor does not end: {running:#?}");
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
    fn command(&self) -> Command {
        let line = format!(r#"exec "$GOPLENS_TEST_EDITOR" {}"#, self.arguments);
        let mut command = match self.terminal {
            true => command("script"),
            false => command("sh"),
        };
        match self.terminal {
            true => command.args(["-qec", &line, "/dev/null"]),
            false => command.args(["-c", &line]),
        };
        command
            .env_clear()
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm")
            .env("GOPROXY", "off")
            .env("GOSUMDB", "off")
            .env("GOTOOLCHAIN", "local")
            .env("GOPLENS_TEST_GOPLENS", goplens())
            .env("GOPLENS_TEST_PAGES", root().join("docs/editors"))
            .env(
                "GOPLENS_TEST_PLUGIN",
                root().join("editors").join(self.plugin),
            );
        command
    }
}
