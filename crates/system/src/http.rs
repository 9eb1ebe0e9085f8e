//! One question to a server on this machine.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The body of the answer to `GET path` from the HTTP server at `authority` (`localhost:6060`),
/// at most `most` bytes of it.
///
/// gopls's debug server answers in plain HTTP on loopback, so a line of HTTP/1.0 is all it takes.
///
/// # Errors
///
/// Where there is no connection, no answer within `limit`, or a status other than 200.
pub async fn get(authority: &str, path: &str, most: u64, limit: Duration) -> io::Result<Vec<u8>> {
    let answer = async {
        let mut stream = TcpStream::connect(authority).await?;
        let request = format!("GET {path} HTTP/1.0\r\nHost: {authority}\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(most).read_to_end(&mut answer).await?;
        body(&answer)
    };
    tokio::time::timeout(limit, answer)
        .await
        .unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "no answer")))
}

fn body(answer: &[u8]) -> io::Result<Vec<u8>> {
    let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let end = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .ok_or_else(|| bad("the answer is not HTTP"))?;
    let head = String::from_utf8_lossy(&answer[..end]);
    let status = head.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(bad(status));
    }
    Ok(answer[end + 4..].to_vec())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// What `get` makes of a server that answers so.
    fn answered(answer: &'static str) -> io::Result<Vec<u8>> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let authority = listener.local_addr().unwrap().to_string();
            tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 1024];
                let length = stream.read(&mut request).await.unwrap();
                assert!(request[..length].starts_with(b"GET /debug HTTP/1.0\r\n"));
                stream.write_all(answer.as_bytes()).await.unwrap();
            });
            get(&authority, "/debug", 1000, Duration::from_secs(20)).await
        })
    }

    #[test]
    fn the_body_is_what_stands_behind_the_head() {
        let body =
            answered("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\ngoroutine 1\r\n\r\n");
        assert_eq!(body.unwrap(), b"goroutine 1\r\n\r\n");
    }

    #[test]
    fn an_answer_that_is_no_success_is_an_error() {
        let error = answered("HTTP/1.1 404 Not Found\r\n\r\nno").unwrap_err();
        assert_eq!(error.to_string(), "HTTP/1.1 404 Not Found");
        assert_eq!(
            answered("220 mail").unwrap_err().kind(),
            io::ErrorKind::InvalidData
        );
    }
}
