//! The findings that the Problems panel shows.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;

use serde_json::Value;
use url::Url;

use crate::book::Book;

/// A finding in the panel.
#[derive(Clone)]
pub(crate) struct Shown {
    /// The document that it is shown in.
    pub(crate) uri: String,
    diagnostic: Value,
}

impl fmt::Debug for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, uri, message) = (self.code(), &self.uri, self.message());
        let range = &self.diagnostic["range"];
        write!(formatter, "{code} in {uri} at {range}: {message}")
    }
}

impl Shown {
    /// What the panel shows now: the last set of each document counts.
    pub(crate) fn now(book: &Book) -> Vec<Self> {
        let mut sets: BTreeMap<String, Value> = BTreeMap::new();
        for note in book.received_of("textDocument/publishDiagnostics") {
            let mut message = note.value();
            let params = &mut message["params"];
            let uri = params["uri"].as_str().unwrap_or_default().to_owned();
            sets.insert(uri, params["diagnostics"].take());
        }
        sets.into_iter()
            .flat_map(|(uri, mut set)| {
                let all = set.as_array_mut().map(std::mem::take).unwrap_or_default();
                let shown = all.into_iter().map(move |diagnostic| Self {
                    uri: uri.clone(),
                    diagnostic,
                });
                shown.filter(|shown| shown.diagnostic["source"] == "goplens")
            })
            .collect()
    }

    /// Its code.
    pub(crate) fn code(&self) -> &str {
        self.diagnostic["code"].as_str().unwrap_or_default()
    }

    /// What it says.
    pub(crate) fn message(&self) -> &str {
        self.diagnostic["message"].as_str().unwrap_or_default()
    }

    /// What it marks.
    pub(crate) fn range(&self) -> &Value {
        &self.diagnostic["range"]
    }

    /// All of it, as the editor has it.
    pub(crate) fn diagnostic(&self) -> &Value {
        &self.diagnostic
    }

    /// How bad it is.
    pub(crate) fn severity(&self) -> Option<u64> {
        self.diagnostic["severity"].as_u64()
    }

    /// Whether a place, from 0, is within what it marks or at its end.
    pub(crate) fn covers(&self, place: (usize, usize)) -> bool {
        let end = |name: &str| {
            let position = &self.diagnostic["range"][name];
            let number = |name: &str| usize::try_from(position[name].as_u64()?).ok();
            number("line").zip(number("character"))
        };
        end("start").is_some_and(|start| start <= place)
            && end("end").is_some_and(|end| place <= end)
    }

    /// Whether its link leads to the page of its code.
    pub(crate) fn check_page(&self) -> Result<(), String> {
        let link = self.diagnostic["codeDescription"]["href"].as_str();
        let link = link.ok_or_else(|| format!("{self:?} has no link"))?;
        let path = Url::parse(link)
            .ok()
            .and_then(|url| url.to_file_path().ok());
        let page = path.and_then(|path| fs::read_to_string(path).ok());
        match page.as_deref().and_then(|page| page.lines().next()) {
            Some(heading) if heading == format!("# {}", self.code()) => Ok(()),
            heading => Err(format!("{link} is no page of {}: {heading:?}", self.code())),
        }
    }
}
