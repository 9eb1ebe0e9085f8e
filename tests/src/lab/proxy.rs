//! Servers on loopback, good ones and bad ones: module proxies, and what stands on the way to them.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::lab::authority::{Authority, Flaw};
use crate::lab::checksums;
use crate::lab::zip::zip;

/// What a server does with those who ask.
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
    /// It has them, and keeps a list of versions back for so long.
    SlowList(Duration),
    /// It has them, but for the newest version of each.
    Stale,
    /// It has them, and speaks TLS.
    Tls(Flaw),
    /// It has them, and passes the checksum database of the case on.
    Mirror,
    /// It has them, and fails where it is asked for checksum databases.
    NoDatabase,
    /// An HTTP proxy that wants to know who asks.
    ClosedGate,
    /// An HTTP proxy that passes for every host that has one of the modules of the case, in TLS, too.
    Gate,
    /// The same, where each host wants to know who asks.
    ShyGate,
    /// The checksum database of the case.
    Checksums,
}

/// The files of modules by the path they are asked for, such as `example.com/dep/@v/v1.0.0.zip`.
pub(crate) type Modules = BTreeMap<String, Vec<u8>>;

/// What servers have.
pub(crate) struct Stock {
    /// The files of the modules of the case.
    pub(crate) modules: Modules,
    /// The answers of its checksum database.
    pub(crate) checksums: BTreeMap<String, Vec<u8>>,
    /// Who issues certificates.
    pub(crate) authority: Authority,
}

/// Starts a server and gives its URL. It lives as long as the tests do.
pub(crate) fn serve(manner: Manner, stock: &Arc<Stock>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port on loopback");
    let port = listener.local_addr().expect("it has an address").port();
    let scheme = match manner {
        Manner::Tls(_) => "https",
        _ => "http",
    };
    let tls = match manner {
        Manner::Tls(flaw) => Some(stock.authority.server("127.0.0.1", flaw)),
        _ => None,
    };
    let stock = Arc::clone(stock);
    match manner {
        Manner::Refuse => drop(listener),
        Manner::Hang => drop(thread::spawn(move || {
            let mut open: Vec<TcpStream> = Vec::new();
            open.extend(listener.incoming().flatten());
        })),
        _ => drop(thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (stock, tls) = (Arc::clone(&stock), tls.clone());
                // One who asks and goes away is no concern of a proxy's.
                thread::spawn(move || drop(meet(stream, manner, tls, &stock)));
            }
        })),
    }
    format!("{scheme}://127.0.0.1:{port}")
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

/// Meets one who connects.
fn meet(
    mut stream: TcpStream,
    manner: Manner,
    tls: Option<Arc<ServerConfig>>,
    stock: &Stock,
) -> io::Result<()> {
    if let Some(config) = tls {
        return answer(&mut over_tls(stream, config)?, manner, "", stock);
    }
    if !matches!(manner, Manner::Gate | Manner::ShyGate) {
        return answer(&mut stream, manner, "", stock);
    }
    let (_, authority) = request(&mut stream)?;
    write!(stream, "HTTP/1.1 200 As Asked\r\n\r\n")?;
    let host = authority.split(':').next().unwrap_or_default();
    let config = stock.authority.server(host, Flaw::None);
    answer(&mut over_tls(stream, config)?, manner, host, stock)
}

fn over_tls(
    stream: TcpStream,
    config: Arc<ServerConfig>,
) -> io::Result<StreamOwned<ServerConnection, TcpStream>> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    Ok(StreamOwned::new(connection, stream))
}

/// Reads the head of a request: its method and what is asked for.
fn request(stream: &mut impl Read) -> io::Result<(String, String)> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = first.split(' ').map(str::to_owned);
    Ok((
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    ))
}

/// Reads one request and answers it.
fn answer(
    stream: &mut (impl Read + Write),
    manner: Manner,
    host: &str,
    stock: &Stock,
) -> io::Result<()> {
    let (_, path) = request(stream)?;
    let path = path.trim_start_matches('/');
    let found = match manner {
        Manner::Files(hold) if path.ends_with(".zip") => {
            thread::sleep(hold);
            stock.modules.get(path).cloned()
        }
        Manner::SlowList(hold) if path.ends_with("/list") => {
            thread::sleep(hold);
            stock.modules.get(path).cloned()
        }
        Manner::Stale => stale(path, &stock.modules),
        Manner::Gate => hosted(host, path, &stock.modules),
        Manner::Mirror if path.starts_with("sumdb/") => passed_on(path, &stock.checksums),
        Manner::Checksums => stock.checksums.get(path).cloned(),
        Manner::Status(_) | Manner::ShyGate => None,
        _ => stock.modules.get(path).cloned(),
    };
    let (status, body) = match (manner, found) {
        (Manner::NoDatabase, None) if path.starts_with("sumdb/") => (503, Vec::new()),
        (Manner::ShyGate, _) => (401, Vec::new()),
        (Manner::ClosedGate, _) => (407, Vec::new()),
        (Manner::Status(status), None) => {
            (status, b"not found: this proxy has no modules\n".to_vec())
        }
        (_, Some(bytes)) => (200, bytes),
        (_, None) => (404, b"not found: no such module here\n".to_vec()),
    };
    let length = body.len();
    let words = match status {
        200 => "OK",
        401 => "Unauthorized",
        404 => "Not Found",
        407 => "Proxy Authentication Required",
        410 => "Gone",
        503 => "Service Unavailable",
        _ => "As Asked",
    };
    write!(
        stream,
        "HTTP/1.1 {status} {words}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&body)?;
    stream.flush()
}

/// What a proxy has that lacks the newest version of each module.
fn stale(path: &str, modules: &Modules) -> Option<Vec<u8>> {
    let (module, file) = path.split_once("/@v/")?;
    let list = modules.get(&format!("{module}/@v/list"))?;
    let list = String::from_utf8_lossy(list);
    let newest = list.lines().last()?;
    match file {
        "list" => Some(list.replace(&format!("{newest}\n"), "").into_bytes()),
        _ if file.starts_with(newest) => None,
        _ => modules.get(path).cloned(),
    }
}

/// What the checksum database of the case says by way of a module proxy.
fn passed_on(path: &str, checksums: &BTreeMap<String, Vec<u8>>) -> Option<Vec<u8>> {
    let asked = path.strip_prefix("sumdb/")?.strip_prefix(checksums::NAME)?;
    match asked {
        "/supported" => Some(Vec::new()),
        _ => checksums.get(asked.trim_start_matches('/')).cloned(),
    }
}

/// What a host says of a module of its own, and has of it: it is a module proxy for itself.
fn hosted(host: &str, path: &str, modules: &Modules) -> Option<Vec<u8>> {
    if let Some(file) = path.strip_prefix("modules/") {
        return modules.get(file).cloned();
    }
    let module = format!("{host}/{}", path.strip_suffix("?go-get=1")?);
    modules.get(&format!("{module}/@v/list"))?;
    let told = format!("{module} mod https://{host}/modules");
    Some(format!("<meta name=\"go-import\" content=\"{told}\">\n").into_bytes())
}
