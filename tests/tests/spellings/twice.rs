//! One file that is open under both of its names.

use protocol::Direction;
use serde_json::{Value, json};
use tests::{Setup, gopls_or_skip};

use crate::client::{Client, shown};
use crate::ground::{By, Ground};

/// A session in which the library's file is open by the folder's name and by its real path.
struct Twice {
    client: Client,
    main: String,
    /// The name that the folder has for it, opened first.
    first: String,
    /// The other one, opened next.
    second: String,
    ground: Ground,
}

impl Twice {
    fn start(test: &str) -> Option<Self> {
        Self::start_with(test, |ground| ground.uri("real/lib/lib.go"))
    }

    /// The same, with this as the other name.
    fn start_with(test: &str, second: impl Fn(&Ground) -> String) -> Option<Self> {
        let gopls = gopls_or_skip(test)?;
        let ground = Ground::lay(By::Package, &[("work/app", "real")]);
        let setup = ground.setup(Setup::through_goplens(gopls));
        let mut client = Client::start(setup, &[&ground.uri("work/app")]);
        let (main, first) = (
            ground.uri("work/app/main.go"),
            ground.uri("work/app/lib/lib.go"),
        );
        let second = second(&ground);
        client.open(&main, &ground.text("work/app/main.go"));
        for uri in [&first, &second] {
            client.open(uri, &ground.text("work/app/lib/lib.go"));
        }
        Some(Self {
            client,
            main,
            first,
            second,
            ground,
        })
    }

    /// Adds a line above all others.
    fn type_above(&mut self, uri: &str, line: &str) {
        let new = format!("{line}\n// Package lib");
        self.client.edit(uri, "// Package lib", &new);
    }

    /// Where the program and this document find the function.
    fn check(&mut self, uri: &str, line: u64) {
        let own = self.client.definition(uri, "Greet(name");
        assert_eq!(own, (uri.to_owned(), line), "in the document itself");
        let main = self.client.definition(&self.main, "lib.G^reet");
        assert_eq!(main, (uri.to_owned(), line), "in the program");
    }

    /// Waits until the finding is shown in this document, or in none.
    fn wait_for_finding(&self, wanted: Option<&String>) {
        let is_found = |one: &Value| one["code"] == "same-file-open-twice";
        let what = format!("same-file-open-twice in {wanted:?}");
        let severity = self.client.session.wait_for(&what, |book| {
            let shown = shown(book, true);
            let mut found = shown.iter().filter_map(|(uri, all)| {
                let one = all.iter().find(|one| is_found(one))?;
                Some((uri, one["severity"].clone()))
            });
            match wanted {
                Some(uri) => found.find(|(shown, _)| *shown == uri).map(|(_, how)| how),
                None => found.next().is_none().then_some(Value::Null),
            }
        });
        if wanted.is_some() {
            assert_eq!(severity, 2, "a warning");
        }
    }

    /// Waits until gopls's diagnostics are shown in this document and in no other, or in none.
    fn wait_until_shown(&self, wanted: Option<&String>) {
        let what = format!("diagnostics in {wanted:?}");
        self.client.session.wait_for(&what, |book| {
            let shown = shown(book, false);
            shown.keys().eq(wanted).then_some(())
        });
    }
}

#[test]
fn the_text_of_the_one_that_was_used_last_counts() {
    let test = "spellings::twice::the_text_of_the_one_that_was_used_last_counts";
    let Some(mut twice) = Twice::start(test) else {
        return;
    };
    let (first, second) = (twice.first.clone(), twice.second.clone());
    twice.type_above(&second, "// One.");
    twice.check(&second, 19);
    twice.wait_for_finding(Some(&second));
    // The other one still has the old text, which goes ahead of what is asked about it.
    twice.check(&first, 18);
    twice.type_above(&first, "// One.\n// Two.");
    twice.check(&first, 20);
    twice.check(&second, 19);
    let help = twice.client.definition(&second, "help(name");
    assert_eq!(help, (twice.ground.uri("real/lib/help.go"), 8));
    let help = twice.client.definition(&first, "help(name");
    assert_eq!(help, (twice.ground.uri("work/app/lib/help.go"), 8));
    twice.client.end();
}

