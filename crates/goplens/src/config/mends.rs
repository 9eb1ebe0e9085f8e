//! What goplens mends in messages, and whether it may.

use mend::Switches;
use serde::Deserialize;

/// The table `mend`. All of it is on by default.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Mends {
    semantic_token_deltas: bool,
    cancelled_code: bool,
    client_capabilities: bool,
}

impl Default for Mends {
    fn default() -> Self {
        Self {
            semantic_token_deltas: true,
            cancelled_code: true,
            client_capabilities: true,
        }
    }
}

impl Mends {
    /// All that is changed in messages.
    pub(super) fn switches(&self, annotate_hover: bool) -> Switches {
        Switches {
            annotate_hover,
            semantic_token_deltas: self.semantic_token_deltas,
            cancelled_code: self.cancelled_code,
            client_capabilities: self.client_capabilities,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mend_has_a_switch() {
        let switches = |text: &str| toml::from_str::<Mends>(text).unwrap().switches(false);
        let all = Switches {
            annotate_hover: false,
            semantic_token_deltas: true,
            cancelled_code: true,
            client_capabilities: true,
        };
        assert_eq!(switches(""), all);
        let deltas = Switches {
            semantic_token_deltas: false,
            ..all
        };
        assert_eq!(switches("semantic_token_deltas = false"), deltas);
        let code = Switches {
            cancelled_code: false,
            ..all
        };
        assert_eq!(switches("cancelled_code = false"), code);
        let capabilities = Switches {
            client_capabilities: false,
            ..all
        };
        assert_eq!(switches("client_capabilities = false"), capabilities);
    }
}
