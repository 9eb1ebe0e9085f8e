//! What the peers say of changes of tokens.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use protocol::traffic::Kind;
use protocol::{Direction, Method, MethodSet, Splice};
use proxy::{Incoming, Pending, Rewriter, Verdict};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::member::Member;
use crate::splice;
use crate::tokens::Deltas;

/// Offers changes of tokens to a client that can take them, where gopls offers tokens.
pub(crate) struct Offer(pub(crate) Arc<Deltas>);

/// What is offered in the place of `full`.
const OFFER: &str = r#"{"delta":true}"#;

/// By which name a server registers for tokens.
const REGISTRATION: &str = "textDocument/semanticTokens";

impl Rewriter for Offer {
    fn name(&self) -> &'static str {
        "semantic-tokens-offer"
    }

    fn methods(&self, direction: Direction) -> MethodSet {
        let set = MethodSet::new().with(Method::INITIALIZE);
        match direction {
            Direction::ServerToClient => set.with(Method::CLIENT_REGISTER_CAPABILITY),
            Direction::ClientToServer => set,
        }
    }

    fn rewrite(&self, message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
        let body = message.body;
        let splices = match (message.direction, message.kind) {
            (Direction::ClientToServer, _) => {
                self.learn(body);
                Vec::new()
            }
            (_, Kind::Response) => {
                let provider = ["result", "capabilities", "semanticTokensProvider"];
                let [full] = Member::all(body, &provider, ["full"]);
                let full = full.filter(|full| self.offers(&body[full.value.clone()]));
                Vec::from_iter(full.map(|full| full.put(OFFER)))
            }
            _ => self.registrations(body).unwrap_or_default(),
        };
        match splices.is_empty() {
            true => Verdict::Forward,
            false => Verdict::Splice(splices),
        }
    }
}

impl Offer {
    /// The client says what it can take.
    fn learn(&self, body: &[u8]) {
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let can = &request["params"]["capabilities"]["textDocument"]["semanticTokens"];
        let taken = can["requests"]["full"]["delta"] == true;
        self.0.taken.store(taken, Ordering::Relaxed);
    }

    fn registrations(&self, body: &[u8]) -> Option<Vec<Splice>> {
        #[derive(Deserialize)]
        struct Message<'a> {
            #[serde(borrow)]
            params: Params<'a>,
        }
        #[derive(Deserialize)]
        struct Params<'a> {
            #[serde(borrow)]
            registrations: Vec<Registration<'a>>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Registration<'a> {
            method: String,
            #[serde(borrow)]
            register_options: Option<&'a RawValue>,
        }
        #[derive(Deserialize)]
        struct Options<'a> {
            #[serde(borrow)]
            full: Option<&'a RawValue>,
        }
        let message: Message<'_> = serde_json::from_slice(body).ok()?;
        let all = message.params.registrations.iter();
        let ours = all.filter(|registration| registration.method == REGISTRATION);
        let full = ours.filter_map(|registration| {
            let options = registration.register_options?.get();
            serde_json::from_str::<Options<'_>>(options).ok()?.full
        });
        let full = full.filter(|full| self.offers(full.get().as_bytes()));
        let splices = full.map(|full| splice::replace(body, full.get(), OFFER.to_owned()));
        Some(splices.collect())
    }

    /// gopls says how it gives all tokens; whether changes are to be offered in the place of that.
    fn offers(&self, full: &[u8]) -> bool {
        let full: Value = serde_json::from_slice(full).unwrap_or_default();
        if full["delta"] == true {
            self.0.given.store(true, Ordering::Relaxed);
        }
        let gives_tokens = full == true || full.is_object();
        gives_tokens && self.0.is_taken() && !self.0.is_given()
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::testing::{rewrite, spliced};

    fn offer(full: &str) -> Offer {
        let offer = Offer(Arc::default());
        let body = format!(
            r#"{{"id":0,"method":"initialize","params":{{"capabilities":{{"textDocument":{{"semanticTokens":{{"requests":{{"full":{full}}}}}}}}}}}}}"#
        );
        let direction = Direction::ClientToServer;
        let verdict = rewrite(&offer, direction, &Method::INITIALIZE, &body, None);
        assert_eq!(verdict, Verdict::Forward);
        offer
    }

    fn initialized(offer: &Offer, full: &str) -> (Verdict, String) {
        let body = format!(
            r#"{{"result":{{"capabilities":{{"semanticTokensProvider":{{"legend":{{}}{full},"range":true}}}}}},"id":0}}"#
        );
        let direction = Direction::ServerToClient;
        let verdict = rewrite(offer, direction, &Method::INITIALIZE, &body, None);
        (verdict, body)
    }

    fn registers(offer: &Offer, full: &str) -> (Verdict, String) {
        let body = format!(
            r#"{{"id":1,"method":"client/registerCapability","params":{{"registrations":[{{"id":"a","method":"workspace/didChangeConfiguration"}},{{"id":"b","method":"x","registerOptions":[{{"full":true}}]}},{{"id":"c","method":"textDocument/semanticTokens","registerOptions":{{"legend":{{}}{full}}}}}]}}}}"#
        );
        let direction = Direction::ServerToClient;
        let method = Method::CLIENT_REGISTER_CAPABILITY;
        let verdict = rewrite(offer, direction, &method, &body, None);
        (verdict, body)
    }

    #[test]
    fn a_client_that_takes_changes_is_offered_them_where_there_are_tokens() {
        for full in [
            ",\"full\":true",
            ",\"full\": {}",
            ",\"full\":{\"delta\":false}",
        ] {
            for said in [initialized, registers] {
                let (verdict, body) = said(&offer(r#"{"delta":true}"#), full);
                let expected = body.replace(full, &full[..full.find(':').unwrap() + 1]);
                let offered = spliced(&verdict, &body).replace(" {", "{");
                assert_eq!(offered.replace(OFFER, ""), expected);
            }
        }
        for full in ["", ",\"full\":false", ",\"full\":null"] {
            for said in [initialized, registers] {
                assert_eq!(said(&offer(r#"{"delta":true}"#), full).0, Verdict::Forward);
            }
        }
    }

    #[test]
    fn one_that_does_not_is_offered_what_gopls_offers() {
        for takes in ["true", "{}", r#"{"delta":false}"#, r#"{"delta":1}"#, "null"] {
            for said in [initialized, registers] {
                let offer = offer(takes);
                assert_eq!(said(&offer, ",\"full\":true").0, Verdict::Forward);
                assert!(!offer.0.is_taken());
            }
        }
    }

    #[test]
    fn a_gopls_that_has_them_is_left_to_it() {
        for said in [initialized, registers] {
            let offer = offer(r#"{"delta":true}"#);
            assert!(!offer.0.is_given());
            assert_eq!(
                said(&offer, r#","full":{"delta":true}"#).0,
                Verdict::Forward
            );
            assert!(offer.0.is_given());
        }
    }
}