/// What VS Code asks of each document in sight after each publication.
const AUTOMATIC: [&str; 6] = [
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/documentHighlight",
    "textDocument/documentSymbol",
    "textDocument/inlayHint",
    "textDocument/semanticTokens/full",
];

impl Twice {
    /// Asks what nobody asked the editor for; gives what has an answer.
    fn ask_on_its_own(&mut self, uri: &str) -> Vec<&'static str> {
        let mut answered = Vec::new();
        for method in AUTOMATIC {
            let mut params = self.client.place(uri, "Greet(name");
            let at = params["position"].clone();
            let range = json!({ "start": at, "end": at });
            match method {
                "textDocument/documentHighlight" => {}
                "textDocument/inlayHint" | "textDocument/codeAction" => {
                    params = json!({ "textDocument": params["textDocument"], "range": range });
                }
                _ => params = json!({ "textDocument": params["textDocument"] }),
            }
            if method == "textDocument/codeAction" {
                params["context"] = json!({ "diagnostics": [], "triggerKind": 2 });
            }
            let answer = self.client.request(method, params);
            match answer.get("error") {
                None => answered.push(method),
                Some(error) => assert_eq!(error["code"], -32801, "{method}: {error}"),
            }
        }
        answered
    }

    /// How many times gopls was told a text by goplens, and where documents were published.
    fn movements(ended: &tests::Ended) -> (usize, usize) {
        let there = ended.recorded().messages(Direction::ClientToServer);
        let own = there.filter(|record| record.origin.is_some());
        let changed =
            own.filter(|record| record.method.as_deref() == Some("textDocument/didChange"));
        let back = ended.recorded().messages(Direction::ServerToClient);
        let method = Some("textDocument/publishDiagnostics");
        let published = back.filter(|record| record.method.as_deref() == method);
        (changed.count(), published.count())
    }
}

#[test]
fn what_an_editor_asks_on_its_own_moves_nothing() {
    let test = "spellings::twice::what_an_editor_asks_on_its_own_moves_nothing";
    let mut counts = Vec::new();
    for rounds in [1, 5] {
        let Some(mut twice) = Twice::start(test) else {
            return;
        };
        let (first, second) = (twice.first.clone(), twice.second.clone());
        twice.wait_for_finding(Some(&second));
        for _ in 0..rounds {
            for uri in [&first, &second] {
                assert_eq!(twice.ask_on_its_own(uri), AUTOMATIC, "both have the text");
            }
        }
        counts.push(Twice::movements(&twice.client.end()));
    }
    assert_eq!(
        counts[0].0, counts[1].0,
        "texts, and publications: {counts:?}"
    );
    assert!(
        counts[1].1 < counts[0].1 + 5,
        "texts, and publications: {counts:?}"
    );
}

#[test]
fn an_edit_in_use_is_not_lost_to_what_an_editor_asks_on_its_own() {
    let test = "spellings::twice::an_edit_in_use_is_not_lost_to_what_an_editor_asks_on_its_own";
    let Some(mut twice) = Twice::start(test) else {
        return;
    };
    let (first, second) = (twice.first.clone(), twice.second.clone());
    twice.type_above(&second, "// One.");
    for _ in 0..2 {
        let none: [&str; 0] = [];
        assert_eq!(twice.ask_on_its_own(&first), none, "it has the old text");
        assert_eq!(twice.ask_on_its_own(&second), AUTOMATIC);
    }
    let main = twice.client.definition(&twice.main, "lib.G^reet");
    assert_eq!(main, (second.clone(), 19));
    // What a person does with it counts, and then the other one is behind.
    twice.check(&first, 18);
    assert_eq!(twice.ask_on_its_own(&first), AUTOMATIC);
    assert!(twice.ask_on_its_own(&second).is_empty());
    twice.client.end();
}

