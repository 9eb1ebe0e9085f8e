//! What looks like one file under two names and is none: gopls is right, and nothing is changed.

use std::fs;

use serde_json::{Value, json};
use tests::{Setup, gopls_or_skip};

use crate::client::{Client, shown};
use crate::ground::{By, Ground};
use crate::play::sorted;

/// A session, and all that was answered in it.
struct Talk {
    client: Client,
    answers: Vec<Value>,
}

impl Talk {
    fn start(ground: &Ground, setup: Setup, files: &[&str]) -> Self {
        let setup = ground.setup(setup);
        let mut client = Client::start(setup, &[&ground.uri("work/app")]);
        for file in files {
            client.open(&ground.uri(file), &ground.text(file));
        }
        let answers = Vec::new();
        Self { client, answers }
    }

    fn ask(&mut self, method: &str, uri: &str, needle: &str) {
        let method = format!("textDocument/{method}");
        let mut params = self.client.place(uri, needle);
        match method.as_str() {
            "textDocument/references" => params["context"] = json!({ "includeDeclaration": true }),
            "textDocument/rename" => params["newName"] = "renamed".into(),
            "textDocument/documentSymbol" => {
                params = json!({ "textDocument": params["textDocument"] });
            }
            _ => {}
        }
        let answer = self.client.request(&method, params);
        self.answers.push(sorted(&answer));
    }

    /// What is shown in the end.
    fn wait_until_shown(&mut self, uri: &str, text: &str) {
        let wanted = |all: &Vec<Value>| all.iter().any(|one| one.to_string().contains(text));
        self.client.session.wait_for(text, |book| {
            shown(book, false)
                .get(uri)
                .is_some_and(wanted)
                .then_some(())
        });
    }

    /// Ends, and fails where goplens did or found anything.
    fn end(self) -> Vec<Value> {
        let ended = self.client.end();
        if let Some(recorded) = &ended.recorded {
            let rewrites = recorded.rewrites("paths");
            assert!(rewrites.is_empty(), "{rewrites:#?}");
            let findings = recorded.events("finding");
            assert!(findings.is_empty(), "{findings:#?}");
        }
        self.answers
    }
}

/// Has this talk with gopls alone and through goplens, and compares what was answered.
fn play(test: &str, ground: &Ground, files: &[&str], talk: impl Fn(&mut Talk)) -> Vec<Value> {
    let Some(gopls) = gopls_or_skip(test) else {
        return Vec::new();
    };
    let setups = [Setup::server_alone(&gopls), Setup::through_goplens(&gopls)];
    let [alone, through] = setups.map(|setup| {
        let mut played = Talk::start(ground, setup, files);
        talk(&mut played);
        played.end()
    });
    assert_eq!(through, alone);
    alone
}

#[test]
fn a_file_that_two_packages_share_by_a_link_is_two_files() {
    let ground = Ground::lay(By::Package, &[]);
    ground.write("work/app/a/a.go", "package same\n\nfunc A() { shared() }\n");
    ground.write("work/app/b/b.go", "package same\n\nfunc B() { shared() }\n");
    ground.write("work/app/a/shared.go", "package same\n\nfunc shared() {}\n");
    ground.link("work/app/b/shared.go", "work/app/a/shared.go");
    let files = ["work/app/a/shared.go", "work/app/b/shared.go"];
    let uris = files.map(|file| ground.uri(file));
    let test = "spellings::twins::a_file_that_two_packages_share_by_a_link_is_two_files";
    let answers = play(test, &ground, &files, |talk| {
        for uri in &uris {
            for method in ["definition", "references", "rename", "prepareCallHierarchy"] {
                talk.ask(method, uri, "shared()");
            }
        }
        // Each has a text of its own, too.
        talk.client.edit(&uris[0], "{}", "{ missing() }");
        talk.wait_until_shown(&uris[0], "undefined: missing");
        talk.ask("documentSymbol", &uris[1], "shared()");
        let shown = shown(&talk.client.session.book(), false);
        assert_eq!(shown.keys().collect::<Vec<_>>(), [&uris[0]]);
    });
    for (answer, uri) in answers.iter().zip([0, 0, 0, 0, 1, 1, 1, 1]) {
        let answer = answer.to_string();
        assert!(answer.contains(&uris[uri]), "{answer}");
        assert!(!answer.contains(&uris[1 - uri]), "{answer}");
    }
}

#[test]
fn a_link_to_a_folder_of_the_module_is_a_package_of_its_own() {
    let ground = Ground::lay(By::Package, &[("work/app/copy", "work/app/lib")]);
    let files = ["work/app/lib/lib.go", "work/app/copy/lib.go"];
    let uris = files.map(|file| ground.uri(file));
    let test = "spellings::twins::a_link_to_a_folder_of_the_module_is_a_package_of_its_own";
    let answers = play(test, &ground, &files, |talk| {
        for uri in &uris {
            for method in ["definition", "hover", "documentHighlight"] {
                talk.ask(method, uri, "help(name");
            }
        }
    });
    for (at, package) in [(0, "/work/app/lib/help.go"), (3, "/work/app/copy/help.go")] {
        if let Some(answer) = answers.get(at) {
            assert!(answer.to_string().contains(package), "{answer}");
        }
    }
}

#[test]
fn a_link_between_two_modules_of_a_go_work_is_healthy() {
    let ground = Ground::lay(By::Workspace, &[("work/lib/tools", "work/app/tools")]);
    ground.write(
        "work/app/tools/tool.go",
        "package tools\n\nfunc Tool() { aid() }\n",
    );
    ground.write("work/app/tools/aid.go", "package tools\n\nfunc aid() {}\n");
    let files = ["work/app/tools/tool.go", "work/lib/tools/tool.go"];
    let uris = files.map(|file| ground.uri(file));
    let test = "spellings::twins::a_link_between_two_modules_of_a_go_work_is_healthy";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let setup = ground.setup(Setup::through_goplens(&gopls));
    let mut client = Client::start(setup, &[&ground.uri("work")]);
    for (uri, file) in uris.iter().zip(files) {
        client.open(uri, &ground.text(file));
        let aid = uri.replace("tool.go", "aid.go");
        assert_eq!(client.definition(uri, "aid()"), (aid, 3));
    }
    let ended = client.end();
    let rewrites = ended.recorded().rewrites("paths");
    assert!(rewrites.is_empty(), "{rewrites:#?}");
    let findings = ended.recorded().events("finding");
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn hard_links_are_files_of_their_own() {
    let ground = Ground::lay(By::Package, &[]);
    ground.write("elsewhere/none.txt", "");
    let (file, hard) = ("work/app/lib/lib.go", "elsewhere/lib.go");
    fs::hard_link(ground.path(file), ground.path(hard)).unwrap();
    let uris = [ground.uri(file), ground.uri(hard)];
    let test = "spellings::twins::hard_links_are_files_of_their_own";
    let answers = play(test, &ground, &[file, hard], |talk| {
        for uri in &uris {
            talk.ask("definition", uri, "Greet(name");
            talk.ask("documentSymbol", uri, "Greet(name");
        }
        talk.client
            .edit(&uris[1], "// Package", "// Typed.\n// Package");
        talk.ask("definition", &uris[0], "Greet(name");
        talk.ask("definition", &uris[1], "Greet(name");
    });
    for (answer, uri) in answers.iter().zip([0, 0, 1, 1]).step_by(2) {
        assert!(answer.to_string().contains(&uris[uri]), "{answer}");
    }
}
