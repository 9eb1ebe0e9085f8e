//! Why a module cannot be downloaded, by go's words.

use trace::finding::Action;

use crate::network::http_proxy::HttpProxy;
use crate::shell::quoted;
use crate::trial::host;

/// Why a module cannot be downloaded; each with the host that was asked, where one was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// GOPROXY is off.
    Off,
    /// The host refuses connections.
    Refused(String),
    /// No host has this name.
    UnknownHost(String),
    /// The host has no such module or version: `404 Not Found`, `410 Gone`.
    NotFound(String, &'static str),
    /// The host wants to know who asks.
    Denied(String, &'static str),
    /// The host failed.
    Broken(String),
    /// The encryption cannot be agreed on, or the certificate is not trusted.
    Certificate(String),
    /// The HTTP proxy on the way to the host does this.
    Between(HttpProxy, &'static str),
    /// What comes is not what go.sum or the checksum database knows.
    Checksum,
    /// The host does not answer.
    Timeout(String),
    /// Where the module is hosted, it cannot be fetched.
    Hosting,
    /// The module is there, without the package.
    NoPackage,
    /// It can be downloaded.
    There(String),
    /// Something else, which go's words tell.
    Other,
}

impl Reason {
    /// By what go said; `None` where it is no reason. `proxy` is the host that is asked first, `between` the HTTP
    /// proxy on the way to the one that go names.
    pub(crate) fn of(words: &str, proxy: &str, between: Option<&HttpProxy>) -> Option<Self> {
        let asked = || host(words).unwrap_or_else(|| proxy.to_owned());
        let has = |any: &[&str]| any.iter().any(|part| words.contains(part));
        let status = |all: &[&'static str]| all.iter().copied().find(|part| words.contains(part));
        // This attempt keeps to the Go that is there, which the session need not do.
        if has(&["GOTOOLCHAIN=local"]) {
            return None;
        }
        // What fails on the way is no fault of the host that was to be reached.
        if let Some(between) = between
            && let Some(fault) = between.fault(words)
        {
            return Some(Self::Between(between.clone(), fault));
        }
        Some(if has(&["checksum mismatch", "SECURITY ERROR"]) {
            Self::Checksum
        } else if has(&["disabled by GOPROXY=off"]) {
            Self::Off
        } else if has(&["connection refused"]) {
            Self::Refused(asked())
        } else if has(&[
            "no such host",
            "server misbehaving",
            "Temporary failure in name",
        ]) {
            Self::UnknownHost(asked())
        } else if has(&[
            "x509:",
            "tls:",
            "certificate",
            "HTTP response to HTTPS client",
        ]) {
            Self::Certificate(asked())
        } else if has(&["i/o timeout", "deadline exceeded", "TLS handshake timeout"]) {
            Self::Timeout(asked())
        } else if let Some(status) = status(&["401 Unauthorized", "403 Forbidden", "407 Proxy"]) {
            Self::Denied(asked(), status)
        } else if has(&[
            "terminal prompts disabled",
            "could not read Username",
            "ls-remote",
        ]) {
            Self::Hosting
        } else if let Some(status) = status(&["404 Not Found", "410 Gone"]) {
            Self::NotFound(asked(), status)
        } else if has(&["500 Internal", "502 Bad", "503 Service", "504 Gateway"]) {
            Self::Broken(asked())
        } else if has(&["but does not contain package"]) {
            Self::NoPackage
        } else {
            Self::Other
        })
    }

    /// What it makes of the module: "cannot be downloaded: ...".
    pub(super) fn predicate(&self) -> String {
        match self.why() {
            Some(why) => format!("cannot be downloaded: {why}"),
            None => "cannot be downloaded".to_owned(),
        }
    }

    /// Why, in a sentence without its full stop; none where only go's words tell.
    pub(crate) fn why(&self) -> Option<String> {
        Some(match self {
            Self::Off => "GOPROXY is off".to_owned(),
            Self::Refused(host) => format!("{host} refuses the connection"),
            Self::UnknownHost(host) => format!("there is no host {host}"),
            Self::NotFound(host, status) => format!("{host} does not have it ({status})"),
            Self::Denied(host, status) => format!("{host} does not let you ({status})"),
            Self::Broken(host) => format!("{host} answers with an error of its own"),
            Self::Certificate(host) => format!("there is no secure connection to {host}"),
            Self::Between(between, fault) => format!("{} {fault}", between.name()),
            Self::Checksum => "its checksum is not the one that is known".to_owned(),
            Self::Timeout(host) => format!("{host} does not answer"),
            Self::Hosting => "it cannot be fetched from where it is hosted".to_owned(),
            Self::NoPackage => "its module does not contain it".to_owned(),
            Self::There(_) | Self::Other => return None,
        })
    }

    /// Why that makes the request fail.
    pub(super) fn cause(&self) -> String {
        let hidden = "gopls only says that no required module provides the package, and keeps the \
            reason to itself.";
        let more = match self {
            Self::Off => "GOPROXY=off forbids the go command every download.",
            Self::NotFound(..) => {
                "Either there is no such module or version, or it is private and has to be fetched \
                 from where it is hosted."
            }
            Self::Checksum => {
                "The go command refuses a module whose content has changed since its checksum was \
                 written down."
            }
            _ => "",
        };
        format!("{hidden} {more}").trim_end().to_owned()
    }

    /// What to do, where that is not simply to get the module; `private` is what GOPRIVATE says now.
    pub(super) fn fix(&self, module: &str, private: &str) -> Option<(String, Action)> {
        let (title, action) = match self {
            Self::Off => (
                "Allow downloads",
                Action::Hand(
                    "Set GOPROXY to the module proxy that you use; go env GOPROXY says what is in \
                     force, and gopls's build.env comes before it."
                        .into(),
                ),
            ),
            Self::Refused(host) | Self::UnknownHost(host) => (
                "Correct GOPROXY, or reach the host",
                Action::Hand(format!(
                    "See that {host} is the right name and that this machine reaches it (VPN, \
                     HTTPS_PROXY)."
                )),
            ),
            // Whether it is private only the user knows: what is public would lose its checksums by that.
            Self::NotFound(..) | Self::Denied(..) | Self::Hosting => (
                "If the module is private, have go fetch it from where it is hosted",
                Action::Hand(format!(
                    "`go env -w {}` has go ask neither a proxy nor the checksum database for it.",
                    quoted(if private.is_empty() {
                        format!("GOPRIVATE={module}")
                    } else {
                        format!("GOPRIVATE={private},{module}")
                    })
                )),
            ),
            Self::Certificate(host) => (
                "Trust the certificate of the host",
                Action::Hand(format!(
                    "Add the authority that signed the certificate of {host} to those that this \
                     system trusts, or set SSL_CERT_FILE for the editor."
                )),
            ),
            Self::Between(between, _) => between.fix(),
            Self::Checksum => (
                "Find out which of the two is right",
                Action::Hand(
                    "If the module was published anew under the same version, remove its lines from \
                     go.sum and run go mod tidy; if not, trust neither."
                        .into(),
                ),
            ),
            Self::Broken(host) | Self::Timeout(host) => (
                "Try again later, or use another proxy",
                Action::Hand(format!("GOPROXY names {host}; go tries again on each load.")),
            ),
            Self::NoPackage => (
                "Correct the import",
                Action::Shell(format!("go list {}", quoted(format!("{module}@latest")))),
            ),
            Self::There(_) | Self::Other => return None,
        };
        Some((title.to_owned(), action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_only_the_user_knows() {
        let host = || "proxy.test".to_owned();
        for reason in [
            Reason::NotFound(host(), "404 Not Found"),
            Reason::Denied(host(), "403 Forbidden"),
            Reason::Hosting,
        ] {
            let (_, action) = reason.fix("b.test/m", "a.test").unwrap();
            let Action::Hand(how) = action else {
                panic!("a program does it: {action:?}");
            };
            assert!(
                how.contains("`go env -w GOPRIVATE=a.test,b.test/m`"),
                "{how}"
            );
        }
    }
}
