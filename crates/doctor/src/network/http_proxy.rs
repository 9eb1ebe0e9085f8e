//! The HTTP proxy that Go goes through, by the rules of golang.org/x/net/http/httpproxy.

use std::net::IpAddr;

use system::System;
use trace::finding::Action;
use url::{Host, Url};

use crate::Workspace;
use crate::variable::Variable;

/// What a proxy says to `CONNECT` where it does not connect. Go leaves out the number, by which it tells apart what
/// it has from a proxy and what from the server.
const REFUSALS: [&str; 5] = [
    "Forbidden",
    "Not Found",
    "Bad Gateway",
    "Service Unavailable",
    "Gateway Timeout",
];

/// An HTTP proxy, and who says that Go is to go through it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HttpProxy {
    /// The variable, whose value is without a password.
    pub(crate) variable: Variable,
    /// The URL, with it.
    pub(super) url: Url,
}

impl HttpProxy {
    /// The one on the way to this URL; none where the way is straight.
    pub(crate) fn on_the_way(system: &dyn System, workspace: &Workspace, to: &Url) -> Option<Self> {
        let set = |names: [&'static str; 2]| {
            let mut all = names
                .into_iter()
                .map(|name| Variable::of(system, workspace, name));
            all.find(|variable| !variable.value.is_empty())
        };
        let mut variable = match to.scheme() {
            "https" => set(["HTTPS_PROXY", "https_proxy"])?,
            "http" => set(["HTTP_PROXY", "http_proxy"])?,
            _ => return None,
        };
        let url = read(&variable.value)?;
        let none = set(["NO_PROXY", "no_proxy"]).map_or(String::new(), |none| none.value);
        if is_straight(to, &none) {
            return None;
        }
        let mut shown = url.clone();
        // Only a URL that cannot have any takes none away.
        let _ = (shown.set_username(""), shown.set_password(None));
        variable.value = shown.as_str().trim_end_matches('/').to_owned();
        Some(Self { variable, url })
    }

    /// What it does, where the words of go, or of the git that go runs, put the blame on it.
    pub(crate) fn fault(&self, words: &str) -> Option<&'static str> {
        let has = |any: &[&str]| any.iter().any(|part| words.contains(part));
        let host = self.url.host_str().unwrap_or_default();
        if has(&["Proxy Authentication Required"]) {
            return Some("wants to know who asks");
        }
        // What a server says in the body of its answer stands there with the status of that.
        let answer = words.trim_end().rsplit_once(": ");
        let answer = answer.filter(|_| !words.contains("server response:"));
        if answer.is_some_and(|(_, answer)| REFUSALS.contains(&answer)) {
            return Some("does not connect to it");
        }
        let of_git = [
            "Could not resolve proxy",
            &format!("Failed to connect to {host} port"),
        ];
        if !has(&["proxyconnect"]) && !has(&of_git) {
            return None;
        }
        Some(if has(&["connection refused"]) {
            "refuses the connection"
        } else if has(&["no such host", "Could not resolve"]) {
            "has a name that leads nowhere"
        } else if has(&["i/o timeout", "deadline exceeded"]) {
            "does not answer"
        } else {
            "cannot be used"
        })
    }

    /// What it is called, and by whom.
    pub(crate) fn name(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        let port = self.url.port_or_known_default();
        let port = port.map_or(String::new(), |port| format!(":{port}"));
        format!(
            "the HTTP proxy {host}{port}, which {} names,",
            self.variable.name
        )
    }

    /// What to do where it does not let go through.
    pub(crate) fn fix(&self) -> (&'static str, Action) {
        let how = format!(
            "{} leads there; a host that is to be reached without it belongs in NO_PROXY.",
            self.variable.name
        );
        let title = "See to it that the HTTP proxy lets go through, or go around it";
        (title, Action::Hand(how))
    }
}

/// A URL, or a host and a port.
fn read(value: &str) -> Option<Url> {
    let url = Url::parse(value).ok().filter(Url::has_host);
    url.or_else(|| Url::parse(&format!("http://{value}")).ok())
}

/// Whether Go goes there without a proxy: on this machine, and where NO_PROXY says so.
fn is_straight(to: &Url, none: &str) -> bool {
    let Some(host) = to.host() else { return true };
    let (name, address) = match host {
        Host::Domain(name) => (name.to_lowercase(), None),
        Host::Ipv4(address) => (String::new(), Some(IpAddr::from(address))),
        Host::Ipv6(address) => (String::new(), Some(IpAddr::from(address))),
    };
    if name == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return true;
    }
    let port = to.port_or_known_default();
    none.split(',').any(|one| {
        let one = one.trim().to_lowercase();
        one == "*" || names(&one, &name, address, port)
    })
}

