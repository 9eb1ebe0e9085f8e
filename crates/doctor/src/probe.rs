//! Whether the module proxy answers: what is loading for long may only be long, or may wait for it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use system::System;

use crate::Workspace;
use crate::modfile::GoMod;
use crate::network::goproxy::entries;
use crate::network::http_proxy::HttpProxy;
use crate::trial::{Trial, from_proxy, without_secrets};

/// What came of asking the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// It answered, be it that it has nothing or that it refuses; this is for evidence.
    Answered(String),
    /// It did not answer in time; this is for evidence.
    Silent(String),
    /// There is nothing to ask it for, or no proxy to ask.
    CannotTell,
}

/// Asks the session's own proxy for one module that the go.mod above `folder` requires, first of all one
/// that is not on this machine yet. What comes of it is thrown away.
pub fn proxy_answers(
    system: &dyn System,
    workspace: &Workspace,
    folder: &Path,
    limit: Duration,
) -> Probe {
    ask(system, workspace, folder, limit).unwrap_or(Probe::CannotTell)
}

fn ask(
    system: &dyn System,
    workspace: &Workspace,
    folder: &Path,
    limit: Duration,
) -> Option<Probe> {
    // What is in force in this folder, which is not always that of what failed.
    let here = workspace.like(folder);
    let env = here.go().env(system).ok()?;
    let first = entries(&env.goproxy).into_iter().next();
    let (host, url) = (first.as_ref()?.name(), first?.url()?);
    let between = HttpProxy::on_the_way(system, &here, &url);
    let through = between.map_or(String::new(), |between| {
        format!(" through {}", between.name())
    });
    let go_mod = GoMod::in_force(system, &here)?;
    let cache = PathBuf::from(&env.gomodcache);
    let mut modules = from_proxy(&go_mod, &env.gonoproxy).peekable();
    let first = modules.peek().copied();
    let module = modules
        .find(|module| !module.is_in(system, &cache))
        .or(first)?;
    let trial = Trial::new(system, &here, None).ok()?;
    let query = format!("{}@{}", module.path, module.version);
    let call = trial.call(&here, &["list", "-m", "-json=Version", "--", &query], limit);
    match system.run(&call) {
        Ok(output) if output.success => {
            Some(Probe::Answered(format!("{host} answers: it has {query}")))
        }
        Ok(output) => {
            let words = without_secrets(output.stderr.trim());
            Some(Probe::Answered(format!(
                "{host} was asked for {query}: {words}"
            )))
        }
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Some(Probe::Silent(format!(
            "{host} was asked for {query}{through} and has not answered within {} s",
            limit.as_secs_f32()
        ))),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use system::Real;

    use super::*;
    use crate::testing::Module;
    use crate::trial::fake_proxy::{Answer, refusing, start};

    fn probe(proxy: &str, go_mod: &str) -> Probe {
        probe_through("", proxy, go_mod)
    }

    fn probe_through(http_proxy: &str, proxy: &str, go_mod: &str) -> Probe {
        let module = Module::new(&[("go.mod", go_mod), ("a.go", "package a\n")]);
        let mut workspace = module.failed("a.go", "package", None, &[]);
        for (name, value) in [
            ("GOPROXY", proxy),
            ("HTTPS_PROXY", http_proxy),
            ("GONOSUMDB", "*"),
            ("GOFLAGS", ""),
        ] {
            workspace.env.push((name.into(), value.into()));
        }
        let folder = workspace.folder.clone();
        proxy_answers(&Real, &workspace, &folder, Duration::from_millis(1500))
    }

    const REQUIRES: &str = "module example.com/a\n\ngo 1.21\n\nrequire example.com/m v1.0.0\n";

    #[test]
    fn a_proxy_that_says_anything_answers() {
        for answer in [Answer::Module, Answer::Status("404 Not Found")] {
            let url = start(answer);
            let Probe::Answered(words) = probe(&url, REQUIRES) else {
                panic!("{answer:?}");
            };
            assert!(words.starts_with(&url["http://".len()..]), "{words}");
            assert!(words.contains("example.com/m@v1.0.0"), "{words}");
        }
        assert!(matches!(probe(&refusing(), REQUIRES), Probe::Answered(_)));
    }

    #[test]
    fn one_that_says_nothing_is_silent() {
        let url = start(Answer::Silence);
        let Probe::Silent(words) = probe(&format!("{url},direct"), REQUIRES) else {
            panic!();
        };
        assert!(words.ends_with("has not answered within 1.5 s"), "{words}");
        assert!(words.starts_with(&url["http://".len()..]), "{words}");
        assert!(!words.contains("through"), "{words}");
    }

    #[test]
    fn the_http_proxy_on_the_way_to_one_that_is_silent_is_named() {
        let url = start(Answer::Silence);
        let Probe::Silent(words) = probe_through(&url, "https://proxy.test", REQUIRES) else {
            panic!();
        };
        let through = format!(
            " through the HTTP proxy {}, which HTTPS_PROXY",
            &url["http://".len()..]
        );
        assert!(words.contains(&through), "{words}");
    }

    #[test]
    fn where_there_is_no_proxy_or_nothing_to_ask_for_nobody_can_tell() {
        let nothing = "module example.com/a\n\ngo 1.21\n";
        let folder = format!("{REQUIRES}\nreplace example.com/m => ./m\n");
        for (proxy, go_mod) in [
            ("off", REQUIRES),
            ("direct", REQUIRES),
            ("file:///nowhere", REQUIRES),
            ("http://127.0.0.1:9", nothing),
            ("http://127.0.0.1:9", &folder),
            ("http://127.0.0.1:9", "modul"),
        ] {
            assert_eq!(probe(proxy, go_mod), Probe::CannotTell, "{proxy} {go_mod}");
        }
    }
}
