//! `goplens setup vscode` and its undo, and a session through the launcher that it builds.

#![expect(clippy::unwrap_used, reason = "these helpers run in tests only")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;
use tests::{Module, Setup, command, goplens_with_state, gopls_or_skip, temporary_folder};

/// A user with a home folder of their own.
struct User {
    home: TempDir,
}

impl User {
    /// One who uses VS Code.
    fn new() -> Self {
        let home = temporary_folder("goplens-setup-");
        let user = Self { home };
        fs::create_dir_all(user.settings().parent().unwrap()).unwrap();
        user
    }

    fn settings(&self) -> PathBuf {
        self.home.path().join(".config/Code/User/settings.json")
    }

    fn launcher(&self) -> PathBuf {
        self.home.path().join(".local/share/goplens/launcher/gopls")
    }

    fn setup(&self, arguments: &[&str]) -> Output {
        self.setup_in(self.home.path(), arguments)
    }

    fn setup_in(&self, folder: &Path, arguments: &[&str]) -> Output {
        let mut setup = goplens_with_state(&self.home.path().join("state"));
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA"] {
            setup.env_remove(name);
        }
        // What go has compiled already need not be compiled again.
        let go_cache = command("go").args(["env", "GOCACHE"]).output().unwrap();
        let go_cache = String::from_utf8(go_cache.stdout).unwrap();
        setup
            .env("GOCACHE", go_cache.trim())
            .env("HOME", self.home.path())
            .current_dir(folder)
            .arg("setup")
            .args(arguments)
            .output()
            .unwrap()
    }

    /// The same, which must do what it is asked for.
    fn done(&self, arguments: &[&str]) -> String {
        self.done_in(self.home.path(), arguments)
    }

    fn done_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let output = self.setup_in(folder, arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
fn settings_are_as_they_were_to_the_byte_when_it_is_taken_back() {
    let texts: [Option<&str>; 6] = [
        None,
        Some(""),
        Some("\u{feff}{}\r\n"),
        Some("// Mine.\n{\n\t\"a\": 1, // one\n}\n"),
        Some("{\r\n  \"go.alternateTools\": { \"gopls\": \"/old\", }\r\n}"),
        Some("{ /* \u{e9} */ }"),
    ];
    let user = User::new();
    let launcher = user.launcher().display().to_string();
    for text in texts {
        if let Some(text) = text {
            fs::write(user.settings(), text).unwrap();
        }
        let before = fs::read(user.settings()).ok();
        let shown = user.done(&["vscode", "--dry-run"]);
        assert!(shown.contains(&launcher), "{shown}");
        assert_eq!(fs::read(user.settings()).ok(), before, "{text:?}");

        user.done(&["vscode"]);
        let now = fs::read_to_string(user.settings()).unwrap();
        assert!(now.contains(&launcher), "{now}");
        assert!(user.done(&[]).contains("goplens is set up."));
        assert!(user.done(&["vscode"]).contains("has it already"));

        user.done(&["vscode", "--undo"]);
        assert_eq!(fs::read(user.settings()).ok(), before, "{text:?}");
    }
}

#[test]
fn the_gopls_that_the_setting_named_goes_on_to_be_started() {
    let Some(gopls) =
        gopls_or_skip("setup::the_gopls_that_the_setting_named_goes_on_to_be_started")
    else {
        return;
    };
    let user = User::new();
    let own = user.home.path().join("tools/gopls");
    fs::create_dir_all(own.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(gopls, &own).unwrap();
    let settings = r#"{ "go.alternateTools": { "gopls": "~/tools/gopls" } }"#;
    fs::write(user.settings(), settings).unwrap();
    let shown = user.done(&["vscode"]);
    let told = format!("goplens starts {}, which it named.", own.display());
    assert!(shown.contains(&told), "{shown}");
    assert!(
        user.done(&[])
            .contains(&format!("gopls     {}", own.display()))
    );
}

#[test]
fn settings_of_the_folder_that_name_another_gopls_are_set_too() {
    let user = User::new();
    let folder = user.home.path().join("team");
    let settings = folder.join(".vscode/settings.json");
    fs::create_dir_all(settings.parent().unwrap()).unwrap();
    let silent = "{ \"a\": 1 }";
    let named = "{ // Ours.\n  \"go.alternateTools\": { \"gopls\": \"/team/gopls\" }\n}\n";
    for (text, is_set) in [(silent, false), (named, true)] {
        fs::write(&settings, text).unwrap();
        let shown = user.done_in(&folder, &[]);
        assert_eq!(shown.contains("/team/gopls"), is_set, "{shown}");
        user.done_in(&folder, &["vscode"]);
        let now = fs::read_to_string(&settings).unwrap();
        let launcher = user.launcher().display().to_string();
        assert_eq!(now.contains(&launcher), is_set, "{now}");
        user.done(&["--undo"]);
        assert_eq!(fs::read_to_string(&settings).unwrap(), text);
    }
}

#[test]
fn where_no_editor_is_here_the_line_is_told() {
    let user = User::new();
    fs::remove_dir_all(user.home.path().join(".config")).unwrap();
    let output = user.setup(&["vscode"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("\"go.alternateTools\": { \"gopls\": \""),
        "{said}"
    );
    assert!(!user.settings().exists());
}

#[test]
fn an_editor_that_starts_the_launcher_has_a_session() {
    let Some(gopls) = gopls_or_skip("setup::an_editor_that_starts_the_launcher_has_a_session")
    else {
        return;
    };
    let (user, module) = (User::new(), Module::sample());
    user.done(&["vscode"]);
    let said = command("go")
        .args(["version", "-m"])
        .arg(user.launcher())
        .output()
        .unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    // What the Go extension reads: the Go that built it, and a version that it leaves alone.
    assert!(said.lines().next().unwrap().contains(": go1."), "{said}");
    assert!(said.lines().nth(2).unwrap().contains("(devel)"), "{said}");

    let mut session = Setup::through_goplens(gopls)
        .by(user.launcher())
        .start_loaded(&module);
    session.check_alive(&module);
    session.shut_down();
    assert_eq!(session.finish().code, 0);
}

#[test]
fn without_go_a_copy_of_goplens_takes_its_place() {
    let user = User::new();
    let empty = user.home.path().join("empty");
    fs::create_dir_all(&empty).unwrap();
    let mut setup = goplens_with_state(&user.home.path().join("state"));
    let output = setup
        .env("HOME", user.home.path())
        .env("PATH", &empty)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_DATA_HOME")
        .args(["setup", "vscode"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("there is no go on PATH"), "{said}");
    assert!(said.contains("need recompiling"), "{said}");
    let version = command(user.launcher()).arg("--version").output().unwrap();
    assert!(version.stdout.starts_with(b"goplens "), "{version:?}");
}
