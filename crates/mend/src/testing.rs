//! What the tests of the rewriters have in common.

use std::fs;
use std::sync::Arc;

use bytes::Bytes;
use paths::{Home, HomeKind, Maps, Spellings};
use protocol::traffic::Kind;
use protocol::{Direction, Method, Splice};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use tempfile::TempDir;

/// What a rewriter makes of a message with this body.
pub(crate) fn rewrite(
    rewriter: &dyn Rewriter,
    direction: Direction,
    method: &Method,
    body: &str,
    request: Option<&Pending>,
) -> Verdict {
    let body = Bytes::copy_from_slice(body.as_bytes());
    let head = wire::scan(&body).ok();
    let message = Incoming {
        direction,
        kind: head.as_ref().map_or(Kind::Response, Kind::of),
        method,
        id: head.as_ref().and_then(|head| head.id.as_ref()),
        body: &body,
    };
    rewriter.rewrite(&message, request)
}

/// The body after the changes.
pub(crate) fn spliced(verdict: &Verdict, body: &str) -> String {
    let Verdict::Splice(splices) = verdict else {
        panic!("not changed: {verdict:?}");
    };
    let new = Splice::apply(splices, body.as_bytes());
    String::from_utf8(new.to_vec()).expect("it is text")
}

/// A module on disk, and a link to its folder.
pub(crate) struct Linked {
    _folder: TempDir,
    pub(crate) spellings: Arc<Spellings>,
    /// The URIs of the folder and of the link.
    pub(crate) real: String,
    pub(crate) link: String,
}

impl Linked {
    /// The client has opened the link, and gopls goes by it.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room");
        let root = folder.path().canonicalize().expect("it is there");
        let [real, link] = ["real", "link"].map(|name| root.join(name));
        fs::create_dir(&real).expect("it is not there");
        fs::write(real.join("go.mod"), "").expect("there is room");
        std::os::unix::fs::symlink(&real, &link).expect("it is not there");
        let spellings = Spellings::start(Arc::new(system::Real), Maps::default());
        let uri = |path: &std::path::Path| paths::uri::uri(path.to_str().expect("it is text"));
        spellings.begin_with(&[uri(&link)]);
        let home = Home {
            path: link.clone(),
            kind: HomeKind::Module,
        };
        spellings.learn(vec![home], std::slice::from_ref(&link));
        Self {
            _folder: folder,
            spellings,
            real: uri(&real),
            link: uri(&link),
        }
    }
}
