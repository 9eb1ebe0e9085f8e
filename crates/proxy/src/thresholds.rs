//! How long a request may take before something is said.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::{Method, Side};

/// How long a request of each method may take, in an editor where somebody waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thresholds {
    client: BTreeMap<Method, Duration>,
    /// For the client's methods that are not named.
    other: Duration,
}

/// How long the client may take for what it answers on its own. gopls waits for it with everything
/// else (measured: a client that does not answer `window/workDoneProgress/create` hangs gopls).
const CLIENT_ANSWERS: Duration = Duration::from_secs(5);

impl Default for Thresholds {
    fn default() -> Self {
        let seconds = |methods: &[Method], seconds| {
            methods
                .iter()
                .map(|method| (method.clone(), Duration::from_secs(seconds)))
                .collect::<Vec<_>>()
        };
        let client = [
            // Typed or pointed at: a second is long.
            seconds(
                &[
                    Method::TEXT_DOCUMENT_COMPLETION,
                    Method::TEXT_DOCUMENT_SIGNATURE_HELP,
                    Method::TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT,
                ],
                1,
            ),
            // Asked for, one place.
            seconds(
                &[
                    Method::TEXT_DOCUMENT_DEFINITION,
                    Method::TEXT_DOCUMENT_TYPE_DEFINITION,
                    Method::TEXT_DOCUMENT_DECLARATION,
                    Method::TEXT_DOCUMENT_HOVER,
                    Method::TEXT_DOCUMENT_PREPARE_RENAME,
                    Method::COMPLETION_ITEM_RESOLVE,
                ],
                2,
            ),
            // A whole file, or every save.
            seconds(
                &[
                    Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
                    Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE,
                    Method::TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA,
                    Method::TEXT_DOCUMENT_FORMATTING,
                    Method::TEXT_DOCUMENT_CODE_ACTION,
                    Method::TEXT_DOCUMENT_INLAY_HINT,
                    Method::TEXT_DOCUMENT_DOCUMENT_SYMBOL,
                ],
                5,
            ),
            // The whole workspace.
            seconds(
                &[
                    Method::TEXT_DOCUMENT_REFERENCES,
                    Method::TEXT_DOCUMENT_IMPLEMENTATION,
                    Method::TEXT_DOCUMENT_RENAME,
                    Method::WORKSPACE_SYMBOL,
                ],
                10,
            ),
            // These may download, or run a whole check.
            seconds(&[Method::INITIALIZE, Method::WORKSPACE_EXECUTE_COMMAND], 30),
        ];
        Self {
            client: client.into_iter().flatten().collect(),
            other: Duration::from_secs(10),
        }
    }
}

impl Thresholds {
    /// Sets the threshold of one of the client's methods.
    pub fn set(&mut self, method: Method, threshold: Duration) {
        self.client.insert(method, threshold);
    }

    /// Sets the threshold of the client's methods that have none of their own.
    pub fn set_other(&mut self, threshold: Duration) {
        self.other = threshold;
    }

    /// How long `asker` may have to wait for an answer to `method`; `None` where a person is asked.
    pub fn of(&self, asker: Side, method: &Method) -> Option<Duration> {
        match asker {
            Side::Client => Some(self.client.get(method).copied().unwrap_or(self.other)),
            Side::Server => match *method {
                Method::WINDOW_SHOW_MESSAGE_REQUEST
                | Method::WINDOW_SHOW_DOCUMENT
                | Method::WORKSPACE_APPLY_EDIT => None,
                _ => Some(CLIENT_ANSWERS),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_configuration_says_goes_before_the_defaults() {
        let mut thresholds = Thresholds::default();
        let of = |thresholds: &Thresholds, name| thresholds.of(Side::Client, &Method::new(name));
        assert_eq!(
            of(&thresholds, "textDocument/definition"),
            Some(Duration::from_secs(2))
        );
        assert_eq!(of(&thresholds, "x/y"), Some(Duration::from_secs(10)));
        thresholds.set(Method::new("x/y"), Duration::from_millis(1));
        thresholds.set_other(Duration::from_secs(60));
        assert_eq!(of(&thresholds, "x/y"), Some(Duration::from_millis(1)));
        assert_eq!(of(&thresholds, "x/z"), Some(Duration::from_secs(60)));
    }

    #[test]
    fn a_person_may_think_as_long_as_they_like() {
        let thresholds = Thresholds::default();
        let of = |name| thresholds.of(Side::Server, &Method::new(name));
        assert_eq!(of("window/showMessageRequest"), None);
        assert_eq!(
            of("window/workDoneProgress/create"),
            Some(Duration::from_secs(5))
        );
    }
}
