//! Requests that are not answered yet.

use std::collections::HashMap;

use wire::Id;

/// How many are kept in mind at most: those that are never answered, or whose answers pass unseen, must not
/// pile up.
const MOST: usize = 1000;

/// What is to be known of a request when its answer comes.
#[derive(Debug)]
pub(super) struct Asked<T> {
    /// Each with its number in the order in which they came.
    waiting: HashMap<Id, (u64, T)>,
    count: u64,
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self {
            waiting: HashMap::new(),
            count: 0,
        }
    }
}

impl<T> Asked<T> {
    /// A request comes. Where there are too many, the oldest gives way: its answer is the least likely to come.
    pub(super) fn keep(&mut self, id: &Id, what: T) {
        self.count += 1;
        self.waiting.insert(id.clone(), (self.count, what));
        if self.waiting.len() > MOST {
            let numbers = self.waiting.iter().map(|(id, (number, _))| (number, id));
            if let Some(oldest) = numbers.min_by_key(|(number, _)| **number) {
                let oldest = oldest.1.clone();
                self.waiting.remove(&oldest);
            }
        }
    }

    /// Its answer comes.
    pub(super) fn take(&mut self, id: &Id) -> Option<T> {
        self.waiting.remove(id).map(|(_, what)| what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_gives_way_where_there_are_too_many() {
        let mut asked = Asked::default();
        for number in 0..=MOST as i64 {
            asked.keep(&Id::Number(number), number);
        }
        let newest = MOST as i64;
        assert_eq!(asked.take(&Id::Number(newest)), Some(newest));
        assert_eq!(asked.take(&Id::Number(0)), None);
        assert_eq!(asked.take(&Id::Number(1)), Some(1));
    }
}
