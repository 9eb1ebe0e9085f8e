//! Which capability each message needs; the protocol's model says it in prose only.

mod of_client;
mod of_content;
mod of_server;

pub(super) use of_client::{of_client, registration};
pub(super) use of_content::{Capability, OfContent, of_content};
pub(super) use of_server::{OfServer, of_server};

#[cfg(test)]
mod tests {
    use protocol::traffic::Kind;
    use protocol::{Direction, Method};
    use serde_json::json;

    use super::of_client::OF_CLIENT;
    use super::of_server::OF_SERVER;
    use super::*;

    /// The requests of clients that need nothing of a server but that it is there.
    const OF_ANY_CLIENT: [Method; 2] = [Method::INITIALIZE, Method::SHUTDOWN];

    /// Those of servers that any client takes: what can be registered for is asked of each method.
    const OF_ANY_SERVER: [Method; 3] = [
        Method::CLIENT_REGISTER_CAPABILITY,
        Method::CLIENT_UNREGISTER_CAPABILITY,
        Method::WINDOW_SHOW_MESSAGE_REQUEST,
    ];

    /// The requests of the protocol that travel this way.
    fn requests(direction: Direction) -> impl Iterator<Item = Method> {
        Method::known().filter(move |method| {
            let info = method.info();
            info.is_some_and(|info| info.kind == Kind::Request && info.may_travel(direction))
        })
    }

    #[test]
    fn each_request_of_the_protocol_needs_something_or_is_one_of_those_that_need_nothing() {
        for method in requests(Direction::ClientToServer) {
            let needs_nothing = OF_ANY_CLIENT.contains(&method);
            assert_ne!(of_server(&method).is_some(), needs_nothing, "{method}");
        }
        for method in requests(Direction::ServerToClient) {
            let needs_nothing = OF_ANY_SERVER.contains(&method);
            assert_ne!(of_client(&method).is_some(), needs_nothing, "{method}");
        }
    }

    #[test]
    fn each_method_stands_once_and_is_registered_as_the_model_says() {
        for need in &OF_SERVER {
            let method = &need.method;
            assert!(std::ptr::eq(of_server(method).unwrap(), need), "{method}");
            let registration = method.info().and_then(|info| info.registration);
            if let Some(registration) = registration {
                let model = registration.method;
                let is_need = model == need.registration();
                let is_enough = need.is_registered(model, &json!({}));
                assert!(is_need || is_enough, "{method} as {model}");
            }
        }
        for need in &OF_CLIENT {
            let method = &need.method;
            assert!(std::ptr::eq(of_client(method).unwrap(), need), "{method}");
        }
    }

    #[test]
    fn the_capability_to_register_is_a_path() {
        let path = |method| registration(method);
        let expected = "textDocument.synchronization.dynamicRegistration";
        assert_eq!(path("textDocument/didSave").as_deref(), Some(expected));
        let expected = "workspace.didChangeWatchedFiles.dynamicRegistration";
        assert_eq!(
            path("workspace/didChangeWatchedFiles").as_deref(),
            Some(expected)
        );
        assert_eq!(path("workspace/didChangeWorkspaceFolders"), None);
    }
}
