//! The entries of GOPROXY, as go takes them apart (`proxyList` in cmd/go/internal/modfetch).

use url::Url;

use crate::file_path;
use crate::trial::{host, without_secrets};

/// An entry of GOPROXY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// As go takes it: a URL, `direct` or `off`.
    pub(crate) text: String,
    /// Whether go goes on to the next one after any error (`|`), and not only where this one has no such
    /// module (`,`).
    pub(crate) goes_on: bool,
}

impl Entry {
    /// Where it is, if it is a server.
    pub(crate) fn url(&self) -> Option<Url> {
        let url = Url::parse(&self.text).ok()?;
        url.has_host()
            .then_some(url)
            .filter(|url| url.scheme().starts_with("http"))
    }

    /// Its folder, if it is one.
    pub(crate) fn folder(&self) -> Option<std::path::PathBuf> {
        let is_file = self.text.starts_with("file:");
        is_file.then(|| file_path(&self.text))?
    }

    /// Whether somebody is asked there: a server or a folder.
    pub(crate) fn is_proxy(&self) -> bool {
        !matches!(&*self.text, "direct" | "off")
    }

    /// What it is called: its host, or all of it where it is none.
    pub(crate) fn name(&self) -> String {
        let host = self.url().and_then(|_| host(&self.text));
        host.unwrap_or_else(|| self.shown())
    }

    /// All of it, without passwords.
    pub(crate) fn shown(&self) -> String {
        without_secrets(&self.text)
    }
}

/// The entries that go comes to, in order.
pub(crate) fn entries(goproxy: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut rest = goproxy;
    while !rest.is_empty() {
        let end = rest.find([',', '|']).unwrap_or(rest.len());
        let goes_on = rest[end..].starts_with('|');
        let text = rest[..end].trim();
        rest = rest.get(end + 1..).unwrap_or_default();
        if text.is_empty() {
            continue;
        }
        entries.push(Entry {
            text: whole(text),
            goes_on,
        });
        if !entries.last().is_some_and(Entry::is_proxy) {
            break;
        }
    }
    entries
}

/// A host without a scheme is one of https.
fn whole(text: &str) -> String {
    match text.contains(['.', ':', '/']) && !text.contains(":/") && !text.starts_with('/') {
        true => format!("https://{text}"),
        false => text.to_owned(),
    }
}

/// The value of GOPROXY that has these entries.
pub(crate) fn joined<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let mut value = String::new();
    for entry in entries {
        value.push_str(&entry.text);
        value.push(if entry.goes_on { '|' } else { ',' });
    }
    value.pop();
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_comes_to_the_entries_up_to_the_first_that_is_no_proxy() {
        let value = "me:secret@proxy.test:8080/go| , http://b.test,file:///c,direct,https://d.test";
        let entries = entries(value);
        let names: Vec<_> = entries.iter().map(Entry::name).collect();
        assert_eq!(names, ["proxy.test:8080", "b.test", "file:///c", "direct"]);
        let on: Vec<_> = entries.iter().map(|entry| entry.goes_on).collect();
        assert_eq!(on, [true, false, false, false]);
        assert_eq!(entries[0].shown(), "https://proxy.test:8080/go");
        assert_eq!(entries[2].folder().unwrap().to_str(), Some("/c"));
        assert_eq!(
            joined(&entries),
            "https://me:secret@proxy.test:8080/go|http://b.test,file:///c,direct"
        );
        assert_eq!(entries[3].url(), None);
        assert!(super::entries(" , ").is_empty());
    }
}
