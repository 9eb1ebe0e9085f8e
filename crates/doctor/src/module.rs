//! Modules by path and version.

use std::path::Path;

use serde::Deserialize;
use system::System;

/// A module and its version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Module {
    /// Its path.
    pub(crate) path: String,
    /// Its version; empty for a folder that takes the place of a module.
    pub(crate) version: String,
}

impl Module {
    /// Of `path@version`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (path, version) = text.split_once('@')?;
        let plain = !text.contains(char::is_whitespace);
        plain.then(|| Self {
            path: path.to_owned(),
            version: version.to_owned(),
        })
    }

    /// Whether it is in the module cache, unpacked.
    pub(crate) fn is_in(&self, system: &dyn System, cache: &Path) -> bool {
        let folder = format!("{}@{}", escaped(&self.path), escaped(&self.version));
        system.exists(&cache.join(folder))
    }

    /// Whether the module cache knows what it requires, so that go has fetched something of it.
    pub(crate) fn is_known_in(&self, system: &dyn System, cache: &Path) -> bool {
        let file = format!("{}/@v/{}.mod", escaped(&self.path), escaped(&self.version));
        system.exists(&cache.join("cache/download").join(file))
    }

    /// Path and version, with a space between.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.path, self.version)
    }
}

/// Whether a package path is that of a module or below it.
pub(crate) fn is_within(package: &str, module: &str) -> bool {
    package
        .strip_prefix(module)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The part of a package's path that names its repository, by the hosts where that has a fixed length; none
/// where the host is another.
pub(crate) fn repository(package: &str) -> Option<&str> {
    let host = package.split('/').next()?;
    let length = match host {
        "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org" | "golang.org" => 3,
        "gopkg.in" | "k8s.io" => 2,
        _ => return None,
    };
    let mut ends = package.match_indices('/').map(|(at, _)| at);
    let end = ends.nth(length - 1).unwrap_or(package.len());
    Some(&package[..end])
}

/// As the module cache writes it: file systems that take `A` and `a` for the same need that.
fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for character in path.chars() {
        if character.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(character.to_ascii_lowercase());
    }
    escaped
}

#[cfg(test)]
mod tests {
    use system::made_up::MadeUp;

    use super::*;

    #[test]
    fn a_repository_is_known_by_its_host() {
        let of = |path| repository(path);
        assert_eq!(of("github.com/me/app/cmd/x"), Some("github.com/me/app"));
        assert_eq!(of("gopkg.in/yaml.v3"), Some("gopkg.in/yaml.v3"));
        assert_eq!(of("github.com/me"), Some("github.com/me"));
        assert_eq!(of("example.com/app/x"), None);
    }

    #[test]
    fn the_cache_is_looked_into_as_go_spells_it() {
        let system = MadeUp::default().with_file("/mod/example.com/!me/a@v1.0.0-!r!c/a.go", "");
        let module = Module::parse("example.com/Me/a@v1.0.0-RC").unwrap();
        assert!(module.is_in(&system, "/mod".as_ref()));
        let other = Module::parse("example.com/me/a@v1.0.0-RC").unwrap();
        assert!(!other.is_in(&system, "/mod".as_ref()));
        assert!(!module.is_known_in(&system, "/mod".as_ref()));
        let file = "/mod/cache/download/example.com/!me/a/@v/v1.0.0-!r!c.mod";
        assert!(module.is_known_in(&system.with_file(file, ""), "/mod".as_ref()));
        assert_eq!(Module::parse("no version"), None);
        assert_eq!(Module::parse("words with an @ in them"), None);
    }
}
