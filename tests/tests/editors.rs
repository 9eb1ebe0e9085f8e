//! Sessions in editors that people use: the definition is right, what goplens finds is shown in the editor's own list
//! with its code, and nothing is left running.

use serde_json::{Value, json};
use tests::{Played, RealEditor, Recorded};

/// What is wrong in the workspace.
const CODE: &str = "excluded-by-build-tag";

const NEOVIM: RealEditor = RealEditor {
    variable: "GOPLENS_TEST_NEOVIM",
    arguments: r#"--headless -n -i NONE -u "$GOPLENS_TEST_SCRIPT""#,
    home: &[],
    plugin: "neovim",
    terminal: false,
};

/// Not with -Q, which hides what Debian has installed, nor with -q, which hides the file. Emacs 28 crashed now and then
/// while it compiled in the background what it had loaded.
const EMACS: RealEditor = RealEditor {
    variable: "GOPLENS_TEST_EMACS",
    arguments: r#"-nw -l "$GOPLENS_TEST_SCRIPT""#,
    home: &[(
        ".emacs.d/early-init.el",
        "(setq native-comp-deferred-compilation nil)\n",
    )],
    plugin: "emacs",
    terminal: true,
};

const VIM: RealEditor = RealEditor {
    variable: "GOPLENS_TEST_VIM",
    arguments: r#"-u "$GOPLENS_TEST_SCRIPT""#,
    home: &[],
    plugin: "",
    terminal: true,
};

/// Plays a session, and holds it to what every editor has to show. `None` where something that it needs is not there.
fn play(test: &str, editor: &RealEditor, script: &str) -> Option<(Value, Recorded)> {
    let Played { verdict, recorded } = editor.play_or_skip(test, script)?;
    assert_eq!(verdict["trouble"], Value::Null, "{verdict:#}");
    assert_eq!(verdict["definition"], "greet.go:4", "{verdict:#}");
    assert_eq!(verdict["found_while_healthy"], 0, "{verdict:#}");
    let diagnostic = &verdict["diagnostic"];
    assert_eq!(diagnostic["line"], 6, "{verdict:#}");
    assert_eq!(diagnostic["word"], "Hello", "{verdict:#}");

    let recorded = recorded.unwrap_or_else(|| panic!("goplens was not started: {verdict:#}"));
    let found = recorded.events("finding");
    assert!(found.iter().all(|one| one["code"] == CODE), "{found:#?}");
    assert!(recorded.events("unmatched").is_empty());
    assert!(recorded.events("rejected").is_empty());
    assert_eq!(recorded.responses("textDocument/definition").len(), 2);
    Some((verdict, recorded))
}

/// Whether what the script says under this name has this text somewhere.
fn says(verdict: &Value, name: &str, text: &str) {
    let said = verdict[name].to_string();
    assert!(said.contains(text), "{name} lacks {text}: {verdict:#}");
}

#[test]
fn neovim_with_the_plugin() {
    let test = "editors::neovim_with_the_plugin";
    let Some((verdict, recorded)) = play(test, &NEOVIM, "neovim.lua") else {
        return;
    };
    let ended = recorded.info.ended.as_ref();
    assert_eq!(ended.map(|end| end.code), Some(Some(0)));
    assert_eq!(verdict["diagnostic"]["code"], CODE);
    says(&verdict, "float", &format!("[{CODE}]"));
    says(&verdict, "list", "is built only with the tag loud");
    assert_eq!(verdict["status_while_healthy"], "gopls v0.23.0");
    assert_eq!(verdict["status"], format!("gopls v0.23.0: {CODE}"));
    says(&verdict, "statusline", &format!("gopls v0.23.0: {CODE}"));

    says(&verdict, "findings", CODE);
    says(&verdict, "findings", "loud.go|6 col 41");
    assert_eq!(verdict["page"], format!("# {CODE}"));
    says(&verdict, "session", "findings.jsonl");
    says(&verdict, "tail", "greet/loud.go");
    says(&verdict, "doctor", "nothing found");
    says(&verdict, "notified", "there is no :Goplens nonsense");
    let verbs = ["doctor", "explain", "findings", "session", "tail"];
    assert_eq!(verdict["completed"]["verbs"], json!(verbs));
    assert_eq!(verdict["completed"]["codes"], json!([CODE]));
    says(&verdict, "health", "The client gopls starts ");
    says(&verdict, "health", "golang.org/x/tools/gopls v0.23.0");
    says(&verdict, "health", "Client 1 is recorded in ");
    assert!(!verdict["health"].to_string().contains("ERROR"));
}

#[test]
fn neovim_is_set_up_beside_what_was_configured() {
    let test = "editors::neovim_is_set_up_beside_what_was_configured";
    if let Some(played) = NEOVIM.play_or_skip(test, "neovim-setup.lua") {
        assert_eq!(played.verdict["wrong"], json!([]));
        assert_eq!(played.verdict["right"], 9);
    }
}

#[test]
fn emacs_with_eglot() {
    let test = "editors::emacs_with_eglot";
    let Some((verdict, _)) = play(test, &EMACS, "emacs.el") else {
        return;
    };
    says(&verdict, "list", &format!("goplens [{CODE}]"));
    says(&verdict, "refusal", "no package metadata for file");
    says(&verdict, "findings", CODE);
    assert_eq!(verdict["visited"], "loud.go:6");
    says(&verdict, "page", &format!("# {CODE}"));
    says(&verdict, "tail", "greet/loud.go");
    says(&verdict, "doctor", "nothing found");
    assert_eq!(verdict["undone"], r#"("gopls")"#);
}

#[test]
fn emacs_has_nothing_to_say_of_the_package() {
    let test = "editors::emacs_has_nothing_to_say_of_the_package";
    if let Some(played) = EMACS.play_or_skip(test, "compile.el") {
        assert_eq!(played.verdict["said"], json!([]));
    }
}

#[test]
fn vim_with_ale() {
    let test = "editors::vim_with_ale";
    if let Some((verdict, _)) = play(test, &VIM, "ale.vim") {
        says(&verdict, "list", &format!("{CODE}: loud.go is built only"));
    }
}
