mod ends;
mod trouble;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use protocol::traffic::{Batch, Event, EventName, Item, Kind, Message, Outcome};
use protocol::{Direction, Method};
use serde_json::{Value, json};
use wire::Id;

use super::Recorder;
use super::queue::Queue;
use crate::{Ending, SessionInfo, Settings, Start};

fn start() -> Start {
    Start {
        goplens: "0.1.0".to_owned(),
        argv: vec!["goplens".to_owned()],
        cwd: PathBuf::from("/w"),
    }
}

fn recorder(settings: &Settings) -> Recorder {
    Recorder::start(settings, start(), |trouble| panic!("{trouble}"))
}

fn message(direction: Direction, kind: Kind, method: &str, body: impl Into<Bytes>) -> Message {
    let body = body.into();
    Message {
        direction,
        kind,
        method: Some(Method::new(method)),
        id: (kind != Kind::Notification).then_some(Id::Number(1)),
        size: body.len() as u64,
        body: Some(body),
        latency: (kind == Kind::Response).then_some(Duration::from_micros(1500)),
        outcome: (kind == Kind::Response).then_some(Outcome::Ok),
        checked: false,
        asked: None,
        at_server: Default::default(),
        made_here: false,
    }
}

fn note(body: impl Into<Bytes>) -> Message {
    message(
        Direction::ServerToClient,
        Kind::Notification,
        "$/progress",
        body,
    )
}

fn batch(items: Vec<Message>) -> Batch {
    Batch {
        time: SystemTime::UNIX_EPOCH,
        items: items.into_iter().map(Item::Message).collect(),
    }
}

fn ending(code: i32) -> Ending {
    Ending {
        code: Some(code),
        signal: None,
        text: format!("exit code {code}"),
    }
}

