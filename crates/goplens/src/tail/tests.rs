use std::fs;

use super::*;

const TRACE: &str = concat!(
    r#"{"seq":1,"time":"2026-11-23T17:05:33.000001Z","direction":"client-to-server","kind":"request","method":"initialize","id":1,"body":{"params":{"rootUri":"file:///w"}}}"#,
    "\n",
    r#"{"seq":2,"time":"2026-11-23T17:05:34.000001Z","direction":"client-to-server","kind":"request","method":"textDocument/hover","id":2,"body":{"params":{"textDocument":{"uri":"file:///w/a.go"},"position":{"line":0,"character":0}}}}"#,
    "\n",
    r#"{"seq":3,"time":"2026-11-23T17:05:34.000901Z","direction":"server-to-client","kind":"response","method":"textDocument/hover","id":2,"latency_us":900,"outcome":"null","body":{}}"#,
    "\n",
);

fn state() -> tempfile::TempDir {
    let state = tempfile::tempdir().unwrap();
    for id in [
        "20261123T170533.000Z-1",
        "20261123T170533.000Z-12",
        "20261122T000000.000Z-5",
    ] {
        let folder = state.path().join("sessions").join(id);
        fs::create_dir_all(&folder).unwrap();
        let info = r#"{"end":"2026-11-23T17:05:35Z","ended":{"code":0,"text":"exit code 0"}}"#;
        fs::write(folder.join("session.json"), info).unwrap();
        fs::write(folder.join("trace.jsonl"), TRACE).unwrap();
    }
    state
}

fn options(state: &tempfile::TempDir) -> Options {
    Options {
        state: state.path().to_owned(),
        follow: false,
        json: false,
        session: None,
        filter: Vec::new(),
        colour: false,
    }
}

fn output(options: &Options) -> String {
    let mut out = Vec::new();
    run(options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn problem(options: &Options) -> String {
    run(options, &mut Vec::new()).unwrap_err().to_string()
}

#[test]
fn the_newest_session_from_its_start_to_its_end() {
    let state = state();
    let options = Options {
        filter: vec!["uri:a.go".to_owned()],
        ..options(&state)
    };
    assert_eq!(
        output(&options),
        "session 20261123T170533.000Z-12\n\
         17:05:34.000 → textDocument/hover #2 a.go:1:1\n\
         17:05:34.000 ← textDocument/hover #2 a.go:1:1 900us null\n\
         session ended: exit code 0\n"
    );
}

#[test]
fn json_is_the_trace_itself() {
    let state = state();
    let mut options = Options {
        json: true,
        ..options(&state)
    };
    assert_eq!(output(&options), TRACE);
    options.filter = vec!["outcome:null".to_owned()];
    assert_eq!(
        output(&options),
        TRACE.lines().last().unwrap().to_owned() + "\n"
    );
}

#[test]
fn a_session_by_its_name_or_how_it_begins() {
    let state = state();
    let named = |name: &str| Options {
        session: Some(name.to_owned()),
        ..options(&state)
    };
    let first = |name: &str| output(&named(name)).lines().next().unwrap().to_owned();
    assert_eq!(first("20261122"), "session 20261122T000000.000Z-5");
    assert_eq!(
        first("20261123T170533.000Z-1"),
        "session 20261123T170533.000Z-1"
    );
    assert_eq!(
        problem(&named("20261123")),
        "2 sessions have names that begin with 20261123; give more of it"
    );
    assert_eq!(
        problem(&named("x")),
        "no session is named x; `goplens sessions` lists them"
    );
}

#[test]
fn nothing_recorded_and_bad_filters_are_said() {
    let empty = tempfile::tempdir().unwrap();
    assert!(problem(&options(&empty)).starts_with("no session is recorded in "));
    let state = state();
    let bad = Options {
        filter: vec!["colour:red".to_owned()],
        ..options(&state)
    };
    assert!(problem(&bad).starts_with("filter `colour:red`: no such key"));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let state = state();
    assert!(run(&options(&state), &mut Closed).is_ok());
}

#[test]
fn the_next_session_is_the_oldest_of_the_newer_ones() {
    let state = state();
    let session = next(state.path(), "20261122T000000.000Z-5").unwrap();
    assert_eq!(session.id, "20261123T170533.000Z-1");
}
