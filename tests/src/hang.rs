//! A workspace whose first load never ends.

use std::net::{TcpListener, TcpStream};
use std::thread;

use tempfile::TempDir;

use crate::module::Module;
use crate::setup::Setup;
use crate::temporary::temporary_folder;

/// A module with a dependency that a module proxy on loopback is asked for and never sends.
pub struct Hang {
    /// The module.
    pub module: Module,
    port: u16,
    modules: TempDir,
}

impl Hang {
    /// Starts the proxy, whose connections stay open as long as the tests run.
    ///
    /// # Panics
    ///
    /// Where there is no loopback.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port on loopback");
        let port = listener.local_addr().expect("it has an address").port();
        thread::spawn(move || {
            let mut open: Vec<TcpStream> = Vec::new();
            open.extend(listener.incoming().flatten());
        });
        let module = Module::of(&[
            (
                "go.mod",
                "module example.com/m\n\ngo 1.24\n\nrequire example.com/never v1.0.0\n",
            ),
            (
                "main.go",
                "package main\n\nimport \"example.com/never\"\n\nfunc main() { never.Return() }\n",
            ),
        ]);
        Self {
            module,
            port,
            modules: temporary_folder("goplens-modcache-"),
        }
    }

    /// A session that will hang.
    pub fn apply(&self, setup: Setup) -> Setup {
        setup
            .folder(self.module.path())
            .env("GOPROXY", format!("http://127.0.0.1:{}", self.port))
            .env("GOMODCACHE", self.modules.path())
            .env("GOFLAGS", "-mod=mod")
            .env("GONOSUMDB", "*")
            .env("GONOPROXY", "none")
    }
}
