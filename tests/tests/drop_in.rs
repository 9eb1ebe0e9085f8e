//! What goplens becomes with the arguments that gopls knows, and with those that it does not.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::Permissions;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tests::{Module, Setup, command, goplens, gopls_or_skip, wait_until};

/// What a program that ended said.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// goplens in front of this gopls, with a state directory of its own.
fn in_front_of(gopls: &Path, folder: &TempDir) -> Command {
    let mut command = command(goplens());
    command
        .env("GOPLENS_GOPLS", gopls)
        .env("GOPLENS_STATE", folder.path().join("state"))
        .env("GOPLENS_CONFIG", folder.path().join("config.toml"));
    command
}

/// Runs a program to its end.
fn run(mut command: Command, arguments: &[&str], input: &str, folder: &Path) -> Said {
    let mut child = command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that wants no input may have ended already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

#[test]
fn every_other_verb_is_that_of_gopls() {
    let Some(gopls) = gopls_or_skip("drop_in::every_other_verb_is_that_of_gopls") else {
        return;
    };
    let module = Module::sample();
    let state = tempfile::tempdir().unwrap();
    let log = state.path().join("gopls.log");
    let log = log.to_str().unwrap();
    let with_log = format!("-logfile={log}");
    let two_dashes = format!("--logfile={log}");
    let vulnerabilities = "{\"config\":{\"scanner_name\":\"govulncheck\"}}\n";
    let cases: &[(&[&str], &str, i32)] = &[
        (&["version"], "", 0),
        (&["version", "-json"], "", 0),
        (&["-v", "version"], "", 0),
        (&["-logfile", log, "version"], "", 0),
        (&[&with_log, "version"], "", 0),
        (&[&two_dashes, "-vv", "-rpc.trace", "version"], "", 0),
        (&["-remote", "auto", "version"], "", 0),
        (&["--", "version"], "", 0),
        (&["help"], "", 2),
        (&["help", "definition"], "", 2),
        (&["-h"], "", 2),
        (&["serve", "-h"], "", 2),
        (&["no-such-verb"], "", 2),
        (&["-logfile", log, "demo"], "", 2),
        (&["-v", "tail"], "", 2),
        (
            &["vulncheck", "--", "-mode=convert", "-show=color"],
            vulnerabilities,
            0,
        ),
        (&["symbols", "stock/stock.go"], "", 0),
        (&["format", "/nowhere.go"], "", 2),
    ];
    for (arguments, input, code) in cases {
        let alone = run(command(&gopls), arguments, input, module.path());
        let through = run(in_front_of(&gopls, &state), arguments, input, module.path());
        assert_eq!(through, alone, "{arguments:?}");
        // What is compared is what was meant.
        assert!(
            alone.code == Some(*code) || *code != 0,
            "{arguments:?}: {alone:?}"
        );
    }
    assert!(
        !state.path().join("state").exists(),
        "no session was recorded"
    );
}

#[test]
fn a_server_for_others_is_gopls_itself() {
    let Some(gopls) = gopls_or_skip("drop_in::a_server_for_others_is_gopls_itself") else {
        return;
    };
    let real = gopls.canonicalize().unwrap();
    let state = tempfile::tempdir().unwrap();
    for arguments in [
        &["-listen=127.0.0.1:0"][..],
        &["-listen", "127.0.0.1:0"],
        &["serve", "-listen=127.0.0.1:0"],
        &["-v", "serve", "-mcp.listen=127.0.0.1:0"],
    ] {
        let mut child = in_front_of(&gopls, &state)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let program = format!("/proc/{pid}/exe");
        let became = wait_until(tests::PATIENCE, || {
            std::fs::read_link(&program).is_ok_and(|program| program == real)
        });
        kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
        child.wait().unwrap();
        assert!(became, "{arguments:?}: the process becomes gopls");
    }
    assert!(
        !state.path().join("state").exists(),
        "no session was recorded"
    );
}

#[test]
fn every_way_to_say_serve_is_the_proxy() {
    let Some(gopls) = gopls_or_skip("drop_in::every_way_to_say_serve_is_the_proxy") else {
        return;
    };
    let module = Module::sample();
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("gopls.log");
    let log = log.to_str().unwrap();
    for arguments in [
        &[][..],
        &["serve"],
        &["-mode=stdio"],
        &["-mode", "stdio", "serve"],
        &["-rpc.trace", "serve"],
        &["serve", "-rpc.trace"],
        &["-vv"],
        &["-logfile", log],
        &["-debug=localhost:0", "serve"],
    ] {
        let mut session = Setup::through_goplens(&gopls)
            .args(arguments)
            .folder(module.path())
            .start();
        let initialized = session.initialize(&module).value();
        assert_eq!(initialized["result"]["serverInfo"]["name"], "gopls");
        let server = session.server("gopls");
        let passed_on = server.command.trim_end().ends_with(&arguments.join(" "));
        assert!(passed_on, "{arguments:?}: {}", server.command);
        session.shut_down();
        let ended = session.finish();
        assert_eq!(ended.code, 0, "{arguments:?}");
        assert_eq!(ended.recorded().info.argv[1..], *arguments);
    }
}

#[test]
fn a_daemon_is_used_and_outlives_the_session() {
    let Some(gopls) = gopls_or_skip("drop_in::a_daemon_is_used_and_outlives_the_session") else {
        return;
    };
    let module = Module::sample();
    // A daemon of this test alone.
    let runtime = tempfile::tempdir().unwrap();
    let setups = [Setup::server_alone(&gopls), Setup::through_goplens(&gopls)];
    let codes = setups.map(|setup| {
        let remote = format!("-remote=auto;goplens-test-{}", std::process::id());
        let mut session = setup
            .args(&[&remote, "-remote.listen.timeout=5s"])
            .env("TMPDIR", runtime.path())
            .env("XDG_RUNTIME_DIR", runtime.path())
            .folder(module.path())
            .start();
        session.initialize(&module);
        session.open(&module, "main.go");
        let result = session.definition(&module, "main.go", "Of(item").result();
        assert!(result.contains("price/price.go"), "{result}");
        session.shut_down();
        let code = session.wait();
        let left = session.processes();
        let daemon = left
            .iter()
            .find(|process| process.command.contains("-listen"))
            .unwrap_or_else(|| panic!("no daemon in {left:?}"));
        for process in &left {
            // The daemon may still have work for its own children.
            assert!(process.pid == daemon.pid || process.parent == daemon.pid);
            process.signal(Signal::KILL);
        }
        session.finish();
        code
    });
    // What the messenger of a daemon ends with is gopls's own affair.
    assert_eq!(codes[0], codes[1]);
}

#[test]
fn the_cwd_and_the_environment_arrive_as_they_came() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("gopls");
    std::fs::write(&program, "#!/bin/sh\nenv -0 > env\nexit 3\n").unwrap();
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let module = Module::sample();
    let mut session = Setup::through_goplens(&program)
        .env("ODD", "two\nlines and = signs")
        .folder(module.path())
        .start();
    session.initialize(&module);
    let environment = std::fs::read(module.file("env")).expect("it runs in the same folder");
    session.shut_down();
    session.finish();
    let entries = |bytes: &[u8]| -> BTreeSet<String> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.split('\0').map(str::to_owned).collect()
    };
    let arrived = entries(&environment);
    assert!(arrived.contains("ODD=two\nlines and = signs"));
    let own: Vec<_> = arrived
        .iter()
        .filter(|entry| entry.starts_with("GOPLENS_GUARD="))
        .collect();
    assert_eq!(own.len(), 1, "one variable besides");
}

