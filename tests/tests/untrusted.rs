//! What goplens finds and did not put there: in a workspace, in folders that everybody can write
//! to, in relative places. None of it stops a session or decides what runs.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use serde_json::Value;
use tests::{Ended, Module, Session, Setup, command, goplens_with_state};

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

/// Everything that says where a user's own files are.
const HOMES: [&str; 5] = [
    "HOME",
    "XDG_STATE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
];

/// Goes through a session as ever, with the stand-in behind goplens.
fn as_ever(setup: Setup, module: &Module) -> Session {
    let mut session = setup.folder(module.path()).start();
    let initialized = session.initialize(module).value();
    let name = &initialized["result"]["serverInfo"]["name"];
    assert_eq!(name, "stand-in", "{initialized}");
    session.open(module, "main.go");
    let result = session.definition(module, "main.go", "Of(item").result();
    assert!(result.contains("main.go"), "{result}");
    session
}

/// Leaves in good order.
fn leave(mut session: Session) -> Ended {
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    ended
}

/// What was said to the user, as far as this text is in it.
fn said(ended: &Ended, text: &str) -> Vec<String> {
    let said = ended.book.received_of("window/logMessage");
    said.map(|note| note.value()["params"]["message"].to_string())
        .filter(|message| message.contains(text))
        .collect()
}

/// Makes a pipe that nobody writes to.
fn make_pipe(path: &Path) {
    let made = command("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

#[test]
fn a_workspace_s_configuration_that_is_none_is_said_once_and_the_session_goes_on() {
    let link = |target: &'static str| move |file: &Path| symlink(target, file).unwrap();
    type Make = Box<dyn Fn(&Path)>;
    let makes: [(&str, Make); 6] = [
        ("a link to an endless device", Box::new(link("/dev/zero"))),
        ("a link to the messages", Box::new(link("/dev/stdin"))),
        ("a pipe", Box::new(make_pipe)),
        (
            "a link to a pipe",
            Box::new(|file| {
                let pipe = file.with_file_name("pipe");
                make_pipe(&pipe);
                symlink(pipe, file).unwrap();
            }),
        ),
        ("a folder", Box::new(|file| fs::create_dir(file).unwrap())),
        (
            "a megabyte",
            Box::new(|file| fs::write(file, "# more\n".repeat(150_000)).unwrap()),
        ),
    ];
    for (what, make) in makes {
        let module = Module::sample();
        make(&module.file(".goplens.toml"));
        let session = as_ever(Setup::through_goplens(STAND_IN), &module);
        session.logged(".goplens.toml");
        let ended = leave(session);
        let said = said(&ended, ".goplens.toml");
        assert_eq!(said.len(), 1, "{what}: {said:?}");
        let unmatched = ended.recorded().events("unmatched");
        assert!(unmatched.is_empty(), "{what}: {unmatched:?}");
    }
}

/// A session without a home, in which `temporary` is the folder for temporary files.
fn homeless(temporary: &Path) -> Setup {
    let setup = Setup::through_goplens(STAND_IN)
        .unset("GOPLENS_CONFIG")
        .env("TMPDIR", temporary);
    HOMES.iter().fold(setup, |setup, name| setup.unset(name))
}

#[test]
fn a_home_that_anybody_can_make_is_not_the_user_s() {
    let temporary = tempfile::tempdir().unwrap();
    let usual = Path::new("/tmp/goplens-home");
    let was_there = usual.exists();
    // Without HOME the system's list of users is asked; with a relative one there is no home.
    let setups: [fn(&Path) -> Setup; 2] = [homeless, |temporary| {
        homeless(temporary).env("HOME", "no/home")
    }];
    for setup in setups {
        let module = Module::sample();
        let ended = leave(as_ever(setup(temporary.path()), &module));
        let definitions = ended.recorded().responses("textDocument/definition");
        assert_eq!(definitions.len(), 1, "the trace is where it should be");
        assert!(!module.file("no").exists());
        let names = fs::read_dir(temporary.path()).unwrap();
        let made = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        // A go that is ended with the session leaves its own folder behind.
        let made: Vec<_> = made.filter(|name| !name.starts_with("go-build")).collect();
        assert!(made.is_empty(), "{made:?}");

        // Somebody else's configuration waits there.
        let home = temporary.path().join("goplens-home");
        let folder = home.join(".config/goplens");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), "timeout = \"typo\"\n").unwrap();
        let ended = leave(as_ever(setup(temporary.path()), &module));
        assert!(said(&ended, "config.toml").is_empty());
        let names = fs::read_dir(&home).unwrap();
        assert_eq!(names.count(), 1, "nothing is added to it");
        fs::remove_dir_all(home).unwrap();
    }
    assert!(was_there || !usual.exists());
}

