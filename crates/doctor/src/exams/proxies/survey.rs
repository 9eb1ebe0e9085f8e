//! What the entries of GOPROXY and the checksum database say, all asked at once.

use std::thread;
use std::time::{Duration, Instant};

use system::System;

use super::checksums::{self, Looked};
use super::stale;
use crate::modfile::GoMod;
use crate::network::goproxy::{Entry, entries};
use crate::network::question::{Answer, Ask, Listed, ask, is_not_there, status};
use crate::network::{Way, goproxy};
use crate::trial::{from_proxy, is_among, without_secrets};
use crate::variable::Variable;
use crate::versions::GOPLS;
use crate::{GoEnv, Workspace};

/// How long a proxy may take to answer at all.
pub(super) const LIMIT: Duration = Duration::from_secs(10);

/// How long a proxy that has answered may take to answer again.
pub(super) const AGAIN: Duration = Duration::from_secs(4);

/// How many proxies are asked.
const MOST: usize = 6;

/// All that was asked.
pub(super) struct Survey<'a> {
    pub(super) system: &'a dyn System,
    pub(super) workspace: &'a Workspace,
    pub(super) env: &'a GoEnv,
    /// GOPROXY without passwords, and who set it.
    pub(super) goproxy: Variable,
    /// Its entries.
    pub(super) entries: Vec<Entry>,
    /// Those of them that are proxies and were asked, which are the first ones.
    pub(super) proxies: Vec<Proxy>,
    /// What came of looking up a checksum.
    pub(super) looked: Looked,
}

/// A module proxy.
pub(super) struct Proxy {
    /// Which of the entries it is, from 0.
    pub(super) number: usize,
    pub(super) entry: Entry,
    pub(super) verdict: Verdict,
    /// How long the whole question took.
    pub(super) taken: Duration,
    /// The way there, where it is a server.
    pub(super) way: Option<Way>,
}

/// What go makes of a proxy.
pub(super) enum Verdict {
    /// It answers, be it that it has no such module.
    Answers {
        /// What it has.
        listed: Vec<Listed>,
        /// How long its slowest answer took.
        request: Duration,
    },
    /// Its certificate is not trusted; go's words.
    Untrusted(String),
    /// go gets nothing from it; go's words.
    Fails(String),
    /// It has not answered in time.
    Silent,
    /// It was not asked, or refuses what it was asked and may give other things; why.
    Unclear(String),
}

impl<'a> Survey<'a> {
    /// Asks all.
    ///
    /// # Errors
    ///
    /// Why nothing can be asked.
    pub(super) fn of(system: &'a dyn System, workspace: &'a Workspace) -> Result<Self, String> {
        let env = workspace
            .go()
            .env(system)
            .map_err(|words| format!("go env says: {words}"))?;
        let mut goproxy = Variable::of(system, workspace, "GOPROXY");
        let entries = entries(&env.goproxy);
        goproxy.value = without_secrets(&goproxy::joined(&entries));
        let go_mod = GoMod::in_force(system, workspace);
        let modules = stale::modules(go_mod.as_ref());
        let bypassed = is_among(&env.gonoproxy, GOPLS);
        let (asked, looked) = thread::scope(|scope| {
            let asked: Vec<_> = (0..)
                .zip(entries.iter().filter(|entry| entry.is_proxy() && !bypassed))
                .take(MOST)
                .map(|(number, entry)| {
                    let way = scope.spawn(|| {
                        let url = entry.url()?;
                        Some(Way::gone(system, workspace, &url))
                    });
                    let asker = Asker {
                        system,
                        workspace,
                        env,
                        go_mod: go_mod.as_ref(),
                    };
                    let modules = &modules;
                    let verdict = scope.spawn(move || {
                        let begun = Instant::now();
                        let verdict = asker.judge(entry, modules)?;
                        Some((verdict, begun.elapsed()))
                    });
                    (number, entry, verdict, way)
                })
                .collect();
            let looked = scope.spawn(|| checksums::look_up(system, workspace, env, &entries));
            let proxies = asked
                .into_iter()
                .filter_map(|(number, entry, verdict, way)| {
                    let (verdict, taken) = verdict.join().ok()??;
                    Some(Proxy {
                        number,
                        entry: entry.clone(),
                        verdict,
                        taken,
                        way: way.join().ok()?,
                    })
                });
            let proxies: Vec<_> = proxies.collect();
            (proxies, looked.join())
        });
        Ok(Self {
            system,
            workspace,
            env,
            goproxy,
            entries,
            proxies: asked,
            looked: looked.unwrap_or(Looked::Nothing),
        })
    }
}

