//! What is said of a request that takes too long.

use std::time::{Duration, Instant};

use protocol::Side;
use protocol::traffic::{Event, EventName};
use serde_json::{Value, json};
use wire::Id;

use crate::Pending;
use crate::own::id_value;

/// A request that has just passed its threshold, with all that waits beside it.
pub(crate) struct Overdue {
    pub(crate) asker: Side,
    pub(crate) id: Id,
    pub(crate) request: Pending,
    pub(crate) threshold: Duration,
    /// All that wait, this one among them, the oldest first.
    pub(crate) waiting: Vec<(Side, Id, Pending)>,
    /// How long gopls has been silent.
    pub(crate) silent: Duration,
    /// How many requests of this method were too slow in a row, this one included.
    pub(crate) in_a_row: u32,
}

impl Overdue {
    /// For the trace.
    pub(crate) fn data(&self, now: Instant) -> Value {
        let mut data = described(&self.id, &self.request, now);
        data["asker"] = name(self.asker).into();
        data["threshold_ms"] = millis(self.threshold);
        data["ahead"] = self
            .ahead()
            .map(|(id, request)| described(id, request, now))
            .collect();
        data["pending"] = self.of(Side::Client).count().into();
        data["unanswered_by_client"] = self
            .of(Side::Server)
            .map(|(id, request)| described(id, request, now))
            .collect();
        data["server_silent_ms"] = millis(self.silent);
        data["in_a_row"] = self.in_a_row.into();
        data
    }

    /// For a person, one sentence after another.
    pub(crate) fn text(&self, now: Instant) -> String {
        let waited = seconds(now.saturating_duration_since(self.request.started));
        let what = words(&self.id, &self.request);
        let mut text = match self.asker {
            Side::Client => format!("{what} has not been answered for {waited}."),
            Side::Server => format!(
                "the editor has not answered gopls's {what} for {waited}; gopls may wait for it \
                 with everything else."
            ),
        };
        if let Some((id, request)) = self.ahead().next() {
            let since = seconds(now.saturating_duration_since(request.started));
            text.push_str(&format!(
                " gopls works on one request at a time, and {} is ahead of it, for {since}.",
                words(id, request)
            ));
        }
        if self.asker == Side::Client {
            for (id, request) in self.of(Side::Server) {
                let since = seconds(now.saturating_duration_since(request.started));
                text.push_str(&format!(
                    " The editor has not answered gopls's {} for {since}.",
                    words(id, request)
                ));
            }
        }
        text.push_str(&format!(
            " gopls last said something {} ago.",
            seconds(self.silent)
        ));
        text
    }

    /// The client's requests that gopls got before this one and has not answered.
    fn ahead(&self) -> impl Iterator<Item = (&Id, &Pending)> {
        self.of(Side::Client)
            .filter(|(_, request)| self.asker == Side::Client && request.is_ahead_of(&self.request))
    }

    fn of(&self, asker: Side) -> impl Iterator<Item = (&Id, &Pending)> {
        self.waiting
            .iter()
            .filter(move |(side, ..)| *side == asker)
            .map(|(_, id, request)| (id, request))
    }
}

/// What is put on record when the answer to a request comes that had passed its threshold, or that
/// goplens had answered itself.
pub(crate) fn late(asker: Side, id: &Id, request: &Pending, now: Instant) -> Option<Event> {
    if request.timed_out.is_none() && !request.answered {
        return None;
    }
    let mut data = described(id, request, now);
    data["asker"] = name(asker).into();
    data["dropped"] = request.answered.into();
    Some(Event {
        name: EventName::Late,
        data,
    })
}

/// A request, as data.
fn described(id: &Id, request: &Pending, now: Instant) -> Value {
    let mut data = json!({
        "method": request.method.as_str(),
        "id": id_value(Some(id)),
        "waited_ms": millis(now.saturating_duration_since(request.started)),
    });
    if request.cancelled {
        data["cancelled"] = true.into();
    }
    if let Some(place) = request.place() {
        data["uri"] = place.uri.into();
        if let Some((line, character)) = place.position {
            data["position"] = json!({ "line": line, "character": character });
        }
    }
    data
}

/// A request, in words: `textDocument/definition #5 (file:///m/a.go:4:2)`.
fn words(id: &Id, request: &Pending) -> String {
    let mut words = format!("{} #{id}", request.method);
    if let Some(place) = request.place() {
        let position = place.position.map(|(line, character)| {
            // People count from 1.
            format!(":{}:{}", line + 1, character + 1)
        });
        words.push_str(&format!(" ({}{})", place.uri, position.unwrap_or_default()));
    }
    words
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

fn millis(duration: Duration) -> Value {
    u64::try_from(duration.as_millis())
        .unwrap_or(u64::MAX)
        .into()
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use protocol::Method;

    use super::*;
    use crate::PendingTable;

    fn overdue(asker: Side) -> (Overdue, Instant) {
        let now = Instant::now() + Duration::from_secs(100);
        let asked =
            |method, seconds| Pending::new(method, now - Duration::from_secs(seconds), None);
        let table = PendingTable::default();
        for (side, id, method, seconds) in [
            (Side::Client, 4, Method::TEXT_DOCUMENT_REFERENCES, 20),
            (Side::Server, 1, Method::WORKSPACE_CONFIGURATION, 8),
            (Side::Client, 5, Method::TEXT_DOCUMENT_DEFINITION, 3),
            // It came with the one before it, and is behind it all the same.
            (Side::Client, 6, Method::TEXT_DOCUMENT_HOVER, 3),
        ] {
            table.insert(side, Id::from(id), asked(method, seconds));
        }
        let waiting = table.waiting();
        let (_, id, request) = waiting
            .iter()
            .find(|(side, id, _)| *side == asker && *id != Id::from(4))
            .unwrap();
        let overdue = Overdue {
            asker,
            id: id.clone(),
            request: request.clone(),
            threshold: Duration::from_secs(2),
            waiting: waiting.clone(),
            silent: Duration::from_millis(2500),
            in_a_row: 1,
        };
        (overdue, now)
    }

    #[test]
    fn what_is_ahead_is_told_from_what_is_behind() {
        let (overdue, now) = overdue(Side::Client);
        let data = overdue.data(now);
        assert_eq!(data["method"], "textDocument/definition");
        assert_eq!(data["waited_ms"], 3000);
        assert_eq!(data["ahead"].as_array().map(Vec::len), Some(1));
        assert_eq!(data["ahead"][0]["method"], "textDocument/references");
        assert_eq!(data["pending"], 3);
        assert_eq!(
            data["unanswered_by_client"][0]["method"],
            "workspace/configuration"
        );
        assert_eq!(
            overdue.text(now),
            "textDocument/definition #5 has not been answered for 3.0 s. gopls works on one \
             request at a time, and textDocument/references #4 is ahead of it, for 20.0 s. The \
             editor has not answered gopls's workspace/configuration #1 for 8.0 s. gopls last \
             said something 2.5 s ago."
        );
    }

    #[test]
    fn a_client_that_does_not_answer_is_named_as_the_one_waited_for() {
        let (overdue, now) = overdue(Side::Server);
        assert_eq!(overdue.data(now)["ahead"].as_array().map(Vec::len), Some(0));
        assert_eq!(
            overdue.text(now),
            "the editor has not answered gopls's workspace/configuration #1 for 8.0 s; gopls may \
             wait for it with everything else. gopls last said something 2.5 s ago."
        );
    }
}
