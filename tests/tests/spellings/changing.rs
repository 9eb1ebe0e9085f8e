//! Links that are made and removed while a session goes on, and files that are not there yet.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::{PATIENCE, Setup, gopls_or_skip};

use crate::client::{Client, shown, wait_for_finding};
use crate::folders::change;
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

/// Asks for a definition again and again, until it is in this line of this document.
fn until_in_line(client: &mut Client, uri: &str, needle: &str, wanted: &(String, u64)) {
    let limit = Instant::now() + PATIENCE;
    loop {
        let found = client.definition(uri, needle);
        if found == *wanted {
            return;
        }
        assert!(Instant::now() < limit, "{wanted:?} never comes: {found:?}");
        thread::sleep(Duration::from_millis(200));
    }
}

/// Waits until gopls complains of this in a document.
fn wait_for_complaint(client: &Client, uri: &str, what: &str) {
    client
        .session
        .wait_for(&format!("{what} in {uri}"), |book| {
            let shown = shown(book, false);
            let is_it = |one: &Value| one.to_string().contains(what);
            let all = shown.get(uri)?;
            all.iter().any(is_it).then_some(())
        });
}

/// Fails unless what gopls complains of in the library's file is shown and stays, as does the finding. The
/// program's file is open, too.
fn check_shown(client: &mut Client, library: &str, main: &str) {
    wait_for_complaint(client, library, "undefined: missing");
    // When gopls complains of what comes now it has said all that it had to say before.
    client.edit(main, "more())", "lost())");
    wait_for_complaint(client, main, "undefined: lost");
    wait_for_complaint(client, library, "undefined: missing");
    wait_for_finding(client, "symlink-mismatch", Some(library));
    client.edit(main, "lost())", "more())");
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
    client.edit(&library, "\"!\", 3)", "\"!\", missing)");
    until(&mut client, &library, "help(name", None);

    ground.link("work/app/lib", "elsewhere/lib");
    tell(&mut client, &ground, 1);
    let help = ground.uri("elsewhere/lib/help.go");
    until(&mut client, &library, "help(name", Some(&help));
    until(&mut client, &main, "lib.G^reet", Some(&library));
    wait_for_finding(&client, "symlink-mismatch", Some(&library));
    check_shown(&mut client, &library, &main);
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
    let found = client.definition(&library, "Greet(name");
    assert_eq!(found, (library.clone(), 20));

    ground.link("work/app/lib", "elsewhere/lib");
    tell(&mut client, &ground, 1);
    until(&mut client, &library, "help(name", Some(&help));
    check_shown(&mut client, &library, &main);
    client.end();
}

#[test]
fn the_folder_of_an_open_file_is_added_by_another_name() {
    let test = "spellings::changing::the_folder_of_an_open_file_is_added_by_another_name";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = Ground::lay(By::Package, &[("work/app", "real")]);
    ground.write("other/go.mod", "module example.com/other\n\ngo 1.24\n");
    ground.write("other/other.go", "package other\n");
    let setup = ground.setup(Setup::through_goplens(&gopls));
    let mut client = Client::start(setup, &[&ground.uri("other")]);
    let [library, main] = ["real/lib/lib.go", "real/main.go"].map(|file| ground.uri(file));
    client.open(&main, &ground.text("real/main.go"));
    client.open(&library, &ground.text("real/lib/lib.go"));
    client.edit(&library, "\"!\", 3)", "\"!\", missing)");
    until(&mut client, &library, "help(name", None);
    wait_for_complaint(&client, &library, "undefined: missing");

    change(&mut client, &[&ground.uri("work/app")], &[]);
    let help = ground.uri("real/lib/help.go");
    until(&mut client, &library, "help(name", Some(&help));
    check_shown(&mut client, &library, &main);
    client.end();
}

#[test]
fn a_file_changes_that_the_client_calls_otherwise() {
    let test = "spellings::changing::a_file_changes_that_the_client_calls_otherwise";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    for (link, to, other) in [("work/app", "real", "real"), ("short", "work/app", "short")] {
        let ground = Ground::lay(By::Package, &[(link, to)]);
        let mut client = start(Setup::through_goplens(&gopls), &ground);
        let main = ground.uri("work/app/main.go");
        let more = ground.uri("work/app/more.go");
        assert_eq!(client.definition(&main, "more()"), (more.clone(), 5));
        let text = format!("// New.\n{}", ground.text("work/app/more.go"));
        ground.write("work/app/more.go", &text);
        client.watched(&ground.uri(&format!("{other}/more.go")), 2);
        until_in_line(&mut client, &main, "more()", &(more, 6));
        client.end();
    }
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
