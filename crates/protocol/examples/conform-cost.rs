//! Prints how long it takes to hold a definition and its answer against the protocol, in microseconds:
//! the median of many rounds. `cargo xtask bench` asks for it.

use std::hint::black_box;
use std::time::Instant;

use protocol::Direction::{ClientToServer, ServerToClient};
use protocol::Method;
use protocol::conform::{Said, check};
use protocol::traffic::Kind;

/// As VS Code writes it.
const REQUEST: &[u8] = br#"{"jsonrpc":"2.0","id":4711,"method":"textDocument/definition","params":{"textDocument":{"uri":"file:///home/me/src/hello/internal/server/handler.go"},"position":{"line":996,"character":78}}}"#;
/// As gopls writes it.
const ANSWER: &[u8] = br#"{"jsonrpc":"2.0","result":[{"uri":"file:///home/me/src/hello/internal/server/handler.go","range":{"start":{"line":996,"character":5},"end":{"line":996,"character":12}}}],"id":4711}"#;

/// How many rounds there are; an odd number.
const ROUNDS: usize = 501;
/// How many pairs a round has.
const PAIRS: u32 = 1_000;

fn main() {
    let method = Method::TEXT_DOCUMENT_DEFINITION;
    let request = Said {
        body: REQUEST,
        method: &method,
        kind: Kind::Request,
        direction: ClientToServer,
        part_of: None,
    };
    let answer = Said {
        body: ANSWER,
        kind: Kind::Response,
        direction: ServerToClient,
        ..request
    };
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..PAIRS {
            for said in [&request, &answer] {
                let violations = check(black_box(said));
                assert!(violations.is_empty(), "{violations:?}");
            }
        }
        rounds.push(start.elapsed());
    }
    rounds.sort_unstable();
    let pair = rounds[ROUNDS / 2] / PAIRS;
    println!("{:.3}", pair.as_secs_f64() * 1e6);
}
