//! What may change a message on its way.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::{Bytes, BytesMut};
use protocol::traffic::{Change, Changes, Kind};
use protocol::{Direction, Method, MethodSet, Splice};
use smallvec::SmallVec;
use wire::{Head, Id};

use crate::Pending;

/// Decides, on the path, what becomes of a message whose method it registered for.
pub trait Rewriter: Send + Sync {
    /// Its name, for the trace.
    fn name(&self) -> &'static str;

    /// The methods whose messages it wants to see in this direction: requests and notifications
    /// by their own method, responses by their request's. All others pass without it, and only
    /// these are held whole.
    fn methods(&self, direction: Direction) -> MethodSet;

    /// Whether there is nothing for it to do for now, so that all messages pass without it. It is asked
    /// for each message of its methods.
    fn sleeps(&self) -> bool {
        false
    }

    /// Whether messages of its methods are held whole for it, however large they are. One that needs
    /// none is asked about those that are held anyway, which all errors are.
    fn holds(&self) -> bool {
        true
    }

    /// What becomes of the message. `request` is what a response answers.
    fn rewrite(&self, message: &Incoming<'_>, request: Option<&Pending>) -> Verdict;
}

/// A message on its way, held whole.
#[derive(Clone, Debug)]
pub struct Incoming<'a> {
    /// Its way.
    pub direction: Direction,
    /// What it is.
    pub kind: Kind,
    /// Its method, a response's request's.
    pub method: &'a Method,
    /// Its id, unless it is a notification.
    pub id: Option<&'a Id>,
    /// Its body, which is JSON.
    pub body: &'a Bytes,
}

impl Incoming<'_> {
    /// Its head, read again where a rewriter needs more than method and id.
    pub fn head(&self) -> Option<Head<'_>> {
        wire::scan(self.body).ok()
    }
}

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on as it is.
    Forward,
    /// It goes on with these changes, which are in the order of their spans and do not overlap.
    Splice(Vec<Splice>),
    /// It goes no further; where it came from gets this body, a response to its id.
    Answer(Bytes),
    /// It goes no further.
    Drop,
    /// These bodies, notifications, go before what becomes of it.
    Before(Vec<Bytes>, Box<Verdict>),
}

