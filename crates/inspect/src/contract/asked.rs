//! Requests that are not answered yet.

use std::collections::HashMap;

use wire::Id;

/// How many are kept in mind at most: those that are never answered must not pile up.
const MOST: usize = 1000;

/// What is to be known of a request when its answer comes.
#[derive(Debug)]
pub(super) struct Asked<T>(HashMap<Id, T>);

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> Asked<T> {
    /// A request comes.
    pub(super) fn keep(&mut self, id: &Id, what: T) {
        if self.0.len() < MOST {
            self.0.insert(id.clone(), what);
        }
    }

    /// Its answer comes.
    pub(super) fn take(&mut self, id: &Id) -> Option<T> {
        self.0.remove(id)
    }
}
