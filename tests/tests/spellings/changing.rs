//! Links that are made and removed while a session goes on, and files that are not there yet.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::{PATIENCE, Setup, gopls_or_skip};

use crate::client::{Client, shown};
use crate::ground::{By, Ground};

/// A session with the program's folder open, and its file.
fn start(setup: Setup, ground: &Ground) -> Client {
    let mut client = Client::start(ground.setup(setup), &[&ground.uri("work/app")]);
    let main = "work/app/main.go";
    client.open(&ground.uri(main), &ground.text(main));
    client
}

/// Asks for a definition again and again, until it has this beginning of a URI, or is null.
fn until(client: &mut Client, uri: &str, needle: &str, wanted: Option<&str>) {
    let limit = Instant::now() + PATIENCE;
    loop {
        let answer = client.ask("textDocument/definition", uri, needle);
        let found = answer["result"][0]["uri"].as_str();
        if found == wanted && (wanted.is_some() || answer["result"].is_null()) {
            return;
        }
        assert!(Instant::now() < limit, "{wanted:?} never comes: {answer}");
        thread::sleep(Duration::from_millis(200));
    }
}

/// Waits until a finding of this code is shown in a document, or in none.
fn wait_for_finding(client: &Client, code: &str, wanted: Option<&str>) {
    client
        .session
        .wait_for(&format!("{code} in {wanted:?}"), |book| {
            let shown = shown(book, true);
            let of_code = |all: &Vec<Value>| all.iter().any(|one| one["code"] == code);
            let found: Vec<_> = shown.iter().filter(|(_, all)| of_code(all)).collect();
            match wanted {
                Some(uri) => found.iter().any(|(shown, _)| *shown == uri).then_some(()),
                None => found.is_empty().then_some(()),
            }
        });
}

/// Tells, as an editor does, that what is behind a link is there, or has gone.
fn tell(client: &mut Client, ground: &Ground, kind: u8) {
    client.watched(&ground.uri("work/app/lib"), kind);
    // gopls does not look behind a link; it looks at a package of which a file is named.
    for name in ["lib.go", "help.go", "base/base.go"] {
        client.watched(&ground.uri(&format!("work/app/lib/{name}")), kind);
    }
}

#[test]
fn a_link_is_made_and_removed_again() {
    let test = "spellings::changing::a_link_is_made_and_removed_again";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = Ground::lay(By::Package, &[("work/app/lib", "elsewhere/lib")]);
    let link = ground.path("work/app/lib");
    fs::remove_file(&link).unwrap();
    let mut client = start(Setup::through_goplens(&gopls), &ground);
    let main = ground.uri("work/app/main.go");
    let library = ground.uri("elsewhere/lib/lib.go");
    client.open(&library, &ground.text("elsewhere/lib/lib.go"));
    until(&mut client, &library, "help(name", None);

    ground.link("work/app/lib", "elsewhere/lib");
    tell(&mut client, &ground, 1);
    let help = ground.uri("elsewhere/lib/help.go");
    until(&mut client, &library, "help(name", Some(&help));
    until(&mut client, &main, "lib.G^reet", Some(&library));
    wait_for_finding(&client, "symlink-mismatch", Some(&library));
    // What is typed counts by either name.
    client.edit(&library, "// Package lib", "// Typed.\n// Package lib");
    assert_eq!(
        client.definition(&main, "lib.G^reet"),
        (library.clone(), 19)
    );

    fs::remove_file(&link).unwrap();
    tell(&mut client, &ground, 3);
    until(&mut client, &main, "lib.G^reet", None);
    until(&mut client, &library, "help(name", None);
    wait_for_finding(&client, "symlink-mismatch", None);
    // The document lives on by its own name, as it was typed.
    let found = client.definition(&library, "Greet(name");
    assert_eq!(found, (library.clone(), 19));
    client.edit(&library, "// Typed.\n", "// Typed.\n// And again.\n");
    assert_eq!(client.definition(&library, "Greet(name"), (library, 20));
    client.end();
}

