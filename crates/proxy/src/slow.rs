//! Which methods are slow every time.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use protocol::{Method, Side};

use crate::Pending;
use crate::shared::lock;

/// How many requests of a method passed their threshold in a row, so that a method that is slow
/// every time says so once.
#[derive(Debug, Default)]
pub(crate) struct Slow {
    rows: Mutex<HashMap<(Side, Method), u32>>,
    /// Whether there are any: in a session without slow requests the map is never looked at.
    any: AtomicBool,
}

impl Slow {
    /// Counts another one, and gives how many there were since one was answered in time.
    pub(crate) fn count(&self, asker: Side, method: &Method) -> u32 {
        self.any.store(true, Ordering::Relaxed);
        let mut rows = lock(&self.rows);
        let count = rows.entry((asker, method.clone())).or_default();
        *count += 1;
        *count
    }

    /// A request was answered.
    pub(crate) fn answered(&self, asker: Side, request: &Pending) {
        if self.any.load(Ordering::Relaxed) && request.timed_out.is_none() {
            lock(&self.rows).remove(&(asker, request.method.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_row_ends_with_an_answer_in_time() {
        let slow = Slow::default();
        let hover = Method::TEXT_DOCUMENT_HOVER;
        assert_eq!(slow.count(Side::Client, &hover), 1);
        assert_eq!(slow.count(Side::Client, &hover), 2);
        assert_eq!(slow.count(Side::Server, &hover), 1);
        let mut request = Pending::new(hover.clone(), Instant::now(), None);
        request.timed_out = Some(Instant::now());
        slow.answered(Side::Client, &request);
        assert_eq!(slow.count(Side::Client, &hover), 3);
        request.timed_out = None;
        slow.answered(Side::Client, &request);
        assert_eq!(slow.count(Side::Client, &hover), 1);
    }
}
