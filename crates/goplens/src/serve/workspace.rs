//! A workspace's own configuration, read when the client says which workspace it is.

use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use proxy::{Level, Thresholds};
use serde_json::Value;
use system::Real;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use url::Url;

use crate::config;

/// Waits for the body of `initialize`, off the path of the messages, and sets the thresholds that the
/// workspace's configuration names.
pub(crate) fn watch(
    thresholds: Arc<ArcSwap<Thresholds>>,
    say: UnboundedSender<(Level, String)>,
) -> UnboundedSender<Bytes> {
    let (sender, mut receiver) = unbounded_channel::<Bytes>();
    tokio::spawn(async move {
        let Some(initialize) = receiver.recv().await else {
            return;
        };
        let Some(folder) = folder(&initialize) else {
            return;
        };
        let mut own = (**thresholds.load()).clone();
        // A disk can be slow, so this is not done on the thread that carries the messages.
        let read = tokio::task::spawn_blocking(move || {
            let problem = config::apply_workspace(&Real, &folder, &mut own);
            (own, problem)
        });
        let Ok((own, problem)) = read.await else {
            return;
        };
        thresholds.store(Arc::new(own));
        if let Some(problem) = problem {
            // A session that is over has nobody left to tell.
            let _ = say.send((Level::Warning, problem));
        }
    });
    sender
}

/// The first workspace folder of `initialize`, else its root.
fn folder(initialize: &[u8]) -> Option<PathBuf> {
    let message: Value = serde_json::from_slice(initialize).ok()?;
    let params = &message["params"];
    let uri = params["workspaceFolders"][0]["uri"]
        .as_str()
        .or(params["rootUri"].as_str())?;
    Url::parse(uri).ok()?.to_file_path().ok()
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_folder_is_the_first_one_or_the_root() {
        let of = |params: &str| folder(format!(r#"{{"params":{params}}}"#).as_bytes());
        let both = r#"{"rootUri":"file:///r","workspaceFolders":[{"uri":"file:///a%20b"}]}"#;
        assert_eq!(of(both).as_deref(), Some(Path::new("/a b")));
        let root = r#"{"rootUri":"file:///r","workspaceFolders":null}"#;
        assert_eq!(of(root).as_deref(), Some(Path::new("/r")));
        assert_eq!(of(r#"{"rootUri":"untitled:1"}"#), None);
        assert_eq!(of("{}"), None);
    }
}