/// Whether an entry of NO_PROXY names this host.
fn names(entry: &str, name: &str, address: Option<IpAddr>, port: Option<u16>) -> bool {
    if let Some((network, bits)) = entry.split_once('/') {
        return network.parse().is_ok_and(|network| {
            address
                .is_some_and(|address| bits.parse().is_ok_and(|bits| is_in(address, network, bits)))
        });
    }
    let (entry, of_port) = match entry.rsplit_once(':') {
        // An IPv6 address is no host with a port, unless there are brackets.
        Some((host, of_port)) if entry.parse::<IpAddr>().is_err() => (
            host.trim_start_matches('[').trim_end_matches(']'),
            Some(of_port),
        ),
        _ => (entry, None),
    };
    let of_port = of_port.map(|of_port| of_port.parse().ok());
    if of_port.is_some_and(|of_port| of_port != port) {
        return false;
    }
    if let Ok(other) = entry.parse::<IpAddr>() {
        return address == Some(other);
    }
    let entry = entry
        .strip_prefix('*')
        .filter(|rest| rest.starts_with('.'))
        .unwrap_or(entry);
    match entry.strip_prefix('.') {
        _ if entry.is_empty() || address.is_some() => false,
        Some(_) => name.ends_with(entry),
        None => name == entry || name.ends_with(&format!(".{entry}")),
    }
}

/// Whether the first bits of both are the same.
fn is_in(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let (one, other, all) = match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits().into(), other.to_bits().into(), 32),
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits(), other.to_bits(), 128),
        _ => return false,
    };
    let apart: u128 = one ^ other;
    bits <= all && apart.checked_shr(all - bits).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    fn way(system: &MadeUp, to: &str) -> Option<String> {
        let workspace = Workspace::new("/w");
        let found = HttpProxy::on_the_way(system, &workspace, &Url::parse(to).unwrap())?;
        assert!(!format!("{:?}", found.variable).contains("secret"));
        Some(found.variable.evidence())
    }

    #[test]
    fn the_variable_of_the_scheme_leads_there_and_its_password_is_not_shown() {
        let system = MadeUp::default()
            .with_var("https_proxy", "me:secret@gate.test:3128")
            .with_var("HTTP_PROXY", "http://plain.test");
        let secure = way(&system, "https://proxy.test/").unwrap();
        assert!(
            secure.starts_with("https_proxy=http://gate.test:3128 is in"),
            "{secure}"
        );
        let plain = way(&system, "http://proxy.test/").unwrap();
        assert!(
            plain.starts_with("HTTP_PROXY=http://plain.test is in"),
            "{plain}"
        );
        assert_eq!(way(&system, "https://localhost:80"), None);
        assert_eq!(way(&system, "https://127.0.0.2"), None);
        assert_eq!(way(&system, "file:///a"), None);
    }

    #[test]
    fn go_and_git_say_whether_it_is_to_blame() {
        let system = MadeUp::default().with_var("https_proxy", "me:secret@gate.test:3128");
        let to = Url::parse("https://proxy.test").unwrap();
        let proxy = HttpProxy::on_the_way(&system, &Workspace::new("/w"), &to).unwrap();
        assert_eq!(
            proxy.name(),
            "the HTTP proxy gate.test:3128, which https_proxy names,"
        );
        for (words, fault) in [
            (
                "Get \"https://proxy.test/m\": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused",
                Some("refuses the connection"),
            ),
            (
                "proxyconnect tcp: dial tcp: lookup gate.test on 10.0.0.53:53: no such host",
                Some("has a name that leads nowhere"),
            ),
            (
                "proxyconnect tcp: dial tcp 10.0.0.1:3128: i/o timeout",
                Some("does not answer"),
            ),
            ("proxyconnect tcp: EOF", Some("cannot be used")),
            (
                "Get \"https://proxy.test/m\": Proxy Authentication Required",
                Some("wants to know who asks"),
            ),
            (
                "Get \"https://proxy.test/m\": Bad Gateway",
                Some("does not connect to it"),
            ),
            (
                "unable to access 'https://proxy.test/m/': Failed to connect to gate.test port 3128 after 0 ms",
                Some("cannot be used"),
            ),
            ("reading https://proxy.test/m: 502 Bad Gateway", None),
            (
                "reading https://proxy.test/m: 403 Forbidden\n\tserver response: Forbidden",
                None,
            ),
            ("dial tcp 10.0.0.2:443: connect: connection refused", None),
        ] {
            assert_eq!(proxy.fault(words), fault, "{words}");
        }
    }

    #[test]
    fn no_proxy_is_read_as_go_reads_it() {
        let to = "https://a.proxy.test";
        for (none, straight) in [
            ("*", to),
            ("other.test, .proxy.test", to),
            ("proxy.test", to),
            ("*.proxy.test:443", to),
            ("PROXY.test", "https://proxy.test"),
            ("10.0.0.0/8", "https://10.1.2.3"),
            ("10.1.2.3:444", "https://10.1.2.3:444"),
            ("[fd00::1]:443", "https://[fd00::1]"),
            ("fd00::/8", "https://[fd00::1]"),
        ] {
            assert!(is_straight(&Url::parse(straight).unwrap(), none), "{none}");
        }
        for (none, proxied) in [
            ("", to),
            ("roxy.test", to),
            (".proxy.test", "https://proxy.test"),
            ("proxy.test:80", to),
            ("10.0.0.0/16", "https://10.1.2.3"),
            ("10.1.2.3", "https://10.1.2.4"),
        ] {
            assert!(!is_straight(&Url::parse(proxied).unwrap(), none), "{none}");
        }
    }
}
