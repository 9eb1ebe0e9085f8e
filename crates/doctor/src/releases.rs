//! What each release of gopls can do, by snapshots that `cargo xtask gopls-snapshots` took of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use crate::version::Version;

/// The snapshots, the oldest first.
const TEXTS: [&str; 9] = [
    include_str!("../releases/0.12.4.json"),
    include_str!("../releases/0.13.2.json"),
    include_str!("../releases/0.14.2.json"),
    include_str!("../releases/0.15.3.json"),
    include_str!("../releases/0.16.2.json"),
    include_str!("../releases/0.19.1.json"),
    include_str!("../releases/0.20.0.json"),
    include_str!("../releases/0.23.0.json"),
    include_str!("../releases/0.24.0.json"),
];

/// What a release of gopls said it can do, to a client that can do what VS Code can.
#[derive(Clone, Debug, Deserialize)]
pub struct Release {
    /// Its version, without the `v`.
    pub version: String,
    /// The `go` line of its go.mod.
    pub go: String,
    /// Its capabilities in the answer to `initialize`, without its commands and its legend.
    pub capabilities: BTreeMap<String, Value>,
    /// The methods that it registers for after `initialized`.
    pub registers: Vec<String>,
    /// Its commands.
    pub commands: Vec<String>,
    /// The settings that `gopls api-json` lists, each with its type.
    pub settings: BTreeMap<String, String>,
    /// The legend of its semantic tokens: the types.
    pub token_types: Vec<String>,
    /// The modifiers.
    pub token_modifiers: Vec<String>,
}

/// Something that a release of gopls has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature<'a> {
    /// A capability of a server, such as `inlayHintProvider`.
    Capability(&'a str),
    /// A command, such as `gopls.modules`.
    Command(&'a str),
    /// A setting by the last part of its name, such as `pullDiagnostics`.
    Setting(&'a str),
}

/// All snapshots, the oldest first.
pub fn all() -> &'static [Release] {
    static ALL: OnceLock<Vec<Release>> = OnceLock::new();
    ALL.get_or_init(|| {
        let read = TEXTS.iter().map(|text| serde_json::from_str(text));
        read.filter_map(Result::ok).collect()
    })
}

/// The snapshot of a release, whose version may have a `v`; none where there is none of just that.
pub fn of(version: &str) -> Option<&'static Release> {
    let version = version.strip_prefix('v').unwrap_or(version);
    all().iter().find(|release| release.version == version)
}

impl Release {
    /// Whether it has something.
    pub fn has(&self, feature: Feature<'_>) -> bool {
        match feature {
            Feature::Capability(name) => self.capabilities.contains_key(name),
            Feature::Command(name) => self.commands.iter().any(|command| command == name),
            Feature::Setting(name) => self.settings.contains_key(name),
        }
    }
}

/// The oldest release with something, among those that there are snapshots of.
pub fn first_with(feature: Feature<'_>) -> Option<&'static Release> {
    all().iter().find(|release| release.has(feature))
}

/// The newest release with something, among those that there are snapshots of.
pub fn last_with(feature: Feature<'_>) -> Option<&'static Release> {
    all().iter().rev().find(|release| release.has(feature))
}

/// Which releases have something that the gopls of this version (`v0.16.2`) does not have, as a clause: `it
/// came with 0.20`, `it came between 0.16.2 and 0.19.1`, `it was there until 0.15, and is gone since 0.16`.
/// None where no snapshot has it, where that gopls is no release, and where by the snapshots it has it.
pub fn where_instead(feature: Feature<'_>, gopls: &str) -> Option<String> {
    let gopls = Version::of_gopls(gopls)?;
    let (first, last) = (first_with(feature)?, last_with(feature)?);
    if gopls < first.number()? {
        return Some(match first.neighbour(-1) {
            Some(before) if first.follows(before) => format!("it came with {}", first.series()),
            Some(before) => {
                format!("it came between {} and {}", before.version, first.version)
            }
            None => format!("it is there in {}", first.version),
        });
    }
    if gopls > last.number()? {
        let after = last.neighbour(1)?;
        return Some(match after.follows(last) {
            true => format!(
                "it was there until {}, and is gone since {}",
                last.series(),
                after.series()
            ),
            false => format!("it went between {} and {}", last.version, after.version),
        });
    }
    None
}

impl Release {
    fn number(&self) -> Option<Version> {
        Version::of_gopls(&format!("v{}", self.version))
    }

    /// The snapshot so many places later.
    fn neighbour(&self, places: isize) -> Option<&'static Release> {
        let all = all();
        let own = all.iter().position(|one| one.version == self.version)?;
        all.get(own.checked_add_signed(places)?)
    }

    /// Whether no release came between that one and this one's number: each snapshot is of the last release
    /// of its number, so those of neighbouring numbers leave none out.
    fn follows(&self, before: &Self) -> bool {
        let both = self.number().zip(before.number());
        both.is_some_and(|(own, before)| own.minor == before.minor + 1)
    }

    /// Its number, such as `0.20`.
    fn series(&self) -> String {
        let number = self.number();
        number.map_or_else(
            || self.version.clone(),
            |number| format!("{}.{}", number.major, number.minor),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_snapshot_is_read_and_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/releases");
        let files = std::fs::read_dir(folder).unwrap().count();
        assert_eq!((all().len(), TEXTS.len()), (files, files));
        assert!(all().is_sorted_by_key(Release::number));
        for release in all() {
            assert!(release.has(Feature::Capability("definitionProvider")));
            assert!(release.has(Feature::Command("gopls.tidy")));
            assert!(release.has(Feature::Setting("buildFlags")));
            assert!(!release.token_types.is_empty(), "{}", release.version);
        }
        assert_eq!(of("v0.16.2").unwrap().go, "1.19");
        assert!(of("0.17.0").is_none());
    }

    #[test]
    fn when_something_came_is_said_as_exactly_as_it_is_known() {
        let came = |name, gopls| where_instead(Feature::Setting(name), gopls).unwrap_or_default();
        assert_eq!(came("memoryLimit", "v0.23.0"), "it came with 0.24");
        let between = "it came between 0.20.0 and 0.23.0";
        assert_eq!(came("newGoFileHeader", "v0.17.1"), between);
        let gone = "it was there until 0.15, and is gone since 0.16";
        assert_eq!(came("allowModfileModifications", "v0.21.0"), gone);
        let went = "it went between 0.16.2 and 0.19.1";
        assert_eq!(came("allowImplicitNetworkAccess", "v0.23.0"), went);
        for (setting, gopls) in [
            ("buildFlags", "v0.16.2"),
            ("buildFlags", "v0.99.0"),
            ("memoryLimit", "v0.24.0"),
            ("memoryLimit", "(devel)"),
            ("nonsense", "v0.16.2"),
        ] {
            assert_eq!(came(setting, gopls), "", "{setting} {gopls}");
        }
        let command = where_instead(Feature::Command("gopls.split_package"), "v0.19.1");
        assert_eq!(command.as_deref(), Some("it came with 0.20"));
        let capability = where_instead(Feature::Capability("typeHierarchyProvider"), "v0.12.4");
        assert_eq!(
            capability.as_deref(),
            Some("it came between 0.16.2 and 0.19.1")
        );
    }
}
