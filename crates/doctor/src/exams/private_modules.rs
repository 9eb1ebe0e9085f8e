//! Modules that go asks a proxy for, and that only their own host has.

use std::path::Path;
use std::time::Duration;

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use crate::modfile::{GoMod, statements_of};
use crate::module::Module;
use crate::network::goproxy::{Entry, entries, joined};
use crate::network::question::{Answer, Ask, Listed, ask, is_not_there};
use crate::trial::{from_proxy, is_among, without_secrets};
use crate::variable::Variable;
use crate::{Chart, Exam, GoEnv, Patient, Takes, Workspace, file_uri};

/// How long the proxies may take, and how long the hosts.
const LIMIT: Duration = Duration::from_secs(8);

/// How many modules the proxies are asked for, and how many of those they do not know are sought where they are
/// hosted.
const MOST: usize = 100;
const MOST_SOUGHT: usize = 3;

/// What hosts say to one whom they do not know.
const ASKS_WHO: [&str; 6] = [
    "could not read Username",
    "could not read Password",
    "terminal prompts disabled",
    "Permission denied (publickey",
    "Authentication failed",
    "401 Unauthorized",
];

/// Has go ask for what go.mod requires and is not on this machine yet, as it does by itself once that is needed.
pub(super) struct PrivateModules;

impl Exam for PrivateModules {
    fn name(&self) -> &'static str {
        "private modules"
    }

    fn codes(&self) -> &'static [Code] {
        &[Code::PrivateModuleLeak]
    }

    fn takes(&self) -> Takes {
        Takes::Network
    }

    fn run(&self, system: &dyn System, patient: &Patient, chart: &mut Chart) {
        for workspace in &patient.workspaces {
            let Ok(env) = workspace.go().env(system) else {
                continue;
            };
            if let Some(go_mod) = GoMod::in_force(system, workspace) {
                let asked = Asked {
                    system,
                    workspace,
                    env,
                    go_mod: &go_mod,
                };
                asked.judge(chart);
            }
        }
    }
}

/// What go would ask of whom.
struct Asked<'a> {
    system: &'a dyn System,
    workspace: &'a Workspace,
    env: &'a GoEnv,
    go_mod: &'a GoMod,
}

