//! The filter language: `method:textDocument/definition latency:>100ms -uri:vendor`.

mod latency;
mod term;
mod wildcard;

use std::fmt;

use crate::record::Record;
use crate::requests::Asked;

use term::Term;

/// Which records to show: those for which every term holds. An empty filter lets all pass.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    terms: Vec<(bool, Term)>,
}

/// A term that means nothing; it says which, and what would be possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    term: String,
    problem: String,
}

impl fmt::Display for FilterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "filter `{}`: {}", self.term, self.problem)
    }
}

impl std::error::Error for FilterError {}

impl Filter {
    /// The filter of these terms; white space inside of one separates terms, too.
    ///
    /// # Errors
    /// At the first term that means nothing.
    pub fn parse<T: AsRef<str>>(terms: &[T]) -> Result<Self, FilterError> {
        let words = terms
            .iter()
            .flat_map(|term| term.as_ref().split_whitespace());
        let terms = words.map(|word| {
            let (negated, rest) = match word.strip_prefix('-') {
                Some(rest) => (true, rest),
                None => (false, word),
            };
            match Term::parse(rest) {
                Ok(term) => Ok((negated, term)),
                Err(problem) => Err(FilterError {
                    term: word.to_owned(),
                    problem,
                }),
            }
        });
        Ok(Self {
            terms: terms.collect::<Result<_, _>>()?,
        })
    }

    /// Whether all records pass, so that none needs to be looked at.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether a record passes. `asked` is what [`crate::Requests::see`] said of it.
    pub fn matches(&self, record: &Record, asked: &Asked) -> bool {
        self.terms
            .iter()
            .all(|(negated, term)| term.holds(record, asked) != *negated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Requests;
    use proptest::prelude::*;

    const REQUEST: &str = r#"{"seq":1,"time":"t","direction":"client-to-server","kind":"request","method":"textDocument/definition","id":5,"body":{"params":{"textDocument":{"uri":"file:///w/a%20b/main.go"}}}}"#;
    const RESPONSE: &str = r#"{"seq":2,"time":"t","direction":"server-to-client","kind":"response","method":"textDocument/definition","id":5,"latency_us":100000,"outcome":"null","body":{}}"#;
    const PROGRESS: &str = r#"{"seq":3,"time":"t","direction":"server-to-client","kind":"notification","method":"$/progress","body":{}}"#;
    const EVENT: &str = r#"{"seq":4,"time":"t","kind":"event","event":"timeout","data":{"method":"textDocument/hover","id":"5"}}"#;

    /// The numbers of the records that pass.
    fn passing(filter: &str) -> Vec<u64> {
        let filter = Filter::parse(&[filter]).unwrap();
        let mut requests = Requests::new();
        let mut passing = Vec::new();
        for text in [REQUEST, RESPONSE, PROGRESS, EVENT] {
            let record: Record = serde_json::from_str(text).unwrap();
            let asked = requests.see(&record);
            if filter.matches(&record, &asked) {
                passing.push(record.seq);
            }
        }
        passing
    }

    #[test]
    fn each_key() {
        assert_eq!(passing(""), [1, 2, 3, 4]);
        assert_eq!(passing("method:textDocument/definition"), [1, 2]);
        assert_eq!(passing("method:textDocument/*"), [1, 2, 4]);
        assert_eq!(passing("method:*def*tion"), [1, 2]);
        assert_eq!(passing("method:definition"), [0; 0]);
        assert_eq!(passing("kind:event"), [4]);
        assert_eq!(passing("direction:client-to-server"), [1]);
        assert_eq!(passing("outcome:null"), [2]);
        assert_eq!(passing("event:timeout"), [4]);
        assert_eq!(passing("uri:main.go"), [1, 2]);
        assert_eq!(passing("uri:a%20b"), [1, 2]);
        assert_eq!(passing("latency:>=100ms"), [2]);
        assert_eq!(passing("latency:>100ms"), [0; 0]);
        assert_eq!(passing("latency:<0.2s"), [2]);
        assert_eq!(passing("latency:<=99999us"), [0; 0]);
    }

    #[test]
    fn a_number_is_not_the_text_that_looks_like_it() {
        assert_eq!(passing("id:5"), [1, 2]);
        assert_eq!(passing("id:\"5\""), [4]);
    }

    #[test]
    fn terms_are_joined_by_and_and_can_be_negated() {
        assert_eq!(passing("-method:$/progress"), [1, 2, 4]);
        assert_eq!(passing("method:text* -kind:event -kind:request"), [2]);
        // What has no latency is not above any, so the negation lets it pass.
        assert_eq!(passing("-latency:>1ms"), [1, 3, 4]);
    }

    #[test]
    fn errors_name_the_term_and_what_is_possible() {
        let problem = |text: &str| Filter::parse(&[text]).unwrap_err().to_string();
        assert_eq!(
            problem("kind:event -metod:x"),
            "filter `-metod:x`: no such key; the keys are method, latency, outcome, uri, event, \
             direction, kind, id"
        );
        assert_eq!(
            problem("main.go"),
            "filter `main.go`: not of the form key:value; the keys are method, latency, outcome, \
             uri, event, direction, kind, id"
        );
        assert_eq!(
            problem("outcome:nil"),
            "filter `outcome:nil`: outcome is one of ok, null, empty, error, cancelled, timeout"
        );
        assert_eq!(
            problem("latency:100ms"),
            "filter `latency:100ms`: a latency is compared, as in latency:>100ms or latency:<=2s \
             (us, ms, s)"
        );
        assert_eq!(problem("uri:"), "filter `uri:`: the value is missing");
    }

    proptest! {
        #[test]
        fn any_text_is_a_filter_or_an_error(text in "-?(method|latency|id|uri|x)?:?[<>=]{0,2}[0-9.a-z*\"é ]{0,8}") {
            let _ = Filter::parse(&[text]);
        }
    }
}
