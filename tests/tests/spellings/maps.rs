//! Folders that the client has under other names than the server, by the configuration: in a
//! container, on another machine. Nothing is where the client says it is.

use std::fs;

use serde_json::{Value, json};
use tests::{Note, Setup, gopls_or_skip};
use wire::Id;

use crate::client::{Client, shown};
use crate::ground::{By, Ground};
use crate::names::Names;
use crate::play::play;
use crate::row::Row;

/// The program's module, where the client has it.
const APP: Row = Row {
    by: By::Package,
    links: &[],
    tree: ("work/app", "work/app"),
    maps: &[("/workspaces/app", "work/app")],
};

#[test]
fn a_folder_is_mapped() {
    play("spellings::maps::a_folder_is_mapped", &APP);
}

#[test]
fn the_folder_of_a_go_work_is_mapped() {
    let row = Row {
        by: By::Workspace,
        tree: ("work", "work"),
        maps: &[("/w", "work")],
        ..APP
    };
    play("spellings::maps::the_folder_of_a_go_work_is_mapped", &row);
}

#[test]
fn a_folder_and_what_replaces_its_module_are_mapped() {
    let row = Row {
        by: By::Replace,
        maps: &[("/workspaces/my app", "work/app"), ("/srv/ü", "work/lib")],
        ..APP
    };
    let test = "spellings::maps::a_folder_and_what_replaces_its_module_are_mapped";
    play(test, &row);
}

#[test]
fn a_folder_and_the_module_cache_are_mapped() {
    let row = Row {
        by: By::Cache,
        maps: &[("/workspaces/app", "work/app"), ("/go/pkg/mod", "cache")],
        ..APP
    };
    let test = "spellings::maps::a_folder_and_the_module_cache_are_mapped";
    play(test, &row);
}

#[test]
fn a_mapped_folder_is_what_a_link_leads_to() {
    let row = Row {
        by: By::Package,
        links: &[("work/app/lib", "elsewhere/lib")],
        tree: ("work/app/lib", "elsewhere/lib"),
        maps: &[("/workspaces/app", "work/app"), ("/shared", "elsewhere")],
    };
    play(
        "spellings::maps::a_mapped_folder_is_what_a_link_leads_to",
        &row,
    );
}

/// Starts a session of a client that has the module elsewhere, with both documents open.
fn start(gopls: &std::path::Path, ground: &Ground) -> Client {
    let setup = Setup::through_goplens(gopls).config(&APP.config(ground));
    APP.start(ground, setup, &APP.names(ground))
}

#[test]
fn the_workspace_s_own_configuration_maps_too() {
    let test = "spellings::maps::the_workspace_s_own_configuration_maps_too";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = APP.lay();
    ground.write("work/app/.goplens.toml", &APP.config(&ground));
    let setup = Setup::through_goplens(&gopls);
    let mut client = APP.start(&ground, setup, &APP.names(&ground));
    let library = "file:///workspaces/app/lib/lib.go";
    let found = client.definition(library, "help(name");
    assert_eq!(found, ("file:///workspaces/app/lib/help.go".to_owned(), 8));
    client.end();
}

/// The URIs and the patterns that the server asks the client to watch.
fn watched(client: &Client) -> Vec<Value> {
    client.session.wait_for("what is to be watched", |book| {
        let notes = book.received_of("client/registerCapability");
        let registered: Vec<Value> = notes
            .flat_map(|note| {
                let mut message = note.value();
                let all = message["params"]["registrations"].take();
                all.as_array().cloned().unwrap_or_default()
            })
            .filter(|one| one["method"] == "workspace/didChangeWatchedFiles")
            .map(|mut one| one["registerOptions"]["watchers"].take())
            .collect();
        (!registered.is_empty()).then_some(registered)
    })
}

