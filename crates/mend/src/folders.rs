//! Workspace folders of which two are one on disk.

use std::path::Path;
use std::sync::Arc;

use paths::Spellings;
use protocol::{Direction, Method, MethodSet, Splice};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::splice;

/// Leaves out a folder that is another one of the client's by another name: gopls would load it twice, and
/// never end.
pub(crate) struct Folders(pub(crate) Arc<Spellings>);

/// A list of folders as it came, and each of them.
struct List<'a> {
    whole: &'a RawValue,
    each: Vec<(&'a str, String)>,
}

impl<'a> List<'a> {
    fn of(whole: &'a RawValue) -> Option<Self> {
        #[derive(Deserialize)]
        struct Folder {
            uri: String,
        }
        let each: Vec<&RawValue> = serde_json::from_str(whole.get()).ok()?;
        let each = each.into_iter().map(RawValue::get);
        let each = each
            .map(|raw| {
                let folder = serde_json::from_str::<Folder>(raw);
                folder.map(|folder| (raw, folder.uri))
            })
            .collect::<Result<_, _>>();
        Some(Self {
            whole,
            each: each.ok()?,
        })
    }

    fn uris(&self) -> Vec<String> {
        self.each.iter().map(|(_, uri)| uri.clone()).collect()
    }

    /// The change that leaves of it only what is kept, with more behind that.
    fn with(&self, body: &[u8], kept: &[bool], more: &[String]) -> Option<Splice> {
        if kept.iter().all(|kept| *kept) && more.is_empty() {
            return None;
        }
        let all = self.each.iter().zip(kept);
        let kept = all.filter_map(|((raw, _), kept)| kept.then_some(*raw));
        let all: Vec<&str> = kept.chain(more.iter().map(String::as_str)).collect();
        let list = format!("[{}]", all.join(","));
        Some(splice::replace(body, self.whole.get(), list))
    }
}

impl Rewriter for Folders {
    fn name(&self) -> &'static str {
        "folders"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        match direction {
            Direction::ServerToClient => MethodSet::new(),
            Direction::ClientToServer => MethodSet::new()
                .with(Method::INITIALIZE)
                .with(Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS),
        }
    }

    fn rewrite(&self, message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
        let splices = match *message.method {
            Method::INITIALIZE => self.begin(message.body),
            _ => self.change(message.body),
        };
        match splices {
            Some(splices) if !splices.is_empty() => Verdict::Splice(splices),
            _ => Verdict::Forward,
        }
    }
}

impl Folders {
    fn begin(&self, body: &[u8]) -> Option<Vec<Splice>> {
        #[derive(Deserialize)]
        struct Message<'a> {
            #[serde(borrow)]
            params: Params<'a>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Params<'a> {
            #[serde(borrow)]
            workspace_folders: Option<&'a RawValue>,
            root_uri: Option<String>,
        }
        let Message { params } = serde_json::from_slice(body).ok()?;
        let list = params.workspace_folders.and_then(List::of);
        let mut uris = list.as_ref().map(List::uris).unwrap_or_default();
        if uris.is_empty() {
            uris.extend(params.root_uri);
        }
        let left_out = self.0.begin_with(&uris);
        let list = list?;
        let kept: Vec<bool> = (0..uris.len())
            .map(|place| !left_out.contains(&place))
            .collect();
        Some(Vec::from_iter(list.with(body, &kept, &[])))
    }

    fn change(&self, body: &[u8]) -> Option<Vec<Splice>> {
        #[derive(Deserialize)]
        struct Message<'a> {
            #[serde(borrow)]
            params: Params<'a>,
        }
        #[derive(Deserialize)]
        struct Params<'a> {
            #[serde(borrow)]
            event: Event<'a>,
        }
        #[derive(Deserialize)]
        struct Event<'a> {
            #[serde(borrow)]
            added: &'a RawValue,
            #[serde(borrow)]
            removed: &'a RawValue,
        }
        let Message { params } = serde_json::from_slice(body).ok()?;
        let (added, removed) = (List::of(params.event.added)?, List::of(params.event.removed)?);
        let mut heirs = Vec::new();
        let mut remove = |uri: &String| {
            let (is_there, heir) = self.0.remove_folder(uri);
            heirs.extend(heir);
            is_there
        };
        let gone: Vec<bool> = removed.uris().iter().map(&mut remove).collect();
        // A folder that gopls did not get for the sake of one that goes may go too.
        let gone: Vec<bool> = (removed.uris().iter().zip(gone))
            .map(|(uri, is_there)| is_there && !heirs.contains(uri))
            .collect();
        heirs.retain(|heir| !removed.uris().contains(heir));
        let add = |uri: &String| self.0.add_folder(uri).is_none();
        let new: Vec<bool> = added.uris().iter().map(add).collect();
        let heirs: Vec<String> = heirs.iter().map(|uri| folder(uri)).collect();
        let mut splices = Vec::from_iter(added.with(body, &new, &heirs));
        splices.extend(removed.with(body, &gone, &[]));
        splices.sort_by_key(|splice| splice.span.start);
        Some(splices)
    }
}

/// A folder as the protocol has it; its name is what the last part of its path is.
fn folder(uri: &str) -> String {
    let path = uri.trim_end_matches('/');
    let name = Path::new(path).file_name().unwrap_or_default();
    json!({ "uri": uri, "name": name.to_string_lossy() }).to_string()
}
