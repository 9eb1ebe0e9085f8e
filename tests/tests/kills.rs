//! Each process is killed at random moments, and nothing is left running.

use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use tests::{Module, Session, Setup, gopls_or_skip};
use wire::Id;

/// A client in a process of its own.
const RELAY: &str = env!("CARGO_BIN_EXE_relay");

/// How often each process is killed.
const ROUNDS: u64 = 25;

/// A number below `most`, the same in every run of the same round (SplitMix64).
fn random(seed: u64, most: u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (state ^ (state >> 31)) % most
}

/// A moment of a session, from before gopls reads `initialize` to after its load.
fn moment(round: u64, victim: u64) -> Duration {
    Duration::from_millis(random(round * 3 + victim, 700))
}

/// A session in which a lot is asked and nothing waited for.
fn busy(setup: Setup, module: &Module) -> Session {
    let mut session = setup.folder(module.path()).start();
    session.ask("initialize", tests::initialize(module));
    session.notify("initialized", json!({}));
    session.open(module, "main.go");
    for _ in 0..10 {
        session.ask(
            "textDocument/hover",
            tests::place(module, "main.go", "Of(item"),
        );
        session.ask("workspace/symbol", json!({ "query": "e" }));
    }
    session
}

#[test]
fn of_goplens() {
    let Some(gopls) = gopls_or_skip("kills::of_goplens") else {
        return;
    };
    let module = Module::sample();
    for round in 0..ROUNDS {
        let mut session = busy(Setup::through_goplens(&gopls), &module);
        thread::sleep(moment(round, 0));
        session.signal(Signal::KILL);
        session.finish();
    }
}

#[test]
fn of_gopls() {
    let Some(gopls) = gopls_or_skip("kills::of_gopls") else {
        return;
    };
    let module = Module::sample();
    for round in 0..ROUNDS {
        let mut session = busy(Setup::through_goplens(&gopls), &module);
        let server = session.server("gopls");
        thread::sleep(moment(round, 1));
        server.signal(Signal::KILL);
        session.expect_server_death();
        let answer = session.answer(&Id::from(1)).value();
        // Who never had one from gopls has one from its fallback, which stays until `exit`.
        let fallback = answer["result"]["serverInfo"]["name"] == "goplens";
        if fallback {
            session.shut_down();
        }
        let code = session.wait();
        assert_eq!(code, if fallback { 0 } else { 128 + 9 }, "round {round}");
        session.finish();
    }
}

#[test]
fn of_the_client() {
    let Some(gopls) = gopls_or_skip("kills::of_the_client") else {
        return;
    };
    let module = Module::sample();
    for round in 0..ROUNDS {
        let goplens = tests::goplens().to_str().expect("a path in UTF-8");
        let setup = Setup::through_goplens(&gopls).by(RELAY).args(&[goplens]);
        let mut session = busy(setup, &module);
        thread::sleep(moment(round, 2));
        session.signal(Signal::KILL);
        session.finish();
    }
}