#[test]
fn the_client_is_asked_to_watch_the_folders_that_it_has() {
    let test = "spellings::maps::the_client_is_asked_to_watch_the_folders_that_it_has";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = APP.lay();
    let names = APP.names(&ground);
    let alone = APP.start(&ground, Setup::server_alone(&gopls), &Names::default());
    let expected = names.within(&watched(&alone).into(), None);
    alone.end();
    assert!(
        expected.to_string().contains("/workspaces/app"),
        "{expected}"
    );
    let through = start(&gopls, &ground);
    let sorted = |all: Value| {
        let mut all: Vec<String> = all[0]
            .as_array()
            .unwrap()
            .iter()
            .map(Value::to_string)
            .collect();
        // gopls gives them in any order.
        all.sort();
        all
    };
    assert_eq!(sorted(watched(&through).into()), sorted(expected));
    through.end();
}

#[test]
fn a_file_that_is_made_is_told_by_the_client_s_name() {
    let test = "spellings::maps::a_file_that_is_made_is_told_by_the_client_s_name";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = APP.lay();
    let mut client = start(&gopls, &ground);
    let main = "file:///workspaces/app/main.go";
    client.edit(main, "more())", "more(), late())");
    client.session.wait_for("what is missing", |book| {
        shown(book, false).contains_key(main).then_some(())
    });
    let late = "package main\n\nfunc late() int { return 1 }\n";
    ground.write("work/app/late.go", late);
    client.watched("file:///workspaces/app/late.go", 1);
    client.session.wait_for("what was missing", |book| {
        shown(book, false).is_empty().then_some(())
    });
    let found = client.definition(main, "late()");
    assert_eq!(found, ("file:///workspaces/app/late.go".to_owned(), 3));
    client.end();
}

#[test]
fn a_request_is_mapped_whatever_its_header_looks_like() {
    let test = "spellings::maps::a_request_is_mapped_whatever_its_header_looks_like";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = APP.lay();
    let mut client = start(&gopls, &ground);
    let place = client.place("file:///workspaces/app/lib/lib.go", "help(name");
    // Of any size: where the message is put once its header is another one depends on that.
    for (id, size) in (901..917).zip((0..).step_by(40_000)) {
        let method = "textDocument/definition";
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": place });
        let body = request
            .to_string()
            .replacen('{', &format!("{{{}", " ".repeat(size)), 1);
        let frame = format!("content-length: {}\r\n\r\n{body}", body.len());
        client.session.send_odd(frame, body);
        let answer = client.session.wait_for("the definition", |book| {
            book.responses(&Id::from(id)).next().map(Note::value)
        });
        let found = answer["result"].to_string();
        assert!(
            found.contains("file:///workspaces/app/lib/help.go"),
            "{answer}"
        );
    }
    let ended = client.end();
    assert_eq!(ended.recorded().events("header").len(), 16);
}

#[test]
fn a_text_that_looks_like_a_name_stays() {
    let test = "spellings::maps::a_text_that_looks_like_a_name_stays";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = APP.lay();
    let server = ground.path("work/app");
    let server = server.display();
    let mut client = start(&gopls, &ground);
    let library = "file:///workspaces/app/lib/lib.go";
    // Behind these on the same lines, columns would be off if they were changed.
    let ours = "\"file:///workspaces/app/lib/lib.go\" + help(\"\", 1)";
    client.edit(library, "help(\"!\", 3)", ours);
    let theirs = format!("\"file://{server}/lib/lib.go\"");
    let both = format!("var both, end = {theirs} + Greet(\"\"), 1\n\n// Greet greets");
    client.edit(library, "// Greet greets", &both);
    for needle in ["help(\"\", 1)", "Greet(\"\")", "end = \""] {
        client.definition(library, needle);
    }
    let place = client.place(library, "end = \"");
    let renamed = json!({
        "textDocument": place["textDocument"],
        "position": place["position"],
        "newName": "last",
    });
    let answer = client.request("textDocument/rename", renamed);
    let edits = &answer["result"]["documentChanges"][0];
    assert_eq!(edits["textDocument"]["uri"], library, "{answer}");
    assert_eq!(edits["edits"][0]["range"]["start"], place["position"]);
    let ended = client.end();
    let told = ended.recorded().rewrites("paths");
    let spliced = |text: &str| told.iter().any(|event| event.to_string().contains(text));
    assert!(spliced("didChange"), "{told:#?}");
    assert!(fs::metadata("/workspaces/app").is_err(), "nothing is there");
}
