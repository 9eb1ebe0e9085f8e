//! The HTTP proxy that Go goes through, by the rules of golang.org/x/net/http/httpproxy.

use std::net::IpAddr;

use system::System;
use url::{Host, Url};

use crate::Workspace;
use crate::variable::Variable;

/// An HTTP proxy, and who says that Go is to go through it.
#[derive(Clone, Debug)]
pub(crate) struct HttpProxy {
    /// The variable, whose value is without a password.
    pub(crate) variable: Variable,
    /// The URL, with it.
    pub(super) url: Url,
}

impl HttpProxy {
    /// The one on the way to this URL; none where the way is straight.
    pub(super) fn on_the_way(system: &dyn System, workspace: &Workspace, to: &Url) -> Option<Self> {
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
