//! `goplens setup` on a machine with nothing on it but what a test puts there.

use std::fs;

use system::Real;
use tempfile::TempDir;

use super::*;

/// A place with goplens and a data folder, where nothing has been built.
fn place(folder: &TempDir) -> Place {
    let goplens = folder.path().join("goplens");
    fs::write(&goplens, "").unwrap();
    let data = folder.path().join("data");
    Place {
        launcher: Launcher::new(&data),
        goplens,
        data,
    }
}

fn said(run: impl FnOnce(&mut dyn Write)) -> String {
    let mut out = Vec::new();
    run(&mut out);
    String::from_utf8(out).unwrap()
}

/// Sets goplens up in these files.
fn set_up_in(place: &Place, files: &[&PathBuf]) {
    let mut record = Record::default();
    for path in files {
        let target = Target {
            editor: "VS Code".to_owned(),
            path: PathBuf::from(path),
        };
        let changed = target.plan(&Real, Path::new("/g")).unwrap().unwrap();
        vscode::note(&mut record, path, &changed);
        put(&Real, path, &changed.after).unwrap();
    }
    record.write(&Real, &place.data).unwrap();
}

#[test]
fn what_stands_in_the_record_is_taken_back_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(&folder);
    let [kept, new, edited] =
        ["kept.json", "new.json", "edited.json"].map(|name| folder.path().join(name));
    fs::write(&kept, "{\r\n}").unwrap();
    fs::write(&edited, "{}").unwrap();
    set_up_in(&place, &[&kept, &new, &edited]);
    fs::write(&edited, "{\"go.alternateTools\": {\"gopls\": \"/mine\"}}").unwrap();

    let shown = said(|out| _ = take_back(&Real, &place, true, out).unwrap());
    assert!(shown.ends_with("Nothing was changed.\n"), "{shown}");
    assert!(new.exists());

    let shown = said(|out| _ = take_back(&Real, &place, false, out).unwrap());
    assert!(shown.contains("edited.json is left alone: "), "{shown}");
    assert_eq!(fs::read_to_string(&kept).unwrap(), "{\r\n}");
    assert!(!new.exists());
    let again = said(|out| _ = take_back(&Real, &place, false, out).unwrap());
    assert!(again.contains("has changed no settings"), "{again}");
}

#[test]
fn a_file_that_cannot_be_taken_back_keeps_no_other_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(&folder);
    let [bad, good] = ["a.json", "b.json"].map(|name| folder.path().join(name));
    set_up_in(&place, &[&bad, &good]);
    fs::write(&bad, b"{ \"a\": \"\xff\" }").unwrap();
    let shown = said(|out| {
        let code = take_back(&Real, &place, false, out).unwrap();
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::FAILURE));
    });
    assert!(shown.contains("a.json cannot be read"), "{shown}");
    assert!(!good.exists(), "{shown}");
    let left = Record::read(&Real, &place.data).unwrap();
    assert_eq!(left.files.keys().collect::<Vec<_>>(), [&bad]);
}

#[test]
fn what_cannot_be_changed_is_told_with_what_to_do_and_nothing_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(&folder);
    let path = folder.path().join("settings.json");
    fs::write(&path, "[]").unwrap();
    let target = || Target {
        editor: "VS Code".to_owned(),
        path: path.clone(),
    };
    let set_up = |target| {
        let mut code = ExitCode::SUCCESS;
        let shown = said(|out| {
            code = change(&Real, &place, vec![target], false, out).unwrap();
        });
        (format!("{code:?}"), shown)
    };
    let (code, shown) = set_up(target());
    assert_eq!(code, format!("{:?}", ExitCode::FAILURE));
    assert!(
        shown.contains("run `goplens setup vscode` again"),
        "{shown}"
    );
    assert!(
        shown.contains("its outermost value is no object"),
        "{shown}"
    );
    assert!(
        shown.contains("\"go.alternateTools\": { \"gopls\": \""),
        "{shown}"
    );
    assert!(!shown.contains("--undo"), "{shown}");

    // It was set by hand: nothing is on record.
    let program = serde_json::Value::from(place.launcher.path().to_string_lossy());
    let text = format!("{{ \"go.alternateTools\": {{ \"gopls\": {program} }} }}");
    fs::write(&path, text).unwrap();
    let (code, shown) = set_up(target());
    assert_eq!(code, format!("{:?}", ExitCode::SUCCESS));
    assert!(shown.contains("has it already."), "{shown}");
    assert!(!shown.contains("--undo"), "{shown}");

    fs::write(&path, "{}").unwrap();
    let (_, shown) = set_up(target());
    assert!(shown.contains("--undo` takes it back"), "{shown}");
    let (_, shown) = set_up(target());
    assert!(shown.contains("--undo` takes it back"), "{shown}");
}

#[test]
fn other_editors_are_told_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(&folder);
    let shown = said(|out| print_lines(Editor::Vim, &Real, &place, out).unwrap());
    assert!(shown.contains("Vim (with ALE), in "), "{shown}");
    let program = place.goplens.display();
    assert!(
        shown.contains(&format!("let g:ale_go_gopls_executable = \"{program}\"")),
        "{shown}"
    );
    assert!(
        shown.contains("Vim (with vim-go), first in a shell:\n\n    mkdir -p "),
        "{shown}"
    );
    assert!(shown.contains(&format!("    cp {program} ")), "{shown}");
    assert!(
        shown.contains(".local/lib/goplens/gopls\n\nthen in "),
        "{shown}"
    );
    assert!(
        shown.contains("    let g:go_gopls_options = []\n"),
        "{shown}"
    );
}
