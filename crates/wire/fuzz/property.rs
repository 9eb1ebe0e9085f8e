//! What holds for any bytes: shared by the fuzz target and by the ordinary test that replays its
//! corpus.

use bytes::BytesMut;
use wire::{Framer, Skimmer, Step};

/// Bodies up to this size are held, so that a small input reaches the streaming of larger ones.
const HOLD: u64 = 64;

/// Takes `bytes` as a stream and checks what holds for any. The first byte chooses the chunking.
pub(crate) fn check(bytes: &[u8]) {
    let Some((&chunk, stream)) = bytes.split_first() else {
        return;
    };
    let whole = steps(stream, stream.len().max(1));
    let pieces = steps(stream, usize::from(chunk) % 32 + 1);
    assert_eq!(
        bodies(&whole),
        bodies(&pieces),
        "the chunking makes no difference"
    );
    for body in bodies(&whole) {
        check_body(&body);
    }
}

/// A body that passes the scan is JSON that gopls reads, and skimming it finds the same head.
fn check_body(body: &[u8]) {
    let mut skimmer = Skimmer::default();
    for piece in body.chunks(7) {
        skimmer.push(piece);
    }
    let Ok(head) = wire::scan(body) else { return };
    assert!(head.id.is_some() || head.method.is_some());
    let skimmed = wire::scan(skimmer.skeleton()).expect("the skeleton of a message is one");
    assert_eq!((skimmed.id, skimmed.method), (head.id, head.method));
    if let Ok(text) = std::str::from_utf8(body)
        // serde_json refuses lone surrogates, numbers beyond f64 and depth, which Go takes.
        && let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text)
    {
        let known = ["surrogate", "recursion", "out of range", "hex escape"];
        let error = error.to_string();
        assert!(
            known.iter().any(|known| error.contains(known)),
            "{error}: {text:?}"
        );
    }
}

fn steps(stream: &[u8], piece: usize) -> Vec<Step> {
    let mut framer = Framer::default();
    let mut buffer = BytesMut::new();
    let mut steps = Vec::new();
    for piece in stream.chunks(piece) {
        buffer.extend_from_slice(piece);
        loop {
            match framer.next(&mut buffer, |_| HOLD) {
                Step::More(_) => break,
                Step::Lost(_) => return steps,
                step => steps.push(step),
            }
        }
    }
    steps
}

/// The bodies that ended, and what was skipped between them.
fn bodies(steps: &[Step]) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    let mut large = Vec::new();
    for step in steps {
        match step {
            Step::Frame(frame) => bodies.push(frame.body().to_vec()),
            Step::Chunk { bytes, last } => {
                large.extend_from_slice(bytes);
                if *last {
                    bodies.push(std::mem::take(&mut large));
                }
            }
            Step::Skipped { bytes, .. } => bodies.push(bytes.to_vec()),
            Step::Large { .. } | Step::More(_) | Step::Lost(_) => {}
        }
    }
    bodies
}
