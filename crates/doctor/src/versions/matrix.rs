//! Which gopls goes with which Go.

use crate::version::Version;

/// The releases of gopls of one number, as far as Go is concerned.
struct Series {
    /// The newest of them.
    gopls: Version,
    /// The oldest Go that builds them: since 0.17 that of the `go` line of their go.mod, before it the
    /// oldest that they support, since a Go older than 1.21 does not hold to that line.
    built_by: Version,
    /// The oldest go command that they support without a warning.
    oldest_go: Version,
}

/// The last releases before a Go was dropped, and all since 0.15, the oldest first.
///
/// Which go commands they support: up to Go 1.20 by the table of
/// gopls itself (`goversion.Supported`), which shows a message for an older one; 0.17 by its release notes
/// (1.21); since 0.18 "only the two most recent major Go releases" (gopls's `doc/index.md`), the two that
/// there were when it came out.
const SERIES: [Series; 13] = [
    series((7, 5), (1, 12, 0), 12),
    series((9, 5), (1, 13, 0), 13),
    series((11, 0), (1, 16, 0), 16),
    series((14, 2), (1, 18, 0), 18),
    series((15, 3), (1, 19, 0), 19),
    series((16, 2), (1, 21, 0), 21),
    series((17, 1), (1, 23, 1), 21),
    series((18, 1), (1, 23, 4), 23),
    series((20, 0), (1, 24, 2), 23),
    series((21, 1), (1, 25, 0), 24),
    series((22, 0), (1, 26, 0), 25),
    series((23, 0), (1, 26, 0), 25),
    series((24, 0), (1, 27, 0), 26),
];

const fn series(gopls: (u32, u32), built_by: (u32, u32, u32), oldest_go: u32) -> Series {
    Series {
        gopls: Version::new(0, gopls.0, gopls.1),
        built_by: Version::new(built_by.0, built_by.1, built_by.2),
        oldest_go: Version::new(1, oldest_go, 0),
    }
}

/// The newest gopls that a Go builds and that supports it as its go command. `None` for a Go that none of
/// them supports.
pub(crate) fn newest_for(go: Version) -> Option<Version> {
    let fits = |series: &&Series| series.built_by <= go && series.oldest_go <= go;
    let found = SERIES.iter().rev().find(fits)?;
    Some(found.gopls)
}

/// The newest gopls that is known here.
pub(crate) fn newest() -> Version {
    SERIES[SERIES.len() - 1].gopls
}

/// The oldest go command that a gopls supports without a warning. `None` for a gopls that is newer than what
/// is known here, or older than the first.
pub(crate) fn oldest_go(gopls: Version) -> Option<Version> {
    // What lies between two lines came after the Gos of the earlier one were dropped.
    let not_older = |series: &&Series| !gopls.is_later_series(series.gopls);
    Some(SERIES.iter().find(not_older)?.oldest_go)
}

/// The newest go command that gopls itself warns of, whatever its version.
pub(crate) const WARNED_OF: Version = Version::new(1, 20, u32::MAX);

#[cfg(test)]
mod tests {
    use super::*;

    fn gopls_for(go: &str) -> String {
        newest_for(Version::of_go(go).unwrap())
            .map(|gopls| gopls.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn each_go_has_the_newest_gopls_that_it_builds() {
        for (go, gopls) in [
            ("1.11", ""),
            ("1.12.17", "0.7.5"),
            ("1.15", "0.9.5"),
            ("1.17.1", "0.11.0"),
            ("1.18", "0.14.2"),
            ("1.19.13", "0.15.3"),
            ("1.20.14", "0.15.3"),
            ("1.21.13", "0.16.2"),
            ("1.22.10", "0.16.2"),
            ("1.24.1", "0.18.1"),
            ("1.24.2", "0.20.0"),
            ("1.25", "0.21.1"),
            ("1.26.8", "0.23.0"),
            ("1.27.3", "0.24.0"),
            ("1.99", "0.24.0"),
        ] {
            assert_eq!(gopls_for(go), gopls, "Go {go}");
        }
    }

    #[test]
    fn each_gopls_supports_a_go_or_nobody_knows() {
        let oldest = |gopls| {
            let gopls = Version::of_gopls(gopls).unwrap();
            oldest_go(gopls).map(|go| go.minor)
        };
        for (gopls, go) in [
            ("v0.14.0", Some(18)),
            ("v0.16.2", Some(21)),
            ("v0.19.1", Some(23)),
            ("v0.20.1", Some(23)),
            ("v0.23.1", Some(25)),
            ("v0.24.0", Some(26)),
            ("v0.25.0", None),
        ] {
            assert_eq!(oldest(gopls), go, "{gopls}");
        }
    }
}
