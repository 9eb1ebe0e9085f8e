//! What is said of a request that takes too long, while it does and when its answer comes.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use tests::{Hang, Module, Script, Session, Setup, gopls_or_skip, place};

/// The scripted server.
const STAND_IN: &str = env!("CARGO_BIN_EXE_stand-in");

/// Thresholds that a test need not wait long for.
const LOW: &str =
    "[timeouts]\ndefault = 600\n\"textDocument/hover\" = 600\n\"textDocument/definition\" = 0.3\n";

/// An initialized session with the stand-in.
fn session(setup: Setup, script: &Script, module: &Module) -> Session {
    let mut session = setup.script(script).start();
    session.initialize(module);
    session
}

fn low() -> Setup {
    Setup::through_goplens(STAND_IN).config(LOW)
}

/// A script by which these requests take so many milliseconds.
fn slow(delays: &[(&str, u64)]) -> Script {
    let delays = delays.iter();
    Script {
        delays_ms: delays
            .map(|(method, ms)| ((*method).to_owned(), *ms))
            .collect(),
        ..Script::default()
    }
}

/// A session whose first definition waits for a load that hangs.
fn hung(hang: &Hang, setup: Setup) -> Session {
    let mut session = hang.apply(setup).start();
    session.initialize(&hang.module);
    session.open(&hang.module, "main.go");
    session.ask(
        "textDocument/definition",
        place(&hang.module, "main.go", "Return"),
    );
    session
}

