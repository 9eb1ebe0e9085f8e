use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use proptest::prelude::*;
use protocol::traffic::{Batch, Item, Kind, Message};
use protocol::{Direction, Method};

use super::*;
use crate::{Ending, Recorder, Settings, Start};

fn line(seq: u64) -> String {
    format!("{{\"seq\":{seq},\"time\":\"t\",\"kind\":\"notification\"}}\n")
}

fn lines_of(seqs: impl IntoIterator<Item = u64>) -> String {
    seqs.into_iter().map(line).collect()
}

fn write_zst(path: &Path, text: &str) {
    fs::write(path, zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
}

fn all(folder: &Path) -> Vec<u64> {
    let reader = SessionReader::open(folder).unwrap();
    reader.map(|line| line.unwrap().record.seq).collect()
}

fn drain(follower: &mut Follower) -> Vec<u64> {
    std::iter::from_fn(|| follower.poll().unwrap())
        .map(|line| line.record.seq)
        .collect()
}

#[test]
fn head_chunks_and_trace_in_order_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("head.jsonl"), lines_of([1, 2, 5, 11, 21])).unwrap();
    write_zst(&folder.join("trace.0003.jsonl.zst"), &lines_of(10..15));
    fs::write(folder.join("trace.0004.jsonl"), lines_of(15..18)).unwrap();
    let live = lines_of(18..22) + "no record\n" + &line(22) + "{\"seq\":23,\"ti";
    fs::write(folder.join("trace.jsonl"), live).unwrap();
    let expected: Vec<u64> = [1, 2, 5].into_iter().chain(10..23).collect();
    assert_eq!(all(folder), expected);
}

#[test]
fn a_chunk_that_was_being_compressed_is_read_from_its_plain_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("trace.0001.jsonl"), lines_of(1..4)).unwrap();
    fs::write(folder.join("trace.0001.jsonl.zst"), "torn").unwrap();
    fs::write(folder.join("trace.jsonl"), lines_of(4..6)).unwrap();
    assert_eq!(all(folder), [1, 2, 3, 4, 5]);
}

#[test]
fn a_head_whose_trace_is_gone_is_all_there_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("head.jsonl"), lines_of([1, 4])).unwrap();
    fs::write(folder.path().join("trace.jsonl"), "").unwrap();
    assert_eq!(all(folder.path()), [1, 4]);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    assert!(SessionReader::open(Path::new("/nonexistent/session")).is_err());
}

#[test]
fn following_across_several_rotations_between_two_looks() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let trace = folder.join("trace.jsonl");
    fs::write(&trace, lines_of(1..3)).unwrap();
    let mut follower = Follower::open(folder).unwrap();
    assert_eq!(drain(&mut follower), [1, 2]);
    // The rest of the first chunk, two whole chunks of which one is compressed, a new trace.
    fs::write(&trace, lines_of(1..5)).unwrap();
    fs::rename(&trace, folder.join("trace.0001.jsonl")).unwrap();
    write_zst(&folder.join("trace.0002.jsonl.zst"), &lines_of(5..8));
    fs::write(folder.join("trace.0003.jsonl"), lines_of(8..10)).unwrap();
    fs::write(&trace, lines_of(10..12) + "{\"seq\":12,").unwrap();
    assert_eq!(drain(&mut follower), (3..12).collect::<Vec<_>>());
    // A line that was half written is read once it is whole.
    let rest = "\"time\":\"t\",\"kind\":\"event\"}\n";
    let mut file = fs::File::options().append(true).open(&trace).unwrap();
    std::io::Write::write_all(&mut file, rest.as_bytes()).unwrap();
    assert_eq!(drain(&mut follower), [12]);
    assert!(!follower.is_over());
    fs::write(
        folder.join("session.json"),
        r#"{"end":"2026-11-23T17:00:00Z"}"#,
    )
    .unwrap();
    assert_eq!(drain(&mut follower), [0; 0]);
    assert!(follower.is_over());
}

