//! Module proxies on loopback, good ones and bad ones.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::lab::zip::zip;

/// What a proxy does with those who ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It accepts and never answers.
    Hang,
    /// Nobody listens.
    Refuse,
    /// It answers everything with this status.
    Status(u16),
    /// It has the modules of the case, and keeps a zip back for so long.
    Files(Duration),
}

/// The files of modules by the path they are asked for, such as `example.com/dep/@v/v1.0.0.zip`.
pub(crate) type Modules = BTreeMap<String, Vec<u8>>;

/// Starts a proxy and gives its URL. It lives as long as the tests do.
pub(crate) fn serve(manner: Manner, modules: &Arc<Modules>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port on loopback");
    let port = listener.local_addr().expect("it has an address").port();
    let modules = Arc::clone(modules);
    match manner {
        Manner::Refuse => drop(listener),
        Manner::Hang => drop(thread::spawn(move || {
            let mut open: Vec<TcpStream> = Vec::new();
            open.extend(listener.incoming().flatten());
        })),
        Manner::Status(_) | Manner::Files(_) => drop(thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let modules = Arc::clone(&modules);
                // One who asks and goes away is no concern of a proxy's.
                thread::spawn(move || drop(answer(&stream, manner, &modules)));
            }
        })),
    }
    format!("http://127.0.0.1:{port}")
}

/// The files that a proxy has of these modules: their names, each a path, `@` and a version, with
/// the names and texts of the files in them.
pub(crate) fn modules(sources: &BTreeMap<&str, Vec<(&str, &str)>>) -> Result<Modules, String> {
    let mut modules = Modules::new();
    let mut versions: BTreeMap<&str, String> = BTreeMap::new();
    for (module, files) in sources {
        let (path, version) = module
            .split_once('@')
            .ok_or_else(|| format!("modules/{module} has no version, as modules/x.y/z@v1.0.0"))?;
        let go_mod = files.iter().find(|(name, _)| *name == "go.mod");
        let (_, go_mod) = go_mod.ok_or_else(|| format!("modules/{module} has no go.mod"))?;
        let zipped: Vec<_> = files
            .iter()
            .map(|(name, text)| (format!("{module}/{name}"), *text))
            .collect();
        let info = format!("{{\"Version\":\"{version}\"}}\n");
        for (kind, bytes) in [
            ("info", info.into_bytes()),
            ("mod", go_mod.as_bytes().to_vec()),
            ("zip", zip(&zipped)),
        ] {
            modules.insert(format!("{path}/@v/{version}.{kind}"), bytes);
        }
        let list = versions.entry(path).or_default();
        list.push_str(version);
        list.push('\n');
    }
    for (path, list) in versions {
        modules.insert(format!("{path}/@v/list"), list.into_bytes());
    }
    Ok(modules)
}

/// Reads one request and answers it.
fn answer(stream: &TcpStream, manner: Manner, modules: &Modules) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match manner {
        Manner::Files(hold) => {
            if path.ends_with(".zip") {
                thread::sleep(hold);
            }
            match modules.get(path.trim_start_matches('/')) {
                Some(bytes) => (200, &bytes[..]),
                None => (404, &b"not found: no such module here\n"[..]),
            }
        }
        Manner::Status(status) => (status, &b"not found: this proxy has no modules\n"[..]),
        Manner::Hang | Manner::Refuse => return Ok(()),
    };
    let mut stream = stream;
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} As Asked\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(body)
}
