//! What gopls says of itself.

use serde::{Deserialize, Serialize};

use crate::version::Version;

/// gopls, by what it says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gopls {
    /// The version of its module, such as `v0.23.0`; `(devel)` where it was built from a checkout.
    pub version: String,
    /// The checksum of its module, such as `h1:...`; none where it was not built from a module that was
    /// downloaded.
    pub sum: Option<String>,
    /// The Go that built it, such as `go1.26.8`; none where it does not say.
    pub built_by: Option<String>,
}

impl Gopls {
    /// Reads `serverInfo.version` of gopls's answer to `initialize`, which is the JSON of
    /// `gopls version -json` as a string, or the version alone.
    pub fn read(server_version: &str) -> Self {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Build {
            go_version: Option<String>,
            main: Main,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Main {
            version: String,
            sum: Option<String>,
        }
        match serde_json::from_str::<Build>(server_version) {
            Ok(build) => Self {
                version: build.main.version,
                sum: build.main.sum.filter(|sum| !sum.is_empty()),
                built_by: build.go_version.filter(|go| !go.is_empty()),
            },
            Err(_) => Self {
                version: server_version.to_owned(),
                ..Self::default()
            },
        }
    }

    /// Its version, where it is a release.
    pub(crate) fn release(&self) -> Option<Version> {
        Version::of_gopls(&self.version)
    }

    /// What it says, in words.
    pub(crate) fn evidence(&self) -> String {
        match &self.built_by {
            Some(go) => format!("gopls says it is {}, built by {go}", self.version),
            None => format!("gopls says it is {}", self.version),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_however_a_release_tells_of_itself() {
        let built = r#"{"GoVersion":"go1.26.6","Path":"golang.org/x/tools/gopls","Main":{"Path":
            "golang.org/x/tools/gopls","Version":"v0.20.0","Sum":"h1:a="},"Deps":[]}"#;
        let gopls = Gopls::read(built);
        assert_eq!(gopls.release(), Some(Version::new(0, 20, 0)));
        assert_eq!(gopls.sum.as_deref(), Some("h1:a="));
        let evidence = "gopls says it is v0.20.0, built by go1.26.6";
        assert_eq!(gopls.evidence(), evidence);

        let plain = Gopls::read("v0.20.0");
        assert_eq!((plain.sum, plain.built_by), (None, None));
        let checkout = r#"{"GoVersion":"go1.26.6","Main":{"Version":"(devel)","Sum":""}}"#;
        let checkout = Gopls::read(checkout);
        assert_eq!((checkout.release(), checkout.sum), (None, None));
    }
}
