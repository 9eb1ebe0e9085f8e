//! One attempt to download what is missing, for the sake of go's words.

use std::io;
use std::time::Duration;

use system::System;

use super::lack::{Lack, Missing};
use super::reason::Reason;
use crate::Workspace;
use crate::modfile::GoMod;
use crate::package::Package;
use crate::trial::{Trial, host, without_secrets};

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
    let proxy = workspace.go().env(system).ok()?.goproxy.clone();
    let proxy_host = host(&proxy).unwrap_or_else(|| "the proxy".to_owned());
    let output = match system.run(&trial.call(workspace, &arguments, limit)) {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            return Some(Tried {
                words: format!("no end after {} s", limit.as_secs_f32()),
                reason: Reason::Timeout(proxy_host),
                gave_up: true,
            });
        }
        Err(_) => return None,
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
        }) => (Reason::of(&error.words, &proxy_host)?, error.words),
        _ => {
            let said: Vec<&str> = output
                .stderr
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && !line.starts_with("go: downloading "))
                .collect();
            let words = said.join(" ");
            (Reason::of(&words, &proxy_host)?, words)
        }
    };
    let words = without_secrets(&words);
    Some(Tried {
        reason,
        words,
        gave_up: false,
    })
}
