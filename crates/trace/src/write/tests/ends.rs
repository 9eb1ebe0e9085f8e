//! Sessions that end, and that are deleted.

use std::fs;

use super::{recorder, session_json, wait_for};
use crate::write::sweep::sweep;
use crate::{Settings, State, sessions};

#[test]
fn a_dropped_recorder_ends_its_session() {
    let state = tempfile::tempdir().unwrap();
    let recorder = recorder(&Settings::new(state.path()));
    let folder = recorder.folder().unwrap().to_owned();
    drop(recorder);
    wait_for(|| {
        let list = sessions(state.path()).unwrap().sessions;
        list.first()
            .is_some_and(|session| session.state == State::Ended)
    });
    assert_eq!(
        session_json(&folder).ended.unwrap().text,
        "goplens ended without saying how"
    );
}

#[test]
fn the_oldest_ended_sessions_make_room_but_no_live_one() {
    let state = tempfile::tempdir().unwrap();
    let settings = Settings {
        total_cap: 1,
        ..Settings::new(state.path())
    };
    let folders = state.path().join("sessions");
    let make = |name: &str, info: &str| {
        fs::create_dir_all(folders.join(name)).unwrap();
        fs::write(folders.join(name).join("session.json"), info).unwrap();
    };
    let live = recorder(&settings);
    wait_for(|| live.folder().unwrap().join("session.json").exists());
    make(
        "20200101T000000.000Z-1",
        r#"{"end":"2020-01-01T00:00:01Z"}"#,
    );
    make("20210101T000000.000Z-2", "{}");
    make("20990101T000000.000Z-3", "{}");
    fs::create_dir(folders.join("not-a-session")).unwrap();
    sweep(&settings, &folders.join("20990101T000000.000Z-3"));
    let mut left: Vec<_> = folders
        .read_dir()
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    left.sort();
    let name = live.folder().unwrap().file_name().unwrap();
    assert_eq!(
        left,
        [
            name,
            "20990101T000000.000Z-3".as_ref(),
            "not-a-session".as_ref()
        ]
    );
}