#[test]
fn a_file_is_opened_before_it_is_on_disk() {
    let test = "spellings::changing::a_file_is_opened_before_it_is_on_disk";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    for (setup, spelling) in [
        (Setup::server_alone(&gopls), "work/app"),
        (Setup::through_goplens(&gopls), "real"),
    ] {
        let ground = Ground::lay(By::Package, &[("work/app", "real")]);
        let client = start(setup, &ground);
        make_files(client, &ground, spelling);
    }
}

/// Opens new files in this folder, and saves one of them.
fn make_files(mut client: Client, ground: &Ground, folder: &str) {
    let main = ground.uri("work/app/main.go");
    let text = "package lib\n\nfunc New() string { return Twice(\"x\") }\n";
    let new = ground.uri(&format!("{folder}/lib/new.go"));
    client.open(&new, text);
    let help = ground.uri(&format!("{folder}/lib/help.go"));
    assert_eq!(client.definition(&new, "Twice"), (help.clone(), 6));
    client.edit(&main, "more())", "more(), lib.New())");
    assert_eq!(client.definition(&main, "lib.N^ew"), (new.clone(), 3));
    // It is saved, which the editor tells by the name that it knows, and closed.
    ground.write("real/lib/new.go", text);
    client.watched(&new, 1);
    client.close(&new);
    let closed = ground.uri("work/app/lib/new.go");
    assert_eq!(client.definition(&main, "lib.N^ew"), (closed, 3));

    // Not even the folder is there.
    let text = "package deep\n\nimport \"example.com/app/lib\"\n\nvar Deep = lib.Twice(\"\")\n";
    let deep = ground.uri(&format!("{folder}/very/deep/deep.go"));
    client.open(&deep, text);
    until(&mut client, &deep, "lib.T^wice", Some(&help));
    client.edit(
        &main,
        "import \"",
        "import \"example.com/app/very/deep\"\nimport \"",
    );
    client.edit(&main, "more(),", "more(), deep.Deep,");
    until(&mut client, &main, "deep.D^eep", Some(&deep));
    client.end();
}

#[test]
fn names_that_lead_nowhere_are_left_alone() {
    let test = "spellings::changing::names_that_lead_nowhere_are_left_alone";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = Ground::lay(By::Package, &[]);
    for (link, to) in [
        ("work/app/round", "work/app/round"),
        ("elsewhere/one", "elsewhere/two"),
        ("elsewhere/two", "elsewhere/one"),
        ("work/app/gone.go", "elsewhere/nothing.go"),
        ("elsewhere/dangling", "elsewhere/nothing"),
    ] {
        ground.link(link, to);
    }
    let names = [
        "work/app/round/a.go",
        "elsewhere/one/a.go",
        "work/app/gone.go",
        "elsewhere/dangling/a.go",
    ];
    let text = "package main\n\nfunc alone() { alone() }\n";
    let mut answers = Vec::new();
    for setup in [Setup::server_alone(&gopls), Setup::through_goplens(&gopls)] {
        let mut client = start(setup, &ground);
        let main = ground.uri("work/app/main.go");
        let mut answered = Vec::new();
        for name in names {
            let uri = ground.uri(name);
            client.open(&uri, text);
            for method in ["documentSymbol", "definition", "references"] {
                let method = format!("textDocument/{method}");
                answered.push((name, client.ask(&method, &uri, "alone() }")));
            }
        }
        let library = ground.uri("work/app/lib/lib.go");
        assert_eq!(client.definition(&main, "lib.G^reet"), (library, 18));
        answers.push((answered, client.end()));
    }
    assert_eq!(answers[0].0, answers[1].0);
    let rewrites = answers[1].1.recorded().rewrites("paths");
    assert!(rewrites.is_empty(), "{rewrites:#?}");
}
