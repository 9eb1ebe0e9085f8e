//! What is made for a while does not outlive the process. It ends once, so this is a test program of its own.

use std::io;
use std::thread;

use system::{Real, System};

#[test]
fn what_is_measured_when_the_process_ends_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let left = Real.temporary_folder(&[]).unwrap();
    let entries = || Real.list(folder.path(), 10).unwrap();
    thread::scope(|scope| {
        let measured = scope.spawn(|| Real.time_files(folder.path(), 100_000));
        while entries().is_empty() {
            assert!(!measured.is_finished());
            thread::yield_now();
        }
        system::end_calls();
        assert_eq!(entries(), []);
        assert!(!left.path().exists());
        assert!(measured.join().unwrap().is_err());
    });
    let refused = Real.try_file(folder.path()).unwrap_err();
    assert_eq!(refused.error.kind(), io::ErrorKind::Interrupted);
    let refused = Real.temporary_folder(&[]).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::Interrupted);
    assert_eq!(entries(), []);
}
