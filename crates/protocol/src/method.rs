//! A method's name, cheap to copy and to compare.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::MethodInfo;
use crate::table::{COUNT, METHODS, NAMES};

/// A method's name.
///
/// Those of the protocol have a constant each, can be matched on, and are made, cloned and compared
/// without touching memory; any other is shared text. They are ordered by name.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Method(Name);

/// A known name is never `Other`, so that equal names are equal values.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Name {
    /// The place of a method in the table.
    Known(u8),
    /// A name that is not in the table.
    Other(Arc<str>),
}

impl Method {
    /// The method of this name, known to the protocol or not.
    pub fn new(name: &str) -> Self {
        let mut slot = first_slot(name.as_bytes());
        while SLOTS[slot] != EMPTY {
            let place = SLOTS[slot];
            if NAMES[usize::from(place)] == name {
                return Self(Name::Known(place));
            }
            slot = next_slot(slot);
        }
        Self(Name::Other(name.into()))
    }

    /// The method of this name, which must be in the table.
    pub(crate) const fn standard(name: &str) -> Self {
        let mut place = 0;
        while place < COUNT {
            if same(NAMES[place].as_bytes(), name.as_bytes()) {
                return Self(Name::Known(place as u8));
            }
            place += 1;
        }
        panic!("the table has no method of this name")
    }

    /// The methods of the protocol, in the order of their names.
    pub fn known() -> impl Iterator<Item = Self> {
        METHODS
            .iter()
            .zip(0..)
            .map(|(_, place)| Self(Name::Known(place)))
    }

    /// Its name, e.g. `textDocument/definition`.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Name::Known(place) => NAMES[usize::from(*place)],
            Name::Other(name) => name,
        }
    }

    /// What the protocol says of it, if it is one of the protocol's.
    pub fn info(&self) -> Option<&'static MethodInfo> {
        self.place().map(|place| &METHODS[place])
    }

    /// Its place in the table, if it is there.
    pub(crate) fn place(&self) -> Option<usize> {
        match self.0 {
            Name::Known(place) => Some(usize::from(place)),
            Name::Other(_) => None,
        }
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Method({:?})", self.as_str())
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Ord for Method {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.place(), other.place()) {
            // The table is in the order of the names.
            (Some(this), Some(that)) => this.cmp(&that),
            _ => self.as_str().cmp(other.as_str()),
        }
    }
}

impl PartialOrd for Method {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How many bits number the slots: four slots and more for each method, so that a look-up compares
/// with hardly any name but the one it looks for.
const SLOT_BITS: u32 = 9;

/// A slot without a method.
const EMPTY: u8 = u8::MAX;

/// A hash table of the places of all methods, with linear probing, made at build time.
static SLOTS: [u8; 1 << SLOT_BITS] = {
    assert!(COUNT < EMPTY as usize && COUNT << 2 <= 1 << SLOT_BITS);
    let mut slots = [EMPTY; 1 << SLOT_BITS];
    let mut place = 0;
    while place < COUNT {
        let mut slot = first_slot(NAMES[place].as_bytes());
        while slots[slot] != EMPTY {
            slot = next_slot(slot);
        }
        slots[slot] = place as u8;
        place += 1;
    }
    slots
};

/// Where to begin to look for a name. Its end and its length tell the methods apart; hashing all of
/// it would take longer than comparing once more now and then.
const fn first_slot(name: &[u8]) -> usize {
    let end = match (name.last_chunk::<8>(), name.last_chunk::<4>()) {
        (Some(end), _) => u64::from_le_bytes(*end),
        (None, Some(end)) => u32::from_le_bytes(*end) as u64,
        (None, None) => 0,
    };
    // The multiplier is 2^64 divided by the golden ratio: the high bits depend on all the others.
    let mixed = (end ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (u64::BITS - SLOT_BITS)) as usize
}

const fn next_slot(slot: usize) -> usize {
    (slot + 1) % (1 << SLOT_BITS)
}

/// Equality of names at build time, where `==` is not to be had.
pub(crate) const fn same(this: &[u8], that: &[u8]) -> bool {
    let mut index = 0;
    while index < this.len() && index < that.len() && this[index] == that[index] {
        index += 1;
    }
    index == this.len() && index == that.len()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_name_of_the_protocol_is_found_and_given_back() {
        let known: Vec<Method> = Method::known().collect();
        assert_eq!(known.len(), COUNT);
        for (method, info) in known.iter().zip(&METHODS) {
            assert_eq!(Method::new(info.name), *method);
            assert_eq!(method.as_str(), info.name);
            assert_eq!(method.to_string(), info.name);
            assert_eq!(method.info().map(|it| it.name), Some(info.name));
        }
    }

    #[test]
    fn the_table_is_in_the_order_of_the_names() {
        assert!(NAMES.is_sorted_by(|this, that| this < that));
        assert!(METHODS.iter().map(|info| info.name).eq(NAMES));
    }

    #[test]
    fn a_name_that_is_nearly_one_of_the_protocol_is_another() {
        let mut others = HashSet::new();
        for name in NAMES {
            others.insert(format!("{name} "));
            others.insert(format!("x{name}"));
            others.insert(name.to_uppercase());
            others.insert(name[1..].to_owned());
            others.insert(name[..name.len() - 1].to_owned());
            // The same length and end, which is all that the first slot is made from.
            others.insert(name.replacen(|_| true, "\u{1}", 1));
        }
        // One of the protocol's is another one's beginning.
        others.remove("initialize");
        for name in others
            .iter()
            .map(String::as_str)
            .chain(["", "x", "gopls/views", "é"])
        {
            let method = Method::new(name);
            assert!(method.info().is_none(), "{name:?}");
            assert_eq!(method.as_str(), name);
            assert_eq!(method, Method::new(name));
        }
    }

    #[test]
    fn constants_are_the_methods_that_they_are_named_after_and_can_be_matched_on() {
        assert_eq!(Method::CANCEL_REQUEST, Method::new("$/cancelRequest"));
        assert_eq!(
            Method::TEXT_DOCUMENT_DID_OPEN,
            Method::new("textDocument/didOpen")
        );
        let is_definition = |name| matches!(Method::new(name), Method::TEXT_DOCUMENT_DEFINITION);
        assert!(is_definition("textDocument/definition"));
        assert!(!is_definition("textDocument/typeDefinition"));
        assert!(!is_definition("textDocument/definitions"));
    }

    #[test]
    fn a_method_formats_as_its_name() {
        assert_eq!(format!("{:?}", Method::EXIT), r#"Method("exit")"#);
        assert_eq!(
            format!("{:>6}|{:<6}", Method::EXIT, Method::new("a/b")),
            "  exit|a/b   "
        );
    }

    /// Names of the protocol, and others.
    fn name() -> impl Strategy<Value = String> {
        prop_oneof![
            proptest::sample::select(&NAMES[..]).prop_map(str::to_owned),
            "[a-z$]{0,12}/?[a-zA-Z/é]{0,12}",
        ]
    }

    proptest! {
        #[test]
        fn methods_compare_as_their_names_do(this in name(), that in name()) {
            let (one, other) = (Method::new(&this), Method::new(&that));
            prop_assert_eq!(one.as_str(), &this);
            prop_assert_eq!(one.cmp(&other), this.cmp(&that));
            prop_assert_eq!(one == other, this == that);
            prop_assert_eq!(one.clone(), one);
        }
    }
}