#[test]
fn two_uris_of_one_path_are_one_file_too() {
    let test = "spellings::twice::two_uris_of_one_path_are_one_file_too";
    for (old, new) in [
        ("file://", "FILE://localhost"),
        ("/lib.go", "/base/../lib.go"),
        ("lib.go", "%6Cib.go"),
    ] {
        let second = |ground: &Ground| ground.uri("work/app/lib/lib.go").replace(old, new);
        let Some(mut twice) = Twice::start_with(test, second) else {
            return;
        };
        let (first, second) = (twice.first.clone(), twice.second.clone());
        twice.type_above(&second, "// One.");
        twice.check(&second, 19);
        twice.wait_for_finding(Some(&second));
        twice.check(&first, 18);
        twice.client.close(&first);
        twice.check(&second, 19);
        twice.wait_for_finding(None);
        twice.client.end();
    }
}

#[test]
fn one_is_closed_and_the_other_goes_on() {
    let test = "spellings::twice::one_is_closed_and_the_other_goes_on";
    for second_goes in [true, false] {
        let Some(mut twice) = Twice::start(test) else {
            return;
        };
        let (mut goes, mut stays) = (twice.first.clone(), twice.second.clone());
        if second_goes {
            (goes, stays) = (stays, goes);
        }
        // What was typed in the one that is closed goes with it.
        twice.type_above(&stays, "// One.");
        twice.type_above(&goes, "// One.\n// Two.");
        twice.check(&goes, 20);
        twice.client.close(&goes);
        twice.check(&stays, 19);
        twice.wait_for_finding(None);
        twice.type_above(&stays, "// Zero.");
        twice.check(&stays, 20);
        twice.client.close(&stays);
        let saved = (twice.first.clone(), 18);
        assert_eq!(twice.client.definition(&twice.main, "lib.G^reet"), saved);
        twice.client.end();
    }
}

#[test]
fn diagnostics_are_shown_in_the_one_that_was_used_last() {
    let test = "spellings::twice::diagnostics_are_shown_in_the_one_that_was_used_last";
    let Some(mut twice) = Twice::start(test) else {
        return;
    };
    let (first, second) = (twice.first.clone(), twice.second.clone());
    for uri in [&second, &first] {
        twice.client.edit(uri, "return help", "return missing");
        twice.wait_until_shown(Some(uri));
        twice.client.edit(uri, "return missing", "return help");
        twice.wait_until_shown(None);
    }
    twice.client.edit(&second, "return help", "return missing");
    twice.wait_until_shown(Some(&second));
    twice.client.close(&second);
    twice.wait_until_shown(None);
    twice.client.end();
}

#[test]
fn an_edit_is_for_the_version_that_the_client_has() {
    let test = "spellings::twice::an_edit_is_for_the_version_that_the_client_has";
    let Some(mut twice) = Twice::start(test) else {
        return;
    };
    let (first, second) = (twice.first.clone(), twice.second.clone());
    for line in ["// One.", "// Two.", "// Three."] {
        twice.type_above(&second, line);
    }
    for (uri, version) in [(&second, 4), (&first, 1), (&second, 4)] {
        let mut params = twice.client.place(uri, "Greet(name");
        params["newName"] = "Salute".into();
        let answer = twice.client.request("textDocument/rename", params);
        let changes = answer["result"]["documentChanges"].as_array().unwrap();
        let named: Vec<_> = changes.iter().map(|one| &one["textDocument"]).collect();
        let expected = json!({ "uri": uri, "version": version });
        assert!(named.contains(&&expected), "{named:#?}");
        assert_eq!(named.len(), 4, "each file once: {named:#?}");
    }
    twice.client.end();
}