/// What all the rewriters together made of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Decision {
    /// Notifications that go before it.
    pub(crate) before: Vec<Bytes>,
    /// What becomes of itself.
    pub(crate) fate: Fate,
    /// Who changed it, in order, and how.
    pub(crate) by: SmallVec<[(&'static str, Changes); 1]>,
    /// Where its parameters lie now, as far as that is known without reading it.
    pub(crate) params: Option<Range<usize>>,
    /// Who panicked over it and is asked no more.
    pub(crate) broken: Vec<&'static str>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    #[default]
    Forward,
    Replace(Bytes),
    Answer(Bytes),
    Drop,
}

struct Entry {
    rewriter: Box<dyn Rewriter>,
    /// What it wants, for each direction.
    wanted: [MethodSet; 2],
    /// Whether it has panicked.
    broken: AtomicBool,
}

impl Entry {
    fn wants(&self, direction: usize, method: &Method) -> bool {
        self.wanted[direction].contains(method) && !self.rewriter.sleeps()
    }

    /// Asks it; `None` where it panics or has panicked before. A fault of a rewriter must not cost
    /// the user the message.
    fn ask(&self, message: &Incoming<'_>, request: Option<&Pending>) -> Option<Verdict> {
        if self.broken.load(Ordering::Relaxed) {
            return Some(Verdict::Forward);
        }
        let ask = AssertUnwindSafe(|| self.rewriter.rewrite(message, request));
        let verdict = catch_unwind(ask);
        self.broken.store(verdict.is_err(), Ordering::Relaxed);
        verdict.ok()
    }
}

/// The rewriters in the order of their list, which is the order from the server; from the client it
/// is the reverse.
#[derive(Default)]
pub(crate) struct Rewriters {
    list: Vec<Entry>,
    /// All that any of them wants, for each direction.
    wanted: [MethodSet; 2],
}

impl Rewriters {
    pub(crate) fn new(list: Vec<Box<dyn Rewriter>>) -> Self {
        let mut rewriters = Self::default();
        for rewriter in list {
            let sets = [Direction::ClientToServer, Direction::ServerToClient]
                .map(|direction| rewriter.methods(direction));
            for (all, set) in rewriters.wanted.iter_mut().zip(&sets) {
                *all = std::mem::take(all).union(set);
            }
            rewriters.list.push(Entry {
                rewriter,
                wanted: sets,
                broken: AtomicBool::new(false),
            });
        }
        rewriters
    }

    /// Whether any rewriter wants messages of this method in this direction, and whole, however large they
    /// are.
    pub(crate) fn hold(&self, direction: Direction, method: &Method) -> bool {
        let direction = direction as usize;
        let holds = |entry: &Entry| entry.wants(direction, method) && entry.rewriter.holds();
        self.wanted[direction].contains(method) && self.list.iter().any(holds)
    }

    /// Asks all that want it; `None` where it goes on as it is. `params` is where its parameters lie; in a
    /// piece of `shared` what it becomes is made.
    pub(crate) fn decide(
        &self,
        message: &Incoming<'_>,
        mut params: Option<Range<usize>>,
        request: Option<&Pending>,
        shared: &mut BytesMut,
    ) -> Option<Decision> {
        let direction = message.direction as usize;
        if !self.wanted[direction].contains(message.method) {
            return None;
        }
        let mut decided: Option<Decision> = None;
        let mut changed = None;
        let count = self.list.len();
        for turn in 0..count {
            let place = match message.direction {
                Direction::ServerToClient => turn,
                Direction::ClientToServer => count - 1 - turn,
            };
            let entry = &self.list[place];
            if !entry.wants(direction, message.method) {
                continue;
            }
            let message = Incoming {
                body: changed.as_ref().unwrap_or(message.body),
                ..message.clone()
            };
            let Some(mut verdict) = entry.ask(&message, request) else {
                let broken = &mut decided.get_or_insert_default().broken;
                broken.push(entry.rewriter.name());
                continue;
            };
            if let Verdict::Forward = verdict {
                continue;
            }
            let mut changes = Changes::new();
            let decision = decided.get_or_insert_default();
            while let Verdict::Before(bodies, then) = verdict {
                decision.before.extend(bodies);
                verdict = *then;
            }
            match verdict {
                Verdict::Forward | Verdict::Before(..) => {}
                Verdict::Splice(splices) => {
                    params = params.and_then(|params| Splice::moved(&splices, params));
                    let new = Splice::apply_in(shared, &splices, message.body);
                    changes = Change::of(splices, message.body);
                    changed = Some(new);
                }
                Verdict::Answer(body) => decision.fate = Fate::Answer(body),
                Verdict::Drop => decision.fate = Fate::Drop,
            }
            decision.by.push((entry.rewriter.name(), changes));
            if matches!(decision.fate, Fate::Answer(_) | Fate::Drop) {
                return decided;
            }
        }
        if let (Some(decision), Some(body)) = (&mut decided, changed) {
            decision.fate = Fate::Replace(body);
            decision.params = params;
        }
        decided
    }
}

#[cfg(test)]
mod tests {
    use smallvec::smallvec;

    use super::*;

    /// Puts a letter at the end of every definition, or does what it is told.
    struct Letter(&'static str, Option<Verdict>);

    impl Rewriter for Letter {
        fn name(&self) -> &'static str {
            self.0
        }

        fn methods(&self, _direction: Direction) -> MethodSet {
            MethodSet::from_iter([Method::TEXT_DOCUMENT_DEFINITION])
        }

        fn rewrite(&self, message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
            let end = message.body.len();
            let splice = || Splice {
                span: end..end,
                with: self.0.into(),
            };
            self.1
                .clone()
                .unwrap_or_else(|| Verdict::Splice(vec![splice()]))
        }
    }

    fn decide(list: Vec<Letter>, direction: Direction, method: Method) -> Decision {
        let boxed = |letter| Box::new(letter) as Box<dyn Rewriter>;
        let rewriters = Rewriters::new(list.into_iter().map(boxed).collect());
        let body = Bytes::from_static(b"-");
        let message = Incoming {
            direction,
            kind: Kind::Notification,
            method: &method,
            id: None,
            body: &body,
        };
        let decision = rewriters.decide(&message, None, None, &mut BytesMut::new());
        assert_eq!(
            decision.is_some(),
            method == Method::TEXT_DOCUMENT_DEFINITION
        );
        decision.unwrap_or_default()
    }

    #[test]
    fn the_order_from_the_client_is_the_reverse_of_that_from_the_server() {
        let list = || vec![Letter("a", None), Letter("b", None)];
        let from_server = decide(
            list(),
            Direction::ServerToClient,
            Method::TEXT_DOCUMENT_DEFINITION,
        );
        assert_eq!(from_server.fate, Fate::Replace("-ab".into()));
        let from_client = decide(
            list(),
            Direction::ClientToServer,
            Method::TEXT_DOCUMENT_DEFINITION,
        );
        assert_eq!(from_client.fate, Fate::Replace("-ba".into()));
        let change = |is: &'static str, at| Change {
            was: "".into(),
            is: is.into(),
            at: smallvec![at],
        };
        let by: SmallVec<[_; 1]> = smallvec![
            ("b", smallvec![change("b", 1)]),
            ("a", smallvec![change("a", 2)])
        ];
        assert_eq!(from_client.by, by);
    }

    #[test]
    fn nobody_is_asked_about_what_they_did_not_register_for() {
        let decision = decide(
            vec![Letter("a", None)],
            Direction::ServerToClient,
            Method::TEXT_DOCUMENT_HOVER,
        );
        assert_eq!(decision, Decision::default());
    }

    /// Wants to see every message, and none for whose sake it is held.
    struct Onlooker;

    impl Rewriter for Onlooker {
        fn name(&self) -> &'static str {
            "onlooker"
        }

        fn methods(&self, _direction: Direction) -> MethodSet {
            MethodSet::all()
        }

        fn holds(&self) -> bool {
            false
        }

        fn rewrite(&self, _message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
            Verdict::Drop
        }
    }

    #[test]
    fn no_message_is_held_for_one_that_needs_none() {
        let rewriters = Rewriters::new(vec![Box::new(Onlooker), Box::new(Letter("a", None))]);
        let direction = Direction::ServerToClient;
        for (method, held) in [
            (Method::TEXT_DOCUMENT_DEFINITION, true),
            (Method::TEXT_DOCUMENT_HOVER, false),
        ] {
            let message = Incoming {
                direction,
                kind: Kind::Notification,
                method: &method,
                id: None,
                body: &"-".into(),
            };
            let decided = rewriters.decide(&message, None, None, &mut BytesMut::new());
            assert_eq!(decided.map(|decision| decision.fate), Some(Fate::Drop));
            assert_eq!(rewriters.hold(direction, &method), held);
        }
    }

    #[test]
    fn what_goes_no_further_is_seen_by_nobody_else() {
        for (verdict, fate) in [
            (Verdict::Drop, Fate::Drop),
            (Verdict::Answer("x".into()), Fate::Answer("x".into())),
        ] {
            let decision = decide(
                vec![Letter("a", Some(verdict)), Letter("b", None)],
                Direction::ServerToClient,
                Method::TEXT_DOCUMENT_DEFINITION,
            );
            let by: SmallVec<[_; 1]> = smallvec![("a", Changes::new())];
            assert_eq!((decision.fate, decision.by), (fate, by));
        }
    }

    /// Panics at every message.
    struct Faulty;

    impl Rewriter for Faulty {
        fn name(&self) -> &'static str {
            "faulty"
        }

        fn methods(&self, _direction: Direction) -> MethodSet {
            MethodSet::all()
        }

        fn rewrite(&self, _message: &Incoming<'_>, _request: Option<&Pending>) -> Verdict {
            panic!("a fault of a rewriter")
        }
    }

    #[test]
    fn one_that_panics_is_named_once_and_the_message_goes_on() {
        let rewriters = Rewriters::new(vec![Box::new(Faulty), Box::new(Letter("a", None))]);
        let message = Incoming {
            direction: Direction::ServerToClient,
            kind: Kind::Notification,
            method: &Method::TEXT_DOCUMENT_DEFINITION,
            id: None,
            body: &"-".into(),
        };
        for broken in [vec!["faulty"], vec![]] {
            let decision = rewriters.decide(&message, None, None, &mut BytesMut::new());
            let decision = decision.unwrap();
            assert_eq!(decision.fate, Fate::Replace("-a".into()));
            assert_eq!(decision.broken, broken);
        }
    }

    #[test]
    fn what_goes_before_leaves_the_message_as_it_is() {
        let decision = decide(
            vec![Letter(
                "a",
                Some(Verdict::Before(
                    vec!["n".into()],
                    Box::new(Verdict::Forward),
                )),
            )],
            Direction::ServerToClient,
            Method::TEXT_DOCUMENT_DEFINITION,
        );
        assert_eq!(
            (decision.before, decision.fate),
            (vec!["n".into()], Fate::Forward)
        );
    }
}
