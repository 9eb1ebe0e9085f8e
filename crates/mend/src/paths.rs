//! The names of files, turned into what each peer calls them.

use std::borrow::Cow;
use std::sync::Arc;

use paths::Spellings;
use protocol::names::{self, Rename};
use protocol::{Direction, Method, MethodSet};
use proxy::{Incoming, Pending, Rewriter, Verdict};

use crate::asked::Asked;

/// Changes the URIs in messages, and nothing else: to gopls those that it does not know to those that it
/// does, and back to the client's in what gopls says.
pub(crate) struct Paths(pub(crate) Arc<Spellings>);

/// The messages by which the client names its workspace folders.
const FOLDERS: [Method; 2] = [
    Method::INITIALIZE,
    Method::WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
];

impl Rewriter for Paths {
    fn name(&self) -> &'static str {
        "paths"
    }

    fn methods(&self, _direction: Direction) -> MethodSet {
        names::methods()
    }

    fn sleeps(&self) -> bool {
        !self.0.awake()
    }

    fn rewrite(&self, message: &Incoming<'_>, request: Option<&Pending>) -> Verdict {
        let Incoming {
            body,
            method,
            kind,
            direction,
            ..
        } = *message;
        let splices = match direction {
            Direction::ClientToServer => {
                let mut to_server = ToServer {
                    spellings: &self.0,
                    folders: FOLDERS.contains(method),
                };
                names::rename(body, method, kind, &mut to_server)
            }
            Direction::ServerToClient => {
                let mut to_client = ToClient {
                    spellings: &self.0,
                    asked: request
                        .map(|request| self.asked(request))
                        .unwrap_or_default(),
                };
                names::rename(body, method, kind, &mut to_client)
            }
        };
        match splices.is_empty() {
            true => Verdict::Forward,
            false => Verdict::Splice(splices),
        }
    }
}

impl Paths {
    /// What a request of the client's is about, as far as the answer's names go by it.
    fn asked(&self, request: &Pending) -> Asked {
        match &request.params {
            Some(params) if self.0.any_tree() || self.0.any_twice() => {
                Asked::of_params(&self.0, &request.method, params)
            }
            _ => Asked::default(),
        }
    }
}

struct ToServer<'a> {
    spellings: &'a Spellings,
    /// Whether the names are those of workspace folders.
    folders: bool,
}

impl Rename for ToServer<'_> {
    fn uri(&mut self, uri: &str) -> Option<Cow<'_, str>> {
        let server = match self.folders {
            true => self.spellings.folder_to_server(uri),
            false => self.spellings.to_server(uri),
        };
        server.map(Cow::Owned)
    }

    fn path(&mut self, path: &str) -> Option<Cow<'_, str>> {
        self.spellings.path_to_server(path).map(Cow::Owned)
    }
}

struct ToClient<'a> {
    spellings: &'a Spellings,
    /// What was asked about.
    asked: Asked,
}

impl ToClient<'_> {
    fn to_client(&self, uri: &str) -> Option<String> {
        // Of two names of one file it is the one that was asked by, whatever was used since.
        match &self.asked.document {
            Some((client, server)) if **server == *uri => {
                let open = self.spellings.open_as(client);
                if open.is_some_and(|(now, _)| now == *server) {
                    return (client != uri).then(|| client.clone());
                }
            }
            _ => {}
        }
        self.spellings.to_client(uri, self.asked.tree.as_ref())
    }
}

impl Rename for ToClient<'_> {
    fn uri(&mut self, uri: &str) -> Option<Cow<'_, str>> {
        self.to_client(uri).map(Cow::Owned)
    }

    fn path(&mut self, path: &str) -> Option<Cow<'_, str>> {
        self.spellings.path_to_client(path).map(Cow::Owned)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::time::Instant;

    use bytes::Bytes;

    use super::*;
    use crate::testing::{Linked, rewrite, spliced};

    #[test]
    fn an_answer_has_the_name_that_was_asked_by_whatever_was_used_since() {
        let linked = Linked::new();
        let [real, link] = [&linked.real, &linked.link].map(|folder| format!("{folder}/a.go"));
        for name in [&real, &link] {
            linked.spellings.open(name);
        }
        let paths = Paths(linked.spellings.clone());
        let method = Method::TEXT_DOCUMENT_DEFINITION;
        let answer = |asked: &str| {
            let params = format!(r#"{{"textDocument":{{"uri":"{asked}"}}}}"#);
            let request = Pending::new(method.clone(), Instant::now(), Some(Bytes::from(params)));
            let body = format!(r#"{{"id":1,"result":[{{"uri":"{link}"}}]}}"#);
            let direction = Direction::ServerToClient;
            (
                rewrite(&paths, direction, &method, &body, Some(&request)),
                body,
            )
        };
        let (verdict, body) = answer(&real);
        assert_eq!(spliced(&verdict, &body), body.replace(&link, &real));
        assert_eq!(answer(&link).0, Verdict::Forward);
        // Who asks about something else gets the one that was used last.
        linked.spellings.touch(&real);
        let (verdict, body) = answer("file:///elsewhere/b.go");
        assert_eq!(spliced(&verdict, &body), body.replace(&link, &real));
    }
}
