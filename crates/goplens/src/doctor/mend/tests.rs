//! What is mended, on this machine.

use std::time::Duration;

use system::Real;
use tempfile::TempDir;
use trace::finding::{Action, Code, FileEdit, Finding, Position, Range};

use super::*;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn read(folder: &TempDir, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).unwrap()
}

/// An edit that puts a text in front of a line.
fn put_before(folder: &TempDir, name: &str, line: u32, text: &str) -> FileEdit {
    let position = Position::new(line, 0);
    FileEdit {
        uri: doctor::file_uri(&folder.path().join(name)).unwrap(),
        range: Range::new(position, position),
        text: text.into(),
        version: None,
        create: !folder.path().join(name).exists(),
    }
}

fn finding(fixes: Vec<(&str, Action)>) -> Finding {
    let finding = Finding::new(Code::NoModule, "There is none.", "B.");
    fixes.into_iter().fold(finding, |finding, (title, action)| {
        finding.fix(title, action)
    })
}

/// What is said and mended in one round, with these answers.
fn round(
    folder: &TempDir,
    findings: &[Finding],
    yes: bool,
    answers: &str,
) -> (String, Vec<Mended>) {
    let (mut words, mut answers) = (Vec::new(), answers.as_bytes());
    let state = folder.path().join("state");
    let mut mender = Mender::new(&Real, state, yes, &mut answers, &mut words);
    let since = SystemTime::now() + Duration::from_secs(60);
    let changed = mender.round(findings, since).unwrap();
    let mended = mender.mended;
    assert_eq!(changed, !mended.is_empty());
    (String::from_utf8(words).unwrap(), mended)
}

#[test]
fn a_change_is_shown_asked_for_and_can_be_taken_back() {
    let folder = folder(&[("go.work", "go 1.24\n\nuse ./a\n")]);
    let edit = put_before(&folder, "go.work", 3, "use ./b\n");
    let findings = [finding(vec![
        ("Do it yourself", Action::Hand("So.".into())),
        ("List it", Action::Edit(vec![edit])),
    ])];
    for no in ["n\n", "\n", ""] {
        let (words, mended) = round(&folder, &findings, false, no);
        assert!(words.contains("fix: List it\n"), "{words}");
        assert!(
            words.contains(" use ./a\n+use ./b\nMake this change? [y/N] "),
            "{words}"
        );
        assert_eq!(mended, []);
        assert_eq!(read(&folder, "go.work"), "go 1.24\n\nuse ./a\n");
    }
    let (_, mended) = round(&folder, &findings, false, "y\n");
    assert_eq!(read(&folder, "go.work"), "go 1.24\n\nuse ./a\nuse ./b\n");
    assert_eq!(mended[0].title, "List it");
    let undo = system::command("sh")
        .unwrap()
        .args(["-c", &mended[0].undo[0]])
        .status();
    assert!(undo.unwrap().success());
    assert_eq!(read(&folder, "go.work"), "go 1.24\n\nuse ./a\n");
}

#[test]
fn of_two_fixes_of_one_file_the_second_waits_for_another_look() {
    let folder = folder(&[("go.mod", "module a\n")]);
    let make = |text: &str| {
        let edit = put_before(&folder, "go.mod", 1, text);
        finding(vec![("Add", Action::Edit(vec![edit]))]).about(text)
    };
    let findings = [make("go 1.24\n"), make("// b\n")];
    let (_, mended) = round(&folder, &findings, true, "");
    assert_eq!(mended.len(), 1);
    assert_eq!(read(&folder, "go.mod"), "module a\ngo 1.24\n");
}

#[test]
fn a_new_file_is_taken_back_by_its_removal() {
    let folder = folder(&[]);
    let edit = put_before(&folder, "go.work", 0, "go 1.24\n");
    let (_, mended) = round(
        &folder,
        &[finding(vec![("Make it", Action::Edit(vec![edit]))])],
        true,
        "",
    );
    assert_eq!(read(&folder, "go.work"), "go 1.24\n");
    assert!(mended[0].undo[0].starts_with("rm "));
}

#[test]
fn go_changes_its_own_file() {
    let folder = folder(&[("env", "GOFLAGS=-bogus\nGOPROXY=off\n")]);
    let line = |what: &str| {
        format!(
            "GOENV={} go env {what}",
            folder.path().join("env").display()
        )
    };
    let shell = |what: &str| finding(vec![("Do", Action::Shell(line(what)))]);
    let (words, mended) = round(&folder, &[shell("-u GOFLAGS")], true, "");
    assert!(words.contains("-GOFLAGS=-bogus\n"), "{words}");
    assert_eq!(mended.len(), 1);
    assert_eq!(read(&folder, "env"), "GOPROXY=off\n");
    // What is so already, what go refuses and what is no such line is not done.
    for what in ["-u GOFLAGS", "-w NO_SUCH=1", "-w GOPROXY=off; rm -rf x"] {
        assert_eq!(round(&folder, &[shell(what)], true, "").1, [], "{what}");
    }
}

#[test]
fn an_edit_of_a_file_that_was_changed_since_is_not_made() {
    let folder = folder(&[("go.mod", "module a\n")]);
    let edit = put_before(&folder, "go.mod", 1, "go 1.24\n");
    let finding = finding(vec![("Add", Action::Edit(vec![edit]))]);
    assert_eq!(plans(&Real, &finding, SystemTime::UNIX_EPOCH), []);
    let plan = plans(&Real, &finding, SystemTime::now() + Duration::from_secs(60));
    std::fs::write(folder.path().join("go.mod"), "module b\n").unwrap();
    let (mut words, mut answers) = (Vec::new(), &b""[..]);
    let state = folder.path().join("state");
    let mut mender = Mender::new(&Real, state, true, &mut answers, &mut words);
    let plan = plan.into_iter().next().unwrap();
    assert!(!mender.make(&finding, plan).unwrap());
    assert_eq!(read(&folder, "go.mod"), "module b\n");
}

#[test]
fn the_same_fix_of_two_files_is_made_in_both_and_of_two_fixes_one() {
    let folder = folder(&[("a", "a\n"), ("b", "b\n")]);
    let fixing = |name: &str| {
        let edits = |text: &str| Action::Edit(vec![put_before(&folder, name, 0, text)]);
        let both = vec![("First", edits("1\n")), ("Second", edits("2\n"))];
        finding(both).place(format!("file:///{name}"), None)
    };
    let findings = [fixing("a"), fixing("b")];
    let (mut words, mut answers) = (Vec::new(), &b""[..]);
    let state = folder.path().join("state");
    let mut mender = Mender::new(&Real, state, true, &mut answers, &mut words);
    let since = SystemTime::now() + Duration::from_secs(60);
    assert!(mender.round(&findings, since).unwrap());
    assert!(!mender.round(&findings, since).unwrap());
    assert_eq!(
        (read(&folder, "a"), read(&folder, "b")),
        ("1\na\n".into(), "1\nb\n".into())
    );
}