#[test]
fn a_session_that_was_killed_is_over() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("session.json"), "{}").unwrap();
    fs::write(folder.path().join("trace.jsonl"), line(1)).unwrap();
    let mut follower = Follower::open(folder.path()).unwrap();
    assert_eq!(drain(&mut follower), [1]);
    assert_eq!(follower.is_over(), cfg!(unix));
}

#[test]
fn a_folder_removed_while_it_is_followed_is_over() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("trace.jsonl"), line(1)).unwrap();
    let mut follower = Follower::open(folder.path()).unwrap();
    assert_eq!(drain(&mut follower), [1]);
    folder.close().unwrap();
    assert_eq!(drain(&mut follower), [0; 0]);
    assert!(follower.is_over());
}

#[test]
fn the_newest_first_and_broken_folders_noted() {
    let state = tempfile::tempdir().unwrap();
    assert!(sessions(state.path()).unwrap().sessions.is_empty());
    let make = |id: &str, info: &str| {
        let folder = state.path().join("sessions").join(id);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("session.json"), info).unwrap();
    };
    let ended = r#"{"start":"2026-11-23T17:00:00Z","end":"2026-11-23T17:00:02Z"}"#;
    make("20261123T170000.000Z-7", ended);
    make("20261124T170000.000Z-6", "{}");
    make("20261122T170000.000Z-9", "not JSON");
    let list = sessions(state.path()).unwrap();
    let ids: Vec<_> = list
        .sessions
        .iter()
        .map(|session| session.id.as_str())
        .collect();
    assert_eq!(ids, ["20261124T170000.000Z-6", "20261123T170000.000Z-7"]);
    assert_eq!(list.sessions[1].state, State::Ended);
    let duration = list.sessions[1].duration(SystemTime::now());
    assert_eq!(duration, Some(Duration::from_secs(2)));
    assert_eq!(list.notes.len(), 1);
    assert!(
        list.notes[0].contains("20261122T170000.000Z-9"),
        "{:?}",
        list.notes
    );
}

fn message(method: &str, number: usize) -> Item {
    let body = Bytes::from(format!(
        "{{\"number\":{number},\"pad\":\"{}\"}}",
        "x".repeat(number % 97)
    ));
    Item::Message(Message {
        direction: Direction::ClientToServer,
        kind: Kind::Notification,
        method: Some(Method::new(method)),
        id: None,
        size: body.len() as u64,
        body: Some(body),
        latency: None,
        outcome: None,
        checked: false,
        asked: None,
        at_server: Default::default(),
        made_here: false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// What a follower sees while a session is written, and a reader after it, is what was
    /// recorded, for any sizes of chunks and batches.
    #[test]
    fn what_is_recorded_is_read(rotate_at in 200u64..5000, sizes in prop::collection::vec(1usize..40, 1..40)) {
        let state = tempfile::tempdir().unwrap();
        let settings = Settings { rotate_at, ..Settings::new(state.path()) };
        let start = Start { goplens: String::new(), argv: Vec::new(), cwd: "/".into() };
        let recorder = Recorder::start(&settings, start, |trouble| panic!("{trouble}"));
        let folder = recorder.folder().unwrap().to_owned();
        let mut follower = Follower::open(&folder).unwrap();
        let mut seen = Vec::new();
        let mut count = 0;
        for size in sizes {
            let method = if size % 7 == 0 { "textDocument/didOpen" } else { "$/progress" };
            let items = (0..size).map(|number| message(method, number)).collect();
            prop_assert_eq!(recorder.record(Batch { time: SystemTime::now(), items }), count + 1);
            count += size as u64;
            seen.extend(drain(&mut follower));
        }
        prop_assert!(recorder.finish(Ending::default()));
        while !follower.is_over() {
            seen.extend(drain(&mut follower));
        }
        seen.extend(drain(&mut follower));
        let expected: Vec<u64> = (1..=count).collect();
        prop_assert_eq!(&seen, &expected);
        prop_assert_eq!(all(&folder), expected);
    }
}
