//! What gopls writes to its standard error, passed on as it is.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::BytesMut;
use system::{Sink, Source};

use crate::last_words::LastWords;
use crate::shared::{Shared, lock};

/// Passes it on until its end; keeps its last words and finds the debug server's address in it.
pub(crate) async fn pass_on(
    mut source: Source,
    sink: io::Result<Sink>,
    shared: Arc<Shared>,
    words: Arc<Mutex<LastWords>>,
) {
    let mut sink = sink.ok();
    let mut buffer = BytesMut::with_capacity(4096);
    while let Ok(1..) = source.read(&mut buffer).await {
        shared.tap.stderr(&buffer);
        lock(&words).push(&buffer);
        if let Some(address) = debug_address(&buffer) {
            *lock(&shared.debug_address) = Some(address);
        }
        while let (false, Some(open)) = (buffer.is_empty(), &mut sink) {
            match open.write(&buffer).await {
                Ok(written) => drop(buffer.split_to(written)),
                Err(_) => sink = None,
            }
        }
        buffer.clear();
        buffer.reserve(4096);
    }
    if let Some(sink) = sink {
        sink.close(Duration::from_millis(100)).await;
    }
}

/// The `host:port` of `debug server listening at http://localhost:33151`.
fn debug_address(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let (_, rest) = text.split_once("debug server listening at http://")?;
    let address: String = rest
        .chars()
        .take_while(|letter| !letter.is_whitespace())
        .collect();
    Some(address.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_server_s_address_is_found_in_gopls_s_own_words() {
        let line = b"serve.go:530: debug server listening at http://localhost:33151\n";
        assert_eq!(debug_address(line).as_deref(), Some("localhost:33151"));
        assert_eq!(debug_address(b"serve.go:530: something else"), None);
    }
}
