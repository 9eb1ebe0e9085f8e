//! What is printed for a record, if anything.

use trace::{Filter, Formatter, Line, Requests};

/// Chooses records and says them.
pub(super) struct Show<'a> {
    filter: &'a Filter,
    requests: Requests,
    /// None where the records are printed as they are.
    formatter: Option<Formatter>,
}

impl<'a> Show<'a> {
    pub(super) fn new(filter: &'a Filter, json: bool, colour: bool) -> Self {
        Self {
            filter,
            requests: Requests::new(),
            formatter: (!json).then(|| Formatter::new(colour)),
        }
    }

    /// The line to print. Must be given every record of a session, because a response is known by
    /// its request.
    pub(super) fn line(&mut self, line: Line) -> Option<String> {
        if self.formatter.is_none() && self.filter.is_empty() {
            return Some(line.text);
        }
        let asked = self.requests.see(&line.record);
        // The formatter learns the workspace folders even from what is not shown.
        let text = match &mut self.formatter {
            Some(formatter) => formatter.format(&line.record, &asked),
            None => line.text,
        };
        self.filter.matches(&line.record, &asked).then_some(text)
    }
}
