//! The codes of findings.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The codes, each with its name, which is stable, and what it means.
macro_rules! codes {
    ($($variant:ident $name:literal $meaning:literal,)*) => {
        /// What kind of thing a finding is about. Its name is also that of its page in
        /// `docs/findings` and of its folder in the fault lab.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = $meaning] #[serde(rename = $name)] $variant,)*
        }

        impl Code {
            /// All of them, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name: kebab-case, and never changed.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What it means, in a sentence without its full stop.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)*
                }
            }

            /// Its page, in Markdown.
            pub const fn page(self) -> &'static str {
                match self {
                    $(Self::$variant => {
                        include_str!(concat!("../../../../docs/findings/", $name, ".md"))
                    })*
                }
            }
        }
    };
}

codes! {
    ExcludedByBuildTag "excluded-by-build-tag" "A file is left out of the build by its build constraint",
    OutsideWorkspaceModule "outside-workspace-module" "A file belongs to a module that no view of gopls has",
    GoWorkDoesNotListModule "go-work-does-not-list-module" "The go.work in force leaves out a module that is needed",
    GoWorkMissingDirectory "go-work-missing-directory" "The go.work in force names a folder that is not a module",
    GoWorkOlderThanModule "go-work-older-than-module" "The go line of go.work is older than that of a module it lists",
    GoWorkElsewhere "go-work-elsewhere" "A go.work is not in force where it is expected to be, or is where it is not",
    GoModInvalid "go-mod-invalid" "A go.mod or go.work cannot be parsed",
    GoModNeedsNewerGo "go-mod-needs-newer-go" "A go.mod asks for a newer Go than the one in use",
    ToolchainNotAvailable "toolchain-not-available" "The Go toolchain that is asked for cannot be had",
    InconsistentVendoring "inconsistent-vendoring" "vendor/modules.txt does not agree with go.mod",
    DependencyMissing "dependency-missing" "A module that the code imports is not there",
    LoadStuck "load-stuck" "The loading of the workspace waits for a network that does not answer",
    LoadSlow "load-slow" "The loading of the workspace takes long",
    NoModule "no-module" "There is no go.mod above the file",
    GopathMode "gopath-mode" "GO111MODULE switches modules off",
    GoNotFound "go-not-found" "gopls finds no go command",
    GoRootInvalid "go-root-invalid" "GOROOT is not a Go installation",
    GoFlagsInvalid "go-flags-invalid" "GOFLAGS has a flag that the go command does not take",
    GocacheUnusable "gocache-unusable" "Go's build cache cannot be used",
    PackageClauseMismatch "package-clause-mismatch" "A folder has files of two packages",
    ImportCycle "import-cycle" "Packages import each other",
    SyntaxErrorHidesSymbol "syntax-error-hides-symbol" "A file that cannot be parsed hides what it declares",
    SymbolDeclaredByCgo "symbol-declared-by-cgo" "A name is declared by cgo",
    DocumentOutOfSync "document-out-of-sync" "The editor and gopls have different texts of a document",
    WorkspaceFolderMissing "workspace-folder-missing" "A workspace folder is not there",
    SymlinkMismatch "symlink-mismatch" "The editor and gopls know a file by different names",
    SameFileOpenTwice "same-file-open-twice" "One file is open under two names",
    DuplicateFolder "duplicate-folder" "Two workspace folders are one on disk",
    PathMapInvalid "path-map-invalid" "A path map of goplens's configuration cannot be used",
    GoplsSettingsInvalid "gopls-settings-invalid" "gopls does not take a setting",
    UnknownMethod "unknown-method" "A message has a method that the protocol does not have",
    MalformedMessage "malformed-message" "A message is not as the protocol has it",
    InvalidSemanticTokens "invalid-semantic-tokens" "Semantic tokens do not fit the document or their legend",
    UnadvertisedCapability "unadvertised-capability" "One side relies on what the other has not said that it can",
    GoNewerThanGopls "go-newer-than-gopls" "The go command is newer than the Go that built gopls",
    GoUnsupportedByGopls "go-unsupported-by-gopls" "The go command is older than what gopls supports",
    GoplsNeedsNewerGo "gopls-needs-newer-go" "A newer gopls was asked for, and the Go here cannot build it",
    GoplsOutdated "gopls-outdated" "This machine knows a newer gopls than the one that runs",
    GoplsChecksumMismatch "gopls-checksum-mismatch" "gopls claims another checksum than its version has on this machine",
    ClientCapabilityInvalid "client-capability-invalid" "The editor says what it can do by a value of the wrong type",
    ClientDoesNotAnswer "client-does-not-answer" "The editor leaves a request of gopls unanswered",
    GoplsNotResponding "gopls-not-responding" "gopls does nothing",
    LanguageServerOff "language-server-off" "The Go extension is told to start no language server",
    AlternateToolMissing "alternate-tool-missing" "The settings name a tool that is not there, and another is run",
    GopathSetting "gopath-setting" "The Go extension gives gopls another GOPATH, and its module cache lacks modules",
    ToolsAutoupdate "tools-autoupdate" "The Go extension would install gopls in goplens's place, or beside it, at each start",
    GoplsNotFound "gopls-not-found" "No gopls was found",
    GoplsIsGoplens "gopls-is-goplens" "What was named as gopls is goplens itself",
    GoplsCannotStart "gopls-cannot-start" "gopls could not be started, or ended before it answered",
    GoplsShadowed "gopls-shadowed" "Another gopls is run than the one that go install updates",
    GoDiffersFromShell "go-differs-from-shell" "The editor's go command or its environment is not the shell's",
    GopathLeftovers "gopath-leftovers" "Code in GOPATH without a go.mod does not find the code beside it",
    PathBreaksTools "path-breaks-tools" "A name in a path is one that go or gopls cannot work with",
    GomodcacheNotWritable "gomodcache-not-writable" "Nothing can be written in Go's module cache",
    GopathNotWritable "gopath-not-writable" "Nothing can be written in GOPATH",
    GoplsCacheNotWritable "gopls-cache-not-writable" "gopls cannot keep its cache where it belongs",
    TmpNotWritable "tmp-not-writable" "Nothing can be written in the folder for temporary files",
    CacheOwnerMismatch "cache-owner-mismatch" "Folders in a cache belong to another user",
    CacheOnSlowFilesystem "cache-on-slow-filesystem" "A cache is on a file system that is much slower than the machine's own",
    SelinuxDenied "selinux-denied" "SELinux denies what go or gopls does",
    CodesignBlocked "codesign-blocked" "macOS does not let go or gopls run",
    ProxyUnreachable "proxy-unreachable" "go gets nothing from a module proxy",
    TlsUntrusted "tls-untrusted" "go does not take a certificate",
    SumdbUnreachable "sumdb-unreachable" "go cannot look up checksums",
    ProxyStale "proxy-stale" "A module proxy does not have releases that are known elsewhere",
    ProxySlow "proxy-slow" "A module proxy takes long to answer",
    PrivateModuleLeak "private-module-leak" "go asks others for a module that only its own host has",
}

