//! Go's module cache, as the go command needs it.

use std::path::Path;

use system::System;
use trace::finding::{Code, Finding};

use crate::folder::clean;
use crate::variable::Variable;
use crate::writing::Refusal;
use crate::{Workspace, places};

/// The folders of modules that were unpacked, which go closes on purpose: `x@v1.0.0`.
const UNPACKED: &str = "*@v[0-9]*";

/// Why no module can be brought into a cache: it is unpacked below the cache's own folder, and kept as it came
/// below `cache/download`.
pub(crate) fn refusal(system: &dyn System, cache: &Path) -> Option<Refusal> {
    let download = cache.join("cache/download");
    let of = |folder: &Path| Some(Refusal::of(system, folder)?.but_for(UNPACKED));
    of(cache).or_else(|| Some(of(&download)?.within(cache)))
}

/// Whether go says that a module is not in this cache. It is asked with the network switched off.
pub(crate) fn is_lack(words: &str, cache: &Path) -> bool {
    let cache = clean(cache);
    let cache = cache.to_string_lossy();
    words.contains(&*cache) || words.contains("disabled by GOPROXY=off")
}

/// What is found where a module is needed that is not there; `evidence` is what go says of it.
pub(crate) fn cannot_bring(
    system: &dyn System,
    workspace: &Workspace,
    cache: &Path,
    refusal: &Refusal,
    evidence: String,
) -> Finding {
    let finding = Finding::new(
        Code::GomodcacheNotWritable,
        format!(
            "A module that is needed is not on this machine, and go cannot bring it into its module cache, {}.",
            cache.display()
        ),
        "What the code imports from it leads nowhere, and gopls hides the reason.",
    );
    mend(
        system,
        workspace,
        cache,
        refusal,
        finding.evidence(evidence),
    )
}

/// The finding, about this cache, with why nothing can be written in it, and with what mends it.
pub(crate) fn mend(
    system: &dyn System,
    workspace: &Workspace,
    cache: &Path,
    refusal: &Refusal,
    finding: Finding,
) -> Finding {
    let variable = Variable::of(system, workspace, "GOMODCACHE");
    let finding = finding.about(cache.display().to_string());
    let finding = refusal.explain(system, finding);
    if variable.is_set() {
        return variable.offer_to_unset(system, workspace, finding.evidence(variable.evidence()));
    }
    places::offer_in_home(
        system,
        "GOMODCACHE",
        cache,
        &["go/pkg/mod", "go-mod"],
        finding,
    )
}

#[cfg(all(test, unix))]
mod tests {
    use system::made_up::MadeUp;
    use trace::finding::Action;

    use super::*;

    #[test]
    fn what_was_closed_is_opened_at_once_and_what_go_closes_stays() {
        let closed = |folder: &str| {
            MadeUp::default()
                .with_user(1000, 1000)
                .with_file("/c/cache/download/x.test/x/@v/list", "")
                .with_owner(folder, 1000, 1000)
                .with_mode(folder, 0o555)
                .with_refusal(folder, "making", 13)
        };
        for folder in ["/c", "/c/cache/download"] {
            let system = closed(folder);
            let refusal = refusal(&system, "/c".as_ref()).unwrap();
            let finding = Finding::new(Code::GomodcacheNotWritable, "A.", "B.");
            let finding = refusal.explain(&system, finding);
            let line = "find /c -name '*@v[0-9]*' -prune -o -exec chmod u+rwX {} +";
            assert_eq!(finding.fixes[0].action, Action::Shell(line.to_owned()));
        }
    }
}
