//! A module proxy that does not know of releases that are known elsewhere.

use std::path::Path;

use system::System;
use trace::finding::{Action, Code, Finding, Severity};

use super::survey::{AGAIN, Proxy, Survey, Verdict};
use super::unreachable::offer;
use crate::modfile::GoMod;
use crate::network::question::{Answer, Ask, Listed, ask, is_not_there};
use crate::version::Version;
use crate::versions::GOPLS;

/// The modules that goplens asks for by itself are all below this path, and public.
const PUBLIC: &str = "golang.org/x/";

/// How many entries of a folder of the module cache are looked at.
const MOST: usize = 4096;

/// gopls, and what go.mod requires of such modules.
pub(super) fn modules(go_mod: Option<&GoMod>) -> Vec<String> {
    let required = go_mod.into_iter().flat_map(GoMod::all_downloaded);
    let required = required.map(|module| &module.path);
    let mut modules = vec![GOPLS.to_owned()];
    modules.extend(required.filter(|path| path.starts_with(PUBLIC)).cloned());
    modules.dedup();
    modules
}

/// A release that a proxy does not have.
struct Lacking<'a> {
    module: &'a str,
    version: Version,
    /// The newest that the proxy lists.
    newest: Version,
    /// Where the release is known, for evidence.
    known: String,
    /// The number of the entry that has it, if one has.
    entry: Option<usize>,
}

/// What it lacks, with what it said of that.
pub(super) fn find(survey: &Survey<'_>, proxy: &Proxy) -> Option<Finding> {
    let Verdict::Answers { listed, .. } = &proxy.verdict else {
        return None;
    };
    let lacking: Vec<_> = listed
        .iter()
        .filter_map(|one| lacking(survey, proxy, one))
        .collect();
    if lacking.is_empty() {
        return None;
    }
    // A list can be behind what its proxy gives.
    let refused = refused(survey, proxy, &lacking)?;
    let name = proxy.entry.name();
    let first = refused.first().map(|(lacking, _)| *lacking)?;
    let title = format!(
        "The module proxy {name} does not have {} v{}, which is known elsewhere.",
        first.module, first.version
    );
    let cause = "What go is asked for without a version, such as `@latest`, it takes from the first proxy that \
        has the module; and a version that this one does not have, go gets only from one that GOPROXY names \
        after it.";
    let mut finding = Finding::new(Code::ProxyStale, title, cause)
        .severity(Severity::Warning)
        .about(&name)
        .evidence(survey.goproxy.evidence());
    for (lacking, words) in &refused {
        let Lacking {
            module,
            version,
            newest,
            known,
            ..
        } = lacking;
        finding = finding
            .evidence(format!("{name}: its newest {module} is v{newest}"))
            .evidence(format!("{known}: v{version}"))
            .evidence(format!("{name}, asked for v{version}: {words}"));
    }
    let finding = finding.fix(
        "Have the proxy brought up to date",
        Action::Hand(format!(
            "Whoever runs {name} can say what it is a copy of, and when it was taken."
        )),
    );
    let better = refused.iter().find_map(|(lacking, _)| lacking.entry);
    Some(match better {
        Some(better) if better > proxy.number => {
            let mut entries = survey.entries.clone();
            let mut one = entries.remove(better);
            one.goes_on = proxy.entry.goes_on;
            entries.insert(proxy.number, one);
            offer(survey, finding, &entries)
        }
        _ => finding,
    })
}

fn lacking<'a>(survey: &Survey<'_>, proxy: &Proxy, one: &'a Listed) -> Option<Lacking<'a>> {
    let newest = newest(&one.versions)?;
    let others = survey
        .proxies
        .iter()
        .filter(|other| other.number != proxy.number);
    let others = others.filter_map(|other| {
        let Verdict::Answers { listed, .. } = &other.verdict else {
            return None;
        };
        let same = listed.iter().find(|listed| listed.path == one.path)?;
        let version = self::newest(&same.versions)?;
        Some((version, other.entry.name(), Some(other.number)))
    });
    let cached = in_cache(survey.system, &survey.env.gomodcache, &one.path);
    let cached = cached.map(|(version, file)| (version, file, None));
    let (version, known, entry) = others.chain(cached).max_by_key(|(version, ..)| *version)?;
    (version > newest).then_some(Lacking {
        module: &one.path,
        version,
        newest,
        known,
        entry,
    })
}

fn newest(versions: &[String]) -> Option<Version> {
    versions
        .iter()
        .filter_map(|version| Version::of_gopls(version))
        .max()
}

/// The newest release that was downloaded once, and the file that tells of it.
fn in_cache(system: &dyn System, cache: &str, module: &str) -> Option<(Version, String)> {
    let folder = Path::new(cache)
        .join("cache/download")
        .join(module)
        .join("@v");
    let entries = system.list(&folder, MOST).ok()?;
    let versions = entries.iter().filter_map(|entry| {
        let name = entry.name.to_str()?;
        let version = Version::of_gopls(name.strip_suffix(".info")?)?;
        Some((version, folder.join(name).display().to_string()))
    });
    versions.max_by_key(|(version, _)| *version)
}

/// Those that the proxy, asked for them, says it does not have.
fn refused<'a>(
    survey: &Survey<'_>,
    proxy: &Proxy,
    lacking: &'a [Lacking<'a>],
) -> Option<Vec<(&'a Lacking<'a>, String)>> {
    let queries = lacking
        .iter()
        .map(|one| format!("{}@v{}", one.module, one.version));
    let queries: Vec<_> = queries.collect();
    let queries: Vec<_> = queries.iter().map(String::as_str).collect();
    let (system, workspace) = (survey.system, survey.workspace);
    let text = &proxy.entry.text;
    let answer = ask(system, workspace, text, Ask::Version, &queries, AGAIN)?;
    let Answer::Modules(answers, _) = answer else {
        return None;
    };
    let refused = lacking.iter().filter_map(|lacking| {
        let version = format!("v{}", lacking.version);
        let same = |one: &&Listed| one.path == lacking.module && one.version == version;
        let error = answers.iter().find(same)?.error.as_ref()?;
        is_not_there(&error.words).then(|| (lacking, error.words.clone()))
    });
    Some(refused.collect())
}