impl Asked<'_> {
    fn judge(&self, chart: &mut Chart) {
        // Without a database nobody else is told, and the proxy can be one's own.
        if self.env.gosumdb == "off" {
            return;
        }
        let entries = entries(&self.env.goproxy);
        // A folder tells nobody, but what it has no server is asked for.
        let proxies = entries.iter().filter(|entry| entry.is_proxy());
        let proxies = joined(proxies);
        let servers: Vec<_> = entries
            .into_iter()
            .filter(|entry| entry.url().is_some())
            .collect();
        let queries = self.queries();
        if servers.is_empty() || queries.is_empty() {
            return;
        }
        let Some(Answer::Modules(listed, _)) = self.ask(&proxies, &queries) else {
            return;
        };
        let unknown = listed.iter().filter_map(|one| {
            let error = one
                .error
                .as_ref()
                .filter(|error| is_not_there(&error.words))?;
            Some((one, &*error.words))
        });
        let unknown: Vec<_> = unknown.take(MOST_SOUGHT).collect();
        let queries = unknown
            .iter()
            .map(|(one, _)| format!("{}@{}", one.path, one.version));
        let queries: Vec<_> = queries.collect();
        if queries.is_empty() {
            return;
        }
        let Some(Answer::Modules(hosted, _)) = self.ask("direct", &queries) else {
            return chart
                .cannot_tell("where a module that no proxy knows is hosted, nobody has answered");
        };
        for (module, words) in unknown {
            let Some(here) = hosted.iter().find(|here| here.path == module.path) else {
                continue;
            };
            let host = here.error.as_ref().map(|error| &*error.words);
            match host {
                Some(host) if !ASKS_WHO.iter().any(|words| host.contains(words)) => {
                    chart.cannot_tell(format!(
                        "{} is private, or not there at all: no proxy knows it, and its host says: {host}",
                        module.path
                    ));
                }
                _ => chart.find(self.finding(&servers, module, words, host)),
            }
        }
    }

    /// What go asks a proxy and the checksum database for once it is needed.
    fn queries(&self) -> Vec<String> {
        if self.is_vendored() {
            return Vec::new();
        }
        let cache = Path::new(&self.env.gomodcache);
        let is_new = |module: &&Module| {
            !is_among(&self.env.gonosumdb, &module.path)
                && !module.is_in(self.system, cache)
                && !module.is_known_in(self.system, cache)
        };
        from_proxy(self.go_mod, &self.env.gonoproxy)
            .filter(is_new)
            .map(|module| format!("{}@{}", module.path, module.version))
            .take(MOST)
            .collect()
    }

    /// Whether all that is needed lies beside the go.mod or the go.work, so that go asks nobody.
    fn is_vendored(&self) -> bool {
        let files = [&*self.go_mod.file, Path::new(&self.env.gowork)];
        let mut lists = files
            .iter()
            .map(|file| file.with_file_name("vendor/modules.txt"));
        lists.any(|list| self.system.exists(&list))
    }

    fn ask(&self, goproxy: &str, queries: &[String]) -> Option<Answer> {
        let queries: Vec<_> = queries.iter().map(String::as_str).collect();
        ask(
            self.system,
            self.workspace,
            goproxy,
            Ask::Version,
            &queries,
            LIMIT,
        )
    }

    fn finding(
        &self,
        servers: &[Entry],
        module: &Listed,
        words: &str,
        host: Option<&str>,
    ) -> Finding {
        let path = &module.path;
        let (system, workspace) = (self.system, self.workspace);
        let names: Vec<_> = servers.iter().map(Entry::name).collect();
        let title = format!(
            "go asks {} for {path}, which is not known there: GOPRIVATE does not name it.",
            names.join(" and ")
        );
        let cause = match host {
            None => {
                "Only its own host has it, so others are told its name for nothing; and the checksum database, \
                 which go asks then, refuses what it cannot see, and with it the download."
            }
            Some(_) => {
                "Its host asks who is there, as hosts do for what is private, and some for what is not there. \
                 Others are told its name for nothing, and it cannot be downloaded."
            }
        };
        let own = match host {
            Some(words) => format!("where it is hosted: {words}"),
            None => format!("where it is hosted, go finds {} {}", path, module.version),
        };
        let private = Variable::of(system, workspace, "GOPRIVATE");
        let finding = Finding::new(Code::PrivateModuleLeak, title, cause)
            .severity(Severity::Warning)
            .about(path)
            .evidence(format!("go: {words}"))
            .evidence(own)
            .evidence(format!("GOPROXY={}", without_secrets(&self.env.goproxy)))
            .evidence(format!("GOSUMDB={}", without_secrets(&self.env.gosumdb)))
            .evidence(private.evidence());
        let value = match &*private.value {
            "" => pattern(path),
            others => format!("{others},{}", pattern(path)),
        };
        let mut finding = private.offer_to_set(system, workspace, finding, &value);
        if host.is_some() {
            let how = "go uses what git uses: a credential helper, an SSH key with url.insteadOf, or ~/.netrc.";
            finding = finding.fix("Let git log in there", Action::Hand(how.to_owned()));
        }
        let statements = statements_of(system, &self.go_mod.file);
        let line = statements.into_iter().find(|one| one.words.contains(path));
        match (file_uri(&self.go_mod.file), line) {
            (Some(uri), Some(line)) => finding.place(uri, Some(line.range)),
            _ => finding,
        }
    }
}

/// What GOPRIVATE has to say: the host and, where many share it, whose modules they are.
fn pattern(path: &str) -> String {
    path.split('/').take(2).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Module, examined};
    use crate::trial::fake_proxy::{Answer, start};

    #[test]
    fn a_server_is_not_asked_for_what_a_folder_before_it_has() {
        let module = Module::with("module example.com/a\n\ngo 1.24\n\nrequire b.test/b v1.0.0\n");
        module.write("mirror/b.test/b/@v/v1.0.0.info", r#"{"Version": "v1.0.0"}"#);
        module.write("mirror/b.test/b/@v/v1.0.0.mod", "module b.test/b\n");
        let mirror = file_uri(&module.path("mirror")).unwrap();
        let server = start(Answer::Status("404 Not Found"));
        let mut workspace = module.workspace();
        workspace.set("GOPROXY", &format!("{mirror},{server}"));
        workspace.set("GOSUMDB", "sum.example.com+01234567+x");
        assert_eq!(examined(&PrivateModules, workspace), Chart::default());
    }
}
