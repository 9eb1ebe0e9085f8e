//! What the editor calls the files.

use std::path::{Path, PathBuf};

use url::Url;

/// The files and folders that the editor calls otherwise than the disk does, with their URIs.
#[derive(Debug, Default)]
pub(crate) struct Spelt(Vec<(PathBuf, String)>);

impl Spelt {
    /// One more, and all that is in it.
    pub(crate) fn add(&mut self, path: PathBuf, uri: String) {
        self.0.push((path, uri));
    }

    /// The URI of a file or folder.
    pub(crate) fn uri(&self, path: &Path) -> String {
        let own = |path: &Path| {
            let mut own = self.0.iter();
            own.find(|(own, _)| own == path).map(|(_, uri)| uri.clone())
        };
        let mut above = path.ancestors();
        let found = above.find_map(|above| Some((own(above)?, above)));
        let Some((uri, above)) = found else {
            return plain(path);
        };
        let behind = plain(path).split_off(plain(above).len());
        format!("{uri}{behind}")
    }

    /// The path that a URI stands for.
    pub(crate) fn path(&self, uri: &str) -> Option<PathBuf> {
        let own = self.0.iter().find_map(|(path, own)| {
            let behind = uri.strip_prefix(own.as_str())?;
            let within = behind.is_empty() || behind.starts_with('/');
            within.then(|| format!("{}{behind}", plain(path)))
        });
        let url = Url::parse(own.as_deref().unwrap_or(uri)).ok()?;
        url.to_file_path().ok()
    }
}

/// The URI of a path, as it stands.
fn plain(path: &Path) -> String {
    Url::from_file_path(path)
        .expect("the paths of a case are absolute")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_counts_both_ways() {
        let mut spelt = Spelt::default();
        spelt.add("/s/app".into(), "file:///c".to_owned());
        spelt.add("/s/app/odd.go".into(), "FILE:///s/app/odd.go".to_owned());
        for (path, uri) in [
            ("/s/app", "file:///c"),
            ("/s/app/a b.go", "file:///c/a%20b.go"),
            ("/s/app/odd.go", "FILE:///s/app/odd.go"),
            ("/s/apple", "file:///s/apple"),
        ] {
            assert_eq!(spelt.uri(Path::new(path)), uri);
            assert_eq!(spelt.path(uri).as_deref(), Some(Path::new(path)));
        }
    }
}
