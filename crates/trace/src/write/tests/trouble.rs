//! What cannot be written.

use std::sync::mpsc;
use std::time::Duration;

use super::{batch, ending, note, start, wait_for};
use crate::Settings;
use crate::write::Recorder;
use crate::write::store::Store;

#[test]
fn a_state_directory_that_is_a_file_is_said_once_and_the_session_goes_on() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (sender, troubles) = mpsc::channel();
    let recorder = Recorder::start(&Settings::new(file.path()), start(), move |trouble| {
        sender.send(trouble).unwrap();
    });
    assert_eq!(recorder.record(batch(vec![note("{}"), note("{}")])), 1);
    assert_eq!(recorder.record(batch(vec![note("{}")])), 3);
    assert_eq!(recorder.folder(), None);
    assert!(recorder.finish(ending(0)));
    let said: Vec<String> = troubles.try_iter().collect();
    assert_eq!(said.len(), 1);
    assert!(
        said[0].contains("this session is not recorded"),
        "{}",
        said[0]
    );
}

#[test]
fn a_folder_that_is_removed_is_said_once_and_not_made_again() {
    let state = tempfile::tempdir().unwrap();
    let (sender, troubles) = mpsc::channel();
    let recorder = Recorder::start(&Settings::new(state.path()), start(), move |trouble| {
        sender.send(trouble).unwrap();
    });
    let folder = recorder.folder().unwrap().to_owned();
    wait_for(|| folder.join("trace.jsonl").exists());
    std::fs::remove_dir_all(&folder).unwrap();
    recorder.record(batch(vec![note("{}")]));
    let said = troubles.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(
        said.contains("the trace of this session ends here"),
        "{said}"
    );
    recorder.record(batch(vec![note("{}")]));
    assert!(recorder.finish(ending(0)));
    assert!(!folder.exists());
    assert!(troubles.try_recv().is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_of_the_store() {
    let state = tempfile::tempdir().unwrap();
    let mut store = Store::open(state.path(), &Settings::new(state.path())).unwrap();
    store.trace = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    store
        .add(false, |out| out.extend_from_slice(b"{}\n"))
        .unwrap();
    let error = store.flush().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
}
