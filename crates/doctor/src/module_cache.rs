//! Go's module cache, as the go command needs it.

use std::path::Path;

use system::System;
use trace::finding::{Code, Finding};

use crate::folder::clean;
use crate::variable::Variable;
use crate::writing::Refusal;
use crate::{Workspace, places};

/// Why no module can be brought into a cache: it is unpacked below the cache's own folder, and kept as it came
/// below `cache/download`.
pub(crate) fn refusal(system: &dyn System, cache: &Path) -> Option<Refusal> {
    let download = cache.join("cache/download");
    let of = |folder: &Path| Refusal::of(system, folder);
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
