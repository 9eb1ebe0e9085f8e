//! The tokens that the client has.

use std::collections::HashMap;

use crate::tokens::numbers::Numbers;

/// How many bytes of tokens are kept of all documents together; the ones that were asked for the longest
/// ago go first. A file of 10,000 lines takes 0.8 MB.
const MOST: usize = 16 << 20;

/// The tokens of each open document as the client got them last.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// By the client's URI.
    documents: HashMap<String, Document>,
    /// How many bytes all of them take.
    size: usize,
    /// How many results there were: the number of a result is its id.
    count: u64,
}

/// The results of a document that the client may ask for changes of.
#[derive(Debug, Default)]
struct Document {
    /// The newest one.
    last: Option<Known>,
    /// The one that it was asked with. A client that drops an answer asks with the same one again.
    before: Option<Known>,
}

#[derive(Debug)]
struct Known {
    number: u64,
    numbers: Numbers,
}

/// What the client gets of a new result.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Given {
    /// Its id.
    pub(crate) id: String,
    /// The edits that lead to it from the one that it was asked with, as a JSON array, where that is
    /// still known.
    pub(crate) edits: Option<String>,
}

impl Kept {
    /// A document is open from now on; nothing is known of it.
    pub(crate) fn open(&mut self, uri: String) {
        let old = self.documents.insert(uri, Document::default());
        self.size -= old.map_or(0, |old| old.size());
    }

    /// A document is open no more.
    pub(crate) fn close(&mut self, uri: &str) {
        let old = self.documents.remove(uri);
        self.size -= old.map_or(0, |old| old.size());
    }

    /// gopls gives the tokens of a document. `asked` is the id of the result that the client has and wants
    /// changes of.
    pub(crate) fn put(&mut self, uri: &str, asked: Option<&str>, numbers: Numbers) -> Given {
        self.count += 1;
        let number = self.count;
        let id = number.to_string();
        let Some(document) = self.documents.get_mut(uri) else {
            return Given { id, edits: None };
        };
        self.size -= document.size();
        let asked = asked.and_then(|asked| document.take(asked));
        let edits = asked.as_ref().map(|asked| {
            let edit = asked.numbers.edit(&numbers);
            let edit = edit.map(|edit| numbers.write(&edit));
            format!("[{}]", edit.unwrap_or_default())
        });
        document.before = asked.or(document.last.take());
        document.last = Some(Known { number, numbers });
        self.size += document.size();
        while self.size > MOST && self.forget_one() {}
        Given { id, edits }
    }

    /// Forgets the tokens that were asked for the longest ago; says whether there were any.
    fn forget_one(&mut self) -> bool {
        let age = |document: &&mut Document| document.last.as_ref().map(|last| last.number);
        let some = self.documents.values_mut().filter(|one| one.last.is_some());
        let Some(oldest) = some.min_by_key(age) else {
            return false;
        };
        self.size -= oldest.size();
        *oldest = Document::default();
        true
    }
}

impl Document {
    fn take(&mut self, id: &str) -> Option<Known> {
        let is = |known: &mut Known| known.number.to_string() == id;
        self.last.take_if(is).or_else(|| self.before.take_if(is))
    }

    fn size(&self) -> usize {
        let both = self.last.iter().chain(&self.before);
        both.map(|known| known.numbers.size()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "file:///m/a.go";

    fn numbers(array: &str) -> Numbers {
        Numbers::of(array.as_bytes()).unwrap()
    }

    /// A result's id, and its edits in the words `start deleteCount data`.
    fn put(kept: &mut Kept, asked: Option<&str>, array: &str) -> (String, Option<String>) {
        let Given { id, edits } = kept.put(URI, asked, numbers(array));
        (id, edits)
    }

    fn edit(text: &str) -> Option<String> {
        Some(format!("[{text}]"))
    }

    #[test]
    fn changes_are_of_what_was_asked_with_whatever_was_given_since() {
        let mut kept = Kept::default();
        kept.open(URI.to_owned());
        assert_eq!(put(&mut kept, None, "[1,2]"), ("1".into(), None));
        assert_eq!(put(&mut kept, Some("1"), "[1,2]"), ("2".into(), edit("")));
        let one_more = r#"{"start":2,"deleteCount":0,"data":[3]}"#;
        let answer = put(&mut kept, Some("1"), "[1,2,3]");
        assert_eq!(answer, ("3".into(), edit(one_more)));
        // The client may have taken that, or dropped it.
        let back = r#"{"start":2,"deleteCount":1,"data":[]}"#;
        assert_eq!(put(&mut kept, Some("3"), "[1,2]"), ("4".into(), edit(back)));
        assert_eq!(put(&mut kept, Some("3"), "[1,2]"), ("5".into(), edit(back)));
        assert_eq!(put(&mut kept, Some("2"), "[1,2]"), ("6".into(), None));
        assert_eq!(put(&mut kept, Some("06"), "[1,2]"), ("7".into(), None));
    }

    #[test]
    fn a_full_answer_in_between_leaves_the_one_that_is_asked_with() {
        let mut kept = Kept::default();
        kept.open(URI.to_owned());
        put(&mut kept, None, "[1]");
        put(&mut kept, None, "[2]");
        let answer = put(&mut kept, Some("1"), "[3]");
        assert_eq!(answer.1, edit(r#"{"start":0,"deleteCount":1,"data":[3]}"#));
    }

    #[test]
    fn only_what_is_open_is_kept() {
        let mut kept = Kept::default();
        assert_eq!(put(&mut kept, None, "[1]"), ("1".into(), None));
        assert_eq!(put(&mut kept, Some("1"), "[1]"), ("2".into(), None));
        kept.open(URI.to_owned());
        put(&mut kept, None, "[1]");
        kept.close(URI);
        assert_eq!(kept.size, 0);
        kept.open(URI.to_owned());
        assert_eq!(put(&mut kept, Some("3"), "[1]"), ("4".into(), None));
        kept.open(URI.to_owned());
        assert_eq!(kept.size, 0);
    }

    #[test]
    fn the_oldest_go_where_there_is_too_much() {
        let mut kept = Kept::default();
        let large = format!("[{}1]", "1,".repeat(MOST / 5));
        let names = ["a", "b", "c"];
        for name in names {
            kept.open(name.to_owned());
            kept.put(name, None, numbers(&large));
        }
        assert!(kept.size <= MOST);
        let is_known = |kept: &mut Kept, name, id| kept.put(name, Some(id), numbers("[1]")).edits;
        assert_eq!(is_known(&mut kept, "a", "1"), None);
        assert!(is_known(&mut kept, "b", "2").is_some());
        let larger = format!("[{}1]", "1,".repeat(MOST / 2));
        kept.put("c", None, numbers(&larger));
        assert_eq!(is_known(&mut kept, "c", "6"), None, "it alone is too much");
        assert!(kept.size <= MOST);
    }
}
