//! What the protocol says of a method.

use crate::traffic::Kind;
use crate::{Direction, Shape};

/// What LSP 3.17 and 3.18 say of a method, from their meta models.
#[derive(Debug)]
pub struct MethodInfo {
    /// Its name, e.g. `textDocument/definition`.
    pub name: &'static str,
    /// [`Kind::Request`] or [`Kind::Notification`].
    pub kind: Kind,
    /// The ways that its request or notification may travel: one, or both.
    pub directions: &'static [Direction],
    /// The version that brought it, e.g. `(3, 16)`. The model does not say it of most methods that
    /// are older than that.
    pub since: Option<(u8, u8)>,
    /// Where its params hold URIs, unless they hold none.
    pub params: Option<Shape>,
    /// Where the result of its response holds URIs, unless it holds none.
    pub result: Option<Shape>,
    /// Where the `value` of a `$/progress` with a part of its result holds URIs, unless it holds
    /// none.
    pub partial_result: Option<Shape>,
    /// How a server registers for it with `client/registerCapability`, if it can.
    pub registration: Option<Registration>,
}

/// How a server registers for a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The `method` of the registration, which several methods may share and which need not be a
    /// method itself: `textDocument/semanticTokens/full` is registered as
    /// `textDocument/semanticTokens`.
    pub method: &'static str,
    /// Where its `registerOptions` hold URIs, unless they hold none.
    pub options: Option<Shape>,
}

impl MethodInfo {
    /// Whether a request or notification of this method may travel this way.
    pub fn may_travel(&self, direction: Direction) -> bool {
        self.directions.contains(&direction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Direction::{ClientToServer, ServerToClient};
    use crate::Method;

    fn info(method: &Method) -> &'static MethodInfo {
        method.info().expect("the method is one of the protocol's")
    }

    #[test]
    fn requests_and_notifications_travel_as_the_protocol_says() {
        let both = [ClientToServer, ServerToClient];
        let cases: [(Method, Kind, &[Direction]); 14] = [
            (Method::INITIALIZE, Kind::Request, &both[..1]),
            (Method::INITIALIZED, Kind::Notification, &both[..1]),
            (Method::SHUTDOWN, Kind::Request, &both[..1]),
            (Method::EXIT, Kind::Notification, &both[..1]),
            (Method::CANCEL_REQUEST, Kind::Notification, &both),
            (Method::PROGRESS, Kind::Notification, &both),
            (Method::TEXT_DOCUMENT_DEFINITION, Kind::Request, &both[..1]),
            (
                Method::TEXT_DOCUMENT_DID_OPEN,
                Kind::Notification,
                &both[..1],
            ),
            (
                Method::TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
                Kind::Notification,
                &both[1..],
            ),
            (Method::WINDOW_LOG_MESSAGE, Kind::Notification, &both[1..]),
            (
                Method::WINDOW_WORK_DONE_PROGRESS_CANCEL,
                Kind::Notification,
                &both[..1],
            ),
            (
                Method::WINDOW_WORK_DONE_PROGRESS_CREATE,
                Kind::Request,
                &both[1..],
            ),
            (Method::WORKSPACE_APPLY_EDIT, Kind::Request, &both[1..]),
            (Method::WORKSPACE_CONFIGURATION, Kind::Request, &both[1..]),
        ];
        for (method, kind, directions) in cases {
            let info = info(&method);
            assert_eq!((info.kind, info.directions), (kind, directions), "{method}");
            for direction in both {
                assert_eq!(
                    info.may_travel(direction),
                    directions.contains(&direction),
                    "{method}"
                );
            }
        }
    }

    #[test]
    fn the_version_is_that_of_the_method_and_not_of_a_part_of_it() {
        let since = |method: Method| info(&method).since;
        assert_eq!(since(Method::TEXT_DOCUMENT_DEFINITION), None);
        assert_eq!(
            since(Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL),
            Some((3, 16))
        );
        assert_eq!(since(Method::TEXT_DOCUMENT_INLAY_HINT), Some((3, 17)));
        assert_eq!(
            since(Method::TEXT_DOCUMENT_INLINE_COMPLETION),
            Some((3, 18))
        );
        // The model says it only of its params.
        assert_eq!(since(Method::NOTEBOOK_DOCUMENT_DID_CHANGE), Some((3, 17)));
        // The model names a version, for a later addition to an older method.
        assert_eq!(since(Method::WORKSPACE_SYMBOL), None);
        assert_eq!(since(Method::TEXT_DOCUMENT_PREPARE_RENAME), None);
    }

    #[test]
    fn methods_register_under_their_own_name_or_a_shared_one() {
        let registered = |method: Method| info(&method).registration.map(|it| it.method);
        assert_eq!(
            registered(Method::TEXT_DOCUMENT_HOVER),
            Some("textDocument/hover")
        );
        for method in [
            Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
            Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA,
            Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
        ] {
            let registration = info(&method)
                .registration
                .expect("a server can register for it");
            assert_eq!(registration.method, "textDocument/semanticTokens");
            assert!(
                registration
                    .options
                    .is_some_and(|it| it.member("documentSelector").is_some())
            );
        }
        assert_eq!(registered(Method::INITIALIZE), None);
    }

    #[test]
    fn only_requests_have_results() {
        for info in Method::known().filter_map(|method| method.info()) {
            assert!(info.kind != Kind::Response, "{}", info.name);
            if info.kind == Kind::Notification {
                assert_eq!(
                    (info.result, info.partial_result),
                    (None, None),
                    "{}",
                    info.name
                );
            }
        }
    }
}
