//! A certificate that go does not take.

use std::path::Path;

use system::System;
use trace::finding::{Action, Code, Finding};

use crate::Workspace;
use crate::network::Way;
use crate::network::shown;
use crate::variable::Variable;

/// Why go does not take a certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// None that it trusts has issued it.
    Authority,
    /// It does not hold now.
    Time,
    /// It is for other names.
    Name,
    /// Something else, which go's words tell.
    Other,
}

impl Kind {
    /// By go's words (crypto/x509, and what stands in for it on macOS and Windows).
    fn of(words: &str) -> Self {
        let has = |any: &[&str]| any.iter().any(|part| words.contains(part));
        if has(&["expired or is not yet valid", "certificate is expired"]) {
            Self::Time
        } else if has(&[
            "certificate is valid for",
            "not valid for any names",
            "cannot validate certificate for",
            "legacy Common Name",
            "certificate name does not match",
        ]) {
            Self::Name
        } else if has(&["unknown authority", "certificate is not trusted"]) {
            Self::Authority
        } else {
            Self::Other
        }
    }

    fn title(self, name: &str) -> String {
        match self {
            Self::Authority => {
                format!(
                    "go does not trust the certificate of {name}: nobody that it trusts has issued it."
                )
            }
            Self::Time => {
                format!(
                    "go does not take the certificate of {name}: it does not hold at this time."
                )
            }
            Self::Name => {
                format!("go does not take the certificate of {name}: it is for other names.")
            }
            Self::Other => format!("go does not take the certificate of {name}."),
        }
    }
}

/// What go does not trust, who has issued it, and which way leads there.
pub(super) fn finding(
    system: &dyn System,
    workspace: &Workspace,
    name: &str,
    words: &str,
    way: Option<&Way>,
) -> Finding {
    let kind = Kind::of(words);
    let cause = match way.and_then(|way| way.http_proxy.as_ref()) {
        Some(hop) => format!(
            "go downloads nothing over a connection that somebody else could be at the end of. {} leads through \
             an HTTP proxy, which can present certificates of its own in the place of those of the host.",
            hop.variable.name
        ),
        None => "go downloads nothing over a connection that somebody else could be at the end of."
            .to_owned(),
    };
    let mut finding = Finding::new(Code::TlsUntrusted, kind.title(name), cause)
        .about(name)
        .evidence(format!("go: {words}"));
    for fact in way.into_iter().flat_map(Way::presented) {
        finding = finding.evidence(fact);
    }
    if kind == Kind::Time {
        finding = finding.evidence(format!(
            "the clock of this machine: {}",
            shown(system.now())
        ));
    }
    let hop = way.and_then(|way| way.http_proxy.as_ref());
    if let Some(hop) = hop {
        finding = finding.evidence(hop.variable.evidence());
    }
    let roots = Roots::of(system, workspace);
    for fact in roots.evidence(system) {
        finding = finding.evidence(fact);
    }
    match kind {
        Kind::Time => finding.fix(
            "Set the clock, or have the certificate renewed",
            Action::Hand(format!(
                "If the clock of this machine is right, only whoever runs {name} can renew it."
            )),
        ),
        Kind::Name => finding.fix(
            "Use a name that the certificate is for",
            Action::Hand(
                "It is the host in GOPROXY or GOSUMDB, or the HTTP proxy on the way to it."
                    .to_owned(),
            ),
        ),
        Kind::Authority | Kind::Other => trust(system, workspace, finding, &roots, way),
    }
}

/// What go reads in the place of the system's own file and folders of roots (crypto/x509/root_unix.go). Where the
/// system itself verifies, on macOS and Windows, these count for nothing.
struct Roots {
    file: Option<Variable>,
    folders: Option<Variable>,
}

impl Roots {
    fn of(system: &dyn System, workspace: &Workspace) -> Self {
        let count = !matches!(system.os(), "macos" | "windows");
        let set = |name: &'static str| {
            let variable = Variable::of(system, workspace, name);
            Some(variable).filter(|variable| count && !variable.value.is_empty())
        };
        Self {
            file: set("SSL_CERT_FILE"),
            folders: set("SSL_CERT_DIR"),
        }
    }

    fn evidence(&self, system: &dyn System) -> Vec<String> {
        let file = self.file.iter().map(|file| {
            let there = there(system, Path::new(&file.value));
            let evidence = file.evidence();
            format!("{evidence}{there}; go reads it in the place of the system's file of roots")
        });
        let folders = self.folders.iter().map(|folders| {
            let mut all = folders.value.split(':').map(Path::new);
            let gone = all.find(|folder| !system.exists(folder));
            let there = gone.map_or("", |_| ", and one of these is not there");
            let evidence = folders.evidence();
            format!(
                "{evidence}{there}; go reads these in the place of the system's folders of roots"
            )
        });
        file.chain(folders).collect()
    }
}