fn lines(folder: &Path, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn session_json(folder: &Path) -> SessionInfo {
    serde_json::from_slice(&std::fs::read(folder.join("session.json")).unwrap()).unwrap()
}

/// What the writer makes of these batches.
fn recorded(batches: Vec<Batch>) -> (Vec<Value>, SessionInfo) {
    let state = tempfile::tempdir().unwrap();
    let recorder = recorder(&Settings::new(state.path()));
    for batch in batches {
        recorder.record(batch);
    }
    assert!(recorder.finish(ending(0)));
    let folder = recorder.folder().unwrap();
    (lines(folder, "trace.jsonl"), session_json(folder))
}

#[test]
fn records_are_those_of_the_contract() {
    let mut answer = message(
        Direction::ServerToClient,
        Kind::Response,
        "textDocument/definition",
        "{\r\n\"result\":[]}",
    );
    answer.made_here = true;
    answer.id = Some(Id::from("a\"<"));
    let event = Event {
        name: EventName::Rejected,
        data: json!({"direction": "client-to-server", "reason": "a\nb"}),
    };
    let mut first = batch(vec![answer]);
    first.items.push(Item::Event(event));
    let (records, _) = recorded(vec![first, batch(vec![note("{}")])]);
    assert_eq!(
        records,
        [
            json!({"seq":1,"time":"1970-01-01T00:00:00.000000Z","direction":"server-to-client",
                "kind":"response","method":"textDocument/definition","id":"a\"<","bytes":15,
                "latency_us":1500,"outcome":"ok","origin":"goplens","body":{"result":[]}}),
            json!({"seq":2,"time":"1970-01-01T00:00:00.000000Z","direction":"client-to-server",
                "kind":"event","event":"rejected",
                "data":{"direction":"client-to-server","reason":"a\nb"}}),
            json!({"seq":3,"time":"1970-01-01T00:00:00.000000Z","direction":"server-to-client",
                "kind":"notification","method":"$/progress","bytes":2,"body":{}}),
        ]
    );
}

#[test]
fn a_body_that_is_no_json_is_kept_in_base64() {
    let (records, _) = recorded(vec![batch(vec![
        note(&b"{\"a\":\"\xff\"}"[..]),
        note("nonsense"),
    ])]);
    assert_eq!(records[0]["body_base64"], "eyJhIjoi/yJ9");
    assert_eq!(records[1]["body_base64"], "bm9uc2Vuc2U=");
    assert_eq!(records[1].get("body"), None);
}

#[test]
fn large_and_missing_bodies_are_left_out() {
    let mut missing = note("{}");
    missing.body = None;
    let large = vec![b' '; (1 << 20) + 1];
    let (records, info) = recorded(vec![batch(vec![missing, note(large)])]);
    for record in &records {
        assert_eq!(record["truncated"], true);
        assert_eq!(record.get("body"), None);
    }
    assert!(info.dropped.is_empty());
}

#[test]
fn session_json_keeps_the_newest_versions() {
    let versions = |go: &str| {
        let data = json!({ "workspaces": [{ "go_version": go }] });
        let name = EventName::Versions;
        Batch {
            time: SystemTime::UNIX_EPOCH,
            items: vec![Item::Event(Event { name, data })],
        }
    };
    let (records, info) = recorded(vec![versions("1.26.8"), versions("1.27.3")]);
    let recorded: Vec<_> = records.iter().map(|record| &record["event"]).collect();
    assert_eq!(recorded, ["versions", "versions"]);
    assert_eq!(info.versions, Some(records[1]["data"].clone()));
}

#[test]
fn session_json_says_who_took_part_and_how_it_ended() {
    use Direction::{ClientToServer, ServerToClient};
    let request = r#"{"params":{"clientInfo":{"name":"vim","version":"9"},"rootUri":"file:///r","workspaceFolders":[{"uri":"file:///w","name":"w"}]}}"#;
    let response = r#"{"result":{"serverInfo":{"name":"gopls","version":"{\"GoVersion\":\"go1.26.8\",\"Path\":\"golang.org/x/tools/gopls\",\"Main\":{\"Version\":\"v0.23.0\"}}"}},"id":1}"#;
    let log = r#"{"params":{"type":3,"message":"2026/11/23 17:15:47 Created View (#1)\n\tview_type=\"GoMod\"\n\tgo_version=\"go version go1.27.1 linux/amd64\"\n"}}"#;
    let (_, info) = recorded(vec![
        batch(vec![message(
            ClientToServer,
            Kind::Request,
            "initialize",
            request,
        )]),
        batch(vec![message(
            ServerToClient,
            Kind::Response,
            "initialize",
            response,
        )]),
        batch(vec![message(
            ServerToClient,
            Kind::Notification,
            "window/logMessage",
            log,
        )]),
    ]);
    assert_eq!(info.client.unwrap().to_string(), "vim 9");
    assert_eq!(info.folders, ["file:///w"]);
    assert_eq!(info.gopls.as_deref(), Some("v0.23.0"));
    assert_eq!(info.go_built_with.as_deref(), Some("go1.26.8"));
    assert_eq!(info.go.as_deref(), Some("go1.27.1"));
    assert_eq!(info.messages, 3);
    assert_eq!(info.ended, Some(ending(0)));
    assert!(info.end.is_some() && info.trace_bytes > 0);
    let initialize = &info.methods["initialize"];
    assert_eq!((initialize.count, initialize.outcomes["ok"]), (1, 1));
    assert_eq!(
        (initialize.p50_us, initialize.max_us),
        (Some(1500), Some(1500))
    );
    assert_eq!(info.methods["window/logMessage"].p50_us, None);
}

#[test]
fn session_json_has_no_gopls_where_goplens_answered_in_its_place() {
    let response = r#"{"result":{"serverInfo":{"name":"goplens","version":"0.1.0"}},"id":1}"#;
    let (direction, kind) = (Direction::ServerToClient, Kind::Response);
    let (_, info) = recorded(vec![batch(vec![message(
        direction,
        kind,
        "initialize",
        response,
    )])]);
    assert_eq!(info.gopls, None);
}

#[test]
fn a_full_queue_drops_bodies_then_records_and_says_how_many() {
    let queue = Queue::new(8192, 1 << 20);
    let body = "1".repeat(1000);
    let pushed: Vec<u64> = (0..40)
        .map(|_| queue.push(batch(vec![note(body.clone())])).0)
        .collect();
    assert_eq!(pushed, (1..=40).collect::<Vec<u64>>());
    let mut taken = VecDeque::new();
    queue.take(&mut taken);
    let with_body = |item: &&Item| matches!(item, Item::Message(message) if message.body.is_some());
    let items: Vec<&Item> = taken
        .iter()
        .flat_map(|queued| &queued.batch.items)
        .collect();
    let bodies = items.iter().copied().filter(|item| with_body(item)).count();
    assert_eq!(bodies, 4, "three quarters of the cap hold no fifth");
    assert!(items.len() > bodies && items.len() < 40);
    let kept = items.len();
    // Only what was written makes room.
    let mut none = VecDeque::new();
    queue.take(&mut none);
    assert!(none.is_empty());
    queue.release(taken.drain(..).map(|queued| queued.cost).sum());
    queue.take(&mut taken);
    assert_eq!(taken.len(), 1);
    let queued = &taken[0];
    let Item::Event(event) = &queued.batch.items[0] else {
        panic!("{queued:?}");
    };
    assert_eq!(queued.first, 41);
    assert_eq!(
        event.data,
        json!({"records": 40 - kept, "bodies": kept - bodies})
    );
    assert_eq!(queue.push(batch(vec![note(body)])).0, 42);
}

#[test]
fn the_trace_rotates_is_compressed_and_keeps_its_head() {
    let state = tempfile::tempdir().unwrap();
    let settings = Settings {
        rotate_at: 4096,
        session_cap: 12_000,
        ..Settings::new(state.path())
    };
    let recorder = recorder(&settings);
    let open = message(
        Direction::ClientToServer,
        Kind::Notification,
        "textDocument/didOpen",
        "{}",
    );
    recorder.record(batch(vec![open]));
    for _ in 0..200 {
        recorder.record(batch(vec![note(format!(
            "{{\"a\":\"{}\"}}",
            "x".repeat(100)
        ))]));
    }
    let folder = recorder.folder().unwrap().to_owned();
    let names = || -> Vec<String> {
        let entries = folder.read_dir().unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("trace."))
            .collect();
        names.sort();
        names
    };
    wait_for(|| {
        names()
            .iter()
            .all(|name| name.ends_with(".zst") || name == "trace.jsonl")
    });
    assert!(recorder.finish(ending(0)));
    let names = names();
    assert!(names.len() > 1, "{names:?}");
    assert!(
        !names.contains(&"trace.0001.jsonl.zst".to_owned()),
        "{names:?}"
    );
    assert_eq!(
        lines(&folder, "head.jsonl")[0]["method"],
        "textDocument/didOpen"
    );
    let size: u64 = names
        .iter()
        .map(|name| folder.join(name).metadata().unwrap().len())
        .sum();
    assert!(size <= 12_000, "{size}");
}

#[test]
fn a_record_wakes_the_writer_from_its_sleep() {
    let state = tempfile::tempdir().unwrap();
    let recorder = recorder(&Settings::new(state.path()));
    let trace = recorder.folder().unwrap().join("trace.jsonl");
    let count = || std::fs::read_to_string(&trace).map_or(0, |text| text.lines().count());
    for sent in 1..=2 {
        // Longer than the writer stays awake without traffic.
        std::thread::sleep(Duration::from_millis(700));
        recorder.record(batch(vec![note("{}")]));
        wait_for(|| count() == sent);
    }
}

#[test]
fn stderr_is_kept_beside_the_trace() {
    let state = tempfile::tempdir().unwrap();
    let recorder = recorder(&Settings::new(state.path()));
    recorder.stderr(b"panic: ");
    recorder.stderr(b"oh\n");
    assert!(recorder.finish(ending(2)));
    let path = recorder.folder().unwrap().join("stderr.log");
    assert_eq!(std::fs::read(path).unwrap(), b"panic: oh\n");
}

/// Waits for what another thread brings about.
fn wait_for(mut condition: impl FnMut() -> bool) {
    for _ in 0..2000 {
        if condition() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it did not happen in 20 s");
}
