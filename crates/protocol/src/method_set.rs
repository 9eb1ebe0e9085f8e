//! A set of methods, asked of every message.

use crate::Method;
use crate::table::COUNT;

/// A set of methods. Asking it for one of the protocol's takes a bit test; others are few, and are
/// compared one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MethodSet {
    /// Whether it has all methods, in the protocol or not; then nothing else is set.
    all: bool,
    /// The methods of the protocol that it has, by their place in the table.
    known: [u64; COUNT.div_ceil(u64::BITS as usize)],
    /// The other methods that it has, sorted.
    others: Vec<Method>,
}

impl MethodSet {
    /// The set with no methods.
    pub fn new() -> Self {
        Self::default()
    }

    /// The set with all methods, those included that are not in the protocol.
    pub fn all() -> Self {
        Self {
            all: true,
            ..Self::default()
        }
    }

    /// This set with one more method.
    #[must_use]
    pub fn with(mut self, method: Method) -> Self {
        self.insert(method);
        self
    }

    /// Adds a method.
    pub fn insert(&mut self, method: Method) {
        if self.all {
            return;
        }
        match method.place().map(word_and_bit) {
            Some((word, bit)) => self.known[word] |= bit,
            None => {
                if let Err(place) = self.others.binary_search(&method) {
                    self.others.insert(place, method);
                }
            }
        }
    }

    /// Whether it has this method.
    pub fn contains(&self, method: &Method) -> bool {
        self.all
            || match method.place().map(word_and_bit) {
                Some((word, bit)) => self.known[word] & bit != 0,
                None => self.others.contains(method),
            }
    }

    /// Whether it has no methods.
    pub fn is_empty(&self) -> bool {
        *self == Self::new()
    }

    /// The set with the methods of both.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        if self.all || other.all {
            return Self::all();
        }
        for (word, more) in self.known.iter_mut().zip(other.known) {
            *word |= more;
        }
        self.extend(other.others.iter().cloned());
        self
    }
}

impl Extend<Method> for MethodSet {
    fn extend<T: IntoIterator<Item = Method>>(&mut self, methods: T) {
        methods.into_iter().for_each(|method| self.insert(method));
    }
}

impl FromIterator<Method> for MethodSet {
    fn from_iter<T: IntoIterator<Item = Method>>(methods: T) -> Self {
        let mut set = Self::new();
        set.extend(methods);
        set
    }
}

fn word_and_bit(place: usize) -> (usize, u64) {
    let bits = u64::BITS as usize;
    (place / bits, 1 << (place % bits))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_set_has_nothing_and_a_full_one_everything() {
        let unknown = Method::new("gopls/unknown");
        for method in Method::known().chain([unknown.clone()]) {
            assert!(!MethodSet::new().contains(&method), "{method}");
            assert!(MethodSet::all().contains(&method), "{method}");
        }
        assert!(MethodSet::new().is_empty());
        assert!(!MethodSet::all().is_empty());
        assert!(!MethodSet::new().with(Method::EXIT).is_empty());
        assert!(!MethodSet::new().with(unknown).is_empty());
        assert_eq!(MethodSet::all().with(Method::EXIT), MethodSet::all());
    }

    /// Any of the protocol's methods, or one of a few others.
    fn method() -> impl Strategy<Value = Method> {
        let known: Vec<Method> = Method::known().collect();
        prop_oneof![
            4 => proptest::sample::select(known),
            1 => "x/[a-d]".prop_map(|name| Method::new(&name)),
        ]
    }

    proptest! {
        #[test]
        fn a_set_has_what_was_put_in_it(
            these in prop::collection::vec(method(), 0..20),
            those in prop::collection::vec(method(), 0..20),
            probe in method(),
        ) {
            let (this, that): (MethodSet, MethodSet) =
                (these.iter().cloned().collect(), those.iter().cloned().collect());
            prop_assert_eq!(this.contains(&probe), these.contains(&probe));
            prop_assert_eq!(this.is_empty(), these.is_empty());
            prop_assert_eq!(this == that, BTreeSet::from_iter(&these) == BTreeSet::from_iter(&those));

            let both = this.clone().union(&that);
            prop_assert_eq!(both.contains(&probe), these.contains(&probe) || those.contains(&probe));
            prop_assert_eq!(&both, &that.union(&this));
            prop_assert_eq!(both.union(&MethodSet::all()), MethodSet::all());
        }
    }
}