fn there(system: &dyn System, path: &Path) -> &'static str {
    match system.exists(path) {
        true => "",
        false => ", and is not there",
    }
}

/// What makes go trust the root.
fn trust(
    system: &dyn System,
    workspace: &Workspace,
    finding: Finding,
    roots: &Roots,
    way: Option<&Way>,
) -> Finding {
    let issuer = way.and_then(|way| way.reach.chain.last());
    let issuer = issuer.map_or("that has issued the certificate".to_owned(), |last| {
        format!(
            "{} (`root.crt` here; ask whoever runs it for the file)",
            last.issuer
        )
    });
    let title = format!("If it is your company's, trust the root {issuer}");
    let mut finding = finding;
    if let Some(file) = &roots.file {
        if system.exists(Path::new(&file.value)) {
            let how = format!("Add it to {}, which go reads.", file.value);
            return finding.fix(title, Action::Hand(how));
        }
        finding = file.offer_to_unset(system, workspace, finding);
    }
    let finding = match install(system) {
        Some(line) => finding.fix(title, Action::Shell(line.to_owned())),
        None => finding.fix(
            title,
            Action::Hand("Add it to those that the system trusts.".to_owned()),
        ),
    };
    if matches!(system.os(), "macos" | "windows") {
        return finding;
    }
    finding.fix(
        "Or have go alone trust it",
        Action::Hand(
            "Set SSL_CERT_FILE, for the editor too, to a file with all roots that go is to trust; what \
             GOPRIVATE names is not asked of proxies at all."
                .to_owned(),
        ),
    )
}

/// The line that adds a root to those of this system.
fn install(system: &dyn System) -> Option<&'static str> {
    let has = |path: &str| system.exists(Path::new(path));
    if system.os() == "macos" {
        Some(
            "sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain root.crt",
        )
    } else if has("/usr/sbin/update-ca-certificates") {
        Some("sudo cp root.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates")
    } else if has("/etc/pki/ca-trust/source/anchors") {
        Some("sudo cp root.crt /etc/pki/ca-trust/source/anchors/ && sudo update-ca-trust")
    } else if has("/usr/bin/trust") {
        Some("sudo trust anchor root.crt")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    fn found(system: &MadeUp, words: &str) -> Finding {
        finding(system, &Workspace::new("/w"), "proxy.test", words, None)
    }

    #[test]
    fn a_time_that_is_over_an_authority_and_a_name_are_told_apart() {
        let title = |words: &str| found(&MadeUp::default(), words).title;
        let words = "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: \
            current time 2026-01-01T00:00:00Z is after 2025-01-01T00:00:00Z";
        assert!(title(words).ends_with("it does not hold at this time."));
        let expired = found(&MadeUp::default(), words);
        assert!(
            expired
                .evidence
                .contains(&"the clock of this machine: 2026-01-01 00:00 UTC".to_owned())
        );
        for words in [
            "x509: certificate is valid for a.test, not proxy.test",
            "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
        ] {
            assert!(title(words).ends_with("it is for other names."), "{words}");
        }
        for words in [
            "x509: certificate signed by unknown authority",
            "x509: “Gate” certificate is not trusted",
        ] {
            assert!(title(words).contains("nobody that it trusts"), "{words}");
        }
    }

    #[test]
    fn the_root_is_added_where_go_looks_for_it() {
        let words = "x509: certificate signed by unknown authority";
        let first = |system: &MadeUp| found(system, words).fixes.swap_remove(0).action;
        let line = |system: &MadeUp| match first(system) {
            Action::Shell(line) => line,
            other => panic!("{other:?}"),
        };
        assert!(line(&MadeUp::default().with_os("macos")).contains("add-trusted-cert"));
        let debian = MadeUp::default().with_program("/usr/sbin/update-ca-certificates", "");
        assert!(line(&debian).contains("update-ca-certificates"));
        let fedora = MadeUp::default().with_file("/etc/pki/ca-trust/source/anchors/README", "");
        assert!(line(&fedora).contains("update-ca-trust"));

        let file = MadeUp::default().with_var("SSL_CERT_FILE", "/roots.pem");
        let Action::Hand(how) = first(&file) else {
            panic!()
        };
        assert!(how.contains("Remove SSL_CERT_FILE"), "{how}");
        assert!(found(&file, words).evidence[1].contains("and is not there"));
        let Action::Hand(how) = first(&file.with_file("/roots.pem", "")) else {
            panic!()
        };
        assert!(how.contains("Add it to /roots.pem"), "{how}");
    }
}
