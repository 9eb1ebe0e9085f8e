//! Each release of gopls with the Go that built it: healthy sessions, in which nothing is found.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tests::{
    Recorded, Release, VsCode, goplens_with_state, releases_or_skip, skip, temporary_folder,
    variable,
};

/// A machine on which the Go that built a release is the only one that counts, with a module cache that
/// knows no gopls.
struct Machine {
    folder: TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = temporary_folder("goplens-versions-");
        Self { folder }
    }

    fn environment(&self, release: &Release) -> Vec<(&'static str, String)> {
        let inside = |name: &str| self.folder.path().join(name).display().to_string();
        let path = variable("PATH").unwrap_or_default();
        // Builds and what gopls keeps can be shared, and save much time.
        let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lab");
        let shared = |name: &str| shared.join(name).display().to_string();
        vec![
            ("PATH", release.path(&path.to_string_lossy())),
            ("GOENV", "off".to_owned()),
            ("GOFLAGS", String::new()),
            ("GOPROXY", "off".to_owned()),
            ("GOROOT", String::new()),
            ("GOTOOLCHAIN", "local".to_owned()),
            ("GOPATH", inside("gopath")),
            ("GOMODCACHE", inside("modcache")),
            ("GOCACHE", shared("gocache")),
            ("GOPLSCACHE", shared("goplscache")),
        ]
    }
}

/// Whoever took part is who should have, and the codes of what was found are these.
fn check(release: &Release, recorded: &Recorded, expected: &[&str]) {
    let version = format!("v{}", release.version);
    let found = recorded.events("finding");
    let codes: Vec<_> = found
        .iter()
        .filter_map(|one| one["code"].as_str())
        .collect();
    assert_eq!(codes, expected, "{version}: {found:#?}");
    assert_eq!(recorded.info.gopls.as_deref(), Some(&*version));
    let go = fs::read_to_string(release.goroot.join("VERSION")).unwrap_or_default();
    let go = go.lines().next();
    assert_eq!(recorded.info.go_built_with.as_deref(), go, "{version}");
}

#[test]
fn under_vs_code_nothing_is_found() {
    const TEST: &str = "versions::under_vs_code_nothing_is_found";
    let Some(releases) = releases_or_skip(TEST) else {
        return;
    };
    let vs_code = match VsCode::find() {
        Ok(vs_code) => vs_code,
        Err(reason) => return skip(TEST, &reason),
    };
    for release in releases {
        let machine = Machine::new();
        let environment = machine.environment(&release);
        let (verdict, recorded) = vs_code.session(&release.gopls, environment);
        assert_eq!(verdict["ok"], true, "{}: {verdict}", release.version);
        check(&release, &recorded, &[]);
    }
}

#[test]
fn in_the_demo_only_what_it_shows_is_found() {
    let Some(releases) = releases_or_skip("versions::in_the_demo_only_what_it_shows_is_found")
    else {
        return;
    };
    for release in releases {
        let machine = Machine::new();
        let state = machine.folder.path().join("state");
        let output = goplens_with_state(&state)
            .args(["demo", "--gopls"])
            .arg(&release.gopls)
            .envs(machine.environment(&release))
            .output()
            .expect("the demo can be started");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}: {said}", release.version);
        let recorded = Recorded::read(&state).expect("the demo has a trace");
        check(&release, &recorded, &["excluded-by-build-tag"]);
    }
}
