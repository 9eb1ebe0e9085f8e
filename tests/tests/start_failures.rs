//! Where gopls cannot start, the editor is told why, and goplens stays until `exit`.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use tests::{End, Ended, Module, Script, Setup, goplens, gopls_or_skip};

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

/// The diagnostic and the popup of a session without gopls.
struct Told {
    /// The diagnostic's message.
    diagnostic: String,
    /// The popup.
    popup: String,
    ended: Ended,
}

/// A session in which there is no gopls, for a reason of this code.
fn told(setup: Setup, code: &str) -> Told {
    let module = Module::sample();
    let mut session = setup.folder(module.path()).start();
    let initialized = session.initialize(&module).value();
    let capabilities = &initialized["result"]["capabilities"];
    assert!(capabilities.is_object(), "{initialized}");
    assert_eq!(
        capabilities.get("definitionProvider"),
        None,
        "{initialized}"
    );
    let published = session.wait_for("the diagnostic", |book| {
        let mut published = book.received_of("textDocument/publishDiagnostics");
        published.next().map(|note| note.value()["params"].clone())
    });
    assert_eq!(published["uri"], module.uri("go.mod"));
    assert_eq!(published["diagnostics"].as_array().map(Vec::len), Some(1));
    let diagnostic = &published["diagnostics"][0];
    assert_eq!(diagnostic["code"], code, "{diagnostic}");
    assert_eq!(diagnostic["source"], "goplens");
    assert_eq!(diagnostic["severity"], 1);
    let message = diagnostic["message"].as_str().unwrap().to_owned();
    let popup = session.said("window/showMessage", "goplens");

    // An editor goes on as if nothing were wrong.
    session.open(&module, "main.go");
    let definition = session.definition(&module, "main.go", "Of(item").value();
    assert!(
        definition["error"].is_object(),
        "a result is not invented: {definition}"
    );
    session.shut_down();
    assert_eq!(session.wait(), 0);
    let ended = session.finish();
    assert_eq!(ended.book.received_of("window/showMessage").count(), 1);
    assert_eq!(
        ended
            .book
            .received_of("textDocument/publishDiagnostics")
            .count(),
        1
    );
    // VS Code's extension would blame its own setting for the flags.
    assert!(!ended.stderr.contains("Usage:"), "{}", ended.stderr);
    let info = &ended.recorded().info;
    assert_eq!(info.ended.as_ref().and_then(|ending| ending.code), Some(0));
    // Editors that read the record know as well.
    let on_record = fs::read_to_string(ended.recorded().folder.join("findings.jsonl")).unwrap();
    let on_record: Value = serde_json::from_str(&on_record).expect("one finding is on record");
    assert_eq!(on_record["event"], "finding");
    assert_eq!(on_record["finding"]["code"], code, "{on_record}");
    Told {
        diagnostic: message,
        popup,
        ended,
    }
}

/// A folder with nothing in it but these links.
fn folder_of(links: &[(&str, &Path)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, target) in links {
        symlink(target, folder.path().join(name)).unwrap();
    }
    folder
}

/// Where the go command is.
fn go() -> PathBuf {
    let path = tests::variable("PATH").unwrap();
    std::env::split_paths(&path)
        .map(|folder| folder.join("go"))
        .find(|go| go.is_file())
        .expect("the tests need a go on PATH")
        .canonicalize()
        .unwrap()
}

#[test]
fn nothing_on_path() {
    let empty = folder_of(&[]);
    let told = told(
        Setup::goplens_alone().env("PATH", empty.path()),
        "gopls-not-found",
    );
    let looked = empty.path().to_str().unwrap();
    assert!(told.diagnostic.contains(looked), "{}", told.diagnostic);
    let install = "go install golang.org/x/tools/gopls@latest";
    assert!(told.diagnostic.contains(install), "{}", told.diagnostic);
    // What would install it is not there either, and comes first.
    for text in [&told.diagnostic, &told.popup] {
        assert!(text.contains("See that there is a go on PATH"), "{text}");
    }
}

#[test]
fn go_but_no_gopls() {
    let only_go = folder_of(&[("go", &go())]);
    let gopath = tempfile::tempdir().unwrap();
    let gobin = gopath.path().join("elsewhere");
    let setup = Setup::goplens_alone()
        .env("PATH", only_go.path())
        .env("GOPATH", gopath.path())
        .env("GOBIN", &gobin);
    let told = told(setup, "gopls-not-found");
    for place in [only_go.path(), &gobin, &gopath.path().join("bin")] {
        let place = place.to_str().unwrap();
        assert!(
            told.diagnostic.contains(place),
            "{place}: {}",
            told.diagnostic
        );
    }
    // What is installed now is of no use to this session.
    let then = "Then restart the language server";
    assert!(told.diagnostic.contains(then), "{}", told.diagnostic);
    assert!(told.popup.contains("go install"), "{}", told.popup);
}

#[test]
fn a_name_that_leads_nowhere() {
    let told = told(Setup::through_goplens("/nowhere/gopls"), "gopls-not-found");
    for part in ["GOPLENS_GOPLS", "/nowhere/gopls"] {
        assert!(told.diagnostic.contains(part), "{}", told.diagnostic);
    }
    assert!(told.popup.contains("/nowhere/gopls"), "{}", told.popup);
}

#[test]
fn a_configuration_that_leads_nowhere() {
    let setup = Setup::goplens_alone().config("gopls = \"/nowhere/gopls\"\n");
    let told = told(setup, "gopls-not-found");
    assert!(
        told.diagnostic.contains("configuration"),
        "{}",
        told.diagnostic
    );
}

