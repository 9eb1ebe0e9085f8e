//! What is on record of a session in which names were changed.

use std::path::Path;

use protocol::Direction;
use serde_json::Value;
use tests::{Ended, Setup, command, goplens, gopls_or_skip};
use trace::Record;

use crate::client::Client;
use crate::ground::{By, Ground};

/// A session of a client that opens a file by its real path, and asks for references once.
struct Recorded {
    ended: Ended,
    state: std::path::PathBuf,
}

impl Recorded {
    fn play(gopls: &Path, ground: &Ground) -> Self {
        let setup = ground.setup(Setup::through_goplens(gopls));
        let mut client = Client::start(setup, &[&ground.uri("work/app")]);
        let library = ground.uri("real/lib/lib.go");
        client.open(&library, &ground.text("real/lib/lib.go"));
        let answer = client.ask("textDocument/references", &library, "Greet(name");
        assert_eq!(
            answer["result"].as_array().map(Vec::len),
            Some(5),
            "{answer}"
        );
        let state = client.session.state().to_owned();
        let ended = client.end();
        Self { ended, state }
    }
}

/// The record of a message that an event is about.
fn record_of<'a>(ended: &'a Ended, event: &Value, direction: Direction) -> &'a Record {
    let mut records = ended.recorded().messages(direction);
    let found = records.find(|record| {
        let id = record.id.as_ref().map(ToString::to_string);
        let method = record.method.as_deref() == event["method"].as_str();
        method && id == event.get("id").map(Value::to_string)
    });
    found.unwrap_or_else(|| panic!("no record for {event}"))
}

/// Fails unless the splices of an event lead from the body as it came to the body as it went. What is on
/// record is the client's of the two.
fn check_splices(event: &Value, at_client: &str, came_from_client: bool) {
    let mut all = Vec::new();
    for splice in event["splices"].as_array().unwrap() {
        assert_eq!(splice["by"], "paths", "{event}");
        let text = |name: &str| splice[name].as_str().unwrap().to_owned();
        for at in splice["at"].as_array().unwrap() {
            let at = usize::try_from(at.as_u64().unwrap()).unwrap();
            all.push((at, text("was"), text("is")));
        }
    }
    all.sort();
    assert!(!all.is_empty(), "{event}");
    let (mut longer, mut shorter) = (0, 0);
    for (at, was, is) in all {
        assert_ne!(was, is, "{event}");
        let (here, stands) = match came_from_client {
            true => (at, &was),
            false => (at + longer - shorter, &is),
        };
        let found = at_client.get(here..here + stands.len());
        assert_eq!(found, Some(stands.as_str()), "at {here} for {event}");
        longer += is.len();
        shorter += was.len();
    }
}

#[test]
fn each_change_is_on_record_with_its_place() {
    let test = "spellings::record::each_change_is_on_record_with_its_place";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = Ground::lay(By::Package, &[("work/app", "real")]);
    let Recorded { ended, .. } = Recorded::play(&gopls, &ground);
    let events = ended.recorded().rewrites("paths");
    let count = |direction: &str, method: &str| {
        let of = |event: &&Value| event["direction"] == direction && event["method"] == method;
        events.iter().filter(of).count()
    };
    let (there, back) = ("client-to-server", "server-to-client");
    assert_eq!(count(there, "textDocument/didOpen"), 1, "{events:#?}");
    assert_eq!(count(there, "textDocument/references"), 1, "{events:#?}");
    assert_eq!(count(back, "textDocument/references"), 1, "{events:#?}");
    assert_eq!(count(there, "initialize"), 0, "the folder is well spelt");
    for event in &events {
        let direction = match event["direction"].as_str() {
            Some("client-to-server") => Direction::ClientToServer,
            _ => Direction::ServerToClient,
        };
        if event["method"] == "textDocument/publishDiagnostics" {
            // There are several without an id.
            continue;
        }
        let record = record_of(&ended, event, direction);
        let body = record.body.as_ref().unwrap().get();
        check_splices(event, body, direction == Direction::ClientToServer);
    }
    let answer = events
        .iter()
        .find(|event| event["direction"] == back && event["method"] == "textDocument/references");
    let splices = answer.unwrap()["splices"].as_array().unwrap();
    let places = splices
        .iter()
        .map(|one| one["at"].as_array().unwrap().len());
    assert_eq!(
        places.sum::<usize>(),
        5,
        "each place of each URI: {splices:#?}"
    );
}

#[test]
fn tail_shows_the_splices() {
    let test = "spellings::record::tail_shows_the_splices";
    let Some(gopls) = gopls_or_skip(test) else {
        return;
    };
    let ground = Ground::lay(By::Package, &[("work/app", "real")]);
    let recorded = Recorded::play(&gopls, &ground);
    let output = command(goplens())
        .args(["tail", "event:rewrite"])
        .env("GOPLENS_STATE", &recorded.state)
        .env("GOPLENS_CONFIG", recorded.state.join("none.toml"))
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines();
    let about: Vec<_> = lines.filter(|line| line.contains("references")).collect();
    let [there, back] = about[..] else {
        panic!("not one line each way: {text}");
    };
    for line in [there, back] {
        for name in ["real/lib/lib.go", "work/app/lib/lib.go"] {
            assert!(line.contains(name), "{name} is not in {line}");
        }
    }
}