#[test]
fn a_slow_request_is_told_while_it_hangs_and_when_it_is_answered() {
    let module = Module::sample();
    let script = slow(&[
        ("textDocument/definition", 2500),
        ("textDocument/hover", 2500),
    ]);
    let mut session = session(low(), &script, &module);
    let ahead = session.ask("textDocument/hover", place(&module, "list/list.go", "Map["));
    // It must be read by itself, to have come first.
    std::thread::sleep(Duration::from_millis(100));
    let id = session.ask(
        "textDocument/definition",
        place(&module, "main.go", "Of(item"),
    );
    let said = session.logged("textDocument/definition");
    assert!(
        session.book().responses(&id).next().is_none(),
        "it is said while the request hangs"
    );
    for part in [
        "has not been answered for",
        "main.go:15:",
        "textDocument/hover",
        "ahead of it",
        "gopls last said something",
        "% CPU",
        "debug = true",
    ] {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
    session.answer(&ahead).result();
    session.answer(&id).result();
    session.shut_down();
    let ended = session.finish();
    let timeouts = ended.recorded().events("timeout");
    assert_eq!(timeouts.len(), 1, "{timeouts:?}");
    let timeout = &timeouts[0];
    assert_eq!(timeout["method"], "textDocument/definition");
    assert_eq!(timeout["threshold_ms"], 300);
    assert_eq!(timeout["uri"], module.uri("main.go"));
    let (line, character) = module.position("main.go", "Of(item");
    assert_eq!(
        timeout["position"],
        json!({ "line": line, "character": character })
    );
    assert_eq!(
        timeout["ahead"].as_array().map(Vec::len),
        Some(1),
        "{timeout}"
    );
    assert_eq!(timeout["ahead"][0]["method"], "textDocument/hover");
    assert_eq!(timeout["pending"], 2);
    assert_eq!(timeout["unanswered_by_client"], json!([]));
    assert!(timeout["server_silent_ms"].is_u64());
    assert_eq!(timeout["server"]["children"], json!([]));
    for number in ["cpu_percent", "memory_bytes"] {
        assert!(timeout["server"][number].is_u64(), "{timeout}");
    }
    assert_eq!(timeout["server"]["state"], "S");

    let late = ended.recorded().events("late");
    assert_eq!(late.len(), 1, "{late:?}");
    assert_eq!(late[0]["method"], "textDocument/definition");
    assert_eq!(late[0]["dropped"], false);
    assert!(late[0]["waited_ms"].as_u64().unwrap() >= 2500);
    let answers = ended.recorded().responses("textDocument/definition");
    assert_eq!(
        answers[0].outcome.as_deref(),
        Some("ok"),
        "a late answer keeps its own outcome"
    );
}

#[test]
fn of_requests_that_came_together_the_first_has_none_ahead() {
    let module = Module::sample();
    let script = slow(&[("textDocument/definition", 1500)]);
    let mut session = session(low(), &script, &module);
    // One write, so that goplens reads them at once.
    let requests: Vec<String> = (1..=5)
        .map(|number| {
            let params = place(&module, "main.go", "Of(item");
            json!({ "jsonrpc": "2.0", "id": 100 + number, "method": "textDocument/definition", "params": params }).to_string()
        })
        .collect();
    let bytes: Vec<u8> = requests
        .iter()
        .flat_map(|body| wire::frame(body.as_bytes()))
        .collect();
    let (first, rest) = requests.split_first().unwrap();
    session.send_odd(bytes, first.clone());
    for body in rest {
        session.send_odd("", body.clone());
    }
    for number in 1..=5 {
        session.answer(&wire::Id::from(100 + number)).result();
    }
    session.shut_down();
    let ended = session.finish();
    let timeouts = ended.recorded().events("timeout");
    assert_eq!(timeouts.len(), 5);
    for timeout in timeouts {
        let id = timeout["id"].as_i64().unwrap();
        let ahead: Vec<_> = timeout["ahead"]
            .as_array()
            .unwrap()
            .iter()
            .map(|request| request["id"].as_i64().unwrap())
            .collect();
        assert_eq!(ahead, (101..id).collect::<Vec<_>>(), "ahead of {id}");
    }
}

#[test]
fn a_method_that_is_slow_every_time_says_so_once() {
    let module = Module::sample();
    let script = slow(&[("textDocument/definition", 800)]);
    let mut session = session(low(), &script, &module);
    for _ in 0..3 {
        session.definition(&module, "main.go", "Of(item");
    }
    session.shut_down();
    let ended = session.finish();
    let timeouts = ended.recorded().events("timeout");
    let rows: Vec<_> = timeouts
        .iter()
        .map(|event| event["in_a_row"].as_u64().unwrap())
        .collect();
    assert_eq!(rows, [1, 2, 3]);
    assert_eq!(ended.recorded().events("late").len(), 3);
    let said = ended.book.received_of("window/logMessage").count();
    assert_eq!(said, 1);
}

#[test]
fn a_request_of_the_server_that_the_client_leaves_unanswered_is_named() {
    let module = Module::sample();
    let script = Script {
        asks: [(
            "textDocument/hover".to_owned(),
            "window/workDoneProgress/create".to_owned(),
        )]
        .into(),
        ..slow(&[("textDocument/definition", 6500)])
    };
    let setup = low().silent("window/workDoneProgress/create");
    let mut session = session(setup, &script, &module);
    session.request("textDocument/hover", place(&module, "main.go", "Of(item"));
    session.wait_for("the server's request", |book| {
        book.received_of("window/workDoneProgress/create")
            .next()
            .map(drop)
    });
    let id = session.ask(
        "textDocument/definition",
        place(&module, "main.go", "Of(item"),
    );
    let said = session.logged("textDocument/definition");
    assert!(
        said.contains("has not answered gopls's window/workDoneProgress/create"),
        "{said}"
    );
    // And then on its own account.
    session.logged("the editor has not answered gopls's window/workDoneProgress/create");
    session.answer(&id);
    session.shut_down();
    let ended = session.finish();
    let timeouts = ended.recorded().events("timeout");
    let of_client = &timeouts[0];
    assert_eq!(of_client["method"], "textDocument/definition");
    assert_eq!(
        of_client["unanswered_by_client"][0]["method"],
        "window/workDoneProgress/create"
    );
    let of_server = timeouts
        .iter()
        .find(|event| event["asker"] == "server")
        .unwrap();
    assert_eq!(of_server["method"], "window/workDoneProgress/create");
}

#[test]
fn what_a_daemon_does_is_said_to_be_not_observed() {
    let module = Module::sample();
    let script = slow(&[("textDocument/definition", 1000)]);
    let setup = low().args(&["-remote=auto"]);
    let mut session = session(setup, &script, &module);
    session.definition(&module, "main.go", "Of(item");
    session.logged("cannot be observed: it runs in a daemon");
    session.shut_down();
    let ended = session.finish();
    let timeout = &ended.recorded().events("timeout")[0];
    assert!(timeout["server"]["not_observed"].is_string(), "{timeout}");
}

#[test]
fn a_stopped_server_is_seen_to_be_stopped() {
    let module = Module::sample();
    let mut session = session(low(), &Script::default(), &module);
    let server = session.server("stand-in");
    server.signal(rustix::process::Signal::STOP);
    let id = session.ask(
        "textDocument/definition",
        place(&module, "main.go", "Of(item"),
    );
    let said = session.logged("textDocument/definition");
    assert!(said.contains("is stopped"), "{said}");
    server.signal(rustix::process::Signal::CONT);
    session.answer(&id).result();
    session.shut_down();
    let ended = session.finish();
    assert_eq!(
        ended.recorded().events("timeout")[0]["server"]["state"],
        "T"
    );
}

#[test]
fn a_hung_load_names_the_call_that_blocks_and_the_child_that_runs() {
    let Some(gopls) =
        gopls_or_skip("timeouts::a_hung_load_names_the_call_that_blocks_and_the_child_that_runs")
    else {
        return;
    };
    let hang = Hang::start();
    let setup =
        Setup::through_goplens(gopls).config(&format!("debug = true\n{}", LOW.replace("0.3", "3")));
    let mut session = hung(&hang, setup);
    let said = session.logged("textDocument/definition");
    for part in ["go list", "blocks in", "All its goroutines: "] {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
    session.shut_down();
    let ended = session.finish();
    assert_eq!(ended.code, 0);
    let timeout = &ended.recorded().events("timeout")[0];
    let children = timeout["server"]["children"].as_array().unwrap();
    let list = children.iter().find(|child| {
        child["command"]
            .as_str()
            .is_some_and(|command| command.contains("go list"))
    });
    assert!(
        list.is_some_and(|list| list["age_ms"].as_u64().is_some()),
        "{children:?}"
    );
    let goroutines = &timeout["goroutines"];
    assert_eq!(
        goroutines["blocked"]["handler"], "Initialized",
        "{goroutines}"
    );
    assert_eq!(goroutines["blocked"]["loading"], true);
    let call = goroutines["blocked"]["call"].as_str().unwrap();
    assert!(
        call.starts_with("server.") || call.starts_with("cache."),
        "{call}"
    );
    let file = std::path::Path::new(goroutines["file"].as_str().unwrap());
    assert_eq!(file.parent(), Some(ended.recorded().folder.as_path()));
    let dump = fs::read_to_string(file).unwrap();
    assert!(
        dump.contains("(*Snapshot).load"),
        "{}",
        &dump[..dump.len().min(500)]
    );
    assert_eq!(timeout.get("hint"), None);
}

#[test]
fn a_debug_server_that_the_user_asks_for_is_used() {
    let Some(gopls) = gopls_or_skip("timeouts::a_debug_server_that_the_user_asks_for_is_used")
    else {
        return;
    };
    let hang = Hang::start();
    let setup = Setup::through_goplens(gopls)
        .args(&["-debug=localhost:0"])
        .config(&LOW.replace("0.3", "3"));
    let mut session = hung(&hang, setup);
    session.logged("All its goroutines: ");
    session.shut_down();
    let ended = session.finish();
    let listening = ended.stderr.matches("debug server listening").count();
    assert_eq!(listening, 1, "{}", ended.stderr);
}

#[test]
fn a_workspace_can_set_thresholds_and_nothing_else() {
    let file = "[timeouts]\n\"textDocument/definition\" = 0.2\n";
    for (text, heeded) in [
        (file.to_owned(), true),
        (format!("gopls = \"/bin/false\"\n{file}"), false),
    ] {
        let module = Module::of(&[
            ("go.mod", "module m\n"),
            ("main.go", "package main\n"),
            (".goplens.toml", &text),
        ]);
        let setup = Setup::through_goplens(STAND_IN)
            .config("[timeouts]\ndefault = 600\n\"textDocument/definition\" = 600\n");
        let script = slow(&[("textDocument/definition", 1500)]);
        let mut session = session(setup, &script, &module);
        if !heeded {
            session.logged(".goplens.toml is not used");
        }
        session.definition(&module, "main.go", "main");
        session.shut_down();
        let ended = session.finish();
        let timeouts = ended.recorded().events("timeout");
        assert_eq!(timeouts.len(), usize::from(heeded), "{timeouts:?}");
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_said_once_and_the_session_goes_on() {
    let module = Module::sample();
    for text in [
        "[timeouts\n",
        "timeout = 1\n",
        "[timeouts]\n\"textDocument/hover\" = -1\n",
    ] {
        let setup = Setup::through_goplens(STAND_IN).config(text);
        let mut session = session(setup, &Script::default(), &module);
        session.logged("config.toml is not used");
        session.request("textDocument/hover", place(&module, "main.go", "Of(item"));
        session.shut_down();
        let ended = session.finish();
        assert_eq!(ended.code, 0);
        let said = ended.book.received_of("window/logMessage");
        let said = said
            .filter(|note| note.value()["params"]["message"] != Value::Null)
            .count();
        assert_eq!(said, 1);
    }
}