#[test]
fn a_configuration_with_a_typo_is_named_where_it_may_be_the_reason() {
    let empty = folder_of(&[]);
    let setup = Setup::goplens_alone()
        .config("gopsl = \"/opt/gopls\"\n")
        .env("PATH", empty.path());
    let told = told(setup, "gopls-not-found");
    for part in ["config.toml is not used", "gopsl"] {
        assert!(told.diagnostic.contains(part), "{}", told.diagnostic);
    }
}

#[test]
fn a_folder_and_a_file_that_may_not_run() {
    let folder = tempfile::tempdir().unwrap();
    told(Setup::through_goplens(folder.path()), "gopls-not-found");
    let file = folder.path().join("gopls");
    fs::write(&file, "not a program").unwrap();
    told(Setup::through_goplens(&file), "gopls-not-found");
    // One that may run and is none.
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    told(Setup::through_goplens(&file), "gopls-cannot-start");
}

#[test]
fn goplens_itself_by_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    symlink(goplens(), at("link")).unwrap();
    fs::copy(goplens(), at("copy")).unwrap();
    fs::hard_link(at("copy"), at("hard-link")).unwrap();
    let script = format!("#!/bin/sh\nexec '{}' \"$@\"\n", goplens().display());
    fs::write(at("script"), script).unwrap();
    fs::set_permissions(at("script"), fs::Permissions::from_mode(0o755)).unwrap();
    let programs = ["link", "copy", "hard-link", "script"].map(at);
    for program in programs.iter().map(PathBuf::as_path).chain([goplens()]) {
        let told = told(Setup::through_goplens(program), "gopls-is-goplens");
        assert!(told.diagnostic.contains("goplens"), "{}", program.display());
    }
}

#[test]
fn goplens_on_path_under_the_name_of_gopls() {
    let folder = folder_of(&[("gopls", goplens())]);
    let setup = Setup::goplens_alone()
        .by(folder.path().join("gopls"))
        .env("PATH", folder.path());
    let told = told(setup, "gopls-is-goplens");
    let itself = folder.path().join("gopls");
    assert!(
        told.diagnostic.contains(itself.to_str().unwrap()),
        "{}",
        told.diagnostic
    );
}

#[test]
fn the_real_one_behind_goplens_on_path_is_found() {
    let first = folder_of(&[("gopls", goplens())]);
    let second = folder_of(&[("gopls", Path::new(STAND_IN))]);
    let path = std::env::join_paths([first.path(), second.path()]).unwrap();
    let module = Module::sample();
    let mut session = Setup::goplens_alone()
        .by(first.path().join("gopls"))
        .env("PATH", path)
        .start();
    let initialized = session.initialize(&module).value();
    assert_eq!(initialized["result"]["serverInfo"]["name"], "stand-in");
    session.shut_down();
    assert_eq!(session.finish().code, 0);
}

#[test]
fn a_gopls_that_dies_before_it_answers() {
    let told = told(Setup::through_goplens("/bin/false"), "gopls-cannot-start");
    assert!(
        told.diagnostic.contains("exit code 1"),
        "{}",
        told.diagnostic
    );
    let which = "the program is /";
    assert!(told.diagnostic.contains(which), "{}", told.diagnostic);
}

#[test]
fn a_gopls_that_dies_of_initialize_with_its_last_words() {
    for (end, how) in [(End::Code(2), "exit code 2"), (End::Signal(9), "signal 9")] {
        let words = "panic: runtime error: index out of range\n\ngoroutine 1 [running]:\n";
        let script = Script {
            complaints: [("initialize".to_owned(), words.to_owned())].into(),
            ends: [("initialize".to_owned(), end)].into(),
            ..Script::default()
        };
        let setup = Setup::through_goplens(STAND_IN).script(&script);
        let told = told(setup, "gopls-cannot-start");
        for part in ["panic: runtime error: index out of range", how] {
            assert!(told.diagnostic.contains(part), "{}", told.diagnostic);
        }
        assert!(told.ended.stderr.contains("panic: runtime error"));
        let exits = told.ended.recorded().events("server-exit");
        assert_eq!(exits.len(), 1);
    }
}

#[test]
fn a_gopls_that_is_too_old_for_its_go_says_so_on_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("gopls");
    fs::write(
        &program,
        "#!/bin/sh\necho 'panic: cache.localPackageKey' >&2\nexit 2\n",
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let told = told(Setup::through_goplens(&program), "gopls-cannot-start");
    assert!(
        told.diagnostic.contains("panic: cache.localPackageKey"),
        "{}",
        told.diagnostic
    );
}

#[test]
fn a_flag_that_gopls_does_not_know_is_named() {
    let Some(gopls) = gopls_or_skip("start_failures::a_flag_that_gopls_does_not_know_is_named")
    else {
        return;
    };
    let module = Module::sample();
    let mut session = Setup::through_goplens(gopls).args(&["-bogus"]).start();
    session.initialize(&module);
    // gopls says that first, and then how it is used, at length.
    let reason = "flag provided but not defined: -bogus";
    session.wait_for("the reason", |book| {
        let mut published = book.received_of("textDocument/publishDiagnostics");
        let diagnostic = published.next()?.value();
        let message = diagnostic["params"]["diagnostics"][0]["message"].as_str()?;
        assert!(message.contains(reason), "{message}");
        Some(())
    });
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    assert!(ended.stderr.contains(reason), "{}", ended.stderr);
}

#[test]
fn an_exit_without_shutdown_is_1_here_too() {
    let module = Module::sample();
    let mut session = Setup::through_goplens("/nowhere/gopls").start();
    session.initialize(&module);
    session.notify("exit", Value::Null);
    assert_eq!(session.finish().code, 1);
}

#[test]
fn the_end_of_the_stream_ends_it_too() {
    let mut session = Setup::through_goplens("/nowhere/gopls").start();
    session.initialize(&Module::sample());
    session.finish();
}
