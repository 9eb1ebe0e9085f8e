//! Bytes in, bytes out.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use tests::Raw;

/// Plays and dumps at the same time until its input ends, and gives the exit code.
pub(crate) fn run(raw: &Raw) -> i32 {
    let bytes = std::fs::read(&raw.play);
    let (begin, begun) = channel();
    let player = thread::spawn(move || {
        // Where the input has ended before, it plays nevertheless.
        let _ = begun.recv();
        let mut stdout = io::stdout().lock();
        let played = bytes.and_then(|bytes| stdout.write_all(&bytes));
        played.and_then(|()| stdout.flush())
    });
    if raw.plays_after == 0 {
        let _ = begin.send(());
    }
    thread::sleep(Duration::from_millis(raw.idle_ms));
    let dumped = File::create(&raw.dump).and_then(|mut dump| {
        let mut stdin = io::stdin().lock();
        io::copy(&mut (&mut stdin).take(raw.plays_after), &mut dump)?;
        let _ = begin.send(());
        io::copy(&mut stdin, &mut dump)?;
        dump.sync_all()
    });
    let played = player
        .join()
        .unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
    for (what, result) in [("dump", dumped), ("play", played)] {
        if let Err(error) = result {
            eprintln!("stand-in: cannot {what}: {error}");
            return 71;
        }
    }
    raw.code
}
