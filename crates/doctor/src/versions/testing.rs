//! Made-up machines with a Go and a module cache.

use serde_json::json;
use system::made_up::MadeUp;

use super::Gopls;
use crate::Workspace;

/// The folder of the module cache that tells of the versions of gopls.
pub(super) const CACHE: &str = "/mod/cache/download/golang.org/x/tools/gopls/@v";

/// A machine whose go command is of this version, and becomes `selected` in the folder.
pub(super) fn machine(go: &str, selected: &str, toolchain: &str) -> MadeUp {
    let env = json!({
        "GOVERSION": format!("go{selected}"),
        "GOTOOLCHAIN": toolchain,
        "GOMODCACHE": "/mod",
        "GOMOD": "/w/go.mod",
        "GOSUMDB": "sums.test",
    });
    let network = json!({ "GOPROXY": "https://modules.test,direct" });
    MadeUp::default()
        .with_var("PATH", "/go/bin")
        .with_program("/go/bin/go", "")
        .with_command("go env -json", &env.to_string())
        .with_command("go env -json GOPROXY GONOPROXY", &network.to_string())
        .with_command("go env GOVERSION", &format!("go{go}\n"))
}

/// The same without any switch of toolchains.
pub(super) fn local(go: &str) -> MadeUp {
    machine(go, go, "local")
}

/// The same with a release of gopls in the module cache, whose go.mod has this `go` line.
pub(super) fn with_gopls(machine: MadeUp, version: &str, go: &str) -> MadeUp {
    let go_mod = format!("module golang.org/x/tools/gopls\n\ngo {go}\n");
    machine
        .with_file(&format!("{CACHE}/v{version}.info"), "{}")
        .with_file(&format!("{CACHE}/v{version}.mod"), go_mod)
}

/// A workspace under a gopls of this version that this Go built.
pub(super) fn workspace(gopls: &str, built_by: &str) -> Workspace {
    let mut workspace = Workspace::new("/w");
    workspace.gopls = Some(Gopls {
        version: gopls.into(),
        sum: None,
        built_by: Some(built_by.into()),
    });
    workspace
}
