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
        note(&shared, &words, &buffer);
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

/// Keeps what was said, and looks in it for the address of the debug server: gopls writes
/// `debug server listening at http://localhost:33151`.
fn note(shared: &Shared, words: &Mutex<LastWords>, bytes: &[u8]) {
    let mut words = lock(words);
    words.push(bytes);
    let mut address = lock(&shared.debug_address);
    if address.is_none() {
        let url = words.behind("debug server listening at http://");
        *address = url.map(|url| url.trim_end_matches('/').to_owned());
    }
}
