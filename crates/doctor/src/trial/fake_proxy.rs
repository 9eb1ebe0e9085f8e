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
    let zip = zip("example.com/m@v1.0.0/m.go", b"package m\n");
    let (status, body): (_, &[u8]) = match answer {
        Answer::Status(status) => (status, b"so it is"),
        _ if !path.starts_with("/example.com/m/@") => ("404 Not Found", b"not found"),
        _ if path.ends_with("/list") => ("200 OK", b"v1.0.0\n"),
        _ if path.ends_with(".mod") => ("200 OK", b"module example.com/m\n"),
        _ if path.ends_with(".zip") => ("200 OK", &zip),
        _ => (
            "200 OK",
            br#"{"Version":"v1.0.0","Time":"2024-01-01T00:00:00Z"}"#,
        ),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // The client may be gone.
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
}

/// A zip with one file, which is stored as it is.
fn zip(name: &str, content: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in content {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xEDB8_8320 * (crc & 1));
        }
    }
    let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let length = (content.len() as u32).to_le_bytes();
    for field in [(!crc).to_le_bytes(), length, length] {
        common.extend(field);
    }
    common.extend((name.len() as u16).to_le_bytes());
    common.extend([0, 0]);

    let mut zip = b"PK\x03\x04".to_vec();
    zip.extend(&common);
    zip.extend(name.as_bytes());
    zip.extend(content);
    let start = zip.len() as u32;
    zip.extend(b"PK\x01\x02\x14\0");
    zip.extend(&common);
    zip.extend([0; 14]);
    zip.extend(name.as_bytes());
    let size = zip.len() as u32 - start;
    zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend(size.to_le_bytes());
    zip.extend(start.to_le_bytes());
    zip.extend([0, 0]);
    zip
}
