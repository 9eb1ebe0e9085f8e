//! Versions of Go and of gopls.

use std::fmt;

/// A version of a release; what is not released yet has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// `0` of gopls 0.24.1, `1` of Go 1.26.8.
    pub major: u32,
    /// What stands behind the first dot: for both, a release of this number has what is new.
    pub minor: u32,
    /// What stands behind the second dot, 0 where nothing does.
    pub patch: u32,
}

impl Version {
    /// A version.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// Of a Go, as `go env GOVERSION`, a go.mod and build information write it (`go1.26.8`, `1.26`), with
    /// what a maker added behind it (`go1.26.8-X:nodwarf5`). `None` for one that is not released (`devel`,
    /// `go1.27rc1`).
    pub fn of_go(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("go").unwrap_or(text);
        let end = text.find(['-', ' ', '+']);
        Self::of_numbers(&text[..end.unwrap_or(text.len())])
    }

    /// Of a gopls, as a module's version (`v0.23.0`). `None` for what is no release: `(devel)`,
    /// `v0.24.0-pre.1`, a commit.
    pub fn of_gopls(text: &str) -> Option<Self> {
        Self::of_numbers(text.strip_prefix('v')?)
    }

    fn of_numbers(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|part| {
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|_| digits)
        });
        let (major, minor) = (numbers.next()??, numbers.next()??);
        let patch = numbers.next().unwrap_or(Some(0))?;
        numbers
            .next()
            .is_none()
            .then(|| Self::new(major, minor, patch))
    }

    /// Whether this one's release is of a later number than that one's. What is mended between two
    /// releases of one number counts for nothing.
    pub fn is_later_series(self, than: Self) -> bool {
        (self.major, self.minor) > (than.major, than.minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            major,
            minor,
            patch,
        } = self;
        write!(formatter, "{major}.{minor}.{patch}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_and_nothing_else_is() {
        let go = |text| Version::of_go(text).map(|version| version.to_string());
        for (text, version) in [
            ("go1.26.8", "1.26.8"),
            ("go1.21", "1.21.0"),
            ("1.27.0", "1.27.0"),
            ("go1.26.8-X:nodwarf5", "1.26.8"),
            ("go1.25.3 X:jsonv2", "1.25.3"),
        ] {
            assert_eq!(go(text).as_deref(), Some(version), "{text}");
        }
        for text in [
            "",
            "go1",
            "go1.27rc1",
            "devel go1.27-abc",
            "go1.27.x",
            "go1.+2",
        ] {
            assert_eq!(go(text), None, "{text}");
        }
        let gopls = |text| Version::of_gopls(text).map(|version| version.to_string());
        assert_eq!(gopls("v0.23.0").as_deref(), Some("0.23.0"));
        for text in [
            "(devel)",
            "v0.24.0-pre.1",
            "v0.0.0-20260101000000-abcdefabcdef",
            "0.23.0",
            "v0.23.0+dirty",
        ] {
            assert_eq!(gopls(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_mended_makes_no_later_series() {
        let version = |text| Version::of_go(text).unwrap();
        assert!(version("1.27.0").is_later_series(version("1.26.9")));
        assert!(!version("1.26.9").is_later_series(version("1.26.0")));
        assert!(version("2.0").is_later_series(version("1.99")));
    }
}
