//! Workspace folders of which two are one on disk.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use protocol::{Direction, Method, MethodSet, Splice};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::desk::Desk;
use crate::splice;

/// Leaves out a folder that is another one of the client's by another name: gopls would load it twice, and
/// never end.
pub(crate) struct Folders(pub(crate) Arc<Desk>);

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
        match *message.method {
            Method::INITIALIZE => with(self.begin(message.body)),
            _ => {
                let Some((splices, bodies)) = self.change(message.body) else {
                    return Verdict::Forward;
                };
                match bodies.is_empty() {
                    true => with(Some(splices)),
                    false => Verdict::Before(bodies, Box::new(with(Some(splices)))),
                }
            }
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
        let left_out = self.0.spellings.begin_with(&uris);
        let list = list?;
        let kept: Vec<bool> = (0..uris.len())
            .map(|place| !left_out.contains(&place))
            .collect();
        Some(Vec::from_iter(list.with(body, &kept, &[])))
    }

    /// What becomes of the message, and what gopls is told before: documents that get another name.
    fn change(&self, body: &[u8]) -> Option<(Vec<Splice>, Vec<Bytes>)> {
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
        let (added, removed) = (
            List::of(params.event.added)?,
            List::of(params.event.removed)?,
        );
        let (gone, heirs) = self.0.spellings.remove_folders(&removed.uris());
        let add = |uri: &String| self.0.spellings.add_folder(uri).is_none();
        let new: Vec<bool> = added.uris().iter().map(add).collect();
        let heirs: Vec<String> = heirs.iter().map(|uri| folder(uri)).collect();
        let mut splices = Vec::from_iter(added.with(body, &new, &heirs));
        splices.extend(removed.with(body, &gone, &[]));
        splices.sort_by_key(|splice| splice.span.start);
        let renamings = self.0.spellings.folders_changed(&removed.uris());
        Some((splices, self.0.rename(renamings)))
    }
}

fn with(splices: Option<Vec<Splice>>) -> Verdict {
    match splices {
        Some(splices) if !splices.is_empty() => Verdict::Splice(splices),
        _ => Verdict::Forward,
    }
}

/// A folder as the protocol has it; its name is what the last part of its path is.
fn folder(uri: &str) -> String {
    let path = uri.trim_end_matches('/');
    let name = Path::new(path).file_name().unwrap_or_default();
    json!({ "uri": uri, "name": name.to_string_lossy() }).to_string()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use paths::Spellings;

    use super::*;
    use crate::testing::{Linked, rewrite, spliced};

    fn folders(spellings: &Arc<Spellings>) -> Folders {
        Folders(Arc::new(Desk::new(spellings.clone(), Arc::default())))
    }

    fn said(folders: &Folders, method: &Method, body: &str) -> Verdict {
        rewrite(folders, Direction::ClientToServer, method, body, None)
    }

    fn list(uris: &[&str]) -> String {
        let all: Vec<String> = uris
            .iter()
            .map(|uri| format!("{{ \"name\":\"n\", \"uri\":\"{uri}\"}}"))
            .collect();
        all.join(",")
    }

    #[test]
    fn the_second_of_two_names_of_a_folder_is_left_out_and_all_else_stays() {
        let Linked {
            spellings,
            real,
            link,
            ..
        } = &Linked::new();
        let folders = folders(spellings);
        let initialize = |uris: &[&str]| {
            format!(
                r#"{{"params":{{"workspaceFolders":[{}], "z": 1E5}}}}"#,
                list(uris)
            )
        };
        let other = format!("{real}/in");
        for alone in [&[&**real][..], &[real, &other], &[]] {
            let body = initialize(alone);
            assert_eq!(said(&folders, &Method::INITIALIZE, &body), Verdict::Forward);
        }
        let body = initialize(&[real, link, &other]);
        let verdict = said(&folders, &Method::INITIALIZE, &body);
        assert_eq!(spliced(&verdict, &body), initialize(&[real, &other]));
    }

    #[test]
    fn the_one_that_was_left_out_takes_the_place_of_the_one_that_goes() {
        let Linked {
            spellings,
            real,
            link,
            ..
        } = &Linked::new();
        let folders = folders(spellings);
        let event = |added: &str, removed: &str| {
            format!(r#"{{"params":{{"event":{{"added":[{added}],"removed":[{removed}]}}}}}}"#)
        };
        let method = Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS;
        // The link is open already.
        let body = event(&list(&[real]), "");
        let verdict = said(&folders, &method, &body);
        assert_eq!(spliced(&verdict, &body), event("", ""));
        let body = event("", &list(&[link]));
        let verdict = said(&folders, &method, &body);
        let heir = folder(real);
        assert_eq!(spliced(&verdict, &body), event(&heir, &list(&[link])));
        assert!(heir.contains("\"name\":\"real\""), "{heir}");
        let body = event("", &list(&[real]));
        assert_eq!(said(&folders, &method, &body), Verdict::Forward);
    }

    #[test]
    fn two_names_that_go_at_once_leave_nothing() {
        let Linked {
            spellings,
            real,
            link,
            ..
        } = &Linked::new();
        let folders = folders(spellings);
        assert_eq!(spellings.add_folder(real).as_ref(), Some(link));
        let method = Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS;
        let both = list(&[link, real]);
        let body = format!(r#"{{"params":{{"event":{{"added":[],"removed":[{both}]}}}}}}"#);
        let verdict = said(&folders, &method, &body);
        let expected = body.replace(&both, &list(&[link]));
        assert_eq!(spliced(&verdict, &body), expected);
    }
}
