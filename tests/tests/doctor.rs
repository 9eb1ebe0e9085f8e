//! `goplens doctor` as a command: what it prints, how it ends, and what it mends. What it finds is played by the
//! fault lab.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use tests::{
    Module, PATIENCE, command, goplens_with_state, gopls_or_skip, marked, temporary_folder,
    variable, wait_until,
};

/// A machine of the doctor's own: a home folder without settings, and caches that are shared with nobody.
struct Machine {
    home: TempDir,
    path: String,
}

impl Machine {
    fn new() -> Self {
        let path = variable("PATH").unwrap().into_string().unwrap();
        let home = temporary_folder("goplens-doctor-");
        Self { home, path }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The doctor, in this folder.
    fn doctor(&self, gopls: &Path, folder: &Path, arguments: &[&str]) -> Command {
        let state = self.file("state");
        let mut doctor = goplens_with_state(&state);
        let config = state.join("none.toml");
        doctor
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", self.home.path())
            .env("GOCACHE", self.file("gocache"))
            .env("GOPROXY", "off")
            .env("GOSUMDB", "off")
            .env("GOTOOLCHAIN", "local")
            .env("GOPLENS_STATE", state)
            .env("GOPLENS_CONFIG", config)
            .env("GOPLENS_GOPLS", gopls)
            .arg("doctor")
            .args(arguments)
            .current_dir(folder);
        doctor
    }

    /// What `go env -w` has set.
    fn env_file(&self) -> PathBuf {
        self.file(".config/go/env")
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn object(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn on_a_healthy_machine_nothing_is_found() {
    let Some(gopls) = gopls_or_skip("doctor::on_a_healthy_machine_nothing_is_found") else {
        return;
    };
    let (machine, module) = (Machine::new(), Module::sample());
    let folder = module.file("");
    let run = |arguments: &[&str]| {
        let output = machine.doctor(&gopls, &folder, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(text(&output.stderr), "");
        output
    };
    let output = run(&[]);
    let said = text(&output.stdout);
    assert!(said.contains("\nnothing found ("), "{said}");
    let object = object(&run(&["--json", "--offline"]));
    assert_eq!(object["healthy"], true, "{object:#}");
    assert_eq!(object["gopls"], gopls.to_str().unwrap());
    let names: Vec<&str> = object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let page = include_str!("../../docs/doctor.md");
    for name in names {
        assert!(
            page.contains(&format!("| `{name}` |")),
            "docs/doctor.md has no {name}"
        );
    }
    let exams = object["exams"].as_array().unwrap();
    let outcomes = exams.iter().filter_map(|exam| exam["outcome"].as_str());
    let outcomes: BTreeSet<&str> = outcomes.collect();
    assert!(outcomes.contains("passed"), "{outcomes:?}");
    assert!(outcomes.contains("left-out"), "{outcomes:?}");
    let of_all = page.lines().find(|line| line.starts_with("| `exams` |"));
    for exam in exams {
        for name in exam.as_object().unwrap().keys() {
            assert!(of_all.unwrap().contains(&format!("`{name}`")), "{name}");
        }
        let names = |exam: &Value| exam.as_object().unwrap().keys().cloned().collect();
        let (own, first): (Vec<_>, Vec<_>) = (names(exam), names(&exams[0]));
        assert_eq!(own, first, "{exam:#}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_no_workspace() {
    let machine = Machine::new();
    let nowhere = machine.file("nowhere").display().to_string();
    let output = machine
        .doctor(
            Path::new("/nowhere/gopls"),
            machine.home.path(),
            &[&nowhere],
        )
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    assert!(
        text(&output.stderr).contains("nowhere is not there"),
        "{output:?}"
    );
}

#[test]
fn what_it_mends_it_can_take_back() {
    let Some(gopls) = gopls_or_skip("doctor::what_it_mends_it_can_take_back") else {
        return;
    };
    let (machine, module) = (Machine::new(), Module::sample());
    let folder = module.file("");
    let before = "GONOSUMDB=x.test\nGOFLAGS=-bogus\n";
    fs::create_dir_all(machine.env_file().parent().unwrap()).unwrap();
    fs::write(machine.env_file(), before).unwrap();
    let run = |arguments: &[&str]| machine.doctor(&gopls, &folder, arguments).output().unwrap();
    let found = run(&["--offline"]);
    assert_eq!(found.status.code(), Some(1));
    let said = text(&found.stdout);
    assert!(said.contains("(go-flags-invalid)"), "{said}");
    assert!(said.contains("\n      go env -u GOFLAGS\n"), "{said}");
    // Nobody says yes.
    let asked = run(&["--offline", "--fix"]);
    assert_eq!(asked.status.code(), Some(1));
    let words = text(&asked.stderr);
    assert!(words.contains("\n-GOFLAGS=-bogus\n"), "{words}");
    assert!(words.contains("Make this change? [y/N]"), "{words}");
    assert_eq!(fs::read_to_string(machine.env_file()).unwrap(), before);

    let mended = run(&["--offline", "--fix", "--yes", "--json"]);
    assert_eq!(mended.status.code(), Some(0), "{mended:?}");
    let mended = object(&mended);
    assert_eq!(mended["mended"][0]["code"], "go-flags-invalid");
    assert_eq!(
        fs::read_to_string(machine.env_file()).unwrap(),
        "GONOSUMDB=x.test\n"
    );
    let undo = mended["mended"][0]["undo"][0].as_str().unwrap();
    assert!(command("sh").args(["-c", undo]).status().unwrap().success());
    assert_eq!(fs::read_to_string(machine.env_file()).unwrap(), before);
}

#[test]
fn what_is_still_there_after_a_fix_is_not_called_mended() {
    let name = "doctor::what_is_still_there_after_a_fix_is_not_called_mended";
    let Some(gopls) = gopls_or_skip(name) else {
        return;
    };
    let (machine, module) = (Machine::new(), Module::sample());
    let folder = module.file("");
    // Nobody listens there, whatever stands behind it.
    let before = "GOPROXY=http://127.0.0.1:1,file:///nowhere/modules\n";
    fs::create_dir_all(machine.env_file().parent().unwrap()).unwrap();
    let run = |arguments: &[&str]| {
        fs::write(machine.env_file(), before).unwrap();
        let mut doctor = machine.doctor(&gopls, &folder, arguments);
        doctor.env_remove("GOPROXY").output().unwrap()
    };
    let output = run(&["--fix", "--yes", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = object(&output);
    assert_eq!(said["mended"][0]["code"], "proxy-unreachable", "{said:#}");
    assert_eq!(said["mended"][0]["gone"], false, "{said:#}");
    let output = run(&["--fix", "--yes"]);
    let said = text(&output.stdout);
    assert!(!said.contains("mended: "), "{said}");
    let line =
        "changed, and still there: Set GOPROXY to http://127.0.0.1:1|file:///nowhere/modules";
    assert!(said.contains(line), "{said}");
}

#[test]
fn what_is_only_good_to_know_is_told_and_is_no_failure() {
    let name = "doctor::what_is_only_good_to_know_is_told_and_is_no_failure";
    let Some(gopls) = gopls_or_skip(name) else {
        return;
    };
    let (machine, module) = (Machine::new(), Module::sample());
    let folder = module.file("");
    // It was asked for here before, and no Go builds it.
    let cache = machine.file("modules");
    let info = cache.join("cache/download/golang.org/x/tools/gopls/@v/v0.99.0.info");
    fs::create_dir_all(info.parent().unwrap()).unwrap();
    fs::write(&info, r#"{"Version":"v0.99.0"}"#).unwrap();
    let go_mod = "module golang.org/x/tools/gopls\n\ngo 1.99.0\n";
    fs::write(info.with_extension("mod"), go_mod).unwrap();
    let run = |arguments: &[&str]| {
        let mut doctor = machine.doctor(&gopls, &folder, arguments);
        doctor.env("GOMODCACHE", &cache).output().unwrap()
    };
    let output = run(&["--offline", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = object(&output);
    assert_eq!(said["healthy"], true, "{said:#}");
    assert_eq!(said["findings"][0]["code"], "gopls-needs-newer-go");
    assert_eq!(said["findings"][0]["severity"], "info");
    assert!(text(&run(&["--offline"]).stdout).contains("(gopls-needs-newer-go)"));
}

#[test]
fn an_interrupt_ends_it_and_all_that_it_started() {
    let mut machine = Machine::new();
    let bin = machine.file("bin");
    fs::create_dir_all(&bin).unwrap();
    // A go that never answers, and its child.
    fs::write(bin.join("go"), "#!/bin/sh\nsleep 600 &\nsleep 600\n").unwrap();
    fs::set_permissions(bin.join("go"), fs::Permissions::from_mode(0o755)).unwrap();
    machine.path = format!("{}:{}", bin.display(), machine.path);
    let mark = machine.home.path().display().to_string();
    let mut doctor = machine
        .doctor(Path::new("/nowhere/gopls"), machine.home.path(), &[])
        .env("GOPLENS_TEST_MARK", &mark)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = || {
        marked(&mark)
            .iter()
            .any(|process| process.command.contains("sleep"))
    };
    assert!(wait_until(PATIENCE, started), "go was never started");
    let pid = rustix::process::Pid::from_child(&doctor);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(doctor.wait().unwrap().code(), Some(130));
    let over = || marked(&mark).is_empty();
    assert!(wait_until(PATIENCE, over), "{:?}", marked(&mark));
}