impl Code {
    /// Whether nothing works any more where it is found, so that the user must not overlook it.
    pub const fn stops_the_session(self) -> bool {
        matches!(
            self,
            Self::GoNotFound
                | Self::GoRootInvalid
                | Self::GoFlagsInvalid
                | Self::ToolchainNotAvailable
                | Self::LoadStuck
                | Self::ClientDoesNotAnswer
                | Self::GoplsNotResponding
                | Self::GoplsNotFound
                | Self::GoplsIsGoplens
                | Self::GoplsCannotStart
        )
    }

    /// Whether it is about editor, gopls and Go not going together, and not about one of them alone.
    pub const fn is_drift(self) -> bool {
        matches!(
            self,
            Self::UnknownMethod
                | Self::MalformedMessage
                | Self::UnadvertisedCapability
                | Self::InvalidSemanticTokens
                | Self::ClientCapabilityInvalid
                | Self::GoNewerThanGopls
                | Self::GoUnsupportedByGopls
                | Self::GoplsNeedsNewerGo
                | Self::GoplsOutdated
                | Self::GoplsChecksumMismatch
                | Self::GoplsSettingsInvalid
                | Self::DocumentOutOfSync
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(name: &str) -> Result<Self, UnknownCode> {
        let found = Self::ALL.iter().find(|code| code.as_str() == name);
        found.copied().ok_or_else(|| UnknownCode(name.to_owned()))
    }
}

/// No finding has this code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCode(String);

impl fmt::Display for UnknownCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "no finding has the code {:?}", self.0)
    }
}

impl std::error::Error for UnknownCode {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_by_its_name() {
        for code in Code::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            let heading = format!("# {code}\n");
            assert!(code.page().starts_with(&heading), "{code}");
            assert!(
                code.as_str()
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            );
        }
        assert!("GoNotFound".parse::<Code>().is_err());
    }
}
