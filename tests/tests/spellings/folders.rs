//! A folder and its link, both open: gopls would never end to load the second one.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::{Book, Ended, PATIENCE, Setup, gopls_or_skip};

use crate::client::{Client, shown};
use crate::ground::{By, Ground};

/// The folder, its link, and what has to be said of them.
struct Folders {
    ground: Ground,
    real: String,
    link: String,
}

impl Folders {
    fn lay() -> Self {
        let ground = Ground::lay(By::Package, &[("short", "work/app")]);
        let (real, link) = (ground.uri("work/app"), ground.uri("short"));
        Self { ground, real, link }
    }

    fn start(&self, gopls: &Path, folders: &[&str]) -> Client {
        let setup = self.ground.setup(Setup::through_goplens(gopls));
        let mut client = Client::start(setup, folders);
        for name in ["work/app/main.go", "short/lib/lib.go"] {
            client.open(&self.ground.uri(name), &self.ground.text(name));
        }
        client
    }

    /// Definitions lead from both to both.
    fn check(&self, client: &mut Client) {
        wait_until_loaded(client);
        let uri = |name: &str| self.ground.uri(name);
        let found = client.definition(&uri("work/app/main.go"), "lib.G^reet");
        assert_eq!(found, (uri("short/lib/lib.go"), 18));
        let found = client.definition(&uri("work/app/main.go"), "more()");
        assert_eq!(found, (uri("work/app/more.go"), 5));
        let found = client.definition(&uri("short/lib/lib.go"), "help(name");
        assert_eq!(found, (uri("short/lib/help.go"), 8));
    }
}

/// Waits until each load that was begun has ended.
fn wait_until_loaded(client: &Client) {
    client.session.wait_for("the end of all loads", |book| {
        let loads = loads(book);
        (!loads.is_empty() && loads.values().all(|ended| *ended)).then_some(())
    });
}

/// The loads that were begun, and whether each has ended.
fn loads(book: &Book) -> BTreeMap<String, bool> {
    let mut loads = BTreeMap::new();
    for note in book.received_of("$/progress") {
        let params = &note.value()["params"];
        let token = params["token"].to_string();
        if params["value"]["title"] == "Setting up workspace" {
            loads.insert(token, false);
        } else if params["value"]["kind"] == "end"
            && let Some(ended) = loads.get_mut(&token)
        {
            *ended = true;
        }
    }
    loads
}

/// Tells of folders that the client has opened and closed.
pub(crate) fn change(client: &mut Client, added: &[&str], removed: &[&str]) {
    let listed = |uris: &[&str]| -> Vec<Value> {
        let folders = uris.iter();
        let folders = folders.map(|uri| json!({ "uri": uri, "name": uri.rsplit('/').next() }));
        folders.collect()
    };
    let event = json!({ "added": listed(added), "removed": listed(removed) });
    let method = "workspace/didChangeWorkspaceFolders";
    client.session.notify(method, json!({ "event": event }));
}

/// The only finding of two folders that are one: a warning that names both.
fn check_finding(ended: &Ended, kept: &str, left_out: &str) {
    let mut findings = ended.recorded().events("finding");
    findings.retain(|finding| finding["code"] == "duplicate-folder");
    let [finding] = &findings[..] else {
        panic!("not one finding: {findings:#?}");
    };
    assert_eq!(finding["severity"], "warning");
    let told = finding.to_string();
    for uri in [kept, left_out] {
        let path = uri.strip_prefix("file://").unwrap();
        assert!(told.contains(path), "{path} is not in {told}");
    }
}

/// Whether a finding of two folders that are one is shown anywhere.
fn is_shown(book: &Book) -> bool {
    let all = shown(book, true);
    let mut all = all.values().flatten();
    all.any(|one| one["code"] == "duplicate-folder")
}

#[test]
fn both_are_opened_from_the_start() {
    let test = "spellings::folders::both_are_opened_from_the_start";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let folders = Folders::lay();
    for [kept, left_out] in [
        [&folders.real, &folders.link],
        [&folders.link, &folders.real],
    ] {
        let mut client = folders.start(&gopls, &[kept, left_out]);
        folders.check(&mut client);
        let loads = loads(&client.session.book());
        assert_eq!(loads.len(), 1, "{loads:?}");
        check_finding(&client.end(), kept, left_out);
    }
}

#[test]
fn the_second_is_opened_later_and_the_first_is_closed() {
    let test = "spellings::folders::the_second_is_opened_later_and_the_first_is_closed";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let folders = Folders::lay();
    for [kept, left_out] in [
        [&folders.real, &folders.link],
        [&folders.link, &folders.real],
    ] {
        let mut client = folders.start(&gopls, &[kept]);
        folders.check(&mut client);
        change(&mut client, &[left_out], &[]);
        client
            .session
            .wait_for("the finding", |book| is_shown(book).then_some(()));
        folders.check(&mut client);
        change(&mut client, &[], &[kept]);
        let gone = |book: &Book| (!is_shown(book)).then_some(());
        client.session.wait_for("the end of the finding", gone);
        folders.check(&mut client);
        // gopls has the folder that is left.
        let command = json!({ "command": "gopls.views", "arguments": [] });
        let views = client.request("workspace/executeCommand", command);
        assert_eq!(views["result"][0]["Folder"], **left_out, "{views}");
        check_finding(&client.end(), kept, left_out);
    }
}

#[test]
fn the_second_is_closed_again() {
    let test = "spellings::folders::the_second_is_closed_again";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let folders = Folders::lay();
    let mut client = folders.start(&gopls, &[&folders.real, &folders.link]);
    folders.check(&mut client);
    change(&mut client, &[], &[&folders.link]);
    let gone = |book: &Book| (!is_shown(book)).then_some(());
    client.session.wait_for("the end of the finding", gone);
    folders.check(&mut client);
    let ended = client.end();
    check_finding(&ended, &folders.real, &folders.link);
    let cleared = ended.recorded().events("cleared");
    let codes: Vec<_> = cleared.iter().map(|one| &one["code"]).collect();
    assert!(codes.contains(&&json!("duplicate-folder")), "{codes:?}");
}

#[test]
fn one_is_closed_by_another_spelling_and_its_link_is_opened() {
    let test = "spellings::folders::one_is_closed_by_another_spelling_and_its_link_is_opened";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let folders = Folders::lay();
    let odd = folders.real.replace("file://", "file://localhost");
    let mut client = folders.start(&gopls, &[&odd]);
    folders.check(&mut client);
    change(&mut client, &[], &[&folders.real]);
    change(&mut client, &[&folders.link], &[]);
    let limit = Instant::now() + PATIENCE;
    loop {
        let command = json!({ "command": "gopls.views", "arguments": [] });
        let views = client.request("workspace/executeCommand", command);
        if views["result"][0]["Folder"] == *folders.link {
            break;
        }
        assert!(Instant::now() < limit, "the link has no view: {views}");
        thread::sleep(Duration::from_millis(200));
    }
    let ended = client.end();
    let findings = ended.recorded().events("finding");
    let is_it = |finding: &&Value| finding["code"] == "duplicate-folder";
    assert_eq!(findings.iter().find(is_it), None);
}
