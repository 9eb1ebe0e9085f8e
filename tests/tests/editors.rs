//! Sessions in editors that people use: the definition is right, what goplens finds is shown in the editor's own list
//! with its code, and nothing is left running.

use serde_json::{Value, json};
use tests::{Play, Played, RealEditor, Recorded, gopls_or_skip};

/// What is wrong in the workspace.
const CODE: &str = "excluded-by-build-tag";

const NEOVIM: Play<'_> = Play {
    script: "neovim.lua",
    arguments: r#"--headless -n -i NONE -u "$GOPLENS_TEST_SCRIPT""#,
    plugin: "neovim",
    terminal: false,
};

/// Plays a session, and holds it to what every editor has to show. `None` where something that it needs is not there.
fn play(test: &str, editor: &str, play: &Play<'_>) -> Option<(Value, Recorded)> {
    let gopls = gopls_or_skip(test)?;
    let played = RealEditor::find_or_skip(test, editor)?.play(play, &gopls);
    let Played { verdict, recorded } = played;
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
    let Some((verdict, recorded)) = play(test, "GOPLENS_TEST_NEOVIM", &NEOVIM) else {
        return;
    };
    let ended = recorded.info.ended.as_ref();
    assert_eq!(ended.map(|end| end.code), Some(Some(0)));
    assert_eq!(verdict["diagnostic"]["code"], CODE);
    says(&verdict, "float", &format!("[{CODE}]"));
    says(&verdict, "list", "is built only with the tag loud");
    assert_eq!(verdict["status_while_healthy"], "gopls v0.23.0");
    assert_eq!(verdict["status"], format!("gopls v0.23.0: {CODE}"));

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

/// What a script says that needs no session.
fn verdict(test: &str, editor: &str, play: &Play<'_>) -> Option<Value> {
    let gopls = gopls_or_skip(test)?;
    let editor = RealEditor::find_or_skip(test, editor)?;
    Some(editor.play(play, &gopls).verdict)
}

#[test]
fn neovim_is_set_up_beside_what_was_configured() {
    let cases = Play {
        script: "neovim-setup.lua",
        ..NEOVIM
    };
    let test = "editors::neovim_is_set_up_beside_what_was_configured";
    if let Some(verdict) = verdict(test, "GOPLENS_TEST_NEOVIM", &cases) {
        assert_eq!(verdict["wrong"], json!([]));
        assert_eq!(verdict["right"], 8);
    }
}

#[test]
fn emacs_with_eglot() {
    let session = Play {
        script: "emacs.el",
        // Not -Q, which hides what Debian has installed.
        arguments: r#"-nw -q -l "$GOPLENS_TEST_SCRIPT""#,
        plugin: "emacs",
        terminal: true,
    };
    let test = "editors::emacs_with_eglot";
    let Some((verdict, _)) = play(test, "GOPLENS_TEST_EMACS", &session) else {
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
    let compile = Play {
        script: "compile.el",
        arguments: r#"--batch -q -l "$GOPLENS_TEST_SCRIPT""#,
        plugin: "emacs",
        terminal: false,
    };
    let test = "editors::emacs_has_nothing_to_say_of_the_package";
    if let Some(verdict) = verdict(test, "GOPLENS_TEST_EMACS", &compile) {
        assert_eq!(verdict["said"], json!([]));
    }
}

#[test]
fn vim_with_ale() {
    let session = Play {
        script: "ale.vim",
        arguments: r#"-u "$GOPLENS_TEST_SCRIPT""#,
        plugin: "",
        terminal: true,
    };
    let test = "editors::vim_with_ale";
    let Some((verdict, _)) = play(test, "GOPLENS_TEST_VIM", &session) else {
        return;
    };
    says(&verdict, "list", &format!("{CODE}: loud.go is built only"));
}