#[test]
fn arguments_that_are_not_unicode_arrive_as_they_came() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("gopls");
    let script = "#!/bin/sh\nprintf '%s\\0' \"$@\" > arguments\nexit 3\n";
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let odd = OsStr::from_bytes(b"-logfile=\xff\xfe/\x80");
    let [value, serve, version] = ["-logfile", "serve", "version"].map(OsStr::new);
    let file = OsStr::from_bytes(b"\xc3(");
    let expected = |arguments: &[&OsStr]| -> Vec<u8> {
        let bytes = arguments.iter().map(|argument| argument.as_bytes());
        bytes.flat_map(|bytes| [bytes, b"\0"].concat()).collect()
    };
    for arguments in [&[odd][..], &[odd, serve], &[value, file], &[serve, odd]] {
        let module = Module::sample();
        let mut session = Setup::through_goplens(&program)
            .args(arguments)
            .folder(module.path())
            .start();
        session.initialize(&module);
        session.shut_down();
        session.finish();
        let arrived = std::fs::read(module.file("arguments")).expect("it is proxied");
        assert_eq!(arrived, expected(arguments), "{arguments:?}");
    }
    let arguments = [odd, version, file];
    let status = in_front_of(&program, &folder)
        .args(arguments)
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(3), "goplens becomes gopls");
    let arrived = std::fs::read(folder.path().join("arguments")).unwrap();
    assert_eq!(arrived, expected(&arguments));
}

#[test]
fn the_verbs_of_goplens_are_none_of_gopls() {
    let Some(gopls) = gopls_or_skip("drop_in::the_verbs_of_goplens_are_none_of_gopls") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let of_gopls = run(command(&gopls), &["help"], "", folder.path());
    let mut of_gopls = verbs(
        &format!("{}{}", of_gopls.stdout, of_gopls.stderr),
        "Command:",
        "flags:",
    );
    for known in ["serve", "version", "definition", "workspace_symbol"] {
        assert!(of_gopls.contains(known), "{of_gopls:?}");
    }
    // Those of other releases: hidden ones, and ones that are gone.
    of_gopls.extend(["vulncheck", "fix", "bug", "inspect"].map(str::to_owned));
    let help = run(in_front_of(&gopls, &folder), &["--help"], "", folder.path());
    assert_eq!(help.code, Some(0));
    let own = verbs(&help.stdout, "Commands:", "Options:");
    assert!(
        ["tail", "sessions", "demo", "drift"]
            .iter()
            .all(|verb| own.contains(*verb)),
        "{own:?}"
    );
    let both: Vec<_> = own.intersection(&of_gopls).collect();
    assert!(both.is_empty(), "{both:?}");
    let planned = [
        "doctor", "setup", "view", "top", "replay", "bundle", "export",
    ];
    for verb in planned {
        assert!(!of_gopls.contains(verb), "{verb} is a verb of gopls");
    }
    let version = run(
        in_front_of(&gopls, &folder),
        &["--version"],
        "",
        folder.path(),
    );
    assert!(version.stdout.starts_with("goplens "), "{version:?}");
}

/// The first words of the lines between two headings.
fn verbs(help: &str, from: &str, to: &str) -> BTreeSet<String> {
    help.lines()
        .skip_while(|line| !line.starts_with(from))
        .take_while(|line| !line.starts_with(to))
        .filter(|line| line.starts_with("  ") && !line.trim().is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}
