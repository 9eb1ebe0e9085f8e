//! One attempt to download what is missing, for the sake of go's words.

use std::io;
use std::thread;
use std::time::Duration;

use system::System;

use super::lack::{Lack, Missing};
use super::reason::Reason;
use crate::Workspace;
use crate::modfile::GoMod;
use crate::network::goproxy::{Entry, entries};
use crate::network::http_proxy::HttpProxy;
use crate::network::{Way, question};
use crate::package::Package;
use crate::trial::{Trial, host, is_among, without_secrets};

/// What is asked of the package.
const FIELDS: &str = "-json=ImportPath,Dir,Error";

/// What came of it.
pub(super) struct Tried {
    pub(super) reason: Reason,
    pub(super) words: String,
    /// Whether it was not waited for to its end.
    pub(super) gave_up: bool,
}

/// Downloads the module into a cache that is removed at once, with the session's own network settings.
pub(super) fn attempt(
    system: &dyn System,
    workspace: &Workspace,
    missing: &Missing<'_>,
    limit: Duration,
) -> Option<Tried> {
    let go_mod = GoMod::in_force(system, workspace)?;
    let (requirement, wanted) = match &missing.lack {
        Lack::NotDownloaded(module) => {
            let module = go_mod.downloaded(module)?;
            // The package itself where it is the module's; a module that only stands in the way of
            // reading the requirements is asked for by its own path.
            let wanted = match go_mod.provider(&missing.import.path) {
                Some(provider) if provider == module => &missing.import.path,
                _ => &module.path,
            };
            (Some(module), wanted)
        }
        _ => (None, &missing.import.path),
    };
    let trial = Trial::new(system, workspace, requirement).ok()?;
    let arguments = ["list", "-e", "-find", FIELDS, "--", wanted];
    let env = workspace.go().env(system).ok()?;
    let proxy = env.goproxy.clone();
    let proxy_host = host(&proxy).unwrap_or_else(|| "the proxy".to_owned());
    let first = entries(&proxy).first().and_then(Entry::url);
    let (output, way) = thread::scope(|scope| {
        // go says nothing of an HTTP proxy that does not answer it.
        let way = first.filter(|first| HttpProxy::on_the_way(system, workspace, first).is_some());
        // A module that is asked of no module proxy goes another way.
        let way = way.filter(|_| !is_among(&env.gonoproxy, missing.subject()));
        let way = way.map(|first| scope.spawn(move || Way::gone(system, workspace, &first)));
        let output = system.run(&trial.call(workspace, &arguments, limit));
        (output, way.and_then(|way| way.join().ok()))
    });
    let output = match output {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            let between = way.as_ref().and_then(Way::ends_at);
            return Some(Tried {
                words: format!("no end after {} s", limit.as_secs_f32()),
                reason: match between {
                    Some((between, fault)) => Reason::Between(between.clone(), fault),
                    None => Reason::Timeout(proxy_host),
                },
                gave_up: true,
            });
        }
        Err(_) => return None,
    };
    let of = |words: &str| {
        let url = question::url(words);
        let between = url.and_then(|url| HttpProxy::on_the_way(system, workspace, &url));
        Reason::of(words, &proxy_host, between.as_ref())
    };
    let package = Package::read(&output.stdout).into_iter().next();
    let (reason, words) = match package {
        Some(Package {
            error: None,
            dir: Some(_),
            ..
        }) => {
            let found = output.stderr.lines().last().unwrap_or_default();
            (Reason::There(proxy_host), found.to_owned())
        }
        // It was asked for by the name of its module, which need not be one of a package.
        Some(Package {
            error: Some(error), ..
        }) if requirement.is_some_and(|module| module.path == *wanted)
            && error.words.contains("but does not contain package") =>
        {
            let found = output.stderr.lines().last().unwrap_or_default();
            (Reason::There(proxy_host), found.to_owned())
        }
        Some(Package {
            error: Some(error), ..
        }) => (of(&error.words)?, error.words),
        _ => {
            let said: Vec<&str> = output
                .stderr
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && !line.starts_with("go: downloading "))
                .collect();
            let words = said.join(" ");
            (of(&words)?, words)
        }
    };
    let words = without_secrets(&words);
    Some(Tried {
        reason,
        words,
        gave_up: false,
    })
}