impl Survey<'_> {
    /// Whether go asks no proxy even for what is public.
    pub(super) fn is_bypassed(&self) -> bool {
        is_among(&self.env.gonoproxy, GOPLS)
    }
}

/// One who asks a proxy.
struct Asker<'a> {
    system: &'a dyn System,
    workspace: &'a Workspace,
    env: &'a GoEnv,
    go_mod: Option<&'a GoMod>,
}

impl Asker<'_> {
    fn ask(&self, entry: &Entry, what: Ask, modules: &[&str], limit: Duration) -> Option<Answer> {
        ask(
            self.system,
            self.workspace,
            &entry.text,
            what,
            modules,
            limit,
        )
    }

    fn judge(&self, entry: &Entry, modules: &[String]) -> Option<Verdict> {
        let is_gone = |folder: std::path::PathBuf| !self.system.exists(&folder);
        if entry.folder().is_some_and(is_gone) {
            return Some(Verdict::Fails("there is no such folder".to_owned()));
        }
        let modules: Vec<_> = modules.iter().map(String::as_str).collect();
        let (listed, request) = match self.ask(entry, Ask::Versions, &modules, LIMIT)? {
            Answer::Modules(listed, request) => (listed, request),
            Answer::Refused(words) => {
                let name = entry.name();
                return Some(Verdict::Unclear(format!("go does not ask {name}: {words}")));
            }
            Answer::Silence => return Some(Verdict::Silent),
        };
        let gopls = listed.iter().find(|one| one.path == GOPLS);
        let error = gopls.and_then(|gopls| gopls.error.as_ref());
        let words = error.map(|error| error.words.clone());
        Some(match words {
            Some(words) if words.contains("x509:") => Verdict::Untrusted(words),
            Some(words) if is_not_there(&words) => Verdict::Answers { listed, request },
            Some(words) if status(&words).is_some() => self.ask_for_more(entry, words),
            Some(words) => Verdict::Fails(words),
            None => Verdict::Answers { listed, request },
        })
    }

    /// One that refuses gopls can still give what go.mod requires: proxies of companies let through what
    /// somebody has looked at.
    fn ask_for_more(&self, entry: &Entry, words: String) -> Verdict {
        let modules = self.go_mod.into_iter();
        let modules = modules.flat_map(|go_mod| from_proxy(go_mod, &self.env.gonoproxy));
        let modules: Vec<_> = modules
            .take(3)
            .map(|module| format!("{}@{}", module.path, module.version))
            .collect();
        let modules: Vec<_> = modules.iter().map(String::as_str).collect();
        let answer = match modules.is_empty() {
            true => None,
            false => self.ask(entry, Ask::Version, &modules, AGAIN),
        };
        let Some(Answer::Modules(listed, request)) = answer else {
            let name = entry.name();
            return Verdict::Unclear(format!(
                "{name} refuses what it was asked, and there is no other module to ask it for: {words}"
            ));
        };
        let error = |one: &Listed| one.error.as_ref().map(|error| error.words.clone());
        let refused = listed
            .iter()
            .map(error)
            .map(|words| words.filter(|words| !is_not_there(words)));
        match refused.collect::<Option<Vec<_>>>() {
            Some(all) => Verdict::Fails([vec![words], all].concat().join("; ")),
            None => Verdict::Answers { listed, request },
        }
    }
}
