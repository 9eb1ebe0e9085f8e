//! The fault lab: each fault is found by its own code, and its healthy twin in silence.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tests::{Lab, cases, check_case, faults, gopls_or_skip, skip};
use trace::finding::Code;

/// Two tests for each code, and the list of the codes.
macro_rules! faults {
    ($($name:ident $code:literal,)*) => {
        const CODES: &[&str] = &[$($code),*];

        $(mod $name {
            #[test]
            fn fault() {
                super::play(concat!("faults::", stringify!($name), "::fault"), $code, "fault");
            }

            #[test]
            fn healthy() {
                super::play(concat!("faults::", stringify!($name), "::healthy"), $code, "healthy");
            }
        })*
    };
}

faults! {
    excluded_by_build_tag "excluded-by-build-tag",
    outside_workspace_module "outside-workspace-module",
    go_work_does_not_list_module "go-work-does-not-list-module",
    go_work_missing_directory "go-work-missing-directory",
    go_work_older_than_module "go-work-older-than-module",
    go_work_elsewhere "go-work-elsewhere",
    go_mod_invalid "go-mod-invalid",
    go_mod_needs_newer_go "go-mod-needs-newer-go",
    toolchain_not_available "toolchain-not-available",
    inconsistent_vendoring "inconsistent-vendoring",
    dependency_missing "dependency-missing",
    load_stuck "load-stuck",
    load_slow "load-slow",
    no_module "no-module",
    gopath_mode "gopath-mode",
    go_not_found "go-not-found",
    go_root_invalid "go-root-invalid",
    go_flags_invalid "go-flags-invalid",
    gocache_unusable "gocache-unusable",
    package_clause_mismatch "package-clause-mismatch",
    import_cycle "import-cycle",
    syntax_error_hides_symbol "syntax-error-hides-symbol",
    symbol_declared_by_cgo "symbol-declared-by-cgo",
    document_out_of_sync "document-out-of-sync",
    workspace_folder_missing "workspace-folder-missing",
    symlink_mismatch "symlink-mismatch",
    same_file_open_twice "same-file-open-twice",
    duplicate_folder "duplicate-folder",
    path_map_invalid "path-map-invalid",
    gopls_settings_invalid "gopls-settings-invalid",
    unknown_method "unknown-method",
    malformed_message "malformed-message",
    invalid_semantic_tokens "invalid-semantic-tokens",
    unadvertised_capability "unadvertised-capability",
    go_newer_than_gopls "go-newer-than-gopls",
    go_unsupported_by_gopls "go-unsupported-by-gopls",
    gopls_needs_newer_go "gopls-needs-newer-go",
    gopls_outdated "gopls-outdated",
    gopls_checksum_mismatch "gopls-checksum-mismatch",
    client_capability_invalid "client-capability-invalid",
    client_does_not_answer "client-does-not-answer",
    gopls_not_responding "gopls-not-responding",
    language_server_off "language-server-off",
    alternate_tool_missing "alternate-tool-missing",
    gopath_setting "gopath-setting",
    tools_autoupdate "tools-autoupdate",
    gopls_not_found "gopls-not-found",
    gopls_is_goplens "gopls-is-goplens",
    gopls_cannot_start "gopls-cannot-start",
    gopls_shadowed "gopls-shadowed",
    go_differs_from_shell "go-differs-from-shell",
    gopath_leftovers "gopath-leftovers",
    path_breaks_tools "path-breaks-tools",
    gomodcache_not_writable "gomodcache-not-writable",
    gopath_not_writable "gopath-not-writable",
    gopls_cache_not_writable "gopls-cache-not-writable",
    tmp_not_writable "tmp-not-writable",
    cache_owner_mismatch "cache-owner-mismatch",
    proxy_unreachable "proxy-unreachable",
    tls_untrusted "tls-untrusted",
    sumdb_unreachable "sumdb-unreachable",
    proxy_stale "proxy-stale",
    proxy_slow "proxy-slow",
    private_module_leak "private-module-leak",
}

/// The codes of what only another machine has: another system, or a file system that cannot be had here. The unit
/// tests of crate `doctor` play them on machines that are made up.
const MADE_UP: &[&str] = &[
    "cache-on-slow-filesystem",
    "selinux-denied",
    "codesign-blocked",
];

/// Layouts that gopls copes with, and places where there is nothing to find.
#[test]
fn what_works_is_found_in_silence() {
    play("faults::what_works_is_found_in_silence", "healthy", "");
}

/// Plays the cases of a folder whose names begin so.
fn play(test: &str, folder: &str, beginning: &str) {
    let lacking = Lab::lacking(folder, beginning);
    if !lacking.is_empty() {
        skip(
            test,
            &format!("these releases of gopls are not there: {lacking:?}"),
        );
    } else if let Some(gopls) = gopls_or_skip(test) {
        let spoiler = Path::new(env!("CARGO_BIN_EXE_spoiler"));
        let shared = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let skipped = Lab::new(gopls, spoiler, shared).play(folder, beginning);
        if let Some(reason) = skipped {
            skip(test, &reason);
        }
    }
}

#[test]
fn codes_cases_and_pages_agree() {
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let played = codes.iter().filter(|code| !MADE_UP.contains(code));
    let played: Vec<_> = played.copied().collect();
    assert_eq!(played, CODES, "the list of this test");
    assert_eq!(played.len() + MADE_UP.len(), codes.len(), "{MADE_UP:?}");
    let owned = |codes: &[&str]| -> BTreeSet<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    };
    let (codes, played) = (owned(&codes), owned(&played));

    let mut folders = names(&faults(), |path| path.is_dir());
    assert!(folders.remove("healthy"));
    assert_eq!(folders, played, "the folders of the lab");
    for code in &played {
        for beginning in ["fault", "healthy"] {
            let cases = cases(code, beginning);
            assert!(!cases.is_empty(), "{code} has no case {beginning}");
        }
    }
    let complaints: Vec<_> = CODES
        .iter()
        .chain(&["healthy"])
        .flat_map(|folder| cases(folder, ""))
        .filter_map(|case| check_case(&case).err())
        .collect();
    assert!(complaints.is_empty(), "{complaints:#?}");

    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/findings");
    let is_page = |path: &Path| path.extension().is_some_and(|kind| kind == "md");
    assert_eq!(names(&pages, is_page), codes, "the pages in docs/findings");
    for code in &codes {
        let page = fs::read_to_string(pages.join(format!("{code}.md"))).unwrap();
        assert_eq!(page.lines().next(), Some(format!("# {code}").as_str()));
    }
}

/// The stems of the names in a folder.
fn names(folder: &Path, wanted: impl Fn(&Path) -> bool) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| wanted(path))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect()
}
