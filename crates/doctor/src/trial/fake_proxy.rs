//! A module proxy on this machine that does what a test says.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

/// What it answers to everything.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    /// An HTTP status, such as `404 Not Found`.
    Status(&'static str),
    /// The module, in a version v1.0.0 whose files are all `module example.com/m`.
    Module,
    /// Nothing, ever.
    Silence,
}

/// Starts one, which lives as long as the test; its URL.
pub(crate) fn start(answer: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming().flatten() {
            match answer {
                Answer::Silence => open.push(stream),
                _ => serve(stream, answer),
            }
        }
    });
    url
}

/// The URL of a proxy that refuses connections: nobody listens there any more.
pub(crate) fn refusing() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn serve(mut stream: TcpStream, answer: Answer) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut request = String::new();
    // A client that begins with a TLS handshake writes no text; a server without TLS answers in text.
    if reader.read_line(&mut request).is_err() {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        return;
    }
    let mut header = String::new();
    while reader.read_line(&mut header).is_ok_and(|read| read > 2) {
        header.clear();
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match answer {
        Answer::Status(status) => (status, "so it is"),
        _ if !path.starts_with("/example.com/m/@") => ("404 Not Found", "not found"),
        _ if path.ends_with("/list") => ("200 OK", "v1.0.0\n"),
        _ if path.ends_with(".mod") => ("200 OK", "module example.com/m\n"),
        _ if path.ends_with(".zip") => ("404 Not Found", "no zip"),
        _ => (
            "200 OK",
            r#"{"Version":"v1.0.0","Time":"2024-01-01T00:00:00Z"}"#,
        ),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // The client may be gone.
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}
