//! What the arguments ask for.

use std::ffi::OsString;

/// goplens's own verbs. No verb of any gopls may be among them; a test compares them with what
/// `gopls help` lists.
pub(crate) const OWN_VERBS: [&str; 7] = [
    "demo", "doctor", "drift", "explain", "sessions", "setup", "tail",
];

/// gopls's flags that take a value, of all its releases: those of its main program, of `serve`
/// (`internal/cmd/cmd.go`, `serve.go`), of its profiles (`internal/tool/tool.go`), and two that
/// are gone (`ocagent`, `port`).
const VALUE_FLAGS: [&str; 19] = [
    "debug",
    "listen",
    "listen.timeout",
    "logfile",
    "mcp.listen",
    "mode",
    "ocagent",
    "otel",
    "port",
    "profile.alloc",
    "profile.block",
    "profile.cpu",
    "profile.mem",
    "profile.trace",
    "remote",
    "remote.debug",
    "remote.listen.timeout",
    "remote.logfile",
    "remote.mcp.listen",
];

/// What goplens is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Invocation {
    /// One of its own verbs.
    Own,
    /// The proxy, with all the arguments passed on.
    Proxy,
    /// The real gopls: another verb, or a server for others than its parent.
    Gopls,
}

/// What these arguments, without the program's name, ask for.
pub(crate) fn of(arguments: &[OsString]) -> Invocation {
    if let Some(first) = arguments.first().and_then(|first| first.to_str())
        && (OWN_VERBS.contains(&first) || matches!(first, "--version" | "--help"))
    {
        return Invocation::Own;
    }
    let flags = Flags::read(arguments);
    let listens = |flag: &Flag| matches!(&*flag.name, "listen" | "mcp.listen");
    let helps = |flag: &Flag| matches!(&*flag.name, "h" | "help");
    match flags.rest.first() {
        _ if flags.flags.iter().any(listens) => Invocation::Gopls,
        // gopls knows its help flag under these names; anything it does not know it tells itself.
        _ if flags.flags.iter().any(helps) => Invocation::Gopls,
        None => Invocation::Proxy,
        Some(verb) if verb == "serve" => {
            let of_serve = Flags::read(&flags.rest[1..]);
            let elsewhere = |flag: &Flag| listens(flag) || helps(flag);
            if of_serve.flags.iter().any(elsewhere) {
                Invocation::Gopls
            } else {
                Invocation::Proxy
            }
        }
        Some(_) => Invocation::Gopls,
    }
}

/// Whether gopls is told to pass its work on to a daemon.
pub(crate) fn uses_daemon(arguments: &[OsString]) -> bool {
    all_flags(arguments)
        .iter()
        .any(|flag| flag.name == "remote" && flag.value.as_deref() != Some(""))
}

/// Whether gopls is told to start its debug server.
pub(crate) fn asks_for_debug(arguments: &[OsString]) -> bool {
    all_flags(arguments)
        .iter()
        .any(|flag| flag.name == "debug" && flag.value.as_deref() != Some(""))
}

/// The arguments with a debug server on any free port besides.
pub(crate) fn with_debug(arguments: &[OsString]) -> Vec<OsString> {
    let mut with = arguments.to_vec();
    // A flag of `serve` may stand in front of its name too, so the front is always right.
    with.insert(0, "-debug=localhost:0".into());
    with
}

fn all_flags(arguments: &[OsString]) -> Vec<Flag> {
    let before = Flags::read(arguments);
    let behind = before.rest.get(1..).unwrap_or_default();
    let mut flags = before.flags;
    flags.extend(Flags::read(behind).flags);
    flags
}

/// A flag as Go's package flag reads it. What is not Unicode is no name of a flag, and as a value it
/// does not matter here.
struct Flag {
    name: String,
    value: Option<String>,
}

/// The flags at the start of some arguments, and what follows them.
struct Flags<'a> {
    flags: Vec<Flag>,
    rest: &'a [OsString],
}

impl<'a> Flags<'a> {
    /// Reads as Go's package flag does: one dash or two, `=` or the next argument, `--` ends.
    fn read(arguments: &'a [OsString]) -> Self {
        let mut flags = Vec::new();
        let mut rest = arguments;
        while let Some((argument, behind)) = rest.split_first() {
            let text = argument.to_string_lossy();
            let Some(flag) = text.strip_prefix('-').filter(|flag| !flag.is_empty()) else {
                break;
            };
            rest = behind;
            if flag == "-" {
                break;
            }
            let flag = flag.strip_prefix('-').unwrap_or(flag);
            let (name, value) = match flag.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None if VALUE_FLAGS.contains(&flag) => {
                    let value = rest
                        .first()
                        .map(|value| value.to_string_lossy().into_owned());
                    rest = rest.get(1..).unwrap_or_default();
                    (flag, value)
                }
                None => (flag, None),
            };
            flags.push(Flag {
                name: name.to_owned(),
                value,
            });
        }
        Self { flags, rest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn serving_is_proxied_whatever_the_flags() {
        for line in [
            "",
            "serve",
            "-mode=stdio",
            "-mode stdio",
            "-rpc.trace serve",
            "-vv -logfile /tmp/x serve -rpc.trace",
            "--logfile=auto",
            "-remote=auto",
            "-remote auto serve",
            "-unknown=x",
            "--",
        ] {
            assert_eq!(of(&arguments(line)), Invocation::Proxy, "{line}");
        }
    }

    #[test]
    fn everything_else_is_gopls_s() {
        for line in [
            "version",
            "version -json",
            "-logfile X version",
            "-logfile=X version",
            "-v version",
            "help",
            "-h",
            "-help",
            "serve -h",
            "bug",
            "no-such-verb tail",
            "vulncheck -- -mode=convert",
            "-listen=localhost:0",
            "-listen localhost:0 serve",
            "serve -listen=localhost:0",
            "serve -mcp.listen=localhost:0",
            "-mcp.listen localhost:0",
            "-v tail",
            "-",
        ] {
            assert_eq!(of(&arguments(line)), Invocation::Gopls, "{line}");
        }
    }

    #[test]
    fn own_verbs_are_own_only_in_front() {
        for line in [
            "tail",
            "tail -f",
            "sessions",
            "demo --json",
            "--version",
            "--help",
        ] {
            assert_eq!(of(&arguments(line)), Invocation::Own, "{line}");
        }
    }

    #[test]
    fn a_daemon_and_a_debug_server_are_seen_wherever_they_are_asked_for() {
        assert!(uses_daemon(&arguments("-remote=auto")));
        assert!(uses_daemon(&arguments("-remote auto serve")));
        assert!(!uses_daemon(&arguments("-remote.debug=x serve")));
        assert!(asks_for_debug(&arguments("serve -debug localhost:0")));
        assert!(asks_for_debug(&arguments("-debug=localhost:6060")));
        assert!(!asks_for_debug(&arguments("-remote.debug=localhost:0")));
        assert_eq!(
            with_debug(&arguments("serve -rpc.trace")),
            arguments("-debug=localhost:0 serve -rpc.trace")
        );
    }
}
