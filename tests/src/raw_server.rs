//! A server that says prepared bytes and keeps all that it is told.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::script::{Raw, Script};
use crate::session::Session;
use crate::setup::Setup;

/// The stand-in in its raw mode, and the files that it plays and dumps.
pub struct RawServer {
    /// What it is told to do; `dump` and `play` are set.
    pub raw: Raw,
    _folder: TempDir,
}

impl RawServer {
    /// One that says these bytes.
    ///
    /// # Panics
    ///
    /// Where they cannot be written.
    pub fn saying(bytes: &[u8]) -> Self {
        let folder = TempDir::with_prefix("goplens-raw-").expect("a temporary folder");
        let raw = Raw {
            dump: folder.path().join("dump"),
            play: folder.path().join("play"),
            ..Raw::default()
        };
        fs::write(&raw.play, bytes).expect("the bytes can be written");
        Self {
            raw,
            _folder: folder,
        }
    }

    /// goplens in front of it.
    pub fn setup(&self, stand_in: impl AsRef<Path>) -> Setup {
        let script = Script {
            raw: Some(self.raw.clone()),
            ..Script::default()
        };
        Setup::through_goplens(stand_in).script(&script)
    }

    /// The bytes that it was told, once it is over.
    ///
    /// # Panics
    ///
    /// Where it never ran.
    pub fn told(&self) -> Vec<u8> {
        fs::read(&self.raw.dump).expect("the server has run")
    }
}

/// A frame around each body, one behind the other.
pub fn frames(bodies: &[Vec<u8>]) -> Vec<u8> {
    bodies.iter().flat_map(|body| wire::frame(body)).collect()
}

impl Session {
    /// Waits until the server has said these bodies.
    ///
    /// # Panics
    ///
    /// Where it says others, or where one differs; what goplens says itself is not looked at.
    pub fn check_received(&self, bodies: &[Vec<u8>]) {
        self.wait_for("all that the server says", |book| {
            let of_server: Vec<_> = book
                .received
                .iter()
                .filter(|note| note.method.as_deref() != Some("window/logMessage"))
                .collect();
            if of_server.len() < bodies.len() {
                return None;
            }
            assert_eq!(of_server.len(), bodies.len());
            for (note, body) in of_server.iter().zip(bodies) {
                // Shown, they would fill the screen.
                let equal = note.body == body;
                assert!(equal, "{} of {} bytes", note.body.len(), body.len());
            }
            Some(())
        });
    }
}