#[test]
fn without_a_home_and_a_state_directory_there_is_no_trace_and_that_is_said() {
    let temporary = tempfile::tempdir().unwrap();
    let module = Module::sample();
    let setup = homeless(temporary.path())
        .env("HOME", "no/home")
        .unset("GOPLENS_STATE");
    let mut session = as_ever(setup, &module);
    session.expect_no_trace();
    session.logged("GOPLENS_STATE");
    let ended = leave(session);
    assert_eq!(said(&ended, "GOPLENS_STATE").len(), 1);
    assert!(!module.file("no").exists());
    let made = fs::read_dir(temporary.path()).unwrap();
    assert_eq!(made.count(), 0);

    let mut tail = goplens_with_state(temporary.path());
    for name in HOMES {
        tail.env_remove(name);
    }
    tail.env_remove("GOPLENS_STATE").env("HOME", "no/home");
    let output = tail.arg("tail").output().unwrap();
    assert!(!output.status.success());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("GOPLENS_STATE"), "{errors}");
}

/// Values of PATH that lead into the folder in which goplens is started.
const RELATIVE: [&str; 7] = [
    ":/nowhere",
    "/nowhere:",
    "/nowhere::/nowhere",
    ".",
    "bin:/nowhere",
    "/nowhere:./bin",
    "bin/../bin",
];

/// Fails if goplens takes what is in the workspace for gopls, with this PATH.
fn finds_nothing(module: &Module, path: &str) {
    let mut session = Setup::goplens_alone()
        .env("PATH", path)
        .folder(module.path())
        .start();
    let initialized = session.initialize(module).value();
    let name = &initialized["result"]["serverInfo"]["name"];
    assert_eq!(name, "goplens", "PATH={path}: {initialized}");
    let published = session.wait_for("the diagnostic", |book| {
        let mut published = book.received_of("textDocument/publishDiagnostics");
        published.next().map(|note| note.value()["params"].clone())
    });
    let code = &published["diagnostics"][0]["code"];
    assert_eq!(code, "gopls-not-found", "PATH={path}: {published}");
    leave(session);
}

#[test]
fn a_gopls_of_the_workspace_is_not_taken_for_the_user_s() {
    let module = Module::sample();
    fs::create_dir(module.file("bin")).unwrap();
    for name in ["gopls", "bin/gopls"] {
        symlink(STAND_IN, module.file(name)).unwrap();
    }
    for path in RELATIVE {
        finds_nothing(&module, path);
    }
}

#[test]
fn a_go_of_the_workspace_is_not_asked_where_gopls_is() {
    let module = Module::sample();
    let other = tempfile::tempdir().unwrap();
    symlink(STAND_IN, other.path().join("gopls")).unwrap();
    fs::create_dir(module.file("bin")).unwrap();
    for name in ["go", "bin/go"] {
        let script = format!(
            "#!/bin/sh\n: > '{}'\necho '{}'\necho\n",
            module.file("was-run").display(),
            other.path().display()
        );
        fs::write(module.file(name), script).unwrap();
        fs::set_permissions(module.file(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    for path in RELATIVE {
        finds_nothing(&module, path);
        assert!(!module.file("was-run").exists(), "PATH={path}");
    }
}

#[test]
fn a_gopls_behind_a_relative_place_is_found() {
    let module = Module::sample();
    let real = tempfile::tempdir().unwrap();
    symlink(STAND_IN, real.path().join("gopls")).unwrap();
    symlink("/bin/false", module.file("gopls")).unwrap();
    let path = format!(":.:{}", real.path().display());
    let setup = Setup::goplens_alone().env("PATH", path);
    let ended = leave(as_ever(setup, &module));
    let exits = ended.recorded().events("server-exit");
    assert_eq!(exits[0]["code"], Value::from(0));
}
