//! The real gopls behind somebody who spoils what it says: it starts the server that the variable
//! `SPOILED` names, and puts `SPOILED_NEW` in the place of `SPOILED_OLD` in each of its messages. A healthy
//! gopls never says what a client cannot take.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{ExitCode, Stdio};
use std::thread;

use tests::variable;

fn main() -> ExitCode {
    match run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("spoiler: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<u8> {
    let [server, old, new] = ["SPOILED", "SPOILED_OLD", "SPOILED_NEW"].map(|name| {
        let value = variable(name).and_then(|value| value.into_string().ok());
        value.unwrap_or_default()
    });
    let mut child = tests::command(server)
        .args(tests::arguments())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let to_server = child.stdin.take();
    let from_server = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    thread::spawn(move || {
        to_server.map(|mut to_server| io::copy(&mut io::stdin(), &mut to_server))
    });
    let mut from_server = BufReader::new(from_server);
    while let Some(body) = next(&mut from_server)? {
        let body = String::from_utf8_lossy(&body).replace(&old, &new);
        let mut stdout = io::stdout().lock();
        write!(stdout, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        stdout.flush()?;
    }
    let code = child.wait()?.code();
    Ok(code
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(u8::MAX))
}

/// The next body, as gopls frames it; none at the end.
fn next(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok(),
            Some(_) => {}
            None => break,
        }
    }
    let length = length.ok_or_else(|| io::Error::other("a header without a length"))?;
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(Some(body))
}
