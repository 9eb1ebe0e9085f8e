//! The sample module: real Go files, so that the go command can check them where they lie.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

/// The module's files. They need nothing but the standard library.
pub(super) const FILES: [(&str, &str); 7] = [
    ("go.mod", include_str!("sample/go.mod")),
    (MAIN, include_str!("sample/main.go")),
    ("list/list.go", include_str!("sample/list/list.go")),
    ("price/price.go", include_str!("sample/price/price.go")),
    (UNBUILT, include_str!("sample/stock/export.go")),
    ("stock/named.go", include_str!("sample/stock/named.go")),
    ("stock/stock.go", include_str!("sample/stock/stock.go")),
];

/// The file that the demo opens.
pub(super) const MAIN: &str = "main.go";

/// A file with a build constraint that does not hold, so that gopls has no package for it.
pub(super) const UNBUILT: &str = "stock/export.go";

/// The module in a temporary folder, which is removed when this is dropped, and the text of the
/// one document that is open.
pub(super) struct Module {
    folder: PathBuf,
    /// The open document's text, edits included.
    pub(super) text: String,
    _guard: TempDir,
}

impl Module {
    /// Writes the files.
    ///
    /// # Errors
    ///
    /// Where the temporary folder cannot be written.
    pub(super) fn write() -> io::Result<Self> {
        let guard = tempfile::Builder::new().prefix("goplens-demo-").tempdir()?;
        // macOS has its temporary folder behind a link, and gopls wants one spelling.
        let folder = guard.path().canonicalize()?;
        let mut text = String::new();
        for (name, content) in FILES {
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, content)?;
            if name == MAIN {
                text = content.to_owned();
            }
        }
        Ok(Self {
            folder,
            text,
            _guard: guard,
        })
    }

    /// Where it is.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder's URI.
    pub(super) fn uri(&self) -> Result<Url> {
        Url::from_file_path(&self.folder).map_err(|()| anyhow!("{:?} has no URI", self.folder))
    }

    /// The URI of the open document.
    pub(super) fn main(&self) -> Result<Url> {
        self.file(MAIN)
    }

    /// The URI of a file.
    pub(super) fn file(&self, name: &str) -> Result<Url> {
        let path = self.folder.join(name);
        Url::from_file_path(&path).map_err(|()| anyhow!("{path:?} has no URI"))
    }

    /// The position in the open document where `needle` stands, at the `|` in it.
    pub(super) fn position(&self, needle: &str) -> Result<Value> {
        position(&self.text, needle)
    }

    /// The text of a line of a file, as the server should see it.
    pub(super) fn line(&self, uri: &Url, line: usize) -> Result<String> {
        let path = uri
            .to_file_path()
            .map_err(|()| anyhow!("{uri} is no file"))?;
        let read;
        let text = if path == self.folder.join(MAIN) {
            &self.text
        } else {
            read = fs::read_to_string(&path).with_context(|| format!("reading {path:?}"))?;
            &read
        };
        Ok(text.lines().nth(line).unwrap_or_default().to_owned())
    }
}

/// The position in a text where `needle` stands, at the `|` in it.
pub(super) fn position(text: &str, needle: &str) -> Result<Value> {
    let (before, after) = needle.split_once('|').context("a needle has a bar")?;
    let start = text
        .find(&format!("{before}{after}"))
        .with_context(|| format!("the file has no {before}{after}"))?;
    let above = &text[..start + before.len()];
    let line = above.matches('\n').count();
    let column = above.rsplit('\n').next().unwrap_or_default();
    Ok(json!({ "line": line, "character": column.encode_utf16().count() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_needle_is_found_at_its_bar() {
        let module = Module::write().unwrap();
        assert_eq!(
            module.position("const |heading").unwrap(),
            json!({ "line": 13, "character": 6 })
        );
        assert!(module.position("no |such").is_err());
    }

    #[test]
    fn the_open_document_is_read_with_its_edits_and_the_others_from_disk() {
        let mut module = Module::write().unwrap();
        module.text.insert_str(0, "// edited\n");
        let main = module.main().unwrap();
        assert_eq!(module.line(&main, 0).unwrap(), "// edited");
        let list = Url::from_file_path(module.folder().join("list/list.go")).unwrap();
        assert_eq!(module.line(&list, 1).unwrap(), "package list");
        assert_eq!(module.line(&list, 999).unwrap(), "");
    }

    #[test]
    fn nothing_is_left_behind() {
        let folder = Module::write().unwrap().folder().to_owned();
        assert!(!folder.exists());
    }
}
