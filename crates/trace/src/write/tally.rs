//! What became of each method's requests, and what the writer must look for in its messages.

use std::collections::{BTreeMap, HashMap};

use hdrhistogram::Histogram;
use protocol::Method;
use protocol::traffic::{Kind, Message, Outcome};

use super::format;
use crate::info::MethodSummary;

/// More methods than any session has; the rest share one line of the summary, so that a broken
/// peer cannot make the table grow.
const MAX_METHODS: usize = 512;
/// The name of that line.
const OTHERS: &str = "(others)";

/// A day: what is longer counts as this long, so that no clock error makes a histogram large.
const LONGEST: u64 = 86_400_000_000;

pub(super) const OUTCOMES: [Outcome; 6] = [
    Outcome::Ok,
    Outcome::Null,
    Outcome::Empty,
    Outcome::Error,
    Outcome::Cancelled,
    Outcome::Timeout,
];

/// Why the writer looks at a method's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It does not.
    Plain,
    /// `initialize`: part of the head, and it names who takes part.
    Initialize,
    /// Part of the head.
    Head,
    /// `window/logMessage`: gopls names the go command there.
    Log,
}

impl Role {
    fn of(method: &str) -> Self {
        match method {
            "initialize" => Self::Initialize,
            "initialized"
            | "workspace/configuration"
            | "workspace/didChangeConfiguration"
            | "textDocument/didOpen" => Self::Head,
            "window/logMessage" => Self::Log,
            _ => Self::Plain,
        }
    }

    /// Whether a copy of its messages is kept when the trace is rotated away.
    pub(super) fn is_head(self) -> bool {
        matches!(self, Self::Initialize | Self::Head)
    }
}

/// One method.
#[derive(Debug)]
pub(super) struct Entry {
    /// The field `"method":...` of its records.
    pub(super) field: Vec<u8>,
    pub(super) role: Role,
    name: String,
    count: u64,
    latencies: Option<Histogram<u32>>,
    /// In microseconds, exactly; the histogram keeps two digits.
    slowest: u64,
    outcomes: [u64; OUTCOMES.len()],
}

impl Entry {
    fn new(name: &str) -> Self {
        let mut field = Vec::new();
        format::method_field(&mut field, name);
        Self {
            field,
            role: Role::of(name),
            name: name.to_owned(),
            count: 0,
            latencies: None,
            slowest: 0,
            outcomes: [0; OUTCOMES.len()],
        }
    }

    /// Counts one of its messages.
    fn count(&mut self, message: &Message) {
        // What goplens asks itself is no use of the editor's.
        if message.is_own_question() {
            return;
        }
        if message.kind != Kind::Response {
            self.count += 1;
        }
        if let Some(latency) = message.latency {
            let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
            let latencies = self.latencies.get_or_insert_with(|| {
                Histogram::new(2).expect("two significant digits are within the allowed five")
            });
            // It grows to hold what it is given, and with the limit it never fails to.
            let _ = latencies.record(micros.min(LONGEST));
            self.slowest = self.slowest.max(micros);
        }
        if let Some(outcome) = message.outcome {
            self.outcomes[outcome as usize] += 1;
        }
    }

    fn summary(&self) -> MethodSummary {
        let quantile = |q: f64| {
            let latencies = self.latencies.as_ref()?;
            Some(latencies.value_at_quantile(q).min(self.slowest))
        };
        MethodSummary {
            count: self.count,
            p50_us: quantile(0.5),
            p99_us: quantile(0.99),
            max_us: self.latencies.as_ref().map(|_| self.slowest),
            outcomes: OUTCOMES
                .iter()
                .filter(|outcome| self.outcomes[**outcome as usize] > 0)
                .map(|outcome| {
                    let count = self.outcomes[*outcome as usize];
                    (outcome.as_str().to_owned(), count)
                })
                .collect(),
        }
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Tally {
    places: HashMap<Method, usize>,
    /// The method counted last: the next message is often of the same.
    latest: Option<(Method, usize)>,
    entries: Vec<Entry>,
    others: Entry,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            places: HashMap::new(),
            latest: None,
            entries: Vec::new(),
            others: Entry::new(OTHERS),
        }
    }

    /// Counts a message, and says what is known of its method.
    pub(super) fn count(&mut self, method: &Method, message: &Message) -> &Entry {
        let entry = match self.place(method) {
            Some(place) => &mut self.entries[place],
            None => {
                self.others.field.clear();
                format::method_field(&mut self.others.field, method.as_str());
                &mut self.others
            }
        };
        entry.count(message);
        entry
    }

    fn place(&mut self, method: &Method) -> Option<usize> {
        if let Some((latest, place)) = &self.latest
            && latest == method
        {
            return Some(*place);
        }
        let place = match self.places.get(method) {
            Some(place) => *place,
            None if self.entries.len() == MAX_METHODS => return None,
            None => {
                self.entries.push(Entry::new(method.as_str()));
                let place = self.entries.len() - 1;
                self.places.insert(method.clone(), place);
                place
            }
        };
        self.latest = Some((method.clone(), place));
        Some(place)
    }

    /// The summary of all methods.
    pub(super) fn summaries(&self) -> BTreeMap<String, MethodSummary> {
        // Of some methods there is nothing but what goplens asked itself.
        let counted = |entry: &&Entry| entry.count > 0 || entry.latencies.is_some();
        self.entries
            .iter()
            .chain([&self.others])
            .filter(counted)
            .map(|entry| (entry.name.clone(), entry.summary()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use protocol::Direction;

    use super::*;

    #[test]
    fn what_goplens_asks_itself_is_not_counted() {
        let method = Method::WORKSPACE_EXECUTE_COMMAND;
        let mut message = Message {
            direction: Direction::ClientToServer,
            kind: Kind::Request,
            method: Some(method.clone()),
            id: Some("goplens:1".into()),
            size: 2,
            body: None,
            checked: true,
            latency: None,
            outcome: None,
            asked: None,
            at_server: Default::default(),
            made_here: true,
        };
        let mut tally = Tally::new();
        tally.count(&method, &message);
        assert!(tally.summaries().is_empty());
        message.id = Some(1.into());
        tally.count(&method, &message);
        assert_eq!(tally.summaries()[method.as_str()].count, 1);
    }
}
